/** A point of active and reactive power, kW and kvar, + into the network. */
export interface PowerPoint {
  readonly p_kW: number;
  readonly q_kvar: number;
}

/** a·p + b·q ≤ c, with a² + b² = 1: c is kVA. */
export interface HalfPlane {
  readonly a: number;
  readonly b: number;
  readonly c_kVA: number;
}

/**
 * What can be injected on one step: a compact convex set of (p, q),
 *
 *   { (p, q): p_min ≤ p ≤ p_max, a_k·p + b_k·q ≤ c_k for every k, p² + q² ≤ s² }
 *
 * Every kind of device has such a set once its state is known; the sum of many has not, and is approximated (`sum.ts`).
 * It may be thin: a load at a fixed power factor is a segment, a fixed load a point. An empty set is a fault of whoever made
 * it, never a region.
 */
export interface PowerRegion {
  /** Besides the limits of p below, which need not be among them. */
  readonly halfPlanes: readonly HalfPlane[];
  /** Radius of the circle; Infinity when there is none and the half-planes close the set themselves. */
  readonly s_max_kVA: number;
  /** Smallest and largest active power of any point: the range that AGC sees. Both are reached. */
  readonly p_min_kW: number;
  readonly p_max_kW: number;
}

/** What a miss in p and in q weighs when the nearest point is sought: p_weight·Δp² + q_weight·Δq². */
export interface PowerWeights {
  readonly p: number;
  readonly q: number;
}

/**
 * An inner and an outer polygon of a convex set, corners anticlockwise. Everything in `inner` can be delivered, nothing outside of
 * `outer` can. In each of the shared directions both touch the set: `inner[k]` is the farthest point in direction k, so that corners
 * of one index may be added up over agents; neighbours may coincide.
 */
export interface PowerBounds {
  readonly inner: readonly PowerPoint[];
  readonly outer: readonly PowerPoint[];
}
