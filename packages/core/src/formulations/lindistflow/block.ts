import { SparseBuilder } from '../../linalg/sparse.ts';
import { type Block, BlockBuilder, type Port } from '../../problem/block.ts';
import { insideCircle } from '../../problem/bridges/capability.ts';
import { sizesOf } from '../sizes.ts';
import type { Feeder } from './state.ts';

/**
 * Linearised branch flow in squared voltages:
 *
 *   P_i = Σ P_child + port_i − fixed_i,   v²_i = κ·v²_up − δ·2(r·P_i + x·Q_i)/S,   v_min² ≤ v² ≤ v_max²,   P² + Q² ≤ s_max²
 *
 * with losses r·(P² + Q²)/S priced in the objective, counted from the flows of the fixed injections.
 * @unit kW, kvar; v²: kVA, pu times the size of the feeder's powers, so that all variables are of one size
 * @source Baran, Wu (1989), Network reconfiguration in distribution systems, IEEE Trans. Power Delivery 4(2), eq. 5
 */
export function lindistflowBlock(feeder: Feeder): { readonly block: Block; readonly balanceRow: Int32Array } {
  const { wires, tree, fixed, reference_kW, v2_correction_pu } = feeder;
  const { network, grid, connected } = wires;
  const nT = grid.steps_count;
  const nB = network.buses.length;
  const S = network.s_base_kVA;
  const B = sizesOf(wires, tree)[0];
  const build = new BlockBuilder();
  const balanceRow = new Int32Array(nB * nT).fill(-1);
  const p = Array.from({ length: connected.length }, () => new Int32Array(nT));
  const q = Array.from({ length: connected.length }, () => new Int32Array(nT));
  const correct = (i: number, t: number): number => v2_correction_pu[t * tree.size + i];

  for (let t = 0; t < nT; t++) {
    const id = (i: number): string => network.buses[tree.bus[i]].id;
    const branchId = (i: number): string => network.branches[tree.branch[i]].id;
    const flowP = new Int32Array(tree.size).fill(-1);
    const flowQ = new Int32Array(tree.size).fill(-1);
    const v2 = new Int32Array(tree.size).fill(-1);
    for (let i = 1; i < tree.size; i++) {
      const bus = network.buses[tree.bus[i]];
      flowP[i] = build.column(-Infinity, Infinity, () => `wires.flow_kW ${branchId(i)}[${t}]`);
      flowQ[i] = build.column(-Infinity, Infinity, () => `wires.flow_kvar ${branchId(i)}[${t}]`);
      v2[i] = build.column(B * bus.v_min_pu ** 2, B * bus.v_max_pu ** 2, () => `wires.voltage at bus ${id(i)}[${t}]`);
    }
    connected.forEach((bus, k) => {
      const s = wires.s_connected_kVA[k];
      p[k][t] = build.column(-s, s, () => `wires.connection_kW at bus ${network.buses[bus].id}[${t}]`);
      q[k][t] = build.column(-s, s, () => `wires.connection_kvar at bus ${network.buses[bus].id}[${t}]`);
    });

    // Balance at every bus: what comes down, minus what goes on, minus what is delivered, equals minus what is fixed.
    const balanceP = new Int32Array(tree.size);
    const balanceQ = new Int32Array(tree.size);
    for (let i = 0; i < tree.size; i++) {
      const rightP = -fixed.p_kW[t * tree.size + i];
      const rightQ = -fixed.q_kvar[t * tree.size + i];
      balanceP[i] = build.row(rightP, rightP, () => `wires.balance_kW at bus ${id(i)}[${t}]`);
      balanceQ[i] = build.row(rightQ, rightQ, () => `wires.balance_kvar at bus ${id(i)}[${t}]`);
      balanceRow[tree.bus[i] * nT + t] = balanceP[i];
    }
    for (let i = 1; i < tree.size; i++) {
      const up = tree.parent[i];
      build.entry(balanceP[i], flowP[i], 1);
      build.entry(balanceP[up], flowP[i], -1);
      build.entry(balanceQ[i], flowQ[i], 1);
      build.entry(balanceQ[up], flowQ[i], -1);

      const fromSlack = up === 0 ? tree.kappa[i] * wires.v_slack_pu ** 2 : 0;
      const right = B * (fromSlack + correct(i, t) - tree.kappa[i] * correct(up, t));
      const drop = build.row(right, right, () => `wires.voltage drop ${branchId(i)}[${t}]`);
      build.entry(drop, v2[i], 1);
      if (up !== 0) build.entry(drop, v2[up], -tree.kappa[i]);
      build.entry(drop, flowP[i], (2 * B * tree.delta[i] * tree.r_pu[i]) / S);
      build.entry(drop, flowQ[i], (2 * B * tree.delta[i] * tree.x_pu[i]) / S);

      if (Number.isFinite(tree.s_max_kVA[i])) {
        for (const side of insideCircle(tree.s_max_kVA[i])) {
          const row = build.row(-Infinity, side.limit, () => `wires.rating of branch ${branchId(i)}[${t}]`);
          build.entry(row, flowP[i], side.p);
          build.entry(row, flowQ[i], side.q);
        }
      }
      const weight = (wires.lossPrice_cur_per_kWh[t] * grid.dt_h * tree.r_pu[i] * tree.delta[i]) / S;
      build.square(weight, [flowP[i]], [1], 0);
      build.square(weight, [flowQ[i]], [1], 0);
    }
    connected.forEach((bus, k) => {
      build.entry(balanceP[tree.position[bus]], p[k][t], -1);
      build.entry(balanceQ[tree.position[bus]], q[k][t], -1);
    });
    build.offset -= wires.lossPrice_cur_per_kWh[t] * grid.dt_h * reference_kW[t];
  }

  const width = build.lower.length;
  const port = (name: string, unit: Port['unit'], columns: Int32Array): Port => {
    const map = new SparseBuilder();
    columns.forEach((j, t) => map.add(t, j, 1));
    return { name, unit, map: map.build(nT, width), offset: new Float64Array(nT) };
  };
  const block: Block = {
    name: 'wires',
    program: build.program(),
    ports: connected.flatMap((bus, k) => [
      port(`p at ${network.buses[bus].id}`, 'kW', p[k]),
      port(`q at ${network.buses[bus].id}`, 'kvar', q[k]),
    ]),
    trajectories: [],
    relaxed: [],
  };
  return { block, balanceRow };
}
