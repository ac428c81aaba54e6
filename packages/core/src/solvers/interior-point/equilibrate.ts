import type { SparseMatrix } from '../../linalg/sparse.ts';
import type { Cone } from '../../problem/program.ts';

const ROUNDS = 10;
const SCALE_MIN = 1e-4;
const SCALE_MAX = 1e4;

/**
 * Scales d, e that bring the largest entry of every row and column of [P, Aᵀ; A, 0] near one:
 * d ← d/√max|column|, e ← e/√max|row|, repeated. Rows and columns without entries keep scale 1. The rows of a cone
 * share one scale, that of their largest entry, so that they stay in their cone.
 * @param shouldStop - asked before every pass; true ends them: scales are then rougher, but scales
 * @shape d (n), e (m)
 * @cost 10 passes over the entries
 * @source Ruiz, RAL-TR-2001-034, algorithm 2.1 (infinity norm)
 */
export function equilibrate(
  a: SparseMatrix,
  p?: SparseMatrix,
  cones: readonly Cone[] = [],
  shouldStop?: () => boolean,
): { d: Float64Array; e: Float64Array } {
  const n = a.cols_count;
  const m = a.rows_count;
  const d = new Float64Array(n).fill(1);
  const e = new Float64Array(m).fill(1);
  const columnMax = new Float64Array(n);
  const rowMax = new Float64Array(m);
  for (let round = 0; round < ROUNDS && !shouldStop?.(); round++) {
    columnMax.fill(0);
    rowMax.fill(0);
    for (let j = 0; j < n; j++) {
      for (let k = a.colStart[j]; k < a.colStart[j + 1]; k++) {
        const i = a.rowIndex[k];
        const size = Math.abs(a.values[k]) * d[j] * e[i];
        if (size > columnMax[j]) columnMax[j] = size;
        if (size > rowMax[i]) rowMax[i] = size;
      }
      if (!p) continue;
      for (let k = p.colStart[j]; k < p.colStart[j + 1]; k++) {
        const i = p.rowIndex[k];
        const size = Math.abs(p.values[k]) * d[j] * d[i];
        if (size > columnMax[j]) columnMax[j] = size;
        if (size > columnMax[i]) columnMax[i] = size;
      }
    }
    for (const { rows } of cones) {
      let largest = 0;
      for (const i of rows) if (rowMax[i] > largest) largest = rowMax[i];
      for (const i of rows) rowMax[i] = largest;
    }
    for (let j = 0; j < n; j++) if (columnMax[j] > 0) d[j] = clamp(d[j] / Math.sqrt(columnMax[j]));
    for (let i = 0; i < m; i++) if (rowMax[i] > 0) e[i] = clamp(e[i] / Math.sqrt(rowMax[i]));
  }
  return { d, e };
}

function clamp(scale: number): number {
  return Math.min(SCALE_MAX, Math.max(SCALE_MIN, scale));
}
