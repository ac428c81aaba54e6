import { mul, sum } from '../problem/affine.ts';
import { type Family, Model } from '../problem/model.ts';
import { budgetsOf, type UncertaintySet } from '../uncertainty/uncertainty-set.ts';

/** A model of the coordinates of a set, with nothing else in it yet. */
export function within(set: UncertaintySet): { readonly model: Model; readonly v: Family } {
  const model = new Model();
  const v = model.variables('v', [set.lower.length], { lower: (j) => set.lower[j], upper: (j) => set.upper[j] });
  budgetsOf(set).forEach((budget, i) => {
    model.atMost(`budget ${i}`, sum(...budget.map(({ at, value }) => mul(value, v(at)))), set.limit[i]);
  });
  return { model, v };
}
