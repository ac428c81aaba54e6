import { CombinationError } from '../../base/errors.ts';
import type { Program } from '../../problem/program.ts';
import type { Solution, SolveOptions, Solver } from '../contract.ts';
import { checkProgram } from '../program-check.ts';
import { type InteriorPointOptions, InteriorPointWorkspace, NAME } from './workspace.ts';

/**
 * Our interior-point solver of linear and convex quadratic programs: homogeneous embedding, Mehrotra's corrector, own
 * sparse LDLᵀ. Plain TypeScript, so it runs wherever core runs; every claim is checked on the original program.
 * @source Mehrotra, SIAM J. Optim. 2 (1992); Andersen & Ye, Math. Prog. 84 (1999); Vanderbei, LOQO, Optim. Methods
 *   Softw. 11 (1999); Altman & Gondzio, Optim. Methods Softw. 11 (1999)
 */
export function interiorPoint(settings: InteriorPointOptions = {}): Solver {
  return {
    name: NAME,
    takes: { integer: false, quadratic: true },
    prepare: async () => ({ solve: (program, options) => solve(program, options ?? {}, settings) }),
  };
}

function solve(program: Program, options: SolveOptions, settings: InteriorPointOptions): Solution {
  checkProgram(program);
  const whole = program.integer?.indexOf(1) ?? -1;
  if (whole >= 0) {
    throw new CombinationError({
      message: `The interior-point solver takes no whole variables, but "${program.columnName(whole)}" must be whole`,
      code: 'SOLVER_CANNOT',
      where: `solver ${NAME}`,
      hint: 'Choose the solver highs, or relax the variable.',
    });
  }
  const found = new InteriorPointWorkspace(program, settings).solve({}, options);
  return found.status === 'unbounded' ? unboundedOrInfeasible(program, options, settings, found) : found;
}

/** A direction of unbounded descent counts only if there is a point to descend from. */
function unboundedOrInfeasible(program: Program, options: SolveOptions, settings: InteriorPointOptions, found: Solution): Solution {
  const zero: Program = {
    ...program,
    cost: new Float64Array(program.cost.length),
    quadratic: undefined,
    columnName: (j) => program.columnName(j),
    rowName: (i) => program.rowName(i),
  };
  const feasible = new InteriorPointWorkspace(zero, settings).solve({}, options);
  return feasible.status === 'infeasible' ? feasible : found;
}
