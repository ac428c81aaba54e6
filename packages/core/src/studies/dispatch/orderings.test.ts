import { describe, expect, it } from 'vitest';
import { catalog } from '../../catalog.ts';
import type { DispatchResult } from '../../wire/dispatch-result.ts';
import { servicesWith } from '../testing/studies.ts';
import { runDispatch } from './run.ts';

const battery = { id: 'store', kind: 'battery', bus: 'farm', owner: 'farmer', p_max_kW: 8, e_max_kWh: 30, e_start_kWh: 15, e_end_min_kWh: 15 };
const engine = { id: 'engine', kind: 'generator', bus: 'farm', owner: 'farmer', p_min_kW: 6, p_max_kW: 20, cost_cur_per_kWh: 0.3, stops: true, start_cur: 0.4 };
const roof = { id: 'roof', kind: 'pv', bus: 'mill', owner: 'miller', p_available_kW: [12, 16, 9, 4] };
const shop = { id: 'shop', kind: 'fixed-load', bus: 'mill', owner: 'miller', p_load_kW: [18, 22, 26, 20] };
const study = {
  study: 'dispatch',
  network: 'four-bus',
  time: { start: '2025-01-15T12:00', step_min: 60, steps_count: 4 },
  loads: { scale_frac: 0.4 },
  upstream: { buy_cur_per_kWh: [0.2, 0.25, 0.5, 0.4], sell_cur_per_kWh: 0.05, p_import_max_kW: 60, p_export_max_kW: 40, q_max_kvar: 60 },
  decided: { ahead: ['grid'] },
  devices: [battery, engine, roof, shop],
  uncertain: [
    { name: 'sun', devices: ['roof'], parameter: 'p_available_kW', down_frac: 0.5, up_frac: 0.2, deviations_max_count: 2, error: { law: 'beta', deviation_frac: 0.2, most_frac: 1.6 } },
    { name: 'demand', devices: ['shop'], parameter: 'p_load_kW', up_frac: 0.2, deviations_max_count: 2, error: { law: 'normal', deviation_frac: 0.06 } },
  ],
  scenarios: { drawn_count: 40, kept_count: 40 },
  replay: { samples_count: 12, errors_frac: [1] },
  shortfall_cur_per_kWh: 3,
  budgetPrices: false,
};
const robust = { name: 'robust', knows: 'set', strategy: 'column-and-constraint' };
const run = (changes: object): Promise<DispatchResult> => runDispatch({ ...study, ...changes }, catalog, servicesWith());
const costs = ({ plans }: DispatchResult): number[] => plans.map(({ cost_cur }) => cost_cur ?? Number.NaN);

describe('orders that theory knows', () => {
  it('a wider set never costs less, and one of no width is the forecast', { timeout: 120_000 }, async () => {
    const widths = [0, 0.4, 1, 1.5];
    const result = await run({
      plans: [...widths.map((widen_frac) => ({ ...robust, name: `${widen_frac}`, widen_frac })), { name: 'forecast', knows: 'forecast', strategy: 'extensive' }],
    });
    const list = costs(result);
    for (let k = 1; k < widths.length; k++) expect(list[k]).toBeGreaterThanOrEqual(list[k - 1] - 1e-6);
    expect(list[0]).toBeCloseTo(list[4], 6);
    expect(list[3]).toBeGreaterThan(list[0] + 1);
  });

  it('deciding more ahead never costs less', { timeout: 120_000 }, async () => {
    const cost = async (ahead: readonly string[]): Promise<number> => costs(await run({ decided: { ahead }, plans: [robust] }))[0];
    const [free, exchange, all] = [await cost([]), await cost(['grid']), await cost(['grid', 'store'])];
    expect(free).toBeLessThanOrEqual(exchange + 1e-6);
    expect(exchange).toBeLessThanOrEqual(all + 1e-6);
    expect(all).toBeGreaterThan(free + 0.1);
  });

  it('scenarios written out cost what tangents find, and WS ≤ RP ≤ EEV', { timeout: 120_000 }, async () => {
    const result = await run({
      scenarios: { drawn_count: 40, kept_count: 5 },
      plans: [
        { name: 'written out', knows: 'scenarios', strategy: 'extensive' },
        { name: 'by tangents', knows: 'scenarios', strategy: 'l-shaped' },
      ],
    });
    expect(Math.abs(costs(result)[0] - costs(result)[1])).toBeLessThan(2e-5 * Math.abs(costs(result)[0]));
    expect(result.kpis['perfectInformation_cur']).toBeGreaterThan(0);
    expect(result.kpis['stochasticSolution_cur']).toBeGreaterThan(0);
    expect(result.scenarios!.kept_count).toBe(5);
  });

  it('a total held within limits guards against less than each hour by itself', { timeout: 120_000 }, async () => {
    const uncertain = (limits: object): object[] => [{ ...study.uncertain[1], deviations_max_count: undefined, down_frac: 0.1, ...limits }];
    const [each, total] = [
      costs(await run({ uncertain: uncertain({}), plans: [robust] }))[0],
      costs(await run({ uncertain: uncertain({ total_min_frac: 0.95, total_max_frac: 1.05 }), plans: [robust] }))[0],
    ];
    expect(total).toBeLessThan(each - 0.05);
  });
});
