import type { PowerPoint, PowerRegion, PowerWeights } from './region.ts';
import { excessOf, kinksOf, qNearestAt, UPRIGHT } from './shape.ts';

const EVENLY: PowerWeights = { p: 1, q: 1 };

/**
 * The point of a region nearest to what is asked,
 *
 *   argmin w_p·(p − p*)² + w_q·(q − q*)²   over the region.
 *
 * With q clipped to the slice at p the distance is a convex function of p alone. It is least at a corner, at an end of the range, at
 * the foot of a perpendicular (of the weighted kind) on a line, or where the arc is perpendicular to the way there: all are tried,
 * so that the answer is exact. It is the only one, and it moves by no more than what is asked does (in the weighted norm).
 *
 * @param weights - both above zero
 * @source Rockafellar, Convex Analysis (1970), theorem 31.5 (Moreau), for uniqueness and non-expansiveness
 */
export function project(region: PowerRegion, asked: PowerPoint, weights: PowerWeights = EVENLY): PowerPoint {
  if (excessOf(region, asked) <= 0) return asked;
  const { halfPlanes, s_max_kVA, p_min_kW, p_max_kW } = region;
  const { p_kW: p0, q_kvar: q0 } = asked;
  const wp = weights.p;
  const wq = weights.q;
  let best = Infinity;
  let p = p_min_kW;
  let q = 0;
  const attempt = (place: number): void => {
    if (!(place >= p_min_kW && place <= p_max_kW)) return;
    const there = qNearestAt(region, place, q0);
    const cost = wp * (place - p0) * (place - p0) + wq * (there - q0) * (there - q0);
    if (cost >= best) return;
    best = cost;
    p = place;
    q = there;
  };
  attempt(p_min_kW);
  attempt(p_max_kW);
  for (let k = 0; k < halfPlanes.length; k++) {
    const { a, b, c_kVA } = halfPlanes[k];
    if (Math.abs(b) <= UPRIGHT) continue;
    attempt(p0 - ((a * p0 + b * q0 - c_kVA) * (a / wp)) / ((a * a) / wp + (b * b) / wq));
  }
  if (s_max_kVA < Infinity && Math.hypot(p0, q0) > s_max_kVA) attempt(nearestOnCircle(p0, q0, s_max_kVA, wp, wq));
  for (const place of kinksOf(region)) attempt(place);
  return { p_kW: p, q_kvar: q };
}

/**
 * p of the point of a circle around the origin that is nearest in the weighted norm to a point outside of it: with the multiplier
 * λ ≥ 0 of the circle p = w_p·p*∕(w_p + λ), q = w_q·q*∕(w_q + λ), and ‖(p, q)‖ falls in λ, so that Newton's method on 1∕‖·‖, which is
 * concave, comes from one side.
 */
function nearestOnCircle(p0: number, q0: number, radius: number, wp: number, wq: number): number {
  if (wp === wq) return (radius * p0) / Math.hypot(p0, q0);
  let lambda = 0;
  for (let k = 0; k < 60; k++) {
    const p = (wp * p0) / (wp + lambda);
    const q = (wq * q0) / (wq + lambda);
    const r2 = p * p + q * q;
    const r = Math.sqrt(r2);
    if (r - radius <= 1e-15 * radius) break;
    // d‖·‖/dλ = −(p²/(w_p + λ) + q²/(w_q + λ))/‖·‖
    const slope = (p * p) / (wp + lambda) + (q * q) / (wq + lambda);
    lambda += ((r - radius) * r2) / (radius * slope);
  }
  return (wp * p0) / (wp + lambda);
}
