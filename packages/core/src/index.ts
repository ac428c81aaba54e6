// The public surface of @gridflock/core, in reading order: grid, devices, problem, solving, deciding, asking.

export { addTallies, emptyTally, type Failure, shrunkFailure, type Tally, trySeeds } from './agents/chaos/campaign.ts';
export { type DrawOptions, drawScript } from './agents/chaos/draw-script.ts';
export { shrink, smallerScripts } from './agents/chaos/shrink.ts';
export { type Attempt, attemptOf, type Trial, type Verdict } from './agents/chaos/trial.ts';
export { EmulatedLinks, seedOfLinks } from './agents/faults/emulated-links.ts';
export { checkAgents, readFaultScript } from './agents/faults/read-script.ts';
export { type Fault, type FaultKind, type FaultScript, scriptOf, settledAt_s } from './agents/faults/script.ts';
export type { Invariant, Violation, World, WorldEvent } from './agents/invariant.ts';
export { DistantRole } from './agents/lockstep/distant-role.ts';
export { SteppedRole } from './agents/lockstep/stepped-role.ts';
export { type Act, actIn, answerIn, bodyOfAct, restAct, type StepAnswer, stepKind, steppedKind } from './agents/lockstep/steps.ts';
export { runInLoop } from './agents/loop.ts';
export { PacedRole } from './agents/paced-role.ts';
export {
  type AgentId,
  type Envelope,
  type Message,
  type Observation,
  type Outbox,
  type Role,
  type Snapshot,
  sizeOnWire_count,
} from './agents/role.ts';
export type { RunOptions } from './agents/run.ts';
export { VirtualWorld, type WorldOptions } from './agents/virtual/world.ts';
export { type Faults, noFaults, runInVirtualTime, type VirtualTimeOptions } from './agents/virtual-time.ts';
export { stalling, type Unanswered, waitingOf } from './agents/waiting.ts';
export { type TrafficRow, Wiretap } from './agents/wiretap.ts';
export * from './base/errors.ts';
export { degPerRad, iBase_A, type PerUnitBase, zBase_ohm } from './base/per-unit.ts';
export { type RandomStream, randomStream } from './base/random.ts';
export { type Axis, type Series, series } from './base/series.ts';
export {
  readInstant,
  stepAt,
  stepHourOfDay,
  stepLocalTime,
  stepStartsAt,
  type TimeGrid,
  type TimeGridOptions,
  timeGrid,
} from './base/time-grid.ts';
export { type QuantityName, type Unit, type UnitOf, unitOfName, units, withoutUnit } from './base/units.ts';
export { autoPowerFlow, catalog } from './catalog.ts';
export { type BalancedPlan, balancePlan } from './cohorts/balance-plan.ts';
export { type CentralCohorts, centralProgram } from './cohorts/central.ts';
export { type CertifiedPlan, dualBound } from './cohorts/certify.ts';
export type { Form, FormParameter, FormValues, Horizon } from './cohorts/form.ts';
export { cohortForms } from './cohorts/forms/forms.ts';
export { type CohortState, emptyState } from './cohorts/iterate.ts';
export { type FeederGraph, type JoinedFeedersOptions, joinFeeders } from './cohorts/joined-feeders.ts';
export { kernelMemory } from './cohorts/kernel-memory.ts';
export {
  type Checkpoint,
  type CohortOptions,
  type CohortProgress,
  type CohortResult,
  type CohortServices,
  type CohortStatus,
  cohortDefaults,
  negotiateCohorts,
} from './cohorts/negotiate.ts';
export { type CohortWork, emptyWork, PhaseHand, type Phases, type PhaseTask, phasesHere, phasesOf } from './cohorts/phases.ts';
export { buildCohortProblem, type Cohort, type CohortProblem, type CohortSpec, type Memory, ownMemory } from './cohorts/problem.ts';
export { type RandomNetworkOptions, randomNetwork } from './cohorts/random-network.ts';
export { type AffineLaw, affineLaw } from './controllers/affine-law.ts';
export { adviseGain, type ConsensusBounds, consensusBounds, type GainAdvice } from './controllers/consensus-bounds.ts';
export {
  buildHeard,
  type Controller,
  defineController,
  type Heard,
  heardOf,
  type Law,
  type LawPoint,
  type LawTangent,
  pull,
  stepLaw,
} from './controllers/contract.ts';
export { ControlRole, type ControlRoleOptions, controlRole, type DevicePort, delayedDevice } from './controllers/control-role.ts';
export { bestAhead_s, predictedDelayBound_s } from './controllers/delay-predictive/wap-bound.ts';
export {
  agreeOnTie,
  type ExchangeParty,
  type ExchangeState,
  type ExchangeTie,
  exchangeState,
  layersFault,
  stepExchange,
} from './controllers/exchange.ts';
export { ExchangeRole, type ExchangeRoleOptions } from './controllers/exchange-role.ts';
export { FieldRole, type FieldRoleOptions, fieldRole } from './controllers/field-role.ts';
export { bothWays, buildGraph, consensusFault, type Graph, type Link, laplacian, laplacianSpectrum, ringOf } from './controllers/graph.ts';
export type { Preset } from './controllers/preset.ts';
export { readControllerValues } from './controllers/read-values.ts';
export { referencedDevice } from './controllers/referenced-device.ts';
export { attackSign } from './controllers/resilient/attack-compensation.ts';
export { LinkMonitor, type LinkMonitorOptions } from './controllers/resilient/link-monitor.ts';
export { robustnessOf } from './controllers/robustness.ts';
export { chatterOf } from './controllers/signed-power.ts';
export { speedName, TunedLaw } from './controllers/tuned-law.ts';
export {
  type Device,
  type DeviceKind,
  defineDevice,
  type FastLaw,
  type FastStore,
  type ParamSpec,
  type ParamTable,
  type ValuesOf,
} from './devices/contract.ts';
export { fastLaw } from './devices/fast.ts';
export { readParams } from './devices/params.ts';
export { availableBox, holdsBox, largestBox, largestReserveBox, type PowerBox, reserveBox, sumBoxes } from './flexibility/box.ts';
export { compareOnStep, type StepComparison } from './flexibility/compare.ts';
export { type Directions, evenDirections, refineDirections } from './flexibility/directions.ts';
export { type FollowOptions, follow } from './flexibility/follow.ts';
export type { Follower } from './flexibility/follower.ts';
export { type HorizonMember, horizonMember } from './flexibility/horizon.ts';
export { compareOverTime, type HorizonComparison, sharedSignals, signalTrajectories } from './flexibility/horizon-aggregates.ts';
export { type Granted, hullOf, nearestInPolygon, polygonArea, regionOfPolygon } from './flexibility/polygon.ts';
export { project } from './flexibility/project.ts';
export type { HalfPlane, PowerBounds, PowerPoint, PowerRegion, PowerWeights } from './flexibility/region.ts';
export { areaOf, buildRegion, contains, supportPoint } from './flexibility/shape.ts';
export { boundsOf, cornersOf, outerOf, sumCorners } from './flexibility/sum.ts';
export { pointOf, weightsOf } from './flexibility/weights.ts';
export type { FileSource, Loss, NetworkFormat, ReadOptions, Written } from './formats/contract.ts';
export { readProfiles } from './formats/csv/profiles.ts';
export { type TableColumn, timeColumn, writeTable } from './formats/csv/table.ts';
export { detectFormat, type ReadNetworkOptions, readNetwork } from './formats/detect.ts';
export { powerGridModelScenarios } from './formats/power-grid-model/scenarios.ts';
export {
  buildConsumerPowers,
  type ConsumerPowers,
  type ElementPowers,
  type ScenarioBatch,
  type ScenarioFiles,
  type ScenarioNetwork,
  type ScenarioNetworks,
  type ScenarioReader,
} from './formats/scenarios.ts';
export { readStudyCases, type StudyCase, withStudyCase } from './formats/simbench/study-cases.ts';
export type { BaseFlow, FormulatedNetwork, Formulation, Wires, WiresState } from './formulations/contract.ts';
export type { Front, FrontMethod, FrontOptions, Objectives, Point as FrontPoint, Question } from './fronts/contract.ts';
export { traceFront } from './fronts/front.ts';
export { type LinearCost, programObjectives } from './fronts/program-objectives.ts';
export { type Decided, type TwoStageCost, twoStageObjectives } from './fronts/two-stage-objectives.ts';
export { type BranchPart, type BusPart, buildNetwork, type NetworkParts, type ShuntPart } from './network/build.ts';
export type { NetworkDocument } from './network/document.ts';
export { balancedCase } from './network/feeder/balanced.ts';
export { type BuiltFeeder, buildFeeder, type FeederBuildOptions } from './network/feeder/build.ts';
export type * from './network/feeder/controls.ts';
export { distanceFromSource_km } from './network/feeder/distance.ts';
export type { FeederDocument } from './network/feeder/document.ts';
export type * from './network/feeder/feeder.ts';
export type * from './network/feeder/feeder-parts.ts';
export { feederOfCase } from './network/feeder/lift.ts';
export { readFeederDocument } from './network/feeder/read-document.ts';
export { buildFeederDocument } from './network/feeder/write-document.ts';
export * from './network/network.ts';
export { checkPartition, type NamedCluster, partitionOfClusters, resourcesAtBuses } from './network/partition/check.ts';
export {
  type Coupling,
  clusterDistance,
  type DistanceReading,
  electricalDistances,
  partitionDistance,
} from './network/partition/electrical-distance.ts';
export { clusterBuses, type Partition, type PartitionRules } from './network/partition/partition.ts';
export { type PartitionSample, samplePartitions } from './network/partition/sample.ts';
export { type SampleTheory, sampleTheory } from './network/partition/sample-theory.ts';
export { type ListedPartition, type PartitionListing, PartitionSpace, type SpaceOptions } from './network/partition/space.ts';
export { readNetworkDocument } from './network/read-document.ts';
export { buildTopology, fundamentalLoop, type Topology } from './network/topology.ts';
export type { BuiltInNetwork } from './networks/contract.ts';
export { readBuiltIn } from './networks/read-built-in.ts';
export type { AcCheck, OpfCertificate, OpfFormulation, OpfResult, OpfStatus, PriceParts, Relaxation } from './opf/result.ts';
export { type PreparedOpf, prepareOpf } from './opf/sequence.ts';
export type { OpfOptions, OpfProgress, OpfServices } from './opf/settings.ts';
export { solveOpf } from './opf/solve.ts';
export { askOfCase } from './opf/three-phase/ask-of-case.ts';
export type {
  FeederAcCheck,
  FeederOpfCertificate,
  FeederOpfPlace,
  FeederOpfResult,
  FeederOpfUnit,
  FeederRelaxation,
  PhasePower,
} from './opf/three-phase/result.ts';
export type { FeederOpfFormulation, FeederOpfOptions, FeederOpfServices, UnitLimits } from './opf/three-phase/settings.ts';
export { solveFeederOpf } from './opf/three-phase/solve.ts';
export { reachableBand, reachablePolygon } from './opf/tracking/band.ts';
export { type PreparedPlanCheck, preparePlanCheck } from './opf/tracking/plan-check.ts';
export type {
  PccPower,
  RegulatedDay,
  RegulatedFeeder,
  RegulatedResource,
  RegulatedStep,
  Setpoints,
  TrackingOptions,
} from './opf/tracking/question.ts';
export type {
  BandEdge,
  PlanCheck,
  ReachableBand,
  TrackedDay,
  TrackingCertificate,
  TrackingMethod,
  TrackingResult,
} from './opf/tracking/result.ts';
export { track, trackDay } from './opf/tracking/track.ts';
export {
  definePlant,
  type PlantContext,
  type PlantDevice,
  type PlantKind,
  type PlantModel,
  type Quantity,
  type QuantityLine,
} from './plants/contract.ts';
export {
  buildPowerFlowBatch,
  type PowerFlowBatch,
  type PowerFlowMethod,
  type PowerFlowOptions,
  type PowerFlowResult,
  type PreparedPowerFlow,
} from './powerflows/contract.ts';
export { exactSensitivity } from './powerflows/exact-sensitivity.ts';
export { firstOf } from './powerflows/first-of.ts';
export { generatorPowers } from './powerflows/generator-results.ts';
export { linearSensitivity, type SensitivityMatrices, sensitivityMatrices, type VoltageSensitivity } from './powerflows/sensitivity.ts';
export { buildThreePhaseBatch } from './powerflows/three-phase/batch/batch.ts';
export { PointRun, type ThreePhasePoints } from './powerflows/three-phase/batch/point-run.ts';
export { BranchMeter } from './powerflows/three-phase/branch-meter.ts';
export type * from './powerflows/three-phase/contract.ts';
export { dead_pu, type SeenVoltages, seenVoltages, usualHigh_pu, usualLow_pu } from './powerflows/three-phase/seen-voltages.ts';
export {
  SeriesRun,
  solveThreePhaseSeries,
  type ThreePhaseChunk,
  type ThreePhaseSeries,
  type ThreePhaseSeriesSummary,
} from './powerflows/three-phase/series/series.ts';
export { prepareThreePhase } from './powerflows/three-phase/three-phase.ts';
export { type SequenceVoltages, summariseVoltages, type VoltageSummary } from './powerflows/three-phase/voltage-summary.ts';
export { differenceOfSums, equalShare, learnedBits, nearestOf, powerInLog, relativeError } from './privacy/attacks/attacks.ts';
export type { BigArithmetic, Crypto, KeyPair, Notary } from './privacy/crypto.ts';
export { epsilonOf, rhoOf } from './privacy/differential-privacy/accountant.ts';
export { type Households, type NoisySumsOptions, noiseFor, noisySums } from './privacy/differential-privacy/noisy-sums.ts';
export { type EncryptedSumsOptions, encryptedSums, encryptedSumsDefaults } from './privacy/homomorphic/encrypted-sums.ts';
export { modPow } from './privacy/homomorphic/mod-pow.ts';
export { type Packing, pack, packingFor, unpack } from './privacy/homomorphic/packing.ts';
export { PaillierPublic, PaillierSecret } from './privacy/homomorphic/paillier.ts';
export { Collector, type CollectorSetup } from './privacy/secure-aggregation/collector.ts';
export { type Degree, degreeFor, type Threats } from './privacy/secure-aggregation/degree.ts';
export { type NeighbourGraph, neighbourGraph, randomOrder } from './privacy/secure-aggregation/graph.ts';
export { type MaskedSumsOptions, maskedSums, maskedSumsDefaults } from './privacy/secure-aggregation/masked-sums.ts';
export { Member, type MemberSetup, type PublicKeys, type Revealed } from './privacy/secure-aggregation/member.ts';
export { type Veils, wrapRoles } from './privacy/wrap-roles.ts';
export { type Affine, type Coefficient, type Expression, mul, sum, type Variable } from './problem/affine.ts';
export { type Assembly, assemble, type Net, partOf, portValues, priceAt } from './problem/assemble.ts';
export { type Block, type BlockOptions, buildBlock } from './problem/block.ts';
export type { CapabilityBridge } from './problem/bridges/capability.ts';
export { type Declaration, type DeclarationModel, declaration } from './problem/declare.ts';
export { derivativeInto } from './problem/derivative.ts';
export {
  type Answer,
  type Constraint,
  type Family,
  type IndexSet,
  type Limit,
  Model,
  type Name,
  type Reading,
  type VariableOptions,
} from './problem/model.ts';
export type { Oracle } from './problem/oracle.ts';
export {
  type AffineRow,
  type Cone,
  dualExponentialCone,
  dualPowerCone,
  objectiveOf,
  type Program,
  rotatedCone,
  semidefiniteCone,
} from './problem/program.ts';
export { type TwoStage, TwoStageModel } from './problem/two-stage.ts';
export { type ConicForm, conicFormOf } from './programs/conic-form.ts';
export type { ConeKind, ProgramFormat, ReadProgramOptions, StatedCone, StatedProgram } from './programs/contract.ts';
export { detectProgramFormat, type ReadProgramSettings, readProgram } from './programs/detect.ts';
export { boxes } from './regulation/boxes.ts';
export { followSignal, type SignalProblem, type SignalRun, type SignalServices } from './regulation/constraint-set/follow-signal.ts';
export { type PublishedSet, type SafeEnd, type SafeSet, type SafeSetOptions, safeSet } from './regulation/constraint-set/safe-set.ts';
export type * from './regulation/contract.ts';
export { bandOf, decompose, decomposeAsPrinted } from './regulation/decompose.ts';
export { polygons } from './regulation/polygons.ts';
export { regulateDay, regulateDayOpenly } from './regulation/regulate-day.ts';
export type { CoordinationProblem, Outcome, Part, Scheme, SchemeServices, TerminalLimits } from './schemes/contract.ts';
export {
  type Agreement,
  agreementOf,
  type CommonTerms,
  castConvener,
  castNet,
  castParticipant,
  convenerId,
  type NetTerms,
  netId,
  type ParticipantTerms,
} from './schemes/proximal-message-passing/cast.ts';
export { areaPlant } from './simulation/areas/area-plant.ts';
export {
  type Area,
  type AreaSystem,
  type CoolingCluster,
  restingShare_frac,
  type StorageUnit,
  type Tie,
} from './simulation/areas/areas.ts';
export { type Building, buildingPlant } from './simulation/buildings/building-plant.ts';
export { type ControlledDevice, closeLoop, type LoopOptions } from './simulation/control-loop.ts';
export type { DcBus, DcCable, DcLoad, DcMicrogrid, DcSource } from './simulation/dc/dc-microgrid.ts';
export { dcPlant } from './simulation/dc/dc-plant.ts';
export { type DelayMargin, type DelaySystem, delayMargin, delayRoots, delaySystemOf, rightmostRoot } from './simulation/delay-spectrum.ts';
export { devicePlant } from './simulation/devices/device-plant.ts';
export { type FeederSystem, type FollowingInverter, feederPlant } from './simulation/feeder/feeder-plant.ts';
export { type Linearisation, linearise } from './simulation/jacobian.ts';
export { liveDevice } from './simulation/live-device.ts';
export { meanRate_per_s, nadirOf, outputOf, settling_s, spread_frac } from './simulation/metrics.ts';
export { type AveragedOptions, averagedMicrogrid } from './simulation/microgrid/averaged.ts';
export { dynamicPhasorMicrogrid } from './simulation/microgrid/dynamic-phasor.ts';
export type { FormingInverter, ImpedanceLoad, InnerLoops, Microgrid, MicrogridLoad } from './simulation/microgrid/microgrid.ts';
export { type QuasiStaticOptions, quasiStaticMicrogrid } from './simulation/microgrid/quasi-static.ts';
export { type TierGap, tierGap } from './simulation/microgrid/tier-gap.ts';
export { type Mode, modesAt } from './simulation/modes.ts';
export { findOperatingPoint, type OperatingPointOptions, type OperatingPointResult } from './simulation/operating-point.ts';
export { type Delay, type Plant, type State, settleDelays } from './simulation/plant.ts';
export { type LiveChange, PlantRole, type PlantRoleOptions, type PlantSeat, plantRole } from './simulation/plant-role.ts';
export { type MethodName, type Process, Run, type SimulationOptions, type Trajectory } from './simulation/run.ts';
export { cooledArea, type StorageFleet, supportGraph, threeAreas, twoAreas } from './simulation/scenarios/areas.ts';
export { buildingCommunity } from './simulation/scenarios/building-community.ts';
export { dapiChain, dapiRatings } from './simulation/scenarios/dapi-chain.ts';
export { dcRing } from './simulation/scenarios/dc-ring.ts';
export { inverterChain } from './simulation/scenarios/inverter-chain.ts';
export { layeredGraph, networkedMicrogrids } from './simulation/scenarios/networked-microgrids.ts';
export { type CloudOptions, cloudsOver, sunnyBuses, sunnyFeeder, sunnyRing } from './simulation/scenarios/sunny-feeder.ts';
export type { Happening, PlannedChange } from './simulation/schedule.ts';
export { simulate } from './simulation/simulate.ts';
export { idealSources } from './simulation/storage/ideal-sources.ts';
export { type Store, withStorage } from './simulation/storage/with-storage.ts';
export { type TracePoint, traceModes } from './simulation/trace.ts';
export type { Watch } from './simulation/watch.ts';
export { type RateOutput, withPowerRates, withRates } from './simulation/with-rates.ts';
export type { Certificate, ProgramUpdate, ReadySolver, Solution, SolveOptions, Solver, SolveSequence } from './solvers/contract.ts';
export { solveNonlinear } from './solvers/nonlinear/nonlinear.ts';
export type { NonlinearOptions, NonlinearProgram, NonlinearSolution } from './solvers/nonlinear/program.ts';
export { blockOracle } from './solvers/oracle.ts';
export { type FlexibilityRange, flexibilityRange, supportOf } from './solvers/range.ts';
export { oracleFor } from './solvers/reduced-oracle.ts';
export { type DelayBound, varyingDelayBound } from './stability/delay-bound.ts';
export { type InequalityOutcome, leastEigenvalue, type MatrixInequality, solveInequalities } from './stability/matrix-inequality.ts';
export {
  type Certificate as TriggerCertificate,
  certifiedMargin,
  designTrigger,
  sampledRadius,
  type TriggerDesign,
  type TriggerSystem,
  unifiedGain,
} from './stability/trigger-design.ts';
export { type Carried, carryThrough, type HorizonStep } from './strategies/carry-through.ts';
export type * from './strategies/contract.ts';
export { reactionAt } from './strategies/recourse.ts';
export { type Replay, replay } from './strategies/replay.ts';
export { type AgentReport, type CollectorFile, type ResultLetter, readCollectorFile, readResultLetter } from './studies/agent-report.ts';
export type { Catalog, StudyDeployment, StudyKind, StudyProgress, StudyServices } from './studies/contract.ts';
export type { CastGroup, LivePlant, LiveTerms, SplitAgent, SplitStudy, WorldTerms } from './studies/deployment.ts';
export { jia2025Prices, jia2025Storage } from './studies/jia2025.ts';
export type * from './studies/regulate/market/contract.ts';
export { clearTwoSided } from './studies/regulate/market/equilibrium.ts';
export {
  flatPrices,
  type HourlyPrices,
  portfolioForEach,
  profilePrices,
  type RealTimeLaw,
  realTimePrices,
  timeOfUsePrices,
  tradeAtPrices,
} from './studies/regulate/market/structures.ts';
export { planTrade } from './studies/regulate/market/trade.ts';
export type { TwoSidedMarket } from './studies/regulate/market/two-sided.ts';
export { around, deviationsOf, type Ellipsoid, ellipsoid, reachOf } from './uncertainty/ellipsoid.ts';
export {
  type DrawMethod,
  drawOutcomes,
  type ErrorLaw,
  evenCorrelation,
  type ForecastErrors,
  type UncertainQuantity,
} from './uncertainty/forecast-error.ts';
export { type ScenarioTree, scenarioTree, type TreeNode, type TreeStage } from './uncertainty/scenario-tree.ts';
export {
  evenScenarios,
  momentsOf,
  type ReducedScenarios,
  type ReductionMethod,
  reduceScenarios,
  type Scenarios,
} from './uncertainty/scenarios.ts';
export { type Shape, shape, shapes } from './uncertainty/shapes.ts';
export {
  type Budget,
  boxSet,
  deviationSet,
  holds,
  outcomeAt,
  productSet,
  twoSidedDeviationSet,
  type UncertaintySet,
} from './uncertainty/uncertainty-set.ts';
export { verticesOf } from './uncertainty/vertices.ts';
export type { VoltVarCase } from './volt-var/case.ts';
export { ieee33VoltVarCase } from './volt-var/ieee33-case.ts';
export { type VoltVarProblem, voltVarProblem } from './volt-var/volt-var-problem.ts';
export type {
  DecidedPlan,
  DispatchResult,
  Explanation,
  PlanCase,
  ProblemSize,
  ReplayedPlan,
  ReplayGroup,
  ScenarioFacts,
  UncertainResult,
} from './wire/dispatch-result.ts';
export { type EnvelopeFault, EnvelopeReader, EnvelopeWriter, envelopeSize_max_count, envelopeVersion } from './wire/envelope.ts';
export type {
  CharacteristicComparison,
  ChosenPartition,
  ConstraintSetResult,
  HorizonCharacteristic,
  MarketResult,
  PartitionsResult,
  PortfolioPlan,
  PublishedComparison,
  RegulateResult,
  RegulationRun,
  ScreeningResult,
} from './wire/regulate-result.ts';
export * from './wire/result.ts';
export { type Seal, SealCodec, type SealFault, type SealParts, sealSize_count, sealVersion, type UnsignedSeal } from './wire/seal.ts';
export type * from './wire/simulate-result.ts';
export type {
  VoltVarCaseResult,
  VoltVarFront,
  VoltVarPlan,
  VoltVarQuantity,
  VoltVarReplay,
  VoltVarResult,
} from './wire/volt-var-result.ts';
