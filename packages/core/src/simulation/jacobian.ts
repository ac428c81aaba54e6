/**
 * Jacobians of a plant, assembled from its exact directional derivatives.
 *
 * - The pattern: a direction that is NaN in one state makes every rate NaN that may depend on it, because NaN·0 is NaN. So the
 *   pattern is found by n calls, without a point at which an entry might vanish by chance.
 * - The values: columns that share no row are coloured alike and found together (Curtis, Powell, Reid), so the number of calls is
 *   the number of colours, which for sparse plants does not grow with n.
 * @source Curtis, Powell, Reid, On the estimation of sparse Jacobian matrices, IMA J. Appl. Math. 13 (1974)
 */
import type { SparseMatrix } from '../linalg/sparse.ts';
import type { Plant } from './plant.ts';

/**
 * The sparse Jacobian f_x of a plant; `values` is filled by `evaluate`. Every diagonal entry is stored.
 */
export class SparseJacobian {
  readonly matrix: SparseMatrix;
  /** Place of (j, j) in values. */
  readonly diagonal: Int32Array;
  readonly colours_count: number;
  private readonly plant: Plant;
  private readonly columnsOf: readonly (readonly number[])[];
  private readonly dx: Float64Array;
  private readonly du: Float64Array;
  private readonly dRate: Float64Array;
  private readonly dOutputs: Float64Array;

  constructor(plant: Plant) {
    this.plant = plant;
    const n = plant.states.length;
    this.dx = new Float64Array(n);
    this.du = new Float64Array(plant.inputs.length);
    this.dRate = new Float64Array(n);
    this.dOutputs = new Float64Array(plant.outputs.length);
    this.matrix = this.findPattern(n);
    this.diagonal = Int32Array.from({ length: n }, (_, j) => {
      let p = this.matrix.colStart[j];
      while (this.matrix.rowIndex[p] !== j) p++;
      return p;
    });
    this.columnsOf = colour(this.matrix);
    this.colours_count = this.columnsOf.length;
  }

  private findPattern(n: number): SparseMatrix {
    const { plant, dx, du, dRate, dOutputs } = this;
    const x = new Float64Array(n);
    const u = new Float64Array(plant.inputs.length);
    plant.startInto(x);
    plant.inputsInto(u);
    const colStart = new Int32Array(n + 1);
    const rows: number[] = [];
    for (let j = 0; j < n; j++) {
      dx[j] = Number.NaN;
      plant.tangentInto(x, u, dx, du, dRate, dOutputs);
      dx[j] = 0;
      for (let i = 0; i < n; i++) if (i === j || Number.isNaN(dRate[i])) rows.push(i);
      colStart[j + 1] = rows.length;
    }
    return { rows_count: n, cols_count: n, colStart, rowIndex: Int32Array.from(rows), values: new Float64Array(rows.length) };
  }

  /** matrix.values ← f_x(x, u) */
  evaluate(x: Float64Array, u: Float64Array): void {
    const { plant, dx, du, dRate, dOutputs, columnsOf } = this;
    const { colStart, rowIndex, values } = this.matrix;
    for (const columns of columnsOf) {
      for (const j of columns) dx[j] = 1;
      plant.tangentInto(x, u, dx, du, dRate, dOutputs);
      for (const j of columns) {
        dx[j] = 0;
        for (let p = colStart[j]; p < colStart[j + 1]; p++) values[p] = dRate[rowIndex[p]];
      }
    }
  }
}

/** Columns in groups that share no row, the longest columns first. */
function colour({ cols_count, rows_count, colStart, rowIndex }: SparseMatrix): number[][] {
  const order = Array.from({ length: cols_count }, (_, j) => j).sort(
    (a, b) => colStart[b + 1] - colStart[b] - (colStart[a + 1] - colStart[a]) || a - b,
  );
  const groups: number[][] = [];
  const taken: Uint8Array[] = [];
  for (const j of order) {
    const isFree = (rows: Uint8Array): boolean => {
      for (let p = colStart[j]; p < colStart[j + 1]; p++) if (rows[rowIndex[p]] === 1) return false;
      return true;
    };
    let at = taken.findIndex(isFree);
    if (at < 0) {
      at = groups.length;
      groups.push([]);
      taken.push(new Uint8Array(rows_count));
    }
    groups[at].push(j);
    for (let p = colStart[j]; p < colStart[j + 1]; p++) taken[at][rowIndex[p]] = 1;
  }
  return groups;
}

/**
 * ẋ = A·x + B·u, y = C·x + D·u about a point, exactly.
 * @shape a (n·n), b (n·m), c (p·n), d (p·m), row-major
 */
export interface Linearisation {
  readonly n: number;
  readonly m: number;
  readonly p: number;
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly c: Float64Array;
  readonly d: Float64Array;
}

/** @cost n + m calls of `tangentInto` */
export function linearise(plant: Plant, x: Float64Array, u: Float64Array): Linearisation {
  const n = plant.states.length;
  const m = plant.inputs.length;
  const p = plant.outputs.length;
  const a = new Float64Array(n * n);
  const b = new Float64Array(n * m);
  const c = new Float64Array(p * n);
  const d = new Float64Array(p * m);
  const dx = new Float64Array(n);
  const du = new Float64Array(m);
  const dRate = new Float64Array(n);
  const dOutputs = new Float64Array(p);
  for (let j = 0; j < n + m; j++) {
    const direction = j < n ? dx : du;
    const at = j < n ? j : j - n;
    direction[at] = 1;
    plant.tangentInto(x, u, dx, du, dRate, dOutputs);
    direction[at] = 0;
    const [rates, outputs, width] = j < n ? [a, c, n] : [b, d, m];
    for (let i = 0; i < n; i++) rates[i * width + at] = dRate[i];
    for (let i = 0; i < p; i++) outputs[i * width + at] = dOutputs[i];
  }
  return { n, m, p, a, b, c, d };
}
