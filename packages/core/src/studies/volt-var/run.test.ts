import { describe, expect, it } from 'vitest';
import { catalog } from '../../catalog.ts';
import type { VoltVarResult } from '../../wire/volt-var-result.ts';
import { missingKinds, servicesWith, titled } from '../testing/studies.ts';
import { tradeAt } from './decide.ts';
import { runVoltVar } from './run.ts';
import { small } from './testing/small.ts';

const run = (changes: object = {}): Promise<VoltVarResult> => runVoltVar({ ...small, ...changes }, catalog, servicesWith());
const missing = missingKinds({ devices: small.devices, upstream: { kind: 'pv' } });

describe.skipIf(missing.length > 0)(titled('a small volt-var study', missing), () => {
  it('decides for scenarios as well written out as by cuts, and no worse than for their mean', async () => {
    const whole = await run();
    const cut = await run({ decide: { knows: 'scenarios', strategy: 'l-shaped', gap_frac: 1e-6 } });
    expect(whole.status).toBe('ok');
    expect(whole.checks.filter(({ passed }) => !passed)).toEqual([]);
    expect(Math.abs(cut.plans[0].cost! - whole.plans[0].cost!)).toBeLessThan(1e-4 * whole.plans[0].cost!);
    expect(whole.kpis['stochasticSolution_frac']).toBeGreaterThanOrEqual(-1e-6);
    expect(whole.plans.map(({ knows }) => knows)).toEqual(['scenarios', 'forecast']);
    expect(whole.plans[0].taps.length).toBe(2);
    expect(whole.plans[0].steps.map((each) => each.length)).toEqual([2]);
    expect(whole.plans[0].replay!.samples_count).toBe(8);
  });

  it('promises more losses the wider the set, and names what it fears', async () => {
    const wide = await run({ decide: { knows: 'set', strategy: 'column-and-constraint' } });
    const half = { down_frac: 0.05, up_frac: 0.05 };
    const narrow = await run({ decide: { knows: 'set', strategy: 'column-and-constraint' }, errors: { load: half, sun: half } });
    const nothing = await run({ decide: { knows: 'set', strategy: 'column-and-constraint' }, errors: {} });
    const forecast = await run({ decide: { knows: 'forecast', strategy: 'extensive' } });
    expect(wide.plans[0].cost).toBeGreaterThan(narrow.plans[0].cost!);
    expect(narrow.plans[0].cost).toBeGreaterThan(nothing.plans[0].cost!);
    expect(nothing.plans[0].cost).toBeCloseTo(forecast.plans[0].cost!, 6);
    expect(wide.sentences.join(' ')).toMatch(/What it fears most: load of feeder at 13:00 10 % above its forecast/);
    expect(nothing.sentences.join(' ')).toContain('the forecast itself');
  });

  it('keeps limits of moves: none allowed, none made, at no lower a cost', async () => {
    const free = await run({ objective: 'deviation' });
    const still = await run({ objective: 'deviation', tapChanger: { ...small.tapChanger, moves_max_count: 0 }, bankMoves_max_count: 0 });
    const [taps, steps] = [still.plans[0].taps, still.plans[0].steps[0]];
    expect([taps[0] - taps[1], steps[0] - steps[1]]).toEqual([0, 0]);
    expect(still.plans[0].cost).toBeGreaterThanOrEqual(free.plans[0].cost! * (1 - 1e-6));
  });

  it('traces a front whose ends are the plans for one cost alone', async () => {
    const decide = { knows: 'forecast', strategy: 'extensive' };
    const front = await run({ objective: 'front', decide, front: { points_count: 5 } });
    const [loss, deviation] = [await run({ objective: 'loss', decide }), await run({ objective: 'deviation', decide })];
    expect(front.plans.length).toBeGreaterThanOrEqual(3);
    expect(front.plans[0].loss_kWh).toBeCloseTo(loss.plans[0].loss_kWh!, 5);
    expect(front.plans.at(-1)!.deviation_pu).toBeCloseTo(deviation.plans[0].deviation_pu!, 7);
    expect(front.checks.filter(({ passed }) => !passed)).toEqual([]);
    expect(front.adopted).toBe(front.front!.knee);
    for (const { cases, replay } of front.plans) expect([cases.length, replay!.samples_count]).toEqual([2, 8]);
  });

  it('moves the slack of its power flow with the tap, by the period', async () => {
    const { plans, taps_pu, feeder } = await run({
      objective: 'deviation',
      time: { ...small.time, step_min: 30, steps_count: 4 },
      loads: { scale_frac: [0.1, 0.1, 4, 4] },
      devices: [{ ...small.devices[0], p_available_kW: [20, 20, 0, 0] }],
    });
    const slack = feeder.buses.findIndex(({ id }) => id === feeder.slack);
    const v_pu = plans[0].cases[0].ac.v_pu[slack];
    expect(new Set(plans[0].taps).size).toBe(2);
    v_pu.forEach((v, t) => expect(v).toBeCloseTo(taps_pu[plans[0].taps[Math.floor(t / 2)]], 9));
  });

  it('an infeasible feeder is told by what is missed, not hidden', async () => {
    const result = await run({ loads: { scale_frac: 40 } });
    expect(result.checks.some(({ passed }) => !passed)).toBe(true);
  });

  it('gives the same bits for the same input', async () => {
    const bits = async (): Promise<string> => JSON.stringify(await run(), (key, value) => (key === 'time_s' ? 0 : value));
    expect(await bits()).toBe(await bits());
  });
});

describe('the trade at a point of a front', () => {
  it('is the slope between its neighbours, as weights', () => {
    const costs = [
      [0, 10],
      [1, 4],
      [3, 2],
    ] as const;
    expect(tradeAt(costs, 0)).toEqual([6 / 7, 1 / 7]);
    expect(tradeAt(costs, 1)).toEqual([8 / 11, 3 / 11]);
    expect(tradeAt(costs, 2)).toEqual([0.5, 0.5]);
    expect(tradeAt([[1, 1]], 0)).toEqual([0.5, 0.5]);
  });
});
