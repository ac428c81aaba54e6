// Numeric LU for a known pattern and pivot sequence, and its solves. Equations and symbols: ../src/linalg/lu-kernel.ts.

const N = 0, COL_START = 4, COLUMN_ORDER = 8, ROW_OF_STEP = 12, A_STEP = 16, L_START = 20, U_START = 24, L_ROW = 28;
const U_ROW = 32, VALUES = 36, LX = 40, UX = 44, PIVOT = 48, X = 52, RHS = 56;

@inline function int(base: usize, i: i32): i32 { return load<i32>(base + (<usize>i << 2)); }
@inline function at(base: usize, i: i32): usize { return base + (<usize>i << 3); }

/** x_i −= column entries begin … end times factor. */
@inline function scatter(rows: usize, entries: usize, begin: i32, end: i32, x: usize, factor: f64): void {
  let q = rows + (<usize>begin << 2);
  let v = entries + (<usize>begin << 3);
  const stop = rows + (<usize>end << 2);
  while (q < stop) {
    const to = x + (<usize>load<i32>(q) << 3);
    store<f64>(to, load<f64>(to) - load<f64>(v) * factor);
    q += 4;
    v += 8;
  }
}

/** −1 when factored, else the step whose pivot is zero, not finite or too small for its column. */
export function luRefactor(f: usize, growthLimit: f64): i32 {
  const n = load<i32>(f, N);
  const colStart = <usize>load<u32>(f, COL_START), columnOrder = <usize>load<u32>(f, COLUMN_ORDER);
  const aStep = <usize>load<u32>(f, A_STEP), values = <usize>load<u32>(f, VALUES);
  const lStart = <usize>load<u32>(f, L_START), lRow = <usize>load<u32>(f, L_ROW), lx = <usize>load<u32>(f, LX);
  const uStart = <usize>load<u32>(f, U_START), uRow = <usize>load<u32>(f, U_ROW), ux = <usize>load<u32>(f, UX);
  const pivot = <usize>load<u32>(f, PIVOT), x = <usize>load<u32>(f, X);
  for (let k = 0; k < n; k++) {
    const column = int(columnOrder, k);
    const aEnd = int(colStart, column + 1);
    for (let a = int(colStart, column); a < aEnd; a++) {
      const to = at(x, int(aStep, a));
      store<f64>(to, load<f64>(to) + load<f64>(at(values, a)));
    }
    const uEnd = int(uStart, k + 1);
    for (let t = int(uStart, k); t < uEnd; t++) {
      const j = int(uRow, t);
      const u = load<f64>(at(x, j));
      store<f64>(at(x, j), 0);
      store<f64>(at(ux, t), u);
      scatter(lRow, lx, int(lStart, j), int(lStart, j + 1), x, u);
    }
    const d = load<f64>(at(x, k));
    store<f64>(at(x, k), 0);
    const inverse = 1 / d;
    let growth: f64 = 0;
    const lEnd = int(lStart, k + 1);
    for (let p = int(lStart, k); p < lEnd; p++) {
      const from = at(x, int(lRow, p));
      const l = load<f64>(from) * inverse;
      store<f64>(from, 0);
      store<f64>(at(lx, p), l);
      growth = max<f64>(growth, abs<f64>(l));
    }
    if (!(growth <= growthLimit) || !(inverse - inverse == 0) || !(d - d == 0)) return k;
    store<f64>(at(pivot, k), d);
  }
  return -1;
}

/** rhs ← A⁻¹·rhs, through x. */
export function luSolve(f: usize): void {
  const n = load<i32>(f, N);
  const columnOrder = <usize>load<u32>(f, COLUMN_ORDER), rowOfStep = <usize>load<u32>(f, ROW_OF_STEP);
  const lStart = <usize>load<u32>(f, L_START), lRow = <usize>load<u32>(f, L_ROW), lx = <usize>load<u32>(f, LX);
  const uStart = <usize>load<u32>(f, U_START), uRow = <usize>load<u32>(f, U_ROW), ux = <usize>load<u32>(f, UX);
  const pivot = <usize>load<u32>(f, PIVOT), x = <usize>load<u32>(f, X), rhs = <usize>load<u32>(f, RHS);
  for (let k = 0; k < n; k++) store<f64>(at(x, k), load<f64>(at(rhs, int(rowOfStep, k))));
  for (let j = 0; j < n; j++) scatter(lRow, lx, int(lStart, j), int(lStart, j + 1), x, load<f64>(at(x, j)));
  for (let j = n - 1; j >= 0; j--) {
    const xj = load<f64>(at(x, j)) / load<f64>(at(pivot, j));
    store<f64>(at(x, j), 0);
    store<f64>(at(rhs, int(columnOrder, j)), xj);
    scatter(uRow, ux, int(uStart, j), int(uStart, j + 1), x, xj);
  }
}

/** sum − Σ entries begin … end times x. */
@inline function gather(rows: usize, entries: usize, begin: i32, end: i32, x: usize, sum: f64): f64 {
  let q = rows + (<usize>begin << 2);
  let v = entries + (<usize>begin << 3);
  const stop = rows + (<usize>end << 2);
  while (q < stop) {
    sum -= load<f64>(v) * load<f64>(x + (<usize>load<i32>(q) << 3));
    q += 4;
    v += 8;
  }
  return sum;
}

/** rhs ← A⁻ᵀ·rhs, through x. */
export function luSolveTranspose(f: usize): void {
  const n = load<i32>(f, N);
  const columnOrder = <usize>load<u32>(f, COLUMN_ORDER), rowOfStep = <usize>load<u32>(f, ROW_OF_STEP);
  const lStart = <usize>load<u32>(f, L_START), lRow = <usize>load<u32>(f, L_ROW), lx = <usize>load<u32>(f, LX);
  const uStart = <usize>load<u32>(f, U_START), uRow = <usize>load<u32>(f, U_ROW), ux = <usize>load<u32>(f, UX);
  const pivot = <usize>load<u32>(f, PIVOT), x = <usize>load<u32>(f, X), rhs = <usize>load<u32>(f, RHS);
  for (let j = 0; j < n; j++) {
    const sum = gather(uRow, ux, int(uStart, j), int(uStart, j + 1), x, load<f64>(at(rhs, int(columnOrder, j))));
    store<f64>(at(x, j), sum / load<f64>(at(pivot, j)));
  }
  for (let j = n - 1; j >= 0; j--) {
    const sum = gather(lRow, lx, int(lStart, j), int(lStart, j + 1), x, load<f64>(at(x, j)));
    store<f64>(at(x, j), sum);
    store<f64>(at(rhs, int(rowOfStep, j)), sum);
  }
  for (let k = 0; k < n; k++) store<f64>(at(x, k), 0);
}
