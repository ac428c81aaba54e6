import type { HalfPlane, PowerPoint, PowerRegion, PowerWeights } from './region.ts';
import { buildRegion } from './shape.ts';

/** Corners nearer than this to a line, relative to the size of the polygon, lie on it. */
const FLAT_frac = 1e-12;

/** Twice the signed area of the triangle o, x, y; above zero anticlockwise. */
export const turn = (o: PowerPoint, x: PowerPoint, y: PowerPoint): number =>
  (x.p_kW - o.p_kW) * (y.q_kvar - o.q_kvar) - (x.q_kvar - o.q_kvar) * (y.p_kW - o.p_kW);

export const distance_kVA = (x: PowerPoint, y: PowerPoint): number => Math.hypot(x.p_kW - y.p_kW, x.q_kvar - y.q_kvar);

/** Largest extent of some corners in p or q. */
export function extentOf(corners: readonly PowerPoint[]): number {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { p_kW, q_kvar } of corners) {
    left = Math.min(left, p_kW);
    right = Math.max(right, p_kW);
    low = Math.min(low, q_kvar);
    high = Math.max(high, q_kvar);
  }
  return Math.max(right - left, high - low, 0);
}

/** Area within corners that stand anticlockwise, kVA². */
export function polygonArea(corners: readonly PowerPoint[]): number {
  let twice = 0;
  for (let k = 1; k + 1 < corners.length; k++) twice += turn(corners[0], corners[k], corners[k + 1]);
  return 0.5 * twice;
}

function distanceToSegment(point: PowerPoint, from: PowerPoint, to: PowerPoint): number {
  const [dp, dq] = [to.p_kW - from.p_kW, to.q_kvar - from.q_kvar];
  const length2 = dp * dp + dq * dq;
  const along = dp * (point.p_kW - from.p_kW) + dq * (point.q_kvar - from.q_kvar);
  const share = length2 > 0 ? Math.min(Math.max(along / length2, 0), 1) : 0;
  return Math.hypot(point.p_kW - from.p_kW - share * dp, point.q_kvar - from.q_kvar - share * dq);
}

/**
 * The smallest description: the corners of the convex hull, anticlockwise, without one that lies on the line between its
 * neighbours. Two for a segment, one for a point.
 * @param tolerance_frac - corners nearer than this to the line, relative to the extent, are left out
 * @source Andrew, Another efficient algorithm for convex hulls in two dimensions, Information Processing Letters 9 (1979)
 */
export function hullOf(points: readonly PowerPoint[], tolerance_frac = FLAT_frac): PowerPoint[] {
  const near = tolerance_frac * extentOf(points);
  const sorted = [...points].sort((x, y) => x.p_kW - y.p_kW || x.q_kvar - y.q_kvar);
  const chain = (along: readonly PowerPoint[]): PowerPoint[] => {
    const kept: PowerPoint[] = [];
    for (const point of along) {
      while (kept.length > 1 && turn(kept[kept.length - 2], kept[kept.length - 1], point) <= 0) kept.pop();
      kept.push(point);
    }
    return kept;
  };
  const lower = chain(sorted);
  const upper = chain(sorted.reverse());
  const hull = [...lower.slice(0, -1), ...upper.slice(0, -1)];
  // The exact hull first, then what is too flat: leaving points out while sweeping would lose corners of an upright edge.
  for (let k = 0; k < hull.length && hull.length > 1; ) {
    const before = hull[(k + hull.length - 1) % hull.length];
    const after = hull[(k + 1) % hull.length];
    const flat = distanceToSegment(hull[k], before, after) <= near;
    if (flat) hull.splice(k, 1);
    else k++;
  }
  return hull.length === 0 ? points.slice(0, 1) : hull;
}

/** A point as it was granted, and whether that is what was asked. */
export interface Granted {
  readonly point: PowerPoint;
  readonly inside: boolean;
}

/**
 * The point of a polygon that is nearest to what is asked, argmin w_p·(p − p*)² + w_q·(q − q*)²; a point inside is its own.
 * @param corners - anticlockwise; neighbours may coincide, all may lie on a line
 * @cost one division per corner
 */
export function nearestInPolygon(asked: PowerPoint, corners: readonly PowerPoint[], weights: PowerWeights = { p: 1, q: 1 }): Granted {
  const extent = extentOf(corners);
  const near = FLAT_frac * extent;
  let inside = polygonArea(corners) > near * extent;
  let best = Infinity;
  let point = corners[0];
  for (let k = 0; k < corners.length; k++) {
    const from = corners[k];
    const to = corners[k + 1 < corners.length ? k + 1 : 0];
    if (turn(from, to, asked) < -near * distance_kVA(from, to)) inside = false;
    const dp = to.p_kW - from.p_kW;
    const dq = to.q_kvar - from.q_kvar;
    const length2 = weights.p * dp * dp + weights.q * dq * dq;
    const along = weights.p * dp * (asked.p_kW - from.p_kW) + weights.q * dq * (asked.q_kvar - from.q_kvar);
    const share = length2 > 0 ? Math.min(Math.max(along / length2, 0), 1) : 0;
    const [p_kW, q_kvar] = [from.p_kW + share * dp, from.q_kvar + share * dq];
    const miss = weights.p * (asked.p_kW - p_kW) ** 2 + weights.q * (asked.q_kvar - q_kvar) ** 2;
    if (miss >= best) continue;
    best = miss;
    point = { p_kW, q_kvar };
  }
  // On a segment or a point inside means there.
  if (inside || best <= near * near) return { point: asked, inside: true };
  return { point, inside: false };
}

/**
 * A convex polygon as a region, so that what is asked of regions can be asked of it, such as the boxes inside.
 * @param corners - in any order; two are a segment, one is a point
 */
export function regionOfPolygon(corners: readonly PowerPoint[], tolerance_frac = FLAT_frac): PowerRegion {
  const hull = hullOf(corners, tolerance_frac);
  const ps = hull.map(({ p_kW }) => p_kW);
  const [p_low, p_high] = [Math.min(...ps), Math.max(...ps)];
  const planes: HalfPlane[] = [];
  const limit = (a: number, b: number, at: PowerPoint): void => {
    const length = Math.hypot(a, b);
    planes.push({ a: a / length, b: b / length, c_kVA: (a * at.p_kW + b * at.q_kvar) / length });
  };
  hull.forEach((to, k) => {
    const from = hull[(k + hull.length - 1) % hull.length];
    // The outward normal of an anticlockwise edge; of a segment, which is walked to and fro, both sides.
    if (hull.length > 1) limit(to.q_kvar - from.q_kvar, from.p_kW - to.p_kW, to);
  });
  if (hull.length < 3) {
    const high = hull.reduce((x, y) => (y.q_kvar > x.q_kvar ? y : x));
    const low = hull.reduce((x, y) => (y.q_kvar < x.q_kvar ? y : x));
    limit(0, 1, high);
    limit(0, -1, low);
  }
  return buildRegion(planes, Infinity, p_low, p_high);
}
