import type { Program } from '../../problem/program.ts';
import type { ReadySolver, Solution, SolveOptions, SolveSequence, SolveStatus } from '../contract.ts';

/** Values of the whole variables, in the order of their columns. */
export type Plan = readonly number[];

/** Answers of a sequence that another solve would not improve. */
const FINAL: ReadonlySet<SolveStatus> = new Set(['optimal', 'infeasible', 'unbounded', 'stopped', 'time-limit']);

/** What a point may miss its limits by and still count as one. */
export const FEASIBLE = 1e-6;

/**
 * The program with its whole variables relaxed or fixed at a plan, answered by the conic solver; by its sequence where it has
 * one, so that the matrices are analysed once.
 */
export class Plans {
  readonly columns: readonly number[];
  private readonly program: Program;
  private readonly conic: ReadySolver;
  private sequence: SolveSequence | undefined;

  constructor(program: Program, conic: ReadySolver) {
    this.conic = conic;
    this.columns = Array.from(program.cost, (_, j) => j).filter((j) => program.integer?.[j] === 1);
    this.program = { ...program, integer: undefined, columnName: (j) => program.columnName(j), rowName: (i) => program.rowName(i) };
  }

  /** Without wholeness; refuses costs that are not convex. */
  relaxed(options: SolveOptions): Solution {
    return this.conic.solve(this.program, options);
  }

  /** At a plan. */
  fixed(plan: Plan, options: SolveOptions): Solution {
    const lower = this.program.lower.slice();
    const upper = this.program.upper.slice();
    this.columns.forEach((j, k) => {
      lower[j] = plan[k];
      upper[j] = plan[k];
    });
    return this.within(lower, upper, options);
  }

  /** The relaxation within other bounds. */
  within(lower: Float64Array, upper: Float64Array, options: SolveOptions): Solution {
    this.sequence ??= this.conic.sequence?.(this.program);
    const quick = this.sequence?.solve({ lower, upper }, options);
    if (quick && FINAL.has(quick.status)) return quick;
    const slow = this.conic.solve({ ...this.program, lower, upper }, options);
    return quick?.status === 'almost-optimal' && !FINAL.has(slow.status) ? quick : slow;
  }

  /** Nearest plan; undefined where a value is missing or outside its bounds. */
  planOf(x: Float64Array): Plan | undefined {
    const { lower, upper } = this.program;
    const plan = this.columns.map((j) => Math.round(x[j]) + 0);
    return plan.every((value, k) => value >= lower[this.columns[k]] && value <= upper[this.columns[k]]) ? plan : undefined;
  }
}
