import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { catalog } from '../../catalog.ts';
import type { VoltVarResult } from '../../wire/volt-var-result.ts';
import { missingKinds, servicesWith, titled } from '../testing/studies.ts';
import { robustFront } from './presets/robust-front.ts';
import { template } from './presets/two-stage.ts';
import { runVoltVar } from './run.ts';

const run = (text: string, changes: object = {}): Promise<VoltVarResult> =>
  runVoltVar({ ...parse(text), ...changes }, catalog, servicesWith());
const missing = missingKinds({ devices: parse(template).devices, upstream: { kind: 'pv' } });

describe.skipIf(missing.length > 0)(titled('presets of volt-var', missing), () => {
  it('two-stage: a day within its limits at the forecast, in its worst scenario and over samples', { timeout: 400_000 }, async () => {
    const { status, checks, plans, moves, kpis } = await run(template, { replay: { samples_count: 10 } });
    expect(status).toBe('ok');
    expect(checks.filter(({ passed }) => !passed)).toEqual([]);
    expect(plans[0].taps.length).toBe(24);
    expect(plans[0].tapMoves_count).toBeLessThanOrEqual(moves.tap_max_count);
    expect(kpis['stochasticSolution_frac']).toBeGreaterThanOrEqual(-1e-3);
    // both flows tell the same story: linear losses know 1 pu only
    for (const { loss_kWh, acLoss_kWh } of plans[0].cases) expect(Math.abs(loss_kWh / acLoss_kWh - 1)).toBeLessThan(0.15);
  });

  it('robust-front: at least 14 plans, none dominated, each robust', { timeout: 600_000 }, async () => {
    const { status, checks, plans, front, certificate } = await run(robustFront, { replay: { samples_count: 2 } });
    expect(status).toBe('ok');
    expect(checks.filter(({ passed }) => !passed)).toEqual([]);
    expect(certificate['exact']).toBe('yes');
    expect(plans.length).toBeGreaterThanOrEqual(14);
    expect(front!.knee).toBeGreaterThan(0);
    plans.slice(1).forEach((plan, k) => {
      expect(plan.loss_kWh).toBeGreaterThan(plans[k].loss_kWh!);
      expect(plan.deviation_pu).toBeLessThan(plans[k].deviation_pu!);
    });
    for (const { cases, loss_kWh } of plans) expect(cases.find(({ name }) => name === 'worst')!.loss_kWh).toBeCloseTo(loss_kWh!, 4);
  });
});
