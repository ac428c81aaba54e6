import type { Solution } from '../../../solvers/contract.ts';
import { valueAt } from '../../affine.ts';
import { type SplitPrices, splitPrices } from '../../price-split.ts';
import type { FeederModel } from '../model.ts';
import type { LinearProblem } from './program.ts';

/**
 * States are w, P, Q of sections and λ; rows the balances, the voltage drops and λ − |G·i|² = const. The reference of a node is the source's
 * conductor of the same number, so that the energy part is the price of the source. A limit of unbalance counts as one of voltages.
 */
export function splitLinearPrices({ wires }: FeederModel, problem: LinearProblem, { x, rowDual, columnDual }: Solution): SplitPrices {
  const { program, P, Q, loss, drops, lossCones, lossVectors, voltageRows } = problem;
  const nN = wires.nodes.length;
  const columns = [...wires.nodes.keys(), ...P.flat(), ...Q.flat(), ...loss.filter((column) => column !== undefined)];
  const stateOf = new Map(columns.map((column, state) => [column, state]));
  const kind = new Uint8Array(program.rowLower.length); // 0: a limit
  const rowOf = new Int32Array(program.rowLower.length).fill(-1);
  for (let row = 0; row < 2 * nN; row++) rowOf[row] = row;
  drops.forEach((row, k) => (rowOf[row] = 2 * nN + k));
  for (const row of voltageRows) kind[row] = 2;
  let cone = 0;
  lossVectors.forEach((vector, s) => {
    if (loss[s] !== undefined) kind.fill(1, lossCones[cone], lossCones[cone++] + 2 * vector.length + 2);
  });

  const [rows, states, values]: [number[], number[], number[]] = [[], [], []];
  const add = (row: number, column: number, value: number): void => {
    const state = stateOf.get(column);
    if (state === undefined || value === 0) return;
    rows.push(row);
    states.push(state);
    values.push(value);
  };
  const congestion = new Float64Array(columns.length);
  const voltage = new Float64Array(columns.length);
  const { colStart, rowIndex, values: entries } = program.rows;
  columns.forEach((j, state) => {
    for (let k = colStart[j]; k < colStart[j + 1]; k++) {
      const row = rowIndex[k];
      // In a Program prices are +y on rows that generation raises: e = −A·x.
      if (rowOf[row] >= 0) add(rowOf[row], j, -entries[k]);
      else if (kind[row] === 0) congestion[state] -= entries[k] * rowDual[row];
      else if (kind[row] === 2) voltage[state] -= entries[k] * rowDual[row];
    }
    if (j < nN) voltage[state] -= columnDual[j];
  });
  let row = 2 * nN + drops.length;
  lossVectors.forEach((vector, s) => {
    const column = loss[s];
    if (column === undefined) return;
    add(row, column, 1);
    for (const part of vector.flatMap(({ re, im }) => [re, im])) {
      const value = valueAt(part, x);
      part.columns.forEach((each, k) => add(row, each, -2 * value * part.values[k]));
    }
    row++;
  });
  const roots = [...wires.rootVoltage.keys()];
  const rootOf = (conductor: number): number =>
    Math.max(
      0,
      roots.findIndex((root) => wires.nodes[root].conductor === conductor),
    );
  return splitPrices({
    rows_count: row,
    states_count: columns.length,
    rows,
    states,
    values,
    references: roots,
    heldStates: roots,
    referenceOf: Int32Array.from(wires.nodes, ({ conductor }) => rootOf(conductor)),
    price: rowDual.subarray(0, nN),
    reactivePrice: rowDual.subarray(nN, 2 * nN),
    congestion,
    voltage,
  });
}
