/** The gallery as its README tells a newcomer to run it: by the built command line, from the root of the repository. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { documentOf, folderWith, gridflock, removeFolder } from '../cli/gridflock.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const out = folderWith();
afterAll(() => removeFolder(out));

describe('the gallery by command line', () => {
  it('02 reads the files beside it and records them', async () => {
    const ended = await gridflock(['run', 'examples/02-your-own-feeder/study.yaml', '--json', '--quiet'], { cwd: root });
    expect([ended.status, ended.stderr]).toEqual([0, '']);
    const { inputs } = documentOf(ended)['provenance'] as { inputs: { path: string }[] };
    expect(inputs.map(({ path }) => path).sort()).toEqual(['feeder.m', 'profiles.csv', 'study.yaml']);
  }, 60_000);

  it('08 ends with status 1 and names the conflict', async () => {
    const ended = await gridflock(['run', 'examples/08-infeasible.yaml', '--quiet'], { cwd: root });
    expect(ended.status).toBe(1);
    expect(ended.stdout).toMatch(/infeasible: no plan keeps all the limits/);
    expect(ended.stdout).toMatch(/conflict at bus mill, 2025-01-15T18:00\+01:00.*between ovens, wires/);
  }, 60_000);

  it('09 writes both hours between two and three, told apart by their offset', async () => {
    const ended = await gridflock(['run', 'examples/09-dst-day.yaml', '--quiet', '--out', join(out, 'dst')], { cwd: root });
    expect(ended.status).toBe(0);
    const schedules = readFileSync(join(out, 'dst', 'schedules.csv'), 'utf8');
    for (const time of ['2025-10-26T02:15+02:00', '2025-10-26T02:15+01:00']) expect(schedules).toContain(time);
  }, 60_000);

  it('run.mjs runs a program by number, and says which there are when the number is wrong', () => {
    const run = (...args: string[]) => spawnSync(process.execPath, ['examples/run.mjs', ...args], { cwd: root, encoding: 'utf8' });
    const good = run('03');
    expect([good.status, good.stderr]).toEqual([0, '']);
    expect(good.stdout).toContain('202.68 kW');
    const bad = run('99');
    expect(bad.status).toBe(2);
    expect(bad.stderr).toContain('03-power-flow.ts');
  }, 60_000);
});
