import { describe, expect, it } from 'vitest';
import type { Observation } from '../../agents/role.ts';
import { encoded } from '../../base/fixed-point.ts';
import { differenceOfSums, equalShare, learnedBits, nearestOf, powerInLog, relativeError } from './attacks.ts';

const word = {
  kind: 'schedule',
  fields: { power_kW: 2, terminals_count: 0 },
  asked: 'price',
  before: 'join',
  over: 'settle',
  understood: 'settled',
};
const observed = (from: string, kind: string, body: Observation['message']['body']): Observation => ({
  from,
  to: 'net',
  message: { kind, round: 1, body },
  fate: 'delivered',
  at_s: 0,
});

describe('attacks', () => {
  it('read the last word in a log, in the open, and a masked one as the numbers that it is', () => {
    const log = [
      observed('a', 'schedule', { power_kW: Float64Array.of(9, 9), terminals_count: 1 }),
      observed('a', 'schedule', { power_kW: Float64Array.of(1, 2), terminals_count: 1 }),
      observed('b', 'masked', { numbers: Float64Array.of(...encoded(Float64Array.of(-3, 4)), 1) }),
      observed('c', 'encrypted', { ciphertexts: Float64Array.of(1) }),
    ];
    expect(powerInLog(log, 'a', 'net', word, 'power_kW')).toEqual(Float64Array.of(1, 2));
    expect(powerInLog(log, 'b', 'net', word, 'power_kW')).toEqual(Float64Array.of(-3, 4));
    expect(powerInLog(log, 'c', 'net', word, 'power_kW')).toBeUndefined();
  });

  it('are measured against knowing nothing: 0 is everything, 1 is nothing', () => {
    const truth = Float64Array.of(3, 4);
    const nothing = equalShare(Float64Array.of(0, 0), 2);
    expect(relativeError(truth, truth, nothing)).toBe(0);
    expect(relativeError(truth, nothing, nothing)).toBe(1);
    expect(relativeError(truth, Float64Array.of(6, 8), nothing)).toBe(1);
  });

  it('tell a household by the difference that it makes', () => {
    const estimate = differenceOfSums(Float64Array.of(5, 7), Float64Array.of(4, 5));
    expect(estimate).toEqual(Float64Array.of(1, 2));
    expect(nearestOf(estimate, [Float64Array.of(3, 3), Float64Array.of(1, 1.5)])).toBe(1);
  });

  it('learn all bits when never wrong and none when guessing', () => {
    expect(learnedBits(0, 8)).toBe(3);
    expect(learnedBits(7 / 8, 8)).toBeCloseTo(0, 12);
    expect(learnedBits(0.5, 2)).toBe(0);
  });
});
