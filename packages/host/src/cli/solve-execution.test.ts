import { catalog } from '@gridflock/core';
import { describe, expect, it } from 'vitest';
import { executeSolve, type SolveListener } from './solve-execution.ts';
import type { SolveOrder, SolveReport } from './solve-thread.ts';

const things = Array.from({ length: 12 }, (_, j) => ({ name: `x${j}`, value: 7 + ((5 * j) % 11), weight: 3 + ((7 * j) % 13) }));
const sum = (of: 'value' | 'weight') => things.map((thing) => `${thing[of]} ${thing.name}`).join(' + ');
const squares = things.map(({ name }) => `${name} ^2`).join(' + ');
const tail = `Subject To\n weight: ${sum('weight')} <= 31.5\nBinaries\n ${things.map(({ name }) => name).join(' ')}\nEnd\n`;

const order = (text: string, more: Partial<SolveOrder> = {}): SolveOrder => ({
  text,
  fileName: 'a.lp',
  format: undefined,
  solver: 'auto',
  timeLimit_s: undefined,
  gap_frac: undefined,
  log: false,
  stop: new SharedArrayBuffer(4),
  ...more,
});

const deaf: SolveListener = { onReport() {}, onLog() {} };

describe('a programme from a file', () => {
  it.each([
    ['linear', `Maximize\n obj: ${sum('value')} + 0 z\nSubject To\n c: z <= 1\nEnd\n`.replace(/x\d+/g, 'z'), 'highs'],
    ['whole', `Maximize\n obj: ${sum('value')}\n${tail}`, 'highs'],
    ['quadratic', 'Minimize\n obj: x + [ x ^2 ] / 2\nSubject To\n c: x >= 1\nEnd\n', 'interior-point'],
    ['quadratic and whole', `Maximize\n obj: ${sum('value')} - [ 4 ${squares} ] / 2\n${tail}`, 'outer-approximation'],
  ])('%s: goes to the first solver of the catalogue that takes it', async (_, text, solver) => {
    const outcome = await executeSolve(order(text), catalog, deaf);
    expect([outcome.solver, outcome.status]).toEqual([solver, 'optimal']);
  });

  it('reports incumbent, bound and gap in the sense of the file', async () => {
    const reports: SolveReport[] = [];
    const text = `Maximize\n obj: ${sum('value')} - [ 4 ${squares} ] / 2\n${tail}`;
    const outcome = await executeSolve(order(text), catalog, { ...deaf, onReport: (report) => reports.push(report) });
    const last = reports.map(({ text: facts }) => facts ?? '').findLast((facts) => facts.includes('incumbent'));
    expect(last).toMatch(/^incumbent \d[\d.]*, bound \d[\d.]*, gap [\d.e-]+ %$/);
    expect(outcome.bound!).toBeGreaterThanOrEqual(outcome.objective! - 1e-5);
  });

  it('keeps the gap that is asked for', async () => {
    const text = `Maximize\n obj: ${sum('value')} - [ 4 ${squares} ] / 2\n${tail}`;
    const exact = await executeSolve(order(text), catalog, deaf);
    const loose = await executeSolve(order(text, { gap_frac: 0.3 }), catalog, deaf);
    expect(loose.status).toBe('optimal');
    expect(loose.bound!).toBeGreaterThanOrEqual(exact.objective! - 1e-5);
    expect(loose.objective!).toBeLessThanOrEqual(exact.objective! + 1e-5);
  });
});
