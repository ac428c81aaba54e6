import { answersTo, evenShares } from '../answers.ts';
import type { FrontMethod } from '../contract.ts';
import { Scale } from '../scale.ts';

/** min (1 − w)·f̄₁ + w·f̄₂ for even w between 0 and 1, with f̄ in shares of the ends' ranges. */
export const weightedSum: FrontMethod = {
  name: 'weighted-sum',
  title: 'Weighted sums with even weights',
  theorem:
    'With positive weights every answer is Pareto-optimal. Points on parts of the front that are not convex are never found, and even weights do not give even points.',
  trace(objectives, ends, options) {
    const scale = new Scale(ends);
    const questions = evenShares(options.points_count).map((weight) => ({ weights: scale.weights([1 - weight, weight]) }));
    return answersTo(objectives, questions, options);
  },
};
