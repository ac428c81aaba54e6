/**
 * Eigenvalues and right eigenvectors of a dense real matrix:  A·v = λ·v.
 *
 * 1. Balancing: B = D⁻¹·A·D, D of powers of two, so that row k and column k have about the same length.
 * 2. Real Schur form B = Q·T·Qᵀ (real-schur.ts).
 * 3. For each λ_k back substitution in the quasi-triangular (T − λ_k·I)·x = 0, x_k = 1; then v = D·Q·x, ‖v‖₂ = 1 with its
 *    largest entry real and positive.
 *
 * | symbol | array | meaning |
 * |---|---|---|
 * | λ | re, im | eigenvalue k is re[k] + i·im[k]; of a pair the one with im > 0 stands first |
 * | Qᵀ, then V | vectors | row k is eigenvector k; of a pair k, k + 1: row k the real and row k + 1 the imaginary part of v_k |
 * | T | work, first n·n | |
 * | D | work, next n | |
 * | x | work, next 2n | real parts, imaginary parts |
 * | v | work, last 2n | likewise |
 *
 * Backward stable: λ are those of a matrix within a few n·ε·‖B‖ of B. How far λ itself moves is its condition: an m-fold
 * defective eigenvalue is only good to about ε^(1/m), and its eigenvectors come out parallel. Fails for entries that are
 * not finite.
 * @source Golub, Van Loan, Matrix Computations (4th ed., 2013), sections 7.5 and 7.6; balancing with the 2-norm: James,
 *   Langou, Lowery, On matrix balancing and eigenvector computation, arXiv 1401.5766 (2014)
 */
import { realSchurInto } from './real-schur.ts';

const EPSILON = 2 ** -52;

/** Balancing goes on while a change shortens row and column together by at least a twentieth. */
const BALANCE_GAIN = 0.95;

/** Largest exponent of a factor of D. */
const BALANCE_EXPONENT_MAX = 300;

/** A vector that grows beyond this during back substitution is scaled down. */
const GROWTH_MAX = 1e100;

/** Doubles of workspace that `generalEigenInto` needs. */
export function generalEigenWork_count(n: number): number {
  return n * n + 5 * n;
}

/**
 * All eigenvalues, and the right eigenvectors too unless only 'values' are wanted.
 * @param vectors - see above; not touched when only values are wanted
 * @param work - at least `generalEigenWork_count(n)` doubles, no meaning on return
 * @returns −1 when done; else the index up to which no eigenvalue was found (0 for entries that are not finite)
 * @shape a, vectors (n·n, row-major), re, im (n)
 * @cost about 28·n³ flops, 10·n³ for values alone; no allocation
 * @example generalEigenInto(Float64Array.of(0, 1, -1, 0), 2, re, im, vectors, work) // ±i
 */
export function generalEigenInto(
  a: Float64Array,
  n: number,
  re: Float64Array,
  im: Float64Array,
  vectors: Float64Array,
  work: Float64Array,
  wanted: 'vectors' | 'values' = 'vectors',
): number {
  let largest = 0;
  for (let p = 0; p < n * n; p++) largest = Math.max(largest, Math.abs(a[p]));
  if (!(largest < Number.POSITIVE_INFINITY)) return 0;
  const scale = largest === 0 ? 1 : 2 ** Math.min(1023, -Math.ceil(Math.log2(largest)));
  for (let p = 0; p < n * n; p++) work[p] = scale * a[p];

  balance(work, n);
  // The Schur form may use what holds x later on.
  const failed = realSchurInto(work, n, wanted === 'vectors' ? vectors : undefined, re, im, work.subarray(n * n + n));
  if (failed >= 0) return failed;
  if (wanted === 'vectors') vectorsOfSchur(work, n, re, im, vectors);
  for (let k = 0; k < n; k++) {
    re[k] /= scale;
    im[k] /= scale;
  }
  return -1;
}

/** The leading n·n of `work` ← D⁻¹·A·D; D behind it. */
function balance(work: Float64Array, n: number): void {
  const d = n * n;
  work.fill(1, d, d + n);
  const limit = 2 ** BALANCE_EXPONENT_MAX;
  for (let isChanged = true; isChanged; ) {
    isChanged = false;
    for (let k = 0; k < n; k++) {
      let column = 0;
      let row = 0;
      for (let i = 0; i < n; i++) {
        column += work[i * n + k] ** 2;
        row += work[k * n + i] ** 2;
      }
      column = Math.sqrt(column);
      row = Math.sqrt(row);
      if (column === 0 || row === 0) continue;
      let factor = 1;
      while (column * factor * 2 <= row / factor && factor < limit) factor *= 2;
      while (column * factor >= (row / factor) * 2 && factor > 1 / limit) factor /= 2;
      const total = work[d + k] * factor;
      if (!(column * factor + row / factor < BALANCE_GAIN * (column + row)) || total > limit || total < 1 / limit) continue;
      isChanged = true;
      work[d + k] = total;
      for (let i = 0; i < n; i++) work[i * n + k] *= factor;
      for (let i = 0; i < n; i++) work[k * n + i] /= factor;
    }
  }
}

/** Rows of `vectors`: from Schur vectors to eigenvectors, the last one first, because v_k needs the rows up to k. */
function vectorsOfSchur(work: Float64Array, n: number, re: Float64Array, im: Float64Array, vectors: Float64Array): void {
  const d = n * n;
  const x = d + n;
  const v = x + 2 * n;
  let norm = 0;
  for (let i = 0; i < n; i++) for (let j = Math.max(0, i - 1); j < n; j++) norm = Math.max(norm, Math.abs(work[i * n + j]));
  const least = EPSILON * norm || EPSILON;
  for (let k = n - 1; k >= 0; k--) {
    const isPair = im[k] !== 0;
    if (isPair) k--;
    const last = isPair ? k + 1 : k;
    substituteBack(work, n, k, re[k], im[k], least);
    work.fill(0, v, v + 2 * n);
    for (let j = 0; j <= last; j++) {
      const xr = work[x + j];
      const xi = work[x + n + j];
      for (let i = 0; i < n; i++) {
        work[v + i] += xr * vectors[j * n + i];
        work[v + n + i] += xi * vectors[j * n + i];
      }
    }
    normalise(work, n);
    for (let i = 0; i < n; i++) {
      vectors[k * n + i] = work[v + i];
      if (isPair) vectors[last * n + i] = work[v + n + i];
    }
  }
}

/** x of (T − λ)·x = 0 with λ = λr + i·λi at position k, or at k and k + 1 for a pair. */
function substituteBack(work: Float64Array, n: number, k: number, lambdaRe: number, lambdaIm: number, least: number): void {
  const xr = n * n + n;
  const xi = xr + n;
  work.fill(0, xr, xr + 2 * n);
  work[xr + k] = 1;
  let last = k;
  if (lambdaIm !== 0) {
    // One row of the block gives the ratio of its two entries; the one with the larger coefficient.
    last = k + 1;
    const at = k * n + k;
    const right = work[at + 1];
    const below = work[at + n];
    if (Math.abs(right) >= Math.abs(below)) {
      work[xr + last] = (lambdaRe - work[at]) / right;
      work[xi + last] = lambdaIm / right;
    } else {
      work[xr + last] = 1;
      work[xr + k] = (lambdaRe - work[at + n + 1]) / below;
      work[xi + k] = lambdaIm / below;
    }
  }
  for (let i = k - 1; i >= 0; i--) {
    const row = i * n;
    let sr = 0;
    let si = 0;
    for (let j = i + 1; j <= last; j++) {
      sr += work[row + j] * work[xr + j];
      si += work[row + j] * work[xi + j];
    }
    const isBlock = i > 0 && work[row + i - 1] !== 0;
    if (!isBlock) {
      // (T_ii − λ)·x_i = −s
      const d = work[row + i] - lambdaRe;
      divideInto(work, xr + i, xi + i, -sr, -si, Math.abs(d) + Math.abs(lambdaIm) < least ? least : d, -lambdaIm);
    } else {
      let ur = 0;
      let ui = 0;
      for (let j = i + 1; j <= last; j++) {
        ur += work[row - n + j] * work[xr + j];
        ui += work[row - n + j] * work[xi + j];
      }
      i--;
      solvePair(work, n, i, lambdaRe, lambdaIm, ur, ui, sr, si, least);
    }
    const growth = Math.max(Math.abs(work[xr + i]), Math.abs(work[xi + i]), Math.abs(work[xr + i + 1]), Math.abs(work[xi + i + 1]));
    if (growth > GROWTH_MAX) for (let p = xr; p < xr + 2 * n; p++) work[p] /= growth;
  }
}

/**
 * [a − λ, b; c, d − λ]·(x_i, x_{i+1}) = −(u, s), the block of T at i, by elimination with the larger of its first column;
 * a second pivot below `least` becomes `least`, which is a change of T by rounding.
 */
function solvePair(
  work: Float64Array,
  n: number,
  i: number,
  lambdaRe: number,
  lambdaIm: number,
  ur: number,
  ui: number,
  sr: number,
  si: number,
  least: number,
): void {
  const xr = n * n + n + i;
  const xi = xr + n;
  const at = i * n + i;
  const a = work[at] - lambdaRe;
  const b = work[at + 1];
  const c = work[at + n];
  const d = work[at + n + 1] - lambdaRe;
  if (Math.abs(c) >= Math.abs(a) + Math.abs(lambdaIm)) {
    const fr = a / c;
    const fi = -lambdaIm / c;
    let pr = b - fr * d - fi * lambdaIm;
    const pi = fr * lambdaIm - fi * d;
    if (Math.abs(pr) + Math.abs(pi) < least) pr = least;
    divideInto(work, xr + 1, xi + 1, fr * sr - fi * si - ur, fr * si + fi * sr - ui, pr, pi);
    const yr = work[xr + 1];
    const yi = work[xi + 1];
    work[xr] = -(sr + d * yr + lambdaIm * yi) / c;
    work[xi] = -(si + d * yi - lambdaIm * yr) / c;
    return;
  }
  divideInto(work, xr, xi, c, 0, a, -lambdaIm);
  const fr = work[xr];
  const fi = work[xi];
  let pr = d - fr * b;
  const pi = -lambdaIm - fi * b;
  if (Math.abs(pr) + Math.abs(pi) < least) pr = least;
  divideInto(work, xr + 1, xi + 1, fr * ur - fi * ui - sr, fr * ui + fi * ur - si, pr, pi);
  divideInto(work, xr, xi, -ur - b * work[xr + 1], -ui - b * work[xi + 1], a, -lambdaIm);
}

/** work[re] + i·work[im] ← (nr + i·ni) / (dr + i·di) */
function divideInto(work: Float64Array, re: number, im: number, nr: number, ni: number, dr: number, di: number): void {
  const size = Math.abs(dr) + Math.abs(di);
  const cr = dr / size;
  const ci = di / size;
  const square = size * (cr * cr + ci * ci);
  work[re] = (nr * cr + ni * ci) / square;
  work[im] = (ni * cr - nr * ci) / square;
}

/** v ← D·v, turned so that its largest entry is real and positive, of length one. */
function normalise(work: Float64Array, n: number): void {
  const d = n * n;
  const v = d + 3 * n;
  let largest = 0;
  for (let i = 0; i < n; i++) {
    work[v + i] *= work[d + i];
    work[v + n + i] *= work[d + i];
    largest = Math.max(largest, Math.abs(work[v + i]), Math.abs(work[v + n + i]));
  }
  let square = 0;
  let most = 0;
  let turnRe = 1;
  let turnIm = 0;
  for (let i = 0; i < n; i++) {
    const r = work[v + i] / largest;
    const s = work[v + n + i] / largest;
    const size = r * r + s * s;
    square += size;
    if (size > most) {
      most = size;
      turnRe = r;
      turnIm = -s;
    }
  }
  const length = Math.sqrt(square) * Math.sqrt(most);
  for (let i = 0; i < n; i++) {
    const r = work[v + i] / largest;
    const s = work[v + n + i] / largest;
    work[v + i] = (r * turnRe - s * turnIm) / length;
    work[v + n + i] = (r * turnIm + s * turnRe) / length;
  }
}
