import type { Point } from './contract.ts';

/** Costs that differ by less than this share of the front's range count as equal. */
const equal_frac = 1e-9;

/** The points that no other one beats or equals, in order of the first cost. */
export function undominated<Plan>(points: readonly Point<Plan>[]): Point<Plan>[] {
  const span = (k: 0 | 1): number => Math.max(...points.map(({ costs }) => costs[k])) - Math.min(...points.map(({ costs }) => costs[k]));
  const [near0, near1] = [equal_frac * span(0), equal_frac * span(1)];
  const ordered = [...points].sort((a, b) => a.costs[0] - b.costs[0] || a.costs[1] - b.costs[1]);
  const kept: Point<Plan>[] = [];
  for (const point of ordered) {
    const last = kept.at(-1);
    if (last === undefined || point.costs[1] < last.costs[1] - near1) {
      // two points of nearly the same first cost: the later one is better in the second, so it replaces
      if (last !== undefined && point.costs[0] - last.costs[0] <= near0) kept.pop();
      kept.push(point);
    }
  }
  return kept;
}

/** Each point in shares of the ranges between the two outermost. */
function sharesOf(points: readonly Point<unknown>[]): [number, number][] {
  const [first, last] = [points[0].costs, points[points.length - 1].costs];
  return points.map(({ costs }) => [(costs[0] - first[0]) / (last[0] - first[0]), (costs[1] - last[1]) / (first[1] - last[1])]);
}

/** The point farthest from the line between the ends, towards the better side. */
export function kneeOf(points: readonly Point<unknown>[]): number {
  if (points.length < 3) return 0;
  let [knee, most] = [0, Number.NEGATIVE_INFINITY];
  sharesOf(points).forEach(([a, b], k) => {
    const gain = 1 - a - b;
    if (gain > most) [knee, most] = [k, gain];
  });
  return knee;
}

/** The share of the rectangle between the ends that is dominated by some point. */
export function hypervolumeOf(points: readonly Point<unknown>[]): number {
  if (points.length < 2) return points.length;
  const shares = sharesOf(points);
  let area = 0;
  for (let k = 0; k + 1 < shares.length; k++) area += (shares[k + 1][0] - shares[k][0]) * (1 - shares[k][1]);
  return area;
}

/** How uneven the gaps between neighbours are: their standard deviation over their mean. */
export function unevennessOf(points: readonly Point<unknown>[]): number {
  if (points.length < 3) return 0;
  const shares = sharesOf(points);
  const gaps = shares.slice(1).map(([a, b], k) => Math.hypot(a - shares[k][0], b - shares[k][1]));
  const mean = gaps.reduce((x, y) => x + y, 0) / gaps.length;
  return Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length) / mean;
}
