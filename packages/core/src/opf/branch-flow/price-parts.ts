import type { Solution } from '../../solvers/contract.ts';
import { valueAt } from '../affine.ts';
import type { OpfModel } from '../model.ts';
import { forestOf } from '../pairs.ts';
import { type SplitPrices, splitPrices } from '../price-split.ts';
import type { BranchFlowProblem } from './program.ts';

/**
 * States are w, P, Q, ℓ and angles; rows the balances, Ohm's law, the cones as the equations ℓ·u − P² − Q² = const, and
 * θ_f − θ_t = arg W + const on every pair. The last make the system square: they keep around each loop what the relaxation found there, bind
 * nothing in it (its angles have no multiplier) and make the sensitivities those of AC where the point is one.
 */
export function splitBranchFlowPrices(model: OpfModel, problem: BranchFlowProblem, { x, rowDual, columnDual }: Solution): SplitPrices {
  const { program, isRelaxed, pairs, branches, rows: of } = problem;
  const nB = model.busOf.length;
  const angle0 = nB + branches.reduce((sum, { l }) => sum + (l === undefined ? 2 : 3), 0);
  const states_count = angle0 + nB;
  const rowOf = new Int32Array(program.rowLower.length).fill(-1);
  for (let i = 0; i < of.balances_count; i++) rowOf[i] = i;
  of.wires.forEach((row, k) => {
    rowOf[row] = of.balances_count + k;
  });
  const isCone = new Uint8Array(program.rowLower.length);
  for (const first of of.cones) isCone.fill(1, first, first + 4);

  const [rows, states, values]: [number[], number[], number[]] = [[], [], []];
  const add = (row: number, state: number, value: number): void => {
    rows.push(row);
    states.push(state);
    values.push(value);
  };
  const congestion = new Float64Array(states_count);
  const voltage = new Float64Array(states_count);
  const { colStart, rowIndex, values: entries } = program.rows;
  for (let j = 0; j < angle0; j++) {
    for (let k = colStart[j]; k < colStart[j + 1]; k++) {
      const row = rowIndex[k];
      // In a Program prices are +y on rows that generation raises: e = −A·x.
      if (rowOf[row] >= 0) add(rowOf[row], j, -entries[k]);
      else if (!isCone[row]) congestion[j] -= entries[k] * rowDual[row];
    }
    if (j < nB) voltage[j] = -columnDual[j];
  }
  let row = of.balances_count + of.wires.length;
  for (const { u, P, Q, l } of isRelaxed ? pairs.map(({ branches: [lead] }) => branches[lead]) : branches) {
    if (l === undefined) continue;
    if (isRelaxed) {
      u.columns.forEach((column, k) => {
        add(row, column, x[l] * u.values[k]);
      });
    }
    add(row, l, isRelaxed ? valueAt(u, x) : 1);
    add(row, P, -2 * x[P]);
    add(row, Q, -2 * x[Q]);
    row++;
  }
  for (const { from, to, branches: own } of pairs) {
    const { real, imag } = branches[own[0]];
    const [re, im] = [valueAt(real, x), valueAt(imag, x)];
    const perSize2 = re === 0 && im === 0 ? 0 : 1 / (re * re + im * im);
    add(row, angle0 + from, 1);
    add(row, angle0 + to, -1);
    imag.columns.forEach((column, k) => {
      add(row, column, -re * imag.values[k] * perSize2);
    });
    real.columns.forEach((column, k) => {
      add(row, column, im * real.values[k] * perSize2);
    });
    row++;
  }
  const { roots, rootOf } = forestOf(model, pairs);
  return splitPrices({
    rows_count: row,
    states_count,
    rows,
    states,
    values,
    references: roots,
    heldStates: roots.flatMap((b) => [b, angle0 + b]),
    referenceOf: rootOf,
    price: rowDual.subarray(0, nB),
    reactivePrice: rowDual.subarray(nB, 2 * nB),
    congestion,
    voltage,
  });
}
