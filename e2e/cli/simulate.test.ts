import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentOf, errorOf, folderWith, gridflock, removeFolder } from './gridflock.ts';

const study = `study: simulate
title: Four inverters for two seconds
plant: { kind: microgrid, scenario: inverter-chain }
control:
  - name: secondary
    kind: leader-follower-consensus
    each: { dg1: { pin_frac: 1 } }
events:
  - { at_s: 1, set: load1.scale_frac, to: 1.2 }
stop_s: 2
analysis: { delayMap: false }
`;

let cwd: string;
beforeAll(() => {
  cwd = folderWith({
    'study.yaml': study,
    'late.yaml': study.replace('at_s: 1', 'at_s: 7'),
    'apart.yaml': study.replace('pin_frac: 1', 'pin_frac: 0'),
  });
});
afterAll(() => removeFolder(cwd));

describe('simulate by command line', () => {
  it('writes result, tables and report, and says margin and advice', async () => {
    const ended = await gridflock(['run', 'study.yaml', '--out', 'out'], { cwd });
    expect(ended.status).toBe(0);
    expect(ended.stdout).toMatch(/load1\.scale_frac = 1\.2/);
    expect(ended.stdout).toMatch(/The loop bears 96 ms of delay of measurements/);
    expect(ended.stdout).toMatch(/Advice for 50 ms of delay of measurements.*gain_w_per_s 4\.6/);
    expect(readdirSync(join(cwd, 'out')).sort()).toEqual([
      'agents.csv',
      'modes.csv',
      'report.html',
      'result.json',
      'series.csv',
      'windows.csv',
    ]);
    expect(readFileSync(join(cwd, 'out', 'report.html'), 'utf8')).toContain('Oscilloscope');
  }, 60_000);

  it('refuses what cannot be, with the line of the file', async () => {
    const late = await gridflock(['run', 'late.yaml', '--json'], { cwd });
    expect(late.status).toBe(2);
    expect(errorOf(late)).toMatchObject({ code: 'SIMULATION_EVENT', where: 'late.yaml:9 events[0].at_s' });
    const apart = await gridflock(['run', 'apart.yaml', '--json'], { cwd });
    expect(apart.status).toBe(2);
    expect(errorOf(apart)).toMatchObject({ code: 'CONTROL_GRAPH', where: expect.stringContaining('control[0].each') });
  }, 60_000);

  it('lists presets and plants, prints a preset, and says which there are', async () => {
    const { presets } = documentOf(await gridflock(['list', 'presets', '--json'], { cwd })) as unknown as { presets: { name: string }[] };
    expect(presets.map(({ name }) => name)).toContain('link-failure');
    expect((await gridflock(['list', 'plants'], { cwd })).stdout).toMatch(/microgrid +an islanded microgrid/);
    const printed = await gridflock(['new', 'study', 'simulate', '--preset', 'link-failure'], { cwd });
    expect(printed.stdout).toContain('cut: [dg4, dg1]');
    const wrong = await gridflock(['new', 'study', 'simulate', '--preset', 'link-failur', '--json'], { cwd });
    expect(errorOf(wrong)).toMatchObject({ code: 'CLI_INVALID_VALUE' });
    const both = await gridflock(['new', 'study', 'simulate', '--preset', 'dapi', '--network', 'ieee33', '--json'], { cwd });
    expect(errorOf(both)).toMatchObject({ code: 'CLI_INVALID_VALUE', where: '--network' });
    const none = await gridflock(['new', 'study', 'negotiate', '--preset', 'dapi', '--json'], { cwd });
    expect(errorOf(none).code).toBe('CLI_INVALID_VALUE');
  }, 60_000);
});
