import { describe, expect, it } from 'vitest';
import { interiorPoint } from '../solvers/interior-point/interior-point.ts';
import { afterwards, timeLeft } from './settings.ts';
import { solveOpf } from './solve.ts';
import { feeder } from './testing/feeder.ts';

describe('options', () => {
  it('leave a second solver what is left of the time, and its own tolerance', () => {
    const clock_s = () => 7;
    expect(afterwards({ timeLimit_s: 10, clock_s, tolerance_frac: 1e-9, limits: 'current' }, 4)).toEqual({
      timeLimit_s: 7,
      clock_s,
      limits: 'current',
    });
    expect(afterwards({ timeLimit_s: 2, clock_s }, 4).timeLimit_s).toBe(0);
    expect(afterwards({ limits: 'current' }, undefined)).toEqual({ limits: 'current' });
  });

  it('count the time from the beginning', () => {
    const clock_s = () => 7;
    expect(timeLeft({ timeLimit_s: 10, clock_s, tolerance_frac: 1e-9 }, 4)).toEqual({ timeLimit_s: 7, clock_s, tolerance_frac: 1e-9 });
    expect(timeLeft({ timeLimit_s: 10 }, undefined)).toEqual({ timeLimit_s: 10 });
  });

  it.each(['ac', 'soc', 'dc', 'lindistflow'] as const)('stop, limit and report what is solved: %s', async (formulation) => {
    const solve = (more: object) => solveOpf(feeder(), { solver: interiorPoint() }, { formulation, ...more });
    const seen: number[] = [];
    const found = await solve({ onProgress: (line: { iteration_count: number }) => seen.push(line.iteration_count) });
    expect(found.status).toBe('optimal');
    expect(seen.length).toBeGreaterThan(2);
    const stopped = await solve({ shouldStop: () => true });
    expect(stopped.status).toBe('stopped');
    expect(stopped.price_cur_per_kWh.every(Number.isNaN)).toBe(true);
    let now_s = 0;
    expect((await solve({ timeLimit_s: 0.5, clock_s: () => now_s++ })).status).toBe('time-limit');
    // The limit counts from the first look at the clock, before the program is built: the solver ends it at its first look.
    const looks: number[] = [];
    const clock_s = () => {
      looks.push(looks.length);
      return looks.length;
    };
    expect((await solve({ timeLimit_s: 1.5, clock_s })).status).toBe('time-limit');
    expect(looks.length).toBeLessThanOrEqual(10);
  });
});
