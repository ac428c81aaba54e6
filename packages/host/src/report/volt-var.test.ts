import { catalog, type StudyKind, type VoltVarResult } from '@gridflock/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { plainStyle } from '../cli/text.ts';
import { voltVarText } from '../cli/volt-var-text.ts';
import { renderVoltVarReport } from './volt-var.ts';
import { voltVarTables } from './volt-var-tables.ts';

const study = catalog.studies.find(({ kind }) => kind === 'volt-var') as StudyKind<VoltVarResult> | undefined;
const document = {
  study: 'volt-var',
  title: 'A <b>roof</b> & a bank',
  network: 'four-bus',
  time: { start: '2025-01-15T12:00', step_min: 60, steps_count: 2 },
  loads: { scale_frac: [0.5, 0.9] },
  limits: { v_min_pu: 0.9, v_max_pu: 1.1 },
  tapChanger: { v_lowest_pu: 0.96, step_pu: 0.02, positions_count: 5 },
  banks: [{ id: 'bank', bus: 'farm', step_kvar: 5, steps_count: 2 }],
  devices: [{ id: 'roof', kind: 'pv', bus: 'mill', owner: 'miller', s_max_kVA: 25, p_available_kW: [20, 4] }],
  errors: { load: { deviation_frac: 0.05 }, sun: { law: 'beta', deviation_frac: 0.1 } },
  scenarios: { drawn_count: 10, kept_count: 2 },
  tangents_count: 5,
  replay: { samples_count: 4 },
};
const front = {
  objective: 'front',
  decide: { knows: 'forecast', strategy: 'extensive' },
  front: { points_count: 4 },
  published: [{ method: 'weighted-sum', points_count: 17, time_s: 622, source: 'somebody' }],
};

describe.skipIf(study === undefined)('a volt-var study shown', () => {
  const run = (changes: object): Promise<VoltVarResult> =>
    study!.run({ ...document, ...changes }, catalog, {
      readText: () => Promise.reject(new Error('no files')),
      onProgress() {},
      breathe: () => Promise.resolve(),
      clock_s: () => 0,
      version: 'test',
    });
  let results: Record<'one' | 'front', VoltVarResult>;
  beforeAll(async () => void (results = { one: await run({}), front: await run(front) }), 60_000);

  it.each([
    ['one', ['words', 'plans', 'positions', 'voltages', 'reactive', 'certificate', 'provenance']],
    ['front', ['front', 'words', 'positions', 'voltages', 'reactive', 'certificate', 'provenance']],
  ] as const)('as one page without script, escaped, with every panel: %s', (name, ids) => {
    const page = renderVoltVarReport(results[name]);
    expect(page).toBe(renderVoltVarReport(results[name]));
    expect(page).not.toMatch(/<script|<b>roof|NaN|undefined|Infinity/);
    expect(page).toContain('A &lt;b&gt;roof&lt;/b&gt; &amp; a bank');
    for (const id of ids) expect(page).toContain(`id="${id}"`);
    for (const { name: plan } of results[name].plans) expect(page).toContain(plan);
  });

  it('sets published fronts beside its own, with sizes, and calls them no reproduction', () => {
    const page = renderVoltVarReport(results.front);
    expect(page).toContain('not a reproduction');
    expect(page).toContain('622');
    expect(page).toContain(`${results.front.size.rows_count} rows`.replace(/(\d)(?=(\d{3})+ rows)/g, '$1 '));
  });

  it('as tables: a row per plan, per plan and hour, per period, case and device', () => {
    const { plans } = results.front;
    const rows = (name: string): number =>
      voltVarTables(results.front)
        .find((table) => table.name === name)!
        .csv.trim()
        .split('\n').length - 1;
    expect([rows('plans.csv'), rows('positions.csv'), rows('reactive.csv'), rows('voltages.csv'), rows('uncertain.csv')]).toEqual([
      plans.length,
      2 * plans.length,
      4 * plans.length,
      2 * plans.length,
      4,
    ]);
  });

  it('as text: plans, the knee, what is published, and sentences', () => {
    const text = voltVarText(results.front, plainStyle);
    expect(text).toContain('(knee)');
    expect(text).toContain('weighted-sum 17 points in 622 s');
    for (const sentence of results.front.sentences) expect(text).toContain(sentence);
  });
});
