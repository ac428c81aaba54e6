import type { PowerFlowMethod } from '../powerflows/contract.ts';
import type { SolveOptions, Solver } from '../solvers/contract.ts';
import type { NonlinearOptions } from '../solvers/nonlinear/program.ts';
import type { DcBranchModel } from './dc/problem.ts';
import type { OpfFormulation } from './result.ts';

/** Members that the caller chooses from the catalogue. */
export interface OpfServices {
  /** DC: takes quadratic programs. SOC and LinDistFlow: also second-order cones. */
  readonly solver: Solver;
  /** Checks the dispatch; without one there is no check. */
  readonly powerFlow?: PowerFlowMethod | undefined;
}

export interface OpfOptions {
  /** Default `ac`. */
  readonly formulation?: OpfFormulation;
  /** Default `cost`. */
  readonly objective?: 'cost' | 'loss';
  /** Not DC: what a rating limits. Default apparent power. */
  readonly limits?: 'apparent' | 'current';
  /** DC only. Default `reactance`. */
  readonly dcBranches?: DcBranchModel;
  /** AC only: what voltages are written in. Default polar; the optimum is the same. */
  readonly coordinates?: 'polar' | 'rectangular';
  /** AC only: `flat` (default) or the voltages and powers of the case. */
  readonly start?: 'flat' | 'case';
  /** SOC only: look for an AC point where the relaxation is not exact. Default true. */
  readonly recover?: boolean;
  readonly tolerance_frac?: number;
  readonly iterations_max_count?: number;
  readonly timeLimit_s?: number;
  readonly clock_s?: () => number;
  readonly shouldStop?: () => boolean;
  /** One call per iteration of whatever is solved. */
  readonly onProgress?: (progress: OpfProgress) => void;
}

export interface OpfProgress {
  /** `search`: the local search for an AC point. */
  readonly phase: 'program' | 'search';
  readonly iteration_count: number;
  readonly objective: number;
  readonly primalResidual: number;
  readonly dualResidual: number;
}

/** What every solver takes from the options. */
function limitsOf({ tolerance_frac, iterations_max_count, timeLimit_s, clock_s, shouldStop }: Omit<OpfOptions, 'formulation'>) {
  return {
    ...(tolerance_frac === undefined ? {} : { tolerance_frac }),
    ...(iterations_max_count === undefined ? {} : { iterations_max_count }),
    ...(timeLimit_s === undefined ? {} : { timeLimit_s }),
    ...(clock_s === undefined ? {} : { clock_s }),
    ...(shouldStop === undefined ? {} : { shouldStop }),
  };
}

export function programOptions(options: Omit<OpfOptions, 'formulation'>): SolveOptions {
  const { onProgress } = options;
  return { ...limitsOf(options), ...(onProgress ? { onProgress: (line) => onProgress({ phase: 'program', ...line }) } : {}) };
}

export function searchOptions(options: OpfOptions): NonlinearOptions {
  const { onProgress } = options;
  return { ...limitsOf(options), ...(onProgress ? { onIteration: (line) => onProgress({ phase: 'search', ...line }) } : {}) };
}

/** Options with what is left of the time. @param began_s - reading of `clock_s` when the time began to count */
export function timeLeft(options: OpfOptions, began_s: number | undefined): OpfOptions {
  const { timeLimit_s, clock_s } = options;
  if (timeLimit_s === undefined || clock_s === undefined || began_s === undefined) return options;
  return { ...options, timeLimit_s: Math.max(0, timeLimit_s - (clock_s() - began_s)) };
}

/** Options for a second solver, after the first: what is left of the time. Tolerance and iterations were meant for the first. */
export function afterwards({ tolerance_frac: _, iterations_max_count: __, ...rest }: OpfOptions, began_s: number | undefined): OpfOptions {
  return timeLeft(rest, began_s);
}
