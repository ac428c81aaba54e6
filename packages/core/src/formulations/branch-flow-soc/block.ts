import { mul, sum, type Variable } from '../../problem/affine.ts';
import type { Block } from '../../problem/block.ts';
import { type Family, Model } from '../../problem/model.ts';
import type { Feeder } from './feeder.ts';
import { trajectoryNames } from './state.ts';

/** Flows below this share of the base are not worth a scale of their own. */
const sizeMin_frac = 1e-3;

/**
 * Branch flow of Farivar and Low with its one quadratic equation relaxed to a cone, on the tree, for every step:
 *
 *   P_i − r·ℓ_i = Σ P_child + port_i − fixed_i − ground_i·v_i      the same for Q with x
 *   v_i = δ·(u_i − 2(r·P_i + x·Q_i) + (r² + x²)·ℓ_i),              u_i = (κ/δ)·v_up
 *   ℓ_i·u_i ≥ P_i² + Q_i²                                          equality in nature
 *   v_min² ≤ v_i ≤ v_max²,   |S at either end| ≤ s_max   or   ℓ_i ≤ s_max²
 *
 * Nothing comes from above the root: its P, Q and ℓ are 0, and its port delivers what the feeder needs.
 *
 * | symbol | unit | |
 * |---|---|---|
 * | P, Q | kW, kvar | at the upper end of the series impedance |
 * | v, ℓ | kVA | squared voltage and current, per unit on `base_kVA` and times it: all variables are of one size, which solvers thank |
 * | r, x, b | 1 | per unit on `base_kVA` |
 * @source Farivar, Low, Branch flow model: relaxations and convexification, IEEE Trans. Power Systems 28(3), 2013, eqs. 1–7
 */
export function branchFlowBlock(feeder: Feeder): { readonly block: Block; readonly balanceRow: Int32Array } {
  const { wires, tree, ground, portAt, rating, base_kVA: B } = feeder;
  const { network, grid, connected } = wires;
  const nT = grid.steps_count;
  const nB = network.buses.length;
  const onBase = B / network.s_base_kVA;
  const r = tree.r_pu.map((value) => value * onBase);
  const x = tree.x_pu.map((value) => value * onBase);
  const b = tree.b_pu.map((value) => value / onBase);
  const { kappa, delta, parent, s_max_kVA } = tree;
  const busId = (i: number): string => network.buses[tree.bus[i]].id;
  const branchId = (i: number): string => (i === 0 ? 'above the root' : network.branches[tree.branch[i]].id);
  const rated = (i: number): boolean => Number.isFinite(s_max_kVA[i]);
  const free = (i: number, otherwise: number): number => (i === 0 ? 0 : otherwise);
  const square = (v_pu: number): number => B * v_pu ** 2;

  const m = new Model('wires');
  const nodes = [tree.size, nT];
  const flow = (unit: string) =>
    m.variables((i, t) => `flow_${unit} ${branchId(i)}[${t}]`, nodes, {
      lower: (i) => free(i, -Infinity),
      upper: (i) => free(i, Infinity),
    });
  const P = flow('kW');
  const Q = flow('kvar');
  const l = m.variables((i, t) => `current ${branchId(i)}[${t}]`, nodes, {
    lower: 0,
    upper: (i) => free(i, rating === 'current' && rated(i) ? s_max_kVA[i] ** 2 / B : Infinity),
  });
  const v = m.variables((i, t) => `voltage at bus ${busId(i)}[${t}]`, nodes, {
    lower: (i) => square(i === 0 ? wires.v_slack_pu : network.buses[tree.bus[i]].v_min_pu),
    upper: (i) => square(i === 0 ? wires.v_slack_pu : network.buses[tree.bus[i]].v_max_pu),
  });
  const port = (unit: string) =>
    m.variables((k, t) => `connection_${unit} at bus ${network.buses[connected[k]].id}[${t}]`, [connected.length, nT], {
      lower: (k) => -wires.s_connected_kVA[k],
      upper: (k) => wires.s_connected_kVA[k],
    });
  const p = port('kW');
  const q = port('kvar');

  /** What comes down reaches the bus less its loss; what goes on, to ground and to the port is what is fixed. */
  const balance = (unit: string, i: number, t: number, flow: Family, z: number, toGround: number, port: Family, fixed: number) =>
    m.equal(
      () => `balance_${unit} at bus ${busId(i)}[${t}]`,
      sum(
        flow(i, t),
        mul(-z, l(i, t)),
        ...tree.children[i].map((c) => mul(-1, flow(c, t))),
        mul(toGround / B, v(i, t)),
        mul(-1, portAt[i] < 0 ? 0 : port(portAt[i], t)),
      ),
      -fixed,
    );

  const balanceRow = new Int32Array(nB * nT);
  for (let t = 0; t < nT; t++) {
    for (let i = 0; i < tree.size; i++) {
      const bus = tree.bus[i];
      const active = balance('kW', i, t, P, r[i], ground.p_kW[bus], p, wires.p_fixed_kW[t * nB + bus]);
      balance('kvar', i, t, Q, x[i], ground.q_kvar[bus], q, wires.q_fixed_kvar[t * nB + bus]);
      balanceRow[bus * nT + t] = active.rows[0];
      if (i === 0) continue;

      const u = mul(kappa[i] / delta[i], v(parent[i], t));
      const end = sum(u, mul(-2 * r[i], P(i, t)), mul(-2 * x[i], Q(i, t)), mul(r[i] ** 2 + x[i] ** 2, l(i, t)));
      m.equal(() => `voltage drop ${branchId(i)}[${t}]`, v(i, t), mul(delta[i], end));
      // Both factors of the size of the flow: the cone's rows then cancel little, and its tolerance is one on the flow.
      const k = B / Math.max(feeder.size_kVA[i], sizeMin_frac * B);
      m.product(() => `current of branch ${branchId(i)}[${t}]`, mul(k, l(i, t)), mul(1 / k, u), [P(i, t), Q(i, t)]);
      if (rating === 'power' && rated(i)) {
        const name = () => `rating of branch ${branchId(i)}[${t}]`;
        m.cone(name, s_max_kVA[i], [P(i, t), sum(Q(i, t), mul(-b[i] / 2, u))]);
        m.cone(name, s_max_kVA[i], [
          sum(P(i, t), mul(-r[i], l(i, t))),
          sum(Q(i, t), mul(-x[i], l(i, t)), mul(b[i] / 2 / delta[i], v(i, t))),
        ]);
      }
    }
  }

  const series = (family: Family, k: number): Variable[] => Array.from({ length: nT }, (_, t) => family(k, t));
  const trajectories = new Map<string, Variable[]>();
  for (let i = 0; i < tree.size; i++) {
    trajectories.set(trajectoryNames.v2(busId(i)), series(v, i));
    if (i === 0) continue;
    trajectories.set(trajectoryNames.p(branchId(i)), series(P, i));
    trajectories.set(trajectoryNames.q(branchId(i)), series(Q, i));
    trajectories.set(trajectoryNames.l(branchId(i)), series(l, i));
  }
  const ports = connected.flatMap((bus, k) => [
    { name: `p at ${network.buses[bus].id}`, unit: 'kW' as const, of: series(p, k) },
    { name: `q at ${network.buses[bus].id}`, unit: 'kvar' as const, of: series(q, k) },
  ]);
  return { block: m.block(ports, trajectories), balanceRow };
}
