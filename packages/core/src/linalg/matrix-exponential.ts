/**
 * e^A of a dense matrix, and the pair that holds an input constant over a step.
 *
 *   e^A ≈ ( r_m(A/2ˢ) )^(2ˢ),   r_m = (V − U)⁻¹(V + U) the diagonal Padé approximant of degree m ∈ {3, 5, 7, 9, 13}
 *   U = A·Σ_j b_{2j+1}·A^{2j},   V = Σ_j b_{2j}·A^{2j},   b_j = (2m − j)!·m! / ((2m)!·(m − j)!·j!)
 *
 * m and s are the cheapest with a backward error below rounding. The bound looks at α_p = ‖Aᵖ‖^{1/p}, which may be far
 * below ‖A‖, so that a matrix that is large only off its diagonal is not halved more often than it needs.
 *
 * | symbol | name | meaning |
 * |---|---|---|
 * | A, A², A⁴, … | powers[j] | A^{2j}, but powers[0] = A |
 * | α_p | alpha… | ‖Aᵖ‖₁^{1/p} |
 * | θ_m | theta | largest α for which degree m is accurate |
 * | s | halvings_count | |
 *
 * Accurate to about ε times the condition of the exponential. Fails for entries that are not finite only; results beyond
 * the largest double are infinite or not a number.
 * @source Higham, The scaling and squaring method for the matrix exponential revisited, SIAM J. Matrix Anal. 26 (2005);
 *   Al-Mohy, Higham, A new scaling and squaring algorithm for the matrix exponential, SIAM J. Matrix Anal. 31 (2009),
 *   algorithm 5.1 with exact instead of estimated norms
 */
import { NumericalError } from '../base/errors.ts';
import { denseLuInto, denseLuSolveInto, denseMultiplyInto } from './dense.ts';

interface Approximant {
  readonly degree: number;
  readonly theta: number;
  /** b_0 … b_m times a common factor that makes b_m = 1. */
  readonly b: readonly number[];
  /** log₂ of |c_{2m+1}|, the first coefficient of the backward error, (m!)² / ((2m)!·(2m + 1)!). */
  readonly errorLog2: number;
}

function approximant(degree: number, theta: number): Approximant {
  const b = new Array<number>(degree + 1).fill(1);
  for (let j = degree; j > 0; j--) b[j - 1] = (b[j]! * j * (2 * degree - j + 1)) / (degree - j + 1);
  let errorLog2 = 0;
  for (let k = 1; k <= degree; k++) errorLog2 += 2 * Math.log2(k);
  for (let k = 1; k <= 2 * degree; k++) errorLog2 -= 2 * Math.log2(k);
  return { degree, theta, b, errorLog2: errorLog2 - Math.log2(2 * degree + 1) };
}

/** θ_m: Al-Mohy and Higham (2009), table 3.1 for m < 13 and the 4.25 of their algorithm for 13. */
const SMALL_DEGREES = [
  approximant(3, 1.495585217958292e-2),
  approximant(5, 2.53939833006323e-1),
  approximant(7, 9.504178996162932e-1),
  approximant(9, 2.097847961257068),
] as const;
const LARGEST_DEGREE = approximant(13, 4.25);

/** log₂ of the unit roundoff. */
const ROUNDOFF_LOG2 = -53;

/** ‖A‖₁ = 2^this keeps every power up to the tenth finite; a larger matrix is halved at once. */
const NORM_LOG2_MAX = 60;

/**
 * e^A of a square matrix.
 * @param a - (n·n) row-major, kept
 * @throws {NumericalError} LINALG_NOT_FINITE when an entry is not a finite number
 * @cost 4 to 9 + s products and one solve of n × n
 * @example matrixExponential(Float64Array.of(0, 1, -1, 0), 2) // [cos 1, sin 1; −sin 1, cos 1]
 */
export function matrixExponential(a: Float64Array, n: number): Float64Array {
  const norm = norm1(a, n);
  if (!(norm < Number.POSITIVE_INFINITY))
    throw new NumericalError({
      message: 'Matrix exponential of entries that are not finite',
      code: 'LINALG_NOT_FINITE',
      hint: 'Look for a missing or infinite parameter in the rates.',
    });
  const x = a.slice(0, n * n);
  let halvings_count = norm === 0 ? 0 : Math.max(0, Math.ceil(Math.log2(norm)) - NORM_LOG2_MAX);
  multiplyBy(x, 2 ** -halvings_count);

  const powers: Float64Array[] = [x];
  const product = (p: number, q: number): Float64Array => {
    const result = new Float64Array(n * n);
    denseMultiplyInto(powers[p]!, powers[q]!, result, n);
    return result;
  };
  powers.push(product(0, 0));
  powers.push(product(1, 1));
  powers.push(product(2, 1));
  const alpha4 = norm1(powers[2]!, n) ** (1 / 4);
  const alpha6 = norm1(powers[3]!, n) ** (1 / 6);
  let alpha8 = Number.POSITIVE_INFINITY;
  for (const small of halvings_count === 0 ? SMALL_DEGREES : []) {
    if (small.degree === 7) {
      powers.push(product(2, 2));
      alpha8 = norm1(powers[4]!, n) ** (1 / 8);
    }
    const alpha = small.degree < 7 ? Math.max(alpha4, alpha6) : Math.max(alpha6, alpha8);
    if (alpha <= small.theta && moreHalvings(x, n, 0, small) === 0) return approximate(powers, n, small);
  }
  if (!powers[4]) {
    powers.push(product(2, 2));
    alpha8 = norm1(powers[4]!, n) ** (1 / 8);
  }
  const alpha10 = norm1(product(2, 3), n) ** (1 / 10);
  const alpha = Math.min(Math.max(alpha6, alpha8), Math.max(alpha8, alpha10));
  let more = Math.max(0, Math.ceil(Math.log2(alpha / LARGEST_DEGREE.theta)));
  more += moreHalvings(x, n, more, LARGEST_DEGREE);
  halvings_count += more;

  multiplyBy(x, 2 ** -more);
  for (let j = 1; j <= 3; j++) multiplyBy(powers[j]!, 2 ** (-2 * j * more));
  let result = approximate(powers, n, LARGEST_DEGREE);
  let other = powers[1]!;
  for (let k = 0; k < halvings_count; k++) {
    denseMultiplyInto(result, result, other, n);
    const held = result;
    result = other;
    other = held;
  }
  return result;
}

/**
 * Exact hold of a constant input over a step: with x' = A·x + f,
 *   x(t + h) = Φ·x(t) + Γ·f,   Φ = e^{A·h},   Γ = ∫₀^h e^{A·s} ds
 *
 * from exp([A·h, I; 0, 0]) = [Φ, Γ/h; 0, I], or entry by entry when A is diagonal. The identity stands where h·I would do
 * as well, so that a long step does not cause more halvings than A·h itself.
 * @param a - (n·n) row-major, kept
 * @throws {NumericalError} LINALG_NOT_FINITE when an entry is not a finite number
 * @shape phi, gamma (n·n, row-major)
 * @cost one exponential of 2n × 2n; n exponentials when A is diagonal
 * @source Van Loan, Computing integrals involving the matrix exponential, IEEE Trans. Automat. Contr. 23 (1978)
 */
export function zeroOrderHold(a: Float64Array, n: number, h: number): { phi: Float64Array; gamma: Float64Array } {
  const phi = new Float64Array(n * n);
  const gamma = new Float64Array(n * n);
  if (isDiagonal(a, n)) {
    for (let i = 0; i < n; i++) {
      const at = i * n + i;
      const rate = a[at];
      phi[at] = Math.exp(rate * h);
      gamma[at] = rate === 0 ? h : Math.expm1(rate * h) / rate;
    }
    return { phi, gamma };
  }
  const m = 2 * n;
  const augmented = new Float64Array(m * m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) augmented[i * m + j] = a[i * n + j] * h;
    augmented[i * m + n + i] = 1;
  }
  const e = matrixExponential(augmented, m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      phi[i * n + j] = e[i * m + j];
      gamma[i * n + j] = h * e[i * m + n + j];
    }
  }
  return { phi, gamma };
}

function isDiagonal(a: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (i !== j && a[i * n + j] !== 0) return false;
  return true;
}

/** r_m of powers[0]; a new array. */
function approximate(powers: readonly Float64Array[], n: number, { degree, b }: Approximant): Float64Array {
  const size = n * n;
  const even = new Float64Array(size);
  const odd = new Float64Array(size);
  const sum = new Float64Array(size);
  if (degree === 13) {
    // Both sums share A⁶: Σ = A⁶·(upper half) + lower half.
    const [, x2, x4, x6] = powers as [Float64Array, Float64Array, Float64Array, Float64Array];
    for (let p = 0; p < size; p++) sum[p] = b[13]! * x6[p] + b[11]! * x4[p] + b[9]! * x2[p];
    denseMultiplyInto(x6, sum, odd, n);
    for (let p = 0; p < size; p++) sum[p] = b[12]! * x6[p] + b[10]! * x4[p] + b[8]! * x2[p];
    denseMultiplyInto(x6, sum, even, n);
  }
  const highest = degree === 13 ? 3 : (degree - 1) / 2;
  for (let j = 1; j <= highest; j++) {
    const power = powers[j]!;
    for (let p = 0; p < size; p++) {
      odd[p] += b[2 * j + 1]! * power[p];
      even[p] += b[2 * j]! * power[p];
    }
  }
  for (let i = 0; i < n; i++) {
    odd[i * n + i] += b[1]!;
    even[i * n + i] += b[0]!;
  }
  denseMultiplyInto(powers[0]!, odd, sum, n);
  for (let p = 0; p < size; p++) {
    const u = sum[p];
    sum[p] = even[p] - u;
    even[p] += u;
  }
  const pivotRow = new Int32Array(n);
  denseLuInto(sum, n, pivotRow);
  denseLuSolveInto(sum, n, pivotRow, even, n);
  return even;
}

/**
 * Halvings of 2^(−s)·A still needed so that the first term of the backward error, c·‖ |A|^(2m+1) ‖/‖A‖, is below roundoff.
 * |A| may behave worse than the powers of A, whose entries cancel.
 */
function moreHalvings(x: Float64Array, n: number, s: number, { degree, errorLog2 }: Approximant): number {
  const norm = norm1(x, n);
  if (norm === 0) return 0;
  // Sums of the columns of (|A|/‖A‖)^(2m+1)
  let sums: Float64Array = new Float64Array(n).fill(1);
  let next: Float64Array = new Float64Array(n);
  for (let k = 0; k < 2 * degree + 1; k++) {
    next.fill(0);
    for (let i = 0; i < n; i++) {
      const weight = sums[i] / norm;
      for (let j = 0; j < n; j++) next[j] += weight * Math.abs(x[i * n + j]);
    }
    const held = sums;
    sums = next;
    next = held;
  }
  let largest = 0;
  for (let j = 0; j < n; j++) largest = Math.max(largest, sums[j]);
  if (largest === 0) return 0;
  const error = errorLog2 + Math.log2(largest) + 2 * degree * (Math.log2(norm) - s) - ROUNDOFF_LOG2;
  return Math.max(0, Math.ceil(error / (2 * degree)));
}

/** Largest sum of absolute values of a column. */
function norm1(a: Float64Array, n: number): number {
  let norm = 0;
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += Math.abs(a[i * n + j]);
    norm = Math.max(norm, sum);
  }
  return norm;
}

function multiplyBy(a: Float64Array, factor: number): void {
  if (factor !== 1) for (let p = 0; p < a.length; p++) a[p] *= factor;
}
