import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { inverterCorners, type PowerPoint } from './inverter.ts';
import { separableOracle } from './separable.ts';

const oneStep = (corners: readonly PowerPoint[], more: object = {}) =>
  separableOracle({ steps_count: 1, dt_h: 1, region: { corners: [corners], symmetric: false }, schedule: () => new Map(), ...more });

const square: PowerPoint[] = [
  [0, 0],
  [2, 0],
  [2, 2],
  [0, 2],
];

function projected(corners: readonly PowerPoint[], v: PowerPoint, rho: PowerPoint = [1, 1]): number[] {
  const out = new Float64Array(2);
  expect(oneStep(corners).prox(Float64Array.from(v), Float64Array.from(rho), out)).toBe(true);
  return [...out];
}

describe('projection onto a polygon', () => {
  it('inside stays, sides and corners as by hand', () => {
    expect(projected(square, [1, 0.5])).toEqual([1, 0.5]);
    expect(projected(square, [1, 9])).toEqual([1, 2]);
    expect(projected(square, [-3, 1])).toEqual([0, 1]);
    expect(projected(square, [9, 9])).toEqual([2, 2]);
    expect(projected(square, [-1, -9])).toEqual([0, 0]);
  });

  it('a heavier weight on one axis gives way on the other', () => {
    const triangle: PowerPoint[] = [
      [0, 0],
      [2, 0],
      [0, 2],
    ];
    // On p + q = 2: min 3(p − 2)² + (q − 2)² gives p − 2 = −½, q = ½.
    const [p, q] = projected(triangle, [2, 2], [3, 1]);
    expect(p).toBeCloseTo(1.5, 14);
    expect(q).toBeCloseTo(0.5, 14);
  });

  it('segments, points and polygons that have collapsed to them are what they are', () => {
    // Along (0.8, 0.6) the point (−2, 1) is at −1.
    const [p, q] = projected(
      [
        [-4, -3],
        [0, 0],
      ],
      [-2, 1],
    );
    expect(p).toBeCloseTo(-0.8, 14);
    expect(q).toBeCloseTo(-0.6, 14);
    expect(projected([[1, 7]], [-9, 100])).toEqual([1, 7]);
    const night = inverterCorners(0, 0, { s_max_kVA: 10 });
    expect(projected(night, [0, 500])).toEqual([0, 10]);
    expect(projected(night, [0, 3])).toEqual([0, 3]);
    expect(projected(inverterCorners(0, 0, { s_max_kVA: 10, pf_min_frac: 0.9 }), [5, 5])).toEqual([0, 0]);
    expect(projected(inverterCorners(2, 6, { s_max_kVA: 0 }), [9, 5])).toEqual([6, 0]);
  });

  it('keeps its precision far away, and agrees with a fine search on random regions', () => {
    const stream = randomStream(3);
    for (let k = 0; k < 200; k++) {
      const low = stream.between(-12, 4);
      const high = stream.between(Math.max(low, -9), 12);
      const s_max_kVA = 10;
      const pf_min_frac = k % 3 === 0 && low >= 0 ? 0.85 : 0;
      const corners = inverterCorners(Math.max(low, -10), high, { s_max_kVA, pf_min_frac });
      if (corners.length === 0) continue;
      const scale = k % 2 === 0 ? 1e5 : 20;
      const v: PowerPoint = [stream.between(-scale, scale), stream.between(-scale, scale)];
      const rho: PowerPoint = [stream.between(0.1, 1), stream.between(0.1, 1)];
      const [p, q] = projected(corners, v, rho);
      // Optimality of a projection: the gradient makes no acute angle with any way into the region.
      const g = [rho[0] * (p - v[0]), rho[1] * (q - v[1])];
      for (const [cp, cq] of corners) expect(g[0] * (cp - p) + g[1] * (cq - q)).toBeGreaterThanOrEqual(-1e-9 * scale);
      corners.forEach((end, i) => {
        const start = corners[(i + corners.length - 1) % corners.length];
        const outside = (end[1] - start[1]) * (p - start[0]) - (end[0] - start[0]) * (q - start[1]);
        expect(outside).toBeLessThanOrEqual(1e-9);
      });
    }
  });

  it('answers prices at a corner, where its marginal cost is met, and at q = 0 where nobody pays for q', () => {
    const corners = inverterCorners(0, 8, { s_max_kVA: 10 });
    const out = new Float64Array(2);
    const oracle = separableOracle({
      steps_count: 1,
      dt_h: 0.5,
      region: { corners: [corners], symmetric: true },
      cost_cur_per_kWh: 0.1,
      cost_cur_per_kW2h: 0.01,
      constant_cur: 3,
      schedule: (p) => new Map([['p_kW', p]]),
    });
    expect(oracle.response(Float64Array.of(0.2, 0), out)).toBeCloseTo(3 + 0.5 * (0.01 * 25 + 0.1 * 5 - 0.2 * 5), 12);
    expect([...out]).toEqual([5, 0]);
    expect(oracle.cost()).toBeCloseTo(3 + 0.5 * (0.25 + 0.5), 12);
    expect(oracle.schedule().get('p_kW')).toEqual(Float64Array.of(5));
    oracle.response(Float64Array.of(0.1, 0.2), out);
    expect(out[0]).toBeCloseTo(0, 9);
    expect(out[1]).toBeCloseTo(10, 9);
  });

  it('an empty region has no answer', () => {
    const out = new Float64Array(2);
    const empty = oneStep(inverterCorners(11, 12, { s_max_kVA: 10 }));
    expect(empty.prox(new Float64Array(2), Float64Array.of(1, 1), out)).toBe(false);
    expect(empty.response(new Float64Array(2), out)).toBe(Infinity);
  });
});

describe('box with two prices', () => {
  it('soft threshold with a quadratic cost on top', () => {
    const oracle = separableOracle({
      steps_count: 3,
      dt_h: 1,
      region: { p_low: -5, p_high: 5, q_low: 0, q_high: 0 },
      cost_cur_per_kWh: 0.4,
      costBelow_cur_per_kWh: 0.2,
      cost_cur_per_kW2h: 0.5,
      schedule: () => new Map(),
    });
    const out = new Float64Array(6);
    // min ½p² + 0.4p + ½(p − 2)²: p = 0.8; at 0.3 it rests; min ½p² + 0.2p + ½(p + 1)²: p = −0.6
    oracle.prox(Float64Array.of(2, 0.3, -1, 0, 0, 0), new Float64Array(6).fill(1), out);
    [0.8, 0, -0.6].forEach((p, t) => {
      expect(out[t]).toBeCloseTo(p, 14);
    });
  });

  it('a region wholly below or above zero', () => {
    const out = new Float64Array(2);
    const law = { steps_count: 1, dt_h: 1, cost_cur_per_kWh: 0.1, schedule: () => new Map() };
    separableOracle({ ...law, region: { p_low: 2, p_high: 4, q_low: 1, q_high: 1 } }).response(Float64Array.of(0, 0), out);
    expect([...out]).toEqual([2, 1]);
    separableOracle({ ...law, region: { p_low: -4, p_high: -2, q_low: -1, q_high: 3 } }).response(Float64Array.of(0.5, 0), out);
    expect([...out]).toEqual([-2, 0]);
    separableOracle({ ...law, region: { p_low: -4, p_high: -2, q_low: -1, q_high: 3 } }).response(Float64Array.of(0, 0), out);
    expect([...out]).toEqual([-4, 0]);
  });
});
