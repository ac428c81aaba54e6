import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentOf, folderWith, gridflock, removeFolder } from './gridflock.ts';

interface Row {
  readonly id: string;
  readonly phase: string;
  readonly kind?: string;
  readonly p_kW: number;
  readonly price_cur_per_kWh: number;
  readonly price_parts: Readonly<Record<string, number>>;
}

describe('gridflock opf of a feeder, phase by phase', () => {
  let cwd = '';
  beforeAll(() => {
    cwd = folderWith({});
  });
  afterAll(() => removeFolder(cwd));

  it('has rows, prices and their parts per phase, and the check of the power flow', async () => {
    const ended = await gridflock(['opf', 'ieee13', '--formulation', 'three-phase-linear', '--price', '0.3', '--json', '--out', 'out'], {
      cwd,
    });
    expect(ended.status).toBe(0);
    const document = documentOf(ended);
    expect(document).toMatchObject({ status: 'optimal', formulation: 'three-phase-linear' });
    const check = (document['certificate'] as { ac_check: Record<string, number> }).ac_check;
    expect(check['v_difference_max_pu']).toBeLessThan(1e-6);
    expect(check['mismatch_max_kVA']).toBeLessThan(1e-2);
    const buses = document['buses'] as readonly Row[];
    expect(buses.filter(({ id }) => id === '645').map(({ phase }) => phase)).toEqual(['b', 'c']);
    for (const { price_cur_per_kWh, price_parts } of buses) {
      expect(Object.values(price_parts).reduce((sum, part) => sum + part, 0)).toBeCloseTo(price_cur_per_kWh, 6);
    }
    const source = (document['generators'] as readonly Row[]).filter(({ kind }) => kind === 'source');
    expect(source).toHaveLength(3);
    expect(document['objective_cur_per_h']).toBeCloseTo(0.3 * source.reduce((sum, { p_kW }) => sum + p_kW, 0), 6);
    expect(existsSync(join(cwd, 'out/generators.csv'))).toBe(true);
    expect(readFileSync(join(cwd, 'out/buses.csv'), 'utf8')).toMatch(/^id,phase,v_pu/);
  });

  it('takes a network of one phase as three equal ones, and has the losses that are known', async () => {
    const ended = await gridflock(['opf', 'ieee33', '--formulation', 'three-phase-linear'], { cwd });
    expect(ended.status).toBe(0);
    expect(ended.stderr).toContain('three equal ones');
    expect(ended.stdout).toMatch(/losses +202\.677 kW/);
    expect(ended.stdout).toContain('voltages within limits, and as planned, source as planned');
  });

  it('shows the relaxation, and that other formulations take the balanced equivalent', async () => {
    const relaxed = await gridflock(['opf', 'ieee4', '--formulation', 'three-phase-sdp'], { cwd });
    expect(relaxed.stdout).toMatch(/relaxation +(exact|not exact)/);
    const balanced = await gridflock(['opf', 'ieee13', '--formulation', 'soc', '--price', '1'], { cwd });
    expect(balanced.stderr).toContain('balanced equivalent');
    expect(balanced.stderr).toContain('--price belongs to --formulation three-phase-linear or three-phase-sdp');
  });
});
