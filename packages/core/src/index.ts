// The public surface of @gridflock/core, in reading order: grid, devices, problem, solving, deciding, asking.

export { runInLoop } from './agents/loop.ts';
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
export { type Faults, noFaults, runInVirtualTime } from './agents/virtual-time.ts';
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
export { type CentralCohorts, centralProgram } from './cohorts/central.ts';
export { dualBound } from './cohorts/certify.ts';
export type { Form, FormParameter, FormValues, Horizon } from './cohorts/form.ts';
export { cohortForms } from './cohorts/forms/forms.ts';
export {
  balanceChunk,
  type Chunks,
  type CohortState,
  chunksOf,
  emptyState,
  planChunk,
  sums as cohortSums,
  workspaceOf,
} from './cohorts/iterate.ts';
export {
  type Checkpoint,
  type CohortOptions,
  type CohortProgress,
  type CohortResult,
  type CohortServices,
  type CohortStatus,
  cohortDefaults,
  negotiateCohorts,
  type Phases,
} from './cohorts/negotiate.ts';
export { buildCohortProblem, type Cohort, type CohortProblem, type CohortSpec, type Memory, ownMemory } from './cohorts/problem.ts';
export { type RandomNetworkOptions, randomNetwork } from './cohorts/random-network.ts';
export { type Device, type DeviceKind, defineDevice, type ParamSpec, type ParamTable, type ValuesOf } from './devices/contract.ts';
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
export type { BigArithmetic, Crypto, KeyPair } from './privacy/crypto.ts';
export { epsilonOf, rhoOf } from './privacy/differential-privacy/accountant.ts';
export { type NoisySumsOptions, noiseFor, noisySums } from './privacy/differential-privacy/noisy-sums.ts';
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
export type { Certificate, ProgramUpdate, ReadySolver, Solution, SolveOptions, Solver, SolveSequence } from './solvers/contract.ts';
export { solveNonlinear } from './solvers/nonlinear/nonlinear.ts';
export type { NonlinearOptions, NonlinearProgram, NonlinearSolution } from './solvers/nonlinear/program.ts';
export { blockOracle } from './solvers/oracle.ts';
export { type FlexibilityRange, flexibilityRange, supportOf } from './solvers/range.ts';
export { oracleFor } from './solvers/reduced-oracle.ts';
export type { Catalog, StudyKind, StudyProgress, StudyServices } from './studies/contract.ts';
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
export { type Shape, shape, shapes } from './uncertainty/shapes.ts';
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
