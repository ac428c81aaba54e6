import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { SharedKernelArena, type SharedKernels, sharedKernels } from '../linalg/shared-kernels.ts';
import { ramped } from './forms/ramped.ts';
import { stored } from './forms/stored.ts';
import { transfer } from './forms/transfer.ts';
import { joinFeeders } from './joined-feeders.ts';
import { kernelMemory } from './kernel-memory.ts';
import { cohortDefaults, negotiateCohorts } from './negotiate.ts';
import { type CohortProblem, type Memory, ownMemory } from './problem.ts';
import { randomNetwork } from './random-network.ts';

const feeder = {
  name: 'small',
  root: 0,
  load_kW: Float64Array.of(0, 10, 20, 5),
  lines: Int32Array.of(0, 1, 1, 2, 1, 3),
  capacity_kW: Float64Array.of(60, 40, 40),
};

function kernelsOf({ kernels }: Memory): SharedKernels {
  if (!kernels) throw new Error('no kernels');
  return sharedKernels(kernels);
}

describe('kernelMemory', () => {
  // after 37 iterations: plain and kept steps, two jumps, a new ρ
  const options = { ...cohortDefaults, iterations_max_count: 37, tolerance_frac: 0 };
  it.each([
    ['24 steps', (memory: Memory) => randomNetwork({ nets_count: 300, seed: 4 }, memory)],
    ['7 steps', (memory: Memory) => randomNetwork({ nets_count: 300, seed: 4, steps_count: 7, squares_frac: 0 }, memory)],
    ['1 step', (memory: Memory) => randomNetwork({ nets_count: 30, seed: 1, steps_count: 1 }, memory)],
    ['feeders', (memory: Memory) => joinFeeders([feeder], { nets_count: 40, seed: 2 }, memory)],
  ])('gives with kernels the bits of their twins: %s', (_name, build: (memory: Memory) => CohortProblem) => {
    const memory = kernelMemory();
    const problem = build(memory);
    expect(memory.kernels).toBeDefined();
    const [byKernels, byTwins] = [problem, build(ownMemory)].map((each) => negotiateCohorts(each, options));
    expect(memory.kernels).toBeDefined();
    expect(byKernels.last).toEqual(byTwins.last);
    expect(byKernels.last.jumps_count).toBeGreaterThan(0);
    expect(byKernels.checkpoint).toEqual(byTwins.checkpoint);
    expect(byKernels.bound_cur).toBe(byTwins.bound_cur);
  });

  it.each([stored, ramped, transfer])('holds the kernel of $name to its twin at limits, ramps of 0 and odd horizons', (form) => {
    const random = randomStream(3, form.name);
    for (const [steps_count, dt_h] of [
      [1, 1],
      [2, 0.5],
      [5, 1],
      [24, 1],
      [96, 0.25],
    ] as const) {
      const count = 40;
      const memory = kernelMemory();
      const draw = (low: number, high: number) => {
        const values = memory.floats(count);
        for (let i = 0; i < count; i++) values[i] = random.uniform() < 0.1 ? low : random.between(low, high);
        return values;
      };
      const low = draw(0, 5);
      const size = draw(10, 20);
      const half = memory.floats(count).map((_, i) => size[i] / 2);
      const start = memory.floats(count);
      start.set(half);
      const values: Readonly<Record<string, readonly Float64Array[]>> = {
        stored: [draw(1, 10), size, start, start],
        ramped: [low, size, draw(0, 0.1), draw(-1, 2), draw(0, 6)],
        transfer: [draw(0, 8)],
      };
      const own = values[form.name];
      const horizon = { steps_count, dt_h };
      const x = memory.floats(count * form.terminals_count * steps_count);
      const spread = random.between(1, 40);
      for (let k = 0; k < x.length; k++) x[k] = random.between(-spread, spread);
      const byTwin = Float64Array.from(x);
      const work = memory.floats(form.workspace_count(steps_count));
      form.prox(own, 0, count, horizon, 0.4, byTwin, 0, new Float64Array(work.length));
      form.proxBy?.(kernelsOf(memory), own, 0, count, horizon, 0.4, x, 0, work);
      expect(x).toEqual(byTwin);
    }
  });

  it('falls back to spare arrays where there is no more room', () => {
    const memory = kernelMemory();
    const first = memory.floats(100_000).fill(3);
    const second = memory.floats(100_000);
    // views stay valid when the memory grows
    expect(first[99_999]).toBe(3);
    expect(second.byteOffset).toBeGreaterThan(first.byteOffset);
    expect(second[0]).toBe(0);
    const asked: number[] = [];
    const spare: Memory = {
      ...ownMemory,
      singles(length) {
        asked.push(length);
        return new Float32Array(4);
      },
    };
    const small = kernelMemory(spare);
    expect(small.kernels).toBeDefined();
    small.singles(2 ** 30);
    expect(asked).toEqual([2 ** 30]);
    expect(small.kernels).toBeUndefined();
    small.singles(1);
    expect(asked).toEqual([2 ** 30, 1]);
  });

  it('is made of whole pages, from an address above 0', () => {
    const arena = SharedKernelArena.make();
    expect(arena?.take(3)).toBe(16);
    expect(arena?.take(16)).toBe(32);
    expect(arena?.take(2 ** 32)).toBeUndefined();
    expect(arena?.take(65536)).toBe(48);
  });
});
