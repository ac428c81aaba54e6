import { extentOf } from './polygon.ts';
import type { PowerPoint, PowerRegion } from './region.ts';
import { areaOf, excessOf, qHighAt, qLowAt, qNearestAt } from './shape.ts';

/** Independent ranges of p and q: every pair of them can be injected. */
export interface PowerBox {
  readonly low: PowerPoint;
  readonly high: PowerPoint;
}

/**
 * The box that keeps the whole range of p and gives up q for it,
 *
 *   p_min ≤ p ≤ p_max,   q_max = min(q_high(p_min), q_high(p_max)),   q_min = max(q_low(p_min), q_low(p_max)),
 *
 * which for a source behind an inverter is the paper's q_max = −q_min = √(δ² − p_max²), p_max the *available* power. At p_max = δ
 * nothing is left of q. Where no q is allowed over the whole range of p, as with a load at a fixed power factor, there is no such
 * box: undefined.
 * @source Jia et al. (2025), equation (19); taken at both ends of the range, because of a load p_max = 0 says nothing
 */
export function availableBox(region: PowerRegion): PowerBox | undefined {
  return boxOver(region, region.p_min_kW, region.p_max_kW);
}

/** The box over a range of p; undefined when no q fits all of it. q_high is concave: it is least at an end. */
function boxOver(region: PowerRegion, from_kW: number, to_kW: number): PowerBox | undefined {
  const high = Math.min(qHighAt(region, from_kW), qHighAt(region, to_kW));
  const low = Math.max(qLowAt(region, from_kW), qLowAt(region, to_kW));
  if (low > high + 1e-12 * (1 + Math.abs(low))) return undefined;
  const [q_low, q_high] = low <= high ? [low, high] : [0.5 * (low + high), 0.5 * (low + high)];
  return { low: { p_kW: from_kW, q_kvar: q_low }, high: { p_kW: to_kW, q_kvar: q_high } };
}

/**
 * The box with the largest area. (p₂ − p₁)·(q_high − q_low) is quasi-concave in (p₁, p₂), so that a search by golden sections within
 * another finds it; its corners are taken from the boundary itself and lie inside whatever the search left over.
 * Of a region without area the longest box that there is: the whole of a level or upright segment, the middle of a slanted one.
 */
export function largestBox(region: PowerRegion): PowerBox {
  const { p_min_kW, p_max_kW } = region;
  const across = (p: number): PowerPoint => ({ p_kW: p, q_kvar: qNearestAt(region, p, 0) });
  const extent = extentOf([across(p_min_kW), across(p_max_kW), { p_kW: p_min_kW, q_kvar: qHighAt(region, p_min_kW) }]);
  const middle = 0.5 * (p_min_kW + p_max_kW);
  if (areaOf(region) <= 1e-12 * extent * extent) return boxOver(region, p_min_kW, p_max_kW) ?? boxOver(region, middle, middle)!;
  const value = (from: number, to: number): number => {
    const height = Math.min(qHighAt(region, from), qHighAt(region, to)) - Math.max(qLowAt(region, from), qLowAt(region, to));
    return height > 0 ? (to - from) * height : height;
  };
  const bestEnd = (from: number): number => largestOn(from, p_max_kW, (to) => value(from, to));
  const from = largestOn(p_min_kW, p_max_kW, (p) => value(p, bestEnd(p)));
  return boxOver(region, from, bestEnd(from)) ?? boxOver(region, middle, middle)!;
}

/**
 * The largest box that reaches equally far in p and q, up and down, from a point of the region: what can be promised as reserve around
 * a plan. Every corner (±m, ±m) keeps a line when a·p + b·q + (|a| + |b|)·m ≤ c, and the circle when (|p| + m)² + (|q| + m)² ≤ s².
 */
export function reserveBox(region: PowerRegion, around: PowerPoint): PowerBox {
  const m = Math.max(0, marginAt(region, around));
  return {
    low: { p_kW: around.p_kW - m, q_kvar: around.q_kvar - m },
    high: { p_kW: around.p_kW + m, q_kvar: around.q_kvar + m },
  };
}

/** The largest of these over all points of the region: the margin is a concave function of the point. */
export function largestReserveBox(region: PowerRegion): PowerBox {
  const { p_min_kW, p_max_kW } = region;
  const bestQ = (p: number): number => largestOn(qLowAt(region, p), qHighAt(region, p), (q) => marginAt(region, { p_kW: p, q_kvar: q }));
  const p_kW = largestOn(p_min_kW, p_max_kW, (p) => marginAt(region, { p_kW: p, q_kvar: bestQ(p) }));
  return reserveBox(region, { p_kW, q_kvar: bestQ(p_kW) });
}

/** Half the side of the largest square box around a point; below zero outside. */
function marginAt(region: PowerRegion, point: PowerPoint): number {
  const { halfPlanes, s_max_kVA, p_min_kW, p_max_kW } = region;
  const { p_kW, q_kvar } = point;
  let margin = Math.min(p_kW - p_min_kW, p_max_kW - p_kW);
  for (const { a, b, c_kVA } of halfPlanes) {
    margin = Math.min(margin, (c_kVA - a * p_kW - b * q_kvar) / (Math.abs(a) + Math.abs(b)));
  }
  if (s_max_kVA < Infinity) {
    // 2m² + 2(|p| + |q|)·m + p² + q² − s² = 0
    const half = 0.5 * (Math.abs(p_kW) + Math.abs(q_kvar));
    const rest = 0.5 * (s_max_kVA * s_max_kVA - p_kW * p_kW - q_kvar * q_kvar);
    margin = Math.min(margin, Math.sqrt(Math.max(0, half * half + rest)) - half);
  }
  return margin;
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** argmax of a quasi-concave function between two ends, which are tried as well. */
function largestOn(low: number, high: number, value: (x: number) => number): number {
  if (!(high > low)) return low;
  let from = low;
  let to = high;
  let left = to - GOLDEN * (to - from);
  let right = from + GOLDEN * (to - from);
  let atLeft = value(left);
  let atRight = value(right);
  for (let k = 0; k < 48; k++) {
    if (atLeft < atRight) {
      from = left;
      left = right;
      atLeft = atRight;
      right = from + GOLDEN * (to - from);
      atRight = value(right);
    } else {
      to = right;
      right = left;
      atRight = atLeft;
      left = to - GOLDEN * (to - from);
      atLeft = value(left);
    }
  }
  let best = 0.5 * (from + to);
  for (const end of [low, high]) if (value(end) > value(best)) best = end;
  return best;
}

/** Boxes add up: the sum of boxes lies in the sum of the regions. */
export function sumBoxes(boxes: readonly PowerBox[]): PowerBox {
  const total = (of: (box: PowerBox) => PowerPoint): PowerPoint => ({
    p_kW: boxes.reduce((sum, box) => sum + of(box).p_kW, 0),
    q_kvar: boxes.reduce((sum, box) => sum + of(box).q_kvar, 0),
  });
  return { low: total((box) => box.low), high: total((box) => box.high) };
}

/** True when all four corners lie in the region. */
export const holdsBox = (region: PowerRegion, { low, high }: PowerBox, tolerance_kVA = 1e-9): boolean =>
  [low, high].every(({ p_kW }) => [low, high].every(({ q_kvar }) => excessOf(region, { p_kW, q_kvar }) <= tolerance_kVA));
