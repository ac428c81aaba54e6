/**
 * How `p² + q² ≤ s²` is written for solvers of linear rows: a regular polygon inscribed in the circle, with vertices on
 * both axes, so that full active power and full reactive power stay reachable. Everything inside it is feasible;
 * what it gives away is at most 1 − cos(π/sides) of the radius (1.9 % for 16 sides).
 */
export interface CapabilityBridge {
  /** A multiple of 4. Default 16. */
  readonly sides_count: number;
}

export interface Side {
  readonly p: number;
  readonly q: number;
  readonly limit: number;
}

/** Sides p·x + q·y ≤ limit of the polygon. */
export function insideCircle(s_max_kVA: number, bridge: CapabilityBridge = { sides_count: 16 }): Side[] {
  const n = Math.max(4, 4 * Math.round(bridge.sides_count / 4));
  return Array.from({ length: n }, (_, k) => {
    const angle = ((2 * k + 1) * Math.PI) / n;
    return { p: Math.cos(angle), q: Math.sin(angle), limit: s_max_kVA * Math.cos(Math.PI / n) };
  });
}
