import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { catalog } from '../../catalog.ts';
import { servicesWith } from '../testing/studies.ts';
import { hybridStorage } from './presets/hybrid-storage.ts';
import { runDispatch } from './run.ts';

it('the preset hybrid-storage runs through: every check passes, scenarios beat the forecast on fresh samples, and in time costs no less than in hindsight', async () => {
  const { status, checks, replays } = await runDispatch(parse(hybridStorage), catalog, servicesWith());
  expect(status).toBe('ok');
  expect(checks.filter(({ passed }) => !passed)).toEqual([]);
  const [scenarios, forecast] = replays[0].plans;
  expect(scenarios.mean_cur).toBeLessThan(forecast.mean_cur);
  for (const { rolled } of [scenarios, forecast]) {
    expect(rolled).toMatchObject({ samples_count: 4, infeasible_frac: 0 });
    expect(rolled!.mean_cur!).toBeGreaterThanOrEqual(rolled!.hindsight_cur! - 1e-6);
  }
}, 180_000);
