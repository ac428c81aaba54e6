import type { Case } from '../network/network.ts';
import type { NonlinearSolution, NonlinearStatus } from '../solvers/nonlinear/program.ts';
import { AcSolver } from './ac/coordinates.ts';
import { answerOf, problemOf, startOf } from './ac/solve.ts';
import type { AcProblem } from './ac-problem.ts';
import { buildOpfModel, type OpfModel } from './model.ts';
import type { OpfResult } from './result.ts';
import { type OpfOptions, type OpfServices, searchOptions } from './settings.ts';
import { solveOpf } from './solve.ts';

/** Optimal power flows one after another, of cases that differ in loads, limits and costs. */
export interface PreparedOpf {
  solve(value: Case): Promise<OpfResult>;
  /** Hands memory back; optional. */
  release(): void;
}

/**
 * Like `solveOpf`, for many moments of one network: AC starts from the answer before, multipliers included, and analyses its
 * matrix once. The convex formulations are solved anew each time, as is an AC problem whose warm start ends without an optimum. The
 * answers satisfy the same conditions as those of `solveOpf`; where there are several local optima, the sequence stays near the
 * one it has.
 * @example
 * const hours = prepareOpf(services, { formulation: 'ac' });
 * for (const hour of cases) results.push(await hours.solve(hour));
 */
export function prepareOpf(services: OpfServices, options: OpfOptions = {}): PreparedOpf {
  if ((options.formulation ?? 'ac') !== 'ac') return { solve: (value) => solveOpf(value, services, options), release() {} };
  const sequence = new WarmSequence(options);
  return {
    async solve(value) {
      const model = buildOpfModel(value);
      const { problem, found } = sequence.solve(model);
      return isConclusive(found.status) ? answerOf(problem, found, services) : solveOpf(value, services, options);
    },
    release: () => sequence.release(),
  };
}

/** The matrix is analysed once, as long as nothing is switched, fixed or freed. */
class WarmSequence {
  private readonly options: OpfOptions;
  private readonly solver: AcSolver;
  private last: { readonly problem: AcProblem; readonly found: NonlinearSolution } | undefined;

  constructor(options: OpfOptions) {
    this.options = options;
    this.solver = new AcSolver(options.coordinates);
  }

  solve(model: OpfModel): { readonly problem: AcProblem; readonly found: NonlinearSolution } {
    const { options, solver, last } = this;
    const problem = problemOf(model, options);
    const from = last !== undefined && isAlike(problem, last.problem) ? { warmStart: last.found } : { start: startOf(problem, options) };
    const found = solver.solve(problem, { ...from, ...searchOptions(options) });
    this.last = isOptimal(found.status) ? { problem, found } : undefined;
    return { problem, found };
  }

  release(): void {
    this.solver.release();
  }
}

const isOptimal = (status: NonlinearStatus): boolean => status === 'optimal';

/** Any other end says more about the warm start than about the problem. */
const isConclusive = (status: NonlinearStatus): boolean => isOptimal(status) || status === 'stopped' || status === 'time-limit';

/** Whether numbers of one mean the same in the other. */
const isAlike = (a: AcProblem, b: AcProblem): boolean =>
  a.model.s_base_kVA === b.model.s_base_kVA &&
  a.variables_count === b.variables_count &&
  a.equalities_count === b.equalities_count &&
  a.inequalities_count === b.inequalities_count;
