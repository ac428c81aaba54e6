import type { PowerPoint } from '../flexibility/region.ts';

/**
 * Weights w of the corners of a convex polygon with Σ w_k = 1, w_k ≥ 0 and Σ w_k·C_k = x, continuous in x.
 *
 * x lies in the wedge that the mean corner c spans with two neighbours, x = c + a·(C_i − c) + b·(C_j − c); every corner carries
 * (1 − a − b)/K and the two carry a and b beside it. On an interval this is proportional dispatch: everyone at the same fraction
 * of his own range.
 * @param corners - anticlockwise; corners may repeat, and all may lie on one line or one point
 * @param x - a point of the polygon; one that is not is answered by the weights of a point near it
 */
export function weightsOf(x: PowerPoint, corners: readonly PowerPoint[]): Float64Array {
  const n = corners.length;
  const c = pointOf(new Float64Array(n).fill(1 / n), corners);
  const weights = new Float64Array(n);
  const { i, j, a, b } = wedgeOf(corners, c, x);
  const spread = Math.max(0, 1 - a - b) / n;
  weights.fill(spread);
  weights[i] += a;
  weights[j] += b;
  const total = n * spread + a + b;
  if (total !== 1) for (let k = 0; k < n; k++) weights[k] /= total;
  return weights;
}

interface Wedge {
  readonly i: number;
  readonly j: number;
  readonly a: number;
  readonly b: number;
}

/** The wedge whose coordinates of x are non-negative, or least negative and then cut at zero. */
function wedgeOf(corners: readonly PowerPoint[], c: PowerPoint, x: PowerPoint): Wedge {
  const n = corners.length;
  const xp = x.p_kW - c.p_kW;
  const xq = x.q_kvar - c.q_kvar;
  let best: Wedge = { i: 0, j: 0, a: 0, b: 0 };
  let least = Number.NEGATIVE_INFINITY;
  let span2 = 0;
  for (const corner of corners) span2 = Math.max(span2, (corner.p_kW - c.p_kW) ** 2 + (corner.q_kvar - c.q_kvar) ** 2);
  if (span2 === 0) return best;
  for (let i = 0; i < n; i++) {
    const j = (i + 1) % n;
    const ip = corners[i].p_kW - c.p_kW;
    const iq = corners[i].q_kvar - c.q_kvar;
    const jp = corners[j].p_kW - c.p_kW;
    const jq = corners[j].q_kvar - c.q_kvar;
    const area = ip * jq - iq * jp;
    if (area <= 1e-14 * span2) continue;
    const a = (xp * jq - xq * jp) / area;
    const b = (ip * xq - iq * xp) / area;
    if (Math.min(a, b) > least) {
      least = Math.min(a, b);
      best = { i, j, a: Math.max(0, a), b: Math.max(0, b) };
    }
  }
  return least === Number.NEGATIVE_INFINITY ? alongLine(corners, c, xp, xq) : best;
}

/** All corners on one line through c: x towards the one farthest on its side. */
function alongLine(corners: readonly PowerPoint[], c: PowerPoint, xp: number, xq: number): Wedge {
  let i = 0;
  let reach = 0;
  corners.forEach((corner, k) => {
    const along = (corner.p_kW - c.p_kW) * xp + (corner.q_kvar - c.q_kvar) * xq;
    if (along > reach) [i, reach] = [k, along];
  });
  return { i, j: i, a: reach > 0 ? Math.min(1, (xp * xp + xq * xq) / reach) : 0, b: 0 };
}

/** Σ w_k·C_k. */
export function pointOf(weights: Float64Array, corners: readonly PowerPoint[]): PowerPoint {
  let p_kW = 0;
  let q_kvar = 0;
  for (let k = 0; k < corners.length; k++) {
    p_kW += weights[k] * corners[k].p_kW;
    q_kvar += weights[k] * corners[k].q_kvar;
  }
  return { p_kW, q_kvar };
}
