import type { Highs, HighsCallbackMap, Model } from 'highs';
import { CombinationError, NumericalError } from '../../base/errors.ts';
import type { Program } from '../../problem/program.ts';
import type { ReadySolver, Solution, SolveOptions, Solver, SolveStatus } from '../contract.ts';
import { buildSolution, checkProgram, contradictionsOf, contradictorySolution } from '../program-check.ts';
import { certifyInfeasible } from '../rays.ts';

const NAME = 'highs';
const GAP_DEFAULT = 1e-6;
/** HiGHS drops smaller coefficients; its own default of 1e-9 would change programs written in small units. */
const SMALLEST_COEFFICIENT = 1e-12;

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
      const library = await load();
      return { solve: (program, options = {}) => solve(library, program, options) } satisfies ReadySolver;
    },
  };
}

let loading: Promise<Highs> | undefined;

function load(): Promise<Highs> {
  loading ??= import('highs').then((found) => {
    // The package declares CommonJS types for its ES module, so the compiler sees one `default` too many.
    const start = found.default as unknown as typeof found.default.default;
    return start();
  });
  return loading;
}

function solve(library: Highs, program: Program, options: SolveOptions): Solution {
  checkProgram(program);
  if (program.quadratic?.values.some((value) => value !== 0)) {
    throw new CombinationError({
      message: 'HiGHS takes linear costs only, but this program has a quadratic cost',
      code: 'SOLVER_CANNOT',
      where: `solver ${NAME}`,
      hint: 'Choose the solver interior-point for convex quadratic costs without whole variables.',
    });
  }
  const conflict = contradictionsOf(program);
  if (conflict) return contradictorySolution(program, NAME, conflict);

  const model = guarded(library, () => library.createModel());
  try {
    guarded(library, () => {
      const whole = program.integer?.some((flag) => flag === 1) ?? false;
      model.options.set(optionsOf(options));
      model.passModel(modelDataOf(program, whole));
    });
    return run(library, model, program, options);
  } finally {
    model.dispose();
  }
}

function optionsOf(options: SolveOptions): Record<string, number | boolean | string> {
  const set: Record<string, number | boolean | string> = {
    output_flag: false,
    small_matrix_value: SMALLEST_COEFFICIENT,
    mip_rel_gap: options.gap_frac ?? GAP_DEFAULT,
  };
  if (options.timeLimit_s !== undefined) set['time_limit'] = Math.max(0, options.timeLimit_s);
  if (options.iterations_max_count !== undefined) set['simplex_iteration_limit'] = options.iterations_max_count;
  if (options.tolerance_frac !== undefined) {
    const tolerance = Math.min(1e-3, Math.max(1e-10, options.tolerance_frac));
    set['primal_feasibility_tolerance'] = tolerance;
    set['dual_feasibility_tolerance'] = tolerance;
  }
  return set;
}

function modelDataOf(program: Program, whole: boolean): Parameters<Model['passModel']>[0] {
  const { cost, offset, lower, upper, rows, rowLower, rowUpper, integer } = program;
  return {
    numCols: cost.length,
    numRows: rowLower.length,
    offset,
    colCost: cost,
    colLower: lower,
    colUpper: upper,
    rowLower,
    rowUpper,
    matrix: {
      format: 'csc',
      numRows: rows.rows_count,
      numCols: rows.cols_count,
      starts: rows.colStart,
      indices: rows.rowIndex,
      values: rows.values,
    },
    ...(whole && integer ? { integrality: Int32Array.from(integer) } : {}),
  };
}

type Point = Pick<Solution, 'x' | 'rowDual' | 'columnDual'>;

function run(library: Highs, model: Model, program: Program, options: SolveOptions): Solution {
  const whole = program.integer?.some((flag) => flag === 1) ?? false;
  const code = library.constants.modelStatus;
  let ended = runOnce(library, model, options, whole);
  if (ended === code.unboundedOrInfeasible || (whole && ended === code.unbounded)) {
    ended = feasibleWithoutCost(library, model, program, options, whole) ? code.unbounded : code.infeasible;
  }
  const status = statusOf(library, ended);
  const n = program.cost.length;
  const m = program.rowLower.length;
  const none: Point = {
    x: new Float64Array(n),
    rowDual: new Float64Array(m),
    columnDual: new Float64Array(n),
  };
  if (status === 'infeasible') {
    const conflict = conflictOf(library, model, program);
    return buildSolution(program, {
      ...none,
      solver: NAME,
      status,
      iterations_count: iterationsOf(model, whole),
      bound: Number.POSITIVE_INFINITY,
      conflict,
    });
  }
  const known = Number(guarded(library, () => model.info.get('primal_solution_status'))) !== 0;
  let point: Point = none;
  if (known && status !== 'failed') {
    const found = guarded(library, () => model.getSolution());
    point = { x: found.colValue, rowDual: found.rowDual, columnDual: found.colDual };
  }
  const finding = { solver: NAME, status, iterations_count: iterationsOf(model, whole) };
  if (status === 'unbounded') return buildSolution(program, { ...finding, ...point, bound: Number.NEGATIVE_INFINITY });
  if (!whole) return buildSolution(program, { ...finding, ...point });
  const bound = Number(guarded(library, () => model.info.get('mip_dual_bound')));
  if (known && status === 'optimal') point = fixWholeVariables(library, model, program, point.x) ?? point;
  return buildSolution(program, { ...finding, ...point, bound });
}

/** Runs the model; a failure inside HiGHS is the status `solveError`, an error of the caller's functions passes through. */
function runOnce(library: Highs, model: Model, options: SolveOptions, whole: boolean): number {
  let thrown: { readonly error: unknown } | undefined;
  const { onProgress, shouldStop } = options;
  const kept = <Input, Output>(ask: (input: Input) => Output) => {
    return (input: Input): Output => {
      try {
        return ask(input);
      } catch (error) {
        thrown = { error };
        throw error;
      }
    };
  };
  const asked: SolveOptions = {
    ...(onProgress ? { onProgress: kept(onProgress) } : {}),
    ...(shouldStop ? { shouldStop: () => kept(shouldStop)(undefined) } : {}),
  };
  try {
    return model.run(callbacksOf(library, asked, whole)).modelStatus;
  } catch (error) {
    if (thrown) throw thrown.error;
    if (error instanceof library.errors.HighsError) return library.constants.modelStatus.solveError;
    throw readable(library, error);
  }
}

function callbacksOf(library: Highs, options: SolveOptions, whole: boolean): HighsCallbackMap {
  const { onProgress, shouldStop } = options;
  const type = library.constants.callbackType;
  const unknown = Number.NaN;
  const report = (iteration_count: number, objective: number, bound: number): undefined => {
    onProgress?.({ iteration_count, objective, bound, primalResidual: unknown, dualResidual: unknown });
  };
  const polled = onProgress !== undefined || shouldStop !== undefined;
  if (!polled) return {};
  if (whole) {
    return {
      [type.mipInterrupt]: (event) => {
        if (shouldStop?.()) event.interrupt();
        return undefined;
      },
      [type.mipLogging]: ({ data }) =>
        report(Number(data.mip_node_count ?? 0), data.mip_primal_bound ?? unknown, data.mip_dual_bound ?? unknown),
      [type.mipImprovingSolution]: ({ data }) =>
        report(Number(data.mip_node_count ?? 0), data.objective_function_value ?? unknown, data.mip_dual_bound ?? unknown),
    };
  }
  return {
    [type.simplexInterrupt]: (event) => {
      if (onProgress) report(event.data.simplex_iteration_count ?? 0, unknown, unknown);
      if (shouldStop?.()) event.interrupt();
      return undefined;
    },
  };
}

function statusOf(library: Highs, ended: number): SolveStatus {
  const code = library.constants.modelStatus;
  switch (ended) {
    case code.optimal:
    case code.empty:
      return 'optimal';
    case code.infeasible:
      return 'infeasible';
    case code.unbounded:
      return 'unbounded';
    case code.timeLimit:
      return 'time-limit';
    case code.iterationLimit:
    case code.solutionLimit:
      return 'iteration-limit';
    case code.interrupted:
      return 'stopped';
    default:
      return 'failed';
  }
}

/** Tells unbounded from infeasible: solves once more without cost. */
function feasibleWithoutCost(library: Highs, model: Model, program: Program, options: SolveOptions, whole: boolean): boolean {
  guarded(library, () => {
    model.clearSolver();
    model.passModel({ ...modelDataOf(program, whole), colCost: new Float64Array(program.cost.length) });
  });
  return runOnce(library, model, options, whole) === library.constants.modelStatus.optimal;
}

/** Solves the linear program in which whole variables are fixed at x, for its duals and exactly whole values. */
function fixWholeVariables(library: Highs, model: Model, program: Program, x: Float64Array): Point | undefined {
  const indices: number[] = [];
  const values: number[] = [];
  for (let j = 0; j < x.length; j++) {
    if (program.integer?.[j] !== 1) continue;
    indices.push(j);
    values.push(Math.round(x[j]));
  }
  const ended = guarded(library, () => {
    model.clearIntegrality();
    model.changeColsBounds({ kind: 'set', indices }, values, values);
    return runOnce(library, model, {}, false);
  });
  if (ended !== library.constants.modelStatus.optimal) return undefined;
  const found = guarded(library, () => model.getSolution());
  return { x: found.colValue, rowDual: found.rowDual, columnDual: found.colDual };
}

/** An irreducible subsystem in the model's words; a Farkas ray when HiGHS finds none. */
function conflictOf(library: Highs, model: Model, program: Program): readonly string[] | undefined {
  try {
    model.options.set({ iis_strategy: library.constants.iis.strategyRowPriority });
    const { rowIndex, colIndex, rowBound, colBound } = model.getIis();
    // A variable may be kept although none of its bounds takes part: it says nothing about the conflict.
    const free = library.constants.iis.boundFree;
    const names = [
      ...Array.from(rowIndex).flatMap((i, at) => (rowBound[at] === free ? [] : [program.rowName(i)])),
      ...Array.from(colIndex).flatMap((j, at) => (colBound[at] === free ? [] : [program.columnName(j)])),
    ];
    if (names.length > 0) return names;
  } catch {
    // No subsystem: the ray below may still name the rows.
  }
  try {
    const ray = model.getDualRay();
    if (!ray) return undefined;
    const proof = certifyInfeasible(program, ray.values);
    if (proof.proved) return proof.conflict;
    const turned = certifyInfeasible(
      program,
      ray.values.map((value) => -value),
    );
    return turned.proved ? turned.conflict : undefined;
  } catch {
    return undefined;
  }
}

function iterationsOf(model: Model, whole: boolean): number {
  const simplex = Number(model.info.get('simplex_iteration_count'));
  return Math.max(0, whole ? Number(model.info.get('mip_node_count')) : simplex);
}

/** Runs one operation and turns what HiGHS throws into an error of ours, without its minified source line. */
function guarded<T>(library: Highs, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    throw readable(library, error);
  }
}

function readable(library: Highs, error: unknown): unknown {
  const name = error instanceof Error ? error.name : '';
  const text = error instanceof Error ? error.message.slice(0, 200) : String(error).slice(0, 200);
  if (error instanceof library.errors.HighsError) {
    return new NumericalError({
      message: `HiGHS refused the program: ${text}`,
      code: 'SOLVER_HIGHS_FAILED',
      where: `solver ${NAME}`,
      hint: 'Look for coefficients beyond 1e15, or choose the solver interior-point.',
    });
  }
  if (name === 'RuntimeError' || name === 'RangeError') {
    loading = undefined; // The WebAssembly instance cannot be trusted any more.
    return new NumericalError({
      message: `HiGHS stopped in mid-calculation: ${text}`,
      code: 'SOLVER_OUT_OF_MEMORY',
      where: `solver ${NAME}`,
      hint: 'Its memory ends at 2 GiB, about 3 million coefficients: split the problem, for example by a scheme.',
    });
  }
  return error;
}
