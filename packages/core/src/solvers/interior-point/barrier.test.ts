import { describe, expect, it } from 'vitest';
import { numbersFrom } from '../testing/dense-program.ts';
import type { Barrier } from './barrier.ts';
import { ExponentialBarrier } from './exponential.ts';
import { PowerBarrier } from './power.ts';

type Vector = Float64Array;

/** f* as the documentation writes it. */
const exponential = ([z0, z1, z2]: Vector): number => {
  const u = -z2!;
  return -Math.log(z1! + u + u * Math.log(z0! / u)) - Math.log(z0!) - Math.log(u);
};
const power =
  (a: number) =>
  ([z0, z1, z2]: Vector): number => {
    const square = (z0! / a) ** (2 * a) * (z1! / (1 - a)) ** (2 - 2 * a);
    return -Math.log(square - z2! ** 2) - (1 - a) * Math.log(z0!) - a * Math.log(z1!);
  };
/** Each with a point on the boundary of its dual cone. */
const barriers: readonly (readonly [string, Barrier, (z: Vector) => number, Vector])[] = [
  ['exponential', new ExponentialBarrier(), exponential, Float64Array.of(0.8 * Math.exp(-0.3), -0.56, -0.8)],
  ...[0.07, 0.37, 0.5, 0.9].map(
    (a) => [`power ${a}`, new PowerBarrier(a), power(a), Float64Array.of(a * 0.3, (1 - a) * 0.8, 0.3 ** a * 0.8 ** (1 - a))] as const,
  ),
];

const shadowOf = (barrier: Barrier, z: Vector): Vector => {
  const out = new Float64Array(3);
  barrier.moveTo(z, 0);
  barrier.shadowInto(out, 0);
  return out;
};
const moved = (z: Vector, d: Vector, by: number): Vector => z.map((value, k) => value + by * d[k]!);
const unit = (k: number): Vector => Float64Array.from({ length: 3 }, (_, l) => (l === k ? 1 : 0));
const dot = (a: Vector, b: Vector): number => a.reduce((sum, value, k) => sum + value * b[k]!, 0);
const away = (a: Vector, b: Vector): number => Math.max(...a.map((value, k) => Math.abs(value - b[k]!)));
/** ∇²f*·v by differences of the shadow. */
const hessianTimes = (barrier: Barrier, z: Vector, v: Vector, h = 1e-4): Vector => {
  const [plus, minus] = [shadowOf(barrier, moved(z, v, h)), shadowOf(barrier, moved(z, v, -h))];
  return plus.map((value, k) => -(value - minus[k]!) / (2 * h));
};
const solve = (barrier: Barrier, z: Vector, v: Vector): Vector => {
  const out = new Float64Array(3);
  barrier.moveTo(z, 0);
  barrier.solveInto(v, out);
  return out;
};

describe.each(barriers)('the barrier of the dual cone: %s', (_, barrier, f, edge) => {
  const next = numbersFrom(5);
  const draw = () => Float64Array.from({ length: 3 }, () => 2 * next() - 1);
  const points: Vector[] = [];
  while (points.length < 20) {
    const z = barrier.centre.map((value) => value * (0.7 + 0.6 * next()) + 0.4 * (next() - 0.5));
    if (barrier.holdsDual(z, 0)) points.push(z);
  }

  it('has the shadow −∇f*', () => {
    for (const z of points) {
      const slopes = Float64Array.from({ length: 3 }, (_, k) => (f(moved(z, unit(k), -1e-6)) - f(moved(z, unit(k), 1e-6))) / 2e-6);
      expect(away(slopes, shadowOf(barrier, z)) / Math.max(...slopes.map(Math.abs))).toBeLessThan(1e-7);
    }
  });

  it('has degree three: zᵀs̃ = 3, and ∇²f*·z = s̃', () => {
    for (const z of points) {
      const s = shadowOf(barrier, z);
      expect(barrier.holds(s, 0)).toBe(true);
      expect(dot(z, s)).toBeCloseTo(3, 12);
      expect(away(solve(barrier, z, s), z)).toBeLessThan(1e-11);
    }
  });

  it('finds the way back from a shadow', () => {
    for (const z of points) {
      const back = new Float64Array(3);
      barrier.dualShadowInto(shadowOf(barrier, z), 0, back, 0);
      expect(away(back, z)).toBeLessThan(1e-12);
    }
  });

  it('has its centre where s = z', () => {
    expect(away(shadowOf(barrier, barrier.centre), barrier.centre)).toBeLessThan(1e-14);
    expect(barrier.holds(barrier.centre, 0) && barrier.holdsDual(barrier.centre, 0)).toBe(true);
  });

  it('solves with the Hessian, and knows its length', () => {
    for (const z of points) {
      const v = draw();
      const x = solve(barrier, z, v);
      expect(away(hessianTimes(barrier, z, x), v)).toBeLessThan(1e-5);
      barrier.moveTo(z, 0);
      expect(barrier.curveOf(v)).toBeCloseTo(dot(v, x), 11);
    }
  });

  it('has the third derivative in its corrector', () => {
    for (const z of points) {
      const [dz, ds] = [draw().map((value) => 0.1 * value), draw()];
      const x = solve(barrier, z, ds);
      const h = 1e-3;
      const [plus, minus] = [hessianTimes(barrier, moved(z, dz, h), x), hessianTimes(barrier, moved(z, dz, -h), x)];
      const out = new Float64Array(3);
      barrier.moveTo(z, 0);
      barrier.correctInto(dz, ds, out);
      expect(
        away(
          out,
          plus.map((value, k) => (value - minus[k]!) / (2 * h)),
        ),
      ).toBeLessThan(1e-4);
    }
  });

  it.each([1e-4, 1e-8, 1e-11])('keeps its digits at a distance of %d from the boundary', (distance) => {
    const z = edge.slice();
    z[0] = z[0]! * (1 + distance);
    // A double holds the distance itself to this share.
    const share = (200 * Number.EPSILON) / distance;
    const s = shadowOf(barrier, z);
    const back = new Float64Array(3);
    barrier.dualShadowInto(s, 0, back, 0);
    expect(away(back, z)).toBeLessThan(share);
    barrier.moveTo(z, 0);
    expect(Math.abs(barrier.curveOf(s) - 3)).toBeLessThan(share);
    // ∇³f*[z, (∇²f*)⁻¹·v] = −2·v for every v, as f* is homogeneous.
    const v = Float64Array.of(0.3, -0.2, 0.5);
    const out = new Float64Array(3);
    barrier.correctInto(z, v, out);
    expect(
      away(
        out,
        v.map((value) => -2 * value),
      ),
    ).toBeLessThan(1e-13);
  });

  it('says no on the boundary, outside, and to what is no number', () => {
    expect(barrier.holdsDual(edge, 0)).toBe(false);
    for (const bad of [
      Float64Array.of(-1, 1, -1),
      Float64Array.of(0, 0, 0),
      Float64Array.of(1, Number.NaN, -1),
      Float64Array.of(1, -9, -1),
    ]) {
      expect([barrier.holds(bad, 0), barrier.holdsDual(bad, 0)]).toEqual([false, false]);
    }
  });
});
