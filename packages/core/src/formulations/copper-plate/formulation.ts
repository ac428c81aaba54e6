import { type Expression, mul, sum } from '../../problem/affine.ts';
import { type Family, Model } from '../../problem/model.ts';
import type { FormulatedNetwork, Formulation, Wires } from '../contract.ts';
import { groundOf } from '../ground.ts';

/** Wires without limits or losses: everything that is injected is somewhere consumed. */
export const copperPlate: Formulation = {
  name: 'copper-plate',
  title: 'No wires: one balance of active and one of reactive power',
  offers: ['p', 'q'],
  usesBase: true,
  build,
};

function build(wires: Wires): FormulatedNetwork {
  const { network, grid, connected } = wires;
  const nT = grid.steps_count;
  const nB = network.buses.length;
  const nC = connected.length;
  const slack = connected.indexOf(wires.slack);
  const fixed = { p_kW: new Float64Array(nT), q_kvar: new Float64Array(nT) };
  const ground = groundOf(network);
  for (let t = 0; t < nT; t++) {
    fixed.p_kW[t] -= wires.base?.loss_kW[t] ?? 0;
    fixed.q_kvar[t] -= wires.base?.loss_kvar[t] ?? 0;
    for (let b = 0; b < nB; b++) {
      fixed.p_kW[t] += wires.p_fixed_kW[t * nB + b] + ground.p_kW[b];
      fixed.q_kvar[t] += wires.q_fixed_kvar[t * nB + b] + ground.q_kvar[b];
    }
  }
  const m = new Model('wires');
  const bus = (k: number): string => network.buses[connected[k]].id;
  const port = (unit: string): Family =>
    m.variables((k, t) => `connection_${unit} at bus ${bus(k)}[${t}]`, [nC, nT], {
      lower: (k) => -wires.s_connected_kVA[k],
      upper: (k) => wires.s_connected_kVA[k],
    });
  const p = port('kW');
  const q = port('kvar');
  // −Σ delivered = −fixed injection; with this sign the row's dual over dt is the price.
  const delivered = (of: Family, t: number): Expression => sum(...connected.map((_, k) => mul(-1, of(k, t))));
  const balanceRow = new Int32Array(nB * nT);
  for (let t = 0; t < nT; t++) {
    const active = m.equal(() => `balance_kW[${t}]`, delivered(p, t), -fixed.p_kW[t]);
    m.equal(() => `balance_kvar[${t}]`, delivered(q, t), -fixed.q_kvar[t]);
    for (let b = 0; b < nB; b++) balanceRow[b * nT + t] = active.rows[0];
  }
  const series = (of: Family, k: number): Expression[] => Array.from({ length: nT }, (_, t) => of(k, t));
  const block = m.block(
    connected.flatMap((_, k) => [
      { name: `p at ${bus(k)}`, unit: 'kW', of: series(p, k) },
      { name: `q at ${bus(k)}`, unit: 'kvar', of: series(q, k) },
    ]),
  );
  return {
    block,
    balanceRow,
    complete(values) {
      const all = Float64Array.from(values);
      for (let t = 0; t < nT; t++) {
        for (let c = 0; c < 2; c++) {
          let rest = c === 0 ? fixed.p_kW[t] : fixed.q_kvar[t];
          for (let k = 0; k < nC; k++) if (k !== slack) rest -= values[(2 * k + c) * nT + t];
          all[(2 * slack + c) * nT + t] = rest;
        }
      }
      return all;
    },
    cost: () => 0,
    read: () => ({
      v_pu: new Float64Array(nT * nB).fill(wires.v_slack_pu),
      p_branch_kW: new Float64Array(nT * network.branches.length),
      q_branch_kvar: new Float64Array(nT * network.branches.length),
      loss_kW: wires.base ? Float64Array.from(wires.base.loss_kW) : new Float64Array(nT),
    }),
  };
}
