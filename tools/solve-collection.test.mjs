import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { differenceOf, isSolved, solveOne } from './solve-collection.mjs';

it('counts as solved what is optimal and agrees with what is published', () => {
  expect(differenceOf(101, 100)).toBeCloseTo(0.01, 12);
  expect(differenceOf(2e-6, 0)).toBeCloseTo(2e-6, 12);
  expect([differenceOf(null, 1), differenceOf(1, undefined)]).toEqual([undefined, undefined]);
  expect(isSolved({ status: 'optimal', difference: undefined })).toBe(true);
  expect(isSolved({ status: 'optimal', difference: 1e-3 })).toBe(false);
  expect(isSolved({ status: 'almost-optimal', difference: 0 })).toBe(false);
});

it('runs the command: an optimum, and the code of what is refused', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gridflock-collection-'));
  try {
    const settings = { solver: 'interior-point', limit_s: 20 };
    writeFileSync(join(folder, 'a.lp'), 'Minimize\n obj: x\nSubject To\n c: x >= 3\nEnd\n');
    writeFileSync(join(folder, 'b.lp'), 'Minimize\n obj: x\nSubject To\n c: x >= NaN\nEnd\n');
    const solved = await solveOne(join(folder, 'a.lp'), settings);
    expect(solved).toMatchObject({ status: 'optimal', rows: 1, columns: 1 });
    expect(solved.objective).toBeCloseTo(3, 6);
    expect(await solveOne(join(folder, 'b.lp'), settings)).toMatchObject({ status: 'PROGRAM_NUMBER_INVALID' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
