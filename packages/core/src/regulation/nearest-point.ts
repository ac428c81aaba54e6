import type { PowerPoint } from '../flexibility/region.ts';
import type { TrackingWeights } from './contract.ts';

/**
 * The point x of a convex polygon that minimises α·|x_p − p*| + β·|x_q − q*|; of several, the one nearest in a straight line.
 *
 * On an edge the distance is piecewise linear, so its minimum lies at an end or where the edge crosses p = p* or q = q*; an
 * edge along which it is constant is entered at its foot of the perpendicular as well.
 * @param corners - anticlockwise; corners may repeat, and all may lie on one line or one point
 */
export function nearestPoint(corners: readonly PowerPoint[], asked: PowerPoint, { alpha, beta }: TrackingWeights): PowerPoint {
  if (isInside(corners, asked)) return asked;
  let best = corners[0];
  let bestDistance = Number.POSITIVE_INFINITY;
  let bestStraight = Number.POSITIVE_INFINITY;
  const consider = (a: PowerPoint, b: PowerPoint, s: number): void => {
    if (!(s >= 0 && s <= 1)) return;
    const x = s === 1 ? b : { p_kW: a.p_kW + s * (b.p_kW - a.p_kW), q_kvar: a.q_kvar + s * (b.q_kvar - a.q_kvar) };
    const dp = Math.abs(x.p_kW - asked.p_kW);
    const dq = Math.abs(x.q_kvar - asked.q_kvar);
    const distance = alpha * dp + beta * dq;
    const straight = Math.hypot(dp, dq);
    const slack = 1e-12 * (1 + bestDistance);
    if (distance < bestDistance - slack || (distance < bestDistance + slack && straight < bestStraight)) {
      best = x;
      bestDistance = Math.min(distance, bestDistance);
      bestStraight = straight;
    }
  };
  corners.forEach((a, k) => {
    const b = corners[(k + 1) % corners.length];
    const dp = b.p_kW - a.p_kW;
    const dq = b.q_kvar - a.q_kvar;
    consider(a, b, 0);
    if (dp !== 0) consider(a, b, (asked.p_kW - a.p_kW) / dp);
    if (dq !== 0) consider(a, b, (asked.q_kvar - a.q_kvar) / dq);
    const length2 = dp * dp + dq * dq;
    if (length2 > 0) consider(a, b, ((asked.p_kW - a.p_kW) * dp + (asked.q_kvar - a.q_kvar) * dq) / length2);
  });
  return best;
}

/** Left of every edge, and not only on the line through corners that lie on one. */
function isInside(corners: readonly PowerPoint[], x: PowerPoint): boolean {
  let area2 = 0;
  for (let k = 0; k < corners.length; k++) {
    const a = corners[k];
    const b = corners[(k + 1) % corners.length];
    const turn = (b.p_kW - a.p_kW) * (x.q_kvar - a.q_kvar) - (b.q_kvar - a.q_kvar) * (x.p_kW - a.p_kW);
    if (turn < 0) return false;
    area2 += turn;
  }
  return area2 > 0;
}
