import { InputError } from '../../base/errors.ts';
import type { PowerRegion } from '../../flexibility/region.ts';

/** Distances below this part of a region's own size count as none. */
const THIN_FRAC = 1e-9;

/** A straight edge: the part of a half-plane's line that bounds the region. */
export interface Edge {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly from: readonly [p: number, q: number];
  readonly to: readonly [p: number, q: number];
}

/**
 * A power region in per unit, redundant half-planes left out.
 *
 * | dimension | region | what describes it |
 * |---|---|---|
 * | 0 | a point | the box |
 * | 1 | a piece of a line | the box, and `edges[0]` as an equation where the line is not parallel to an axis |
 * | 2 | | the box, edges, and the circle where `isRound` |
 * @unit per unit
 */
export interface RegionShape {
  readonly dimension: 0 | 1 | 2;
  readonly p_min_pu: number;
  readonly p_max_pu: number;
  readonly q_min_pu: number;
  readonly q_max_pu: number;
  /** Diagonal of the box. */
  readonly size_pu: number;
  /** Radius of the circle; Infinity without one. */
  readonly s_max_pu: number;
  /** Some of the circle bounds the region. */
  readonly isRound: boolean;
  readonly edges: readonly Edge[];
}

/**
 * Edges of a region: the line of each half-plane, cut by the circle and by all other half-planes.
 * @param owner - named in errors
 * @cost O(half-planes²)
 * @throws {InputError} TRACKING_REGION_EMPTY, TRACKING_REGION_UNBOUNDED
 */
export function shapeOf(region: PowerRegion, s_base_kVA: number, owner: string): RegionShape {
  const s = region.s_max_kVA / s_base_kVA;
  const planes = region.halfPlanes.map(({ a, b, c_kVA }) => {
    const length = Math.hypot(a, b);
    return { a: a / length, b: b / length, c: c_kVA / (length * s_base_kVA) };
  });
  // The range of p counts too, where no half-plane says it already.
  for (const [a, end_kW] of [
    [1, region.p_max_kW],
    [-1, region.p_min_kW],
  ]) {
    const c = (a * end_kW) / s_base_kVA;
    if (c < Infinity && !planes.some((other) => other.a === a && other.b === 0 && other.c <= c)) planes.push({ a, b: 0, c });
  }
  const scale = planes.reduce((largest, { c }) => Math.max(largest, Math.abs(c)), s < Infinity ? s : 0);
  const thin = THIN_FRAC * Math.max(scale, 1e-9);
  const contains = (p: number, q: number): boolean =>
    p * p + q * q <= (s + thin) * (s + thin) && planes.every(({ a, b, c }) => a * p + b * q <= c + thin);

  const edges: Edge[] = [];
  for (const { a, b, c } of planes) {
    // The line is c·(a, b) + t·(−b, a).
    const reach = Math.abs(c) <= s + thin ? Math.sqrt(Math.max(0, s * s - c * c)) : Number.NaN;
    let low = -reach;
    let high = reach;
    for (const other of planes) {
      const slope = other.b * a - other.a * b;
      const room = other.c + thin - c * (other.a * a + other.b * b);
      if (Math.abs(slope) < 1e-12) {
        if (room < 0) high = Number.NaN;
      } else if (slope > 0) high = Math.min(high, room / slope);
      else low = Math.max(low, room / slope);
    }
    if (!(low <= high)) continue;
    if (!Number.isFinite(high - low)) throw unbounded(owner);
    edges.push({ a, b, c, from: [c * a - low * b, c * b + low * a], to: [c * a - high * b, c * b + high * a] });
  }
  if (edges.length === 0 && !contains(0, 0)) throw empty(owner);
  if (edges.length === 0 && s === Infinity) throw unbounded(owner);

  const corners = edges.flatMap(({ from, to }) => [from, to]);
  if (s < Infinity) {
    const normals = [...planes.map(({ a, b }) => [-a, -b]), [1, 0], [-1, 0], [0, 1], [0, -1]];
    for (const [a, b] of normals) if (contains(s * a, s * b)) corners.push([s * a, s * b]);
  }
  const [p, q] = [corners.map((corner) => corner[0]), corners.map((corner) => corner[1])];
  const box = { p_min_pu: Math.min(...p), p_max_pu: Math.max(...p), q_min_pu: Math.min(...q), q_max_pu: Math.max(...q) };
  const size_pu = Math.hypot(box.p_max_pu - box.p_min_pu, box.q_max_pu - box.q_min_pu);
  const lengthOf = ({ from, to }: Edge): number => Math.hypot(to[0] - from[0], to[1] - from[1]);
  const long = edges.filter((edge) => lengthOf(edge) > 4 * thin);
  const line = long.find(({ a, b, c }) => corners.every((corner) => Math.abs(a * corner[0] + b * corner[1] - c) <= 4 * thin));
  const isRound = edges.length === 0 || corners.some((corner) => Math.hypot(corner[0], corner[1]) >= s - thin);
  const shape = { ...box, size_pu, s_max_pu: s };
  if (size_pu <= 8 * thin) return { ...shape, dimension: 0, isRound: false, edges: [] };
  if (line !== undefined) return { ...shape, dimension: 1, isRound: false, edges: [line] };
  return { ...shape, dimension: 2, isRound, edges };
}

const empty = (owner: string): InputError =>
  new InputError({
    code: 'TRACKING_REGION_EMPTY',
    message: 'A region of power is empty: its half-planes and its circle have no point in common',
    where: owner,
    hint: 'Give at least one point, such as zero power for a resource that is off.',
  });

const unbounded = (owner: string): InputError =>
  new InputError({
    code: 'TRACKING_REGION_UNBOUNDED',
    message: 'A region of power has no end: its half-planes do not close it and it has no circle',
    where: owner,
    hint: 'Limit active and reactive power, or apparent power.',
  });
