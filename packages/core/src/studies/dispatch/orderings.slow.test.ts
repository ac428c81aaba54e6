import { describe, expect, it } from 'vitest';
import { catalog } from '../../catalog.ts';
import type { DispatchResult } from '../../wire/dispatch-result.ts';
import { missingKinds, servicesWith, titled } from '../testing/studies.ts';
import { runDispatch } from './run.ts';
import { small } from './testing/small.ts';

const robust = { name: 'robust', knows: 'set', strategy: 'column-and-constraint' };
const run = (changes: object): Promise<DispatchResult> => runDispatch({ ...small, ...changes }, catalog, servicesWith());
const costs = ({ plans }: DispatchResult): number[] => plans.map(({ cost_cur }) => cost_cur ?? Number.NaN);

const missing = missingKinds(small);

describe.skipIf(missing.length > 0)(titled('orders that theory knows', missing), () => {
  it('a wider set never costs less, and one of no width is the forecast', { timeout: 120_000 }, async () => {
    const widths = [0, 0.4, 1, 1.5];
    const result = await run({
      plans: [
        ...widths.map((widen_frac) => ({ ...robust, name: `${widen_frac}`, widen_frac })),
        { name: 'forecast', knows: 'forecast', strategy: 'extensive' },
      ],
    });
    const list = costs(result);
    for (let k = 1; k < widths.length; k++) expect(list[k]).toBeGreaterThanOrEqual(list[k - 1] - 1e-6);
    expect(list[0]).toBeCloseTo(list[4], 6);
    expect(list[3]).toBeGreaterThan(list[0] + 1);
  });

  it('rules cost no less than best reactions, hedging no less than the scenarios written out; both tell a gap that holds it', {
    timeout: 300_000,
  }, async () => {
    const result = await run({
      plans: [
        { name: 'rules', knows: 'set', strategy: 'affine-rules' },
        robust,
        { name: 'hedged', knows: 'scenarios', strategy: 'progressive-hedging', gap_frac: 1e-4 },
        { name: 'written', knows: 'scenarios', strategy: 'extensive' },
      ],
    });
    const [rules, best, hedged, written] = costs(result);
    for (const [plan, cost, least] of [
      [result.plans[0], rules, best],
      [result.plans[2], hedged, written],
    ] as const) {
      expect(['optimal', 'method-limit']).toContain(plan.status);
      expect(cost).toBeGreaterThanOrEqual(least - 1e-5);
      expect(plan.bound_cur).toBeLessThanOrEqual(least + 1e-5);
      expect(plan.gap_frac).toBeLessThan(0.05);
    }
    expect(result.status).toBe('ok');
    expect(result.checks.filter(({ passed }) => !passed)).toEqual([]);
    // a gap that a strategy cannot close is told, not hidden
    const open = result.plans.filter(({ status }) => status === 'method-limit');
    for (const { name } of open) expect(result.notes.join()).toContain(`"${name}" may cost up to`);
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

  it('forecast of the scenarios’ mean ≤ scenarios = ball of radius 0 ≤ wider balls ≤ robust over the box', {
    timeout: 240_000,
  }, async () => {
    const uncertain = small.uncertain.map((each) => ({ ...each, deviations_max_count: undefined }));
    const ball = (radius_count: number): object => ({
      name: `ball ${radius_count}`,
      knows: 'ball',
      strategy: 'column-and-constraint',
      radius_count,
    });
    const result = await run({
      uncertain,
      scenarios: { drawn_count: 40, kept_count: 3 },
      plans: [{ name: 'scenarios', knows: 'scenarios', strategy: 'extensive' }, ball(0), ball(0.3), ball(1), ball(50), robust],
    });
    const list = costs(result);
    expect(list[1]).toBeCloseTo(list[0], 3);
    for (let k = 2; k < list.length; k++) expect(list[k]).toBeGreaterThanOrEqual(list[k - 1] - 1e-4);
    // drawn scenarios may lie beyond the set, and then widen the ball's box
    expect(list[3]).toBeGreaterThan(list[0] + 0.01);
  });

  it('aversion to the tail: never cheaper than the mean, never dearer than the worst scenario', { timeout: 120_000 }, async () => {
    const plan = (name: string, tail?: object): object => ({ name, knows: 'scenarios', strategy: 'extensive', ...(tail ? { tail } : {}) });
    const result = await run({
      plans: [plan('mean'), plan('half', { weight_frac: 0.5, level_frac: 0.8 }), plan('tail', { weight_frac: 1, level_frac: 0.8 })],
    });
    const list = costs(result);
    expect(list[0]).toBeLessThanOrEqual(list[1] + 1e-6);
    expect(list[1]).toBeLessThanOrEqual(list[2] + 1e-6);
    expect(list[2]).toBeGreaterThan(list[0]);
  });

  it('a total held within limits guards against less than each hour by itself', { timeout: 120_000 }, async () => {
    const uncertain = (limits: object): object[] => [{ ...small.uncertain[1], deviations_max_count: undefined, down_frac: 0.1, ...limits }];
    const [each, total] = [
      costs(await run({ uncertain: uncertain({}), plans: [robust] }))[0],
      costs(await run({ uncertain: uncertain({ total_min_frac: 0.95, total_max_frac: 1.05 }), plans: [robust] }))[0],
    ];
    expect(total).toBeLessThan(each - 0.05);
  });
});
