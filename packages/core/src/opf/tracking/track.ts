import { isSolved, type OpfStatus } from '../result.ts';
import { mustBeLong } from './checks.ts';
import type { PccPower, RegulatedDay, RegulatedFeeder, RegulatedStep, Setpoints, TrackingOptions } from './question.ts';
import { Regulator } from './regulator.ts';
import type { TrackedDay, TrackingResult } from './result.ts';

/**
 * Set-points of all resources with which the import follows a command as well as the wires allow:
 *
 *   min α·|p_pcc − p*| + β·|q_pcc − q*|   subject to the AC equations, limits of voltage and rating, u_d in region d
 *
 * A local optimum; among equals the set-points nearest to `before` (`TrackingOptions.near`). A command beyond the reachable band gets the
 * nearest import, and says so. Limits that no set-points keep are a result with their names.
 * @throws {InputError} TRACKING_UNKNOWN_BUS, TRACKING_LENGTH, TRACKING_NOT_A_NUMBER, TRACKING_REGION_EMPTY, TRACKING_REGION_UNBOUNDED;
 *   {CombinationError} TRACKING_BUS_ISOLATED, and those of the power flow for networks it refuses
 * @source Jia et al., Electronics 14(7), 1306 (2025), eq. 7–14, with the AC equations in the place of the relaxation
 */
export function track(
  feeder: RegulatedFeeder,
  step: RegulatedStep,
  command: PccPower,
  options: TrackingOptions = {},
  before?: Setpoints,
): TrackingResult {
  const regulator = new Regulator(feeder, step, options);
  try {
    return regulator.track(step, command, before);
  } finally {
    regulator.release();
  }
}

/**
 * `track` step after step, each from the answer before. Steps without an answer do not end the day: the next one is told of the set-points
 * that were tried.
 * @throws {InputError} as `track`
 */
export function trackDay(feeder: RegulatedFeeder, day: RegulatedDay, options: TrackingOptions = {}): TrackedDay {
  const nB = feeder.network.buses.length;
  const { steps_count, p_fixed_kW, q_fixed_kvar, commands } = day;
  mustBeLong('fixed active powers', p_fixed_kW.length, steps_count * nB, 'step and bus');
  mustBeLong('fixed reactive powers', q_fixed_kvar.length, steps_count * nB, 'step and bus');
  mustBeLong('commands', commands.length, steps_count, 'step');
  const stepOf = (t: number, before: Setpoints | undefined): RegulatedStep => ({
    p_fixed_kW: p_fixed_kW.subarray(t * nB, (t + 1) * nB),
    q_fixed_kvar: q_fixed_kvar.subarray(t * nB, (t + 1) * nB),
    regions: day.regionsAt(t, before),
  });
  if (steps_count === 0) return { status: 'optimal', steps: [] };
  let step = stepOf(0, undefined);
  const regulator = new Regulator(feeder, step, options);
  const steps: TrackingResult[] = [];
  let before = day.start;
  let status: OpfStatus = 'optimal';
  try {
    for (let t = 0; t < steps_count; t++) {
      const interruption = regulator.interruption();
      if (interruption !== undefined) return { status: interruption, steps };
      if (t > 0) step = stepOf(t, steps[t - 1].setpoints);
      const result = regulator.track(step, commands[t], before);
      steps.push(result);
      before = result.setpoints;
      if (status === 'optimal' && !isSolved(result.status)) status = result.status;
      if (result.status === 'stopped' || result.status === 'time-limit') return { status: result.status, steps };
    }
    return { status, steps };
  } finally {
    regulator.release();
  }
}
