import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorOf, folderWith, gridflock, namesIn, removeFolder } from './gridflock.ts';

const steps = 150_000;
const hour = (k: number): string => new Date(Date.UTC(2000, 0, 1) + k * 3_600_000).toISOString();
const longProfiles = `time,load_frac\n${Array.from({ length: steps }, (_, k) => `${hour(k)},${0.5 + (k % 24) / 48}`).join('\n')}\n`;

let cwd: string;
beforeEach(() => {
  cwd = folderWith({ 'long.csv': longProfiles });
});
afterEach(() => removeFolder(cwd));

const series = ['powerflow', 'ieee33', '--profiles', 'long.csv', '--out', 'deep/er/out'];

describe('Ctrl-C', () => {
  it('once: stops with 130 and leaves nothing', async () => {
    const ended = await gridflock(series, { cwd, interrupt: { at: /power flow/, times: 1 } });
    expect([ended.status, ended.stdout]).toEqual([130, '']);
    expect(ended.stderr).toMatch(/stopping[\s\S]*stopped: Stopped by the user/);
    expect(namesIn(cwd)).toEqual(['long.csv']);
  });

  it('twice: ends at once with 130 and leaves nothing', async () => {
    const ended = await gridflock(series, { cwd, interrupt: { at: /power flow/, times: 2 } });
    expect(ended.status).toBe(130);
    expect(namesIn(cwd)).toEqual(['long.csv']);
  });

  it('with --json says so in one document', async () => {
    const ended = await gridflock([...series, '--json'], { cwd, interrupt: { at: /power flow/, times: 1 } });
    expect(errorOf(ended).code).toBe('STOPPED');
    expect(ended.status).toBe(130);
  });

  it('leaves an earlier result as it was', async () => {
    await gridflock(['powerflow', 'ieee33', '--out', 'deep/er/out'], { cwd });
    const before = readFileSync(join(cwd, 'deep/er/out/powerflow.json'), 'utf8');
    const ended = await gridflock([...series, '--force'], { cwd, interrupt: { at: /power flow/, times: 1 } });
    expect(ended.status).toBe(130);
    expect(readFileSync(join(cwd, 'deep/er/out/powerflow.json'), 'utf8')).toBe(before);
    expect(namesIn(join(cwd, 'deep/er'))).toEqual(['out']);
  });

  it('stops a study in the midst of its work', async () => {
    const template = await gridflock(['new', 'study', 'negotiate'], { cwd });
    // half a year instead of a day
    writeFileSync(join(cwd, 'long.yaml'), withManyDays(template.stdout));
    const ended = await gridflock(['run', 'long.yaml', '--out', 'out'], { cwd, interrupt: { at: /\S/, times: 1 } });
    expect([ended.status, ended.stdout]).toEqual([130, '']);
    expect(namesIn(cwd)).toEqual(['long.csv', 'long.yaml']);
  });
});

const withManyDays = (text: string): string =>
  /^\s+(?:days|steps)_count:.*$/m.test(text)
    ? text.replace(/^(\s+)(?:days|steps)_count:.*$/m, '$1days_count: 180')
    : text.replace(/^time:\s*$/m, 'time:\n  days_count: 180');

describe('a reader that goes away', () => {
  it('ends without a word', async () => {
    const ended = await gridflock(['powerflow', 'ieee118', '--json'], { cwd, closeOutput: true });
    expect(ended.stderr).toBe('');
    expect(ended.status).toBe(0);
  });
});
