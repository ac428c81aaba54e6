import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { around, deviationsOf, ellipsoid, reachOf } from './ellipsoid.ts';
import { boxSet, deviationSet, holds, outcomeAt, productSet, twoSidedDeviationSet } from './uncertainty-set.ts';
import { verticesOf } from './vertices.ts';

const key = (u: Float64Array): string => [...u].map((value) => value.toFixed(6)).join();

describe('sets of outcomes', () => {
  it('deviations to both sides: every corner has at most so many symbols at an end, and all such are there', () => {
    const set = twoSidedDeviationSet([10, 20, 30], [1, 2, 3], [4, 5, 6], [{ at: [0, 1, 2], deviations_max_count: 2 }]);
    const corners = new Set(verticesOf(set).map((v) => key(outcomeAt(set, v))));
    const ends = [
      [9, 10, 14],
      [18, 20, 25],
      [27, 30, 36],
    ];
    const expected = ends[0].flatMap((a) => ends[1].flatMap((b) => ends[2].map((c) => [a, b, c])));
    const moved = (u: readonly number[]): number => u.filter((value, j) => value !== [10, 20, 30][j]).length;
    for (const u of expected.filter((each) => moved(each) <= 2)) expect(corners.has(key(Float64Array.from(u)))).toBe(true);
    for (const u of expected.filter((each) => moved(each) > 2)) expect(corners.has(key(Float64Array.from(u)))).toBe(false);
  });

  it('a product of sets has the corners of both, in every pairing', () => {
    const one = deviationSet([1, 2], [1, 1], [{ at: [0, 1], deviations_max_count: 1 }]);
    const other = boxSet([5], [7]);
    const both = productSet([one, other]);
    const corners = verticesOf(both).map((v) => key(outcomeAt(both, v)));
    const pairs = verticesOf(one).flatMap((a) => [5, 7].map((b) => key(Float64Array.of(...outcomeAt(one, a), b))));
    expect(corners.sort()).toEqual(pairs.sort());
  });

  it('refuses the empty and the unbounded', () => {
    expect(() => boxSet([2], [1])).toThrow('SET_EMPTY');
    expect(() => boxSet([0], [Number.POSITIVE_INFINITY])).toThrow('SET_UNBOUNDED');
    expect(() => boxSet([0, 0], [1, 1], [{ at: [0, 1], weights: [1, 1], least: 3 }])).toThrow('can reach 0 to 2');
  });
});

describe('ellipsoids', () => {
  const covariance = Float64Array.of(4, 1, 0.5, 1, 9, -1, 0.5, -1, 1);
  const e = ellipsoid([10, 20, 5], covariance, 2);
  const stream = randomStream(4);
  const direction = (): Float64Array => Float64Array.from({ length: 3 }, () => stream.normal());
  /** The point of the surface farthest along a direction: centre + radius·Σ·d/√(dᵀΣd). */
  const farthest = (d: Float64Array): Float64Array => {
    const along = Float64Array.from({ length: 3 }, (_, i) => [0, 1, 2].reduce((sum, j) => sum + covariance[3 * i + j] * d[j], 0));
    const size = Math.sqrt(d.reduce((sum, value, i) => sum + value * along[i], 0));
    return along.map((value, i) => [10, 20, 5][i] + (2 * value) / size);
  };

  it('reach along a direction as far as their farthest point, and that lies at the radius', () => {
    for (let k = 0; k < 50; k++) {
      const d = direction();
      const u = farthest(d);
      expect(deviationsOf(e, u)).toBeCloseTo(2, 10);
      expect(reachOf(e, d)).toBeCloseTo(
        d.reduce((sum, value, i) => sum + value * u[i], 0),
        9,
      );
    }
  });

  it('lie within the polyhedron around them, which reaches at most s^¼ times as far', () => {
    const set = around(e);
    const corners = verticesOf(set).map((v) => outcomeAt(set, v));
    expect(Math.max(...corners.map((u) => deviationsOf(e, u)))).toBeLessThanOrEqual(2 * 3 ** 0.25 + 1e-9);
    for (let k = 0; k < 50; k++) {
      const d = direction();
      const reached = Math.max(...corners.map((u) => d.reduce((sum, value, i) => sum + value * u[i], 0)));
      expect(reached).toBeGreaterThanOrEqual(reachOf(e, d) - 1e-9);
    }
    expect(holds(set, new Float64Array(6))).toBe(true);
  });

  it('refuse a covariance that is none, and a radius of 0', () => {
    expect(() => ellipsoid([0, 0], Float64Array.of(1, 2, 2, 1), 1)).toThrow('not positive definite at symbol 1');
    expect(() => ellipsoid([0], Float64Array.of(1), 0)).toThrow('radius');
  });
});
