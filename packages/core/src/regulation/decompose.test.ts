import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evenDirections } from '../flexibility/directions.ts';
import type { PowerPoint, PowerRegion } from '../flexibility/region.ts';
import { excessOf } from '../flexibility/shape.ts';
import { anyPoint, anyRegion } from '../flexibility/testing/regions.ts';
import { boxes } from './boxes.ts';
import type { Aggregation, Characteristic } from './contract.ts';
import { bandOf, decompose, decomposeAsPrinted } from './decompose.ts';
import { nearestPoint } from './nearest-point.ts';
import { polygons } from './polygons.ts';

const evenly = { alpha: 1, beta: 1 };
const box = (p0: number, p1: number, q0 = 0, q1 = 0) =>
  ({ kind: 'box', low: { p_kW: p0, q_kvar: q0 }, high: { p_kW: p1, q_kvar: q1 } }) as const;

const total = (points: readonly PowerPoint[]): PowerPoint => ({
  p_kW: points.reduce((sum, x) => sum + x.p_kW, 0),
  q_kvar: points.reduce((sum, x) => sum + x.q_kvar, 0),
});

function sumOf(aggregation: Aggregation, regions: readonly PowerRegion[]): Float64Array {
  const sum = new Float64Array(aggregation.numbers_count);
  for (const region of regions) vectorOf(aggregation, region).forEach((value, i) => (sum[i] += value));
  return sum;
}

function vectorOf(aggregation: Aggregation, region: PowerRegion): Float64Array {
  const own = new Float64Array(aggregation.numbers_count);
  aggregation.measure(region, own, 0);
  return own;
}

const ways: [string, Aggregation][] = [
  ['boxes', boxes()],
  ['polygons', polygons(evenDirections(12))],
];
const clusters = fc.array(fc.array(anyRegion, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 });

describe.each(ways)('decomposition among clusters described by %s', (_, aggregation) => {
  const characteristicsOf = (inside: readonly (readonly PowerRegion[])[]): Characteristic[] =>
    inside.map((regions) => aggregation.characteristic(sumOf(aggregation, regions)));

  it('sums to what is granted to 1e-9, and to the command wherever the band holds it', () => {
    fc.assert(
      fc.property(clusters, anyPoint, (inside, asked) => {
        const { targets, granted, saturation } = decompose(characteristicsOf(inside), asked, evenly);
        const sum = total(targets);
        expect(Math.abs(sum.p_kW - granted.p_kW)).toBeLessThan(1e-9);
        expect(Math.abs(sum.q_kvar - granted.q_kvar)).toBeLessThan(1e-9);
        if (saturation) expect(saturation).toEqual({ asked, granted });
        else expect(Math.abs(granted.p_kW - asked.p_kW) + Math.abs(granted.q_kvar - asked.q_kvar)).toBeLessThan(1e-9);
        const band = bandOf(characteristicsOf(inside));
        const outside =
          asked.p_kW > band.p_high_kW + 1e-6 ||
          asked.p_kW < band.p_low_kW - 1e-6 ||
          asked.q_kvar > band.q_high_kvar + 1e-6 ||
          asked.q_kvar < band.q_low_kvar - 1e-6;
        if (outside) expect(saturation).toBeDefined();
      }),
    );
  });

  it('gives every cluster a target that its resources can inject, each inside its own region, and that sums to it', () => {
    fc.assert(
      fc.property(clusters, anyPoint, (inside, asked) => {
        const { targets } = decompose(characteristicsOf(inside), asked, evenly);
        inside.forEach((regions, m) => {
          const weights = aggregation.weights(sumOf(aggregation, regions), targets[m]);
          const points = regions.map((region) => aggregation.point(vectorOf(aggregation, region), 0, weights));
          points.forEach((point, l) => expect(excessOf(regions[l], point)).toBeLessThan(1e-7));
          const sum = total(points);
          expect(Math.abs(sum.p_kW - targets[m].p_kW)).toBeLessThan(1e-8);
          expect(Math.abs(sum.q_kvar - targets[m].q_kvar)).toBeLessThan(1e-8);
        });
      }),
    );
  });
});

describe('decomposition', () => {
  it('puts every cluster at the same fraction of its range: by hand', () => {
    // Ranges −100…100 and 50…150, command 100: Σ P_min = −50, Σ width = 300, fraction 150/300.
    const { targets, saturation } = decompose([box(-100, 100), box(50, 150)], { p_kW: 100, q_kvar: 0 }, evenly);
    expect(targets.map(({ p_kW }) => p_kW)).toEqual([0, 100]);
    expect(saturation).toBeUndefined();
  });

  it('as printed, eq. (20) misses the command by Σ P_min, whatever the command', () => {
    const three = [box(-100, 100, -20, 20), box(-50, 150, -30, 10), box(0, 90, -5, 5)];
    for (const p_kW of [-120, 0, 77]) {
      const { targets, excess } = decomposeAsPrinted(three, { p_kW, q_kvar: 10 });
      expect(excess.p_kW).toBeCloseTo(-150, 10);
      expect(excess.q_kvar).toBeCloseTo(-55, 10);
      expect(total(targets).p_kW - p_kW).toBeCloseTo(-150, 10);
    }
    const sources = [box(0, 10), box(0, 30)];
    expect(decomposeAsPrinted(sources, { p_kW: 20, q_kvar: 0 }).targets).toEqual(
      decompose(sources, { p_kW: 20, q_kvar: 0 }, evenly).targets,
    );
  });

  it('holds what lies beyond the band at its edge, and says so', () => {
    const both = [box(-100, 100, -5, 5), box(50, 150, 0, 0)];
    const { granted, saturation, targets } = decompose(both, { p_kW: 400, q_kvar: -7 }, evenly);
    expect(granted).toEqual({ p_kW: 250, q_kvar: -5 });
    expect(saturation).toEqual({ asked: { p_kW: 400, q_kvar: -7 }, granted });
    expect(targets).toEqual([both[0].high, both[1].high].map(({ p_kW }, m) => ({ p_kW, q_kvar: m === 0 ? -5 : 0 })));
  });

  it('lives with clusters of no width, alone or all of them', () => {
    const fixed = box(30, 30);
    expect(decompose([fixed, box(0, 10)], { p_kW: 34, q_kvar: 0 }, evenly).targets.map(({ p_kW }) => p_kW)).toEqual([30, 4]);
    const alone = decompose([fixed, fixed], { p_kW: 0, q_kvar: 0 }, evenly);
    expect(alone.granted.p_kW).toBe(60);
    expect(alone.saturation).toBeDefined();
    const inner = Array.from({ length: 4 }, () => ({ p_kW: 30, q_kvar: 1 }));
    const point = { kind: 'polygon', bounds: { inner, outer: inner } } as const;
    expect(decompose([point], { p_kW: 0, q_kvar: 0 }, evenly).targets).toEqual([{ p_kW: 30, q_kvar: 1 }]);
  });

  it.each([
    ['REGULATION_NO_CLUSTER', [], evenly],
    ['REGULATION_WEIGHTS', [box(0, 1)], { alpha: 1, beta: 0 }],
    ['REGULATION_MIXED_CHARACTERISTICS', [box(0, 1), { kind: 'polygon', bounds: { inner: [], outer: [] } } as const], evenly],
  ])('refuses what cannot be decomposed: %s', (code, characteristics, weights) => {
    expect(() => decompose(characteristics, { p_kW: 0, q_kvar: 0 }, weights)).toThrow(expect.objectContaining({ code }));
  });
});

describe('nearestPoint in the norm α·|Δp| + β·|Δq|', () => {
  it('is as near as any point of a dense net over the polygon', () => {
    const corners = polygons(evenDirections(8));
    fc.assert(
      fc.property(anyRegion, anyPoint, fc.constantFrom(0.1, 1, 7), (region, asked, beta) => {
        const characteristic = corners.characteristic(vectorOf(corners, region));
        if (characteristic.kind !== 'polygon') throw new Error('a polygon');
        const { inner } = characteristic.bounds;
        const distance = (x: PowerPoint): number => Math.abs(x.p_kW - asked.p_kW) + beta * Math.abs(x.q_kvar - asked.q_kvar);
        const nearest = distance(nearestPoint(inner, asked, { alpha: 1, beta }));
        inner.forEach((a, k) => {
          const b = inner[(k + 1) % inner.length];
          for (let s = 0; s <= 1; s += 1 / 16) {
            for (const t of [0, 0.3, 0.7]) {
              const c = inner[0];
              const x = {
                p_kW: (1 - t) * (a.p_kW + s * (b.p_kW - a.p_kW)) + t * c.p_kW,
                q_kvar: (1 - t) * (a.q_kvar + s * (b.q_kvar - a.q_kvar)) + t * c.q_kvar,
              };
              expect(nearest).toBeLessThanOrEqual(distance(x) + 1e-9);
            }
          }
        });
      }),
    );
  });

  it('of several takes the one straight ahead', () => {
    // Along the edge from (0, 2) to (2, 0) |Δp| + |Δq| from (3, 3) is 4 everywhere.
    const triangle = [
      { p_kW: 0, q_kvar: 0 },
      { p_kW: 2, q_kvar: 0 },
      { p_kW: 0, q_kvar: 2 },
    ];
    expect(nearestPoint(triangle, { p_kW: 3, q_kvar: 3 }, evenly)).toEqual({ p_kW: 1, q_kvar: 1 });
  });
});
