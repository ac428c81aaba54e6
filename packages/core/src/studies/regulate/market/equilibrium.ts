import type { ReadySolver } from '../../../solvers/contract.ts';
import type { Equilibrium, MarketOutcome, Prices, Schedule, Trade, TradeOptions } from './contract.ts';
import { mixPlans } from './plan-mix.ts';
import { planTrade, revenueOf, tradeOf } from './trade.ts';
import { type Clearing, clearAtLeastCost, type TwoSidedMarket } from './two-sided.ts';

/** Best plans of all portfolios at one price. */
interface Answer {
  readonly prices: Prices;
  readonly best: readonly Trade[];
  /** No way to serve the load is cheaper: what customers pay at this price less what portfolios then earn at best. */
  readonly bound_cur: number;
}

const PRICE_ROUNDS_MAX_COUNT = 60;
/** With more storages that are on or off the joint programme is not tried: seven took minutes. */
const JOINT_STORAGES_MAX_COUNT = 2;

/**
 * A two-sided market with one price per step: cleared at least cost, and then examined. At the price λ every portfolio is asked what its
 * own best plan earns; if that is no more than what its cleared plan earns, λ is an equilibrium.
 *
 * At any power the multipliers of the clearing are such prices. With storages that are on or off there may be none. Then λ is the price
 * that needs the least side payments in all: total(λ) = cleared cost − bound(λ), and bound(λ) is concave and piecewise linear. Its
 * maximum is found by mixing the plans that portfolios have answered with so far (Dantzig–Wolfe); the multipliers of the cheapest mixture
 * are the next λ, until mixture and bound meet: "convex hull prices". The plan is the cheapest choice of one answer from each portfolio;
 * where that is not proven best, up to two storages the joint mixed-whole programme is solved, beyond cost − bound says what may be missed.
 *
 * @throws as `clearAtLeastCost`
 * @source Gribik, Hogan, Pope, Market-clearing electricity prices and energy uplift (2007): least side payments by convex hull prices
 */
export function clearTwoSided(market: TwoSidedMarket, options: TradeOptions, solver: ReadySolver): MarketOutcome {
  const tolerance_cur = 1e-6 * (1 + grossOf(market, options));
  const { clearing, answer } =
    options.power === 'continuous' ? clearAtAnyPower(market, options, solver) : clearOnOff(market, options, solver, tolerance_cur);
  const { prices, best } = answer;
  const payments_cur = best.map((trade, k) => {
    return Math.max(0, trade.revenue_with_cur - revenueOf(clearing.schedules[k], prices, options.dt_h));
  });
  const gridPayment_cur = gridLoss(market, clearing, prices, options);
  const sidePayment_cur = payments_cur.reduce((total, payment) => total + payment, gridPayment_cur);
  const ids = [...market.portfolios.map(({ id }) => id), 'grid'];
  const equilibrium: Equilibrium = {
    isEquilibrium: sidePayment_cur <= tolerance_cur,
    sidePayments: [...payments_cur, gridPayment_cur].map((payment_cur, k) => ({ id: ids[k], payment_cur })),
    sidePayment_cur,
    tolerance_cur,
    cost_cur: clearing.cost_cur,
    bound_cur: clearing.bound_cur,
    p_import_kW: [...clearing.p_import_kW],
  };
  const trades = market.portfolios.map((portfolio, k) => {
    return tradeOf(portfolio, prices, options.dt_h, clearing.schedules[k], best[k].bound_cur);
  });
  return { structure: 'two-sided', ...prices, trades, equilibrium };
}

interface Cleared {
  readonly clearing: Clearing;
  readonly answer: Answer;
}

function clearAtAnyPower(market: TwoSidedMarket, options: TradeOptions, solver: ReadySolver): Cleared {
  const clearing = clearAtLeastCost(market, options, solver);
  return { clearing, answer: askAll(market, options, solver, clearing.price_cur_per_kWh) };
}

function clearOnOff(market: TwoSidedMarket, options: TradeOptions, solver: ReadySolver, tolerance_cur: number): Cleared {
  const relaxed = clearAtLeastCost(market, options, solver, true);
  let next = askAll(market, options, solver, relaxed.price_cur_per_kWh);
  let answer = next;
  const plans: Schedule[][] = market.portfolios.map(() => []);
  for (let round = 0; round < PRICE_ROUNDS_MAX_COUNT; round++) {
    if (next.bound_cur > answer.bound_cur) answer = next;
    next.best.forEach((trade, k) => plans[k].push(scheduleOf(trade)));
    const mix = mixPlans(market, options, solver, plans);
    if (mix.cost_cur - answer.bound_cur <= tolerance_cur) break;
    next = askAll(market, options, solver, mix.price_cur_per_kWh);
  }
  const chosen = mixPlans(market, options, solver, plans, true);
  const storages_count = market.portfolios.filter(({ storage }) => storage).length;
  const isProven = chosen.cost_cur - answer.bound_cur <= tolerance_cur;
  const clearing =
    isProven || storages_count > JOINT_STORAGES_MAX_COUNT
      ? { ...chosen, bound_cur: answer.bound_cur }
      : clearAtLeastCost(market, options, solver);
  return { clearing, answer };
}

/** At these prices, brought between what the grid pays and what it asks: beyond, one could earn without end from it. */
function askAll(market: TwoSidedMarket, options: TradeOptions, solver: ReadySolver, multipliers: ArrayLike<number>): Answer {
  const { portfolios, load_kW, grid } = market;
  const price = load_kW.map((_, t) => Math.min(grid.buy_cur_per_kWh[t], Math.max(grid.sell_cur_per_kWh[t], multipliers[t])));
  const prices: Prices = { buy_cur_per_kWh: price, sell_cur_per_kWh: price };
  const best = portfolios.map((portfolio) => planTrade(portfolio, prices, options, solver));
  const paid_cur = load_kW.reduce((total, load, t) => total + options.dt_h * load * price[t], 0);
  return { prices, best, bound_cur: best.reduce((left, trade) => left - trade.bound_cur, paid_cur) };
}

/** What the grid above would have to be paid: where it sells below its own price, or buys above it. */
function gridLoss(
  { grid }: TwoSidedMarket,
  { p_import_kW }: Clearing,
  { sell_cur_per_kWh: price }: Prices,
  { dt_h }: TradeOptions,
): number {
  return p_import_kW.reduce((total, p, t) => {
    const own = p > 0 ? grid.buy_cur_per_kWh[t] : grid.sell_cur_per_kWh[t];
    return total + dt_h * (own - price[t]) * p;
  }, 0);
}

/** The money at stake: the load at the grid's price, and all that sources could give. */
function grossOf({ load_kW, grid, portfolios }: TwoSidedMarket, { dt_h }: TradeOptions): number {
  return load_kW.reduce((total, load, t) => {
    const given_kW = portfolios.reduce((sum, { sources }) => sources.reduce((p, source) => p + source.p_available_kW[t], sum), 0);
    return total + dt_h * (load + given_kW) * Math.abs(grid.buy_cur_per_kWh[t]);
  }, 0);
}

function scheduleOf({ p_charge_kW, p_bought_kW, p_discharge_kW, e_kWh, sources }: Trade): Schedule {
  return {
    own_kW: Float64Array.from(p_charge_kW, (p, t) => p - p_bought_kW[t]),
    bought_kW: Float64Array.from(p_bought_kW),
    discharge_kW: Float64Array.from(p_discharge_kW),
    e_kWh: Float64Array.from(e_kWh),
    fed_kW: Float64Array.from(p_charge_kW, (_, t) => sources.reduce((sum, { p_left_kW }) => sum + p_left_kW[t], 0)),
  };
}
