import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentOf, folderWith, gridflock, removeFolder } from './gridflock.ts';

describe('gridflock opf --coordinates', () => {
  let cwd = '';
  beforeAll(() => {
    cwd = folderWith({});
  });
  afterAll(() => removeFolder(cwd));

  it('finds the same optimum in rectangular coordinates', async () => {
    const ended = await gridflock(['opf', 'ieee118', '--coordinates', 'rectangular', '--json'], { cwd });
    expect(ended.status).toBe(0);
    const document = documentOf(ended);
    expect(document).toMatchObject({ status: 'optimal', formulation: 'ac' });
    expect(document['objective_cur_per_h']).toBeCloseTo(129660.694, 1);
    expect((document['certificate'] as { dual_residual: number }).dual_residual).toBeLessThan(1e-7);
  });

  it('says that other formulations have none', async () => {
    const ended = await gridflock(['opf', 'ieee33', '--formulation', 'dc', '--coordinates', 'rectangular'], { cwd });
    expect(ended.status).toBe(0);
    expect(ended.stderr).toContain('note: --coordinates belongs to --formulation ac and changes nothing here');
  });

  it('names the coordinates it knows', async () => {
    const ended = await gridflock(['opf', 'ieee118', '--coordinates', 'round'], { cwd });
    expect(ended.status).toBe(2);
    expect(ended.stderr).toContain('polar, rectangular');
  });
});

describe('gridflock opf --start', () => {
  it('starts from the voltages of the case, to the same optimum, and knows no other place', async () => {
    const cwd = folderWith({});
    try {
      const ended = await gridflock(['opf', 'ieee118', '--start', 'case', '--json'], { cwd });
      expect(ended.status).toBe(0);
      expect(documentOf(ended)['objective_cur_per_h']).toBeCloseTo(129660.694, 1);
      const wrong = await gridflock(['opf', 'ieee118', '--start', 'warm'], { cwd });
      expect([wrong.status, wrong.stderr.includes('flat, case')]).toEqual([2, true]);
    } finally {
      removeFolder(cwd);
    }
  });
});
