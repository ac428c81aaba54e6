import type { Role } from '../agents/role.ts';
import type { RandomStream } from '../base/random.ts';
import type { Follower } from '../flexibility/follower.ts';
import type { PowerBounds, PowerPoint, PowerRegion } from '../flexibility/region.ts';

/** What the grid above asks of a feeder, and what it then gets, at the point of common coupling: + is into the feeder (import). */
export interface Command {
  readonly p_pcc_kW: number;
  readonly q_pcc_kvar: number;
}

/** How much a kW and a kvar beside the command count: α and β of eq. (7), α·|p − p*| + β·|q − q*|; both positive. */
export interface TrackingWeights {
  readonly alpha: number;
  readonly beta: number;
}

/**
 * What a cluster tells the feeder's operator about itself, and nothing else: what its resources can inject together on the next step.
 * `box`: independent ranges of P and Q (Jia et al. 2025, eq. 18–19, an inner box). `polygon`: `inner` has one corner in each of the
 * directions that all agents share, in their order, so that every point in it can be handed down exactly (`polygons.ts`).
 */
export type Characteristic =
  | { readonly kind: 'box'; readonly low: PowerPoint; readonly high: PowerPoint }
  | { readonly kind: 'polygon'; readonly bounds: PowerBounds };

/** A command that no cluster can serve in full: what was asked, what the edge of the band allows. */
export interface Saturation {
  readonly asked: PowerPoint;
  readonly granted: PowerPoint;
}

/** Targets of the clusters, in their order; they sum to `granted`. */
export interface Decomposition {
  readonly targets: readonly PowerPoint[];
  readonly granted: PowerPoint;
  readonly saturation?: Saturation | undefined;
}

/**
 * A way to describe many resources by a vector that sums, and to hand a point of the sum down again. Members: `boxes`, `polygons`.
 * For resources l with regions R_l, own vectors v_l and any point x of the characteristic of Σ_l v_l:
 * the points that `point` makes of v_l and the common weights of x lie in R_l and sum to x.
 */
export interface Aggregation {
  readonly kind: Characteristic['kind'];
  /** Length of a resource's vector, in kW and kvar. */
  readonly numbers_count: number;
  /** Writes a resource's own vector to `into` from place `first` on; it never leaves the resource unmasked. */
  measure(region: PowerRegion, into: Float64Array, first: number): void;
  characteristic(sum: Float64Array): Characteristic;
  /** What is broadcast so that `x`, a point of the characteristic of `sum`, is delivered. */
  weights(sum: Float64Array, x: PowerPoint): Float64Array;
  /** What the resource whose vector stands from place `first` on is to inject. */
  point(own: Float64Array, first: number, weights: Float64Array): PowerPoint;
}

/** Resources that are described and regulated together. Their followers move on with the day; hand in copies to keep them. */
export interface ClusterSetup {
  readonly id: string;
  readonly resources: readonly Follower[];
  /** Owner of each resource: those of one owner are one agent, which adds them up in the open. Everyone his own when left out. */
  readonly owners?: readonly string[] | undefined;
}

/** What all clusters can inject together on a step: the extent of the sum of their characteristics. */
export interface PowerBand {
  readonly p_low_kW: number;
  readonly p_high_kW: number;
  readonly q_low_kvar: number;
  readonly q_high_kvar: number;
}

/** What the feeder's operator knows of his own grid and nobody else is told. Given by the study. */
export interface GridSide {
  /** The command from above for a step, once the band of the step is known. */
  command(step: number, band: PowerBand): Command;
  /** What the feeder takes besides its resources if clusters inject `targets`: loads and losses, consumption positive. */
  demand(step: number, targets: readonly PowerPoint[]): PowerPoint;
  /**
   * Targets for a command that cannot be met in full, where the operator's wires say which of them loses least; `decompose` when left
   * out. Targets must lie within the characteristics.
   */
  split?(step: number, characteristics: readonly Characteristic[], command: Command): readonly PowerPoint[];
  /** What really happens at the point of common coupling with what was injected, by resource: the AC power flow. */
  measure(step: number, injections: ReadonlyMap<string, PowerPoint>): Command;
}

export interface RegulationSetup {
  readonly clusters: readonly ClusterSetup[];
  readonly steps_count: number;
  readonly aggregation: Aggregation;
  readonly weights: TrackingWeights;
  /** Times that targets are made anew after the losses that they would cause; 2 when left out. */
  readonly passes_count?: number | undefined;
  readonly grid: GridSide;
}

export interface RegulationServices {
  /** Runs the roles: in a loop, in virtual time, or on a broker. */
  readonly carry: (roles: readonly Role[]) => Promise<unknown>;
  /** Chance for the masks; every resource is handed a split of its own. */
  readonly stream: RandomStream;
  /** Silence after which an agent repeats itself; 1 s when left out. */
  readonly retry_s?: number | undefined;
  /** Repetitions after which a coordinator goes on without a resource that says nothing; 12 when left out. */
  readonly giveUp_count?: number | undefined;
  readonly onStep?: ((step: RegulatedStep) => void) | undefined;
}

/** One step as it was carried out; arrays per cluster are in the order of the setup. */
export interface RegulatedStep {
  readonly step: number;
  readonly command: Command;
  readonly characteristics: readonly Characteristic[];
  readonly band: PowerBand;
  /** Sum of injections that the command needs, loads and losses included. */
  readonly decomposition: Decomposition;
  /** What the clusters say they injected, from a masked sum. */
  readonly delivered: readonly PowerPoint[];
  /** What every resource injected; known to the experiment, never sent. */
  readonly injections: ReadonlyMap<string, PowerPoint>;
  /** Resources that their coordinator had to go on without. */
  readonly absent: readonly string[];
  readonly measured: Command;
}
