import { answersTo, evenShares } from '../answers.ts';
import type { FrontMethod, Pair, Point, Question } from '../contract.ts';
import { undominated } from '../points.ts';
import { Scale } from '../scale.ts';

/** Refinements that a segment gets per length of the mean one. */
const refinement = 1.5;
const rounds_max_count = 12;

/**
 * Weighted sums first, then again within what is still empty: between two neighbours P and R that lie more than δ apart,
 *
 *   min (1 − w)·f̄₁ + w·f̄₂    subject to    f̄₁ ≤ R₁ − δ·cos θ,    f̄₂ ≤ P₂ − δ·sin θ,    θ the slope of the segment
 *
 * with more weights in longer segments, until none is longer than δ or holds anything. δ is the mean gap that was asked for.
 * @source Kim, de Weck, Adaptive weighted-sum method for bi-objective optimization, Structural and Multidisciplinary Optimization 29
 *   (2005), section 3
 */
export const adaptiveWeightedSum: FrontMethod = {
  name: 'adaptive-weighted-sum',
  title: 'Weighted sums, refined between neighbours that are far apart',
  theorem:
    'Answers within a segment are optimal under its limits and Pareto-optimal unless a limit binds that hides a better point; dominated ones are left out. Finds points on parts that are not convex.',
  trace(objectives, ends, options) {
    const scale = new Scale(ends);
    const gap_frac = Math.SQRT2 / (options.points_count - 1);
    const start = evenShares(Math.max(3, Math.ceil(options.points_count / 3)));
    let points = answersTo(
      objectives,
      start.map((weight) => ({ weights: scale.weights([1 - weight, weight]) })),
      options,
    );
    const empty = new Set<string>();
    for (let round = 0; round < rounds_max_count; round++) {
      const open = longSegments(undominated([...ends, ...points]), scale, gap_frac).filter(({ key }) => !empty.has(key));
      if (open.length === 0) break;
      for (const segment of open) {
        empty.add(segment.key);
        points = [...points, ...answersTo(objectives, segment.questions, options)];
      }
    }
    return points;
  },
};

/** What is asked within each segment that is longer than the gap. */
function longSegments(points: readonly Point<unknown>[], scale: Scale, gap_frac: number): { key: string; questions: Question[] }[] {
  const shares = points.map((point) => scale.shares(point));
  const lengths = shares.slice(1).map(([a, b], k) => Math.hypot(a - shares[k][0], b - shares[k][1]));
  const mean = lengths.reduce((x, y) => x + y, 0) / lengths.length;
  return lengths.flatMap((length, k) => {
    if (length <= 1.5 * gap_frac) return [];
    const [left, right] = [shares[k], shares[k + 1]];
    const inset: Pair<number> = [(gap_frac * (right[0] - left[0])) / length, (gap_frac * (left[1] - right[1])) / length];
    const limits = scale.costs([right[0] - inset[0] / 2, left[1] - inset[1] / 2]);
    const count = Math.max(3, Math.round((refinement * length) / mean) + 1);
    const questions = evenShares(count).map((weight) => ({ weights: scale.weights([1 - weight, weight]), limits }));
    return [{ key: [...points[k].costs, ...points[k + 1].costs].join(' '), questions }];
  });
}
