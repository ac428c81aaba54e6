import type { PowerBounds, PowerPoint } from '../flexibility/region.ts';

/** What the grid above asks of a feeder, and what it then gets, at the point of common coupling: + is into the feeder (import). */
export interface Command {
  readonly p_pcc_kW: number;
  readonly q_pcc_kvar: number;
}

/**
 * What a cluster tells the feeder's operator about itself, and nothing else: what its resources can inject together on the next step.
 * `box`: independent ranges of P and Q (Jia et al. 2025, eq. 18–19, an inner box). `polygon`: an inner polygon with corners in the
 * directions that all agents share, so that every point in it can be handed down exactly (`weights.ts`).
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
