/**
 * Small dense complex matrices, real and imaginary part apart, row by row: re[i·n + j] + j·im[i·n + j]. For n up to some tens.
 */
export interface ComplexMatrix {
  readonly rows: number;
  readonly cols: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** The zero matrix. */
export function complexMatrix(rows: number, cols: number = rows): ComplexMatrix {
  return { rows, cols, re: new Float64Array(rows * cols), im: new Float64Array(rows * cols) };
}

/** A from lists of numbers; imaginary part zero when absent. */
export function complexFrom(n: number, re: ArrayLike<number>, im?: ArrayLike<number>): ComplexMatrix {
  return { rows: n, cols: n, re: Float64Array.from(re), im: im === undefined ? new Float64Array(n * n) : Float64Array.from(im) };
}

/** α·A + β·B with real factors. */
export function complexSum(alpha: number, a: ComplexMatrix, beta: number, b: ComplexMatrix): ComplexMatrix {
  const sum = complexMatrix(a.rows, a.cols);
  for (let k = 0; k < sum.re.length; k++) {
    sum.re[k] = alpha * a.re[k] + beta * b.re[k];
    sum.im[k] = alpha * a.im[k] + beta * b.im[k];
  }
  return sum;
}

/** A·B. @cost 8·rows·inner·cols flops */
export function complexProduct(a: ComplexMatrix, b: ComplexMatrix): ComplexMatrix {
  const c = complexMatrix(a.rows, b.cols);
  for (let i = 0; i < a.rows; i++) {
    for (let k = 0; k < a.cols; k++) {
      const re = a.re[i * a.cols + k];
      const im = a.im[i * a.cols + k];
      if (re === 0 && im === 0) continue;
      for (let j = 0; j < b.cols; j++) {
        const bRe = b.re[k * b.cols + j];
        const bIm = b.im[k * b.cols + j];
        c.re[i * b.cols + j] += re * bRe - im * bIm;
        c.im[i * b.cols + j] += re * bIm + im * bRe;
      }
    }
  }
  return c;
}

/**
 * A⁻¹ by Gauss–Jordan with partial pivoting; undefined when a column has no pivot above 1e-14 of the largest entry.
 * @cost 8n³ flops
 * @source Golub, Van Loan, Matrix Computations (4th ed.), section 3.4
 */
export function complexInverse(a: ComplexMatrix): ComplexMatrix | undefined {
  const n = a.rows;
  const re = Float64Array.from(a.re);
  const im = Float64Array.from(a.im);
  const rowOf = Int32Array.from({ length: n }, (_, i) => i);
  let largest = 0;
  for (let k = 0; k < n * n; k++) largest = Math.max(largest, Math.hypot(re[k], im[k]));
  const swapRows = (p: number, q: number): void => {
    for (let j = 0; j < n; j++) {
      const heldRe = re[p * n + j];
      const heldIm = im[p * n + j];
      re[p * n + j] = re[q * n + j];
      im[p * n + j] = im[q * n + j];
      re[q * n + j] = heldRe;
      im[q * n + j] = heldIm;
    }
  };
  for (let k = 0; k < n; k++) {
    let at = k;
    for (let i = k + 1; i < n; i++) if (Math.hypot(re[i * n + k], im[i * n + k]) > Math.hypot(re[at * n + k], im[at * n + k])) at = i;
    const size = Math.hypot(re[at * n + k], im[at * n + k]);
    if (!(size > 1e-14 * largest && size < Number.POSITIVE_INFINITY)) return undefined;
    if (at !== k) swapRows(at, k);
    rowOf[k] = at;
    const pRe = re[k * n + k] / (size * size);
    const pIm = -im[k * n + k] / (size * size);
    re[k * n + k] = 1;
    im[k * n + k] = 0;
    for (let j = 0; j < n; j++) {
      const held = re[k * n + j];
      re[k * n + j] = held * pRe - im[k * n + j] * pIm;
      im[k * n + j] = held * pIm + im[k * n + j] * pRe;
    }
    for (let i = 0; i < n; i++) {
      const lRe = re[i * n + k];
      const lIm = im[i * n + k];
      if (i === k || (lRe === 0 && lIm === 0)) continue;
      re[i * n + k] = 0;
      im[i * n + k] = 0;
      for (let j = 0; j < n; j++) {
        re[i * n + j] -= lRe * re[k * n + j] - lIm * im[k * n + j];
        im[i * n + j] -= lRe * im[k * n + j] + lIm * re[k * n + j];
      }
    }
  }
  // the exchanges of rows come back as exchanges of columns, last first
  for (let k = n - 1; k >= 0; k--) {
    const at = rowOf[k];
    if (at === k) continue;
    for (let i = 0; i < n; i++) {
      const heldRe = re[i * n + k];
      const heldIm = im[i * n + k];
      re[i * n + k] = re[i * n + at];
      im[i * n + k] = im[i * n + at];
      re[i * n + at] = heldRe;
      im[i * n + at] = heldIm;
    }
  }
  return { rows: n, cols: n, re, im };
}

/** The same nodes in another order: entry (i, j) is that of (order[i], order[j]). */
export function complexReordered(y: ComplexMatrix, order: readonly number[]): ComplexMatrix {
  const n = y.rows;
  const sorted = complexMatrix(n);
  order.forEach((row, i) => {
    order.forEach((col, j) => {
      sorted.re[i * n + j] = y.re[row * n + col];
      sorted.im[i * n + j] = y.im[row * n + col];
    });
  });
  return sorted;
}

/**
 * Kron reduction: what a symmetric nodal matrix looks like from its first `kept` nodes when no current enters the others,
 * Y₁₁ − Y₁₂·Y₂₂⁻¹·Y₂₁, one node after another, the largest diagonal first.
 *
 * A node whose diagonal has vanished (relative to its first value) floats: nothing holds its potential and nothing flows through it. It is
 * left out, which is exact for a reciprocal passive network, where the rest of its row vanishes too.
 * @cost 8·n²·(n − kept) flops
 * @source Kron, Tensor Analysis of Networks (1939); Dörfler, Bullo, Kron reduction of graphs, IEEE TCAS-I 60 (2013), lemma II.1
 */
export function kronReduced(y: ComplexMatrix, kept: number): ComplexMatrix {
  const n = y.rows;
  const re = Float64Array.from(y.re);
  const im = Float64Array.from(y.im);
  const first = Float64Array.from({ length: n }, (_, i) => Math.hypot(re[i * n + i], im[i * n + i]));
  const left = Array.from({ length: n - kept }, (_, k) => kept + k);
  while (left.length > 0) {
    let best = 0;
    const sizeOf = (node: number): number => (first[node] > 0 ? Math.hypot(re[node * n + node], im[node * n + node]) / first[node] : 0);
    for (let k = 1; k < left.length; k++) if (sizeOf(left[k]) > sizeOf(left[best])) best = k;
    const [p] = left.splice(best, 1);
    if (!(sizeOf(p) > 1e-13)) continue;
    const dRe = re[p * n + p];
    const dIm = im[p * n + p];
    const size2 = dRe * dRe + dIm * dIm;
    for (let i = 0; i < n; i++) {
      if (i === p || (i >= kept && !left.includes(i))) continue;
      const aRe = re[i * n + p];
      const aIm = im[i * n + p];
      if (aRe === 0 && aIm === 0) continue;
      const lRe = (aRe * dRe + aIm * dIm) / size2;
      const lIm = (aIm * dRe - aRe * dIm) / size2;
      for (let j = 0; j < n; j++) {
        re[i * n + j] -= lRe * re[p * n + j] - lIm * im[p * n + j];
        im[i * n + j] -= lRe * im[p * n + j] + lIm * re[p * n + j];
      }
    }
  }
  const small = complexMatrix(kept);
  for (let i = 0; i < kept; i++) {
    for (let j = 0; j < kept; j++) {
      small.re[i * kept + j] = re[i * n + j];
      small.im[i * kept + j] = im[i * n + j];
    }
  }
  return small;
}
