/**
 * A point of a polygon as a convex combination of its corners, to be handed down.
 *
 *   w ≥ 0,  Σ_k w_k = 1,  Σ_k w_k·x_k = x
 *
 * Many w do it. Taken is the fan around the mean corner m = (1/K)·Σ x_k: x lies in a triangle (m, x_k, x_{k+1}) with coordinates
 * (μ, κ, λ), and w = μ/K everywhere, + κ at k, + λ at k + 1. So every agent stays as far from its own edge as the cluster does from
 * its, what everybody injects is continuous in x and in the corners, and the same input gives the same bits. Corners that coincide
 * make triangles without area, which are passed over; a polygon without area is treated as the segment or point that it is.
 *
 * | symbol | name | meaning |
 * |---|---|---|
 * | x_k | corners | anticlockwise, neighbours may coincide |
 * | m | middle | mean of the corners |
 * | κ, λ | share of corner k, k + 1 | barycentric coordinates |
 *
 * @source barycentric coordinates after Möbius, Der barycentrische Calcul (1827); the fan around the mean is our choice
 */
import type { PowerPoint } from './region.ts';

/** A polygon thinner than this, relative to its length, has no area. */
const THIN_frac = 1e-14;

/**
 * Weights of a point in the polygon. Of a point outside, of which `nearestInPolygon` is the nearest, those of
 * a point of the boundary.
 * @shape result (corners)
 */
export function weightsOf(point: PowerPoint, corners: readonly PowerPoint[]): Float64Array {
  const n = corners.length;
  const weights = new Float64Array(n);
  if (n === 0) return weights;
  let middleP = 0;
  let middleQ = 0;
  for (const { p_kW, q_kvar } of corners) {
    middleP += p_kW / n;
    middleQ += q_kvar / n;
  }
  const x = point.p_kW - middleP;
  const y = point.q_kvar - middleQ;
  let longest = 0;
  let far = 0;
  for (let k = 0; k < n; k++) {
    const length = Math.hypot(corners[k].p_kW - middleP, corners[k].q_kvar - middleQ);
    if (length > longest) {
      longest = length;
      far = k;
    }
  }
  if (longest === 0) return weights.fill(1 / n);

  // The triangle whose least coordinate is largest: the one that holds the point, or the nearest to holding it.
  let best = -Infinity;
  let first = -1;
  let share = 0;
  let shareNext = 0;
  for (let k = 0; k < n; k++) {
    const next = k + 1 < n ? k + 1 : 0;
    const [aP, aQ] = [corners[k].p_kW - middleP, corners[k].q_kvar - middleQ];
    const [bP, bQ] = [corners[next].p_kW - middleP, corners[next].q_kvar - middleQ];
    const det = aP * bQ - aQ * bP;
    if (det <= THIN_frac * longest * longest) continue;
    const kappa = (x * bQ - y * bP) / det;
    const lambda = (aP * y - aQ * x) / det;
    const least = Math.min(kappa, lambda);
    if (least <= best) continue;
    best = least;
    first = k;
    // Once more for what rounding left over: a thin triangle loses digits.
    const restP = x - kappa * aP - lambda * bP;
    const restQ = y - kappa * aQ - lambda * bQ;
    share = kappa + (restP * bQ - restQ * bP) / det;
    shareNext = lambda + (aP * restQ - aQ * restP) / det;
  }
  if (first < 0) return segmentWeights(x, y, corners, far, { middleP, middleQ, longest });

  share = Math.max(0, share);
  shareNext = Math.max(0, shareNext);
  const beyond = Math.max(1, share + shareNext);
  share /= beyond;
  shareNext /= beyond;
  weights.fill(Math.max(0, 1 - share - shareNext) / n);
  weights[first] += share;
  weights[first + 1 < n ? first + 1 : 0] += shareNext;
  return weights;
}

/** On a segment: towards the end on the point's side of the mean. */
function segmentWeights(
  x: number,
  y: number,
  corners: readonly PowerPoint[],
  far: number,
  about: { readonly middleP: number; readonly middleQ: number; readonly longest: number },
): Float64Array {
  const { middleP, middleQ, longest } = about;
  const n = corners.length;
  const dp = (corners[far].p_kW - middleP) / longest;
  const dq = (corners[far].q_kvar - middleQ) / longest;
  const along = dp * x + dq * y;
  let end = far;
  let reach = longest;
  if (along < 0) {
    reach = 0;
    for (let k = 0; k < n; k++) {
      const position = dp * (corners[k].p_kW - middleP) + dq * (corners[k].q_kvar - middleQ);
      if (position >= reach) continue;
      reach = position;
      end = k;
    }
  }
  const share = reach === 0 ? 0 : Math.min(along / reach, 1);
  const weights = new Float64Array(n).fill((1 - share) / n);
  weights[end] += share;
  return weights;
}

/** Σ_k w_k·x_k: what the weights say to whoever has these corners. */
export function pointOf(weights: ArrayLike<number>, corners: readonly PowerPoint[]): PowerPoint {
  let p_kW = 0;
  let q_kvar = 0;
  for (let k = 0; k < corners.length; k++) {
    p_kW += weights[k] * corners[k].p_kW;
    q_kvar += weights[k] * corners[k].q_kvar;
  }
  return { p_kW, q_kvar };
}
