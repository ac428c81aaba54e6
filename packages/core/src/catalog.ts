import { droop } from './controllers/droop/droop.ts';
import { dapi, leaderFollower, meanVoltage } from './controllers/secondary-consensus/secondary-consensus.ts';
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
import { feeder118 } from './networks/feeder118/network.ts';
import { fourBus } from './networks/four-bus/network.ts';
import { ieee4 } from './networks/ieee4/network.ts';
import { ieee13 } from './networks/ieee13/network.ts';
import { ieee33 } from './networks/ieee33/network.ts';
import { ieee34 } from './networks/ieee34/network.ts';
import { ieee69 } from './networks/ieee69/network.ts';
import { ieee118 } from './networks/ieee118/network.ts';
import { ieee123 } from './networks/ieee123/network.ts';
import { microgrid } from './networks/microgrid/network.ts';
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
import { columnAndConstraint } from './strategies/column-and-constraint/strategy.ts';
import { extensive } from './strategies/extensive/strategy.ts';
import { lShaped } from './strategies/l-shaped/strategy.ts';
import type { Catalog } from './studies/contract.ts';
import { dispatch } from './studies/dispatch/study.ts';
import { negotiate } from './studies/negotiate/study.ts';
import { regulate } from './studies/regulate/study.ts';

/** Solvers that work alone; outer approximation combines them. */
const solvers: readonly Solver[] = [highs(), interiorPoint()];

/**
 * The one list that names every member, so that JSON and YAML can name it: one import and one entry per line.
 * Deleting a member's folder and its two lines here removes it from gridflock.
 */
export const catalog: Catalog = {
  networks: [feeder118, fourBus, ieee4, ieee13, ieee33, ieee34, ieee69, ieee118, ieee123, microgrid],
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
    thermostaticLoad,
    wind,
  ],
  formulations: [branchFlowSoc, copperPlate, dc, lindistflow],
  schemes: [central, proximalMessagePassing],
  strategies: [columnAndConstraint, extensive, lShaped],
  controllers: [dapi, droop, leaderFollower, meanVoltage],
  solvers: [...solvers, outerApproximation(solvers)],
  powerflows: [radialSweep, newton],
  formats: [gridflockFormat, matpowerFormat, opendssFormat, pandapowerFormat, powerGridModelFormat, simbenchFormat],
  programs: [cbfFormat, lpFormat, mpsFormat],
  studies: [negotiate, regulate, dispatch],
};

/** The sweep where the network is radial, Newton where it is not or where the sweep gives up. */
export const autoPowerFlow: PowerFlowMethod = firstOf(catalog.powerflows);
