import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { cycleOf, emptySteps, Jumps, jumpChunk } from './accelerate.ts';
import { fixed } from './forms/fixed.ts';
import { emptyState } from './iterate.ts';
import { cohortDefaults, negotiateCohorts } from './negotiate.ts';
import { buildCohortProblem } from './problem.ts';
import { randomNetwork } from './random-network.ts';
import { productsCount, StepProducts } from './step-products.ts';

/** Steps of v ← M·v + b in the plane, from v₀ = 0, and their products as one piece. */
function spiral(count: number): { points: [number, number][]; steps: [number, number][]; products: Float64Array } {
  const map = ([x, y]: [number, number]): [number, number] => [0.9 * x - 0.3 * y + 1, 0.3 * x + 0.9 * y - 2];
  const points: [number, number][] = [[0, 0]];
  const steps: [number, number][] = [];
  for (let i = 0; i < count; i++) {
    const [x, y] = points[i];
    const next = map([x, y]);
    steps.push([next[0] - x, next[1] - y]);
    points.push(next);
  }
  const products = new Float64Array(productsCount(count));
  for (let i = 0, k = 0; i < count; i++) {
    for (let j = 0; j <= i; j++, k++) products[k] = steps[i][0] * steps[j][0] + steps[i][1] * steps[j][1];
  }
  return { points, steps, products };
}

describe('a jump', () => {
  it('lands on the fixed point of an affine map of the plane after three steps', () => {
    const { points, steps, products } = spiral(3);
    const jumps = new Jumps(2);
    expect(jumps.decide(products)).toBe(true);
    const [a, b] = jumps.gamma;
    const landed = [0, 1].map((k) => points[3][k] - a * steps[1][k] - b * steps[2][k]);
    // (I − M)·v = b: [0.1 0.3; −0.3 0.1]·v = (1, −2) at v = (7, 1)
    expect(landed[0]).toBeCloseTo(7, 5);
    expect(landed[1]).toBeCloseTo(1, 5);
  });

  it('is left out once steps have not fallen fast enough, until ρ changes', () => {
    const { products } = spiral(3);
    const jumps = new Jumps(2);
    let taken = 0;
    while (jumps.decide(products)) taken++;
    // 100·(n + 1)^−1.1 < 1 from n + 1 = 66 on
    expect(taken).toBe(65);
    jumps.restart();
    expect(jumps.decide(products)).toBe(true);
  });

  it('is left out where it would be far longer than a step, and where nothing moves', () => {
    // steps 1, 1.001 of a map of the line that recedes: the fixed point lies 1000 steps back
    const jumps = new Jumps(1);
    expect(jumps.decide(Float64Array.of(1, 1.001, 1.001 ** 2))).toBe(false);
    expect(jumps.decide(new Float64Array(3))).toBe(false);
  });

  it('keeps z balanced and moves prices by the mean at each net', () => {
    const load = (name: string, nets: number[]) => ({
      name,
      form: fixed,
      nets: Int32Array.from(nets),
      values: { p_load_kW: new Float64Array(2 * nets.length) },
    });
    const problem = buildCohortProblem({ steps_count: 2, dt_h: 0.5 }, 3, [load('a', [0, 0, 2]), load('b', [2])]);
    const state = emptyState(problem);
    const steps = emptySteps(problem, 1);
    // w = 2·g₁ at terminals 0, 1 (net 0) and 2, 3 (net 2)
    steps[1].set([1, 2, 3, 4, 5, 6, 7, 10]);
    jumpChunk(problem, state, steps, 0, 0.25, Float64Array.of(2), new Int32Array(1), undefined);
    expect([...state.held_kW]).toEqual([2, 2, -2, -2, 2, 4, -2, -4]);
    expect([...state.price_cur_per_kWh]).toEqual([-2, -3, 0, 0, -6, -8]);
  });
});

describe('products of steps', () => {
  it('by the kernel and its twin have equal bits, and those of the definition', () => {
    const { between } = randomStream(1, 'steps');
    for (const [rows_count, length] of [
      [1, 3],
      [3, 511],
      [6, 1030],
      [11, 2048],
    ]) {
      const rows = Array.from({ length: rows_count }, () => Float32Array.from({ length: length + 5 }, () => between(-1, 1)));
      const [wasm, twin] = (['wasm', 'typescript'] as const).map((kernel) => {
        const products = new Float64Array(2 + productsCount(rows_count));
        new StepProducts(rows_count, kernel).into(rows, 5, 5 + length, products, 2);
        return products;
      });
      expect(wasm).toEqual(twin);
      for (let i = 0; i < rows_count; i++) {
        for (let j = 0; j <= i; j++) {
          let sum = 0;
          for (let k = 5; k < 5 + length; k++) sum += rows[i][k] * rows[j][k];
          expect(twin[2 + (i * (i + 1)) / 2 + j]).toBeCloseTo(sum, 9);
        }
      }
    }
  });
});

describe('accelerated negotiation', () => {
  it.each([1, 0])('comes to the same bound in fewer iterations, squares × %d', (squares_frac) => {
    const problem = randomNetwork({ nets_count: 60, seed: 3, squares_frac });
    const plain = negotiateCohorts(problem, { ...cohortDefaults, memory_count: 0 });
    const result = negotiateCohorts(problem);
    expect(result.status).toBe('agreed');
    expect(result.last.jumps_count).toBeGreaterThan(0);
    expect(result.iterations_count).toBeLessThan(0.8 * plain.iterations_count);
    expect(Math.abs(result.bound_cur / plain.bound_cur - 1)).toBeLessThan(5e-3);
  });

  it('takes 16 iterations a cycle by default', () => {
    const { plain_count, kept_count } = cycleOf(cohortDefaults.memory_count);
    expect(plain_count + kept_count).toBe(16);
  });
});
