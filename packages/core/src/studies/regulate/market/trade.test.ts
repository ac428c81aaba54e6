import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomStream } from '../../../base/random.ts';
import { timeGrid } from '../../../base/time-grid.ts';
import type { ReadySolver } from '../../../solvers/contract.ts';
import { highs } from '../../../solvers/highs/highs.ts';
import { jia2025Prices, jia2025Storage } from '../../jia2025.ts';
import type { Portfolio, Prices, Storage, Trade, TradeOptions } from './contract.ts';
import { planLeaky } from './leaky-plan.ts';
import { planOnOff } from './on-off-plan.ts';
import { storageStep } from './storage.ts';
import { flatPrices, portfolioForEach, realTimePrices, timeOfUsePrices, tradeAtPrices } from './structures.ts';
import { optimise, planTrade } from './trade.ts';

let solver: ReadySolver;
beforeAll(async () => {
  solver = await highs().prepare();
});

const store = (more: Partial<Storage> = {}): Storage => ({ id: 'store', ...jia2025Storage, ...more });
const portfolioOf = (p_available_kW: readonly number[], storage: Storage | undefined = store()): Portfolio => ({
  id: 'fund',
  sources: [{ id: 'sun', p_available_kW }],
  storage,
});
const onePrice = (prices: readonly number[]): Prices => ({ buy_cur_per_kWh: prices, sell_cur_per_kWh: prices });
const hourly: TradeOptions = { dt_h: 1 };

/** Every law of a plan, from the numbers it hands back. */
function expectLawful(trade: Trade, portfolio: Portfolio, prices: Prices, options: TradeOptions): void {
  const { storage } = portfolio;
  if (!storage) return;
  const { keeps_frac, gains_h, e_min_kWh, e_max_kWh, e_end_min_kWh } = storageStep(storage, options.dt_h);
  const tolerance = 1e-6 * storage.e_rated_kWh;
  let e_kWh = storage.e_start_kWh;
  let revenue_cur = 0;
  for (let t = 0; t < prices.sell_cur_per_kWh.length; t++) {
    const charge = trade.p_charge_kW[t];
    const discharge = trade.p_discharge_kW[t];
    const own = charge - trade.p_bought_kW[t];
    const left = trade.sources.reduce((sum, source) => sum + source.p_left_kW[t], 0);
    e_kWh = keeps_frac * e_kWh + gains_h * (storage.eta_charge_frac * charge - discharge / storage.eta_discharge_frac);
    expect(Math.abs(trade.e_kWh[t] - e_kWh)).toBeLessThan(tolerance);
    expect(e_kWh).toBeGreaterThan(e_min_kWh - tolerance);
    expect(e_kWh).toBeLessThan(e_max_kWh + tolerance);
    expect(Math.min(charge, discharge)).toBeLessThan(1e-6);
    expect(left + own).toBeLessThan(trade.p_available_kW[t] + 1e-6);
    expect(trade.p_offered_kW[t]).toBeCloseTo(left + discharge - trade.p_bought_kW[t], 6);
    if (options.power !== 'continuous') {
      for (const [p, rated] of [
        [charge, storage.p_charge_max_kW],
        [discharge, storage.p_discharge_max_kW],
      ]) {
        expect(Math.min(p, Math.abs(p - rated))).toBeLessThan(1e-6 * (1 + rated));
      }
    }
    revenue_cur += options.dt_h * (prices.sell_cur_per_kWh[t] * (left + discharge) - prices.buy_cur_per_kWh[t] * trade.p_bought_kW[t]);
  }
  expect(e_kWh).toBeGreaterThan(e_end_min_kWh - tolerance);
  expect(trade.revenue_with_cur).toBeCloseTo(revenue_cur, 6);
  expect(trade.bound_cur).toBeGreaterThanOrEqual(trade.revenue_with_cur);
  expect(trade.bound_cur - trade.revenue_with_cur).toBeLessThan(1e-5 * (1 + Math.abs(trade.bound_cur)));
}

describe('a plan under prices', () => {
  it('moves sun from a cheap hour to a dear one, as computed by hand', () => {
    // 100 kW of sun at 0.1, nothing at 0.9: store 100 kWh → 90 kWh → give 81 kWh. Any power: 81·0.9 = 72.90 against 10.
    const portfolio = portfolioOf([100, 0]);
    const prices = onePrice([0.1, 0.9]);
    const any = planTrade(portfolio, prices, { dt_h: 1, power: 'continuous' }, solver);
    expect(any.revenue_without_cur).toBeCloseTo(10, 9);
    expect(any.revenue_with_cur).toBeCloseTo(72.9, 6);
    expect(any.p_offered_kW.map((p) => Math.round(p * 1e6) / 1e6)).toEqual([0, 81]);
    // On or off: giving 100 kW for an hour takes 111 kWh, more than the 90 stored: staying idle is best. Without an end rule the
    // start energy is sold: 10 or 0 in the first hour, 100·0.9 in the second, and charging first costs 10: give in both, 10 + 10 + 90.
    expect(planTrade(portfolio, prices, hourly, solver).revenue_with_cur).toBeCloseTo(10, 9);
    const free = planTrade(portfolioOf([100, 0], store({ e_end_min_kWh: 0 })), prices, hourly, solver);
    expect(free.revenue_with_cur).toBeCloseTo(110, 6);
  });

  it('loses energy by itself as the exponential says', () => {
    // Four hours of ln 2/4 per hour keep half. Charging 100·0.9 kW throughout adds 90·(1 − 1/2)/σ.
    const rate = Math.LN2 / 4;
    const { keeps_frac, gains_h } = storageStep(store({ selfDischarge_per_h: rate }), 4);
    expect(keeps_frac).toBeCloseTo(0.5, 15);
    expect(gains_h).toBeCloseTo(0.5 / rate, 12);
    // ten small steps compose to one large one
    const small = storageStep(store({ selfDischarge_per_h: rate }), 0.4);
    let e = 500;
    for (let k = 0; k < 10; k++) e = small.keeps_frac * e + small.gains_h * 90;
    expect(e).toBeCloseTo(keeps_frac * 500 + gains_h * 90, 9);
    expect(storageStep(store(), 0.25).gains_h).toBe(0.25);
  });

  it('keeps every law and never earns less than without storage, whatever prices and sun', () => {
    const steps = fc.integer({ min: 2, max: 8 });
    const market = steps.chain((n) => {
      const list = (min: number, max: number) => fc.array(fc.double({ min, max, noNaN: true }), { minLength: n, maxLength: n });
      return fc.record({
        sun: list(0, 250),
        sell: list(-0.2, 1),
        margin: list(0, 0.3),
        power: fc.constantFrom('on-off' as const, 'continuous' as const),
        chargeFrom: fc.constantFrom('sources' as const, 'any' as const),
        dt_h: fc.constantFrom(0.25, 1),
        ruleless: fc.boolean(),
        leaks: fc.boolean(),
      });
    });
    fc.assert(
      fc.property(market, ({ sun, sell, margin, power, chargeFrom, dt_h, ruleless, leaks }) => {
        const prices = { sell_cur_per_kWh: sell, buy_cur_per_kWh: sell.map((price, t) => price + margin[t]) };
        const portfolio = portfolioOf(
          sun,
          store({
            selfDischarge_per_h: leaks ? 0.01 : 0,
            e_end_min_kWh: ruleless || leaks ? 0 : undefined,
          }),
        );
        const options = { dt_h, power, chargeFrom };
        const trade = planTrade(portfolio, prices, options, solver);
        expectLawful(trade, portfolio, prices, options);
        expect(trade.revenue_with_cur).toBeGreaterThanOrEqual(trade.revenue_without_cur);
      }),
      { numRuns: 60 },
    );
  });

  it('with storage on or off is the optimum of the mixed-whole programme, found by looking at every state', () => {
    const market = fc.integer({ min: 2, max: 10 }).chain((n) => {
      const list = (min: number, max: number) => fc.array(fc.double({ min, max, noNaN: true }), { minLength: n, maxLength: n });
      return fc.record({
        sun: list(0, 250),
        sell: list(-0.2, 1),
        margin: list(-0.1, 0.3),
        chargeFrom: fc.constantFrom('sources' as const, 'any' as const),
        storage: fc.record({
          p_charge_max_kW: fc.constantFrom(0, 60, 100),
          p_discharge_max_kW: fc.constantFrom(0, 80, 100),
          eta_charge_frac: fc.constantFrom(0.9, 1),
          e_rated_kWh: fc.constantFrom(300, 1000),
          e_start_kWh: fc.constantFrom(150, 200),
          e_end_min_kWh: fc.constantFrom(0, 150),
          selfDischarge_per_h: fc.constantFrom(0, 0.003, 0.02),
        }),
      });
    });
    fc.assert(
      fc.property(market, ({ sun, sell, margin, chargeFrom, storage }) => {
        const prices = { sell_cur_per_kWh: sell, buy_cur_per_kWh: sell.map((price, t) => price + margin[t]) };
        const portfolio = portfolioOf(sun, store(storage));
        const options = { dt_h: 1, power: 'on-off' as const, chargeFrom };
        let found: Trade;
        try {
          found = planTrade(portfolio, prices, options, solver);
        } catch (error) {
          expect(error).toMatchObject({ code: 'TRADE_END_ENERGY' });
          const programme = () => optimise(portfolio, portfolio.storage!, Float64Array.from(sun), prices, options, solver);
          expect(programme).toThrow(/TRADE_END_ENERGY/);
          return;
        }
        expectLawful(found, portfolio, prices, options);
        const { bound_cur = Number.NaN } = optimise(portfolio, portfolio.storage!, Float64Array.from(sun), prices, options, solver);
        expect(Math.abs(found.revenue_with_cur - bound_cur)).toBeLessThan(1e-5 * (1 + Math.abs(bound_cur)));
      }),
      { numRuns: 60 },
    );
  });

  it('never runs both ways at once, even where prices are nothing or nearly so, or nothing is lost', () => {
    const tiny = { sell_cur_per_kWh: [0, 1e-300, -1e-300, 1e-9], buy_cur_per_kWh: [0, 1e-300, 0, 1e-9] };
    for (const storage of [store(), store({ eta_charge_frac: 1, eta_discharge_frac: 1 })]) {
      for (const prices of [tiny, onePrice([0.5, 0.5, 0.5, 0.5]), onePrice([-0.5, -0.5, -0.5, -0.5])]) {
        const portfolio = portfolioOf([50, 50, 50, 50], storage);
        const options = { dt_h: 1, power: 'continuous' as const, chargeFrom: 'any' as const };
        expectLawful(planTrade(portfolio, prices, options, solver), portfolio, prices, options);
      }
    }
  });

  it('is left to the programme where a horizon is too long to be searched through', () => {
    const long = new Float64Array(20_000).fill(120);
    const prices = onePrice([...long]);
    expect(planOnOff(store(), long, prices, hourly)).toBeUndefined();
    expect(planLeaky(store({ selfDischarge_per_h: 0.01 }), long, prices, hourly)).toBeUndefined();
  });

  it('earns more with more freedom: any power, charging from the grid, no end rule; and less with self-discharge', () => {
    const grid = timeGrid({ start: '2025-01-15T00:00', step_min: 60, steps_count: 24 });
    const prices = timeOfUsePrices(grid, jia2025Prices);
    const sun = Array.from({ length: 24 }, (_, t) => 600 * Math.max(0, Math.sin((Math.PI * (t - 5.5)) / 12)));
    const earned = (storage: Partial<Storage>, options: Partial<TradeOptions>) =>
      planTrade(portfolioOf(sun, store(storage)), prices, { dt_h: 1, ...options }, solver).revenue_with_cur;
    const onOff = earned({}, {});
    const any = earned({}, { power: 'continuous' });
    expect(any).toBeGreaterThanOrEqual(onOff - 1e-6);
    expect(earned({}, { chargeFrom: 'any', power: 'continuous' })).toBeGreaterThanOrEqual(any - 1e-6);
    expect(earned({ e_end_min_kWh: 0 }, {})).toBeGreaterThan(onOff + 100);
    const leaking = [0, 0.002, 0.01].map((rate) => earned({ selfDischarge_per_h: rate }, { power: 'continuous' }));
    expect(leaking[0]).toBeCloseTo(any, 6);
    expect(leaking[1]).toBeLessThan(leaking[0]);
    expect(leaking[2]).toBeLessThan(leaking[1]);
  });

  it('shares charging among the sources of one storage, and gives each its own when asked', () => {
    const sources = [
      { id: 'a', p_available_kW: [120, 0] },
      { id: 'b', p_available_kW: [40, 0] },
    ];
    const fund: Portfolio = { id: 'fund', sources, storage: store() };
    const prices = onePrice([0.1, 0.9]);
    const one = planTrade(fund, prices, { dt_h: 1, power: 'continuous' }, solver);
    expect(one.sources.map(({ p_left_kW }) => Math.round(p_left_kW[0] * 1e6) / 1e6)).toEqual([45, 15]);
    const each = portfolioForEach(fund);
    expect(each.map(({ id, storage }) => [id, storage?.id])).toEqual([
      ['fund a', 'store a'],
      ['fund b', 'store b'],
    ]);
    const { trades } = tradeAtPrices('flat', each, prices, { dt_h: 1, power: 'continuous' }, solver);
    expect(trades.map(({ p_charge_kW }) => Math.round(p_charge_kW[0] * 1e6) / 1e6)).toEqual([100, 40]);
  });
});

describe('a storage that cannot hold its energy', () => {
  it('is found before solving, with hour and amount', () => {
    const night = portfolioOf([0, 0, 0], store({ e_end_min_kWh: 600 }));
    expect(() => planTrade(night, onePrice([1, 1, 1]), hourly, solver)).toThrow(
      /at most 500\.00 kWh at the end of step 3 \(hour 3\), but it must hold 600\.00 kWh: 100\.0 kWh are missing.*TRADE_END_ENERGY/s,
    );
    const leaky = portfolioOf([0, 0, 0], store({ selfDischarge_per_h: 1, e_end_min_kWh: 0 }));
    expect(() => planTrade(leaky, onePrice([1, 1, 1]), hourly, solver)).toThrow(
      /at most 67\.67 kWh at the end of step 2.*TRADE_END_ENERGY/s,
    );
  });

  it('is explained when only whole hours of charging are too coarse', () => {
    // 830 kWh at the start, 900 at most: an hour of charging would add 90, so the end can be 830 only.
    const full = portfolioOf([200, 200], store({ e_start_kWh: 830, e_end_min_kWh: 860 }));
    expect(() => planTrade(full, onePrice([1, 1]), hourly, solver)).toThrow(
      /at most 830\.00 kWh.*30\.00 kWh are missing.*TRADE_END_ENERGY/s,
    );
    expect(planTrade(full, onePrice([1, 1]), { dt_h: 1, power: 'continuous' }, solver).e_kWh[1]).toBeCloseTo(860, 6);
  });

  it.each([
    [{ eta_charge_frac: 0 }, /efficiencies/],
    [{ e_start_kWh: 950 }, /e_start_kWh between 100 and 900, got 950/],
    [{ e_end_min_kWh: 901 }, /e_end_min_kWh up to 900/],
    [{ soc_min_frac: 0.95 }, /soc_min_frac/],
    [{ selfDischarge_per_h: -1 }, /selfDischarge_per_h/],
    [{ p_charge_max_kW: Number.POSITIVE_INFINITY }, /p_charge_max_kW/],
  ])('or whose parameters make no sense is refused: %j', (bad, message) => {
    expect(() => planTrade(portfolioOf([0], store(bad)), onePrice([1]), hourly, solver)).toThrow(message);
    expect(() => planTrade(portfolioOf([0], store(bad)), onePrice([1]), hourly, solver)).toThrow(/TRADE_STORAGE_INVALID/);
  });

  it('so are profiles and prices of another length', () => {
    expect(() => planTrade(portfolioOf([1, 2]), onePrice([1]), hourly, solver)).toThrow(/TRADE_PROFILE_INVALID/);
    expect(() => planTrade(portfolioOf([-1]), onePrice([1]), hourly, solver)).toThrow(/-1 on step 1.*TRADE_PROFILE_INVALID/s);
    const uneven = { buy_cur_per_kWh: [1, 1], sell_cur_per_kWh: [1, Number.NaN] };
    expect(() => tradeAtPrices('flat', [], uneven, hourly, solver)).toThrow(/sell at on step 2.*TRADE_PRICES_INVALID/s);
  });
});

describe('prices', () => {
  const day = timeGrid({ start: '2025-01-15T00:00', step_min: 60, steps_count: 24 });

  it('of the day follow the clock, with means over longer steps', () => {
    const { buy_cur_per_kWh, sell_cur_per_kWh } = timeOfUsePrices(day, jia2025Prices);
    expect(buy_cur_per_kWh[6]).toBe(0.25);
    expect(buy_cur_per_kWh[7]).toBe(0.53);
    expect(sell_cur_per_kWh[20]).toBe(0.65);
    const long = timeOfUsePrices(timeGrid({ start: '2025-01-15T06:30', step_min: 120, steps_count: 2 }), jia2025Prices);
    // 06:30–07:00 at 0.25, 07:00–08:30 at 0.53
    expect(long.buy_cur_per_kWh[0]).toBeCloseTo((0.5 * 0.25 + 1.5 * 0.53) / 2, 12);
    const short = timeOfUsePrices(timeGrid({ start: '2025-01-15T06:45', step_min: 15, steps_count: 2 }), jia2025Prices);
    expect(short.buy_cur_per_kWh).toEqual([0.25, 0.53]);
    expect(() => timeOfUsePrices(day, onePrice([1]))).toThrow(/Expected 24 prices/);
  });

  it('that never change leave a storage idle when it may only keep what it had', () => {
    const prices = flatPrices(day, 0.5, 0.4);
    const trade = planTrade(portfolioOf(Array.from({ length: 24 }, () => 120)), prices, hourly, solver);
    expect(trade.revenue_with_cur).toBeCloseTo(trade.revenue_without_cur, 6);
  });

  it('of the stand-in have the mean, deviation and memory that its law states, and repeat with the seed', () => {
    const grid = timeGrid({ start: '2025-01-15T00:00', step_min: 60, steps_count: 40_000 });
    const prices = realTimePrices(grid, flatPrices(grid, 2, 1), randomStream(7), { deviation_frac: 0.4, memory_h: 3 });
    expect(realTimePrices(grid, flatPrices(grid, 2, 1), randomStream(7), { deviation_frac: 0.4, memory_h: 3 })).toEqual(prices);
    const factors = prices.sell_cur_per_kWh;
    const n = factors.length;
    const mean = factors.reduce((sum, f) => sum + f, 0) / n;
    const covariance = (lag: number) => {
      let total = 0;
      for (let t = lag; t < n; t++) total += (factors[t] - mean) * (factors[t - lag] - mean);
      return total / (n - lag);
    };
    // about n/6 independent values
    expect(Math.abs(mean - 1)).toBeLessThan(4 * 0.4 * Math.sqrt(6.2 / n));
    expect(Math.sqrt(covariance(0))).toBeCloseTo(0.4, 1);
    const w2 = Math.log(1.16);
    expect(covariance(3) / covariance(0)).toBeCloseTo((Math.exp(w2 / Math.E) - 1) / 0.16, 1);
    expect(prices.buy_cur_per_kWh[5]).toBeCloseTo(2 * factors[5], 12);
    expect(() => realTimePrices(grid, flatPrices(grid, 2, 1), randomStream(7), { deviation_frac: -1 })).toThrow(/TRADE_PRICES_INVALID/);
  });
});
