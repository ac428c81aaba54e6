import { InputError } from '../base/errors.ts';
import { type Affine, mul, sum } from '../problem/affine.ts';
import type { ReadySolver } from '../solvers/contract.ts';
import type { UncertaintySet } from '../uncertainty/uncertainty-set.ts';
import { within } from './within.ts';

/**
 * Coordinates of the outcome of a set that is nearest to the forecast, by the sum of distances.
 * @throws {InputError} SET_EMPTY where no outcome keeps all budgets at once
 */
export function nearestOutcome(set: UncertaintySet, forecast: Float64Array, solver: ReadySolver): Float64Array {
  const { model, v } = within(set);
  const distance = [...forecast.keys()].map((j) => model.variable(`distance ${j}`));
  const u: Affine[] = [...set.offset].map((value) => sum(value));
  for (let k = 0; k < v.variables.length; k++) {
    for (let p = set.map.colStart[k]; p < set.map.colStart[k + 1]; p++)
      u[set.map.rowIndex[p]] = sum(u[set.map.rowIndex[p]], mul(set.map.values[p], v(k)));
  }
  distance.forEach((variable, j) => {
    model.atLeast(`above ${j}`, variable, sum(u[j], -forecast[j]));
    model.atLeast(`below ${j}`, variable, sum(forecast[j], mul(-1, u[j])));
  });
  model.cost(sum(...distance));
  const solution = solver.solve(model.build());
  if (solution.status === 'infeasible') {
    throw new InputError({
      code: 'SET_EMPTY',
      message: `No outcome keeps all ${set.limit.length} budgets of an uncertainty set at once`,
      hint: 'Widen a budget, or the bounds of the symbols that it weighs.',
    });
  }
  return model.read(solution).values(v);
}
