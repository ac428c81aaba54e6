import { beforeAll, describe, expect, it } from 'vitest';
import type { RegulateResult, RegulationRun } from '../../wire/regulate-result.ts';
import { missingFor, regulateTemplate, runRegulate, smallMarket, smallRegulation } from '../testing/regulate.ts';
import { titled } from '../testing/studies.ts';

const missing = missingFor(regulateTemplate());
const rough = { kind: 'simulated', delay_min_s: 0.01, delay_mean_s: 0.3, loss_frac: 0.3, duplicate_frac: 0.1 };

describe.skipIf(missing.length > 0)(titled('the study of the template, the case of Jia et al. (2025)', missing), () => {
  let result: RegulateResult;
  beforeAll(async () => {
    result = await runRegulate({ ...regulateTemplate(), screening: { commands_count: 10, partitions_max_count: 20, error_max_ratio: 2 } });
  }, 120_000);
  const runsOf = (kind: RegulationRun['kind'], withMarket: boolean): RegulationRun[] =>
    result.runs.filter((run) => run.kind === kind && run.withMarket === withMarket);

  it('ends well: status ok, every check passes', () => {
    expect(result.status).toBe('ok');
    expect(result.checks.filter((check) => !check.passed)).toEqual([]);
    expect(result.checks.length).toBeGreaterThanOrEqual(11);
  });

  it('is plain data: no number is lost on the way through JSON', () => {
    const nulls = [...JSON.stringify(result).matchAll(/"([a-z_A-Z]+)":(?:\[\[?)?null/g)].map((match) => match[1]);
    expect([...new Set(nulls)]).toEqual(['s_max_kVA']); // branches of this feeder have no ratings
  });

  it('counts partitions exactly', () => {
    expect(result.partitions.valid_count).toBe(1188);
    expect(result.partitions.screened_count).toBe(590);
    expect(result.partitions.byClusters.map(({ count }) => count)).toEqual([1, 20, 153, 502, 512]);
    const at = (lambda: number) => result.partitions.curve.find((point) => point.lambda === lambda && point.published !== undefined);
    expect([0.5, 0.35, 0.27].map((lambda) => at(lambda)?.count)).toEqual([1080, 590, 78]);
    expect([0.5, 0.35, 0.27].map((lambda) => at(lambda)?.published)).toEqual([755, 342, 48]);
  });

  it('chooses partitions of which every bus but the slack is in one cluster, with two resources at least', () => {
    expect(result.partitions.chosen).toHaveLength(3);
    for (const { clusters, distance } of result.partitions.chosen) {
      expect(distance).toBeLessThanOrEqual(0.35);
      expect(clusters.flatMap(({ buses }) => buses).toSorted()).toEqual(
        result.feeder.buses
          .map(({ id }) => id)
          .filter((id) => id !== result.feeder.slack)
          .toSorted(),
      );
      for (const { resources } of clusters) expect(resources.length).toBeGreaterThanOrEqual(2);
    }
  });

  it('misses active commands less with the market: about two fifths, as Table 2 says', () => {
    const ratio = result.kpis['market_single_p_error_frac'] / result.kpis['alone_single_p_error_frac'];
    expect(ratio).toBeGreaterThan(0.35);
    expect(ratio).toBeLessThan(0.5); // Table 2: 2.0060/5.3386 = 0.376
    expect(100 * result.kpis['alone_single_p_error_frac']).toBeCloseTo(5.34, 1); // fitted to 5.3386
  });

  it('follows with clusters nearly as well as with everything known', () => {
    for (const withMarket of [false, true]) {
      const [single] = runsOf('single-point', withMarket);
      for (const run of runsOf('clusters', withMarket)) {
        expect(run.p_error_frac / single.p_error_frac).toBeLessThanOrEqual(1.03);
        // P and Q are weighed together: a cluster may miss a little less of P for a little more of Q.
        expect(run.p_error_frac / single.p_error_frac).toBeGreaterThan(0.97);
      }
    }
  });

  it('saturates at the edge of the band in the evening, where the command lies beyond it', () => {
    const [single] = runsOf('single-point', false);
    const beyond = result.commands.p_pcc_kW.flatMap((asked, t) => (asked < single.p_low_kW[t] - 1 ? [t] : []));
    expect(beyond.length).toBeGreaterThan(0);
    for (const t of beyond) {
      expect(single.saturated).toContain(t);
      expect(Math.abs(single.p_pcc_kW[t] / single.p_low_kW[t] - 1)).toBeLessThan(0.01);
    }
    for (const run of result.runs) {
      run.p_pcc_kW.forEach((p_kW, t) => expect(p_kW).toBeGreaterThan(run.p_low_kW[t] - 1));
      run.p_pcc_kW.forEach((p_kW, t) => expect(p_kW).toBeLessThan(run.p_high_kW[t] + 1));
    }
  });

  it('balances: import = load + losses − injections, by a power flow that knows nothing of the plan', () => {
    for (const run of result.runs) {
      expect(run.ac_mismatch_max_kVA).toBeLessThan(1e-3);
      run.p_pcc_kW.forEach((p_kW, t) => {
        const injected = run.resources.reduce((sum, resource) => sum + resource.p_kW[t], 0);
        expect(p_kW + injected + result.load_kW[t] - run.loss_kW[t]).toBeCloseTo(0, 3);
      });
    }
  });

  it('earns at least as much with storage, and no more than the proven bound', () => {
    expect(result.market.portfolios).toHaveLength(7);
    for (const plan of result.market.portfolios) {
      expect(plan.revenue_with_cur).toBeGreaterThanOrEqual(plan.revenue_without_cur);
      expect(plan.revenue_with_cur).toBeLessThanOrEqual(plan.bound_cur + 1e-6);
      for (const e_kWh of plan.e_kWh) expect(e_kWh).toBeGreaterThanOrEqual(100 - 1e-9);
      for (const e_kWh of plan.e_kWh) expect(e_kWh).toBeLessThanOrEqual(900 + 1e-9);
      plan.p_charge_kW.forEach((p_kW, t) => {
        expect([0, 100]).toContain(p_kW);
        expect(p_kW * plan.p_discharge_kW[t]).toBe(0);
      });
    }
  });

  it('shows published figures beside its own, each with a reason', () => {
    expect(result.published.length).toBeGreaterThanOrEqual(12);
    for (const { ours, published, explanation, source } of result.published) {
      expect(Number.isFinite(ours) && Number.isFinite(published)).toBe(true);
      expect(explanation.length).toBeGreaterThan(5);
      expect(source).toMatch(/Jia et al/);
    }
  });

  it('keeps limits at home', () => {
    const crossed = new Set(result.traffic.flatMap((row) => row.fields));
    expect(result.traffic.reduce((sum, row) => sum + row.messages_count, 0)).toBeGreaterThan(1000);
    for (const { names } of result.keptAtHome) for (const name of names) expect(crossed.has(name), name).toBe(false);
  });
});

const small = smallRegulation((d) => (d.market = smallMarket()));

describe.skipIf(missingFor(small).length > 0)(titled('a small study', missingFor(small)), () => {
  const results = (document: unknown): Promise<string> =>
    runRegulate(document).then(({ runs, market, partitions, commands, checks }) =>
      JSON.stringify({ runs, market, partitions, commands, checks }),
    );

  it('gives the same bytes twice', async () => {
    const [one, two] = [await runRegulate(small), await runRegulate(small)];
    expect(JSON.stringify(two)).toBe(JSON.stringify(one));
  });

  it('does not depend, to the last bit, on delay, loss and duplication', async () => {
    expect(await results({ ...small, transport: rough })).toBe(await results(small));
  });

  it('depends on the seed only where something is drawn', async () => {
    const [one, two] = [await runRegulate({ ...small, seed: 1 }), await runRegulate({ ...small, seed: 2 })];
    expect(two.partitions).toEqual(one.partitions);
    expect(two.market).toEqual(one.market);
    expect(two.characteristics).not.toEqual(one.characteristics);
  });
});
