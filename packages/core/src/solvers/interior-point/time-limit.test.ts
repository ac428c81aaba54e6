import { expect, it } from 'vitest';
import { randomConicProgram } from '../testing/conic-program.ts';
import { interiorPoint } from './interior-point.ts';

it('counts the search for a reason into the time limit', async () => {
  // Unbounded: after the ray is found, an elastic program is asked whether there is a point to descend from.
  const { program } = randomConicProgram(2, 'unbounded');
  const solver = await interiorPoint().prepare();
  const ask = (timeLimit_s: number) => {
    let now_s = 0;
    const { status } = solver.solve(program, { timeLimit_s, clock_s: () => (now_s += 1) });
    return { status, now_s };
  };
  const whole = ask(1e6);
  expect(whole.status).toBe('unbounded');
  expect(ask(1).status).toBe('time-limit');
  // Every solve looks at the clock a few times before it can end; none begins with all of the time again.
  const late = Array.from({ length: whole.now_s }, (_, k) => ask(k + 1).now_s - (k + 1));
  expect(Math.max(...late)).toBeLessThanOrEqual(8);
});

it('ends within a few looks whenever it is asked to, during set-up too', async () => {
  const { program } = randomConicProgram(5, 'optimal');
  const solver = await interiorPoint().prepare();
  const ask = (last: number) => {
    let looks_count = 0;
    // The wish is heard once: nobody may forget it.
    const { status } = solver.solve(program, { shouldStop: () => ++looks_count === last });
    return { status, looks_count };
  };
  const whole = ask(Number.POSITIVE_INFINITY);
  expect(whole.status).toBe('optimal');
  for (let k = 1; k <= whole.looks_count; k++) expect(ask(k)).toEqual({ status: 'stopped', looks_count: k });
});
