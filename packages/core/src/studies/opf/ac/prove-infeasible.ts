import { answerBranchFlow } from '../branch-flow/answer.ts';
import type { OpfModel } from '../model.ts';
import type { OpfResult, OpfStatus } from '../result.ts';
import type { OpfOptions, OpfServices } from '../settings.ts';

/** Endings of the local search that leave open whether there is an AC point at all. */
const open: readonly OpfStatus[] = ['infeasible', 'iteration-limit', 'failed'];

/**
 * A local search that ends without a point proves nothing. The second-order cone relaxation may: where it has no point, AC has none, and
 * its conflict names why. Its objective does not matter, so it is the one that every network has.
 */
export async function withProof(model: OpfModel, services: OpfServices, options: OpfOptions, result: OpfResult): Promise<OpfResult> {
  if (!open.includes(result.status) || !services.solver.takes.cones.includes('second-order')) return result;
  const { tolerance_frac: _, iterations_max_count: __, ...rest } = options;
  const form = { formulation: 'soc', objective: 'loss', limits: options.limits ?? 'apparent' } as const;
  const relaxed = await answerBranchFlow(model, { solver: services.solver }, rest, form);
  if (relaxed.result.status !== 'infeasible') return result;
  return {
    ...result,
    status: 'infeasible',
    conflict: relaxed.result.conflict,
    notes: ['There is no AC point: already its second-order cone relaxation has none.'],
  };
}
