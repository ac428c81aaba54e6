import { type Affine, type Expression, mul, sum } from '../../problem/affine.ts';
import type { Block } from '../../problem/block.ts';
import { insideCircle } from '../../problem/bridges/capability.ts';
import { type Constraint, type Family, Model } from '../../problem/model.ts';
import { sizesOf } from '../sizes.ts';
import { portsAt } from '../tree.ts';
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
  const portAt = portsAt(wires, tree);
  const busId = (i: number): string => network.buses[tree.bus[i]].id;
  const branchId = (i: number): string => network.branches[tree.branch[i]].id;
  const square = (v_pu: number): number => B * v_pu ** 2;

  // Position i > 0 of the tree is member i − 1 of these families: at the root the voltage is given, and nothing comes from above.
  const m = new Model('wires');
  const nodes = [tree.size - 1, nT];
  const P = m.variables((k, t) => `flow_kW ${branchId(k + 1)}[${t}]`, nodes);
  const Q = m.variables((k, t) => `flow_kvar ${branchId(k + 1)}[${t}]`, nodes);
  const v2 = m.variables((k, t) => `voltage at bus ${busId(k + 1)}[${t}]`, nodes, {
    lower: (k) => square(network.buses[tree.bus[k + 1]].v_min_pu),
    upper: (k) => square(network.buses[tree.bus[k + 1]].v_max_pu),
  });
  const port = (unit: string): Family =>
    m.variables((k, t) => `connection_${unit} at bus ${network.buses[connected[k]].id}[${t}]`, [connected.length, nT], {
      lower: (k) => -wires.s_connected_kVA[k],
      upper: (k) => wires.s_connected_kVA[k],
    });
  const p = port('kW');
  const q = port('kvar');
  const down = (flow: Family, i: number, t: number): Expression => (i === 0 ? 0 : flow(i - 1, t));
  /** v² less its correction. */
  const v = (i: number, t: number): Affine =>
    sum(i === 0 ? square(wires.v_slack_pu) : v2(i - 1, t), -B * v2_correction_pu[t * tree.size + i]);

  /** What comes down, minus what goes on, minus what is delivered, equals minus what is fixed. */
  const balance = (unit: string, i: number, t: number, flow: Family, own: Family, fixed_kVA: Float64Array): Constraint =>
    m.equal(
      () => `balance_${unit} at bus ${busId(i)}[${t}]`,
      sum(down(flow, i, t), ...tree.children[i].map((c) => mul(-1, flow(c - 1, t))), portAt[i] < 0 ? 0 : mul(-1, own(portAt[i], t))),
      -fixed_kVA[t * tree.size + i],
    );

  const balanceRow = new Int32Array(nB * nT).fill(-1);
  for (let t = 0; t < nT; t++) {
    const lossPrice = wires.lossPrice_cur_per_kWh[t] * grid.dt_h;
    for (let i = 0; i < tree.size; i++) {
      balanceRow[tree.bus[i] * nT + t] = balance('kW', i, t, P, p, fixed.p_kW).rows[0];
      balance('kvar', i, t, Q, q, fixed.q_kvar);
      if (i === 0) continue;

      const [flowP, flowQ] = [P(i - 1, t), Q(i - 1, t)];
      const drop = mul((2 * B * tree.delta[i]) / S, sum(mul(tree.r_pu[i], flowP), mul(tree.x_pu[i], flowQ)));
      m.equal(() => `voltage drop ${branchId(i)}[${t}]`, sum(v(i, t), drop), mul(tree.kappa[i], v(tree.parent[i], t)));
      if (Number.isFinite(tree.s_max_kVA[i])) {
        for (const side of insideCircle(tree.s_max_kVA[i])) {
          m.atMost(() => `rating of branch ${branchId(i)}[${t}]`, sum(mul(side.p, flowP), mul(side.q, flowQ)), side.limit);
        }
      }
      for (const flow of [flowP, flowQ]) m.costSquare((lossPrice * tree.r_pu[i] * tree.delta[i]) / S, flow);
    }
    m.cost(-lossPrice * reference_kW[t]);
  }

  const series = (of: Family, k: number): Expression[] => Array.from({ length: nT }, (_, t) => of(k, t));
  const block = m.block(
    connected.flatMap((bus, k) => [
      { name: `p at ${network.buses[bus].id}`, unit: 'kW', of: series(p, k) },
      { name: `q at ${network.buses[bus].id}`, unit: 'kvar', of: series(q, k) },
    ]),
  );
  return { block, balanceRow };
}
