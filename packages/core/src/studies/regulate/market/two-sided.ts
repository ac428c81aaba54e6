import { CombinationError } from '../../../base/errors.ts';
import { mul, sum, type Variable } from '../../../problem/affine.ts';
import { type Constraint, Model, type Reading } from '../../../problem/model.ts';
import type { ReadySolver } from '../../../solvers/contract.ts';
import type { Portfolio, Prices, Schedule, TradeOptions } from './contract.ts';
import { addStorage, bothCouldPay, type StorageVariables } from './portfolio-model.ts';
import { available_kW, checkPortfolio } from './storage.ts';
import { checkPrices } from './structures.ts';
import { notSolved } from './trade.ts';

/** What a two-sided market clears. */
export interface TwoSidedMarket {
  readonly portfolios: readonly Portfolio[];
  /** What the feeder's customers take, whatever it costs. @shape per step */
  readonly load_kW: readonly number[];
  /** What the grid above asks for energy (buy) and pays for it (sell); both in any amount. */
  readonly grid: Prices;
}

/** The cheapest way to serve the feeder, and what it costs. */
export interface Clearing {
  readonly schedules: readonly Schedule[];
  readonly p_import_kW: Float64Array;
  readonly cost_cur: number;
  /** Proven least cost. */
  readonly bound_cur: number;
  /**
   * Multiplier of the hourly balance per kWh. Where storages are on or off it prices small changes around this plan only.
   */
  readonly price_cur_per_kWh: Float64Array;
}

/**
 * Clears all offers, the load and the grid above in one programme:
 *
 *   min Σ_t Δt·(b_t·import_t − s_t·export_t)
 *   subject to   Σ_k (fed_k + discharge_k − bought_k)_t + import_t − export_t = load_t      (price_t: its multiplier over Δt)
 *                every portfolio's own law
 *
 * @param relaxed - storages may be on in part: the linear programme whose multipliers are prices
 * @throws {CombinationError} TRADE_PRICES_CROSSED; {InputError} as `checkPortfolio`; {NumericalError} TRADE_NOT_SOLVED
 */
export function clearAtLeastCost(market: TwoSidedMarket, options: TradeOptions, solver: ReadySolver, relaxed = false): Clearing {
  const { portfolios, load_kW, grid } = market;
  const steps_count = load_kW.length;
  const { buy_cur_per_kWh: buy, sell_cur_per_kWh: sell } = checkPrices(grid, steps_count);
  const crossed = buy.findIndex((price, t) => price < sell[t]);
  if (crossed >= 0) {
    throw new CombinationError({
      code: 'TRADE_PRICES_CROSSED',
      message: `On step ${crossed + 1} the grid sells at ${buy[crossed]} and buys at ${sell[crossed]}: whoever does both earns without end`,
      hint: 'The grid must ask at least what it pays; check which price is which.',
    });
  }
  const m = new Model();
  const power = (name: string) => m.variables(name, [steps_count], { lower: 0 }).variables;
  const imported = power('import_kW');
  const exported = power('export_kW');
  const members = portfolios.map((portfolio) => {
    checkPortfolio(portfolio, steps_count, options);
    return addPortfolio(m, portfolio, available_kW(portfolio, steps_count), options, sell);
  });
  const balances: Constraint[] = [];
  for (let t = 0; t < steps_count; t++) {
    const given = members.flatMap(({ fed, storage }) => [fed[t], ...(storage ? [storage.discharge[t], mul(-1, storage.bought[t])] : [])]);
    balances.push(m.equal(() => `balance[${t}]`, sum(...given, imported[t], mul(-1, exported[t])), load_kW[t]));
    m.cost(mul(options.dt_h, sum(mul(buy[t], imported[t]), mul(-sell[t], exported[t]))));
  }
  const program = m.build();
  const solution = solver.solve(relaxed ? { ...program, integer: undefined } : program);
  if (solution.status !== 'optimal') throw notSolved('two-sided market', solution.status);
  const read = m.read(solution);
  return {
    schedules: members.map((member) => scheduleOf(member, read)),
    p_import_kW: Float64Array.from(imported, (variable, t) => read.value(variable) - read.value(exported[t])),
    cost_cur: solution.objective,
    bound_cur: solution.bound,
    price_cur_per_kWh: Float64Array.from(balances, (balance) => read.dual(balance) / options.dt_h),
  };
}

interface Member {
  readonly fed: readonly Variable[];
  readonly storage: StorageVariables | undefined;
}

function addPortfolio(
  m: Model,
  portfolio: Portfolio,
  p_available_kW: Float64Array,
  options: TradeOptions,
  price_min_cur_per_kWh: readonly number[],
): Member {
  const fed = m.variables(`${portfolio.id}.fed_kW`, [p_available_kW.length], { lower: 0, upper: (t) => p_available_kW[t] }).variables;
  if (!portfolio.storage) return { fed, storage: undefined };
  const named = { ...portfolio.storage, id: `${portfolio.id}.${portfolio.storage.id}` };
  // Energy is bought and sold at one price here, and that of the grid's buying is the lowest.
  const couldDoBoth = (t: number): boolean => bothCouldPay(named, price_min_cur_per_kWh[t], price_min_cur_per_kWh[t], options.dt_h);
  const storage = addStorage(m, named, p_available_kW, options, couldDoBoth);
  fed.forEach((variable, t) => {
    m.atMost(() => `${portfolio.id}.sources[${t}]`, sum(variable, storage.own[t]), p_available_kW[t]);
  });
  return { fed, storage };
}

function scheduleOf({ fed, storage }: Member, read: Reading): Schedule {
  const none: readonly Variable[] = [];
  const values = (variables: readonly Variable[] = none): Float64Array =>
    Float64Array.from(variables, (variable) => Math.max(0, read.value(variable)));
  const fed_kW = values(fed);
  const idle = (): Float64Array => new Float64Array(fed_kW.length);
  return storage
    ? {
        fed_kW,
        own_kW: values(storage.own),
        bought_kW: values(storage.bought),
        discharge_kW: values(storage.discharge),
        e_kWh: values(storage.energy),
      }
    : { fed_kW, own_kW: idle(), bought_kW: idle(), discharge_kW: idle(), e_kWh: new Float64Array(0) };
}
