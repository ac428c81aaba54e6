import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ReadySolver } from '../../../solvers/contract.ts';
import { highs } from '../../../solvers/highs/highs.ts';
import { jia2025Storage } from '../../jia2025.ts';
import type { MarketOutcome, Portfolio, Storage, TradeOptions } from './contract.ts';
import { clearTwoSided } from './equilibrium.ts';
import { planTrade } from './trade.ts';
import type { TwoSidedMarket } from './two-sided.ts';

let solver: ReadySolver;
beforeAll(async () => {
  solver = await highs().prepare();
});

const any: TradeOptions = { dt_h: 1, power: 'continuous' };
const onOff: TradeOptions = { dt_h: 1, power: 'on-off' };
const store = (more: Partial<Storage> = {}): Storage => ({ id: 'store', ...jia2025Storage, ...more });
const fund = (id: string, p_available_kW: readonly number[], storage?: Storage): Portfolio => ({
  id,
  sources: [{ id: `${id} sun`, p_available_kW }],
  storage,
});

/** What holds of every outcome: the balance, the money, the stated residual. */
function expectSound(outcome: MarketOutcome, market: TwoSidedMarket, options: TradeOptions): void {
  const { equilibrium, trades, sell_cur_per_kWh: price } = outcome;
  if (!equilibrium) throw new Error('a two-sided market says whether it is in equilibrium');
  let cost_cur = 0;
  market.load_kW.forEach((load, t) => {
    const imported = equilibrium.p_import_kW[t];
    const given = trades.reduce((sum, trade) => sum + trade.p_offered_kW[t], 0);
    expect(given + imported).toBeCloseTo(load, 5);
    cost_cur += options.dt_h * (imported > 0 ? market.grid.buy_cur_per_kWh[t] : market.grid.sell_cur_per_kWh[t]) * imported;
    expect(price[t]).toBeGreaterThanOrEqual(market.grid.sell_cur_per_kWh[t]);
    expect(price[t]).toBeLessThanOrEqual(market.grid.buy_cur_per_kWh[t]);
  });
  expect(equilibrium.cost_cur).toBeCloseTo(cost_cur, 5);
  expect(equilibrium.bound_cur).toBeLessThanOrEqual(equilibrium.cost_cur + 1e-6);
  // Money is conserved: what customers pay at the price goes to the portfolios and, at the grid's own prices, to the grid.
  const paid = market.load_kW.reduce((sum, load, t) => sum + options.dt_h * price[t] * load, 0);
  const earned = trades.reduce((sum, trade) => sum + trade.revenue_with_cur, 0);
  const gridPayment = equilibrium.sidePayments.at(-1)!.payment_cur;
  expect(paid - earned - (cost_cur - gridPayment)).toBeCloseTo(0, 4);
  // The residual, asked anew.
  trades.forEach((trade, k) => {
    const alone = planTrade(market.portfolios[k], { buy_cur_per_kWh: price, sell_cur_per_kWh: price }, options, solver);
    expect(equilibrium.sidePayments[k].payment_cur).toBeCloseTo(Math.max(0, alone.revenue_with_cur - trade.revenue_with_cur), 5);
  });
}

describe('a two-sided market', () => {
  it('has the grid’s price where it is used, and that of the storage in between: computed by hand', () => {
    // Sun 150 at noon, load 100; at night no sun, load 40. The grid sells at 0.8 and buys at 0.2. Storing 50 gives 40.5 at night:
    // 0.5 too much, exported at 0.2. Storing 40/0.81 = 49.38 serves the night. The last kWh at noon is sold at 0.2 → price 0.2;
    // it is worth 0.2/0.81 at night, where neither import nor export is needed.
    const market: TwoSidedMarket = {
      portfolios: [fund('a', [150, 0], store())],
      load_kW: [100, 40],
      grid: { buy_cur_per_kWh: [0.8, 0.8], sell_cur_per_kWh: [0.2, 0.2] },
    };
    const outcome = clearTwoSided(market, any, solver);
    expectSound(outcome, market, any);
    expect(outcome.equilibrium?.isEquilibrium).toBe(true);
    expect(outcome.sell_cur_per_kWh[0]).toBeCloseTo(0.2, 9);
    expect(outcome.sell_cur_per_kWh[1]).toBeCloseTo(0.2 / 0.81, 6);
    expect(outcome.trades[0].p_discharge_kW[1]).toBeCloseTo(40, 5);
    expect(outcome.equilibrium?.cost_cur).toBeCloseTo(-0.2 * (50 - 40 / 0.81), 6);
  });

  it('is in equilibrium at any power: nobody has a better plan at its prices', () => {
    fc.assert(
      fc.property(marketOf(), (market) => {
        const options = { ...any, chargeFrom: 'any' as const };
        const outcome = clearTwoSided(market, options, solver);
        expectSound(outcome, market, options);
        expect(outcome.equilibrium?.isEquilibrium).toBe(true);
        for (const trade of outcome.trades) expect(trade.revenue_with_cur).toBeGreaterThanOrEqual(trade.revenue_without_cur - 1e-4);
      }),
      { numRuns: 25 },
    );
  });

  it('with storages on or off states side payments that make every cleared plan as good as the best one', () => {
    fc.assert(
      fc.property(marketOf(), fc.boolean(), (drawn, isLarge) => {
        const third = { ...drawn.portfolios[2], storage: store({ e_start_kWh: 700, e_end_min_kWh: 400 }) };
        const market = isLarge ? { ...drawn, portfolios: [...drawn.portfolios.slice(0, 2), third] } : drawn;
        const outcome = clearTwoSided(market, onOff, solver);
        expectSound(outcome, market, onOff);
        const { sidePayments, sidePayment_cur, isEquilibrium, tolerance_cur } = outcome.equilibrium!;
        expect(sidePayments.reduce((sum, { payment_cur }) => sum + payment_cur, 0)).toBeCloseTo(sidePayment_cur, 9);
        expect(isEquilibrium).toBe(sidePayment_cur <= tolerance_cur);
        // What a cheaper plan could save and what side payments cost are bounded by the same price.
        expect(outcome.equilibrium!.cost_cur - outcome.equilibrium!.bound_cur).toBeLessThanOrEqual(sidePayment_cur + tolerance_cur);
        outcome.trades.forEach((trade, k) => {
          expect(trade.revenue_with_cur + sidePayments[k].payment_cur).toBeGreaterThanOrEqual(trade.revenue_without_cur - 1e-4);
        });
      }),
      { numRuns: 15 },
    );
  });

  it('may have no equilibrium with storages on or off, and then needs the least side payment that any price needs', () => {
    // As by hand above, but 100 kW or nothing, a full hour at noon and a full hour at night with free ends and 60 kW of night load.
    const market: TwoSidedMarket = {
      portfolios: [fund('a', [150, 0], store({ e_start_kWh: 100, e_end_min_kWh: 0, eta_charge_frac: 1, eta_discharge_frac: 1 }))],
      load_kW: [100, 60],
      grid: { buy_cur_per_kWh: [0.5, 0.8], sell_cur_per_kWh: [0.2, 0.2] },
    };
    const outcome = clearTwoSided(market, onOff, solver);
    expectSound(outcome, market, onOff);
    const { isEquilibrium, sidePayment_cur, cost_cur } = outcome.equilibrium!;
    expect(isEquilibrium).toBe(false);
    // Every price there is, on a grid of 0.01: storing earns 100·(λ₂ − λ₁) beside selling 150·λ₁.
    let least = Number.POSITIVE_INFINITY;
    for (let first = 0.2; first <= 0.5001; first += 0.01) {
      for (let second = 0.2; second <= 0.8001; second += 0.01) {
        const best = 150 * first + Math.max(0, 100 * (second - first));
        least = Math.min(least, cost_cur - (100 * first + 60 * second - best));
      }
    }
    expect(sidePayment_cur).toBeLessThanOrEqual(least + 1e-6);
    expect(sidePayment_cur).toBeGreaterThan(least - 0.5);
  });

  it('refuses a grid that pays more than it asks', () => {
    const market = { portfolios: [], load_kW: [1], grid: { buy_cur_per_kWh: [0.1], sell_cur_per_kWh: [0.2] } };
    expect(() => clearTwoSided(market, any, solver)).toThrow(/step 1.*TRADE_PRICES_CROSSED/s);
  });

  it('without portfolios is the grid’s own price', () => {
    const market = { portfolios: [], load_kW: [5, 0], grid: { buy_cur_per_kWh: [0.3, 0.4], sell_cur_per_kWh: [0.2, 0.2] } };
    const outcome = clearTwoSided(market, any, solver);
    expect(outcome.sell_cur_per_kWh[0]).toBeCloseTo(0.3, 9);
    expect(outcome.equilibrium?.isEquilibrium).toBe(true);
  });
});

/** Two funds with storage, one without, near the size of the load, so that prices come out between those of the grid. */
function marketOf(): fc.Arbitrary<TwoSidedMarket> {
  return fc.integer({ min: 3, max: 6 }).chain((n) => {
    const list = (min: number, max: number) => fc.array(fc.double({ min, max, noNaN: true }), { minLength: n, maxLength: n });
    return fc
      .record({
        suns: fc.array(list(0, 250), { minLength: 3, maxLength: 3 }),
        load_kW: list(50, 500),
        sell: list(0.05, 0.6),
        margin: list(0, 0.5),
      })
      .map(({ suns, load_kW, sell, margin }) => ({
        portfolios: [fund('a', suns[0], store()), fund('b', suns[1], store({ e_start_kWh: 300 })), fund('c', suns[2])],
        load_kW,
        grid: { sell_cur_per_kWh: sell, buy_cur_per_kWh: sell.map((price, t) => price + margin[t]) },
      }));
  });
}
