import type { NonlinearCertificate, NonlinearPoint, NonlinearProgram } from './program.ts';

/**
 * Optimality conditions recomputed from the program itself. A multiplier whose limit does not exist counts as dual residual.
 * @cost one evaluation of functions and derivatives
 */
export function certify(program: NonlinearProgram, at: NonlinearPoint): NonlinearCertificate & { readonly objective: number } {
  const { variables_count: n, equalities_count: mE, inequalities_count: mI } = program;
  const { x, equalityDual: y, inequalityDual: lambda, boundDual: z } = at;
  const g = new Float64Array(mE);
  const h = new Float64Array(mI);
  const gradient = new Float64Array(n);
  const jg = new Float64Array(program.equalityPlaces.row.length);
  const jh = new Float64Array(program.inequalityPlaces.row.length);
  const objective = program.functionsInto(x, g, h);
  program.derivativesInto(x, gradient, jg, jh);

  let primal = 0;
  for (const value of g) primal = Math.max(primal, Math.abs(value));
  let gap = 0;
  let dual = 0;
  const judge = (value: number, lower: number, upper: number, atLower: number): void => {
    primal = Math.max(primal, lower - value, value - upper);
    const distance = atLower > 0 ? value - lower : upper - value;
    if (atLower === 0 || upper === lower) return;
    if (Number.isFinite(distance)) gap += Math.abs(atLower * distance);
    else dual = Math.max(dual, Math.abs(atLower));
  };
  for (let j = 0; j < n; j++) judge(x[j], program.lower[j], program.upper[j], z[j]);
  for (let i = 0; i < mI; i++) judge(h[i], program.rangeLower[i], program.rangeUpper[i], -lambda[i]);

  let largest = 0;
  const sum = gradient.slice();
  for (const value of gradient) largest = Math.max(largest, Math.abs(value));
  const add = (column: number, value: number): void => {
    sum[column] += value;
    largest = Math.max(largest, Math.abs(value));
  };
  for (let k = 0; k < jg.length; k++) add(program.equalityPlaces.column[k], jg[k] * y[program.equalityPlaces.row[k]]);
  for (let k = 0; k < jh.length; k++) add(program.inequalityPlaces.column[k], jh[k] * lambda[program.inequalityPlaces.row[k]]);
  for (let j = 0; j < n; j++) dual = Math.max(dual, Math.abs(sum[j] - z[j]));
  return { objective, primalResidual: primal, dualResidual: dual / (1 + largest), gap: gap / (1 + Math.abs(objective)) };
}
