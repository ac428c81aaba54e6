import type { Prices, Schedule, Storage, TradeOptions } from './contract.ts';
import { deeds, onOffSteps, scheduleOfDeeds } from './on-off-steps.ts';
import { storageStep } from './storage.ts';

/** The best plan of a storage that is on or off, or the fullest end that any such plan reaches. */
export type OnOffPlan =
  | {
      readonly isFeasible: true;
      readonly schedule: Omit<Schedule, 'fed_kW'>;
      /** How much more than the plan any other can be worth. */
      readonly gap_cur: number;
    }
  | { readonly isFeasible: false; readonly e_end_max_kWh: number };

/** States times steps that may be held, at one byte each: two months of hours. */
const MEMORY_MAX_COUNT = 1 << 28;

/**
 * Storage at rated power or not at all, without self-discharge, solved to the end by dynamic programming: after a charges and b
 * discharges the energy is e₀ + a·Δt·η_c·P_c − b·Δt·P_d/η_d, whatever their order, so that few states stand for all of the 3^T plans.
 *
 *   gain(t + 1, a, b) = max(gain(t, a, b), gain(t, a − 1, b) − cost of charging on t, gain(t, a, b − 1) + Δt·s_t·P_d)
 *
 * over states within the energy limits. The same optimum as the mixed-whole programme of `addStorage`, proven by exhaustion.
 *
 * | symbol | variable |
 * |---|---|
 * | a, b of a state | row `a`, place `b − low[a]` |
 * | gain(t, ·) | `gain` |
 * | what was done to come to a state | `deed[t]` |
 * @shape gain (T + 1)·width; deed T·(T + 1)·width
 * @returns nothing where the horizon is too long for memory
 * @cost  O(T²·width), width = energy range over one discharge
 */
export function planOnOff(storage: Storage, p_available_kW: Float64Array, prices: Prices, options: TradeOptions): OnOffPlan | undefined {
  const steps = onOffSteps(storage, p_available_kW, prices, options);
  const { e_min_kWh, e_max_kWh, e_end_min_kWh } = storageStep(storage, options.dt_h);
  const steps_count = p_available_kW.length;
  const up_kWh = options.dt_h * steps.charged_kW;
  const down_kWh = options.dt_h * steps.discharged_kW;
  const slack_kWh = 1e-9 * storage.e_rated_kWh;
  const energy = (a: number, b: number): number => storage.e_start_kWh + a * up_kWh - b * down_kWh;
  const holds = (e_kWh: number, least_kWh = e_min_kWh): boolean => e_kWh >= least_kWh - slack_kWh && e_kWh <= e_max_kWh + slack_kWh;
  const width = down_kWh > 0 ? Math.min(steps_count, Math.floor((e_max_kWh - e_min_kWh + 2 * slack_kWh) / down_kWh)) + 1 : 1;
  const low = Int32Array.from({ length: steps_count + 1 }, (_, a) => {
    return down_kWh > 0 ? Math.max(0, Math.ceil((energy(a, 0) - e_max_kWh - slack_kWh) / down_kWh)) : 0;
  });

  const size = (steps_count + 1) * width;
  if (size * steps_count > MEMORY_MAX_COUNT) return undefined;
  const deed = new Uint8Array(steps_count * size).fill(deeds.unreached);
  let gain = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
  let next = new Float64Array(size);
  gain[0] = 0;
  for (let t = 0; t < steps_count; t++) {
    const done = deed.subarray(t * size, (t + 1) * size);
    next.fill(Number.NEGATIVE_INFINITY);
    const reach = (a: number, b: number, value_cur: number, how: number): void => {
      const place = b - low[a];
      if (place < 0 || place >= width || !holds(energy(a, b))) return;
      const at = a * width + place;
      if (value_cur <= next[at]) return;
      next[at] = value_cur;
      done[at] = how;
    };
    for (let a = 0; a <= t; a++) {
      for (let b = low[a], at = a * width; b < low[a] + width; b++, at++) {
        if (gain[at] === Number.NEGATIVE_INFINITY) continue;
        reach(a, b, gain[at], deeds.idle);
        if (steps.charge_cur[t] < Number.POSITIVE_INFINITY) reach(a + 1, b, gain[at] - steps.charge_cur[t], deeds.charge);
        if (down_kWh > 0) reach(a, b + 1, gain[at] + steps.discharge_cur[t], deeds.discharge);
      }
    }
    [gain, next] = [next, gain];
  }

  let best = { a: -1, b: -1, value_cur: Number.NEGATIVE_INFINITY };
  let e_end_max_kWh = 0;
  for (let a = 0; a <= steps_count; a++) {
    for (let b = low[a], at = a * width; b < low[a] + width; b++, at++) {
      if (gain[at] === Number.NEGATIVE_INFINITY) continue;
      e_end_max_kWh = Math.max(e_end_max_kWh, energy(a, b));
      if (gain[at] > best.value_cur && holds(energy(a, b), e_end_min_kWh)) best = { a, b, value_cur: gain[at] };
    }
  }
  if (best.a < 0) return { isFeasible: false, e_end_max_kWh };

  const done = new Uint8Array(steps_count);
  const e_kWh = new Float64Array(steps_count);
  for (let t = steps_count - 1, { a, b } = best; t >= 0; t--) {
    e_kWh[t] = energy(a, b);
    done[t] = deed[t * size + a * width + b - low[a]];
    if (done[t] === deeds.charge) a--;
    else if (done[t] === deeds.discharge) b--;
  }
  return { isFeasible: true, schedule: scheduleOfDeeds(storage, steps, done, e_kWh), gap_cur: 0 };
}
