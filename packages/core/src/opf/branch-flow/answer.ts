import type { Solution } from '../../solvers/contract.ts';
import { withAcCheck } from '../ac-check.ts';
import { collect } from '../collect.ts';
import type { OpfModel } from '../model.ts';
import { noSplit } from '../price-split.ts';
import { isSolved, type OpfResult } from '../result.ts';
import { type OpfOptions, type OpfServices, programOptions, timeLeft } from '../settings.ts';
import { pointOf, type RelaxedPoint } from './point.ts';
import { splitBranchFlowPrices } from './price-parts.ts';
import { type BranchFlowOptions, type BranchFlowProblem, buildBranchFlow } from './program.ts';

/** A branch-flow program, its solution, and what the solution says in the network's own words. */
export interface BranchFlowAnswer {
  readonly problem: BranchFlowProblem;
  readonly found: Solution;
  readonly point: RelaxedPoint;
  /** Checked by a power flow. */
  readonly result: OpfResult;
}

/** @throws {CombinationError} those of `buildBranchFlow` and of the solver */
export async function answerBranchFlow(
  model: OpfModel,
  services: OpfServices,
  options: OpfOptions,
  form: BranchFlowOptions,
): Promise<BranchFlowAnswer> {
  const began_s = options.clock_s?.();
  const problem = buildBranchFlow(model, form);
  const ready = await services.solver.prepare();
  const found = ready.solve(problem.program, programOptions(timeLeft(options, began_s)));
  const { x, rowDual } = found;
  const nB = model.busOf.length;
  const point = pointOf(model, problem, x);
  const { primalResidual, dualResidual, gap } = found.certificate;
  const result = collect(model, {
    status: found.status,
    formulation: form.formulation,
    objective: form.objective,
    iterations_count: found.iterations_count,
    certificate: { primalResidual, dualResidual, gap },
    angle: (b) => point.angle_rad[b],
    v: (b) => point.v_pu[b],
    price: (b) => rowDual[b],
    priceQ: (b) => rowDual[nB + b],
    parts: isSolved(found.status) ? splitBranchFlowPrices(model, problem, found) : noSplit(nB),
    p: (d) => x[problem.p[d]],
    q: (d) => x[problem.q[d]],
    ...(form.isLossFree === true ? { loss_pu: point.flowLoss_pu } : {}),
    conflict: found.conflict ?? [],
    notes: [],
  });
  return { problem, found, point, result: withAcCheck(model, result, services.powerFlow) };
}
