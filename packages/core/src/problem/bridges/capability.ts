import type { BlockBuilder } from '../block-builder.ts';
import type { AffineRow } from '../program.ts';

/**
 * How `p² + q² ≤ s²` is written.
 *
 * - `cone`: s ≥ ‖(p, q)‖ as a second-order cone. Exact; needs a solver that takes cones.
 * - `sides_count`, a multiple of 4, for solvers of linear rows: a regular polygon inscribed in the circle, with vertices on
 *   both axes, so that full active power and full reactive power stay reachable. Everything inside it is feasible; what it
 *   gives away is at most 1 − cos(π/sides) of the radius (1.9 % for 16 sides). Default 16.
 */
export type CapabilityBridge = 'cone' | { readonly sides_count: number };

/** Writes p² + q² ≤ s_max² into the rows of a block, under one name. */
export function bridgeCapability(
  build: BlockBuilder,
  name: () => string,
  p: AffineRow,
  q: AffineRow,
  s_max_kVA: number,
  bridge?: CapabilityBridge,
): void {
  if (bridge === 'cone') {
    const height: AffineRow = { columns: [], values: [], constant: s_max_kVA };
    const rows = [height, p, q].map(({ columns, values, constant }) => {
      const row = build.row(-constant, -constant, name);
      columns.forEach((j, k) => build.entry(row, j, values[k]));
      return row;
    });
    build.cone('second-order', rows);
    return;
  }
  for (const side of insideCircle(s_max_kVA, bridge)) {
    const row = build.row(-Infinity, side.limit - (side.p * p.constant + side.q * q.constant), name);
    p.columns.forEach((j, k) => build.entry(row, j, side.p * p.values[k]));
    q.columns.forEach((j, k) => build.entry(row, j, side.q * q.values[k]));
  }
}

export interface Side {
  readonly p: number;
  readonly q: number;
  readonly limit: number;
}

/** Sides p·x + q·y ≤ limit of the polygon. */
export function insideCircle(s_max_kVA: number, { sides_count }: { readonly sides_count: number } = { sides_count: 16 }): Side[] {
  const n = Math.max(4, 4 * Math.round(sides_count / 4));
  return Array.from({ length: n }, (_, k) => {
    const angle = ((2 * k + 1) * Math.PI) / n;
    return { p: Math.cos(angle), q: Math.sin(angle), limit: s_max_kVA * Math.cos(Math.PI / n) };
  });
}
