import type { PowerFlowMethod } from '../../powerflows/contract.ts';
import type { SolveOptions, Solver } from '../../solvers/contract.ts';
import type { NonlinearIteration } from '../../solvers/nonlinear/program.ts';
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
  /** Of the nonlinear solver. */
  readonly onIteration?: (line: NonlinearIteration) => void;
}

/** What solvers of both kinds take from the options. */
export function limitsOf({ tolerance_frac, iterations_max_count, timeLimit_s, clock_s, shouldStop }: OpfOptions): SolveOptions {
  return {
    ...(tolerance_frac === undefined ? {} : { tolerance_frac }),
    ...(iterations_max_count === undefined ? {} : { iterations_max_count }),
    ...(timeLimit_s === undefined ? {} : { timeLimit_s }),
    ...(clock_s === undefined ? {} : { clock_s }),
    ...(shouldStop === undefined ? {} : { shouldStop }),
  };
}
