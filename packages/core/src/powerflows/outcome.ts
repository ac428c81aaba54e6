import { CombinationError } from '../base/errors.ts';
import { type FlowArrays, fillFlows } from './branch-results.ts';
import type { PowerFlowResult } from './contract.ts';
import { busRole, type Setpoints } from './setpoints.ts';
import type { Wires } from './wires.ts';

export const defaultTolerance_pu = 1e-8;

/** How a method left its iteration; what is wrong is said in `reason` when it did not converge. */
export interface Ending {
  readonly method: string;
  readonly iterations_count: number;
  readonly tolerance_pu: number;
  readonly atReactiveLimit: readonly string[];
  /** Set by the method when it gave up: the first half of a sentence. */
  readonly reason?: string | undefined;
}

/**
 * Turns voltages into a result that carries its own proof: flows and injections come from the branch equations, the
 * mismatch is what they miss of the schedule, and only then is it called converged.
 *
 * A converged result reports scheduled powers as scheduled; a diverged one the injections its voltages imply.
 * @param out - voltages on entry
 */
export function finish(wires: Wires, setpoints: Setpoints, out: FlowArrays, ending: Ending): PowerFlowResult {
  fillFlows(wires, out);
  const { role, p_pu, q_pu } = setpoints;
  const base = wires.network.s_base_kVA;
  let mismatch_max_kVA = 0;
  let worst = -1;
  let lowest = -1;
  for (let b = 0; b < role.length; b++) {
    if (role[b] === busRole.isolated) continue;
    if (lowest < 0 || out.v_pu[b] < out.v_pu[lowest]) lowest = b;
    if (role[b] === busRole.slack) continue;
    const dp = Math.abs(out.p_kW[b] - base * p_pu[b]);
    const dq = role[b] === busRole.pq ? Math.abs(out.q_kvar[b] - base * q_pu[b]) : 0;
    const size = Math.max(dp, dq);
    if (size > mismatch_max_kVA || worst < 0) {
      mismatch_max_kVA = size;
      worst = b;
    }
  }
  const converged = ending.reason === undefined && mismatch_max_kVA <= allowed_kVA(base, ending.tolerance_pu);
  if (converged) {
    for (let b = 0; b < role.length; b++) {
      if (role[b] === busRole.pq || role[b] === busRole.pv) out.p_kW[b] = base * p_pu[b];
      if (role[b] === busRole.pq) out.q_kvar[b] = base * q_pu[b];
    }
  }
  const result: PowerFlowResult = {
    ...out,
    status: converged ? 'converged' : 'diverged',
    method: ending.method,
    iterations_count: ending.iterations_count,
    mismatch_max_kVA,
    atReactiveLimit: ending.atReactiveLimit,
  };
  if (converged) return result;
  return { ...result, diagnosis: diagnose(wires, out, mismatch_max_kVA, worst, lowest, ending) };
}

/** The recomputed mismatch may exceed the iteration's own by the rounding of another order of summation. */
const ROUNDING_PU = 1e-9;
const allowed_kVA = (s_base_kVA: number, tolerance_pu: number): number => s_base_kVA * (tolerance_pu + Math.max(tolerance_pu, ROUNDING_PU));

function diagnose(wires: Wires, out: FlowArrays, mismatch_kVA: number, worst: number, lowest: number, ending: Ending): string {
  const { buses } = wires.network;
  const reason = ending.reason ?? 'the recomputed mismatch is larger than the iteration reported';
  if (worst < 0) return `Not solved: ${reason}.`;
  const low = out.v_pu[lowest];
  const collapse = low < 0.7;
  const advice = collapse
    ? `A voltage this low means that the loads near "${buses[lowest].id}" ask for more than the wires can carry: check their size and unit, and the impedances on the way to it; then try smaller loads, capacitors or generation there.`
    : `Check the data near "${buses[worst].id}" (size and unit of the load, branch impedance, tap ratio), then try smaller loads, another starting point, or more iterations.`;
  return (
    `Not solved: ${reason}. Largest mismatch ${mismatch_kVA.toPrecision(4)} kVA at bus "${buses[worst].id}"; ` +
    `lowest voltage ${low.toPrecision(4)} pu at bus "${buses[lowest].id}". ${advice}`
  );
}

/** @throws {CombinationError} POWERFLOW_REFUSED when there is a reason */
export function mustAccept(method: string, network: string, reason: string | undefined): void {
  if (reason === undefined) return;
  throw new CombinationError({
    code: 'POWERFLOW_REFUSED',
    message: `Power flow "${method}" cannot take network "${network}": ${reason}`,
    hint: 'Ask `refuses` first, or use method "auto".',
  });
}
