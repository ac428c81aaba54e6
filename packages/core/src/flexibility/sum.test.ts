import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareOnStep } from './compare.ts';
import { evenDirections, refineDirections } from './directions.ts';
import { hullOf, nearestInPolygon, polygonArea, regionOfPolygon } from './polygon.ts';
import { project } from './project.ts';
import { areaOf, buildRegion, excessOf, supportOf } from './shape.ts';
import { boundsOf, cornersOf, sumCorners, sumSupportOf, sumSupportPoint } from './sum.ts';
import { anyAngle, anyPoint, anyRegion } from './testing/regions.ts';
import { pointOf, weightsOf } from './weights.ts';

/** Area of a sum by its support function alone, ½∮(h² − h'²)dθ with h' = ⟨x, (−sin, cos)⟩ of the farthest point x. */
function exactArea(regions: Parameters<typeof sumSupportPoint>[0]): number {
  const n = 20000;
  let area = 0;
  for (let k = 0; k < n; k++) {
    const [c, s] = [Math.cos((2 * Math.PI * (k + 0.5)) / n), Math.sin((2 * Math.PI * (k + 0.5)) / n)];
    const { p_kW, q_kvar } = sumSupportPoint(regions, c, s);
    area += (Math.PI / n) * ((c * p_kW + s * q_kvar) ** 2 - (-s * p_kW + c * q_kvar) ** 2);
  }
  return area;
}

const anyCluster = fc.array(anyRegion, { minLength: 1, maxLength: 6 });
const anyDirections = fc.constantFrom(4, 8, 16, 21).map(evenDirections);

describe('directions', () => {
  it('hold the axes exactly and mirror each other in every bit', () => {
    for (const n of [4, 8, 12, 16, 64]) {
      const { cos, sin } = evenDirections(n);
      expect([cos[0], sin[0], Math.abs(cos[n / 4]), sin[n / 4]]).toEqual([1, 0, 0, 1]);
      for (let k = 0; k < n; k++) {
        expect(cos[k]).toBeCloseTo(Math.cos((2 * Math.PI * k) / n), 14);
        expect(sin[k]).toBeCloseTo(Math.sin((2 * Math.PI * k) / n), 14);
        expect(cos[(k + n / 2) % n] + cos[k]).toBe(0);
      }
    }
  });

  it('as many as a gap needs: a disc of radius 1 costs about π/√(2·gap), and a box none beyond its axes and corners', () => {
    const disc = buildRegion([], 1, -1, 1);
    for (const gap of [1e-2, 1e-3, 1e-4]) {
      const { directions, gap_kVA } = refineDirections((c, s) => sumSupportPoint([disc], c, s), gap, 1024);
      expect(gap_kVA).toBeLessThanOrEqual(gap);
      expect(directions.cos.length).toBeLessThan((4 * Math.PI) / Math.sqrt(2 * gap));
      const { inner, outer } = boundsOf([disc], directions);
      for (const corner of outer) {
        const near = nearestInPolygon(corner, inner).point;
        expect(Math.hypot(corner.p_kW - near.p_kW, corner.q_kvar - near.q_kvar)).toBeLessThanOrEqual(gap * 1.0001);
      }
    }
    const box = regionOfPolygon([-1, 1].flatMap((p) => [-2, 3].map((q) => ({ p_kW: p, q_kvar: q }))));
    const found = refineDirections((c, s) => sumSupportPoint([box], c, s), 1e-9);
    expect(found.gap_kVA).toBeLessThan(1e-9);
    expect(found.directions.cos.length).toBeLessThanOrEqual(12);
  });
});

describe('the sum of regions', () => {
  it('lies between its inner and its outer polygon, which touch it in every shared direction', () => {
    fc.assert(
      fc.property(anyCluster, anyDirections, anyAngle, (regions, directions, angle) => {
        const { inner, outer } = boundsOf(regions, directions);
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        const exact = sumSupportOf(regions, c, s);
        const reach = (corners: typeof inner) => Math.max(...corners.map(({ p_kW, q_kvar }) => c * p_kW + s * q_kvar));
        expect(reach(inner)).toBeLessThanOrEqual(exact + 1e-8);
        expect(exact).toBeLessThanOrEqual(reach(outer) + 1e-8);
        directions.cos.forEach((cos, k) => {
          const h = sumSupportOf(regions, cos, directions.sin[k]);
          expect(cos * inner[k].p_kW + directions.sin[k] * inner[k].q_kvar).toBeCloseTo(h, 8);
        });
      }),
    );
  });

  it('of equal regions is as many times as large', () => {
    const roof = buildRegion([], 150, 0, 120);
    expect(sumSupportOf([roof, roof, roof], 0.6, 0.8)).toBeCloseTo(3 * supportOf(roof, 0.6, 0.8), 9);
    const { inner, outer } = boundsOf([roof, roof, roof], evenDirections(64));
    expect(polygonArea(hullOf(inner))).toBeLessThan(9 * areaOf(roof));
    expect(polygonArea(hullOf(outer))).toBeGreaterThan(9 * areaOf(roof));
    expect(polygonArea(hullOf(outer)) / polygonArea(hullOf(inner))).toBeLessThan(1.005);
  });

  it('can be handed down: weights give every agent a point of its own region, and the points add up', () => {
    fc.assert(
      fc.property(anyCluster, anyDirections, anyPoint, (regions, directions, asked) => {
        const own = regions.map((region) => cornersOf(region, directions));
        const corners = sumCorners(own, directions.cos.length);
        const target = nearestInPolygon(asked, corners).point;
        const weights = weightsOf(target, corners);
        expect(weights.every((w) => w >= 0)).toBe(true);
        expect(weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 12);
        const points = own.map((mine) => pointOf(weights, mine));
        points.forEach((point, i) => {
          expect(excessOf(regions[i], point)).toBeLessThan(1e-9);
        });
        expect(Math.abs(points.reduce((sum, { p_kW }) => sum + p_kW, 0) - target.p_kW)).toBeLessThan(1e-9);
        expect(Math.abs(points.reduce((sum, { q_kvar }) => sum + q_kvar, 0) - target.q_kvar)).toBeLessThan(1e-9);
      }),
      { numRuns: 400 },
    );
  });

  it('what everybody injects does not jump when the point moves', () => {
    const regions = [buildRegion([], 150, 0, 120), buildRegion([], 100, -100, 100), buildRegion([], 100, -90, 0)];
    const own = regions.map((region) => cornersOf(region, evenDirections(16)));
    const corners = sumCorners(own, 16);
    const middle = pointOf(new Float64Array(16).fill(1 / 16), corners);
    const handedDown = (angle: number) => {
      const weights = weightsOf({ p_kW: middle.p_kW + 90 * Math.cos(angle), q_kvar: middle.q_kvar + 90 * Math.sin(angle) }, corners);
      return own.map((mine) => pointOf(weights, mine));
    };
    let before = handedDown(0);
    for (let k = 1; k <= 2000; k++) {
      const now = handedDown((k * Math.PI) / 1000);
      // The cluster moves by 0.28 kVA.
      now.forEach(({ p_kW, q_kvar }, i) => {
        expect(Math.hypot(p_kW - before[i].p_kW, q_kvar - before[i].q_kvar)).toBeLessThan(1);
      });
      before = now;
    }
  });

  it('a point outside is granted as the nearest one inside, in the norm that is asked for, and that is said', () => {
    fc.assert(
      fc.property(anyCluster, anyPoint, fc.constantFrom(1, 0.2, 30), (regions, asked, wq) => {
        const { inner } = boundsOf(regions, evenDirections(16));
        const { point, inside } = nearestInPolygon(asked, inner, { p: 1, q: wq });
        const region = regionOfPolygon(inner);
        expect(excessOf(region, point)).toBeLessThan(1e-8);
        if (Math.abs(excessOf(region, asked)) > 1e-8) expect(inside).toBe(excessOf(region, asked) < 0);
        const other = project(region, asked, { p: 1, q: wq });
        const miss = (x: typeof asked) => Math.hypot(asked.p_kW - x.p_kW, Math.sqrt(wq) * (asked.q_kvar - x.q_kvar));
        expect(miss(point)).toBeCloseTo(miss(other), 6);
      }),
    );
  });

  it('descriptions compared: boxes give away more than polygons, and the outer polygon promises too much', () => {
    const roofs = [
      buildRegion([], 150, 0, 150),
      buildRegion([], 150, 0, 110),
      buildRegion([], 100, -100, 100),
      buildRegion([], 100, -90, 0),
    ];
    const [paper, boxes, boxInSum, inner, outer] = compareOnStep(roofs, evenDirections(16)).map(({ area_frac }) => area_frac!);
    // The paper's box has p over the whole range, of 550 kW, and q only where there is more rating than sun or load.
    const q = 2 * (Math.sqrt(150 ** 2 - 110 ** 2) + Math.sqrt(100 ** 2 - 90 ** 2));
    expect(paper / boxes).toBeLessThan(1);
    expect((paper * exactArea(roofs)) / (550 * q)).toBeCloseTo(1, 3);
    expect(boxes).toBeLessThanOrEqual(boxInSum + 1e-9);
    expect(boxInSum).toBeLessThan(inner);
    expect(inner).toBeGreaterThan(0.95);
    expect(inner).toBeLessThan(1);
    expect(outer).toBeGreaterThan(1);
    expect(outer).toBeLessThan(1.05);
  });
});
