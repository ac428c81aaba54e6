import { type Affine, mul, sum, type Variable } from '../../problem/affine.ts';
import type { Model } from '../../problem/model.ts';
import { budgetsOf } from '../../uncertainty/uncertainty-set.ts';
import type { DualRecourse } from './dual-recourse.ts';

/**
 * Adds the largest of worthᵀv over a polyhedron with any corners. For given multipliers the best v solves a linear programme, and that one
 * is replaced by its own optimality conditions, whose products are complementary:
 *
 *   max_v worthᵀv = limitᵀλ + upperᵀμ − lowerᵀν,     Fᵀλ + μ − ν = worth,
 *   λ_i > 0 only where a budget is active, μ_j and ν_j only where v_j is at its bound:  one binary each.
 *
 * So there are as many binaries as sides of the set, however large the recourse is. Slacks are bounded by the set, λ, μ, ν by `strength`.
 * @source Zeng, Zhao, Solving two-stage robust optimization problems using a column-and-constraint generation method, OR Letters 41 (2013),
 * section 3.2, with the conditions of the outcome's programme instead of those of the recourse
 */
export function addConditions({ model, set, worth, strength }: DualRecourse): void {
  const { lower, upper, rows, limit } = set;
  const v = [...lower.keys()].map((j) => model.variable(`v ${j}`, { lower: lower[j], upper: upper[j] }));
  const budgets = budgetsOf(set);
  const lambdaMost = budgets.map(
    (row) => budgets.length * row.reduce((most, { at, value }) => Math.max(most, strength[at] / Math.abs(value)), 0),
  );
  const lambda = budgets.map((row, i) => {
    const least = row.reduce((total, { at, value }) => total + Math.min(value * lower[at], value * upper[at]), 0);
    const variable = model.variable(`λ ${i}`, { lower: 0, upper: lambdaMost[i] });
    const slack = sum(limit[i], ...row.map(({ at, value }) => mul(-value, v[at])));
    model.atLeast(`budget ${i} kept`, slack, 0);
    complementary(model, `budget ${i}`, variable, lambdaMost[i], slack, limit[i] - least);
    model.cost(mul(-limit[i], variable));
    return variable;
  });
  for (let j = 0; j < v.length; j++) {
    const parts: Affine[] = [worth[j]];
    let most = strength[j];
    for (let p = rows.colStart[j]; p < rows.colStart[j + 1]; p++) {
      parts.push(mul(-rows.values[p], lambda[rows.rowIndex[p]]));
      most += Math.abs(rows.values[p]) * lambdaMost[rows.rowIndex[p]];
    }
    const width = upper[j] - lower[j];
    const mu = model.variable(`μ ${j}`, { lower: 0, upper: most });
    const nu = model.variable(`ν ${j}`, { lower: 0, upper: most });
    if (width > 0) {
      complementary(model, `top ${j}`, mu, most, sum(upper[j], mul(-1, v[j])), width);
      complementary(model, `bottom ${j}`, nu, most, sum(v[j], -lower[j]), width);
    }
    model.equal(`outcome ${j}`, sum(...parts, mul(-1, mu), nu), 0);
    model.cost(sum(mul(-upper[j], mu), mul(lower[j], nu)));
  }
}

/** multiplier ≤ most·on,  slack ≤ width·(1 − on) */
function complementary(model: Model, name: string, multiplier: Variable, most: number, slack: Affine, width: number): void {
  const on = model.variable(`on ${name}`, { lower: 0, upper: 1, whole: true });
  model.atMost(`${name} multiplier`, multiplier, mul(most, on));
  model.atMost(`${name} slack`, sum(slack, mul(width, on)), width);
}
