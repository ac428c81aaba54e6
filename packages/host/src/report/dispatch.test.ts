import { catalog, type DispatchResult, type StudyKind } from '@gridflock/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { dispatchText } from '../cli/dispatch-text.ts';
import { plainStyle } from '../cli/text.ts';
import { renderDispatchReport } from './dispatch.ts';
import { dispatchTables } from './dispatch-tables.ts';

const study = catalog.studies.find(({ kind }) => kind === 'dispatch') as StudyKind<DispatchResult> | undefined;
const document = {
  study: 'dispatch',
  title: 'A <b>roof</b> & a shop',
  network: 'four-bus',
  time: { start: '2025-01-15T12:00', step_min: 60, steps_count: 2 },
  upstream: { buy_cur_per_kWh: [0.2, 0.4], sell_cur_per_kWh: 0.05, p_import_max_kW: 90, p_export_max_kW: 40, q_max_kvar: 60 },
  devices: [
    { id: 'roof', kind: 'pv', bus: 'mill', owner: 'miller', p_available_kW: [12, 9] },
    { id: 'shop', kind: 'fixed-load', bus: 'mill', owner: 'miller', p_load_kW: [8, 9] },
  ],
  uncertain: [{ name: 'sun', devices: ['roof'], parameter: 'p_available_kW', down_frac: 0.5, error: { law: 'beta', deviation_frac: 0.2 } }],
  scenarios: { drawn_count: 10, kept_count: 2 },
  replay: { samples_count: 4, errors_frac: [1, 2], rolled_count: 2 },
};

describe.skipIf(study === undefined)('a dispatch study shown', () => {
  let result: DispatchResult;
  beforeAll(async () => {
    result = await study!.run(document, catalog, {
      readText: () => Promise.reject(new Error('no files')),
      onProgress() {},
      breathe: () => Promise.resolve(),
      clock_s: () => 0,
      version: 'test',
    });
  }, 60_000);

  it('as one page without script, escaped, with every panel, the same bytes each time', () => {
    const page = renderDispatchReport(result);
    expect(page).toBe(renderDispatchReport(result));
    expect(page).not.toMatch(/<script|<b>roof|NaN|undefined|Infinity/);
    expect(page).toContain('A &lt;b&gt;roof&lt;/b&gt; &amp; a shop');
    for (const id of ['plans', 'replay', 'fans', 'schedules', 'scenarios', 'explanation', 'certificate', 'provenance'])
      expect(page).toContain(`id="${id}"`);
    expect(page).toContain('The first 2 of them carried through step by step');
    for (const { name } of result.plans) expect(page).toContain(name);
  });

  it('as tables: a row per plan, per plan and size of errors, per step and device', () => {
    const rows = (name: string): number =>
      dispatchTables(result)
        .find((table) => table.name === name)!
        .csv.trim()
        .split('\n').length - 1;
    expect([rows('plans.csv'), rows('replay.csv'), rows('rolled.csv'), rows('uncertain.csv')]).toEqual([3, 6, 6, 2]);
    expect(rows('schedules.csv')).toBe(3 * 2 * 3 * 2);
  });

  it('as text: promises, samples and sentences', () => {
    const text = dispatchText(result, plainStyle);
    expect(text).toContain('4 samples, errors × 2');
    expect(text).toContain('2 samples carried through step by step');
    for (const sentence of result.explanation.sentences) expect(text).toContain(sentence);
  });
});
