import { CombinationError } from '../../base/errors.ts';
import type { ReadySolver } from '../../solvers/contract.ts';
import { inStudy } from './in-study.ts';
import type { MarketOutcome, Portfolio, Prices, TradeOptions } from './market/contract.ts';
import { clearTwoSided } from './market/equilibrium.ts';
import { flatPrices, profilePrices, realTimePrices, tradeAtPrices } from './market/structures.ts';
import { availableOf, type Player } from './players.ts';
import { portfoliosOf } from './portfolios.ts';
import type { Prepared } from './prepare.ts';

/** What the market of the study makes of its portfolios; undefined when it has none. */
export function tradeOfStudy(prepared: Prepared, players: readonly Player[], solver: ReadySolver): MarketOutcome | undefined {
  const { grid, document } = prepared;
  const { market } = document;
  if (!market || !prepared.market) return undefined;
  if (market.portfolios.length === 0) {
    throw new CombinationError({
      code: 'REGULATE_NO_PORTFOLIO',
      message: 'A market without portfolios has nobody to trade',
      where: 'market.portfolios',
      hint: 'Name sources with their storage, or leave the market out.',
    });
  }
  const byId = new Map(players.map((player) => [player.id, player]));
  const portfolios = portfoliosOf(prepared, (device) => availableOf(byId.get(device.id)!));
  const expected: Prices = {
    buy_cur_per_kWh: [...prepared.market.buy_cur_per_kWh],
    sell_cur_per_kWh: [...prepared.market.sell_cur_per_kWh],
  };
  const options: TradeOptions = { dt_h: grid.dt_h, power: market.power, chargeFrom: market.chargeFrom };
  return inStudy('market.portfolios', () => cleared(prepared, portfolios, expected, options, solver));
}

/** @param expected - prices of the grid above */
function cleared(
  { document, grid, stream, network, p_fixed_kW }: Prepared,
  portfolios: readonly Portfolio[],
  expected: Prices,
  options: TradeOptions,
  solver: ReadySolver,
): MarketOutcome {
  const market = document.market!;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  switch (market.structure) {
    case 'flat': {
      const prices = flatPrices(grid, mean(expected.buy_cur_per_kWh), mean(expected.sell_cur_per_kWh));
      return tradeAtPrices('flat', portfolios, prices, options, solver);
    }
    case 'time-of-use':
      return tradeAtPrices('time-of-use', portfolios, profilePrices(grid, expected), options, solver);
    case 'real-time': {
      const law = market.deviation_frac === undefined ? {} : { deviation_frac: market.deviation_frac };
      return tradeAtPrices('real-time', portfolios, realTimePrices(grid, expected, stream.split('real-time prices'), law), options, solver);
    }
    case 'two-sided': {
      const buses_count = network.buses.length;
      const load_kW = Array.from({ length: grid.steps_count }, (_, t) =>
        Math.max(0, -p_fixed_kW.subarray(t * buses_count, (t + 1) * buses_count).reduce((sum, p_kW) => sum + p_kW, 0)),
      );
      return clearTwoSided({ portfolios, load_kW, grid: expected }, options, solver);
    }
  }
}
