import type { OperatingPoint } from '../../network/network.ts';
import type { PowerFlowResult, PreparedPowerFlow } from '../../powerflows/contract.ts';
import { prepareNewton } from '../../powerflows/newton-flow.ts';
import { checkFeeder, checkInjections, checkSetpoints } from './checks.ts';
import type { PccPower, RegulatedFeeder, RegulatedStep, Setpoints } from './question.ts';
import type { PlanCheck } from './result.ts';

/** Tighter than usual: thousands of small misses add up at the point of common coupling. */
const TOLERANCE_PU = 1e-10;

/** Power flows of plans, one after another on the same wires. */
export interface PreparedPlanCheck {
  /** @throws {InputError} TRACKING_LENGTH, TRACKING_NOT_A_NUMBER */
  check(step: Omit<RegulatedStep, 'regions'>, setpoints: Setpoints): PlanCheck;
}

/**
 * What a plan of set-points does to its feeder: import, losses, voltages, loading, from an AC power flow that knows nothing of how the plan
 * came about.
 *
 * Where clusters split a command among themselves, what they get wrong is the losses; Σ (p, q) of the resources is to change by
 * (p_pcc − p*, q_pcc − q*), and one or two passes of that settle it.
 * @throws {InputError} TRACKING_UNKNOWN_BUS, TRACKING_NOT_A_NUMBER; {CombinationError} TRACKING_BUS_ISOLATED, and those of the power flow
 * @example
 * const plans = preparePlanCheck(feeder);
 * const { p_pcc_kW, loss_kW } = plans.check(step, setpoints);
 */
export function preparePlanCheck(feeder: RegulatedFeeder): PreparedPlanCheck {
  checkFeeder(feeder);
  const flows = new PlanFlows(feeder);
  return {
    check(step, setpoints) {
      checkInjections(feeder, step);
      checkSetpoints(feeder, setpoints);
      return flows.solve(step, setpoints).check;
    },
  };
}

/** A power flow and what it says of a plan. */
export interface PlanFlow {
  readonly flow: PowerFlowResult;
  readonly check: PlanCheck;
}

/** The same without checks of the input. */
export class PlanFlows {
  private readonly feeder: RegulatedFeeder;
  private readonly point: OperatingPoint;
  private readonly prepared: PreparedPowerFlow;
  private hasSolution = false;

  constructor(feeder: RegulatedFeeder) {
    this.feeder = feeder;
    this.point = pointOf(feeder);
    this.prepared = prepareNewton(feeder.network, this.point, { tolerance_pu: TOLERANCE_PU });
  }

  /** @param believed - import according to whoever made the plan */
  solve({ p_fixed_kW, q_fixed_kvar }: Omit<RegulatedStep, 'regions'>, setpoints: Setpoints, believed?: PccPower): PlanFlow {
    const { feeder, point, prepared } = this;
    const { slack, resources } = feeder;
    point.p_kW.set(p_fixed_kW);
    point.q_kvar.set(q_fixed_kvar);
    for (let d = 0; d < resources.length; d++) {
      point.p_kW[resources[d].bus] += setpoints.p_kW[d];
      point.q_kvar[resources[d].bus] += setpoints.q_kvar[d];
    }
    const flow = prepared.solve(point, this.hasSolution);
    this.hasSolution = flow.status === 'converged';
    const p_pcc_kW = flow.p_kW[slack] - point.p_kW[slack];
    const q_pcc_kvar = flow.q_kvar[slack] - point.q_kvar[slack];
    const shift_kVA = believed === undefined ? 0 : Math.hypot(p_pcc_kW - believed.p_pcc_kW, q_pcc_kvar - believed.q_pcc_kvar);
    return { flow, check: { p_pcc_kW, q_pcc_kvar, pccShift_kVA: shift_kVA, ...limitsOf(feeder, flow) } };
  }
}

function limitsOf({ network, slack, isolated = [], limits }: RegulatedFeeder, flow: PowerFlowResult) {
  let [v_min_pu, v_max_pu, v_violation_max_pu] = [Number.POSITIVE_INFINITY, 0, 0];
  network.buses.forEach((bus, b) => {
    if (isolated.includes(b)) return;
    const v = flow.v_pu[b];
    v_min_pu = Math.min(v_min_pu, v);
    v_max_pu = Math.max(v_max_pu, v);
    if (b !== slack) v_violation_max_pu = Math.max(v_violation_max_pu, bus.v_min_pu - v, v - bus.v_max_pu);
  });
  let rating_violation_max_frac = 0;
  network.branches.forEach(({ s_max_kVA, inService, from, to }, l) => {
    if (!inService || !(s_max_kVA < Infinity)) return;
    const [v_from, v_to] = limits === 'current' ? [flow.v_pu[from], flow.v_pu[to]] : [1, 1];
    const at_from = Math.hypot(flow.p_from_kW[l], flow.q_from_kvar[l]) / v_from;
    const at_to = Math.hypot(flow.p_to_kW[l], flow.q_to_kvar[l]) / v_to;
    rating_violation_max_frac = Math.max(rating_violation_max_frac, at_from / s_max_kVA - 1, at_to / s_max_kVA - 1);
  });
  const { loss_kW, mismatch_max_kVA } = flow;
  const converged = flow.status === 'converged';
  return { converged, loss_kW, v_min_pu, v_max_pu, v_violation_max_pu, rating_violation_max_frac, mismatch_max_kVA };
}

/** Nothing injected yet, the slack held. */
export function pointOf({ network, slack, v_slack_pu, isolated = [] }: RegulatedFeeder): OperatingPoint {
  const nB = network.buses.length;
  const v_start_pu = new Float64Array(nB).fill(1);
  v_start_pu[slack] = v_slack_pu;
  return {
    p_kW: new Float64Array(nB),
    q_kvar: new Float64Array(nB),
    generators: [],
    slacks: [slack],
    v_start_pu,
    angle_start_deg: new Float64Array(nB),
    isolated,
  };
}
