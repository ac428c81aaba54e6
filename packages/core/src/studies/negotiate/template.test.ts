import { beforeAll, describe, expect, it } from 'vitest';
import type { NegotiateResult } from '../../wire/result.ts';
import { missingKinds, run, templateDocument, titled } from '../testing/studies.ts';

const missing = missingKinds(templateDocument());
const { limits } = templateDocument();
const rough = { kind: 'simulated', delay_min_s: 0.01, delay_mean_s: 0.3, loss_frac: 0.3, duplicate_frac: 0.1 };

describe.skipIf(missing.length > 0)(titled('the study of the template', missing), () => {
  let calm: NegotiateResult;
  let stormy: NegotiateResult;
  beforeAll(async () => {
    calm = await run(templateDocument());
    stormy = await run({ ...templateDocument(), transport: rough });
  }, 120_000);

  const plan = (result: NegotiateResult, name: string) => result.plans.find((p) => p.name === name)!;

  it('ends well: status ok, every check passes', () => {
    expect(calm.status).toBe('ok');
    expect(calm.checks.filter((check) => !check.passed)).toEqual([]);
    expect(calm.checks.length).toBeGreaterThanOrEqual(8);
    expect(calm.negotiation.conflict).toBeUndefined();
  });

  it('is plain data: nothing is lost on the way through JSON', () => {
    const text = JSON.stringify(calm);
    expect(text.includes(':NaN')).toBe(false);
    expect(JSON.parse(text)).toEqual(calm);
    const nulls = [...text.matchAll(/"([a-z_A-Z]+)":(?:\[\[?)?null/g)].map((match) => match[1]);
    // Branches without a rating have no loading; nothing else may be missing.
    expect([...new Set(nulls)].filter((key) => key !== 's_max_kVA' && key !== 'loading_frac')).toEqual([]);
  });

  it('keeps within limits where owners alone do not, by AC power flow', () => {
    const alone = plan(calm, 'uncoordinated').ac;
    const agreed = plan(calm, 'negotiated').ac;
    expect(alone.violations_count).toBeGreaterThan(0);
    expect(alone.v_min_pu).toBeLessThan(limits.v_min_pu - 1e-4);
    expect(agreed.converged).toBe(true);
    expect(agreed.violations_count).toBe(0);
    expect(agreed.v_min_pu).toBeGreaterThan(limits.v_min_pu - 1e-4);
    expect(agreed.v_max_pu).toBeLessThan(limits.v_max_pu + 1e-4);
    expect(agreed.mismatch_max_kVA).toBeLessThan(1e-3);
  });

  it('costs no more than the central optimum and saves against owners alone', () => {
    const negotiated = plan(calm, 'negotiated');
    const optimum = plan(calm, 'central');
    expect(Math.abs(negotiated.objective_cur / optimum.objective_cur - 1)).toBeLessThan(1e-4);
    expect(calm.kpis['price_gap_frac']).toBeLessThan(0.01);
    expect(negotiated.cost_cur).toBeLessThan(plan(calm, 'uncoordinated').cost_cur);
  });

  it('pays nobody out of nothing: payments at each net and gains of all add up', () => {
    for (const net of calm.negotiation.nets) expect(Math.abs(net.payments_sum_cur)).toBeLessThan(1e-6);
    const gains = calm.owners.reduce((sum, owner) => sum + owner.gain_cur, 0);
    const saved = plan(calm, 'uncoordinated').cost_cur - plan(calm, 'negotiated').cost_cur;
    expect(Math.abs(gains - saved)).toBeLessThan(1e-4 * plan(calm, 'negotiated').cost_cur);
    for (const owner of calm.owners) expect(owner.gain_cur).toBeCloseTo(owner.negotiated_cur - owner.alone_cur, 9);
  });

  it('sends no private name over the wire', () => {
    const crossed = new Set(calm.negotiation.traffic.flatMap((row) => row.fields));
    for (const { names } of calm.negotiation.keptAtHome) {
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) expect(crossed.has(name), name).toBe(false);
    }
  });

  it('comes to the same prices and plans, bit for bit, over a network that loses, delays, doubles and reorders', () => {
    expect(stormy.status).toBe('ok');
    expect(stormy.negotiation.lost_count).toBeGreaterThan(1000);
    expect(stormy.negotiation.nets).toEqual(calm.negotiation.nets);
    expect(stormy.negotiation.history).toEqual(calm.negotiation.history);
    expect(stormy.plans).toEqual(calm.plans);
    expect(stormy.owners).toEqual(calm.owners);
    expect(stormy.checks).toEqual(calm.checks);
  });

  it('gives the same bytes twice', async () => {
    const short = { ...templateDocument(), refinements_count: 0, transport: rough };
    const [one, two] = [await run(short), await run(short)];
    expect(JSON.stringify(two)).toBe(JSON.stringify(one));
  }, 60_000);
});
