import { beforeAll, describe, expect, it } from 'vitest';
import { missingKinds, roof, run, smallStudy, store, titled } from '../studies/testing/studies.ts';
import type { NegotiateResult } from './result.ts';

const devices = [store, roof];
const missing = missingKinds(smallStudy(devices));

describe.skipIf(missing.length > 0)(titled('result.json of negotiate', missing), () => {
  let result: NegotiateResult;
  beforeAll(async () => {
    result = await run(smallStudy(devices));
  });

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    const walk = (value: unknown, path: string): void => {
      if (typeof value === 'number') expect(Number.isFinite(value), path).toBe(true);
      else if (value !== null && typeof value === 'object') {
        expect([Object.prototype, Array.prototype], path).toContain(Object.getPrototypeOf(value));
        for (const [key, inner] of Object.entries(value)) walk(inner, `${path}.${key}`);
      } else expect(['string', 'boolean', 'object'], path).toContain(typeof value);
    };
    walk(result, 'result');
  });

  it('has one value per step in every series', () => {
    const nT = result.time.steps.length;
    expect(nT).toBe(4);
    const series = [
      result.load_kW,
      result.load_kvar,
      result.tariff.buy_cur_per_kWh,
      result.tariff.sell_cur_per_kWh,
      ...result.negotiation.nets.flatMap((net) => [net.price_cur_per_kWh, net.price_q_cur_per_kvarh]),
      ...result.plans.flatMap((plan) => [
        ...plan.schedules.flatMap((s) => [s.p_kW, s.q_kvar, ...Object.values(s.states)]),
        ...plan.ac.v_pu,
        ...plan.ac.p_branch_kW,
        ...plan.ac.loading_frac,
        plan.ac.p_import_kW,
        plan.ac.loss_kW,
        ...(plan.price_cur_per_kWh ?? []),
      ]),
    ];
    for (const values of series) expect(values).toHaveLength(nT);
  });

  it('has its three plans in order, each with every device, bus and branch', () => {
    expect(result.plans.map((plan) => plan.name)).toEqual(['uncoordinated', 'negotiated', 'central']);
    for (const plan of result.plans) {
      expect(plan.schedules.map((s) => s.device)).toEqual(result.devices.map((d) => d.id));
      expect(plan.ac.v_pu).toHaveLength(result.feeder.buses.length);
      expect(plan.ac.loading_frac).toHaveLength(result.feeder.branches.length);
    }
  });

  it('names only what exists', () => {
    const buses = new Set(result.feeder.buses.map((bus) => bus.id));
    for (const { from, to } of result.feeder.branches) expect(buses.has(from) && buses.has(to)).toBe(true);
    for (const { bus } of result.devices) expect(buses.has(bus)).toBe(true);
    for (const { bus } of result.negotiation.nets) expect(buses.has(bus)).toBe(true);
    expect(buses.has(result.feeder.slack)).toBe(true);
    const owned = result.owners.flatMap((owner) => owner.devices);
    expect([...owned].sort()).toEqual(result.devices.map((d) => d.id).sort());
    expect(new Set(owned).size).toBe(owned.length);
  });

  it('balances: what comes from upstream and the devices is what loads and losses take, at every step of every plan', () => {
    for (const plan of result.plans) {
      result.time.steps.forEach((_, t) => {
        const given = plan.schedules.reduce((sum, s) => sum + s.p_kW[t], plan.ac.p_import_kW[t]);
        const devicesAtSlack = result.devices.some((d) => d.bus === result.feeder.slack);
        if (!devicesAtSlack) expect(given + result.load_kW[t] - plan.ac.loss_kW[t]).toBeCloseTo(0, 6);
      });
    }
  });
});
