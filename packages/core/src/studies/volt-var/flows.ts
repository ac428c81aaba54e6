import type { PowerFlowMethod, PowerFlowResult } from '../../powerflows/contract.ts';
import type { VoltVarProblem } from '../../volt-var/volt-var-problem.ts';
import { StepFlows, voltageTolerance_pu } from '../power-flow.ts';
import type { Prepared } from './prepare.ts';

/** AC power flow of what a plan and its inverters do at an outcome, period by period. */
export class PlanFlows {
  private readonly prepared: Prepared;
  private readonly made: VoltVarProblem;
  private readonly flows: StepFlows;

  /** @throws {CombinationError} POWERFLOW_REFUSED when no method takes the network */
  constructor(prepared: Prepared, made: VoltVarProblem, methods: readonly PowerFlowMethod[]) {
    this.prepared = prepared;
    this.made = made;
    this.flows = new StepFlows(prepared, methods);
  }

  solve(x: Float64Array, y: Float64Array, u: Float64Array): PowerFlowResult[] {
    const { given, grid, network } = this.prepared;
    const { inverters, banks, zone, zones_count, taps_pu, periodsPerHour_count } = given;
    const [nB, factors_count] = [network.buses.length, 2 * zones_count];
    const p_kW = new Float64Array(grid.steps_count * nB);
    const q_kvar = new Float64Array(grid.steps_count * nB);
    const [taps, steps, reactive] = [this.made.taps(x), this.made.steps(x), this.made.reactive_kvar(y)];
    for (let t = 0; t < grid.steps_count; t++) {
      const hour = Math.floor(t / periodsPerHour_count);
      for (let b = 0; b < nB; b++) {
        const load = u[t * factors_count + zone[b]];
        p_kW[t * nB + b] = -given.p_load_kW[b] * load;
        q_kvar[t * nB + b] = -given.q_load_kvar[b] * load;
      }
      for (let j = 0; j < inverters.length; j++) {
        const { bus, p_max_kW } = inverters[j];
        p_kW[t * nB + bus] += p_max_kW * u[t * factors_count + zones_count + zone[bus]];
        q_kvar[t * nB + bus] += reactive[t * inverters.length + j];
      }
      for (let c = 0; c < banks.length; c++) q_kvar[t * nB + banks[c].bus] += steps[hour * banks.length + c] * banks[c].step_kvar;
    }
    const v_slack_pu = Array.from({ length: grid.steps_count }, (_, t) => taps_pu[taps[Math.floor(t / periodsPerHour_count)]]);
    return this.flows.solve(p_kW, q_kvar, v_slack_pu);
  }
}

/** What power flows say about a plan, all of them together. */
export interface FlowFacts {
  readonly converged: boolean;
  readonly loss_kWh: number;
  /** Mean over periods of Σ share of load · |v − 1|. */
  readonly deviation_pu: number;
  /** Lowest and highest voltage beside the slack. @shape (periods) */
  readonly lowest_pu: readonly number[];
  readonly highest_pu: readonly number[];
  /** Furthest beyond a limit of the network. */
  readonly beyond_pu: number;
}

export function factsOf({ given, grid, network, slack }: Prepared, flows: readonly PowerFlowResult[]): FlowFacts {
  const total_kW = given.p_load_kW.reduce((a, b) => a + b, 0);
  let [loss_kWh, deviation_pu, beyond_pu] = [0, 0, 0];
  const lowest_pu = flows.map(() => Number.POSITIVE_INFINITY);
  const highest_pu = flows.map(() => Number.NEGATIVE_INFINITY);
  flows.forEach(({ loss_kW, v_pu }, t) => {
    loss_kWh += loss_kW * grid.dt_h;
    for (let b = 0; b < v_pu.length; b++) {
      if (total_kW > 0) deviation_pu += ((given.p_load_kW[b] / total_kW) * Math.abs(v_pu[b] - 1)) / flows.length;
      if (b === slack || v_pu[b] === 0) continue;
      lowest_pu[t] = Math.min(lowest_pu[t], v_pu[b]);
      highest_pu[t] = Math.max(highest_pu[t], v_pu[b]);
      beyond_pu = Math.max(beyond_pu, network.buses[b].v_min_pu - v_pu[b], v_pu[b] - network.buses[b].v_max_pu);
    }
  });
  return { converged: flows.every(({ status }) => status === 'converged'), loss_kWh, deviation_pu, lowest_pu, highest_pu, beyond_pu };
}

export const isBeyond = ({ beyond_pu }: FlowFacts): boolean => beyond_pu > voltageTolerance_pu;
