import { mul, sum } from '../../../problem/affine.ts';
import { type Constraint, Model } from '../../../problem/model.ts';
import type { ReadySolver } from '../../../solvers/contract.ts';
import type { Equilibrium, MarketOutcome, Prices, Trade, TradeOptions } from './contract.ts';
import { notSolved, planTrade, revenueOf, type Schedule, tradeOf } from './trade.ts';
import { type Clearing, clearAtLeastCost, type TwoSidedMarket } from './two-sided.ts';

/** Best plans of all portfolios at one price, and what side payments the cleared plan would need at it. */
interface Answer {
  readonly price_cur_per_kWh: readonly number[];
  readonly best: readonly Trade[];
  readonly payments_cur: readonly number[];
  /** What the grid above would have to be paid: where it sells below its own price, or buys above it. */
  readonly gridPayment_cur: number;
  readonly total_cur: number;
}

const PRICE_ROUNDS_MAX_COUNT = 60;

/**
 * A two-sided market with one price per step: cleared at least cost, and then examined. At the price λ every portfolio is asked what its
 * own best plan earns; if that is no more than its cleared plan does, λ is an equilibrium.
 *
 * At any power the multipliers of the clearing are such prices. With storages that are on or off they need not be, and there may be
 * none. Then λ is the price that needs the least side payments in all: total(λ) = cleared cost − Lagrangian(λ) is a convex,
 * piecewise linear function of λ, and its minimum is approached from both sides by the linear programme over the plans that portfolios have
 * answered with so far (Dantzig–Wolfe), whose multipliers are the next λ. "Convex hull prices".
 *
 * | symbol | variable |
 * |---|---|
 * | λ | `price_cur_per_kWh` |
 * | plans answered so far, each as net power | `plans` |
 * @throws as `clearAtLeastCost`
 * @source Gribik, Hogan, Pope, Market-clearing electricity prices and energy uplift (2007): least side payments by convex hull prices
 */
export function clearTwoSided(market: TwoSidedMarket, options: TradeOptions, solver: ReadySolver): MarketOutcome {
  const clearing = clearAtLeastCost(market, options, solver);
  const tolerance_cur = 1e-6 * (1 + Math.abs(clearing.cost_cur) + grossOf(market, options));
  const answerAt = (price: ArrayLike<number>): Answer => askAll(market, clearing, options, solver, [...Array.from(price)]);
  let found = answerAt(withinGrid(clearing.price_cur_per_kWh, market.grid));
  if (found.total_cur > tolerance_cur) found = cheapestPrice(market, clearing, options, solver, found, answerAt, tolerance_cur);
  const prices: Prices = { buy_cur_per_kWh: found.price_cur_per_kWh, sell_cur_per_kWh: found.price_cur_per_kWh };
  const trades = market.portfolios.map((portfolio, k) => {
    return tradeOf(portfolio, prices, options.dt_h, clearing.schedules[k], found.best[k].bound_cur);
  });
  const ids = [...market.portfolios.map(({ id }) => id), 'grid'];
  const equilibrium: Equilibrium = {
    isEquilibrium: found.total_cur <= tolerance_cur,
    sidePayments: [...found.payments_cur, found.gridPayment_cur].map((payment_cur, k) => ({ id: ids[k], payment_cur })),
    sidePayment_cur: found.total_cur,
    tolerance_cur,
    cost_cur: clearing.cost_cur,
    bound_cur: clearing.bound_cur,
    p_import_kW: [...clearing.p_import_kW],
  };
  return { structure: 'two-sided', ...prices, trades, equilibrium };
}

/** Between what the grid pays and what it asks no one can do better with it; rounding may have put a multiplier outside. */
function withinGrid(price: Float64Array, grid: Prices): Float64Array {
  return price.map((value, t) => Math.min(grid.buy_cur_per_kWh[t], Math.max(grid.sell_cur_per_kWh[t], value)));
}

/** What serving the load from the grid alone would cost: the size of the money at stake. */
function grossOf({ load_kW, grid }: TwoSidedMarket, { dt_h }: TradeOptions): number {
  return load_kW.reduce((total, load, t) => total + dt_h * load * Math.abs(grid.buy_cur_per_kWh[t]), 0);
}

function askAll(
  { portfolios, grid }: TwoSidedMarket,
  clearing: Clearing,
  options: TradeOptions,
  solver: ReadySolver,
  price_cur_per_kWh: readonly number[],
): Answer {
  const prices: Prices = { buy_cur_per_kWh: price_cur_per_kWh, sell_cur_per_kWh: price_cur_per_kWh };
  const best = portfolios.map((portfolio) => planTrade(portfolio, prices, options, solver));
  const payments_cur = best.map((trade, k) => Math.max(0, trade.revenue_with_cur - revenueOf(clearing.schedules[k], prices, options.dt_h)));
  const gridPayment_cur = clearing.p_import_kW.reduce((total, p, t) => {
    const own = p > 0 ? grid.buy_cur_per_kWh[t] : grid.sell_cur_per_kWh[t];
    return total + options.dt_h * (own - price_cur_per_kWh[t]) * p;
  }, 0);
  const total_cur = payments_cur.reduce((total, payment) => total + payment, gridPayment_cur);
  return { price_cur_per_kWh, best, payments_cur, gridPayment_cur, total_cur };
}

/** Prices of least total side payment, by plans that portfolios answer with. */
function cheapestPrice(
  market: TwoSidedMarket,
  clearing: Clearing,
  options: TradeOptions,
  solver: ReadySolver,
  start: Answer,
  answerAt: (price: ArrayLike<number>) => Answer,
  tolerance_cur: number,
): Answer {
  const relaxed = clearAtLeastCost(market, options, solver, true);
  let found = start;
  const plans = clearing.schedules.map((schedule, k) => [netOf(schedule), netOf(start.best[k])]);
  let next = answerAt(withinGrid(relaxed.price_cur_per_kWh, market.grid));
  for (let round = 0; round < PRICE_ROUNDS_MAX_COUNT; round++) {
    if (next.total_cur < found.total_cur) found = next;
    if (found.total_cur <= tolerance_cur) break;
    next.best.forEach((trade, k) => plans[k].push(netOf(trade)));
    const mix = mixPlans(market, options, solver, plans);
    // No price needs less than the cleared cost beyond what mixing these plans would cost.
    if (found.total_cur <= clearing.cost_cur - mix.cost_cur + tolerance_cur) break;
    next = answerAt(withinGrid(mix.price_cur_per_kWh, market.grid));
  }
  return found;
}

/** Net power into the feeder. @shape per step */
function netOf(plan: Schedule | Trade): Float64Array {
  if ('p_offered_kW' in plan) return Float64Array.from(plan.p_offered_kW);
  return plan.fed_kW.map((fed, t) => fed + plan.discharge_kW[t] - plan.bought_kW[t]);
}

/** The cheapest mixture of known plans, each portfolio's shares adding up to one, and the prices at which it is cheapest. */
function mixPlans(
  { load_kW, grid }: TwoSidedMarket,
  { dt_h }: TradeOptions,
  solver: ReadySolver,
  plans: readonly (readonly Float64Array[])[],
): { readonly cost_cur: number; readonly price_cur_per_kWh: Float64Array } {
  const m = new Model();
  const steps_count = load_kW.length;
  const imported = m.variables('import_kW', [steps_count], { lower: 0 });
  const exported = m.variables('export_kW', [steps_count], { lower: 0 });
  const shares = plans.map((known, k) => {
    const share = m.variables(`share[${k}]`, [known.length], { lower: 0 });
    m.equal(`whole[${k}]`, sum(...share.variables), 1);
    return share;
  });
  const balances: Constraint[] = load_kW.map((load, t) => {
    m.cost(mul(dt_h, sum(mul(grid.buy_cur_per_kWh[t], imported(t)), mul(-grid.sell_cur_per_kWh[t], exported(t)))));
    const given = plans.flatMap((known, k) => known.map((plan, j) => mul(plan[t], shares[k](j))));
    return m.equal(() => `balance[${t}]`, sum(...given, imported(t), mul(-1, exported(t))), load);
  });
  const solution = solver.solve(m.build());
  if (solution.status !== 'optimal') throw notSolved('prices of the two-sided market', solution.status);
  const read = m.read(solution);
  return { cost_cur: solution.objective, price_cur_per_kWh: Float64Array.from(balances, (balance) => read.dual(balance) / dt_h) };
}
