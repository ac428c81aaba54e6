import { CombinationError } from '../../base/errors.ts';
import { analyseLu, LuFactor } from '../../linalg/lu.ts';
import { SparseBuilder } from '../../linalg/sparse.ts';
import type { Branch } from '../../network/network.ts';
import { type Affine, type Expression, mul, sum, type Variable } from '../../problem/affine.ts';
import { Model } from '../../problem/model.ts';
import type { FormulatedNetwork, Formulation, Wires, WiresState } from '../contract.ts';
import { groundOf } from '../ground.ts';
import { suppliedTopology } from '../tree.ts';

/**
 * Lossless power flow by angle differences: active power on any topology, with ratings in MW and angle limits.
 *
 *   f_l = S·(θ_from − θ_to − φ_l)/(x_l·a_l),   Σ_in f − Σ_out f − port_b = −fixed_b,   |f_l| ≤ s_max,   θ_slack = 0
 *
 * Reactive power is balanced over all buses together, as on a copper plate. Losses of the base flow are drawn at the slack.
 * @unit kW, kvar; θ: kVA, which is rad times S, so that all variables are of one size
 * @source Stott, Jardim, Alsaç, DC power flow revisited, IEEE Trans. Power Systems 24(3), 2009
 */
export const dc: Formulation = {
  name: 'dc',
  title: 'Angle differences without losses: active power on any topology, ratings in MW',
  offers: ['p', 'q'],
  usesBase: true,
  build,
};

/** Branches in service with their reactance times ratio and shift. */
interface Link {
  readonly l: number;
  readonly branch: Branch;
  readonly reactance_pu: number;
  readonly shift_rad: number;
}

const radPerDeg = Math.PI / 180;

/** @throws {CombinationError} FORMULATION_CANNOT when a bus has no supply or a branch no reactance */
function build(wires: Wires): FormulatedNetwork {
  suppliedTopology(wires);
  const { network, grid, connected, slack } = wires;
  const nT = grid.steps_count;
  const nB = network.buses.length;
  const S = network.s_base_kVA;
  const links = linksOf(wires);
  const fixed = fixedInjections(wires);
  const bus = (b: number): string => network.buses[b].id;

  const m = new Model('wires');
  const others = network.buses.map((_, b) => b).filter((b) => b !== slack);
  const place = new Map(others.map((b, i) => [b, i]));
  const free = m.variables((i, t) => `angle at bus ${bus(others[i])}[${t}]`, [others.length, nT]);
  const theta = (b: number, t: number): Expression => (b === slack ? 0 : free(place.get(b)!, t));
  const port = (unit: string) =>
    m.variables((k, t) => `connection_${unit} at bus ${bus(connected[k])}[${t}]`, [connected.length, nT], {
      lower: (k) => -wires.s_connected_kVA[k],
      upper: (k) => wires.s_connected_kVA[k],
    });
  const p = port('kW');
  const q = port('kvar');

  const balanceRow = new Int32Array(nB * nT);
  for (let t = 0; t < nT; t++) {
    const arriving: Expression[][] = network.buses.map(() => []);
    for (const { branch, reactance_pu, shift_rad } of links) {
      const across: Affine = sum(theta(branch.from, t), mul(-1, theta(branch.to, t)), -S * shift_rad);
      const flow = mul(1 / reactance_pu, across);
      arriving[branch.to].push(flow);
      arriving[branch.from].push(mul(-1, flow));
      const { s_max_kVA, angle_min_deg = -Infinity, angle_max_deg = Infinity } = branch;
      if (Number.isFinite(s_max_kVA)) m.between(() => `rating of branch ${branch.id}[${t}]`, flow, -s_max_kVA, s_max_kVA);
      if (angle_min_deg > -360 || angle_max_deg < 360) {
        const difference = sum(theta(branch.from, t), mul(-1, theta(branch.to, t)));
        m.between(() => `angle along branch ${branch.id}[${t}]`, difference, S * radPerDeg * angle_min_deg, S * radPerDeg * angle_max_deg);
      }
    }
    connected.forEach((b, k) => arriving[b].push(mul(-1, p(k, t))));
    for (let b = 0; b < nB; b++) {
      const balance = m.equal(() => `balance_kW at bus ${bus(b)}[${t}]`, sum(...arriving[b]), -fixed.p_kW[t * nB + b]);
      balanceRow[b * nT + t] = balance.rows[0];
    }
    m.equal(() => `balance_kvar[${t}]`, sum(...connected.map((_, k) => mul(-1, q(k, t)))), -fixed.q_kvar[t]);
  }
  const series = (family: typeof p, k: number): Variable[] => Array.from({ length: nT }, (_, t) => family(k, t));
  const block = m.block(
    connected.flatMap((b, k) => [
      { name: `p at ${bus(b)}`, unit: 'kW' as const, of: series(p, k) },
      { name: `q at ${bus(b)}`, unit: 'kvar' as const, of: series(q, k) },
    ]),
  );
  return {
    block,
    balanceRow,
    complete: (ports) => complete(wires, fixed, ports),
    cost: () => 0,
    read: (ports) => readState(wires, links, fixed, ports),
  };
}

function linksOf({ network }: Wires): Link[] {
  return network.branches.flatMap((branch, l) => {
    if (!branch.inService) return [];
    if (branch.x_pu === 0) {
      throw new CombinationError({
        code: 'FORMULATION_CANNOT',
        message: `Branch "${branch.id}" has no reactance, so no angle drives power over it`,
        hint: 'Give it its reactance, or choose the formulation copper-plate.',
      });
    }
    return [{ l, branch, reactance_pu: branch.x_pu * branch.ratio, shift_rad: branch.shift_deg * radPerDeg }];
  });
}

/** What no device controls, with the ground at 1 pu and the losses of the base flow at the slack. @shape p_kW [t][b], q_kvar [t] */
interface Fixed {
  readonly p_kW: Float64Array;
  readonly q_kvar: Float64Array;
}

function fixedInjections({ network, grid, slack, p_fixed_kW, q_fixed_kvar, base }: Wires): Fixed {
  const nB = network.buses.length;
  const ground = groundOf(network);
  const p_kW = p_fixed_kW.map((value, i) => value + ground.p_kW[i % nB]);
  const q_kvar = new Float64Array(grid.steps_count);
  for (let t = 0; t < grid.steps_count; t++) {
    p_kW[t * nB + slack] -= base?.loss_kW[t] ?? 0;
    q_kvar[t] -= base?.loss_kvar[t] ?? 0;
    for (let b = 0; b < nB; b++) q_kvar[t] += q_fixed_kvar[t * nB + b] + ground.q_kvar[b];
  }
  return { p_kW, q_kvar };
}

function complete({ grid, network, connected, slack }: Wires, fixed: Fixed, ports: Float64Array): Float64Array {
  const nT = grid.steps_count;
  const nB = network.buses.length;
  const all = Float64Array.from(ports);
  const own = connected.indexOf(slack);
  for (let t = 0; t < nT; t++) {
    let p_kW = 0;
    for (let b = 0; b < nB; b++) p_kW += fixed.p_kW[t * nB + b];
    let q_kvar = fixed.q_kvar[t];
    for (let k = 0; k < connected.length; k++) {
      if (k === own) continue;
      p_kW -= ports[2 * k * nT + t];
      q_kvar -= ports[(2 * k + 1) * nT + t];
    }
    all[2 * own * nT + t] = p_kW;
    all[(2 * own + 1) * nT + t] = q_kvar;
  }
  return all;
}

/** Flows at the port values: the angles solve the balances of all buses but the slack. */
function readState(wires: Wires, links: readonly Link[], fixed: Fixed, ports: Float64Array): WiresState {
  const { network, grid, connected, slack } = wires;
  const nT = grid.steps_count;
  const nB = network.buses.length;
  const nL = network.branches.length;
  const S = network.s_base_kVA;
  const p_branch_kW = new Float64Array(nT * nL);
  const lu = angleFactor(network.buses.length, slack, links);
  const theta = new Float64Array(nB);
  for (let t = 0; t < nT; t++) {
    theta.set(fixed.p_kW.subarray(t * nB, (t + 1) * nB));
    connected.forEach((b, k) => {
      theta[b] -= ports[2 * k * nT + t];
    });
    for (const { branch, reactance_pu, shift_rad } of links) {
      theta[branch.from] += (S * shift_rad) / reactance_pu;
      theta[branch.to] -= (S * shift_rad) / reactance_pu;
    }
    theta[slack] = 0;
    lu.solveInto(theta);
    for (const { l, branch, reactance_pu, shift_rad } of links) {
      p_branch_kW[t * nL + l] = (theta[branch.from] - theta[branch.to] - S * shift_rad) / reactance_pu;
    }
  }
  lu.release();
  return {
    v_pu: new Float64Array(nT * nB).fill(wires.v_slack_pu),
    p_branch_kW,
    q_branch_kvar: new Float64Array(nT * nL),
    loss_kW: wires.base ? Float64Array.from(wires.base.loss_kW) : new Float64Array(nT),
  };
}

/** The matrix of the balances with the slack's row and column replaced by those of the identity, factored. */
function angleFactor(buses_count: number, slack: number, links: readonly Link[]): LuFactor {
  const matrix = new SparseBuilder();
  for (const { branch, reactance_pu } of links) {
    for (const [a, b] of [
      [branch.from, branch.to],
      [branch.to, branch.from],
    ]) {
      if (a === slack) continue;
      matrix.add(a, a, 1 / reactance_pu);
      if (b !== slack) matrix.add(a, b, -1 / reactance_pu);
    }
  }
  matrix.add(slack, slack, 1);
  const built = matrix.build(buses_count, buses_count);
  const lu = new LuFactor(analyseLu(built));
  if (lu.factor(built.values).status !== 'ok') {
    throw new CombinationError({
      code: 'FORMULATION_CANNOT',
      message: 'The reactances of the network cancel each other, so its angles are not determined',
      hint: 'Look for a negative reactance beside an equal positive one.',
    });
  }
  return lu;
}
