import type { ConeKind, Program } from '../problem/program.ts';

/** A solver of `Program`s. Members: interior-point, highs, outer-approximation. Each passes `conformance.ts`. */
export interface Solver {
  readonly name: string;
  readonly takes: SolverTakes;
  /** Loads what has to be loaded (WebAssembly), once. */
  prepare(): Promise<ReadySolver>;
}

/** Features beyond linear rows and bounds that a solver takes. */
export interface SolverTakes {
  readonly integer: boolean;
  readonly quadratic: boolean;
  readonly cones: readonly ConeKind[];
}

/** Synchronous: run it in a worker to keep a page alive. Not re-entrant. */
export interface ReadySolver {
  /** @throws {CombinationError} SOLVER_CANNOT when the program has a feature the solver does not take */
  solve(program: Program, options?: SolveOptions): Solution;
  /**
   * For many programs that share the patterns of their matrices: analysed once, then solved for changing numbers. Whole
   * variables are relaxed. Absent where a solver gains nothing by it.
   */
  sequence?(program: Program): SolveSequence;
}

/** Owns a workspace; not re-entrant. */
export interface SolveSequence {
  /** Solves with the update applied; updates stay. */
  solve(update?: ProgramUpdate, options?: SolveOptions): Solution;
}

/** What may change between solves of one sequence. Arrays are copied. */
export interface ProgramUpdate {
  readonly cost?: Float64Array;
  readonly lower?: Float64Array;
  readonly upper?: Float64Array;
  readonly rowLower?: Float64Array;
  readonly rowUpper?: Float64Array;
  /** Values of A and of the upper triangle of P, in the order of the program's own; their patterns stay. */
  readonly rowValues?: Float64Array;
  readonly quadraticValues?: Float64Array;
}

export interface SolveOptions {
  readonly timeLimit_s?: number;
  /** Seconds from any origin; handed in, because core has no clock. Needed for timeLimit_s in solvers that poll it. */
  readonly clock_s?: () => number;
  readonly iterations_max_count?: number;
  /** Gap between best point and bound, relative to the point, at which whole variables count as solved. Default 1e-6; up to there absolute too. */
  readonly gap_frac?: number;
  /** Relative tolerance on residuals and gap. Default 1e-8 (interior-point). */
  readonly tolerance_frac?: number;
  readonly onProgress?: (progress: SolveProgress) => void;
  /**
   * A point to start from, one value per column. Solvers of whole variables take its whole variables as a plan, fill in what
   * is NaN, and use it if it can be completed to a feasible point: then no answer is worse. Others ignore it, because an
   * interior-point method gains nothing from a point on the boundary; a `SolveSequence` starts from its latest answer by itself.
   */
  readonly start?: Float64Array;
  /** Told of every better feasible point of a program with whole variables as soon as it is found. */
  readonly onIncumbent?: (incumbent: Incumbent) => void;
  /** Polled between iterations; true ends the solve with status `stopped`. */
  readonly shouldStop?: () => boolean;
}

export interface SolveProgress {
  readonly iteration_count: number;
  /** Of the point at hand; with whole variables of the best feasible one, Infinity while there is none. */
  readonly objective: number;
  /** Dual objective; with whole variables the proven bound, −Infinity while there is none. */
  readonly bound: number;
  readonly primalResidual: number;
  readonly dualResidual: number;
}

/** A feasible point with whole variables, and what was proven by then. */
export interface Incumbent {
  /** The receiver's to keep. */
  readonly x: Float64Array;
  readonly objective: number;
  /** No feasible point is cheaper; −Infinity while nothing is proven. */
  readonly bound: number;
}

export type SolveStatus =
  | 'optimal'
  /** Residuals or gap within 1e4 × tolerance: usable, not certified. */
  | 'almost-optimal'
  | 'infeasible'
  | 'unbounded'
  | 'iteration-limit'
  | 'time-limit'
  | 'stopped'
  | 'failed';

/**
 * Signs: with y = rowDual and z = columnDual, stationarity is P·x + c − Aᵀy − z = 0.
 * y_i is the increase of the optimal cost per unit of increase of the active bound of row i; z_j likewise for bounds of x_j.
 */
export interface Solution {
  /** When `infeasible`, `rowDual` is a Farkas ray where the solver has one, otherwise zero. */
  readonly status: SolveStatus;
  readonly solver: string;
  readonly x: Float64Array;
  readonly rowDual: Float64Array;
  readonly columnDual: Float64Array;
  readonly objective: number;
  /** Best proven lower bound: dual objective, or the tree bound for integers. */
  readonly bound: number;
  readonly iterations_count: number;
  readonly certificate: Certificate;
  /**
   * When infeasible: names of rows and columns that conflict, from a ray or an irreducible subsystem. Absent where nothing
   * smaller than the whole program is known to conflict.
   */
  readonly conflict?: readonly string[];
}

/** Recomputed by `residuals.ts` from the original program, never taken from the solver. Relative, dimensionless. */
export interface Certificate {
  readonly primalResidual: number;
  readonly dualResidual: number;
  readonly gap: number;
  /** Largest distance of an integer variable from a whole number. */
  readonly integerResidual: number;
  /** Largest distance to a cone, which `primalResidual` covers, too; absent without cones. */
  readonly coneResidual?: number;
}
