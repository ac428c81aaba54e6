import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentOf, type Ended, errorOf, folderWith, gridflock, namesIn, removeFolder } from './gridflock.ts';

/** Half a day in six steps: small enough to run many times. */
const study = `study: negotiate
title: Two owners on a small feeder
currency: EUR
network: ieee33
time: { start: 2025-01-15T06:00, zone: Europe/Berlin, step_min: 120, steps_count: 6 }
profiles:
  define:
    buy: [0.2, 0.2, 0.4, 0.4, 0.3, 0.3]
tariff: { buy_cur_per_kWh: buy, sell_cur_per_kWh: 0.1 }
upstream: { kind: grid-connection, buy_cur_per_kWh: buy, sell_cur_per_kWh: 0.1, p_import_max_kW: 5000, p_export_max_kW: 2000, q_max_kvar: 4000 }
loads: { scale_frac: 0.4 }
devices:
  - { id: bat, kind: battery, bus: 18, owner: ann, p_max_kW: 100, e_max_kWh: 400, e_min_kWh: 50, e_start_kWh: 200, e_end_min_kWh: 200, eta_charge_frac: 0.9, eta_discharge_frac: 0.9, wear_cur_per_kWh: 0.01, s_max_kVA: 100 }
  - { id: sun, kind: pv, bus: 25, owner: bob, s_max_kVA: 150, p_available_kW: 80 }
`;

let cwd: string;
let ended: Ended;
beforeAll(async () => {
  cwd = folderWith({ 'study.yaml': study });
  ended = await gridflock(['run', 'study.yaml', '--out', 'one', '--json'], { cwd });
}, 120_000);
afterAll(() => removeFolder(cwd));

describe('run', () => {
  it('answers with the document of the contract', () => {
    expect(ended.status).toBe(0);
    const document = documentOf(ended);
    expect(Object.keys(document)).toEqual([
      'status',
      'study',
      'network',
      'kpis',
      'certificate',
      'checks',
      'artifacts',
      'provenance',
      'time_ms',
    ]);
    expect(document['status']).toBe('ok');
    const provenance = document['provenance'] as { seed: number; inputs: { path: string; sha256: string }[] };
    expect(provenance.inputs[0]).toEqual({ path: 'study.yaml', sha256: createHash('sha256').update(study).digest('hex') });
  });

  it('writes result, tables and report, all of them named', () => {
    const names = namesIn(join(cwd, 'one'));
    expect(names).toEqual(expect.arrayContaining(['report.html', 'result.json']));
    expect(names.filter((name) => name.endsWith('.csv')).length).toBeGreaterThan(0);
    expect((documentOf(ended)['artifacts'] as string[]).map((path) => path.replace(/^one./, '')).sort()).toEqual(names);
    expect(namesIn(cwd).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('same inputs and seed, same bytes; --json alone writes nothing', async () => {
    const before = namesIn(cwd);
    expect((await gridflock(['run', 'study.yaml', '--json'], { cwd })).status).toBe(0);
    expect(namesIn(cwd)).toEqual(before);
    const human = await gridflock(['run', 'study.yaml', '--out', 'two'], { cwd });
    expect(human.status).toBe(0);
    for (const name of namesIn(join(cwd, 'one'))) {
      expect(readFileSync(join(cwd, 'two', name), 'utf8') === readFileSync(join(cwd, 'one', name), 'utf8'), name).toBe(true);
    }
    expect(human.stdout).toMatch(/uncoordinated +negotiated +central/);
    expect(human.stdout).toMatch(/lowest voltage[\s\S]*✓[\s\S]*report +two.report\.html/);
    const compared = documentOf(await gridflock(['compare', 'one', 'two', '--json'], { cwd }));
    for (const kpi of compared['kpis'] as { difference: number[] }[]) expect(kpi.difference).toEqual([0, 0]);
  }, 120_000);

  it('runs the built-in study, which is the one that `new study` prints', async () => {
    const [template, run] = await Promise.all([
      gridflock(['new', 'study', 'negotiate'], { cwd }),
      gridflock(['run', '--default', '--json', '--quiet'], { cwd }),
    ]);
    expect([run.status, run.stderr]).toEqual([0, '']);
    const document = documentOf(run);
    expect(document).toMatchObject({ status: 'ok', study: 'negotiate', network: 'ieee33' });
    const sha256 = createHash('sha256').update(template.stdout).digest('hex');
    expect((document['provenance'] as { inputs: object[] }).inputs).toEqual([{ path: 'default', sha256 }]);
    const other = (await gridflock(['new', 'study', 'negotiate', '--network', 'ieee69'], { cwd })).stdout;
    expect(other).toMatch(/^network: ieee69$/m);
  }, 120_000);

  it('takes another seed from the flag', async () => {
    const document = documentOf(await gridflock(['run', 'study.yaml', '--json', '--seed', '7'], { cwd }));
    expect((document['provenance'] as { seed: number }).seed).toBe(7);
  });

  it('names file, line and key of a slip', async () => {
    writeFileSync(join(cwd, 'slip.yaml'), study.replace(/^currency:/m, 'curency:'));
    const line =
      1 +
      readFileSync(join(cwd, 'slip.yaml'), 'utf8')
        .split('\n')
        .findIndex((text) => text.startsWith('curency:'));
    const error = errorOf(await gridflock(['run', 'slip.yaml', '--json', '--quiet'], { cwd }));
    expect(error.where).toContain(`slip.yaml:${line}`);
    expect(`${error.message} ${error.where}`).toContain('curency');
  });

  it('reads files beside the study, wherever one stands', async () => {
    const away = folderWith();
    const found = errorOf(await gridflock(['run', join(cwd, 'beside.yaml'), '--json', '--quiet'], { cwd: away }));
    expect(found.code).toBe('FILE_NOT_FOUND');
    await gridflock(['convert', 'ieee33', 'my.yaml'], { cwd });
    writeFileSync(join(cwd, 'beside.yaml'), study.replace(/^network:.*$/m, 'network: my.yaml'));
    const document = documentOf(await gridflock(['run', join(cwd, 'beside.yaml'), '--json', '--quiet'], { cwd: away }));
    const { inputs } = document['provenance'] as { inputs: { path: string }[] };
    expect(inputs.map((each) => each.path)).toEqual(['beside.yaml', 'my.yaml']);
    removeFolder(away);
  }, 120_000);
});
