import type { PowerFlowResult } from '../../powerflows/contract.ts';
import { portValues } from '../../problem/assemble.ts';
import type { Block } from '../../problem/block.ts';
import type { Outcome } from '../../schemes/contract.ts';
import { blockOracle } from '../../solvers/oracle.ts';
import type { PlanResult } from '../../wire/result.ts';
import { acCheckOf, type StepFlows } from '../power-flow.ts';
import { billOf, type SitePlan } from './alone.ts';
import type { Prepared } from './prepare.ts';
import { type NegotiationProblem, oracleOf } from './problem.ts';

/** A plan of all devices, before it is judged. */
export interface Plan {
  readonly name: PlanResult['name'];
  readonly title: string;
  /** Per device: [channel][t]. */
  readonly ports: readonly Float64Array[];
  readonly own_cur: readonly number[];
  readonly schedules: readonly ReadonlyMap<string, Float64Array>[];
  /** [b][t]; absent where nobody made prices. */
  readonly price_cur_per_kWh?: readonly (readonly number[])[] | undefined;
}

/** A plan with its AC power flow and its costs. */
export interface JudgedPlan extends Plan {
  readonly flows: readonly PowerFlowResult[];
  readonly result: PlanResult;
}

/** Plans the owners make alone, put together. */
export function uncoordinatedPlan(prepared: Prepared, blocks: readonly Block[], sitePlans: readonly SitePlan[]): Plan {
  const nT = prepared.grid.steps_count;
  const ports: Float64Array[] = [];
  const own_cur: number[] = [];
  const schedules: ReadonlyMap<string, Float64Array>[] = [];
  for (const { site, x, own_cur: siteCost } of sitePlans) {
    site.devices.forEach((k, i) => {
      const both = new Float64Array(2 * nT);
      both.set(portValues(blocks[k], 0, x[i]), 0);
      both.set(portValues(blocks[k], 1, x[i]), nT);
      ports[k] = both;
      own_cur[k] = i === 0 ? siteCost : 0;
      schedules[k] = new Map(blocks[k].trajectories.map(({ name, columns }) => [name, Float64Array.from(columns, (j) => x[i][j])]));
    });
  }
  return { name: 'uncoordinated', title: 'Each owner alone, under the tariff', ports, own_cur, schedules };
}

/** The devices' share of an outcome. Parts are: upstream, devices …, wires. */
export function coordinatedPlan(
  name: PlanResult['name'],
  title: string,
  prepared: Prepared,
  problem: NegotiationProblem,
  outcome: Outcome,
): Plan {
  const last = 1 + prepared.devices.length;
  return {
    name,
    title,
    ports: outcome.ports.slice(1, last),
    own_cur: outcome.cost_cur.slice(1, last),
    schedules: outcome.schedules.slice(1, last),
    price_cur_per_kWh: outcome.status === 'agreed' ? busPrices(prepared, problem, outcome) : undefined,
  };
}

/** Injection of every bus and step, [t][b]: what is fixed plus what the devices do. */
export function injectionsOf(prepared: Prepared, ports: readonly Float64Array[]): { p_kW: Float64Array; q_kvar: Float64Array } {
  const nT = prepared.grid.steps_count;
  const nB = prepared.network.buses.length;
  const p_kW = Float64Array.from(prepared.p_fixed_kW);
  const q_kvar = Float64Array.from(prepared.q_fixed_kvar);
  prepared.devices.forEach((device, k) => {
    const b = prepared.network.buses.findIndex((bus) => bus.id === device.bus);
    for (let t = 0; t < nT; t++) {
      p_kW[t * nB + b] += ports[k][t];
      q_kvar[t * nB + b] += ports[k][nT + t];
    }
  });
  return { p_kW, q_kvar };
}

/** Port values of all parts in the order of the wires' terminals, the wires taking up what the devices give. */
export function wiresPorts(prepared: Prepared, problem: NegotiationProblem, ports: readonly Float64Array[]): Float64Array {
  const nT = prepared.grid.steps_count;
  const all = new Float64Array(2 * problem.connected.length * nT);
  prepared.devices.forEach((device, k) => {
    const terminal = problem.connected.findIndex((b) => prepared.network.buses[b].id === device.bus);
    for (let i = 0; i < 2 * nT; i++) all[terminal * 2 * nT + i] -= ports[k][i];
  });
  return problem.formulated.complete(all);
}

/** Runs the AC power flow of a plan and counts its cost twice: by the power flow, and by the formulation. */
export function judge(prepared: Prepared, problem: NegotiationProblem, stepFlows: StepFlows, plan: Plan): JudgedPlan {
  const nT = prepared.grid.steps_count;
  const { p_kW, q_kvar } = injectionsOf(prepared, plan.ports);
  const flows = stepFlows.solve(p_kW, q_kvar);
  const ac = acCheckOf(prepared, flows);
  const own = plan.own_cur.reduce((sum, cost) => sum + cost, 0);
  const upstream = problem.coordination.parts[0];
  const upstreamCost = (p: ArrayLike<number>, q: ArrayLike<number>): number => {
    const oracle = oracleOf(prepared.upstream, upstream.block, prepared, problem.solver);
    const v = Float64Array.from({ length: 2 * nT }, (_, i) => (i < nT ? p[i] : q[i - nT]));
    // With this weight the answer is the wanted exchange, unless it is beyond a limit; then it is the nearest that is
    // allowed, and what is beyond is counted at the tariff.
    const allowed = new Float64Array(2 * nT);
    oracle.prox(v, new Float64Array(2 * nT).fill(1e6), allowed);
    const beyond_kW = v.subarray(0, nT).map((wanted, t) => (Math.abs(wanted - allowed[t]) > 1e-3 ? wanted - allowed[t] : 0));
    return oracle.cost() + billOf(beyond_kW, prepared);
  };
  const wires = wiresPorts(prepared, problem, plan.ports);
  const slack = problem.connected.indexOf(prepared.slack);
  const intake = (channel: number): Float64Array =>
    wires.subarray((2 * slack + channel) * nT, (2 * slack + channel + 1) * nT).map((x) => -x);
  const atSlack = (channel: number): Float64Array => {
    const local = new Float64Array(nT);
    prepared.devices.forEach((device, k) => {
      if (device.bus !== prepared.upstream.bus) return;
      for (let t = 0; t < nT; t++) local[t] += plan.ports[k][channel * nT + t];
    });
    return intake(channel).map((x, t) => x - local[t]);
  };
  // What a solver leaves of a zero is not worth a column of digits.
  const finite = (values: Float64Array): number[] => Array.from(values, (value) => (Math.abs(value) < 1e-7 ? 0 : value));
  return {
    ...plan,
    flows,
    result: {
      name: plan.name,
      title: plan.title,
      cost_cur: own + upstreamCost(importOf(prepared, plan, ac.p_import_kW, 0), importOf(prepared, plan, ac.q_import_kvar, 1)),
      objective_cur: own + upstreamCost(atSlack(0), atSlack(1)) + problem.formulated.cost(wires),
      schedules: prepared.devices.map((device, k) => ({
        device: device.id,
        p_kW: finite(plan.ports[k].subarray(0, nT)),
        q_kvar: finite(plan.ports[k].subarray(nT)),
        states: Object.fromEntries(
          problem.coordination.parts[1 + k].block.trajectories
            .filter(({ role, name }) => role === 'state' && plan.schedules[k].has(name))
            .map(({ name }) => [name, finite(plan.schedules[k].get(name)!)]),
        ),
      })),
      ac,
      ...(plan.price_cur_per_kWh ? { price_cur_per_kWh: plan.price_cur_per_kWh } : {}),
    },
  };
}

/** What comes from upstream: the slack's injection less what devices at the slack bus inject. */
function importOf(prepared: Prepared, plan: Plan, injected: readonly number[], channel: number): number[] {
  const nT = prepared.grid.steps_count;
  return injected.map((value, t) => {
    let rest = value;
    prepared.devices.forEach((device, k) => {
      if (device.bus === prepared.upstream.bus) rest -= plan.ports[k][channel * nT + t];
    });
    return rest;
  });
}

/**
 * Price at every bus: the duals of the wires' balance rows when the wires answer the nets' final prices.
 * At connected buses it is the net's own price.
 */
function busPrices(prepared: Prepared, problem: NegotiationProblem, outcome: Outcome): number[][] {
  const { coordination, formulated } = problem;
  const { steps_count: nT, dt_h } = coordination;
  const wires = coordination.parts[coordination.parts.length - 1];
  const ports = outcome.ports[coordination.parts.length - 1];
  const rho = 1e-2;
  const v = Float64Array.from(ports);
  wires.terminals.forEach((net, k) => {
    const price = outcome.prices.get(net)!;
    for (let i = 0; i < 2 * nT; i++) v[k * 2 * nT + i] += (price[i] * dt_h) / rho;
  });
  const oracle = blockOracle(wires.block, dt_h, problem.solver);
  oracle.prox(v, new Float64Array(v.length).fill(rho), new Float64Array(v.length));
  const dual = oracle.rowDual();
  return prepared.network.buses.map((_, b) =>
    Array.from({ length: nT }, (__, t) => {
      const row = formulated.balanceRow[b * nT + t];
      return row < 0 ? 0 : dual[row] / dt_h;
    }),
  );
}
