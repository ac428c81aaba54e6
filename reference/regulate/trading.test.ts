import { beforeAll, describe, expect, it } from 'vitest';
import { randomStream } from '../../packages/core/src/base/random.ts';
import { timeGrid } from '../../packages/core/src/base/time-grid.ts';
import type { ReadySolver } from '../../packages/core/src/solvers/contract.ts';
import { highs } from '../../packages/core/src/solvers/highs/highs.ts';
import { jia2025Prices, jia2025Storage } from '../../packages/core/src/studies/jia2025.ts';
import type { MarketOutcome, Portfolio, TradeOptions } from '../../packages/core/src/studies/regulate/market/contract.ts';
import { clearTwoSided } from '../../packages/core/src/studies/regulate/market/equilibrium.ts';
import {
  flatPrices,
  portfolioForEach,
  realTimePrices,
  timeOfUsePrices,
  tradeAtPrices,
} from '../../packages/core/src/studies/regulate/market/structures.ts';
import { shape } from '../../packages/core/src/uncertainty/shapes.ts';
import { published } from './published.ts';

let solver: ReadySolver;
beforeAll(async () => {
  solver = await highs().prepare();
});

const grid = timeGrid({ start: '2025-01-15T00:00', step_min: 60, steps_count: 24 });
const timeOfUse = timeOfUsePrices(grid, jia2025Prices);
/** Sun and wind of Table 1 on stand-in shapes: the paper shows its profiles in a figure only. */
const sources = published.resources
  .filter(({ id }) => /^(PV|WP)/.test(id))
  .map(({ id, s_max_kVA }) => ({
    id,
    p_available_kW: [...shape(id.startsWith('PV') ? 'pv' : 'wind', grid)].map((part) => part * s_max_kVA),
  }));
const one: Portfolio = { id: 'fund', sources, storage: { id: 'ES', ...jia2025Storage } };
const load_kW = [...shape('load-winter-weekday', grid)].map((part) => 3715 * part);

describe('trading of Jia et al. (2025)', () => {
  it('ships Tables A1 and A2 as printed', () => {
    expect(timeOfUse.buy_cur_per_kWh).toEqual(published.prices.purchase);
    expect(timeOfUse.sell_cur_per_kWh).toEqual(published.prices.sale);
    const { p_max_kW, efficiency_frac, ...others } = published.storage;
    expect(jia2025Storage).toMatchObject(others);
    expect(jia2025Storage).toMatchObject({ p_charge_max_kW: p_max_kW, p_discharge_max_kW: p_max_kW });
    expect(jia2025Storage).toMatchObject({ eta_charge_frac: efficiency_frac, eta_discharge_frac: efficiency_frac });
  });

  const structures: Record<string, (portfolios: readonly Portfolio[], options: TradeOptions) => MarketOutcome> = {
    flat: (portfolios, options) => tradeAtPrices('flat', portfolios, flatPrices(grid, 0.55, 0.44), options, solver),
    'time-of-use': (portfolios, options) => tradeAtPrices('time-of-use', portfolios, timeOfUse, options, solver),
    'real-time': (portfolios, options) =>
      tradeAtPrices('real-time', portfolios, realTimePrices(grid, timeOfUse, randomStream(1)), options, solver),
    'two-sided': (portfolios, options) => clearTwoSided({ portfolios, load_kW, grid: timeOfUse }, options, solver),
  };

  it.each(Object.keys(structures))(
    'earns no less with storage than without, one storage or one each, on or off or at any power: %s',
    (name) => {
      for (const portfolios of [[one], portfolioForEach(one)]) {
        const earned = (['on-off', 'continuous'] as const).map((power) => {
          const { trades } = structures[name](portfolios, { dt_h: 1, power });
          for (const trade of trades) {
            expect(trade.revenue_with_cur).toBeGreaterThanOrEqual(trade.revenue_without_cur - 1e-6);
            expect(trade.revenue_with_cur).toBeLessThanOrEqual(trade.bound_cur + 1e-9);
            expect(trade.e_kWh[23]).toBeGreaterThanOrEqual(500 - 1e-6);
          }
          return trades.reduce((sum, { revenue_with_cur }) => sum + revenue_with_cur, 0);
        });
        expect(earned[1]).toBeGreaterThanOrEqual(earned[0] - 1e-4);
      }
    },
  );

  it('moves what it offers from cheap hours to dear ones, as Fig. 7c shows', () => {
    const [trade] = structures['time-of-use']([one], { dt_h: 1 }).trades;
    const meanAt = (price: number, powers: readonly number[]) => {
      const at = powers.filter((_, t) => timeOfUse.sell_cur_per_kWh[t] === price);
      return at.reduce((sum, p) => sum + p, 0) / at.length;
    };
    expect(meanAt(0.65, trade.p_offered_kW)).toBeGreaterThan(meanAt(0.65, trade.p_available_kW) + 90);
    expect(meanAt(0.22, trade.p_offered_kW)).toBeLessThan(meanAt(0.22, trade.p_available_kW) - 50);
  });
});

describe('Table 2', () => {
  it('has the relations that the study is held to', () => {
    const { without, with: market } = published.errors;
    for (const { clusters, single, clustersReactive, singleReactive } of [without, market]) {
      for (const error of clusters) {
        expect(error).toBeGreaterThanOrEqual(single);
        expect(error / single - 1).toBeLessThan(0.0215);
      }
      for (const error of clustersReactive) expect(error).toBeGreaterThanOrEqual(singleReactive);
      expect(clusters[0]).toBeGreaterThan(clusters[2]);
      expect(clusters[2]).toBeGreaterThan(clusters[1]);
    }
    expect(market.single / without.single).toBeCloseTo(0.38, 2);
    expect(market.singleReactive / without.singleReactive).toBeCloseTo(5.2, 1);
  });
});
