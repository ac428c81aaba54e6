import { expect, test } from 'vitest';
import { AndersonAcceleration } from './anderson.ts';

/** Steps until |f(x) − x| ≤ 1e-12. */
function stepsOf(
  f: (x: Float64Array) => Float64Array,
  start: Float64Array,
  options: ConstructorParameters<typeof AndersonAcceleration>[1],
): number {
  const x = start.slice();
  const anderson = new AndersonAcceleration(x.length, options);
  for (let k = 0; k < 200; k++) {
    const g = f(x).map((value, i) => value - x[i]!);
    if (Math.max(...g.map(Math.abs)) <= 1e-12) return k;
    anderson.advance(x, g);
  }
  return Number.POSITIVE_INFINITY;
}

const linear = (rates: number[]) => (x: Float64Array) => x.map((value, i) => rates[i]! * value + 1);

test('without history it is the plain iteration', () => {
  const x = Float64Array.of(0);
  new AndersonAcceleration(1, { history_count: 0 }).advance(x, Float64Array.of(0.5));
  expect(x[0]).toBe(0.5);
});

test('a linear map of n rates is solved in n + 1 steps or little more', () => {
  const start = new Float64Array(4);
  expect(stepsOf(linear([0.9, 0.5, -0.3, 0.1]), start, { history_count: 4 })).toBeLessThanOrEqual(8);
  expect(stepsOf(linear([0.9, 0.5, -0.3, 0.1]), start, { history_count: 0 })).toBeGreaterThan(150);
});

test('a map that is no contraction is solved too', () => {
  const steep = linear([-4, 0.5, -1.5]);
  expect(stepsOf(steep, new Float64Array(3), { history_count: 0 })).toBe(Number.POSITIVE_INFINITY);
  expect(stepsOf(steep, new Float64Array(3), { history_count: 4, damping_frac: 0.5, adapts: true })).toBeLessThan(30);
});

test('a map with kinks, steep in one direction', () => {
  const clamp = (v: number) => Math.min(0.44, Math.max(-0.44, v));
  const f = (x: Float64Array) => x.map((_, i) => clamp(-3 * (x[0]! + 0.5 * x[1]!) + 0.1 * i + 0.2));
  expect(stepsOf(f, new Float64Array(2), { damping_frac: 0.5, adapts: true })).toBeLessThan(60);
});
