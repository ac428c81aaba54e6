/**
 * Eigenvalues and eigenvectors of a dense symmetric matrix:  A = V·diag(λ)·Vᵀ,  VᵀV = I,  λ ascending.
 *
 * 1. A is scaled by a power of two so that its largest entry is about one; λ is scaled back.
 * 2. Householder: Qᵀ·A·Q = T tridiagonal. From the last row up, H = I − β·v·vᵀ leaves of row i only entry i − 1:
 *      A ← A − v·wᵀ − w·vᵀ  over the leading i × i,   w = p − ½·β·(vᵀp)·v,   p = β·A·v
 * 3. Implicit QL steps with Wilkinson's shift make T diagonal; each rotation turns two rows of Qᵀ.
 *
 * | symbol | where | meaning |
 * |---|---|---|
 * | A, then v, then Vᵀ | vectors | row-major; row k becomes the k-th eigenvector, so every inner loop runs along a row |
 * | p and w, then d, then λ | values | d: diagonal of T |
 * | e | work[i] | off-diagonal of T: e_i joins i and i + 1 |
 * | β | work[n + i] | of the reflection for row i; 0 when there was nothing to do |
 *
 * The reduction keeps the small eigenvalues of a graded matrix when it begins at the large end, so the indices are
 * turned round when the large diagonal entry comes first.
 *
 * Accuracy: ‖A·V − V·Λ‖ of the order of n·ε·‖A‖, ‖VᵀV − I‖ of n·ε. Fails only for entries that are not finite;
 * eigenvalues beyond the largest double come back infinite.
 * @source Golub, Van Loan, Matrix Computations (4th ed., 2013), section 8.3; Bowdler, Martin, Reinsch, Wilkinson, The QR
 *   and QL algorithms for symmetric matrices, Numer. Math. 11 (1968)
 */

const EPSILON_SQUARED = 2 ** -104;

/** An off-diagonal entry with a smaller square counts as zero; T is scaled to one. */
const NEGLIGIBLE_SQUARE = 1e-300;

/** QL steps for one eigenvalue; about two are usual. */
const STEPS_MAX = 100;

/**
 * All eigenvalues, and the eigenvectors too when `wanted`.
 *
 * Only the lower triangle of `a` is read. `vectors` may be `a` itself, which is then overwritten.
 * @param values - eigenvalues, ascending
 * @param vectors - vectors[k·n + i] = entry i of the k-th eigenvector; no meaning on return when `wanted` is 'values'
 * @param work - 2n doubles, no meaning on return
 * @returns −1 when done, else the index of an eigenvalue that was not found (0 for entries that are not finite)
 * @shape a, vectors (n·n, row-major), values (n), work (2n)
 * @cost about 9·n³ flops, 4/3·n³ for values alone; no allocation
 * @example symmetricEigenInto(Float64Array.of(2, 1, 1, 2), 2, values, vectors, work) // values: 1, 3
 */
export function symmetricEigenInto(
  a: Float64Array,
  n: number,
  values: Float64Array,
  vectors: Float64Array,
  work: Float64Array,
  wanted: 'vectors' | 'values' = 'vectors',
): number {
  let largest = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) largest = Math.max(largest, Math.abs(a[i * n + j]));
  if (!(largest < Number.POSITIVE_INFINITY)) return 0;
  const scale = largest === 0 ? 1 : 2 ** Math.min(1023, -Math.ceil(Math.log2(largest)));
  const isTurned = n > 1 && Math.abs(a[0]) > Math.abs(a[n * n - 1]);
  loadInto(vectors, a, n, scale, isTurned);

  tridiagonalise(vectors, n, values, work);
  if (wanted === 'vectors') accumulate(vectors, n, values, work);
  else for (let i = 0; i < n; i++) values[i] = vectors[i * n + i];
  const rotated_count = wanted === 'vectors' ? n : 0;
  const failed = diagonalise(values, work, n, vectors, rotated_count);
  if (failed >= 0) return failed;

  sortAscending(values, n, vectors, rotated_count);
  for (let k = 0; k < n; k++) values[k] /= scale;
  if (isTurned) for (let k = 0; k < rotated_count; k++) reverse(vectors, k * n, k * n + n - 1);
  return -1;
}

/** Lower triangle of scale·A, or of scale·A with its indices turned round. */
function loadInto(target: Float64Array, a: Float64Array, n: number, scale: number, isTurned: boolean): void {
  if (!isTurned) {
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) target[i * n + j] = scale * a[i * n + j];
    return;
  }
  // Entry (i, j) goes to (n−1−j, n−1−i), and that one here: exchanged in pairs, because target may be a.
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i && i + j < n; j++) {
      const at = i * n + j;
      const mirror = (n - 1 - j) * n + (n - 1 - i);
      const held = scale * a[at];
      target[at] = scale * a[mirror];
      target[mirror] = held;
    }
  }
}

/** Row i of `a` becomes the vector v of its reflection, its diagonal that of T; e and β go to `work`. */
function tridiagonalise(a: Float64Array, n: number, p: Float64Array, work: Float64Array): void {
  for (let i = n - 1; i > 0; i--) {
    const row = i * n;
    const last = row + i - 1;
    let size = 0;
    for (let k = row; k < last; k++) size = Math.max(size, Math.abs(a[k]));
    if (size === 0) {
      work[i - 1] = a[last];
      work[n + i] = 0;
      continue;
    }
    size = Math.max(size, Math.abs(a[last]));
    let square = 0;
    for (let k = row; k <= last; k++) {
      const v = a[k] / size;
      a[k] = v;
      square += v * v;
    }
    const length = a[last] < 0 ? -Math.sqrt(square) : Math.sqrt(square);
    work[i - 1] = -length * size;
    a[last] += length;
    const beta = 1 / (length * a[last]);
    work[n + i] = beta;

    // p = β·A·v from the lower triangle, each row once
    let vp = 0;
    for (let j = 0; j < i; j++) {
      const vj = a[row + j];
      const rowJ = j * n;
      let sum = a[rowJ + j] * vj;
      for (let k = 0; k < j; k++) {
        const entry = a[rowJ + k];
        sum += entry * a[row + k];
        p[k] += beta * entry * vj;
      }
      p[j] = beta * sum;
    }
    for (let j = 0; j < i; j++) vp += a[row + j] * p[j];
    const half = 0.5 * beta * vp;
    for (let j = 0; j < i; j++) p[j] -= half * a[row + j];
    for (let j = 0; j < i; j++) {
      const vj = a[row + j];
      const wj = p[j];
      const rowJ = j * n;
      for (let k = 0; k <= j; k++) a[rowJ + k] -= vj * p[k] + wj * a[row + k];
    }
  }
}

/** Vectors v in the rows of `a` become Qᵀ = (H_{n−1} ⋯ H_1)ᵀ; the diagonal moves to `d`. */
function accumulate(a: Float64Array, n: number, d: Float64Array, work: Float64Array): void {
  for (let i = 0; i < n; i++) d[i] = a[i * n + i];
  for (let i = 0; i < n; i++) {
    const row = i * n;
    const beta = i === 0 ? 0 : work[n + i];
    // The leading i × i block is the transposed product so far; H joins it from the right.
    if (beta !== 0) {
      for (let r = 0; r < i; r++) {
        const rowR = r * n;
        let sum = 0;
        for (let k = 0; k < i; k++) sum += a[rowR + k] * a[row + k];
        sum *= beta;
        for (let k = 0; k < i; k++) a[rowR + k] -= sum * a[row + k];
      }
    }
    for (let k = 0; k < i; k++) {
      a[row + k] = 0;
      a[k * n + i] = 0;
    }
    a[row + i] = 1;
  }
}

/** √(f² + g²) without the loss of tiny numbers; both are at most about one. */
function length2(f: number, g: number): number {
  const square = f * f + g * g;
  return square > 1e-280 ? Math.sqrt(square) : Math.hypot(f, g);
}

/**
 * d becomes the eigenvalues of the tridiagonal matrix of d and e, in no order; the rows of `vectors` turn along.
 * @returns −1, or the index whose eigenvalue was not found
 */
function diagonalise(d: Float64Array, e: Float64Array, n: number, vectors: Float64Array, rotated_count: number): number {
  for (let l = 0; l < n; l++) {
    for (let step = 0; ; step++) {
      let m = l;
      while (m < n - 1 && e[m] * e[m] > EPSILON_SQUARED * Math.abs(d[m] * d[m + 1]) + NEGLIGIBLE_SQUARE) m++;
      if (m === l) break;
      if (step === STEPS_MAX) return l;
      // The eigenvalue of the leading 2 × 2 that is nearer to d_l is the shift; g = d_m − shift begins the chase.
      const ratio = (d[l + 1] - d[l]) / (2 * e[l]);
      const root = Math.sqrt(ratio * ratio + 1);
      let g = d[m] - d[l] + e[l] / (ratio + (ratio < 0 ? -root : root));
      let s = 1;
      let c = 1;
      let p = 0;
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * e[i];
        const b = c * e[i];
        const r = length2(f, g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1] -= p;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        const q = (d[i] - g) * s + 2 * c * b;
        p = s * q;
        d[i + 1] = g + p;
        g = c * q - b;
        const upper = i * n;
        const lower = upper + n;
        for (let k = 0; k < rotated_count; k++) {
          const x = vectors[upper + k];
          const y = vectors[lower + k];
          vectors[lower + k] = s * x + c * y;
          vectors[upper + k] = c * x - s * y;
        }
      }
      if (i < l) {
        d[l] -= p;
        e[l] = g;
      }
      e[m] = 0;
    }
  }
  return -1;
}

function sortAscending(values: Float64Array, n: number, vectors: Float64Array, rotated_count: number): void {
  for (let i = 0; i < n - 1; i++) {
    let least = i;
    for (let j = i + 1; j < n; j++) if (values[j] < values[least]) least = j;
    if (least === i) continue;
    const held = values[i];
    values[i] = values[least];
    values[least] = held;
    for (let k = 0; k < rotated_count; k++) {
      const x = vectors[i * n + k];
      vectors[i * n + k] = vectors[least * n + k];
      vectors[least * n + k] = x;
    }
  }
}

function reverse(x: Float64Array, first: number, last: number): void {
  for (let i = first, j = last; i < j; i++, j--) {
    const held = x[i];
    x[i] = x[j];
    x[j] = held;
  }
}
