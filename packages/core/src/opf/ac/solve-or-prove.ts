import { answerBranchFlow } from '../branch-flow/answer.ts';
import type { OpfModel } from '../model.ts';
import type { OpfResult, OpfStatus } from '../result.ts';
import { afterwards, type OpfOptions, type OpfServices } from '../settings.ts';
import { solveAc } from './solve.ts';

/** Endings of the local search that leave open whether there is an AC point at all. */
const open: readonly OpfStatus[] = ['infeasible', 'iteration-limit', 'failed'];

/**
 * AC by local search; where that ends without a point, by proof.
 *
 * A local search that ends without a point proves nothing. The second-order cone relaxation may: where it has no point, AC has none, and
 * its conflict names why. Its objective does not matter, so it is the one that every network has.
 */
export async function solveAcOrProve(model: OpfModel, services: OpfServices, options: OpfOptions): Promise<OpfResult> {
  const began_s = options.clock_s?.();
  const result = solveAc(model, services, options);
  if (!open.includes(result.status) || !services.solver.takes.cones.includes('second-order')) return result;
  const form = { formulation: 'soc', objective: 'loss', limits: options.limits ?? 'apparent' } as const;
  const relaxed = await answerBranchFlow(model, { solver: services.solver }, afterwards(options, began_s), form);
  if (relaxed.result.status !== 'infeasible') return result;
  return {
    ...result,
    status: 'infeasible',
    conflict: relaxed.result.conflict,
    notes: ['There is no AC point: already its second-order cone relaxation has none.'],
  };
}
