import { expect, test } from 'vitest';
import { placeStacks, type Rect, type Stack, wrapped } from './device-chips.ts';
import { sideOf } from './limits.ts';

const stack = (x: number, y: number): Stack => ({ at: { x, y }, preferred: -1, length: [50, 30], breadth: [60, 30] });
const anywhere = { axis: 'y', low: -1e6, high: 1e6 } as const;
const apart = (a: Rect, b: Rect): boolean => a.x1 <= b.x0 || b.x1 <= a.x0 || a.y1 <= b.y0 || b.y1 <= a.y0;

test('a free bus keeps its devices above it, with their owner', () => {
  const [placed] = placeStacks([stack(0, 0)], [], 10, anywhere);
  expect(placed).toMatchObject({ side: -1, distance: 10, named: true, rect: { x0: -30, x1: 30, y0: -60, y1: -10 } });
});

test('neighbours change side, drop names, or move away, but never overlap', () => {
  const stacks = Array.from({ length: 12 }, (_, k) => stack(12 * k, 0));
  const obstacle = { x0: 40, x1: 50, y0: -100, y1: 0 };
  const placed = placeStacks(stacks, [obstacle], 10, anywhere);
  for (const [i, a] of placed.entries()) {
    expect(apart(a.rect, obstacle)).toBe(true);
    for (const b of placed.slice(i + 1)) expect(apart(a.rect, b.rect)).toBe(true);
  }
});

test('stays inside the drawing where it can', () => {
  const [placed] = placeStacks([stack(20, 0)], [], 10, { axis: 'x', low: 0, high: 100 });
  expect(placed?.side).toBe(1);
});

test('owners in at most two lines', () => {
  expect(wrapped('Clinic', 9)).toEqual(['Clinic']);
  expect(wrapped('Garden Flats', 9)).toEqual(['Garden', 'Flats']);
  expect(wrapped('The very long name of an owner', 9)).toEqual(['The very', 'long nam…']);
});

test('outside limits, with the tolerance of the study', () => {
  const limits = { v_min_pu: 0.95, v_max_pu: 1.05 };
  expect([0.9498, 0.94995, 1, 1.0502].map((v) => sideOf(v, limits, 1e-4))).toEqual([-1, 0, 0, 1]);
  expect(sideOf(null, limits, 1e-4)).toBe(0);
});
