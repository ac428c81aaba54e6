import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { availableBox, holdsBox, largestBox, largestReserveBox, reserveBox } from './box.ts';
import { hullOf, polygonArea, regionOfPolygon } from './polygon.ts';
import { project } from './project.ts';
import type { PowerPoint } from './region.ts';
import { areaOf, buildRegion, contains, excessOf, qHighAt, qLowAt, supportOf, supportPoint } from './shape.ts';
import { anyAngle, anyPoint, anyRegion } from './testing/regions.ts';

/** 120 kW of sun behind 150 kVA. */
const roof = buildRegion([], 150, 0, 120);

/** Points of a region: slices at eleven places, three of each. */
const pointsOf = (region: typeof roof): PowerPoint[] =>
  Array.from({ length: 11 }, (_, k) => region.p_min_kW + (k / 10) * (region.p_max_kW - region.p_min_kW)).flatMap((p) => {
    const [low, high] = [qLowAt(region, p), qHighAt(region, p)];
    return [low, 0.5 * (low + high), high].map((q) => ({ p_kW: p, q_kvar: q }));
  });

describe('a region of p and q', () => {
  it('has the farthest points that hand computation gives', () => {
    // √(150² − 120²) = 90
    expect(supportPoint(roof, 1, 0)).toEqual({ p_kW: 120, q_kvar: 0 });
    expect(supportPoint(roof, 0, 1)).toEqual({ p_kW: 0, q_kvar: 150 });
    const corner = supportPoint(roof, Math.cos(0.1), Math.sin(0.1));
    expect(corner.p_kW).toBeCloseTo(120, 12);
    expect(corner.q_kvar).toBeCloseTo(90, 12);
    const arc = supportPoint(roof, Math.SQRT1_2, -Math.SQRT1_2);
    expect(arc.p_kW).toBeCloseTo(150 * Math.SQRT1_2, 10);
    expect(arc.q_kvar).toBeCloseTo(-150 * Math.SQRT1_2, 10);
  });

  it('has the area that hand computation gives', () => {
    expect(areaOf(buildRegion([], 10, -10, 10))).toBeCloseTo(100 * Math.PI, 9);
    // ∫₀^120 2√(150² − p²) dp = 120·90 + 150²·asin(0.8)
    expect(areaOf(roof)).toBeCloseTo(120 * 90 + 22500 * Math.asin(0.8), 8);
  });

  it('is refused when empty or without end', () => {
    expect(() => buildRegion([{ a: 1, b: 0, c_kVA: -5 }], 10, 0, 10)).toThrow(/FLEXIBILITY_REGION/);
    expect(() => buildRegion([{ a: 0, b: 1, c_kVA: 5 }], Infinity, 0, 10)).toThrow(/FLEXIBILITY_REGION/);
  });

  it('reaches in no direction less far than any of its points, and exactly as far as its farthest', () => {
    fc.assert(
      fc.property(anyRegion, anyAngle, (region, angle) => {
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        const farthest = supportPoint(region, c, s);
        expect(excessOf(region, farthest)).toBeLessThan(1e-9);
        const h = supportOf(region, c, s);
        for (const { p_kW, q_kvar } of pointsOf(region)) expect(c * p_kW + s * q_kvar).toBeLessThanOrEqual(h + 1e-9);
      }),
    );
  });

  it('projects: the rest is perpendicular in the weighted norm, and a point inside stays', () => {
    fc.assert(
      fc.property(anyRegion, anyPoint, fc.constantFrom(1, 0.1, 25), (region, asked, wq) => {
        const weights = { p: 1, q: wq };
        const near = project(region, asked, weights);
        expect(excessOf(region, near)).toBeLessThan(1e-9);
        if (contains(region, asked, 0)) expect(near).toEqual(asked);
        // ⟨W(x* − x), y − x⟩ ≤ 0 for every y of the region
        for (const y of pointsOf(region)) {
          const along = (asked.p_kW - near.p_kW) * (y.p_kW - near.p_kW) + wq * (asked.q_kvar - near.q_kvar) * (y.q_kvar - near.q_kvar);
          expect(along).toBeLessThan(1e-6 * (1 + wq) * 300);
        }
      }),
    );
  });

  it('as a fine polygon has the same area, from inside', () => {
    fc.assert(
      fc.property(anyRegion, (region) => {
        const corners = Array.from({ length: 720 }, (_, k) =>
          supportPoint(region, Math.cos((k * Math.PI) / 360), Math.sin((k * Math.PI) / 360)),
        );
        const area = polygonArea(hullOf(corners));
        expect(area).toBeLessThanOrEqual(areaOf(region) + 1e-6);
        expect(area).toBeGreaterThanOrEqual(areaOf(region) * (1 - 1e-4) - 1e-6);
      }),
    );
  });
});

describe('a polygon', () => {
  it('is described by its corners and nothing else', () => {
    const square = [0, 0, 1, 0, 1, 1, 0, 1]
      .map((v, k, all) => (k % 2 === 0 ? { p_kW: v, q_kvar: all[k + 1] } : undefined))
      .filter((v) => v !== undefined);
    const more = [...square, { p_kW: 0.5, q_kvar: 0 }, { p_kW: 0.3, q_kvar: 0.4 }, { p_kW: 1, q_kvar: 1 }];
    expect(hullOf(more)).toEqual(square);
    expect(hullOf([{ p_kW: 2, q_kvar: 3 }])).toEqual([{ p_kW: 2, q_kvar: 3 }]);
    expect(
      hullOf([
        { p_kW: 0, q_kvar: 0 },
        { p_kW: 2, q_kvar: 1 },
        { p_kW: 1, q_kvar: 0.5 },
      ]),
    ).toEqual([
      { p_kW: 0, q_kvar: 0 },
      { p_kW: 2, q_kvar: 1 },
    ]);
  });

  it('as a region reaches as far as its corners do', () => {
    fc.assert(
      fc.property(fc.array(anyPoint, { minLength: 1, maxLength: 9 }), anyAngle, (corners, angle) => {
        const region = regionOfPolygon(corners);
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        const reach = Math.max(...corners.map(({ p_kW, q_kvar }) => c * p_kW + s * q_kvar));
        expect(supportOf(region, c, s)).toBeCloseTo(reach, 6);
        for (const corner of corners) expect(excessOf(region, corner)).toBeLessThan(1e-7);
      }),
    );
  });
});

describe('boxes inside a region', () => {
  it('the paper’s: nothing is left of q where all of the rating is available', () => {
    const box = availableBox(roof)!;
    expect(box.low.p_kW).toBe(0);
    expect(box.high.p_kW).toBe(120);
    expect(box.high.q_kvar).toBeCloseTo(90, 12);
    expect(box.low.q_kvar).toBeCloseTo(-90, 12);
    const full = availableBox(buildRegion([], 150, 0, 150))!;
    expect(full.high.q_kvar - full.low.q_kvar).toBe(0);
  });

  it('of a half disc the largest is as high as 2·√(2/3) of the radius and as wide as √(1/3)', () => {
    // max p·2√(1 − p²): p² = 1/2. Half disc p ≥ 0: p₁ = 0.
    const { low, high } = largestBox(buildRegion([], 1, 0, 1));
    expect(high.p_kW).toBeCloseTo(Math.SQRT1_2, 6);
    expect(low.p_kW).toBeCloseTo(0, 6);
    expect(high.q_kvar - low.q_kvar).toBeCloseTo(2 * Math.SQRT1_2, 6);
  });

  it('lie inside, and the largest is at least as large as the paper’s', () => {
    const size = (box: { low: PowerPoint; high: PowerPoint }) => (box.high.p_kW - box.low.p_kW) * (box.high.q_kvar - box.low.q_kvar);
    fc.assert(
      fc.property(anyRegion, (region) => {
        const largest = largestBox(region);
        const reserve = largestReserveBox(region);
        expect(holdsBox(region, largest)).toBe(true);
        expect(holdsBox(region, reserve)).toBe(true);
        const paper = availableBox(region);
        if (paper) {
          expect(holdsBox(region, paper)).toBe(true);
          expect(size(largest)).toBeGreaterThanOrEqual(size(paper) * (1 - 1e-9) - 1e-9);
        }
        expect(size(largest)).toBeGreaterThanOrEqual(size(reserve) * (1 - 1e-6) - 1e-6);
      }),
    );
  });

  it('around a plan reach equally far on all four sides, to the edge', () => {
    // (60 + m)² + m² = 150² and m ≤ 60: m = 60
    expect(reserveBox(roof, { p_kW: 60, q_kvar: 0 })).toEqual({ low: { p_kW: 0, q_kvar: -60 }, high: { p_kW: 120, q_kvar: 60 } });
    const { high } = reserveBox(roof, { p_kW: 90, q_kvar: 80 });
    expect(Math.hypot(high.p_kW, high.q_kvar)).toBeCloseTo(150, 9);
  });
});
