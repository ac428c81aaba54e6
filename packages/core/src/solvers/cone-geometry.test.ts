import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cone } from '../problem/program.ts';
import { geometryOf } from './cone-geometry.ts';
import { numbersFrom } from './testing/dense-program.ts';

const cone = (kind: Cone['kind'], size: number, exponent?: number): Cone => ({
  kind,
  rows: Int32Array.from({ length: size }, (_, l) => l),
  ...(exponent === undefined ? {} : { exponent }),
});
const cones: readonly (readonly [string, Cone])[] = [
  ['second-order', cone('second-order', 4)],
  ['exponential', cone('exponential', 3)],
  ['power 0.2', cone('power', 3, 0.2)],
  ['power 0.5', cone('power', 3, 0.5)],
  ['power 0.93', cone('power', 3, 0.93)],
  ['matrix of order 1', cone('positive-semidefinite', 1)],
  ['matrix of order 4', cone('positive-semidefinite', 10)],
];
const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, l) => sum + value * b[l]!, 0);
const length = (a: Float64Array): number => Math.hypot(...a);

/** Members by the definitions in `Cone`, for the cones of three rows. */
const isMember: Partial<Record<Cone['kind'], (w: Float64Array, exponent: number) => boolean>> = {
  exponential: ([a, b, c]) => b! > 0 && a! >= b! * Math.exp(c! / b!),
  power: ([a, b, c], exponent) => a! >= 0 && b! >= 0 && a! ** exponent * b! ** (1 - exponent) >= Math.abs(c!),
};

describe('distances to cones', () => {
  it.each(cones)('%s: a point is its part in the dual cone less a part in the cone, at a right angle', (_, each) => {
    const geometry = geometryOf(each);
    const size = each.rows.length;
    const points = fc.tuple(fc.integer({ min: 1, max: 1e6 }), fc.constantFrom(1e-6, 1, 1e5), fc.constantFrom(0, 1e-9, 0.3, 1));
    fc.assert(
      fc.property(points, ([seed, scale, share]) => {
        const next = numbersFrom(seed);
        // From anywhere to almost on a boundary: some entries are made small, or the point is moved into the dual first.
        const y = Float64Array.from({ length: size }, () => scale * (2 * next() - 1) * (next() < 0.3 ? share : 1));
        if (next() < 0.3) {
          geometry.projectIntoDual(y);
          for (let l = 0; l < size; l++) y[l] = y[l]! + scale * share * 1e-6 * (2 * next() - 1);
        }
        const inDual = y.slice();
        geometry.projectIntoDual(inDual);
        const inCone = inDual.map((value, l) => value - y[l]!);
        const room = 1e-11 * length(y);
        expect(geometry.dualDistance(inDual)).toBeLessThanOrEqual(room);
        expect(geometry.distance(inCone)).toBeLessThanOrEqual(room);
        expect(Math.abs(dot(inDual, inCone))).toBeLessThanOrEqual(room * length(y));
        expect(Math.abs(geometry.dualDistance(y) - length(inCone))).toBeLessThanOrEqual(room);
        // The mirrored point is as far from the cone as the part in the dual is long.
        expect(Math.abs(geometry.distance(y.map((value) => -value)) - length(inDual))).toBeLessThanOrEqual(room);
        // The distance is to w − r.
        const r = Float64Array.from({ length: size }, () => next());
        const shifted = y.map((value, l) => value + r[l]!);
        expect(Math.abs(geometry.distance(shifted, r) - geometry.distance(y))).toBeLessThanOrEqual(1e-12 * (1 + length(y)));
      }),
      { numRuns: 300 },
    );
  });

  it.each(cones)('%s: has its centre inside, and inside its dual', (_, each) => {
    const geometry = geometryOf(each);
    for (let l = 0; l < each.rows.length; l++) {
      for (const by of [-0.05, 0.05]) {
        const near = geometry.centre.map((value, k) => value + (k === l ? by : 0));
        expect([geometry.distance(near), geometry.dualDistance(near)]).toEqual([0, expect.closeTo(0, 15)]);
      }
    }
  });

  it.each(cones.filter(([, { kind }]) => isMember[kind]))('%s: contains what its definition says, and its dual nothing else', (_, each) => {
    const geometry = geometryOf(each);
    const next = numbersFrom(1);
    const draw = () => Float64Array.from({ length: 3 }, () => 4 * next() - 2);
    const inside = Array.from({ length: 4000 }, draw).filter((w) => isMember[each.kind]!(w, each.exponent ?? 0));
    expect(inside.length).toBeGreaterThan(100);
    for (const w of inside) expect(geometry.distance(w)).toBe(0);
    for (let k = 0; k < 400; k++) {
      const w = draw();
      expect(geometry.distance(w) === 0).toBe(isMember[each.kind]!(w, each.exponent ?? 0));
      const angle = Math.min(...inside.map((v) => dot(v, w)));
      if (geometry.dualDistance(w) === 0) expect(angle).toBeGreaterThan(-1e-12);
      if (geometry.dualDistance(w) > 0.5) expect(angle).toBeLessThan(0);
    }
  });

  it('keeps not-a-number', () => {
    for (const [, each] of cones) {
      for (let l = 0; l < each.rows.length; l++) {
        const w = geometryOf(each).centre.map((value, k) => (k === l ? Number.NaN : value));
        expect(geometryOf(each).distance(w)).toBeNaN();
        expect(geometryOf(each).dualDistance(w)).toBeNaN();
      }
    }
  });

  it('knows the faces of the exponential cone', () => {
    const geometry = geometryOf(cone('exponential', 3));
    expect(geometry.distance(Float64Array.of(1, 0, -2))).toBe(0);
    expect(geometry.distance(Float64Array.of(0, 0, 0))).toBe(0);
    expect(geometry.distance(Float64Array.of(3, -4, -2))).toBe(4);
    expect(geometry.distance(Float64Array.of(-3, -4, -2))).toBe(5);
    expect(geometry.dualDistance(Float64Array.of(1, 2, 0))).toBe(0);
    expect(geometry.dualDistance(Float64Array.of(-3, 2, 0))).toBeCloseTo(3, 12);
  });
});
