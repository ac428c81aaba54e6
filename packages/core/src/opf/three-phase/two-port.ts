import { type ComplexMatrix, complexInverse, complexMatrix, complexProduct, complexSum } from '../../linalg/complex-dense.ts';
import { adjoint, entry, inner, matrixTimes, type Phasor, square } from './phasor.ts';

/**
 * A passive element between what feeds it (f) and what it feeds (t), seen from the current i that it delivers:
 *
 *   v_t = C·v_f − Z·i,   i_f = Y·v_f + B·i
 *
 * From its nodal matrix: Z = Y_tt⁻¹, C = −Z·Y_tf, B = −Y_ft·Z, Y = Y_ff + Y_ft·C. A line has C = B = 1 but for its charging; a transformer has its
 * ratios and its connection there. All connections are alike in this form.
 *
 * A delta or an unearthed star at the delivering end lets its conductors float together: Y_tt loses a direction n. Nothing holds the voltage
 * along it, which is then taken as none (what equal stray admittances to earth would do), and no current flows along it:
 * Z is the inverse on the rest, and `delivered` spans the currents that can flow.
 * @shape C (t·f), Z (t·t), B (f·t), Y (f·f), delivered (t·m), m ≤ t
 */
export interface TwoPort {
  readonly C: ComplexMatrix;
  readonly Z: ComplexMatrix;
  readonly B: ComplexMatrix;
  readonly Y: ComplexMatrix;
  readonly delivered: ComplexMatrix;
}

/** Below this part of its largest entry a direction of Y_tt carries stray currents only. Antifloat reactors are at 1e-8 to 1e-7. */
const STRAY_FRAC = 1e-6;

/** Entries below this part of the largest are rounding. */
const ROUNDING_FRAC = 1e-12;

/** @param n_f - the first so many rows and columns of y feed, the others are fed */
export function twoPortOf(y: ComplexMatrix, n_f: number): TwoPort {
  const n_t = y.rows - n_f;
  const [yff, yft, ytf, ytt] = [
    block(y, 0, n_f, 0, n_f),
    block(y, 0, n_f, n_f, n_t),
    block(y, n_f, n_t, 0, n_f),
    block(y, n_f, n_t, n_f, n_t),
  ];
  const { Z, delivered } = inverseWhereItFlows(ytt);
  const C = complexProduct(complexSum(-1, Z, 0, Z), ytf);
  const B = complexProduct(yft, complexSum(-1, Z, 0, Z));
  const Y = complexSum(1, yff, 1, complexProduct(yft, C));
  dropRounding(Y, largestOf(yff));
  for (const part of [C, Z, B]) dropRounding(part, largestOf(part));
  return { C, Z, B, Y, delivered };
}

function dropRounding({ re, im }: ComplexMatrix, size: number): void {
  for (const values of [re, im]) values.forEach((value, k) => Math.abs(value) < ROUNDING_FRAC * size && (values[k] = 0));
}

function inverseWhereItFlows(ytt: ComplexMatrix): { Z: ComplexMatrix; delivered: ComplexMatrix } {
  const n = ytt.rows;
  const size = largestOf(ytt);
  const floating: Phasor[][] = [];
  let held = ytt;
  for (;;) {
    const inverse = complexInverse(complexSum(1, held, 1, identity(n, 1e-13 * size)));
    const direction = inverse === undefined ? undefined : weakest(inverse);
    if (
      inverse === undefined ||
      direction === undefined ||
      norm(matrixTimes(held, direction)) > STRAY_FRAC * size ||
      floating.length === n
    ) {
      const Z = complexInverse(held) ?? complexMatrix(n);
      const flows = floating.reduce((p, d) => complexSum(1, p, -1, outer(d)), identity(n, 1));
      return {
        Z: floating.length === 0 ? Z : complexProduct(flows, complexProduct(Z, flows)),
        delivered: basisOf(flows, n - floating.length),
      };
    }
    floating.push(direction);
    held = complexSum(1, held, size, outer(direction));
  }
}

/** The direction that an inverse stretches most, by three steps of the power method on A⁻¹·A⁻ᴴ. */
function weakest(inverse: ComplexMatrix): Phasor[] {
  const n = inverse.rows;
  const back = adjoint(inverse);
  let x: Phasor[] = Array.from({ length: n }, (_, k) => [1, 0.1 * (k + 1)]);
  for (let step = 0; step < 3; step++) x = unit(matrixTimes(inverse, matrixTimes(back, unit(x))));
  return x;
}

/** Orthonormal columns that span what a projection keeps; the unit matrix where it keeps all. */
function basisOf(projection: ComplexMatrix, m: number): ComplexMatrix {
  const n = projection.rows;
  if (m === n) return identity(n, 1);
  const columns: Phasor[][] = [];
  for (let j = 0; j < n && columns.length < m; j++) {
    let x: Phasor[] = Array.from({ length: n }, (_, i) => entry(projection, i, j));
    for (const known of columns) {
      const [re, im] = inner(known, x);
      x = x.map(([a, b], i) => [a - re * known[i][0] + im * known[i][1], b - re * known[i][1] - im * known[i][0]]);
    }
    if (norm(x) > 1e-6) columns.push(unit(x));
  }
  const basis = complexMatrix(n, m);
  columns.forEach((column, j) => {
    column.forEach(([re, im], i) => {
      basis.re[i * m + j] = re;
      basis.im[i * m + j] = im;
    });
  });
  return basis;
}

const norm = (x: readonly Phasor[]): number => Math.sqrt(x.reduce((sum, each) => sum + square(each), 0));

function unit(x: readonly Phasor[]): Phasor[] {
  const length = norm(x);
  return x.map(([re, im]) => [re / length, im / length]);
}

/** x·xᴴ */
function outer(x: readonly Phasor[]): ComplexMatrix {
  const n = x.length;
  const out = complexMatrix(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      out.re[i * n + j] = x[i][0] * x[j][0] + x[i][1] * x[j][1];
      out.im[i * n + j] = x[i][1] * x[j][0] - x[i][0] * x[j][1];
    }
  }
  return out;
}

function identity(n: number, size: number): ComplexMatrix {
  const one = complexMatrix(n);
  for (let i = 0; i < n; i++) one.re[i * n + i] = size;
  return one;
}

function block(y: ComplexMatrix, row: number, rows: number, col: number, cols: number): ComplexMatrix {
  const out = complexMatrix(rows, cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      out.re[i * cols + j] = y.re[(row + i) * y.cols + col + j];
      out.im[i * cols + j] = y.im[(row + i) * y.cols + col + j];
    }
  }
  return out;
}

export function largestOf(y: ComplexMatrix): number {
  let largest = 0;
  for (let k = 0; k < y.re.length; k++) largest = Math.max(largest, Math.abs(y.re[k]), Math.abs(y.im[k]));
  return largest;
}
