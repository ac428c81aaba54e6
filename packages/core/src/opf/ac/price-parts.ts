import type { NonlinearProgram, NonlinearSolution } from '../../solvers/nonlinear/program.ts';
import type { AcLayout } from '../ac-problem.ts';
import type { OpfModel } from '../model.ts';
import { forestOf, pairsOf } from '../pairs.ts';
import { type SplitPrices, splitPrices } from '../price-split.ts';

/** States are the angles and voltages, rows the balances. An angle that a second reference of an island holds counts as congestion. */
export function splitAcPrices(
  model: OpfModel,
  problem: NonlinearProgram & { readonly layout: AcLayout },
  { x, equalityDual, inequalityDual, boundDual }: NonlinearSolution,
): SplitPrices {
  const nB = model.busOf.length;
  const { theta, v } = problem.layout;
  const { equalityPlaces, inequalityPlaces } = problem;
  const jacobianG = new Float64Array(equalityPlaces.row.length);
  const jacobianH = new Float64Array(inequalityPlaces.row.length);
  problem.derivativesInto(x, new Float64Array(problem.variables_count), jacobianG, jacobianH);
  const stateOf = (column: number): number => {
    if (column >= theta && column < theta + nB) return column - theta;
    return column >= v && column < v + nB ? column - v + nB : -1;
  };

  const [rows, states, values]: [number[], number[], number[]] = [[], [], []];
  equalityPlaces.column.forEach((column, k) => {
    if (stateOf(column) < 0) return;
    rows.push(equalityPlaces.row[k]);
    states.push(stateOf(column));
    values.push(jacobianG[k]);
  });
  const congestion = new Float64Array(2 * nB);
  const voltage = new Float64Array(2 * nB);
  inequalityPlaces.column.forEach((column, k) => {
    if (stateOf(column) >= 0) congestion[stateOf(column)] += jacobianH[k] * inequalityDual[inequalityPlaces.row[k]];
  });
  for (let b = 0; b < nB; b++) {
    if (!Number.isNaN(model.reference[b])) congestion[b] -= boundDual[theta + b];
    voltage[nB + b] -= boundDual[v + b];
  }
  const { roots, rootOf } = forestOf(model, pairsOf(model));
  return splitPrices({
    rows_count: 2 * nB,
    states_count: 2 * nB,
    rows,
    states,
    values,
    references: roots,
    heldStates: roots.flatMap((b) => [b, nB + b]),
    referenceOf: rootOf,
    price: equalityDual.subarray(0, nB),
    reactivePrice: equalityDual.subarray(nB, 2 * nB),
    congestion,
    voltage,
  });
}
