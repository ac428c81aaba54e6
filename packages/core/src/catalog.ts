import { dcConsensus } from './controllers/dc-consensus/dc-consensus.ts';
import { delayPredictive } from './controllers/delay-predictive/delay-predictive.ts';
import { delayPredictivePreset } from './controllers/delay-predictive/presets/delay-predictive.ts';
import { droop } from './controllers/droop/droop.ts';
import { dynamicAverage } from './controllers/dynamic-average/dynamic-average.ts';
import { dynamicEventTriggered, eventTriggered } from './controllers/event-triggered/event-triggered.ts';
import { dynamicEventTriggeredPreset } from './controllers/event-triggered/presets/dynamic-event-triggered.ts';
import { eventTriggeredPreset } from './controllers/event-triggered/presets/event-triggered.ts';
import { finiteTimeBalancing } from './controllers/finite-time/finite-time-balancing.ts';
import { finiteTimeSecondary } from './controllers/finite-time/finite-time-secondary.ts';
import { finiteTimePreset } from './controllers/finite-time/presets/finite-time.ts';
import { finiteTimeSecondaryPreset } from './controllers/finite-time/presets/finite-time-secondary.ts';
import { areaControl, storageSupport } from './controllers/load-frequency/load-frequency.ts';
import { attackCompensation } from './controllers/resilient/attack-compensation.ts';
import { attackPreset } from './controllers/resilient/presets/attack.ts';
import { byzantinePreset } from './controllers/resilient/presets/byzantine.ts';
import { plainAttackPreset } from './controllers/resilient/presets/plain-attack.ts';
import { trimmedConsensus } from './controllers/resilient/trimmed-consensus.ts';
import { averagedTierPreset } from './controllers/secondary-consensus/presets/averaged-tier.ts';
import { dapiPreset } from './controllers/secondary-consensus/presets/dapi.ts';
import { delay60MsPreset } from './controllers/secondary-consensus/presets/delay-60-ms.ts';
import { delay120MsPreset } from './controllers/secondary-consensus/presets/delay-120-ms.ts';
import { isolatedAgentPreset } from './controllers/secondary-consensus/presets/isolated-agent.ts';
import { leaderFollowerPreset } from './controllers/secondary-consensus/presets/leader-follower.ts';
import { linkFailurePreset } from './controllers/secondary-consensus/presets/link-failure.ts';
import { plugAndPlayPreset } from './controllers/secondary-consensus/presets/plug-and-play.ts';
import { reactiveSharingPreset } from './controllers/secondary-consensus/presets/reactive-sharing.ts';
import { secondaryControlPreset } from './controllers/secondary-consensus/presets/secondary-control.ts';
import { dapi, leaderFollower, meanVoltage } from './controllers/secondary-consensus/secondary-consensus.ts';
import { coolingFollower, coolingLeader } from './controllers/thermostatic/thermostatic.ts';
import { voltVar } from './controllers/three-level-volt-var/three-level-volt-var.ts';
import { unifiedPreset } from './controllers/unified/presets/unified.ts';
import { unified } from './controllers/unified/unified.ts';
import { battery } from './devices/battery/declare.ts';
import { curtailableLoad } from './devices/curtailable-load/declare.ts';
import { deferrableLoad } from './devices/deferrable-load/declare.ts';
import { ev } from './devices/ev/declare.ts';
import { fixedLoad } from './devices/fixed-load/declare.ts';
import { generator } from './devices/generator/declare.ts';
import { gridConnection } from './devices/grid-connection/declare.ts';
import { heatPump } from './devices/heat-pump/declare.ts';
import { hydro } from './devices/hydro/declare.ts';
import { pricedLoad } from './devices/priced-load/declare.ts';
import { pv } from './devices/pv/declare.ts';
import { shiftableLoad } from './devices/shiftable-load/declare.ts';
import { supercapacitor } from './devices/supercapacitor/declare.ts';
import { thermostaticLoad } from './devices/thermostatic-load/declare.ts';
import { wind } from './devices/wind/declare.ts';
import { gridflockFormat } from './formats/gridflock/format.ts';
import { matpowerFormat } from './formats/matpower/format.ts';
import { opendssFormat } from './formats/opendss/format.ts';
import { pandapowerFormat } from './formats/pandapower/format.ts';
import { powerGridModelFormat } from './formats/power-grid-model/format.ts';
import { simbenchFormat } from './formats/simbench/format.ts';
import { branchFlowSoc } from './formulations/branch-flow-soc/formulation.ts';
import { copperPlate } from './formulations/copper-plate/formulation.ts';
import { dc } from './formulations/dc/formulation.ts';
import { lindistflow } from './formulations/lindistflow/formulation.ts';
import { adaptiveWeightedSum } from './fronts/adaptive-weighted-sum/method.ts';
import { epsilonConstraint } from './fronts/epsilon-constraint/method.ts';
import { normalBoundary } from './fronts/normal-boundary/method.ts';
import { weightedSum } from './fronts/weighted-sum/method.ts';
import { feeder118 } from './networks/feeder118/network.ts';
import { fourBus } from './networks/four-bus/network.ts';
import { ieee4 } from './networks/ieee4/network.ts';
import { ieee13 } from './networks/ieee13/network.ts';
import { ieee33 } from './networks/ieee33/network.ts';
import { ieee34 } from './networks/ieee34/network.ts';
import { ieee69 } from './networks/ieee69/network.ts';
import { ieee118 } from './networks/ieee118/network.ts';
import { ieee123 } from './networks/ieee123/network.ts';
import { microgridNetwork } from './networks/microgrid/network.ts';
import { areas } from './plants/areas/kind.ts';
import { coolingFrequencyPreset } from './plants/areas/presets/cooling-frequency.ts';
import { storageFrequencyPreset } from './plants/areas/presets/storage-frequency.ts';
import { threeAreasPreset } from './plants/areas/presets/three-areas.ts';
import { buildings } from './plants/buildings/kind.ts';
import { buildingCommunityPreset } from './plants/buildings/presets/building-community.ts';
import { dcMicrogrid } from './plants/dc-microgrid/kind.ts';
import { dcSharingPreset } from './plants/dc-microgrid/presets/dc-sharing.ts';
import { feeder } from './plants/feeder/kind.ts';
import { voltVarPreset } from './plants/feeder/presets/volt-var-clouds.ts';
import { microgrid } from './plants/microgrid/kind.ts';
import { storageBank } from './plants/storage-bank/kind.ts';
import type { PowerFlowMethod } from './powerflows/contract.ts';
import { firstOf } from './powerflows/first-of.ts';
import { newton } from './powerflows/newton/newton.ts';
import { radialSweep } from './powerflows/radial-sweep/radial-sweep.ts';
import { cbfFormat } from './programs/cbf/format.ts';
import { lpFormat } from './programs/lp/format.ts';
import { mpsFormat } from './programs/mps/format.ts';
import { central } from './schemes/central/scheme.ts';
import { proximalMessagePassing } from './schemes/proximal-message-passing/scheme.ts';
import type { Solver } from './solvers/contract.ts';
import { highs } from './solvers/highs/highs.ts';
import { interiorPoint } from './solvers/interior-point/interior-point.ts';
import { outerApproximation } from './solvers/outer-approximation/outer-approximation.ts';
import { affineRules } from './strategies/affine-rules/strategy.ts';
import { columnAndConstraint } from './strategies/column-and-constraint/strategy.ts';
import { extensive } from './strategies/extensive/strategy.ts';
import { lShaped } from './strategies/l-shaped/strategy.ts';
import { progressiveHedging } from './strategies/progressive-hedging/strategy.ts';
import type { Catalog } from './studies/contract.ts';
import { dispatchPresets } from './studies/dispatch/presets/presets.ts';
import { dispatch } from './studies/dispatch/study.ts';
import { negotiate } from './studies/negotiate/study.ts';
import { regulate } from './studies/regulate/study.ts';
import { simulate } from './studies/simulate/study.ts';
import { voltVarPresets } from './studies/volt-var/presets/presets.ts';
import { voltVarStudy } from './studies/volt-var/study.ts';

/** Solvers that work alone; outer approximation combines them. */
const solvers: readonly Solver[] = [highs(), interiorPoint()];

/**
 * The one list that names every member, so that JSON and YAML can name it: one import and one entry per line.
 * Deleting a member's folder and its two lines here removes it from gridflock.
 */
export const catalog: Catalog = {
  networks: [feeder118, fourBus, ieee4, ieee13, ieee33, ieee34, ieee69, ieee118, ieee123, microgridNetwork],
  devices: [
    battery,
    curtailableLoad,
    deferrableLoad,
    ev,
    fixedLoad,
    generator,
    gridConnection,
    heatPump,
    hydro,
    pricedLoad,
    pv,
    shiftableLoad,
    supercapacitor,
    thermostaticLoad,
    wind,
  ],
  formulations: [branchFlowSoc, copperPlate, dc, lindistflow],
  schemes: [central, proximalMessagePassing],
  strategies: [affineRules, columnAndConstraint, extensive, lShaped, progressiveHedging],
  fronts: [adaptiveWeightedSum, epsilonConstraint, normalBoundary, weightedSum],
  controllers: [
    areaControl,
    attackCompensation,
    coolingFollower,
    coolingLeader,
    dapi,
    dcConsensus,
    delayPredictive,
    droop,
    dynamicAverage,
    dynamicEventTriggered,
    eventTriggered,
    finiteTimeBalancing,
    finiteTimeSecondary,
    leaderFollower,
    meanVoltage,
    storageSupport,
    trimmedConsensus,
    unified,
    voltVar,
  ],
  plants: [areas, buildings, dcMicrogrid, feeder, microgrid, storageBank],
  presets: [
    attackPreset,
    averagedTierPreset,
    buildingCommunityPreset,
    byzantinePreset,
    coolingFrequencyPreset,
    dapiPreset,
    dcSharingPreset,
    delay120MsPreset,
    delay60MsPreset,
    delayPredictivePreset,
    dynamicEventTriggeredPreset,
    eventTriggeredPreset,
    finiteTimePreset,
    finiteTimeSecondaryPreset,
    isolatedAgentPreset,
    leaderFollowerPreset,
    linkFailurePreset,
    plainAttackPreset,
    plugAndPlayPreset,
    reactiveSharingPreset,
    secondaryControlPreset,
    storageFrequencyPreset,
    threeAreasPreset,
    unifiedPreset,
    voltVarPreset,
    ...dispatchPresets,
    ...voltVarPresets,
  ],
  solvers: [...solvers, outerApproximation(solvers)],
  powerflows: [radialSweep, newton],
  formats: [gridflockFormat, matpowerFormat, opendssFormat, pandapowerFormat, powerGridModelFormat, simbenchFormat],
  programs: [cbfFormat, lpFormat, mpsFormat],
  studies: [negotiate, dispatch, regulate, simulate, voltVarStudy],
};

/** The sweep where the network is radial, Newton where it is not or where the sweep gives up. */
export const autoPowerFlow: PowerFlowMethod = firstOf(catalog.powerflows);
