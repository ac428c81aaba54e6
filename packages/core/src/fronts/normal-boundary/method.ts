import { answersTo, evenShares } from '../answers.ts';
import type { FrontMethod } from '../contract.ts';
import { Scale } from '../scale.ts';

/** What the costs count beside the way along the normal, in shares of their ranges. */
const tie_frac = 1e-4;

/**
 * From even points on the line between the ends along its normal, as far as there are plans:
 *
 *   max τ − 10⁻⁴·(f̄₁ + f̄₂)    subject to    f̄₁ ≤ β − τ,    f̄₂ ≤ 1 − β − τ,    f̄ in shares of the ends' ranges
 *
 * with ≤ where Das and Dennis have =, so that every question has an answer, and ties broken by the costs.
 * @source Das, Dennis, Normal-boundary intersection, SIAM J. Optimization 8(3) (1998), section 4; Gembicki, Haimes, IEEE Trans. Automatic
 *   Control 20(6) (1975), for the inequality
 */
export const normalBoundary: FrontMethod = {
  name: 'normal-boundary',
  title: 'Along the normal of the line between the ends, from even points on it',
  theorem: 'Every answer is Pareto-optimal, whatever the shape of the front; points lie evenly along the line between the ends.',
  trace(objectives, ends, options) {
    const scale = new Scale(ends);
    const questions = evenShares(options.points_count).map((beta) => ({
      weights: scale.weights([tie_frac, tie_frac]),
      ray: { from: scale.costs([beta, 1 - beta]), along: scale.range, reach: 1 },
    }));
    return answersTo(objectives, questions, options);
  },
};
