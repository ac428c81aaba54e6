import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { catalog } from '../../catalog.ts';
import type { DispatchResult } from '../../wire/dispatch-result.ts';
import { missingKinds, servicesWith, titled } from '../testing/studies.ts';
import { template } from './presets/microgrid.ts';
import { runDispatch } from './run.ts';

/** With fewer samples, so that it stays quick. */
const document = { ...parse(template), replay: { samples_count: 20, errors_frac: [1] } };
const missing = missingKinds(document);

describe.skipIf(missing.length > 0)(titled('the study of the template', missing), () => {
  let result: DispatchResult;
  beforeAll(async () => void (result = await runDispatch(document, catalog, servicesWith())), 180_000);

  it('comes to the published cost of the robust plan and of the one for the forecast, proven', () => {
    const [robust, stochastic, deterministic] = result.plans;
    expect(result.status).toBe('ok');
    expect(result.checks.filter(({ passed }) => !passed)).toEqual([]);
    expect(robust.cost_cur).toBeCloseTo(4209.32, 3);
    expect(robust.bound_cur).toBeCloseTo(4209.32, 3);
    expect(robust.exact).toBe(true);
    expect(robust.rounds.length).toBeLessThanOrEqual(3);
    expect(deterministic.cost_cur).toBeCloseTo(2212.763, 3);
    expect(stochastic.outcomes_count).toBe(6);
    expect(result.kpis['perfectInformation_cur']).toBeGreaterThanOrEqual(0);
    expect(result.kpis['stochasticSolution_cur']).toBeGreaterThanOrEqual(0);
  });

  it('names the worst hour: sun is missed most at the dearest of the bright hours, six of sun and twelve of demand', () => {
    const { worst, budgets, sentences, stores } = result.explanation;
    expect(worst.filter(({ quantity }) => quantity === 'sun')).toHaveLength(6);
    expect(worst.filter(({ quantity }) => quantity === 'demand')).toHaveLength(12);
    // 15 % of 1080 kW at 1.35 per kWh
    expect(worst[0]).toMatchObject({ quantity: 'sun', step: 10 });
    expect(worst[0].harm_cur).toBeCloseTo(0.15 * 1080 * 1.35, 4);
    expect(budgets.map(({ added_cur }) => added_cur > 0)).toEqual([true, true]);
    expect(stores.map(({ device }) => device)).toEqual(['battery']);
    expect(sentences.join(' ')).toContain('sun at 10:00: 918 instead of 1080');
  });

  it('plays out at the forecast and in the worst case: balances close, and AC power flow agrees', () => {
    for (const { cases } of result.plans) {
      expect(cases.map(({ name }) => name)).toEqual(['forecast', 'worst']);
      for (const { schedules, ac, shortfall_kWh } of cases) {
        expect(shortfall_kWh).toBeLessThan(1e-6);
        expect(ac.converged).toBe(true);
        for (let t = 0; t < 24; t++) expect(Math.abs(schedules.reduce((sum, { p_kW }) => sum + p_kW[t], 0))).toBeLessThan(1e-4);
      }
    }
  });

  it('samples never cost more than the worst case where they stay within the set, and repeat bit for bit', async () => {
    const again = await runDispatch({ ...document, plans: [document.plans[2]] }, catalog, servicesWith());
    expect(again.replays[0].plans[0]).toEqual({ ...result.replays[0].plans[2], win_frac: 0 });
    for (const { worst_cur } of result.replays[0].plans) expect(worst_cur).toBeLessThan(result.plans[0].cost_cur!);
  });

  it('is plain data: nothing is lost on the way through JSON', () => {
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    expect(JSON.stringify(result)).not.toMatch(/Infinity|NaN/);
  });
});
