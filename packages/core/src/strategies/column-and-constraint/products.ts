import { mul, sum } from '../../problem/affine.ts';
import { budgetsOf, type UncertaintySet } from '../../uncertainty/uncertainty-set.ts';
import type { DualRecourse } from './dual-recourse.ts';

/**
 * Whether all corners of a set have every coordinate at one of two neighbouring whole numbers: widths of 1 from whole bounds, and budgets that
 * count (weights of one size, a whole limit) over groups that contain one another or do not meet. Such a matrix is totally unimodular.
 * @source Edmonds, Giles, A min-max relation for submodular functions on graphs, Ann. Discrete Math. 1 (1977): laminar families
 */
export function hasWholeCorners(set: UncertaintySet): boolean {
  const { lower, upper, limit } = set;
  if (lower.some((low, j) => !Number.isInteger(low) || (upper[j] !== low && upper[j] !== low + 1))) return false;
  const groups = budgetsOf(set).map((budget, i) => {
    const size = Math.abs(budget[0]?.value ?? 1);
    const alike = budget.every(({ value }) => value === budget[0].value);
    return { members: new Set(budget.map(({ at }) => at)), whole: alike && Number.isInteger(limit[i] / size) };
  });
  const laminar = groups.every((one, i) =>
    groups.slice(0, i).every((other) => {
      const shared = [...one.members].filter((at) => other.members.has(at)).length;
      return shared === 0 || shared === one.members.size || shared === other.members.size;
    }),
  );
  return laminar && groups.every(({ whole }) => whole);
}

/**
 * Adds the largest of worthᵀv over a set whose corners are whole (`hasWholeCorners`), with one binary per coordinate that matters:
 *
 *   w_j ≤ strength_j·b_j,   w_j ≤ worth_j + strength_j·(1 − b_j),   v_j = lower_j + b_j      so that w_j = worth_j·b_j at the maximum
 */
export function addProducts({ model, set, worth, strength }: DualRecourse): void {
  const { lower, upper, limit } = set;
  const b = [...lower.keys()].map((j) => {
    const matters = strength[j] > 0 && upper[j] > lower[j];
    const chosen = model.variable(`b ${j}`, { lower: 0, upper: upper[j] - lower[j], whole: matters });
    if (matters) {
      const product = model.variable(`w ${j}`, { lower: -strength[j], upper: strength[j] });
      model.atMost(`w ${j} off`, product, mul(strength[j], chosen));
      model.atMost(`w ${j} on`, sum(product, mul(strength[j], chosen)), sum(worth[j], strength[j]));
      model.cost(mul(-1, product));
    }
    model.cost(mul(-lower[j], worth[j]));
    return chosen;
  });
  budgetsOf(set).forEach((budget, i) => {
    model.atMost(`budget ${i}`, sum(...budget.map(({ at, value }) => mul(value, sum(b[at], lower[at])))), limit[i]);
  });
}
