import type { SparseMatrix } from '../linalg/sparse.ts';
import { transpose } from '../linalg/sparse.ts';
import type { Program } from '../problem/program.ts';

/** A set of columns and rows that no entry ties to the others. */
export interface Component {
  readonly columns: number[];
  readonly rows: number[];
}

/** Splits a program along its entries (rows and squares). Columns and rows in ascending order. */
export function componentsOf(program: Program): Component[] {
  const n = program.cost.length;
  const parent = Int32Array.from({ length: n }, (_, j) => j);
  const root = (j: number): number => {
    while (parent[j] !== j) j = parent[j] = parent[parent[j]];
    return j;
  };
  const byRow = transpose(program.rows);
  for (let i = 0; i < byRow.cols_count; i++) {
    for (let p = byRow.colStart[i] + 1; p < byRow.colStart[i + 1]; p++) parent[root(byRow.rowIndex[p])] = root(byRow.rowIndex[p - 1]);
  }
  const q = program.quadratic;
  if (q) for (let j = 0; j < n; j++) for (let p = q.colStart[j]; p < q.colStart[j + 1]; p++) parent[root(q.rowIndex[p])] = root(j);
  const found = new Map<number, Component>();
  for (let j = 0; j < n; j++) {
    const r = root(j);
    const component = found.get(r) ?? { columns: [], rows: [] };
    component.columns.push(j);
    found.set(r, component);
  }
  for (let i = 0; i < byRow.cols_count; i++) {
    if (byRow.colStart[i + 1] > byRow.colStart[i]) found.get(root(byRow.rowIndex[byRow.colStart[i]]))!.rows.push(i);
  }
  return [...found.values()];
}

/**
 * Columns of a component as affine functions of few free ones: x = x₀ + Z·z, by Gauss–Jordan on the equality rows with
 * row pivoting. Columns that are wanted free are eliminated last.
 * @shape z (columns × free), row-major; start (columns)
 */
export interface Reduction {
  readonly free_count: number;
  /** Positions within the component of the free columns. */
  readonly free: readonly number[];
  readonly z: Float64Array;
  readonly start: Float64Array;
}

/** @returns undefined when equality rows contradict each other */
export function reduce(program: Program, component: Component, wantedFree: (column: number) => boolean): Reduction | undefined {
  const { columns, rows } = component;
  const nC = columns.length;
  const equalities = rows.filter((i) => program.rowLower[i] === program.rowUpper[i]);
  const place = new Map(columns.map((j, k) => [j, k]));
  const rowPlace = new Map(equalities.map((i, k) => [i, k]));
  const width = nC + 1;
  const a = new Float64Array(equalities.length * width);
  for (const j of columns) {
    for (let p = program.rows.colStart[j]; p < program.rows.colStart[j + 1]; p++) {
      const r = rowPlace.get(program.rows.rowIndex[p]);
      if (r !== undefined) a[r * width + place.get(j)!] = program.rows.values[p];
    }
  }
  equalities.forEach((i, r) => {
    a[r * width + nC] = program.rowLower[i];
  });
  // Sizes of the rows as given: what elimination leaves of a dependent row is rounding, and rounding is no pivot.
  const sizes = equalities.map((_, r) => rowSize(a, r, width, nC));
  const order = [...columns.keys()].sort((x, y) => Number(wantedFree(columns[x])) - Number(wantedFree(columns[y])) || x - y);
  const basicRow = new Int32Array(nC).fill(-1);
  let done = 0;
  for (const k of order) {
    if (done === equalities.length) break;
    let best = -1;
    let largest = 1e-11;
    for (let r = done; r < equalities.length; r++) {
      const size = Math.abs(a[r * width + k]) / sizes[r];
      if (size > largest) {
        largest = size;
        best = r;
      }
    }
    if (best < 0) continue;
    swapRows(a, best, done, width);
    [sizes[best], sizes[done]] = [sizes[done], sizes[best]];
    const pivot = a[done * width + k];
    for (let c = 0; c < width; c++) a[done * width + c] /= pivot;
    for (let r = 0; r < equalities.length; r++) {
      const factor = a[r * width + k];
      if (r === done || factor === 0) continue;
      for (let c = 0; c < width; c++) a[r * width + c] -= factor * a[done * width + c];
      a[r * width + k] = 0;
    }
    basicRow[k] = done++;
  }
  for (let r = done; r < equalities.length; r++) if (Math.abs(a[r * width + nC]) > 1e-8 * sizes[r]) return undefined;

  const free = [...columns.keys()].filter((k) => basicRow[k] < 0);
  const z = new Float64Array(nC * free.length);
  const start = new Float64Array(nC);
  for (let k = 0; k < nC; k++) {
    const r = basicRow[k];
    if (r < 0) {
      z[k * free.length + free.indexOf(k)] = 1;
      continue;
    }
    start[k] = a[r * width + nC];
    free.forEach((f, c) => {
      z[k * free.length + c] = -a[r * width + f];
    });
  }
  return { free_count: free.length, free, z, start };
}

function rowSize(a: Float64Array, r: number, width: number, nC: number): number {
  let largest = 0;
  for (let c = 0; c < nC; c++) largest = Math.max(largest, Math.abs(a[r * width + c]));
  return largest || 1;
}

function swapRows(a: Float64Array, r: number, s: number, width: number): void {
  if (r === s) return;
  for (let c = 0; c < width; c++) {
    const held = a[r * width + c];
    a[r * width + c] = a[s * width + c];
    a[s * width + c] = held;
  }
}

/** Entries of a sparse matrix restricted to rows × columns of a component, dense and row-major. */
export function denseRows(matrix: SparseMatrix, rows: readonly number[], columns: readonly number[]): Float64Array {
  const rowPlace = new Map(rows.map((i, k) => [i, k]));
  const dense = new Float64Array(rows.length * columns.length);
  columns.forEach((j, c) => {
    for (let p = matrix.colStart[j]; p < matrix.colStart[j + 1]; p++) {
      const r = rowPlace.get(matrix.rowIndex[p]);
      if (r !== undefined) dense[r * columns.length + c] = matrix.values[p];
    }
  });
  return dense;
}
