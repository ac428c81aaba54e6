/**
 * Geometry of one region. With the boundary as two functions of active power,
 *
 *   q_high(p) = min( √(s² − p²), (c_k − a_k·p)/b_k over b_k > 0 )      concave
 *   q_low(p)  = max( −√(s² − p²), (c_k − a_k·p)/b_k over b_k < 0 )     convex
 *
 * every question becomes one about finitely many values of p: where two pieces of the boundary meet (*kinks*), the ends of the range
 * of p, and where the arc is tangent to what is asked. That is exact, and it does not mind regions that are thin or a single point,
 * which half-planes that are intersected pairwise do.
 *
 * | symbol | name | meaning |
 * |---|---|---|
 * | p_min, p_max | p_min_kW, p_max_kW | ends of the range of p |
 * | a, b, c | halfPlanes | a·p + b·q ≤ c |
 * | s | s_max_kVA | radius; Infinity without a circle |
 * | h(θ) | supportOf | max of cosθ·p + sinθ·q over the region |
 *
 * @cost O(n²) for n half-planes, of which a device has up to four
 * @source Rockafellar, Convex Analysis (1970), sections 5 and 13; circle and power factor as in Jia et al. (2025), equation (6)
 */
import { BugError } from '../base/errors.ts';
import type { HalfPlane, PowerPoint, PowerRegion } from './region.ts';

/** Values nearer than this, relative to the size of the region, are the same: rounding of the crossings of pieces. */
const SAME_frac = 1e-12;

/** Normals with |b| up to this bound p, not q. */
export const UPRIGHT = 1e-14;

/** Largest q of the region at p; meaningful for p_min ≤ p ≤ p_max. */
export function qHighAt({ halfPlanes, s_max_kVA }: PowerRegion, p_kW: number): number {
  let high = s_max_kVA === Infinity ? Infinity : Math.sqrt(Math.max(0, s_max_kVA * s_max_kVA - p_kW * p_kW));
  for (let k = 0; k < halfPlanes.length; k++) {
    const { a, b, c_kVA } = halfPlanes[k];
    if (b > UPRIGHT) high = Math.min(high, (c_kVA - a * p_kW) / b);
  }
  return high;
}

/** Smallest q of the region at p. */
export function qLowAt({ halfPlanes, s_max_kVA }: PowerRegion, p_kW: number): number {
  let low = s_max_kVA === Infinity ? -Infinity : -Math.sqrt(Math.max(0, s_max_kVA * s_max_kVA - p_kW * p_kW));
  for (let k = 0; k < halfPlanes.length; k++) {
    const { a, b, c_kVA } = halfPlanes[k];
    if (b < -UPRIGHT) low = Math.max(low, (c_kVA - a * p_kW) / b);
  }
  return low;
}

/** The q at p that is nearest to `asked`; where rounding lets the limits of a thin region cross, what lies between them. */
export function qNearestAt(region: PowerRegion, p_kW: number, asked_kvar: number): number {
  const low = qLowAt(region, p_kW);
  const high = qHighAt(region, p_kW);
  return low < high ? Math.min(Math.max(asked_kvar, low), high) : 0.5 * (low + high);
}

/** Every p strictly within the range at which the boundary may have a corner; in no order, some more than once. */
export function kinksOf(region: PowerRegion): number[] {
  const { halfPlanes, s_max_kVA, p_min_kW, p_max_kW } = region;
  const kinks: number[] = [];
  const keep = (p: number): void => {
    if (p > p_min_kW && p < p_max_kW) kinks.push(p);
  };
  for (let i = 0; i < halfPlanes.length; i++) {
    const { a, b, c_kVA: c } = halfPlanes[i];
    if (Math.abs(b) <= UPRIGHT) continue;
    if (s_max_kVA < Infinity && Math.abs(c) < s_max_kVA) {
      const half = Math.sqrt(s_max_kVA * s_max_kVA - c * c);
      keep(a * c - b * half);
      keep(a * c + b * half);
    }
    for (let j = 0; j < i; j++) {
      const other = halfPlanes[j];
      const det = a * other.b - other.a * b;
      if (det !== 0) keep((c * other.b - other.c_kVA * b) / det);
    }
  }
  return kinks;
}

/**
 * The range of p of { p_low ≤ p ≤ p_high, half-planes, circle }; undefined when the set is empty. What is empty by rounding alone
 * counts as a point.
 */
export function activeRange(
  halfPlanes: readonly HalfPlane[],
  s_max_kVA: number,
  p_low_kW: number,
  p_high_kW: number,
): { readonly p_min_kW: number; readonly p_max_kW: number } | undefined {
  let low = Math.max(p_low_kW, -s_max_kVA);
  let high = Math.min(p_high_kW, s_max_kVA);
  let size = 1;
  for (const { a, b, c_kVA } of halfPlanes) {
    if (Number.isFinite(c_kVA)) size = Math.max(size, Math.abs(c_kVA));
    if (Math.abs(b) > UPRIGHT) continue;
    if (a > 0) high = Math.min(high, c_kVA / a);
    else low = Math.max(low, c_kVA / a);
  }
  if (Number.isFinite(s_max_kVA)) size = Math.max(size, s_max_kVA);
  const slack = 1e-9 * size;
  if (low > high + slack) return undefined;
  if (low > high) low = high = 0.5 * (low + high);
  const region = { halfPlanes, s_max_kVA, p_min_kW: low, p_max_kW: high };
  let p_min_kW = Infinity;
  let p_max_kW = -Infinity;
  for (const p of [low, high, ...kinksOf(region)]) {
    if (qHighAt(region, p) - qLowAt(region, p) < -slack) continue;
    p_min_kW = Math.min(p_min_kW, p);
    p_max_kW = Math.max(p_max_kW, p);
  }
  return p_min_kW <= p_max_kW ? { p_min_kW, p_max_kW } : undefined;
}

/**
 * The region of these limits.
 * @param halfPlanes - normals of any length but zero
 * @throws {BugError} FLEXIBILITY_REGION when it is empty or not bounded
 */
export function buildRegion(
  halfPlanes: readonly HalfPlane[],
  s_max_kVA = Infinity,
  p_low_kW = Number.NEGATIVE_INFINITY,
  p_high_kW = Number.POSITIVE_INFINITY,
): PowerRegion {
  const planes = halfPlanes.map(unitPlane);
  const range = activeRange(planes, s_max_kVA, p_low_kW, p_high_kW);
  if (!range) throw new BugError({ code: 'FLEXIBILITY_REGION', message: 'A region of p and q is empty' });
  const region = { halfPlanes: planes, s_max_kVA, ...range };
  const ends = [range.p_min_kW, range.p_max_kW];
  if (!ends.every((p) => Number.isFinite(p) && Number.isFinite(qHighAt(region, p)) && Number.isFinite(qLowAt(region, p)))) {
    throw new BugError({ code: 'FLEXIBILITY_REGION', message: 'A region of p and q is not bounded' });
  }
  return region;
}

/** The same half-plane with a normal of length 1. */
export function unitPlane(plane: HalfPlane): HalfPlane {
  const length = Math.hypot(plane.a, plane.b);
  return Math.abs(length - 1) < 1e-15 ? plane : { a: plane.a / length, b: plane.b / length, c_kVA: plane.c_kVA / length };
}

/**
 * The farthest point in a direction, argmax cos·p + sin·q. Of an edge that is farthest as a whole the point with the smallest |p|,
 * and upright the smallest |q|: what is not asked for is not given.
 * @param kinks - of the region, where many directions are asked
 */
export function supportPoint(region: PowerRegion, cos: number, sin: number, kinks: readonly number[] = kinksOf(region)): PowerPoint {
  const { p_min_kW, p_max_kW, s_max_kVA } = region;
  if (Math.abs(sin) < SAME_frac) {
    const p_kW = cos > 0 ? p_max_kW : p_min_kW;
    return { p_kW, q_kvar: qNearestAt(region, p_kW, 0) };
  }
  const edgeAt = sin > 0 ? qHighAt : qLowAt;
  const left = edgeAt(region, p_min_kW);
  const right = edgeAt(region, p_max_kW);
  const same = SAME_frac * (Math.abs(p_min_kW) + Math.abs(p_max_kW) + Math.abs(left) + Math.abs(right));
  let best = cos * p_min_kW + sin * left;
  let from = p_min_kW;
  let to = p_min_kW;
  const tangent = s_max_kVA < Infinity ? (s_max_kVA * cos) / Math.hypot(cos, sin) : p_max_kW;
  for (let k = 0; k < kinks.length + 2; k++) {
    const p = k < kinks.length ? kinks[k] : k === kinks.length ? p_max_kW : tangent;
    if (!(p >= p_min_kW && p <= p_max_kW)) continue;
    const value = cos * p + sin * edgeAt(region, p);
    if (value > best + same) {
      from = p;
      to = p;
    } else if (value >= best - same) {
      from = Math.min(from, p);
      to = Math.max(to, p);
    }
    best = Math.max(best, value);
  }
  const p_kW = Math.min(Math.max(0, from), to);
  return { p_kW, q_kvar: edgeAt(region, p_kW) };
}

/** h(θ) = max cos·p + sin·q: how far the region reaches in a direction, kVA. */
export function supportOf(region: PowerRegion, cos: number, sin: number): number {
  const { p_kW, q_kvar } = supportPoint(region, cos, sin);
  return cos * p_kW + sin * q_kvar;
}

/** How far a point lies beyond the limit that it breaks most, kVA; not above 0 inside. Less than the distance near a corner. */
export function excessOf({ halfPlanes, s_max_kVA, p_min_kW, p_max_kW }: PowerRegion, { p_kW, q_kvar }: PowerPoint): number {
  let excess = Math.max(p_min_kW - p_kW, p_kW - p_max_kW);
  if (s_max_kVA < Infinity) excess = Math.max(excess, Math.hypot(p_kW, q_kvar) - s_max_kVA);
  for (let k = 0; k < halfPlanes.length; k++) {
    const { a, b, c_kVA } = halfPlanes[k];
    excess = Math.max(excess, a * p_kW + b * q_kvar - c_kVA);
  }
  return excess;
}

export const contains = (region: PowerRegion, point: PowerPoint, tolerance_kVA = 1e-9): boolean => excessOf(region, point) <= tolerance_kVA;

/** Area, kVA²: ∫ q_high − q_low dp, piece by piece in closed form. */
export function areaOf(region: PowerRegion): number {
  const { p_min_kW, p_max_kW, s_max_kVA } = region;
  const places = [p_min_kW, ...kinksOf(region).sort((x, y) => x - y), p_max_kW];
  const primitive = (p: number): number => {
    const x = Math.min(Math.max(p / s_max_kVA, -1), 1);
    return 0.5 * s_max_kVA * s_max_kVA * (x * Math.sqrt(1 - x * x) + Math.asin(x));
  };
  /** ∫ of one side from → to, on which one piece is the boundary: the arc where it is met halfway, else a line. */
  const under = (side: (region: PowerRegion, p: number) => number, sign: 1 | -1, from: number, to: number): number => {
    const middle = 0.5 * (from + to);
    const height = side(region, middle);
    const arc = s_max_kVA < Infinity ? Math.sqrt(Math.max(0, s_max_kVA * s_max_kVA - middle * middle)) : Infinity;
    return sign * height === arc ? sign * (primitive(to) - primitive(from)) : (to - from) * height;
  };
  let area = 0;
  for (let k = 1; k < places.length; k++) {
    const [from, to] = [places[k - 1], places[k]];
    if (to > from) area += under(qHighAt, 1, from, to) - under(qLowAt, -1, from, to);
  }
  return Math.max(0, area);
}
