// Products with a matrix by compressed columns; twins of multiplyInto, transposeMultiplyInto and
// symmetricMultiplyInto in ../src/linalg/sparse.ts.

@inline
function scale(n: i32, beta: f64, y: usize): void {
  const end = y + (<usize>n << 3);
  if (beta == 0) {
    for (let q = y; q < end; q += 8) store<f64>(q, 0);
  } else if (beta != 1) {
    for (let q = y; q < end; q += 8) store<f64>(q, load<f64>(q) * beta);
  }
}

/** y ← α·A·x + β·y */
export function multiply(
  rows: i32, cols: i32, colStart: usize, rowIndex: usize, values: usize, x: usize, y: usize, alpha: f64, beta: f64,
): void {
  scale(rows, beta, y);
  const lastColumn = colStart + (<usize>cols << 2);
  while (colStart < lastColumn) {
    const xj = alpha * load<f64>(x);
    x += 8;
    if (xj != 0) {
      let p = <usize>load<i32>(colStart);
      const end = <usize>load<i32>(colStart, 4);
      for (; p < end; p++) {
        const at = y + (<usize>load<i32>(rowIndex + (p << 2)) << 3);
        store<f64>(at, load<f64>(at) + load<f64>(values + (p << 3)) * xj);
      }
    }
    colStart += 4;
  }
}

/** y ← α·Aᵀ·x + β·y */
export function transposeMultiply(
  cols: i32, colStart: usize, rowIndex: usize, values: usize, x: usize, y: usize, alpha: f64, beta: f64,
): void {
  const lastColumn = colStart + (<usize>cols << 2);
  while (colStart < lastColumn) {
    let p = <usize>load<i32>(colStart);
    const end = <usize>load<i32>(colStart, 4);
    let sum: f64 = 0;
    for (; p < end; p++) {
      sum += load<f64>(values + (p << 3)) * load<f64>(x + (<usize>load<i32>(rowIndex + (p << 2)) << 3));
    }
    store<f64>(y, alpha * sum + (beta == 0 ? 0 : beta * load<f64>(y)));
    y += 8;
    colStart += 4;
  }
}

/** y ← α·P·x + β·y for symmetric P given by its upper triangle. */
export function symmetricMultiply(
  n: i32, colStart: usize, rowIndex: usize, values: usize, x: usize, y: usize, alpha: f64, beta: f64,
): void {
  scale(n, beta, y);
  for (let j: i32 = 0; j < n; j++) {
    const xj = load<f64>(x + (<usize>j << 3));
    let p = <usize>load<i32>(colStart);
    const end = <usize>load<i32>(colStart, 4);
    let sum: f64 = 0;
    for (; p < end; p++) {
      const i = load<i32>(rowIndex + (p << 2));
      const v = load<f64>(values + (p << 3));
      if (i == j) sum += v * xj;
      else {
        sum += v * load<f64>(x + (<usize>i << 3));
        const at = y + (<usize>i << 3);
        store<f64>(at, load<f64>(at) + alpha * v * xj);
      }
    }
    const at = y + (<usize>j << 3);
    store<f64>(at, load<f64>(at) + alpha * sum);
    colStart += 4;
  }
}
