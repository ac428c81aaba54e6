/** A price, and what is drawn at it; both as fractions of what is usual. */
export interface PriceLevel {
  readonly price_frac: number;
  readonly load_frac: number;
}

/** Levels from the lowest on; the load answers with constant elasticity, price^ε. */
export function levelsOf(x: {
  readonly elasticity_frac: number;
  readonly level_min_frac: number;
  readonly level_step_frac: number;
  readonly levels_count: number;
}): PriceLevel[] {
  return Array.from({ length: x.levels_count }, (_, j) => {
    const price_frac = Math.round(1e9 * (x.level_min_frac + j * x.level_step_frac)) / 1e9;
    return { price_frac, load_frac: price_frac ** x.elasticity_frac };
  });
}
