import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';

interface Told {
  readonly status: string;
  readonly x: Float64Array;
  readonly objective: number;
  readonly bound: number;
}

function solveInThread(solver: string, text: string, stopAfter_ms?: number): Promise<Told & { readonly late_ms: number }> {
  const stop = new SharedArrayBuffer(4);
  const worker = new Worker(new URL('solve-in-thread.mjs', import.meta.url), { workerData: { solver, text, stop } });
  return new Promise<Told & { readonly late_ms: number }>((resolve, reject) => {
    let asked_ms = Number.NaN;
    worker.on('message', (message: 'solving' | Told) => {
      if (message !== 'solving') return resolve({ ...message, late_ms: performance.now() - asked_ms });
      if (stopAfter_ms === undefined) return;
      setTimeout(() => {
        asked_ms = performance.now();
        Atomics.store(new Int32Array(stop), 0, 1);
      }, stopAfter_ms);
    });
    worker.on('error', reject);
  }).finally(() => worker.terminate());
}

function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => (state = (state * 48271) % 2147483647) % below;
}

/** Market split: five equations over fifty 0–1 variables, with slack. After Cornuéjols & Dawande (1998): nobody solves it soon. */
function marketSplit(square: boolean): string {
  const next = numbersFrom(7);
  const rows = Array.from({ length: 5 }, (_, i) => {
    const values = Array.from({ length: 50 }, () => next(100));
    const half = Math.floor(values.reduce((total, value) => total + value, 0) / 2);
    return ` r${i}: ${values.map((value, j) => `${value} x${j}`).join(' + ')} + s${i} - t${i} = ${half}`;
  });
  const names = Array.from({ length: 50 }, (_, j) => `x${j}`).join(' ');
  const slacks = [0, 1, 2, 3, 4].flatMap((i) => [`s${i}`, `t${i}`]);
  const squares = square ? ` + [ ${slacks.map((name) => `${name} ^2`).join(' + ')} ] / 2` : '';
  return `Minimize\n slack: ${slacks.join(' + ')}${squares}\nSubject To\n${rows.join('\n')}\nBinaries\n ${names}\nEnd\n`;
}

/** A knapsack of 14 things; with a quadratic cost if asked for. */
function knapsack(seed: number, square: boolean): string {
  const next = numbersFrom(seed);
  const things = Array.from({ length: 14 }, (_, j) => ({ name: `x${j}`, value: 5 + next(40), weight: 5 + next(30) }));
  const squares = square ? ` + [ ${things.map(({ name, value }) => `${value} ${name} ^2`).join(' + ')} ] / 2` : '';
  return `Minimize\n cost: ${things.map(({ name, value }) => `- ${value} ${name}`).join(' ')}${squares}\nSubject To\n weight: ${things
    .map(({ name, weight }) => `${weight} ${name}`)
    .join(' + ')} <= 100\nGenerals\n ${things.map(({ name }) => name).join(' ')}\nBounds\n${things
    .map(({ name }) => ` 0 <= ${name} <= 2`)
    .join('\n')}\nEnd\n`;
}

describe('solvers in threads', () => {
  it.each([
    ['highs', false],
    ['outer-approximation', true],
  ])('%s stops within a second of a wish from another thread', async (solver, square) => {
    for (const after_ms of [300, 900]) {
      const told = await solveInThread(solver, marketSplit(square), after_ms);
      expect(told.status).toBe('stopped');
      expect(told.late_ms).toBeLessThan(1000);
      expect(told.bound).toBeLessThanOrEqual(told.objective);
    }
  });

  it.each([
    ['highs', false],
    ['outer-approximation', true],
  ])('two solves by %s in two threads do not disturb each other', async (solver, square) => {
    const texts = [knapsack(3, square), knapsack(5, square)];
    const alone = [await solveInThread(solver, texts[0]!), await solveInThread(solver, texts[1]!)];
    const together = await Promise.all([...texts, ...texts].map((text) => solveInThread(solver, text)));
    together.forEach(({ status, x, objective, bound }, k) => {
      expect(status).toBe('optimal');
      const same = alone[k % 2]!;
      expect({ x, objective, bound }).toEqual({ x: same.x, objective: same.objective, bound: same.bound });
    });
    expect(alone[0]!.objective).not.toBe(alone[1]!.objective);
  });
});
