/**
 * Where the entries of a sparse matrix stand, one place per entry in the order in which values are written. A place may
 * be listed more than once; its values are added. That lets each element of a model write its own entries.
 */
export interface Places {
  readonly row: Int32Array;
  readonly column: Int32Array;
}

/**
 * A smooth problem with exact first and second derivatives on fixed patterns:
 *
 *   min f(x)   subject to   g(x) = 0,   rangeLower ≤ h(x) ≤ rangeUpper,   lower ≤ x ≤ upper
 *
 * Missing bounds are ±Infinity; lower = upper fixes a variable.
 * @shape lower, upper (n); rangeLower, rangeUpper (rows of h)
 */
export interface NonlinearProgram {
  readonly variables_count: number;
  readonly equalities_count: number;
  readonly inequalities_count: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly rangeLower: Float64Array;
  readonly rangeUpper: Float64Array;
  readonly equalityPlaces: Places;
  readonly inequalityPlaces: Places;
  /** Upper triangle: row ≤ column. */
  readonly hessianPlaces: Places;
  /** Fills g and h, returns f. */
  functionsInto(x: Float64Array, g: Float64Array, h: Float64Array): number;
  /** Fills ∇f and the entries of both Jacobians, in the order of their places. */
  derivativesInto(x: Float64Array, gradient: Float64Array, jacobianG: Float64Array, jacobianH: Float64Array): void;
  /** Fills the entries of the upper triangle of φ·∇²f + Σ y_i·∇²g_i + Σ λ_i·∇²h_i. */
  hessianInto(x: Float64Array, objectiveFactor: number, y: Float64Array, lambda: Float64Array, values: Float64Array): void;
  /** Names in the model's own words, made only when someone has to read them. */
  equalityName(i: number): string;
  inequalityName(i: number): string;
}

export interface NonlinearOptions {
  /** Where to start; default: zero, moved into the bounds. */
  readonly start?: Float64Array;
  /** Start at the answer of a neighbouring problem instead, multipliers included. */
  readonly warmStart?: NonlinearPoint;
  /** Largest scaled residual that counts as solved. Default 1e-7. */
  readonly tolerance_frac?: number;
  /** Default 300. */
  readonly iterations_max_count?: number;
  readonly timeLimit_s?: number;
  /** Seconds from any origin; handed in, because core has no clock. */
  readonly clock_s?: () => number;
  /** Polled before every factorisation; true ends the solve with status `stopped`. */
  readonly shouldStop?: () => boolean;
  readonly onIteration?: (line: NonlinearIteration) => void;
}

/** One line of the log. Residuals are those of the scaled problem. */
export interface NonlinearIteration {
  readonly iteration_count: number;
  readonly objective: number;
  readonly primalResidual: number;
  readonly dualResidual: number;
  readonly barrier: number;
  readonly stepPrimal_frac: number;
  readonly stepDual_frac: number;
  /** Added to the Hessian to make the step one of descent; 0 when none was needed. */
  readonly shift: number;
  readonly mode: 'free' | 'monotone' | 'restoration';
}

export type NonlinearStatus =
  | 'optimal'
  /** Residuals within 1e4 × tolerance: usable, not certified. */
  | 'almost-optimal'
  /** Stationary point of the constraint violation: no feasible point nearby. Not a proof that there is none anywhere. */
  | 'locally-infeasible'
  /** The objective falls without end from x along `ray`, as far as 1e12 (`unbounded.ts`). */
  | 'unbounded'
  | 'iteration-limit'
  | 'time-limit'
  | 'stopped'
  | 'failed';

/**
 * Signs: ∇f + ∇gᵀ·y + ∇hᵀ·λ − z = 0. So −y_i is the increase of the optimal cost per unit added to g_i, +y_i per unit of a
 * demand d in g_i(x) + d = 0; λ_i ≥ 0 at an upper limit of h, ≤ 0 at a lower one; z_j ≥ 0 at a lower bound of x, ≤ 0 at an upper one.
 * @shape x, boundDual (n); equalityDual (rows of g); inequalityDual (rows of h)
 */
export interface NonlinearPoint {
  readonly x: Float64Array;
  readonly equalityDual: Float64Array;
  readonly inequalityDual: Float64Array;
  readonly boundDual: Float64Array;
}

export interface NonlinearSolution extends NonlinearPoint {
  readonly status: NonlinearStatus;
  readonly objective: number;
  readonly iterations_count: number;
  readonly certificate: NonlinearCertificate;
  /** When locally infeasible: the rows that are violated most, worst first. */
  readonly conflict?: readonly string[];
  /** When unbounded: the direction. @shape (n) */
  readonly ray?: Float64Array;
}

/** Recomputed from the unscaled functions at the returned point, never taken from the iteration. */
export interface NonlinearCertificate {
  /** Largest |g_i|, excess of h or excess of x, in the units of the model. */
  readonly primalResidual: number;
  /** ‖∇f + ∇gᵀ·y + ∇hᵀ·λ − z‖∞ over 1 + the largest term in it. */
  readonly dualResidual: number;
  /** Σ multiplier × distance to its bound, over 1 + |f|. */
  readonly gap: number;
}
