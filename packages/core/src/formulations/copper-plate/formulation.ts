import { SparseBuilder } from '../../linalg/sparse.ts';
import { type Block, BlockBuilder, type Port } from '../../problem/block.ts';
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
  const builder = new BlockBuilder();
  const columns = Array.from({ length: 2 * nC }, () => new Int32Array(nT));
  const balanceRow = new Int32Array(nB * nT);
  for (let t = 0; t < nT; t++) {
    const rows = [
      builder.row(-fixed.p_kW[t], -fixed.p_kW[t], () => `wires.balance_kW[${t}]`),
      builder.row(-fixed.q_kvar[t], -fixed.q_kvar[t], () => `wires.balance_kvar[${t}]`),
    ];
    for (let k = 0; k < 2 * nC; k++) {
      const s = wires.s_connected_kVA[k >> 1];
      const unit = k % 2 === 0 ? 'kW' : 'kvar';
      columns[k][t] = builder.column(-s, s, () => `wires.connection_${unit} at bus ${network.buses[connected[k >> 1]].id}[${t}]`);
      // −Σ delivered = −fixed injection; with this sign the row's dual over dt is the price.
      builder.entry(rows[k % 2], columns[k][t], -1);
    }
    for (let b = 0; b < nB; b++) balanceRow[b * nT + t] = rows[0];
  }
  const width = builder.lower.length;
  const ports: Port[] = columns.map((own, k) => {
    const map = new SparseBuilder();
    own.forEach((j, t) => map.add(t, j, 1));
    const bus = network.buses[connected[k >> 1]].id;
    return {
      name: `${k % 2 === 0 ? 'p' : 'q'} at ${bus}`,
      unit: k % 2 === 0 ? 'kW' : 'kvar',
      map: map.build(nT, width),
      offset: new Float64Array(nT),
    };
  });
  const block: Block = { name: 'wires', program: builder.program(), ports, trajectories: [], relaxed: [] };
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
