/**
 * A little of everything that must come out the same in Node, in a page and in a worker. Uses nothing of its host.
 * @param {(module: string) => Promise<any>} core - imports a module of packages/core/dist
 * @returns kernels that were in use, and numbers by task: `bits` must agree exactly, `values` to rounding, because they
 *   go through exponentials and logarithms, which engines may round differently
 */
export async function solveHere(core) {
  const { fromTriplets } = await core('linalg/sparse.js');
  const { analyseLdlt, LdltFactor } = await core('linalg/ldlt.js');
  const { analyseLu, LuFactor } = await core('linalg/lu.js');
  const { symmetricEigenInto } = await core('linalg/symmetric-eigen.js');
  const { generalEigenInto, generalEigenWork_count } = await core('linalg/general-eigen.js');
  const { matrixExponential } = await core('linalg/matrix-exponential.js');
  const { interiorPoint } = await core('solvers/interior-point/interior-point.js');

  // Numbers without chance and without a library.
  let state = 20261127;
  const next = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };

  // A quasi-definite matrix large enough for WebAssembly: a chain with storage-like links.
  const n = 3000;
  const rows = [];
  const cols = [];
  const entries = [];
  const add = (i, j, v) => {
    rows.push(Math.min(i, j));
    cols.push(Math.max(i, j));
    entries.push(v);
  };
  for (let i = 0; i < n; i++) {
    add(i, i, (i % 3 === 2 ? -1 : 1) * (1 + next()));
    if (i > 0) add(i - 1, i, next() - 0.5);
    if (i > 30) add(i - 1 - Math.floor(30 * next()), i, next() - 0.5);
  }
  const upper = fromTriplets(n, n, rows, cols, entries);
  const b = Float64Array.from({ length: n }, next);
  const ldlt = new LdltFactor(analyseLdlt(upper));
  const outcome = ldlt.factor(upper.values, { dynamicRegularisation: 1e-8 });
  const x = new Float64Array(n);
  const residual = ldlt.solveRefinedInto(b, x, { corrections_max_count: 3 });
  const full = fromTriplets(n, n, [...rows, ...cols], [...cols, ...rows], [...entries, ...entries]);
  const lu = new LuFactor(analyseLu(full));
  lu.factor(full.values);
  const y = b.slice();
  lu.solveInto(y);

  const m = 9;
  const dense = Float64Array.from({ length: m * m }, () => next() - 0.5);
  const re = new Float64Array(m);
  const im = new Float64Array(m);
  const vectors = new Float64Array(m * m);
  generalEigenInto(dense, m, re, im, vectors, new Float64Array(generalEigenWork_count(m)));
  const symmetric = new Float64Array(m);
  symmetricEigenInto(dense, m, symmetric, vectors, new Float64Array(2 * m));

  // min Σ c·x (+ ½·x²) over a chain of stores: a transport problem in 400 variables.
  const steps = 200;
  const links = { rows: [], cols: [], values: [] };
  const link = (row, col, value) => {
    links.rows.push(row);
    links.cols.push(col);
    links.values.push(value);
  };
  for (let t = 0; t < steps; t++) {
    link(t, t, 1);
    link(t, steps + t, -1);
    if (t > 0) link(t, steps + t - 1, 0.98);
  }
  const demand = Float64Array.from({ length: steps }, () => 0.2 + 0.5 * next());
  const programme = {
    cost: Float64Array.from({ length: 2 * steps }, (_, j) => (j < steps ? 0.1 + next() : 0)),
    offset: 0,
    lower: new Float64Array(2 * steps),
    upper: new Float64Array(2 * steps).fill(1),
    rows: fromTriplets(steps, 2 * steps, links.rows, links.cols, links.values),
    rowLower: demand,
    rowUpper: demand,
    columnName: (j) => `x${j}`,
    rowName: (i) => `r${i}`,
  };
  const squares = Array.from({ length: steps }, (_, k) => k);
  const quadratic = fromTriplets(2 * steps, 2 * steps, squares, squares, new Float64Array(steps).fill(1));
  const solver = await interiorPoint().prepare();
  const linear = solver.solve(programme);
  const curved = solver.solve({ ...programme, quadratic });

  return {
    kernel: ldlt.kernel,
    statuses: [outcome.status, linear.status, curved.status],
    bits: {
      ldlt: [...x, residual],
      lu: [...y],
      linear: [...linear.x, linear.objective],
      curved: [...curved.x, curved.objective],
      symmetric: [...symmetric],
    },
    values: { general: [...re, ...im], exponential: [...matrixExponential(dense, m)] },
  };
}
