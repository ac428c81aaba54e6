import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentOf, type Ended, errorOf, folderWith, gridflock, namesIn, removeFolder } from './gridflock.ts';

let cwd: string;
let template: string;
let ended: Ended;
beforeAll(async () => {
  cwd = folderWith();
  template = (await gridflock(['new', 'study', 'negotiate'], { cwd })).stdout;
  writeFileSync(join(cwd, 'study.yaml'), template);
  ended = await gridflock(['run', 'study.yaml', '--out', 'one', '--json'], { cwd });
}, 120_000);
afterAll(() => removeFolder(cwd));

describe('run', () => {
  it('runs the study that `new study` writes', () => {
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
    expect(provenance.inputs[0]).toEqual({ path: 'study.yaml', sha256: createHash('sha256').update(template).digest('hex') });
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

  it('runs the built-in study', async () => {
    const document = documentOf(await gridflock(['run', '--default', '--json', '--quiet'], { cwd }));
    expect(document['status']).toBe('ok');
    expect((document['provenance'] as { inputs: object[] }).inputs[0]).toMatchObject({ path: 'default' });
  }, 120_000);

  it('names file, line and key of a slip', async () => {
    writeFileSync(join(cwd, 'slip.yaml'), template.replace(/^currency:/m, 'curency:'));
    const line = 1 + readFileSync(join(cwd, 'slip.yaml'), 'utf8').split('\n').findIndex((text) => text.startsWith('curency:'));
    const error = errorOf(await gridflock(['run', 'slip.yaml', '--json', '--quiet'], { cwd }));
    expect(error.where).toContain(`slip.yaml:${line}`);
    expect(`${error.message} ${error.where}`).toContain('curency');
  });

  it('reads files beside the study, wherever one stands', async () => {
    const away = folderWith();
    const found = errorOf(await gridflock(['run', join(cwd, 'beside.yaml'), '--json', '--quiet'], { cwd: away }));
    expect(found.code).toBe('FILE_NOT_FOUND');
    await gridflock(['convert', 'ieee33', 'my.yaml'], { cwd });
    writeFileSync(join(cwd, 'beside.yaml'), template.replace(/^network:.*$/m, 'network: my.yaml'));
    const document = documentOf(await gridflock(['run', join(cwd, 'beside.yaml'), '--json', '--quiet'], { cwd: away }));
    const { inputs } = document['provenance'] as { inputs: { path: string }[] };
    expect(inputs.map((each) => each.path)).toEqual(['beside.yaml', 'my.yaml']);
    removeFolder(away);
  }, 120_000);
});
