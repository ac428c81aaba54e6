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
  const planes = planesOf(region, s_base_kVA);
  let scale = s < Infinity ? s : 0;
  for (const { c } of planes) scale = Math.max(scale, Math.abs(c));
  const thin = THIN_FRAC * Math.max(scale, 1e-9);
  const contains = (p: number, q: number): boolean => {
    if (p * p + q * q > (s + thin) * (s + thin)) return false;
    for (const { a, b, c } of planes) if (a * p + b * q > c + thin) return false;
    return true;
  };

  const edges: Edge[] = [];
  const cornersP: number[] = [];
  const cornersQ: number[] = [];
  for (const plane of planes) {
    const edge = edgeOf(plane, planes, s, thin);
    if (edge === undefined) continue;
    if (edge === 'endless') throw unbounded(owner);
    edges.push(edge);
    cornersP.push(edge.from[0], edge.to[0]);
    cornersQ.push(edge.from[1], edge.to[1]);
  }
  if (edges.length === 0 && !contains(0, 0)) throw empty(owner);
  if (edges.length === 0 && s === Infinity) throw unbounded(owner);
  const addRound = (a: number, b: number): void => {
    if (!contains(s * a, s * b)) return;
    cornersP.push(s * a);
    cornersQ.push(s * b);
  };
  if (s < Infinity) {
    for (const { a, b } of planes) addRound(-a, -b);
    for (const sign of [1, -1]) {
      addRound(sign, 0);
      addRound(0, sign);
    }
  }

  const box = { p_min_pu: Infinity, p_max_pu: -Infinity, q_min_pu: Infinity, q_max_pu: -Infinity };
  let furthest = 0;
  for (let k = 0; k < cornersP.length; k++) {
    const [p, q] = [cornersP[k], cornersQ[k]];
    box.p_min_pu = Math.min(box.p_min_pu, p);
    box.p_max_pu = Math.max(box.p_max_pu, p);
    box.q_min_pu = Math.min(box.q_min_pu, q);
    box.q_max_pu = Math.max(box.q_max_pu, q);
    furthest = Math.max(furthest, p * p + q * q);
  }
  const size_pu = Math.hypot(box.p_max_pu - box.p_min_pu, box.q_max_pu - box.q_min_pu);
  const shape = { ...box, size_pu, s_max_pu: s };
  if (size_pu <= 8 * thin) return { ...shape, dimension: 0, isRound: false, edges: [] };
  const isLine = ({ a, b, c, from, to }: Edge): boolean => {
    if (Math.abs(to[0] - from[0]) + Math.abs(to[1] - from[1]) <= 4 * thin) return false;
    return cornersP.every((p, k) => Math.abs(a * p + b * cornersQ[k] - c) <= 4 * thin);
  };
  const line = edges.find(isLine);
  if (line !== undefined) return { ...shape, dimension: 1, isRound: false, edges: [line] };
  return { ...shape, dimension: 2, isRound: edges.length === 0 || furthest >= (s - thin) * (s - thin), edges };
}

interface Plane {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** Half-planes in per unit; the range of p too, where none says it already. */
function planesOf({ halfPlanes, p_min_kW, p_max_kW }: PowerRegion, s_base_kVA: number): Plane[] {
  const planes: Plane[] = [];
  for (const { a, b, c_kVA } of halfPlanes) {
    const length = Math.hypot(a, b);
    planes.push({ a: a / length, b: b / length, c: c_kVA / (length * s_base_kVA) });
  }
  const addEnd = (a: number, c: number): void => {
    if (c === Infinity) return;
    for (const other of planes) if (other.a === a && other.b === 0 && other.c <= c) return;
    planes.push({ a, b: 0, c });
  };
  addEnd(1, p_max_kW / s_base_kVA);
  addEnd(-1, -p_min_kW / s_base_kVA);
  return planes;
}

/** What the circle and the other half-planes leave of the line c·(a, b) + t·(−b, a). */
function edgeOf({ a, b, c }: Plane, planes: readonly Plane[], s: number, thin: number): Edge | 'endless' | undefined {
  if (Math.abs(c) > s + thin) return undefined;
  let high = Math.sqrt(Math.max(0, s * s - c * c));
  let low = -high;
  for (const other of planes) {
    const slope = other.b * a - other.a * b;
    const room = other.c + thin - c * (other.a * a + other.b * b);
    if (Math.abs(slope) < 1e-12) {
      if (room < 0) return undefined;
    } else if (slope > 0) high = Math.min(high, room / slope);
    else low = Math.max(low, room / slope);
  }
  if (!(low <= high)) return undefined;
  if (!Number.isFinite(high - low)) return 'endless';
  return { a, b, c, from: [c * a - low * b, c * b + low * a], to: [c * a - high * b, c * b + high * a] };
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
