import type { Prices, Storage, TradeOptions } from './contract.ts';
import type { OnOffPlan } from './on-off-plan.ts';
import { deeds, type OnOffSteps, onOffSteps, scheduleOfDeeds } from './on-off-steps.ts';
import { type StorageStep, storageStep } from './storage.ts';

const CELLS_START_COUNT = 1 << 14;
const CELLS_MAX_COUNT = 1 << 20;
/** Cells times steps that may be held, at 4 bytes each. */
const MEMORY_MAX_COUNT = 1 << 24;
/** Half a cell, and what arithmetic adds to it. */
const HALF_FRAC = 0.5000001;
/** A gap up to this part of the money at stake is none, as for whole variables elsewhere. */
const GAP_FRAC = 1e-6;

/**
 * Storage at rated power or not at all that loses energy by itself, solved with a proof by dynamic programming on rounded energies.
 *
 * Energies are rounded to cells of width δ on every step. As a store forgets, the rounded energy of a plan is never further than
 * ε_t = ½·δ·(1 + k + k² + …) < ½·δ·t from the true one. Hence, over rounded energies,
 *
 *   limits widened by ε_t: every plan there is takes part, so the best is worth no less than the optimum     (bound)
 *   limits narrowed by ε_t: every plan that takes part keeps the true limits                                  (plan)
 *
 * and where the plan of the widened search keeps the true limits it is the optimum. Else δ is made smaller until bound and plan meet, or memory
 * ends; the gap is then told.
 *
 * | symbol | variable |
 * |---|---|
 * | δ | `cell_kWh` |
 * | k, factor of decay | `keeps_frac` |
 * | ε_t | `error_kWh[t]` |
 * @returns nothing where even the finest cells leave open whether there is a plan, or the horizon is too long for memory
 * @cost  O(T·cells) per search
 */
export function planLeaky(storage: Storage, p_available_kW: Float64Array, prices: Prices, options: TradeOptions): OnOffPlan | undefined {
  const law = storageStep(storage, options.dt_h);
  const steps = onOffSteps(storage, p_available_kW, prices, options);
  const steps_count = p_available_kW.length;
  const stake_cur = steps.discharge_cur.reduce((sum, value) => sum + Math.abs(value), 0);
  const smallest_count = Math.max(CELLS_START_COUNT, 8 * steps_count);
  const largest_count = Math.max(smallest_count, Math.min(CELLS_MAX_COUNT, MEMORY_MAX_COUNT / steps_count));
  if (smallest_count * steps_count > 4 * MEMORY_MAX_COUNT) return undefined;
  let best: Found | undefined;
  let bound_cur = Number.POSITIVE_INFINITY;
  for (let cells_count = smallest_count; cells_count <= largest_count; cells_count *= 4) {
    const search = new RoundedSearch(storage, law, steps, cells_count);
    const wide = search.run(1);
    if (!wide.done) return { isFeasible: false, e_end_max_kWh: wide.e_end_max_kWh };
    bound_cur = Math.min(bound_cur, wide.value_cur);
    const plan = search.keepsTrueLimits(wide.done) ? wide : search.run(-1);
    if (plan.done && plan.value_cur > (best?.value_cur ?? Number.NEGATIVE_INFINITY)) best = { done: plan.done, value_cur: plan.value_cur };
    if (best && bound_cur - best.value_cur <= GAP_FRAC * stake_cur) break;
  }
  if (!best) return undefined;
  const e_kWh = trueEnergies(storage, law, steps, best.done);
  return {
    isFeasible: true,
    schedule: scheduleOfDeeds(storage, steps, best.done, e_kWh),
    gap_cur: Math.max(0, bound_cur - best.value_cur),
  };
}

interface Found {
  readonly done: Uint8Array;
  readonly value_cur: number;
}

/** @shape gain, next (cells); from T·cells: 4·(cell before) + what was done, −1 where no plan comes */
class RoundedSearch {
  private readonly storage: Storage;
  private readonly law: StorageStep;
  private readonly steps: OnOffSteps;
  private readonly steps_count: number;
  private readonly cells_count: number;
  private readonly cell_kWh: number;
  private readonly floor_kWh: number;
  private readonly error_kWh: Float64Array;

  constructor(storage: Storage, law: StorageStep, steps: OnOffSteps, cells_count: number) {
    this.storage = storage;
    this.law = law;
    this.steps = steps;
    this.steps_count = steps.charge_cur.length;
    this.cells_count = cells_count;
    // A cell's share of widening on either side is T/2 at most.
    const range_kWh = law.e_max_kWh - law.e_min_kWh + 1e-9 * storage.e_rated_kWh;
    this.cell_kWh = range_kWh / (cells_count - 2 * this.steps_count - 4);
    this.floor_kWh = law.e_min_kWh - (this.steps_count / 2 + 1) * this.cell_kWh;
    this.error_kWh = new Float64Array(this.steps_count);
    const half_kWh = HALF_FRAC * this.cell_kWh;
    for (let t = 0, error = half_kWh; t < this.steps_count; t++) {
      error = law.keeps_frac * error + half_kWh;
      this.error_kWh[t] = error;
    }
  }

  /** @param side - 1: limits widened, −1: narrowed */
  run(side: 1 | -1): { readonly done?: Uint8Array; readonly value_cur: number; readonly e_end_max_kWh: number } {
    const { storage, law, steps, steps_count, cells_count: n, cell_kWh, floor_kWh, error_kWh } = this;
    const cellOf = (e_kWh: number): number => Math.round((e_kWh - floor_kWh) / cell_kWh);
    const from = new Int32Array(steps_count * n).fill(-1);
    let gain = new Float64Array(n).fill(Number.NEGATIVE_INFINITY);
    let next = new Float64Array(n);
    gain[cellOf(storage.e_start_kWh)] = 0;
    const moves_kWh = [0, law.gains_h * steps.charged_kW, -law.gains_h * steps.discharged_kW];
    for (let t = 0; t < steps_count; t++) {
      const first = Math.max(0, Math.ceil((law.e_min_kWh - side * error_kWh[t] - floor_kWh) / cell_kWh));
      const last = Math.min(n - 1, Math.floor((law.e_max_kWh + side * error_kWh[t] - floor_kWh) / cell_kWh));
      const values_cur = [0, -steps.charge_cur[t], steps.discharge_cur[t]];
      const cameFrom = from.subarray(t * n, (t + 1) * n);
      next.fill(Number.NEGATIVE_INFINITY);
      for (let how = deeds.idle; how <= deeds.discharge; how++) {
        const value_cur = values_cur[how];
        if (value_cur === Number.NEGATIVE_INFINITY || (how !== deeds.idle && moves_kWh[how] === 0)) continue;
        // Cell of k·e + move, as an affine function of the cell of e.
        const offset = (law.keeps_frac * floor_kWh + moves_kWh[how] - floor_kWh) / cell_kWh;
        for (let i = 0; i < n; i++) {
          if (gain[i] === Number.NEGATIVE_INFINITY) continue;
          const to = Math.round(law.keeps_frac * i + offset);
          if (to < first || to > last || gain[i] + value_cur <= next[to]) continue;
          next[to] = gain[i] + value_cur;
          cameFrom[to] = 4 * i + how;
        }
      }
      [gain, next] = [next, gain];
    }
    return this.best(gain, from, side);
  }

  /** Whether a plan keeps the limits, followed without rounding. */
  keepsTrueLimits(done: Uint8Array): boolean {
    const { storage, law, steps } = this;
    const slack_kWh = 1e-9 * storage.e_rated_kWh;
    return trueEnergies(storage, law, steps, done).every((e_kWh, t) => {
      const least_kWh = t === done.length - 1 ? law.e_end_min_kWh : law.e_min_kWh;
      return e_kWh >= least_kWh - slack_kWh && e_kWh <= law.e_max_kWh + slack_kWh;
    });
  }

  private best(gain: Float64Array, from: Int32Array, side: 1 | -1) {
    const { law, steps_count, cells_count: n, cell_kWh, floor_kWh, error_kWh } = this;
    const error = error_kWh[steps_count - 1];
    let end = -1;
    let e_end_max_kWh = 0;
    for (let i = 0; i < n; i++) {
      if (gain[i] === Number.NEGATIVE_INFINITY) continue;
      const e_kWh = floor_kWh + i * cell_kWh;
      e_end_max_kWh = Math.min(law.e_max_kWh, e_kWh + error);
      if (e_kWh >= law.e_end_min_kWh - side * error && (end < 0 || gain[i] > gain[end])) end = i;
    }
    if (end < 0) return { value_cur: Number.NEGATIVE_INFINITY, e_end_max_kWh };
    const done = new Uint8Array(steps_count);
    for (let t = steps_count - 1, at = end; t >= 0; t--) {
      done[t] = from[t * n + at] & 3;
      at = from[t * n + at] >> 2;
    }
    return { done, value_cur: gain[end], e_end_max_kWh };
  }
}

function trueEnergies(storage: Storage, law: StorageStep, steps: OnOffSteps, done: Uint8Array): Float64Array {
  let e_kWh = storage.e_start_kWh;
  return Float64Array.from(done, (how) => {
    const power_kW = how === deeds.charge ? steps.charged_kW : how === deeds.discharge ? -steps.discharged_kW : 0;
    e_kWh = law.keeps_frac * e_kWh + law.gains_h * power_kW;
    return e_kWh;
  });
}
