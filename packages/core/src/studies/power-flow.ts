import { CombinationError } from '../base/errors.ts';
import type { BaseFlow } from '../formulations/contract.ts';
import type { OperatingPoint } from '../network/network.ts';
import type { PowerFlowMethod, PowerFlowResult } from '../powerflows/contract.ts';
import type { AcCheck } from '../wire/result.ts';
import type { FixedWires } from './site.ts';

/** What counts as within a voltage limit: a hundredth of a percent, far below what a class 0.2 meter can tell. */
export const voltageTolerance_pu = 1e-4;

/** What counts as within a rating: linear wires carry no losses, so the sending end has a little more to bear. */
export const loadingTolerance_frac = 0.01;

/** Solves the AC power flow of every step. Injections are [t][b]. */
export class StepFlows {
  private readonly prepared: FixedWires;
  private readonly solver: ReturnType<PowerFlowMethod['prepare']>;

  /** @throws {CombinationError} POWERFLOW_REFUSED when no method takes the network */
  constructor(prepared: FixedWires, methods: readonly PowerFlowMethod[]) {
    this.prepared = prepared;
    const first = this.pointAt(prepared.p_fixed_kW, prepared.q_fixed_kvar, 0);
    const reasons: string[] = [];
    const method = methods.find((candidate) => {
      const reason = candidate.refuses(prepared.network, first);
      if (reason !== undefined) reasons.push(`${candidate.name}: ${reason}`);
      return reason === undefined;
    });
    if (!method) {
      throw new CombinationError({ code: 'POWERFLOW_REFUSED', message: `No power-flow method takes this network: ${reasons.join('; ')}` });
    }
    this.solver = method.prepare(prepared.network, first);
  }

  /** @param v_slack_pu - per step, where a tap changer moves it */
  solve(p_kW: Float64Array, q_kvar: Float64Array, v_slack_pu?: ArrayLike<number>): PowerFlowResult[] {
    return Array.from({ length: this.prepared.grid.steps_count }, (_, t) =>
      this.solver.solve(this.pointAt(p_kW, q_kvar, t, v_slack_pu?.[t])),
    );
  }

  private pointAt(p_kW: Float64Array, q_kvar: Float64Array, t: number, v_slack_pu = this.prepared.v_slack_pu): OperatingPoint {
    const { network, slack } = this.prepared;
    const nB = network.buses.length;
    const v_start_pu = new Float64Array(nB).fill(1);
    v_start_pu[slack] = v_slack_pu;
    return {
      p_kW: p_kW.subarray(t * nB, (t + 1) * nB),
      q_kvar: q_kvar.subarray(t * nB, (t + 1) * nB),
      generators: [
        {
          id: 'grid',
          bus: slack,
          p_kW: 0,
          q_kvar: 0,
          p_min_kW: -Infinity,
          p_max_kW: Infinity,
          q_min_kvar: -Infinity,
          q_max_kvar: Infinity,
          v_set_pu: v_slack_pu,
          holdsVoltage: true,
          inService: true,
        },
      ],
      slacks: [slack],
      v_start_pu,
      angle_start_deg: new Float64Array(nB),
      isolated: this.prepared.isolated,
    };
  }
}

/** To linearise around; undefined when a step has no power flow, so that there is nothing to linearise around. */
export function baseFlowOf(flows: readonly PowerFlowResult[], p_kW: Float64Array, q_kvar: Float64Array): BaseFlow | undefined {
  if (flows.some((flow) => flow.status !== 'converged')) return undefined;
  const nB = flows[0].v_pu.length;
  const v_pu = new Float64Array(flows.length * nB);
  flows.forEach((flow, t) => v_pu.set(flow.v_pu, t * nB));
  return {
    p_kW,
    q_kvar,
    v_pu,
    loss_kW: Float64Array.from(flows, (flow) => flow.loss_kW),
    loss_kvar: Float64Array.from(flows, (flow) => flow.loss_kvar),
  };
}

/** What the power flows of a plan say about limits; a bus at most `voltageTolerance_pu` beyond a limit counts as within. */
export function acCheckOf(prepared: FixedWires, flows: readonly PowerFlowResult[]): AcCheck {
  const { network, slack, p_fixed_kW, q_fixed_kvar } = prepared;
  const nB = network.buses.length;
  let v_min = { v: Infinity, bus: 0 };
  let v_max = { v: -Infinity, bus: 0 };
  let violations_count = 0;
  let worst = 0;
  let fullest = { frac: 0, branch: -1 };
  let overloads_count = 0;
  for (const flow of flows) {
    flow.loading_frac.forEach((frac, branch) => {
      if (frac > fullest.frac) fullest = { frac, branch };
      if (frac > 1 + loadingTolerance_frac) overloads_count++;
    });
    for (let b = 0; b < nB; b++) {
      const v = flow.v_pu[b];
      if (v === 0) continue;
      if (v < v_min.v) v_min = { v, bus: b };
      if (v > v_max.v) v_max = { v, bus: b };
      if (b === slack) continue;
      const beyond = Math.max(network.buses[b].v_min_pu - v, v - network.buses[b].v_max_pu);
      worst = Math.max(worst, beyond);
      if (beyond > voltageTolerance_pu) violations_count++;
    }
  }
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return {
    converged: flows.every((flow) => flow.status === 'converged'),
    v_pu: network.buses.map((_, b) => flows.map((flow) => flow.v_pu[b])),
    p_branch_kW: network.branches.map((_, l) => flows.map((flow) => flow.p_from_kW[l])),
    loading_frac: network.branches.map((_, l) => flows.map((flow) => finite(flow.loading_frac[l]))),
    p_import_kW: flows.map((flow, t) => flow.p_kW[slack] - p_fixed_kW[t * nB + slack]),
    q_import_kvar: flows.map((flow, t) => flow.q_kvar[slack] - q_fixed_kvar[t * nB + slack]),
    loss_kW: flows.map((flow) => flow.loss_kW),
    v_min_pu: v_min.v,
    v_min_bus: network.buses[v_min.bus].id,
    v_max_pu: v_max.v,
    v_max_bus: network.buses[v_max.bus].id,
    violations_count,
    v_violation_max_pu: Math.max(0, worst),
    ...(fullest.branch < 0 ? {} : { loading_max_frac: fullest.frac, loading_max_branch: network.branches[fullest.branch].id }),
    overloads_count,
    mismatch_max_kVA: Math.max(...flows.map((flow) => flow.mismatch_max_kVA)),
  };
}
