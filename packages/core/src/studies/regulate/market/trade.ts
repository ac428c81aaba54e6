import { InputError, NumericalError } from '../../../base/errors.ts';
import { mul, sum } from '../../../problem/affine.ts';
import { Model } from '../../../problem/model.ts';
import type { ReadySolver } from '../../../solvers/contract.ts';
import type { Portfolio, Prices, Schedule, Storage, Trade, TradeOptions } from './contract.ts';
import { planLeaky } from './leaky-plan.ts';
import { planOnOff } from './on-off-plan.ts';
import { addStorage, bothCouldPay } from './portfolio-model.ts';
import { available_kW, cannotHold, checkPortfolio, storageStep } from './storage.ts';

/**
 * The plan that earns most at given prices, eq. 1–5 of the paper with its corrections:
 *
 *   max Σ_t Δt·(s_t·(fed + discharge) − b_t·bought),   0 ≤ fed ≤ p_available − own
 *
 * so that fed = p_available − own where the sell price s is not negative, and 0 where it is. A mixed-whole programme when the storage is on or
 * off, which is searched through (`planOnOff`, `planLeaky`); at any power a linear one, unless prices are such that
 * charging and discharging at once would pay on some step.
 *
 * Storage never lowers what is earned as long as it may stay idle: without self-discharge always, else when its end energy allows it.
 * @param solver - of linear programmes with whole variables
 * @throws {InputError} TRADE_STORAGE_INVALID, TRADE_PROFILE_INVALID, TRADE_END_ENERGY; {NumericalError} TRADE_NOT_SOLVED
 * @source Jia et al., Electronics 14 (2025) 1306, §2.1
 */
export function planTrade(portfolio: Portfolio, prices: Prices, options: TradeOptions, solver: ReadySolver): Trade {
  const { sell_cur_per_kWh: sell } = prices;
  const steps_count = sell.length;
  checkPortfolio(portfolio, steps_count, options);
  const p_available_kW = available_kW(portfolio, steps_count);
  const idle = idleSchedule(p_available_kW, sell);
  const { storage } = portfolio;
  if (!storage) return tradeOf(portfolio, prices, options.dt_h, idle);

  const searched = options.power !== 'continuous' ? searchThrough(portfolio, storage, p_available_kW, prices, options) : undefined;
  const { moved, bound_cur, gap_cur = 0 } = searched ?? optimise(portfolio, storage, p_available_kW, prices, options, solver);
  const fed_kW = p_available_kW.map((p, t) => (sell[t] >= 0 ? Math.max(0, p - moved.own_kW[t]) : 0));
  const earned = (schedule: Schedule): number => revenueOf(schedule, prices, options.dt_h);
  const active = { ...moved, fed_kW };
  // A solver's gap is no reason to earn less than by doing nothing.
  const resting = restingSchedule(storage, idle, options.dt_h);
  const schedule = resting && earned(resting) >= earned(active) ? resting : active;
  return tradeOf(portfolio, prices, options.dt_h, schedule, bound_cur ?? earned(active) + gap_cur);
}

interface Planned {
  readonly moved: Omit<Schedule, 'fed_kW'>;
  /** What no plan earns more than, or by how much more than this one. */
  readonly bound_cur?: number;
  readonly gap_cur?: number;
}

/** Nothing where the search leaves open whether there is a plan, or the horizon is too long for it. */
function searchThrough(
  portfolio: Portfolio,
  storage: Storage,
  p_available_kW: Float64Array,
  prices: Prices,
  options: TradeOptions,
): Planned | undefined {
  const search = (storage.selfDischarge_per_h ?? 0) === 0 ? planOnOff : planLeaky;
  const plan = search(storage, p_available_kW, prices, options);
  if (plan === undefined) return undefined;
  if (plan.isFeasible) return { moved: plan.schedule, gap_cur: plan.gap_cur };
  const { e_end_min_kWh } = storageStep(storage, options.dt_h);
  throw cannotHold(portfolio.id, storage, p_available_kW.length - 1, options.dt_h, plan.e_end_max_kWh, e_end_min_kWh);
}

/** The plan as a mixed-whole or linear programme; a cost of the model is what the idle portfolio earns more. */
export function optimise(
  portfolio: Portfolio,
  storage: Storage,
  p_available_kW: Float64Array,
  prices: Prices,
  options: TradeOptions,
  solver: ReadySolver,
): Planned {
  const { sell_cur_per_kWh: sell, buy_cur_per_kWh: buy } = prices;
  const m = new Model();
  const couldDoBoth = (t: number): boolean => {
    return bothCouldPay(storage, options.chargeFrom === 'any' ? Math.min(sell[t], buy[t]) : sell[t], sell[t], options.dt_h);
  };
  const { own, bought, discharge, energy } = addStorage(m, storage, p_available_kW, options, couldDoBoth);
  for (let t = 0; t < sell.length; t++) {
    const lost = mul(Math.max(0, sell[t]), own[t]);
    m.cost(mul(options.dt_h, sum(lost, mul(-sell[t], discharge[t]), mul(buy[t], bought[t]))));
  }
  const solution = solver.solve(m.build());
  if (solution.status === 'infeasible') throw whyInfeasible(portfolio, storage, p_available_kW, options, solver);
  if (solution.status !== 'optimal') throw notSolved(portfolio.id, solution.status);
  const read = m.read(solution);
  const valuesOf = (variables: typeof own): Float64Array => Float64Array.from(variables, (variable) => Math.max(0, read.value(variable)));
  return {
    moved: { own_kW: valuesOf(own), bought_kW: valuesOf(bought), discharge_kW: valuesOf(discharge), e_kWh: valuesOf(energy) },
    bound_cur: revenueOf(idleSchedule(p_available_kW, sell), prices, options.dt_h) - solution.bound,
  };
}

/** The plan in the words of the result; `bound_cur` is the proven bound on the revenue, absent where the plan is the only one. */
export function tradeOf(portfolio: Portfolio, prices: Prices, dt_h: number, schedule: Schedule, bound_cur?: number): Trade {
  const { own_kW, bought_kW, discharge_kW, e_kWh, fed_kW } = schedule;
  const p_available_kW = available_kW(portfolio, fed_kW.length);
  const revenue_with_cur = revenueOf(schedule, prices, dt_h);
  return {
    id: portfolio.id,
    members: portfolio.sources.map(({ id }) => id),
    storage: portfolio.storage?.id ?? '',
    p_available_kW: [...p_available_kW],
    p_offered_kW: Array.from(fed_kW, (p, t) => p + discharge_kW[t] - bought_kW[t]),
    p_charge_kW: Array.from(own_kW, (p, t) => p + bought_kW[t]),
    p_discharge_kW: [...discharge_kW],
    p_bought_kW: [...bought_kW],
    e_kWh: [...e_kWh],
    revenue_without_cur: revenueOf(idleSchedule(p_available_kW, prices.sell_cur_per_kWh), prices, dt_h),
    revenue_with_cur,
    bound_cur: Math.max(revenue_with_cur, bound_cur ?? revenue_with_cur),
    sources: portfolio.sources.map((source) => ({
      id: source.id,
      p_left_kW: source.p_available_kW.map((p, t) => (p_available_kW[t] > 0 ? (p * fed_kW[t]) / p_available_kW[t] : 0)),
    })),
  };
}

/** Σ Δt·(s·(fed + discharge) − b·bought) */
export function revenueOf(schedule: Schedule, { sell_cur_per_kWh, buy_cur_per_kWh }: Prices, dt_h: number): number {
  const { fed_kW, discharge_kW, bought_kW } = schedule;
  return fed_kW.reduce((sum_cur, fed, t) => {
    return sum_cur + dt_h * (sell_cur_per_kWh[t] * (fed + discharge_kW[t]) - buy_cur_per_kWh[t] * bought_kW[t]);
  }, 0);
}

function idleSchedule(p_available_kW: Float64Array, sell_cur_per_kWh: readonly number[]): Schedule {
  const none = new Float64Array(p_available_kW.length);
  const fed_kW = p_available_kW.map((p, t) => (sell_cur_per_kWh[t] >= 0 ? p : 0));
  return { own_kW: none, bought_kW: none, discharge_kW: none, e_kWh: new Float64Array(0), fed_kW };
}

/** The storage left alone, where that keeps its limits. */
function restingSchedule(storage: Storage, idle: Schedule, dt_h: number): Schedule | undefined {
  const { keeps_frac, e_min_kWh, e_end_min_kWh } = storageStep(storage, dt_h);
  let left_kWh = storage.e_start_kWh;
  const e_kWh = idle.fed_kW.map(() => {
    left_kWh *= keeps_frac;
    return left_kWh;
  });
  return left_kWh >= Math.max(e_min_kWh, e_end_min_kWh) ? { ...idle, e_kWh } : undefined;
}

/** The fullest end that any plan reaches, so that the error can say how much is missing. */
function whyInfeasible(
  portfolio: Portfolio,
  storage: Storage,
  p_available_kW: Float64Array,
  options: TradeOptions,
  solver: ReadySolver,
): Error {
  const last = p_available_kW.length - 1;
  const { e_min_kWh, e_max_kWh, e_end_min_kWh } = storageStep(storage, options.dt_h);
  const m = new Model();
  const { energy } = addStorage(m, { ...storage, e_end_min_kWh: e_min_kWh }, p_available_kW, options, () => false);
  m.cost(mul(-1, energy[last]));
  const solution = solver.solve(m.build());
  if (solution.status === 'optimal') {
    return cannotHold(portfolio.id, storage, last, options.dt_h, m.read(solution).value(energy[last]), e_end_min_kWh);
  }
  return new InputError({
    code: 'TRADE_END_ENERGY',
    message: `No schedule of storage "${storage.id}" of portfolio "${portfolio.id}" stays between ${e_min_kWh} and ${e_max_kWh} kWh on every step`,
    hint: 'Allow any power instead of on or off, or widen the limits of its state of charge.',
  });
}

export const notSolved = (who: string, status: string): NumericalError =>
  new NumericalError({
    code: 'TRADE_NOT_SOLVED',
    message: `The plan of "${who}" was not solved: the solver ended with "${status}"`,
    hint: 'Check prices and powers for numbers of very different size; report it with the study if they are sound.',
  });
