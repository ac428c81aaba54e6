/**
 * What many can inject together: the Minkowski sum of their regions,
 *
 *   R = R₁ + … + R_N,   h_R(θ) = Σ_i h_{R_i}(θ)                                       (exact, whatever the regions are)
 *   inner:  corners x_k = Σ_i x_k^i,  x_k^i the farthest point of agent i in direction θ_k
 *   outer:  { x: cosθ_k·p + sinθ_k·q ≤ h_R(θ_k) for every k }
 *
 * inner ⊆ R ⊆ outer, and both touch R in every shared direction. Why the inner one can be handed down: a point in it is Σ_k w_k·x_k with
 * weights w ≥ 0 that add up to 1; agent i, told w and nothing else, injects Σ_k w_k·x_k^i, which lies in its own convex region, and the
 * sum over agents is the point. Nobody shows a limit, and nobody solves anything.
 *
 * | symbol | name | meaning |
 * |---|---|---|
 * | θ_k | directions | K directions that all share |
 * | h | support_kVA | support function |
 * | x_k | corners | farthest points |
 * | w | weights | `weights.ts` |
 *
 * @cost K support points per agent
 * @source Schneider, Convex Bodies: The Brunn–Minkowski Theory (2014), theorem 1.7.5 (support functions add up); the weights that are
 *   handed down are our own use of it
 */
import { BugError } from '../base/errors.ts';
import type { Directions } from './directions.ts';
import type { PowerBounds, PowerPoint, PowerRegion } from './region.ts';
import { kinksOf, supportOf, supportPoint } from './shape.ts';

/** h_R(θ) of the sum of regions, kVA: exact. */
export function sumSupportOf(regions: readonly PowerRegion[], cos: number, sin: number): number {
  let sum = 0;
  for (const region of regions) sum += supportOf(region, cos, sin);
  return sum;
}

/** The farthest point of the sum of regions. */
export function sumSupportPoint(regions: readonly PowerRegion[], cos: number, sin: number): PowerPoint {
  let p_kW = 0;
  let q_kvar = 0;
  for (const region of regions) {
    const point = supportPoint(region, cos, sin);
    p_kW += point.p_kW;
    q_kvar += point.q_kvar;
  }
  return { p_kW, q_kvar };
}

/** An agent's own corners: its farthest point in each shared direction. All that it ever says of its region. */
export function cornersOf(region: PowerRegion, { cos, sin }: Directions): PowerPoint[] {
  const kinks = kinksOf(region);
  return Array.from(cos, (c, k) => supportPoint(region, c, sin[k], kinks));
}

/** Corners of the sum: corner k is the sum of everybody's corner k. */
export function sumCorners(members: readonly (readonly PowerPoint[])[], corners_count: number): PowerPoint[] {
  return Array.from({ length: corners_count }, (_, k) => {
    let p_kW = 0;
    let q_kvar = 0;
    for (const corners of members) {
      p_kW += corners[k].p_kW;
      q_kvar += corners[k].q_kvar;
    }
    return { p_kW, q_kvar };
  });
}

/**
 * The polygon { cosθ_k·p + sinθ_k·q ≤ h_k } where corner k is known to reach h_k: its corner k is where the supporting lines of
 * directions k and k + 1 meet.
 * @throws {BugError} FLEXIBILITY_DIRECTIONS when neighbouring directions are half a turn or more apart
 */
export function outerOf(corners: readonly PowerPoint[], { cos, sin }: Directions): PowerPoint[] {
  return corners.map((corner, k) => {
    const next = (k + 1) % corners.length;
    const det = cos[k] * sin[next] - sin[k] * cos[next];
    if (!(det > 0)) {
      throw new BugError({ code: 'FLEXIBILITY_DIRECTIONS', message: `Directions ${k} and ${next} do not enclose less than half a turn` });
    }
    const h = cos[k] * corner.p_kW + sin[k] * corner.q_kvar;
    const hNext = cos[next] * corners[next].p_kW + sin[next] * corners[next].q_kvar;
    return { p_kW: (h * sin[next] - hNext * sin[k]) / det, q_kvar: (hNext * cos[k] - h * cos[next]) / det };
  });
}

/** Inner and outer polygon of the sum of regions in shared directions. */
export function boundsOf(regions: readonly PowerRegion[], directions: Directions): PowerBounds {
  const corners_count = directions.cos.length;
  const p = new Float64Array(corners_count);
  const q = new Float64Array(corners_count);
  for (const region of regions) {
    const kinks = kinksOf(region);
    for (let k = 0; k < corners_count; k++) {
      const { p_kW, q_kvar } = supportPoint(region, directions.cos[k], directions.sin[k], kinks);
      p[k] += p_kW;
      q[k] += q_kvar;
    }
  }
  const inner = Array.from(p, (p_kW, k): PowerPoint => ({ p_kW, q_kvar: q[k] }));
  return { inner, outer: outerOf(inner, directions) };
}
