import type { BlockBuilder } from '../problem/block-builder.ts';
import { type AffineRow, type Cone, rotatedCone } from '../problem/program.ts';

/** Σ of columns with factors. */
export const terms = (...pairs: readonly (readonly [column: number, value: number])[]): AffineRow => ({
  columns: pairs.map(([column]) => column),
  values: pairs.map(([, value]) => value),
  constant: 0,
});

export const constant = (value: number): AffineRow => ({ columns: [], values: [], constant: value });

/** Σ k·expression */
export function combine(...parts: readonly (readonly [k: number, expression: AffineRow])[]): AffineRow {
  const columns: number[] = [];
  const values: number[] = [];
  let sum = 0;
  for (const [k, expression] of parts) {
    for (let i = 0; i < expression.columns.length; i++) {
      columns.push(expression.columns[i]);
      values.push(k * expression.values[i]);
    }
    sum += k * expression.constant;
  }
  return { columns, values, constant: sum };
}

export function valueAt({ columns, values, constant: c }: AffineRow, x: Float64Array): number {
  return columns.reduce((sum, column, k) => sum + values[k] * x[column], c);
}

/** Adds lower ≤ expression ≤ upper. */
export function addRow(build: BlockBuilder, expression: AffineRow, lower: number, upper: number, name: () => string): number {
  const row = build.row(lower - expression.constant, upper - expression.constant, name);
  expression.columns.forEach((column, k) => {
    build.entry(row, column, expression.values[k]);
  });
  return row;
}

/** ‖rest‖ ≤ height */
export function addCone(build: BlockBuilder, cones: Cone[], [height, ...rest]: readonly AffineRow[], name: () => string): void {
  const rows = [height, ...rest].map((expression) => addRow(build, expression, 0, 0, name));
  cones.push({ kind: 'second-order', rows: Int32Array.from(rows) });
}

/** p² + q² ≤ u·v, u ≥ 0, v ≥ 0 */
export function addProduct(
  build: BlockBuilder,
  cones: Cone[],
  u: AffineRow,
  v: AffineRow,
  pq: readonly AffineRow[],
  name: () => string,
): void {
  addCone(build, cones, rotatedCone(combine([0.5, u]), v, pq), name);
}
