/**
 * What a scheme may ask of a part without knowing what the part is.
 *
 * A part minimises a closed convex f over its own private variables; x are its port values.
 * Values at ports are flat, [port][t], kW and kvar, + into the net; prices are in currency per kWh (or kvarh) in the same layout.
 */
export interface Oracle {
  /** Number of ports times number of steps. */
  readonly width_count: number;
  /**
   * out ← argmin f(x) + Σ ½·ρ_i·(x_i − v_i)²
   * @param rho - one weight per port value, currency per kW² (or kvar²) and study
   * @returns false when the part has no feasible point; `out` then holds the nearest that was found
   * @throws {NumericalError} ORACLE_FAILED when no answer could be computed
   */
  prox(v: Float64Array, rho: Float64Array, out: Float64Array): boolean;
  /**
   * out ← argmin f(x) − Σ price_i·dt·x_i, the part's own best answer to prices; returns that minimum (the value of the
   * concave dual function of the part), −Infinity when unbounded.
   */
  response(price: Float64Array, out: Float64Array): number;
  /** Own cost f at the last answer, in currency over the horizon. */
  cost(): number;
  /** The last answer by name: steps-long series with units in their names. */
  schedule(): ReadonlyMap<string, Float64Array>;
  /** Largest overlap of relaxed intentions at the last answer, in words; undefined when there is none. */
  relaxation?(): string | undefined;
}
