/**
 * Real Schur form of a dense matrix:  A = Q·T·Qᵀ,  QᵀQ = I,  T upper triangular but for 2 × 2 blocks, one for each pair of
 * complex eigenvalues.
 *
 * 1. Householder: Qᵀ·A·Q = H with zeros below the first subdiagonal.
 * 2. Francis' double-shift QR steps chase a 3 × 3 bulge down an unreduced block of H. They begin with the first column of
 *      (H − σ₁)(H − σ₂),  σ₁,₂ the eigenvalues of the last 2 × 2 block [y ·; · x], w the product of its off-diagonals,
 *    until a subdiagonal entry is negligible and the block splits.
 *
 * | symbol | array | meaning |
 * |---|---|---|
 * | A, H, T | t | row-major |
 * | Qᵀ | qt | row k is the k-th Schur vector, so that rotations run along rows |
 * | λ | re, im | of a complex pair the one with im > 0 stands first |
 *
 * Backward stable: T and Q belong to a matrix within a few n·ε·‖A‖ of A. Entries of size about one are expected: no care
 * is taken of overflow. A cluster of zero eigenvalues leaves a block of nothing but rounding, in which no entry is small beside its neighbours: after
 * STEPS_PATIENT steps without a split an entry below n·ε·‖A‖ is negligible, too. Fails when an eigenvalue needs more than STEPS_MAX steps.
 * @source Golub, Van Loan, Matrix Computations (4th ed., 2013), sections 7.4 and 7.5; splitting after Ahues, Tisseur, A new
 *   deflation criterion for the QR algorithm, LAPACK Working Note 122 (1997)
 */

const EPSILON = 2 ** -52;

/** A subdiagonal entry below this is zero whatever its neighbours are. */
const NEGLIGIBLE = 1e-290;

/** QR steps for one eigenvalue or pair; about four are usual. */
const STEPS_MAX = 60;

/** Steps without a split after which entries are compared with the whole matrix. */
const STEPS_PATIENT = 20;

/** Every so many steps without a split other shifts are taken, in case the usual ones go in a circle. */
const EXCEPTIONAL_EVERY_STEPS = 10;

/**
 * Schur form in place.
 * @param qt - absent: eigenvalues only, and t has no meaning on return
 * @param work - (2n)
 * @returns −1 when done, else an index up to which no eigenvalue was found; those behind it are right
 * @shape t, qt (n·n, row-major), re, im (n)
 * @cost about 25·n³ flops with Q, 10·n³ without; no allocation
 */
export function realSchurInto(
  t: Float64Array,
  n: number,
  qt: Float64Array | undefined,
  re: Float64Array,
  im: Float64Array,
  work: Float64Array,
): number {
  reduceToHessenberg(t, n, qt, work);
  let size = 0;
  for (let i = 0; i < n; i++) for (let j = Math.max(0, i - 1); j < n; j++) size = Math.max(size, Math.abs(t[i * n + j]));
  let hi = n - 1;
  let step = 0;
  while (hi >= 0) {
    const lo = splitAbove(t, n, hi, step < STEPS_PATIENT ? NEGLIGIBLE : n * EPSILON * size);
    if (lo === hi) {
      re[hi] = t[hi * n + hi];
      im[hi] = 0;
    } else if (lo === hi - 1) splitPair(t, n, lo, qt, re, im);
    else {
      if (step === STEPS_MAX) return hi;
      francisStep(t, n, lo, hi, qt, ++step % EXCEPTIONAL_EVERY_STEPS === 0);
      continue;
    }
    hi = lo - 1;
    step = 0;
  }
  return -1;
}

/** t ← QᵀtQ with zeros below the subdiagonal; qt ← Qᵀ. */
function reduceToHessenberg(t: Float64Array, n: number, qt: Float64Array | undefined, work: Float64Array): void {
  if (qt) {
    qt.fill(0, 0, n * n);
    for (let i = 0; i < n; i++) qt[i * n + i] = 1;
  }
  for (let k = 0; k < n - 2; k++) {
    const first = k + 1;
    let size = 0;
    for (let i = first + 1; i < n; i++) size = Math.max(size, Math.abs(t[i * n + k]));
    if (size === 0) continue;
    size = Math.max(size, Math.abs(t[first * n + k]));
    let square = 0;
    for (let i = first; i < n; i++) {
      const v = t[i * n + k] / size;
      work[i] = v;
      square += v * v;
    }
    const length = work[first] < 0 ? -Math.sqrt(square) : Math.sqrt(square);
    work[first] += length;
    const beta = 1 / (length * work[first]);
    reflectRows(t, n, first, work, beta, k + 1);
    for (let i = 0; i < n; i++) {
      const row = i * n;
      let sum = 0;
      for (let j = first; j < n; j++) sum += t[row + j] * work[j];
      sum *= beta;
      for (let j = first; j < n; j++) t[row + j] -= sum * work[j];
    }
    t[first * n + k] = -length * size;
    for (let i = first + 1; i < n; i++) t[i * n + k] = 0;
    if (qt) reflectRows(qt, n, first, work, beta, 0);
  }
}

/** m ← (I − β·v·vᵀ)·m for rows and entries of v from `first` on, columns from `column` on; the sums lie behind v. */
function reflectRows(m: Float64Array, n: number, first: number, v: Float64Array, beta: number, column: number): void {
  v.fill(0, n + column, 2 * n);
  for (let i = first; i < n; i++) {
    const row = i * n;
    const vi = v[i];
    for (let j = column; j < n; j++) v[n + j] += vi * m[row + j];
  }
  for (let i = first; i < n; i++) {
    const row = i * n;
    const scaled = beta * v[i];
    for (let j = column; j < n; j++) m[row + j] -= scaled * v[n + j];
  }
}

/** First row of the unreduced block that ends at `hi`; the negligible entry above it, one below `floor` among them, is set to zero. */
function splitAbove(h: Float64Array, n: number, hi: number, floor: number): number {
  for (let l = hi; l > 0; l--) {
    const here = h[l * n + l];
    const above = h[(l - 1) * n + l - 1];
    const below = Math.abs(h[l * n + l - 1]);
    let isNegligible = below <= floor;
    if (!isNegligible && below <= EPSILON * (Math.abs(above) + Math.abs(here))) {
      const right = Math.abs(h[(l - 1) * n + l]);
      const apart = Math.abs(above - here);
      const larger = Math.max(Math.abs(here), apart);
      const smaller = Math.min(Math.abs(here), apart);
      const sum = larger + Math.max(below, right);
      isNegligible = Math.min(below, right) * (Math.max(below, right) / sum) <= Math.max(NEGLIGIBLE, EPSILON * smaller * (larger / sum));
    }
    if (isNegligible) {
      h[l * n + l - 1] = 0;
      return l;
    }
  }
  return 0;
}

/** The 2 × 2 block at k: two real eigenvalues are parted by a rotation, a complex pair stays. */
function splitPair(h: Float64Array, n: number, k: number, qt: Float64Array | undefined, re: Float64Array, im: Float64Array): void {
  const at = k * n + k;
  const d = h[at + n + 1];
  const c = h[at + n];
  const product = h[at + 1] * c;
  const p = 0.5 * (h[at] - d);
  const discriminant = p * p + product;
  if (discriminant < 0) {
    re[k] = re[k + 1] = d + p;
    im[k] = Math.sqrt(-discriminant);
    im[k + 1] = -im[k];
    return;
  }
  const root = Math.sqrt(discriminant);
  const z = p < 0 ? p - root : p + root;
  re[k] = d + z;
  re[k + 1] = z === 0 ? d : d - product / z;
  im[k] = im[k + 1] = 0;
  if (!qt) return;
  // (z, c) is an eigenvector of the block.
  const length = Math.sqrt(z * z + c * c);
  const cosine = z / length;
  const sine = c / length;
  rotateRows(h, k * n + k, (k + 1) * n + k, n - k, cosine, sine);
  for (let i = 0; i <= k + 1; i++) {
    const x = h[i * n + k];
    const y = h[i * n + k + 1];
    h[i * n + k] = cosine * x + sine * y;
    h[i * n + k + 1] = cosine * y - sine * x;
  }
  h[at] = re[k];
  h[at + n] = 0;
  h[at + n + 1] = re[k + 1];
  rotateRows(qt, k * n, (k + 1) * n, n, cosine, sine);
}

function rotateRows(m: Float64Array, first: number, second: number, count: number, cosine: number, sine: number): void {
  for (let j = 0; j < count; j++) {
    const x = m[first + j];
    const y = m[second + j];
    m[first + j] = cosine * x + sine * y;
    m[second + j] = cosine * y - sine * x;
  }
}

/** One double-shift step on the unreduced block lo … hi of at least three rows. */
function francisStep(h: Float64Array, n: number, lo: number, hi: number, qt: Float64Array | undefined, isExceptional: boolean): void {
  const end = hi * n + hi;
  let x = h[end];
  let y = h[end - n - 1];
  let w = h[end - 1] * h[end - n];
  if (isExceptional) {
    // Two complex shifts at a distance from the corner; the factors are those of EISPACK and LAPACK.
    const s = Math.abs(h[end - 1]) + Math.abs(h[end - n - 2]);
    x += 0.75 * s;
    y = x;
    w = -0.4375 * s * s;
  }

  // The step may begin below a row whose subdiagonal entries are both small. (p, q, r): first column of the product.
  let p = 0;
  let q = 0;
  let r = 0;
  let m = hi - 2;
  for (; ; m--) {
    const at = m * n + m;
    const z = h[at];
    const dx = x - z;
    const dy = y - z;
    p = (dx * dy - w) / h[at + n] + h[at + 1];
    q = h[at + n + 1] - z - dx - dy;
    r = h[at + 2 * n + 1];
    const sum = Math.abs(p) + Math.abs(q) + Math.abs(r);
    p /= sum;
    q /= sum;
    r /= sum;
    if (m === lo) break;
    const neighbours = Math.abs(h[at - n - 1]) + Math.abs(z) + Math.abs(h[at + n + 1]);
    if (Math.abs(h[at - 1]) * (Math.abs(q) + Math.abs(r)) <= EPSILON * Math.abs(p) * neighbours) break;
  }

  const lastColumn = qt ? n - 1 : hi;
  const firstRow = qt ? 0 : lo;
  for (let k = m; k < hi; k++) {
    const hasThird = k < hi - 1;
    const before = k * n + k - 1;
    let scale = 1;
    if (k > m) {
      p = h[before];
      q = h[before + n];
      r = hasThird ? h[before + 2 * n] : 0;
      scale = Math.abs(p) + Math.abs(q) + Math.abs(r);
      if (scale === 0) continue;
      p /= scale;
      q /= scale;
      r /= scale;
    }
    const norm = Math.sqrt(p * p + q * q + r * r);
    const length = p < 0 ? -norm : norm;
    const v0 = p + length;
    const b0 = 1 / length;
    const b1 = q / (length * v0);
    const b2 = r / (length * v0);
    // I − β·v·vᵀ with v = (v0, q, r) and β·v = (b0, b1, b2)
    if (k > m) {
      h[before] = -length * scale;
      h[before + n] = 0;
      if (hasThird) h[before + 2 * n] = 0;
    } else if (m > lo) h[before] *= 1 - b0 * v0;

    reflectThreeRows(h, k * n, n, k, lastColumn, hasThird, v0, q, r, b0, b1, b2);
    const lastRow = Math.min(hi, k + 3);
    for (let i = firstRow; i <= lastRow; i++) {
      const at = i * n + k;
      const sum = b0 * h[at] + b1 * h[at + 1] + (hasThird ? b2 * h[at + 2] : 0);
      h[at] -= sum * v0;
      h[at + 1] -= sum * q;
      if (hasThird) h[at + 2] -= sum * r;
    }
    if (qt) reflectThreeRows(qt, k * n, n, 0, n - 1, hasThird, v0, q, r, b0, b1, b2);
  }
}

/** Rows at `row` and the one or two below it, columns from … to. */
function reflectThreeRows(
  m: Float64Array,
  row: number,
  n: number,
  from: number,
  to: number,
  hasThird: boolean,
  v0: number,
  v1: number,
  v2: number,
  b0: number,
  b1: number,
  b2: number,
): void {
  for (let j = from; j <= to; j++) {
    const at = row + j;
    const below = at + n;
    if (hasThird) {
      const sum = b0 * m[at] + b1 * m[below] + b2 * m[below + n];
      m[below + n] -= sum * v2;
      m[at] -= sum * v0;
      m[below] -= sum * v1;
    } else {
      const sum = b0 * m[at] + b1 * m[below];
      m[at] -= sum * v0;
      m[below] -= sum * v1;
    }
  }
}
