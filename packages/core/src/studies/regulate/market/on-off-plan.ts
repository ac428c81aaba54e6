import type { Prices, Schedule, Storage, TradeOptions } from './contract.ts';
import { storageStep } from './storage.ts';

/** The best plan of a storage that is on or off, or the fullest end that any such plan reaches. */
export type OnOffPlan =
  | { readonly isFeasible: true; readonly schedule: Omit<Schedule, 'fed_kW'> }
  | { readonly isFeasible: false; readonly e_end_max_kWh: number };

/** What is done on a step. */
const deeds = { idle: 0, charge: 1, discharge: 2, unreached: 3 } as const;

/**
 * Storage at rated power or not at all, without self-discharge, solved to the end by dynamic programming: after a charges and b
 * discharges the energy is e₀ + a·Δt·η_c·P_c − b·Δt·P_d/η_d, whatever their order, so that few states stand for all of the 3^T plans.
 *
 *   gain(t + 1, a, b) = max(gain(t, a, b), gain(t, a − 1, b) − cost of charging on t, gain(t, a, b − 1) + Δt·s_t·P_d)
 *
 * over states within the energy limits. The same optimum as the mixed-whole programme of `addStorage`, proven by exhaustion.
 * Of equally good plans the one that does less.
 *
 * | symbol | variable |
 * |---|---|
 * | a, b of a state | row `a`, place `b − low[a]` |
 * | gain(t, ·) | `gain` |
 * | what was done to come to a state | `deed[t]` |
 * @shape gain (T + 1)·width; deed T·(T + 1)·width
 * @cost  O(T²·width), width = energy range over one discharge
 */
export function planOnOff(storage: Storage, p_available_kW: Float64Array, prices: Prices, options: TradeOptions): OnOffPlan {
  const { sell_cur_per_kWh: sell, buy_cur_per_kWh: buy } = prices;
  const { dt_h } = options;
  const { e_min_kWh, e_max_kWh, e_end_min_kWh } = storageStep(storage, dt_h);
  const { p_charge_max_kW: charge_kW, p_discharge_max_kW: discharge_kW, e_start_kWh } = storage;
  const steps_count = p_available_kW.length;
  const up_kWh = dt_h * storage.eta_charge_frac * charge_kW;
  const down_kWh = (dt_h * discharge_kW) / storage.eta_discharge_frac;
  const slack_kWh = 1e-9 * storage.e_rated_kWh;
  const energy = (a: number, b: number): number => e_start_kWh + a * up_kWh - b * down_kWh;
  const holds = (e_kWh: number, least_kWh = e_min_kWh): boolean => e_kWh >= least_kWh - slack_kWh && e_kWh <= e_max_kWh + slack_kWh;
  const width = down_kWh > 0 ? Math.min(steps_count, Math.floor((e_max_kWh - e_min_kWh + 2 * slack_kWh) / down_kWh)) + 1 : 1;
  const low = Int32Array.from({ length: steps_count + 1 }, (_, a) => {
    return down_kWh > 0 ? Math.max(0, Math.ceil((energy(a, 0) - e_max_kWh - slack_kWh) / down_kWh)) : 0;
  });

  const size = (steps_count + 1) * width;
  const deed = new Uint8Array(steps_count * size).fill(deeds.unreached);
  let gain = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
  let next = new Float64Array(size);
  if (low[0] === 0) gain[0] = 0;
  for (let t = 0; t < steps_count; t++) {
    const bought_kW = boughtPart_kW(charge_kW, p_available_kW[t], sell[t], buy[t], options);
    const mayCharge = up_kWh > 0 && bought_kW < Number.POSITIVE_INFINITY;
    const cost_cur = dt_h * (Math.max(0, sell[t]) * (charge_kW - bought_kW) + (bought_kW > 0 ? buy[t] * bought_kW : 0));
    const earned_cur = dt_h * sell[t] * discharge_kW;
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
        if (mayCharge) reach(a + 1, b, gain[at] - cost_cur, deeds.charge);
        if (down_kWh > 0) reach(a, b + 1, gain[at] + earned_cur, deeds.discharge);
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

  const empty = (): Float64Array => new Float64Array(steps_count);
  const schedule = { own_kW: empty(), bought_kW: empty(), discharge_kW: empty(), e_kWh: empty() };
  for (let t = steps_count - 1, { a, b } = best; t >= 0; t--) {
    schedule.e_kWh[t] = energy(a, b);
    const how = deed[t * size + a * width + b - low[a]];
    if (how === deeds.charge) {
      a--;
      schedule.bought_kW[t] = boughtPart_kW(charge_kW, p_available_kW[t], sell[t], buy[t], options);
      schedule.own_kW[t] = charge_kW - schedule.bought_kW[t];
    } else if (how === deeds.discharge) {
      b--;
      schedule.discharge_kW[t] = discharge_kW;
    }
  }
  return { isFeasible: true, schedule };
}

/** Of one step's charge what is best bought; Infinity where own sources do not do and buying is not allowed. */
function boughtPart_kW(charge_kW: number, own_kW: number, sell: number, buy: number, { chargeFrom }: TradeOptions): number {
  if (chargeFrom !== 'any') return own_kW >= charge_kW ? 0 : Number.POSITIVE_INFINITY;
  return buy < Math.max(0, sell) ? charge_kW : Math.max(0, charge_kW - own_kW);
}
