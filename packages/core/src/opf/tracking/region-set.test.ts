import { describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import type { HalfPlane, PowerRegion } from '../../flexibility/region.ts';
import { RegionSet } from './region-set.ts';
import { shapeOf } from './region-shape.ts';
import { box } from './testing/agents.ts';

const plane = (angle: number, c_kVA: number): HalfPlane => ({ a: Math.cos(angle), b: Math.sin(angle), c_kVA });
const region = (halfPlanes: HalfPlane[], s_max_kVA = Number.POSITIVE_INFINITY): PowerRegion => ({
  halfPlanes,
  s_max_kVA,
  p_min_kW: Number.NEGATIVE_INFINITY,
  p_max_kW: Number.POSITIVE_INFINITY,
});
const nearest = (given: PowerRegion, p: number, q: number): [number, number] => {
  const set = new RegionSet([shapeOf(given, 1, 'test')]);
  set.project(0, p, q);
  return [set.p + 0, set.q + 0]; // no negative zeros
};

describe('regions of power', () => {
  it('are projected onto as the definition says: the foot is inside, and no point of the region is nearer', () => {
    const random = randomStream(7, 'regions');
    const within = random.between;
    for (let k = 0; k < 60; k++) {
      const planes = Array.from({ length: 1 + (k % 6) }, () => plane(within(0, 2 * Math.PI), within(0.05, 1.1)));
      const given = region(planes, k % 3 === 0 ? within(0.7, 1.2) : 1);
      const inside = (p: number, q: number, slack = 0): boolean =>
        Math.hypot(p, q) <= given.s_max_kVA + slack && planes.every(({ a, b, c_kVA }) => a * p + b * q <= c_kVA + slack);
      const [p, q] = [within(-3, 3), within(-3, 3)];
      const [x, y] = nearest(given, p, q);
      expect(inside(x, y, 1e-8)).toBe(true);
      const distance = Math.hypot(p - x, q - y);
      for (let i = 0; i < 400; i++) {
        const [u, v] = [within(-1.2, 1.2), within(-1.2, 1.2)];
        if (inside(u, v)) expect(Math.hypot(p - u, q - v)).toBeGreaterThanOrEqual(distance - 1e-9);
      }
    }
  });

  it('may be a point, a line, a slanted line, a whole disc or a polygon without a circle', () => {
    expect(nearest(box(0, 0, 0), 3, 4)).toEqual([0, 0]);
    expect(shapeOf(box(0, 0, 0), 1, 'test').dimension).toBe(0);
    const night = shapeOf(box(0, 0, 5), 1, 'test');
    expect([night.dimension, night.p_min_pu, night.p_max_pu, night.q_min_pu, night.q_max_pu]).toEqual([1, 0, 0, -5, 5]);
    expect(nearest(box(0, 0, 5), 3, 4)).toEqual([0, 4]);
    const factor = Math.atan(0.5);
    const fixedFactor = region([plane(factor + Math.PI / 2, 0), plane(factor - Math.PI / 2, 0), plane(Math.PI, 0)], 2);
    expect(shapeOf(fixedFactor, 1, 'test').dimension).toBe(1);
    const [p, q] = nearest(fixedFactor, 9, 1);
    expect(q / p).toBeCloseTo(0.5, 9);
    expect(Math.hypot(p, q)).toBeCloseTo(2, 9);
    expect(nearest(region([], 1), 0, 3)).toEqual([0, 1]);
    expect(nearest({ ...region([], 5), p_min_kW: 1, p_max_kW: 3 }, 9, 0)).toEqual([3, 0]);
    const square = region([0, 1, 2, 3].map((k) => plane((k * Math.PI) / 2, 1)));
    expect(shapeOf(square, 1, 'test').isRound).toBe(false);
    const [right, top] = nearest(square, 5, 0.25);
    expect([right, top]).toEqual([1, 0.25]);
    const cap = region([plane((5 * Math.PI) / 4, -0.9)], 1);
    expect(shapeOf(cap, 1, 'test').dimension).toBe(2);
    expect(nearest(cap, 1, 1)).toEqual([Math.SQRT1_2, Math.SQRT1_2].map((x) => expect.closeTo(x, 12)));
  });

  it('that are empty or endless are refused by name', () => {
    expect(() => shapeOf(box(2, 1, 5), 1, 'resource x')).toThrow(/resource x.*TRACKING_REGION_EMPTY/);
    expect(() => shapeOf(box(6, 7, 5), 1, 'resource x')).toThrow(/TRACKING_REGION_EMPTY/);
    expect(() => shapeOf(region([plane(0, 1), plane(Math.PI, 1)]), 1, 'resource x')).toThrow(/TRACKING_REGION_UNBOUNDED/);
    expect(() => shapeOf(region([]), 1, 'resource x')).toThrow(/TRACKING_REGION_UNBOUNDED/);
  });
});
