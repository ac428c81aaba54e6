import { describe, expect, it } from 'vitest';
import type { Point } from './contract.ts';
import { hypervolumeOf, kneeOf, undominated, unevennessOf } from './points.ts';

const points = (...costs: [number, number][]): Point<string>[] => costs.map((pair) => ({ costs: pair, plan: pair.join() }));

describe('points of a front', () => {
  it('are those that none beats or equals', () => {
    const kept = undominated(points([3, 1], [1, 5], [2, 2], [2, 3], [2, 2], [1, 6], [2.5, 2]));
    expect(kept.map(({ plan }) => plan)).toEqual(['1,5', '2,2', '3,1']);
  });

  it('keep one of two that differ by rounding', () => {
    expect(undominated(points([1, 5], [2, 2], [2 - 1e-12, 2 + 1e-12], [3, 1]))).toHaveLength(3);
  });

  it('dominate a share of the rectangle between the ends', () => {
    expect(hypervolumeOf(points([0, 10], [2, 5], [10, 0]))).toBeCloseTo(0.8 * 0.5, 12);
    expect(hypervolumeOf(points([0, 10], [10, 0]))).toBe(0);
    expect(hypervolumeOf(points([1, 1]))).toBe(1);
  });

  it('have a knee where giving up a little buys most, and gaps that are even or not', () => {
    const front = points([0, 10], [1, 6], [2, 2], [6, 1], [10, 0]);
    expect(kneeOf(front)).toBe(2);
    expect(kneeOf(points([0, 1], [1, 0]))).toBe(0);
    expect(unevennessOf(points([0, 2], [1, 1], [2, 0]))).toBeCloseTo(0, 12);
    // gaps 3 and 1 in the same direction: deviation 1 of a mean of 2
    expect(unevennessOf(points([0, 4], [3, 1], [4, 0]))).toBeCloseTo(0.5, 12);
  });
});
