import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { catalog } from '../../catalog.ts';
import type { DispatchResult, PlanCase } from '../../wire/dispatch-result.ts';
import { type Document, servicesWith } from '../testing/studies.ts';
import { hybridStorage } from './presets/hybrid-storage.ts';
import { runDispatch } from './run.ts';

const steps_count = 24;
const forecast = { name: 'forecast', knows: 'forecast', strategy: 'extensive' };
const scenarios = { name: 'scenarios', knows: 'scenarios', strategy: 'extensive' };

/** The preset from two to eight in the afternoon, with few samples. */
function afternoon(change: (document: Document) => void = () => {}, plan = scenarios): Document {
  const document = parse(hybridStorage);
  document.time = { ...document.time, start: '2025-01-15T14:00', steps_count };
  document.profiles.define.buy = document.profiles.define.buy.slice(56, 56 + steps_count);
  document.scenarios = { drawn_count: 40, kept_count: 4 };
  document.plans = [plan];
  document.replay = { samples_count: 12, errors_frac: [1] };
  change(document);
  return document;
}
const device = (document: Document, id: string): Document => document.devices.find((each: Document) => each.id === id);
const run = (document: Document): Promise<DispatchResult> => runDispatch(document, catalog, servicesWith());
const powerOf = (of: PlanCase, id: string): readonly number[] => of.schedules.find((each) => each.device === id)!.p_kW;
const given = (values: readonly number[]): number => values.reduce((sum, value) => sum + Math.max(0, value), 0);

describe('hybrid storage in two layers', () => {
  it('holds battery, turbine and grid for the hour; the fast store takes the quarters; power balances and no store leaves its band', async () => {
    const { plans, status } = await run(afternoon());
    expect(status).toBe('ok');
    expect(plans[0].cases.map(({ name }) => name)).toEqual(['forecast', 'worst']);
    for (const of of plans[0].cases) {
      expect(of.shortfall_kWh).toBeLessThan(1e-6);
      for (let t = 0; t < steps_count; t++) {
        expect(of.schedules.reduce((sum, { p_kW }) => sum + p_kW[t], 0)).toBeCloseTo(0, 5);
        for (const id of ['battery', 'turbine', 'grid']) {
          expect(powerOf(of, id)[t], `${id} at ${t}`).toBeCloseTo(powerOf(of, id)[t - (t % 4)], 6);
        }
      }
      for (const [id, low, high] of [
        ['battery', 80, 800],
        ['capacitor', 10, 40],
      ] as const) {
        for (const e of of.schedules.find((each) => each.device === id)!.states['e_kWh']) {
          expect(e).toBeGreaterThan(low - 1e-6);
          expect(e).toBeLessThan(high + 1e-6);
        }
      }
      const fast = powerOf(of, 'capacitor');
      expect(fast.some((p, t) => t % 4 > 0 && Math.abs(p - fast[t - 1]) > 5)).toBe(true);
      expect(of.schedules.find((each) => each.device === 'capacitor')!.states['e_kWh'].at(-1)!).toBeGreaterThan(25 - 1e-6);
    }
  });

  it('moves what the hour misses to dear balancing as the fast store shrinks, all of it where there is none', async () => {
    const results = await Promise.all(
      [1, 0.25, 0].map((size_frac) =>
        run(
          afternoon((document) => {
            const e_max_kWh = Math.max(1e-3, 40 * size_frac);
            const sized = { p_max_kW: 150 * size_frac, e_max_kWh, e_start_kWh: 0.6 * e_max_kWh, e_end_min_kWh: 0.5 * e_max_kWh };
            Object.assign(device(document, 'capacitor'), sized);
          }),
        ),
      ),
    );
    const promised = results.map(({ plans }) => plans[0].cost_cur!);
    const replayed = results.map(({ replays }) => replays[0].plans[0].mean_cur);
    for (let k = 1; k < 3; k++) {
      expect(promised[k]).toBeGreaterThan(promised[k - 1] + 0.1);
      expect(replayed[k]).toBeGreaterThan(replayed[k - 1] + 0.1);
    }
    const [worst] = results[2].plans[0].cases.slice(-1);
    for (const p of powerOf(worst, 'capacitor')) expect(p).toBeCloseTo(0, 6);
    // what is left over in a quarter stands in balancing, or sun is turned down
    const upper = (t: number): number => ['grid', 'battery', 'turbine'].reduce((sum, id) => sum + powerOf(worst, id)[t], 0);
    for (let t = 0; t < steps_count; t++) {
      const net = -powerOf(worst, 'load')[t] - powerOf(worst, 'sun')[t];
      expect(powerOf(worst, 'balancing')[t]).toBeCloseTo(net - upper(t), 5);
    }
  });

  it('turns the battery over less the dearer its cells are', async () => {
    const results = await Promise.all(
      [0, 120_000, 480_000, 4e6].map((replacement_cur) =>
        run(afternoon((document) => void (device(document, 'battery').replacement_cur = replacement_cur), forecast)),
      ),
    );
    const turned = results.map(({ plans }) => given(powerOf(plans[0].cases[0], 'battery')));
    for (let k = 1; k < turned.length; k++) expect(turned[k]).toBeLessThan(turned[k - 1] + 1e-4);
    expect(turned[3]).toBeLessThan(0.5 * turned[0]);
  });

  it('costs more the longer the upper layer has to hold its power, and refuses what does not divide', async () => {
    const held = (hold_count: number) => afternoon((document) => void (document.decided.hold_count = hold_count), forecast);
    const costs = [];
    for (const count of [1, 2, 4]) costs.push((await run(held(count))).plans[0].cost_cur!);
    expect(costs[1]).toBeGreaterThanOrEqual(costs[0] - 1e-6);
    expect(costs[2]).toBeGreaterThan(costs[1]);
    await expect(run(held(7))).rejects.toMatchObject({ code: 'STUDY_VALUE_INVALID', where: 'decided.hold_count' });
  });
});
