import type { Highs, HighsCallbackMap, Model } from 'highs';
import type { Program } from '../../problem/program.ts';
import type { SolveOptions, SolveStatus } from '../contract.ts';
import { abandon, guarded, readable } from './library.ts';
import { Watch } from './watch.ts';

const GAP_DEFAULT = 1e-6;
/** HiGHS' own threshold: coefficients below it are dropped, in presolve too, where they are what is left of a cancellation. */
const SMALL_DEFAULT = 1e-9;
/** The least threshold that HiGHS accepts, for programs written in small units. */
const SMALL_LEAST = 1e-12;
const progressEvery_s = 0.5;
/** HiGHS takes finite numbers only. */
const never_s = 1e9;
/** What a run may prove although it was to stop. */
const answers: readonly SolveStatus[] = ['optimal', 'infeasible', 'unbounded'];

export type HighsOptions = Record<string, number | boolean | string>;

/**
 * One program in HiGHS with what is left of the time for it. The time that HiGHS reports for each run is counted, so
 * several runs together keep one limit and no clock is needed.
 */
export class Session {
  readonly library: Highs;
  readonly model: Model;
  readonly program: Program;
  readonly isWhole: boolean;
  private readonly options: SolveOptions;
  private spent_s = 0;
  /** After a wish to stop no run begins any more. */
  private isStopped = false;

  constructor(library: Highs, program: Program, options: SolveOptions) {
    this.library = library;
    this.program = program;
    this.options = options;
    this.isWhole = program.integer?.includes(1) ?? false;
    this.model = guarded(library, () => library.createModel());
  }

  get remaining_s(): number {
    return Math.max(0, (this.options.timeLimit_s ?? Number.POSITIVE_INFINITY) - this.spent_s);
  }

  /** The program as it was given, or with another cost; forgets every answer and every option that was set in between. */
  load(cost: Float64Array = this.program.cost): void {
    guarded(this.library, () => {
      this.model.clearSolver();
      this.model.options.reset();
      this.model.options.set(optionsOf(this.program, this.options));
      this.model.passModel(modelDataOf(this.program, cost, this.isWhole));
    });
  }

  set(options: HighsOptions): void {
    guarded(this.library, () => this.model.options.set(options));
  }

  /**
   * Runs the model within the time that is left, or less.
   * A failure inside HiGHS is the status `solveError`; an error of the caller's own functions passes through.
   * @param reports - tell the caller of progress and incumbents; else he is only asked whether to stop
   */
  run(reports: boolean, isWhole = this.isWhole, limit_s: number = Number.POSITIVE_INFINITY): number {
    const { library, model } = this;
    const left_s = Math.min(limit_s, this.remaining_s);
    this.set({ time_limit: Math.min(never_s, left_s) });
    if (this.isStopped) return library.constants.modelStatus.interrupted;
    const watch = new Watch(this.options, reports);
    const ended = this.endOf(watch, () => model.run(callbacksOf(library, watch, isWhole)).modelStatus);
    this.spent_s += model.raw.getRunTime();
    if (watch.thrown) throw watch.thrown.error;
    this.isStopped = watch.isStopped;
    const isAnswer = answers.includes(statusOf(library, ended));
    return watch.isStopped && !isAnswer ? library.constants.modelStatus.interrupted : ended;
  }

  private endOf(watch: Watch, run: () => number): number {
    const { library } = this;
    try {
      return watch.run(run);
    } catch (error) {
      if (watch.thrown || error instanceof library.errors.HighsError) return library.constants.modelStatus.solveError;
      throw readable(library, error);
    }
  }

  get hasPoint(): boolean {
    return this.info('primal_solution_status') !== 0;
  }

  info(name: string): number {
    return Number(guarded(this.library, () => this.model.info.get(name)));
  }

  get iterations_count(): number {
    return Math.max(0, this.info(this.isWhole ? 'mip_node_count' : 'simplex_iteration_count'));
  }

  /** Gives the memory back; the answer is known by now, so a fault here only costs the instance. */
  dispose(): void {
    try {
      this.model.dispose();
    } catch {
      abandon(this.library);
    }
  }
}

function callbacksOf(library: Highs, { onProgress, onIncumbent, shouldStop }: Watch, isWhole: boolean): HighsCallbackMap {
  if (!onProgress && !onIncumbent && !shouldStop) return {};
  const type = library.constants.callbackType;
  const unknown = Number.NaN;
  const report = (iteration_count: number, objective: number, bound: number): undefined => {
    onProgress?.({ iteration_count, objective, bound, primalResidual: unknown, dualResidual: unknown });
  };
  if (isWhole) {
    return {
      [type.mipInterrupt]: (event) => {
        if (shouldStop?.()) event.interrupt();
        return undefined;
      },
      [type.mipLogging]: ({ data }) =>
        report(Number(data.mip_node_count ?? 0), data.mip_primal_bound ?? unknown, data.mip_dual_bound ?? unknown),
      [type.mipImprovingSolution]: ({ data }) => {
        const objective = data.objective_function_value ?? unknown;
        const bound = data.mip_dual_bound ?? Number.NEGATIVE_INFINITY;
        if (data.mip_solution) onIncumbent?.({ x: data.mip_solution, objective, bound });
        return report(Number(data.mip_node_count ?? 0), objective, bound);
      },
    };
  }
  return {
    [type.simplexInterrupt]: (event) => {
      if (onProgress) report(event.data.simplex_iteration_count ?? 0, unknown, unknown);
      if (shouldStop?.()) event.interrupt();
      return undefined;
    },
    [type.ipmInterrupt]: (event) => {
      if (onProgress) report(event.data.ipm_iteration_count ?? 0, unknown, unknown);
      if (shouldStop?.()) event.interrupt();
      return undefined;
    },
  };
}

/**
 * With a start HiGHS fixes so much by reduced costs that it begins its root node anew, which costs more than it gains: seven unit
 * commitments by outer approximation take 0.42 to 0.87 of the time without.
 */
function optionsOf(program: Program, options: SolveOptions): HighsOptions {
  const gap = options.gap_frac ?? GAP_DEFAULT;
  const set: HighsOptions = {
    output_flag: false,
    small_matrix_value: thresholdFor(program),
    mip_rel_gap: gap,
    mip_abs_gap: Math.min(gap, GAP_DEFAULT),
    mip_min_logging_interval: progressEvery_s,
  };
  if (options.start) set['mip_allow_restart'] = false;
  if (options.iterations_max_count !== undefined) set['simplex_iteration_limit'] = options.iterations_max_count;
  if (options.tolerance_frac !== undefined) {
    const tolerance = Math.min(1e-3, Math.max(1e-10, options.tolerance_frac));
    set['primal_feasibility_tolerance'] = tolerance;
    set['dual_feasibility_tolerance'] = tolerance;
  }
  return set;
}

/**
 * Below which coefficients are nothing. A threshold under HiGHS' own keeps small ones, and with them the dust of presolve's
 * cancellations: six of the infeasible Netlib problems (klein1, vol1 …) then end without an answer. So only where needed.
 */
function thresholdFor({ rows }: Program): number {
  for (const value of rows.values) if (value !== 0 && Math.abs(value) <= SMALL_DEFAULT) return SMALL_LEAST;
  return SMALL_DEFAULT;
}

function modelDataOf(program: Program, cost: Float64Array, isWhole: boolean): Parameters<Model['passModel']>[0] {
  const { offset, lower, upper, rows, rowLower, rowUpper, integer } = program;
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
    ...(isWhole && integer ? { integrality: Int32Array.from(integer) } : {}),
  };
}

export function statusOf(library: Highs, ended: number): SolveStatus {
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
