import { CombinationError } from '../../base/errors.ts';
import type { Program } from '../../problem/program.ts';
import type { ReadySolver, Solution, SolveOptions, Solver } from '../contract.ts';
import { buildSolution, checkProgram, contradictionsOf, contradictorySolution } from '../program-check.ts';
import { certifyUnbounded } from '../rays.ts';
import { Plans } from './plans.ts';
import { NAME, type OuterApproximationOptions, partOf, Search } from './search.ts';

/** Multiples of a direction that are tried for whole steps of the whole variables. */
const MULTIPLES_MAX = 12;
const WHOLE = 1e-6;

/**
 * Mixed-integer programs with cones or convex quadratic costs, by two other solvers: one for mixed-integer linear programs,
 * one for conic ones. Programs that one of them takes alone go to it.
 * @param solvers - the first that takes whole variables has to honour `start` and to tell incumbents and bounds; of the first
 *   that takes quadratic costs, `rowDual` has to lie in the dual of every cone it takes. Where one of the two is missing, less is taken
 * @throws {CombinationError} SOLVER_CANNOT at `prepare` when both are missing, at `solve` when the program needs the missing one
 * @source Coey, Lubin, Vielma, Outer approximation with conic certificates for mixed-integer convex problems, Math. Prog.
 *   Comput. 12 (2020)
 */
export function outerApproximation(solvers: readonly Solver[], settings: OuterApproximationOptions = {}): Solver {
  const milp = solvers.find(({ takes }) => takes.integer);
  const conic = solvers.find(({ takes }) => takes.quadratic);
  const cones = conic?.takes.cones ?? [];
  return {
    name: NAME,
    takes: { integer: milp !== undefined, quadratic: conic !== undefined, cones },
    prepare: async () => {
      const [whole, curved] = [await milp?.prepare(), await conic?.prepare()];
      if (!whole && !curved) throw lacking('whole variables or quadratic costs');
      return {
        solve(program, options = {}) {
          checkProgram(program, cones);
          const isWhole = program.integer?.includes(1) ?? false;
          const isCurved = (program.cones?.length ?? 0) > 0 || (program.quadratic?.values.some((value) => value !== 0) ?? false);
          if (isWhole && isCurved && whole && curved) return solve(program, whole, curved, options, settings);
          if (isCurved && !curved) throw lacking('quadratic costs');
          const alone = isWhole ? whole : (curved ?? whole);
          if (!alone) throw lacking('whole variables');
          return { ...alone.solve({ ...withNames(program), [isWhole ? 'quadratic' : 'integer']: undefined }, options), solver: NAME };
        },
      } satisfies ReadySolver;
    },
  };
}

const lacking = (what: string): CombinationError =>
  new CombinationError({
    message: `Outer approximation needs a solver that takes ${what}, but was given none`,
    code: 'SOLVER_CANNOT',
    where: `solver ${NAME}`,
    hint: 'Give it a solver that takes whole variables (highs) and one that takes quadratic costs and cones (interior-point).',
  });

function solve(
  program: Program,
  milp: ReadySolver,
  conic: ReadySolver,
  options: SolveOptions,
  settings: OuterApproximationOptions,
): Solution {
  const conflict = contradictionsOf(program);
  if (conflict) return contradictorySolution(program, NAME, conflict);
  const started_s = options.clock_s?.() ?? 0;
  const root = new Plans(program, conic).relaxed(partOf(options, started_s));
  switch (root.status) {
    case 'infeasible':
    case 'time-limit':
    case 'stopped':
      return ended(program, root, root.status);
    case 'unbounded':
      return unbounded(program, root, partOf(options, started_s), conic, (free, rest) => solve(free, milp, conic, rest, settings));
    default:
      return new Search(program, milp, conic, options, started_s, settings).run(root);
  }
}

/**
 * The relaxation is unbounded. The program then is so too if it has a point and if the direction, or a small multiple of it,
 * moves whole variables by whole steps, or leaves them alone.
 */
function unbounded(
  program: Program,
  root: Solution,
  options: SolveOptions,
  conic: ReadySolver,
  again: (program: Program, options: SolveOptions) => Solution,
): Solution {
  const free = { ...withNames(program), cost: new Float64Array(program.cost.length), quadratic: undefined };
  const point = again(free, options);
  if (point.status !== 'optimal' && point.status !== 'almost-optimal') return ended(program, point, point.status);
  const along = new Plans(program, conic);
  const plan = along.planOf(point.x);
  const isUnbounded = wholeDirection(program, root.x) || (plan !== undefined && along.fixed(plan, options).status === 'unbounded');
  return isUnbounded ? ended(program, root, 'unbounded') : { ...ended(program, point, 'failed'), bound: Number.NEGATIVE_INFINITY };
}

function wholeDirection(program: Program, direction: Float64Array): boolean {
  const whole = Array.from(direction.keys()).filter((j) => program.integer?.[j] === 1);
  const largest = whole.reduce((most, j) => Math.max(most, Math.abs(direction[j])), 0);
  const length = direction.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest <= WHOLE * length) {
    return certifyUnbounded(
      program,
      direction.map((value, j) => (program.integer?.[j] === 1 ? 0 : value)),
    );
  }
  for (let multiple = 1; multiple <= MULTIPLES_MAX; multiple++) {
    const scaled = direction.map((value) => (value * multiple) / largest);
    if (whole.some((j) => Math.abs(scaled[j] - Math.round(scaled[j])) > WHOLE)) continue;
    for (const j of whole) scaled[j] = Math.round(scaled[j]);
    return certifyUnbounded(program, scaled);
  }
  return false;
}

/** What a part found, as the answer to the whole. */
function ended(program: Program, found: Solution, status: Solution['status']): Solution {
  const { x, rowDual, columnDual, conflict } = found;
  const bound = status === 'infeasible' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  return buildSolution(program, { solver: NAME, status, x, rowDual, columnDual, iterations_count: 0, bound, conflict });
}

/** A copy that may be changed and keeps its names. */
function withNames(program: Program): Program {
  return { ...program, columnName: (j) => program.columnName(j), rowName: (i) => program.rowName(i) };
}
