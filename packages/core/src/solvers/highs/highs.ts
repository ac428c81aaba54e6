import type { Highs } from 'highs';
import { CombinationError } from '../../base/errors.ts';
import type { Program } from '../../problem/program.ts';
import type { ReadySolver, Solution, SolveOptions, Solver } from '../contract.ts';
import { buildSolution, checkProgram, contradictionsOf, contradictorySolution } from '../program-check.ts';
import { conflictOf } from './conflict.ts';
import { currentLibrary, guarded, loadLibrary, NAME } from './library.ts';
import { type HighsOptions, Session, statusOf } from './session.ts';
import { completedStart } from './start.ts';

/** What is tried in turn where dual simplex after presolve ends a linear program without an answer. */
const OTHER_WAYS: readonly HighsOptions[] = [
  { solver: 'ipm', presolve: 'off' },
  { solver: 'simplex', presolve: 'off', simplex_strategy: 4 },
];

/** The same for programmes with whole variables: presolve now and then loses a point of tiny ones without cost. */
const OTHER_WAYS_WHOLE: readonly HighsOptions[] = [{ presolve: 'off' }];

/**
 * HiGHS (WebAssembly) for linear and mixed-integer programs: simplex, and branch and cut.
 *
 * Programs go in as arrays, never as text. Duals of a mixed-integer program are those of the linear program in which
 * the whole variables are fixed at their solution. One solve at a time per thread.
 * @source Huangfu & Hall, Parallelizing the dual revised simplex method, Math. Prog. Comp. 10 (2018)
 */
export function highs(): Solver {
  return {
    name: NAME,
    takes: { integer: true, quadratic: false, cones: [] },
    prepare: async () => {
      const loaded = await loadLibrary();
      return { solve: (program, options = {}) => solve(currentLibrary(loaded), program, options) } satisfies ReadySolver;
    },
  };
}

function solve(library: Highs, program: Program, options: SolveOptions): Solution {
  checkProgram(program);
  if (program.quadratic?.values.some((value) => value !== 0)) {
    const isWhole = program.integer?.includes(1) ?? false;
    throw new CombinationError({
      message: 'HiGHS takes linear costs only, but this program has a quadratic cost',
      code: 'SOLVER_CANNOT',
      where: `solver ${NAME}`,
      hint: isWhole
        ? 'Choose the solver outer-approximation for convex quadratic costs with whole variables.'
        : 'Choose the solver interior-point for convex quadratic costs without whole variables.',
    });
  }
  const conflict = contradictionsOf(program);
  if (conflict) return contradictorySolution(program, NAME, conflict);

  const session = new Session(library, program, options);
  try {
    session.load();
    return answer(session, options);
  } finally {
    session.dispose();
  }
}

type Point = Pick<Solution, 'x' | 'rowDual' | 'columnDual'>;

function answer(session: Session, options: SolveOptions): Solution {
  const { library, model, program, isWhole } = session;
  const { ended, isWithoutCost } = endOf(session, options);
  const status = statusOf(library, ended);
  const finding = { solver: NAME, status, iterations_count: session.iterations_count };
  const none: Point = {
    x: new Float64Array(program.cost.length),
    rowDual: new Float64Array(program.rowLower.length),
    columnDual: new Float64Array(program.cost.length),
  };
  if (status === 'infeasible') {
    return buildSolution(program, { ...finding, ...none, bound: Number.POSITIVE_INFINITY, conflict: conflictOf(session) });
  }
  const isKnown = session.hasPoint && status !== 'failed';
  let point = none;
  if (isKnown) {
    const found = guarded(library, () => model.getSolution());
    point = { x: found.colValue, rowDual: found.rowDual, columnDual: found.colDual };
  }
  if (status === 'unbounded') return buildSolution(program, { ...finding, ...point, bound: Number.NEGATIVE_INFINITY });
  if (!isWhole) return buildSolution(program, { ...finding, ...point });
  const bound = isWithoutCost ? Number.NEGATIVE_INFINITY : session.info('mip_dual_bound');
  if (isKnown && status === 'optimal') point = fixWholeVariables(session, point.x) ?? point;
  return buildSolution(program, { ...finding, ...point, bound });
}

/** Runs from the start, if there is one, and on other ways where HiGHS fails; tells infeasible from unbounded. */
function endOf(session: Session, { start }: SolveOptions): { readonly ended: number; readonly isWithoutCost: boolean } {
  const { library, model, isWhole } = session;
  const code = library.constants.modelStatus;
  if (isWhole && start) {
    const colValue = completedStart(session, start);
    session.load();
    if (colValue) guarded(library, () => model.setSolution({ colValue }));
  }
  let ended = session.run(true);
  for (const way of isWhole ? OTHER_WAYS_WHOLE : OTHER_WAYS) {
    if (statusOf(library, ended) !== 'failed' || ended === code.unboundedOrInfeasible) break;
    session.load();
    session.set(way);
    ended = session.run(true);
  }
  const isOpen = ended === code.unboundedOrInfeasible || (isWhole && ended === code.unbounded);
  if (!isOpen) return { ended, isWithoutCost: false };
  // Without cost there is nothing to be unbounded in.
  session.load(new Float64Array(session.program.cost.length));
  ended = session.run(false);
  if (ended === code.optimal) ended = code.unbounded;
  else if (ended === code.unboundedOrInfeasible) ended = code.infeasible;
  return { ended, isWithoutCost: true };
}

/** Solves the linear program in which whole variables are fixed at x, for its duals and exactly whole values. */
function fixWholeVariables(session: Session, x: Float64Array): Point | undefined {
  const { library, model, program } = session;
  const indices: number[] = [];
  const values: number[] = [];
  for (let j = 0; j < x.length; j++) {
    if (program.integer?.[j] !== 1) continue;
    indices.push(j);
    values.push(Math.round(x[j]));
  }
  guarded(library, () => {
    model.clearIntegrality();
    model.changeColsBounds({ kind: 'set', indices }, values, values);
  });
  if (session.run(false, false) !== library.constants.modelStatus.optimal) return undefined;
  const found = guarded(library, () => model.getSolution());
  return { x: found.colValue, rowDual: found.rowDual, columnDual: found.colDual };
}
