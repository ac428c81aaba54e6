import { InputError } from '../../../base/errors.ts';
import type { RandomStream } from '../../../base/random.ts';
import { stepHourOfDay, type TimeGrid } from '../../../base/time-grid.ts';
import type { ReadySolver } from '../../../solvers/contract.ts';
import type { MarketOutcome, Portfolio, Prices, TradeOptions } from './contract.ts';
import { planTrade } from './trade.ts';

/** Prices by hour of the day. @shape 24: the first is that of 00:00 to 01:00 */
export type HourlyPrices = Prices;

/** What all portfolios do at prices that they cannot move: flat, time-of-use and real-time markets. */
export function tradeAtPrices(
  structure: string,
  portfolios: readonly Portfolio[],
  prices: Prices,
  options: TradeOptions,
  solver: ReadySolver,
): MarketOutcome {
  checkPrices(prices, prices.buy_cur_per_kWh.length);
  const trades = portfolios.map((portfolio) => planTrade(portfolio, prices, options, solver));
  return { structure, buy_cur_per_kWh: prices.buy_cur_per_kWh, sell_cur_per_kWh: prices.sell_cur_per_kWh, trades };
}

/** One price at all times. */
export function flatPrices(grid: TimeGrid, buy_cur_per_kWh: number, sell_cur_per_kWh: number): Prices {
  const always = (price: number): readonly number[] => Array.from({ length: grid.steps_count }, () => price);
  return checkPrices({ buy_cur_per_kWh: always(buy_cur_per_kWh), sell_cur_per_kWh: always(sell_cur_per_kWh) }, grid.steps_count);
}

/**
 * A table of 24 hours on the steps of a grid, by the clock of its zone; on a step that covers several hours their mean, weighted by
 * minutes.
 * @throws {InputError} TRADE_PRICES_INVALID
 */
export function timeOfUsePrices(grid: TimeGrid, table: HourlyPrices): Prices {
  checkPrices(table, 24);
  const onSteps = (prices: readonly number[]): readonly number[] =>
    Array.from({ length: grid.steps_count }, (_, t) => {
      let total = 0;
      for (let done_h = 0, hour_h = stepHourOfDay(grid, t); done_h < grid.dt_h - 1e-9; ) {
        const hour = Math.floor(hour_h + 1e-9);
        const part_h = Math.min(hour + 1 - hour_h, grid.dt_h - done_h);
        total += part_h * prices[hour % 24];
        done_h += part_h;
        hour_h += part_h;
      }
      return total / grid.dt_h;
    });
  return { buy_cur_per_kWh: onSteps(table.buy_cur_per_kWh), sell_cur_per_kWh: onSteps(table.sell_cur_per_kWh) };
}

/** Prices that a study brings along, one per step. */
export function profilePrices(grid: TimeGrid, prices: Prices): Prices {
  return checkPrices(prices, grid.steps_count);
}

export interface RealTimeLaw {
  /** Standard deviation of a price about its expectation, over that expectation. Default 0.3. */
  readonly deviation_frac?: number | undefined;
  /** Time after which a deviation has faded to 1/e. Default 3 h. */
  readonly memory_h?: number | undefined;
}

/**
 * A stand-in for a real-time market: the expected price of every step times one random factor for buying and selling,
 *
 *   factor_t = exp(x_t − w²/2),   x_(t+1) = ρ·x_t + √(1 − ρ²)·w·N(0,1),   x_0 ~ N(0, w²),   ρ = e^(−Δt/memory)
 *
 * with w² = ln(1 + deviation²): an Ornstein–Uhlenbeck process in the logarithm, stationary from the first step, so that every factor has mean
 * 1 and the deviation asked for. Made up here; no market's law.
 */
export function realTimePrices(grid: TimeGrid, expected: Prices, stream: RandomStream, law: RealTimeLaw = {}): Prices {
  const { deviation_frac = 0.3, memory_h = 3 } = law;
  checkPrices(expected, grid.steps_count);
  if (!(deviation_frac >= 0 && deviation_frac < 10 && memory_h >= 0)) {
    throw invalid(`A real-time law needs a deviation_frac of 0 to 10 and a memory_h of at least 0, got ${deviation_frac} and ${memory_h}`);
  }
  const variance = Math.log1p(deviation_frac * deviation_frac);
  const rho = memory_h > 0 ? Math.exp(-grid.dt_h / memory_h) : 0;
  let x = Math.sqrt(variance) * stream.normal();
  const factors = Array.from({ length: grid.steps_count }, (_, t) => {
    if (t > 0) x = rho * x + Math.sqrt((1 - rho * rho) * variance) * stream.normal();
    return Math.exp(x - variance / 2);
  });
  const times = (prices: readonly number[]): readonly number[] => prices.map((price, t) => price * factors[t]);
  return { buy_cur_per_kWh: times(expected.buy_cur_per_kWh), sell_cur_per_kWh: times(expected.sell_cur_per_kWh) };
}

/** The same storage behind every source, each a portfolio of its own: the other reading of "generation combined with storage". */
export function portfolioForEach(portfolio: Portfolio): readonly Portfolio[] {
  return portfolio.sources.map((source) => ({
    id: `${portfolio.id} ${source.id}`,
    sources: [source],
    storage: portfolio.storage && { ...portfolio.storage, id: `${portfolio.storage.id} ${source.id}` },
  }));
}

/** @throws {InputError} TRADE_PRICES_INVALID */
export function checkPrices(prices: Prices, steps_count: number): Prices {
  for (const [what, values] of Object.entries({ buy: prices.buy_cur_per_kWh, sell: prices.sell_cur_per_kWh })) {
    if (values.length !== steps_count) throw invalid(`Expected ${steps_count} prices to ${what} at, got ${values.length}`);
    const odd = values.findIndex((price) => !Number.isFinite(price));
    if (odd >= 0) throw invalid(`The price to ${what} at on step ${odd + 1} is ${values[odd]}`);
  }
  return prices;
}

const invalid = (message: string): InputError =>
  new InputError({
    code: 'TRADE_PRICES_INVALID',
    message,
    hint: 'Give finite prices per kWh, one per step, or 24 for the hours of a day.',
  });
