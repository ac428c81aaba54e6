import { answersTo, evenShares } from '../answers.ts';
import type { FrontMethod, Pair } from '../contract.ts';
import { Scale } from '../scale.ts';

/** What the limited cost counts beside the other, in shares of their ranges: enough that no answer is only weakly optimal. */
const tie_frac = 1e-4;

/**
 * min f̄₁ + 10⁻⁴·f̄₂ subject to f̄₂ ≤ ε for even ε between 1 and 0, with f̄ in shares of the ends' ranges.
 * @source Mavrotas, Effective implementation of the ε-constraint method in multi-objective mathematical programming problems, Applied
 *   Mathematics and Computation 213 (2009), for the second term
 */
export const epsilonConstraint: FrontMethod = {
  name: 'epsilon-constraint',
  title: 'One cost under even limits of the other',
  theorem:
    'Every answer is Pareto-optimal, whatever the shape of the front, and there is one for every limit; it misses the least first cost under its limit by at most 1e-4 of the range.',
  trace(objectives, ends, options) {
    const scale = new Scale(ends);
    const questions = evenShares(options.points_count).map((share) => {
      const limits: Pair<number> = [Number.POSITIVE_INFINITY, scale.costs([0, 1 - share])[1]];
      return { weights: scale.weights([1, tie_frac]), limits };
    });
    return answersTo(objectives, questions, options);
  },
};
