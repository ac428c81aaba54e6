import { describe, expect, it } from 'vitest';
import { adviseGain, consensusBounds } from './consensus-bounds.ts';
import { ringOf } from './graph.ts';

const ring = ringOf(['a', 'b', 'c', 'd']);
const pins = [1, 0, 0, 0];

describe('closed bounds of consensus', () => {
  // the sheet on control, sections 1.4 and 5.1: ring of four, one pin, c = 4
  it('are 90.4 ms constant, 86.3 ms varying, 115.1 ms sampled', () => {
    const { constantDelay_s, varyingDelay_s, period_s } = consensusBounds(ring, 4, pins);
    expect(1000 * constantDelay_s).toBeCloseTo(90.4, 1);
    expect(1000 * varyingDelay_s).toBeCloseTo(86.3, 1);
    expect(1000 * period_s).toBeCloseTo(115.1, 1);
  });

  it.each([
    [1, 362],
    [2, 181],
    [8, 45.2],
    [16, 22.6],
    [32, 11.3],
  ])('gain %d: %d ms', (c, ms) => {
    expect(Math.abs((1000 * consensusBounds(ring, c, pins).constantDelay_s) / ms - 1)).toBeLessThan(2e-3);
  });

  it('count the second eigenvalue where there is no leader', () => {
    expect(consensusBounds(ring, 1).settling_s).toBeCloseTo(Math.log(100) / 2, 9);
  });
});

describe('advice on the gain', () => {
  it('a delay of 50 ms allows settling in 6 s with one pin, not in 4 s', () => {
    const slow = adviseGain(ring, 0.05, 6, pins);
    expect(slow.binds).toBe('nothing');
    expect(slow.settling_s).toBeCloseTo(6, 9);
    expect(slow.margin_frac).toBeGreaterThan(1 / 0.6);
    const fast = adviseGain(ring, 0.05, 4, pins);
    expect(fast.binds).toBe('delay');
    expect(fast.settling_s).toBeCloseTo(5.7, 1);
    expect(fast.margin_frac).toBeCloseTo(1 / 0.6, 9);
  });

  it('more pins settle faster at the same delay', () => {
    expect(adviseGain(ring, 0.05, 1, [1, 0, 1, 0]).settling_s).toBeLessThan(adviseGain(ring, 0.05, 1, pins).settling_s / 2);
  });
});
