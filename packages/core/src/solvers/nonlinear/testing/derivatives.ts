import type { NonlinearProgram } from '../program.ts';

/** Largest deviations of the given derivatives from central differences, relative to 1 + the largest entry. */
export function derivativeErrors(
  program: NonlinearProgram,
  x: Float64Array,
  y: Float64Array,
  lambda: Float64Array,
  step = 1e-6,
): { readonly gradient: number; readonly jacobian: number; readonly hessian: number } {
  const { variables_count: n, equalities_count: mE, inequalities_count: mI } = program;
  const at = (point: Float64Array) => {
    const gradient = new Float64Array(n);
    const jg = new Float64Array(program.equalityPlaces.row.length);
    const jh = new Float64Array(program.inequalityPlaces.row.length);
    const g = new Float64Array(mE);
    const h = new Float64Array(mI);
    const f = program.functionsInto(point, g, h);
    program.derivativesInto(point, gradient, jg, jh);
    const rows = new Float64Array((mE + mI) * n);
    jg.forEach((value, k) => {
      rows[program.equalityPlaces.row[k] * n + program.equalityPlaces.column[k]] += value;
    });
    jh.forEach((value, k) => {
      rows[(mE + program.inequalityPlaces.row[k]) * n + program.inequalityPlaces.column[k]] += value;
    });
    const slope = Float64Array.from(gradient);
    for (let i = 0; i < mE; i++) for (let j = 0; j < n; j++) slope[j] += y[i] * rows[i * n + j];
    for (let i = 0; i < mI; i++) for (let j = 0; j < n; j++) slope[j] += lambda[i] * rows[(mE + i) * n + j];
    return { f, values: Float64Array.of(...g, ...h), gradient, rows, slope };
  };
  const here = at(x);
  const full = new Float64Array(n * n);
  const entries = new Float64Array(program.hessianPlaces.row.length);
  program.hessianInto(x, 1, y, lambda, entries);
  entries.forEach((value, k) => {
    const [i, j] = [program.hessianPlaces.row[k], program.hessianPlaces.column[k]];
    full[i * n + j] += value;
    if (i !== j) full[j * n + i] += value;
  });
  const worst = { gradient: 0, jacobian: 0, hessian: 0 };
  const size = (values: Float64Array): number => 1 + values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const sizes = { gradient: size(here.gradient), jacobian: size(here.rows), hessian: size(full) };
  for (let j = 0; j < n; j++) {
    const moved = (by: number) => {
      const point = x.slice();
      point[j] += by;
      return at(point);
    };
    const [up, down] = [moved(step), moved(-step)];
    const difference = (a: number, b: number): number => (a - b) / (2 * step);
    worst.gradient = Math.max(worst.gradient, Math.abs(difference(up.f, down.f) - here.gradient[j]) / sizes.gradient);
    for (let i = 0; i < mE + mI; i++) {
      worst.jacobian = Math.max(worst.jacobian, Math.abs(difference(up.values[i], down.values[i]) - here.rows[i * n + j]) / sizes.jacobian);
    }
    for (let i = 0; i < n; i++) {
      worst.hessian = Math.max(worst.hessian, Math.abs(difference(up.slope[i], down.slope[i]) - full[i * n + j]) / sizes.hessian);
    }
  }
  return worst;
}
