import { CombinationError } from '../../base/errors.ts';
import type { ConeKind, Program } from '../../problem/program.ts';
import type { Solution, SolveOptions, Solver } from '../contract.ts';
import { elasticProgram } from '../elastic-program.ts';
import { buildSolution, checkProgram } from '../program-check.ts';
import { certifyInfeasible, certifyUnbounded } from '../rays.ts';
import { recessionProgram } from './diagnosis.ts';
import { type Watch, watchOf } from './watch.ts';
import { type InteriorPointOptions, InteriorPointWorkspace, NAME } from './workspace.ts';

const CONES: readonly ConeKind[] = ['second-order', 'exponential', 'power', 'positive-semidefinite'];

/** A primal residual beyond this makes an answer that is only almost optimal suspicious. */
const MISSED = 1e-6;

/**
 * Our interior-point solver of linear, convex quadratic and conic programs: homogeneous embedding, Nesterov–Todd and
 * barrier scaling, Mehrotra's corrector, own sparse LDLᵀ. Plain TypeScript, so it runs wherever core runs; every claim is checked on the original program.
 * @source Mehrotra, SIAM J. Optim. 2 (1992); Andersen & Ye, Math. Prog. 84 (1999); Vanderbei, LOQO, Optim. Methods
 *   Softw. 11 (1999); Altman & Gondzio, Optim. Methods Softw. 11 (1999)
 */
export function interiorPoint(settings: InteriorPointOptions = {}): Solver {
  return {
    name: NAME,
    takes: { integer: false, quadratic: true, cones: CONES },
    prepare: async () => ({
      solve: (program, options) => solve(program, options ?? {}, settings),
      sequence: (program) => new InteriorPointWorkspace(program, settings),
    }),
  };
}

function solve(program: Program, options: SolveOptions, settings: InteriorPointOptions): Solution {
  checkProgram(program, CONES);
  const whole = program.integer?.indexOf(1) ?? -1;
  if (whole >= 0) {
    throw new CombinationError({
      message: `The interior-point solver takes no whole variables, but "${program.columnName(whole)}" must be whole`,
      code: 'SOLVER_CANNOT',
      where: `solver ${NAME}`,
      hint: 'Choose the solver highs, or outer-approximation for cones and quadratic costs, or relax the variable.',
    });
  }
  const watch = watchOf(options);
  const found = solveOnce(program, options, settings, watch);
  const ask: Ask = (other) => solveOnce(other, withoutReports(options), settings, watch);
  switch (found.status) {
    case 'unbounded':
      // A direction of unbounded descent counts only if there is a point to descend from.
      return infeasibleInstead(program, found, ask) ?? found;
    case 'almost-optimal':
      // Rows or cones that are missed by so much may have no point in common.
      return (found.certificate.primalResidual > MISSED && infeasibleInstead(program, found, ask)) || found;
    case 'failed':
    case 'iteration-limit':
      return infeasibleInstead(program, found, ask) ?? unboundedInstead(program, found, ask) ?? found;
    default:
      return found;
  }
}

function solveOnce(program: Program, options: SolveOptions, settings: InteriorPointOptions, watch: Watch): Solution {
  const workspace = new InteriorPointWorkspace(program, settings, watch);
  const found = workspace.solve({}, options, watch);
  workspace.release();
  return found;
}

/** Solves another programme about the same one, under the same wishes and what is left of the time. */
type Ask = (other: Program) => Solution;

function infeasibleInstead(program: Program, found: Solution, ask: Ask): Solution | undefined {
  const elastic = ask(elasticProgram(program));
  const proof = certifyInfeasible(program, elastic.rowDual);
  if (!proof.proved) return program.cones ? infeasibleWithoutCost(program, found, ask) : undefined;
  return buildSolution(program, {
    ...found,
    status: 'infeasible',
    rowDual: elastic.rowDual,
    bound: Number.POSITIVE_INFINITY,
    conflict: proof.conflict,
  });
}

/** With cones the elastic program may end less exactly than a proof needs; without a cost, the embedding finds a ray itself. */
function infeasibleWithoutCost(program: Program, found: Solution, ask: Ask): Solution | undefined {
  const free = { ...program, cost: new Float64Array(program.cost.length), quadratic: undefined };
  const { status, rowDual, conflict } = ask(free);
  if (status !== 'infeasible') return undefined;
  return buildSolution(program, { ...found, status, rowDual, bound: Number.POSITIVE_INFINITY, conflict });
}

function unboundedInstead(program: Program, found: Solution, ask: Ask): Solution | undefined {
  const recession = ask(recessionProgram(program));
  if (!certifyUnbounded(program, recession.x)) return undefined;
  return buildSolution(program, { ...found, status: 'unbounded', x: recession.x, bound: Number.NEGATIVE_INFINITY });
}

function withoutReports({ onProgress: _, ...options }: SolveOptions): SolveOptions {
  return options;
}
