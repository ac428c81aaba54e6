import { type Expression, sum } from '../problem/affine.ts';
import { type Constraint, Model } from '../problem/model.ts';
import type { Program } from '../problem/program.ts';
import type { CohortProblem } from './problem.ts';

/** The same problem as one programme, for solvers that hold it whole. Row of net n and step t: balance[n·T + t], −1 at an empty net. */
export interface CentralCohorts {
  readonly program: Program;
  readonly balance: Int32Array;
}

/**
 * From the laws that the forms declare, not from their proximal operators: what comes out is an independent oracle.
 *
 * With Σ p = 0 as row, the dual of a row is the increase of the cost per kW that has to be there in excess over the step, so the price in currency per
 * kWh is dual/dt.
 */
export function centralProgram(problem: CohortProblem): CentralCohorts {
  const { steps_count: T, nets_count, netStart, netTerminals } = problem;
  const model = new Model();
  const terminals: (readonly Expression[])[] = [];
  for (const { name, form, values, devices_count } of problem.cohorts) {
    for (let i = 0; i < devices_count; i++) terminals.push(...form.declare(model, `${name} ${i}.`, values, i, problem));
  }
  const balance = new Int32Array(nets_count * T).fill(-1);
  for (let n = 0; n < nets_count; n++) {
    if (netStart[n] === netStart[n + 1]) continue;
    const here = Array.from(netTerminals.subarray(netStart[n], netStart[n + 1]), (j) => terminals[j]);
    for (let t = 0; t < T; t++) {
      const row: Constraint = model.equal(() => `balance[${n},${t}]`, sum(...here.map((of) => of[t])), 0);
      balance[n * T + t] = row.rows[0];
    }
  }
  return { program: model.build(), balance };
}
