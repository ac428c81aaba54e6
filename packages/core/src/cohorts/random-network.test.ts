import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { cohortDefaults, negotiateCohorts } from './negotiate.ts';
import { type PlanePoints, randomLines, scatterPoints, spanningTree } from './plane.ts';
import { randomNetwork } from './random-network.ts';

const distance = ({ x, y }: PlanePoints, i: number, j: number): number => Math.hypot(x[i] - x[j], y[i] - y[j]);

/** Prim's algorithm, O(N²). */
function treeLength(points: PlanePoints): number {
  const count = points.x.length;
  const near = new Float64Array(count).fill(Infinity);
  const done = new Uint8Array(count);
  near[0] = 0;
  let length = 0;
  for (let k = 0; k < count; k++) {
    let best = -1;
    for (let i = 0; i < count; i++) if (!done[i] && (best < 0 || near[i] < near[best])) best = i;
    done[best] = 1;
    length += near[best];
    for (let i = 0; i < count; i++) near[i] = Math.min(near[i], distance(points, best, i));
  }
  return length;
}

describe('spanningTree', () => {
  it.each([1, 2, 3, 17, 200, 900])('of %i points is a tree, as short as the one of another algorithm', (count) => {
    const points = scatterPoints(count, randomStream(count));
    const edges = spanningTree(points);
    expect(edges.length).toBe(2 * (count - 1));
    let length = 0;
    for (let k = 0; k < edges.length; k += 2) length += distance(points, edges[k], edges[k + 1]);
    expect(length).toBeCloseTo(treeLength(points), 9);
  });
});

describe('randomLines', () => {
  it('gives every pair its chance: counts by distance agree with the law', () => {
    // without a tree, so that every pair may be drawn; 4 standard deviations of the Poisson-binomial sum in each class
    const points = scatterPoints(300, randomStream(7));
    const classes = [0.25, 0.5, 1, 2, 4, 8, 30];
    const classOf = (r: number): number => classes.findIndex((limit) => r <= limit);
    const mean = classes.map(() => 0);
    const variance = classes.map(() => 0);
    const seen = classes.map(() => 0);
    const repeats = 40;
    for (let i = 0; i < 300; i++) {
      for (let j = i + 1; j < 300; j++) {
        const r = distance(points, i, j);
        const chance = 0.8 * Math.min(1, 0.0625 / (r * r));
        mean[classOf(r)] += repeats * chance;
        variance[classOf(r)] += repeats * chance * (1 - chance);
      }
    }
    for (let k = 0; k < repeats; k++) {
      const lines = randomLines(points, new Int32Array(), randomStream(k, 'lines'));
      const pairs = new Set<string>();
      for (let e = 0; e < lines.length; e += 2) {
        seen[classOf(distance(points, lines[e], lines[e + 1]))]++;
        pairs.add([lines[e], lines[e + 1]].sort().join());
      }
      expect(pairs.size).toBe(lines.length / 2);
    }
    seen.forEach((count, c) => {
      expect(Math.abs(count - mean[c]), `up to ${classes[c]}`).toBeLessThan(4 * Math.sqrt(variance[c]) + 1);
    });
  });
});

describe('randomNetwork', () => {
  it('is the same for the same seed and another for another', () => {
    const [a, b, c] = [1, 1, 2].map((seed) => randomNetwork({ nets_count: 60, seed }));
    expect(a.netTerminals).toEqual(b.netTerminals);
    expect(a.cohorts.map(({ values }) => values)).toEqual(b.cohorts.map(({ values }) => values));
    expect(a.netTerminals).not.toEqual(c.netTerminals);
  });

  it('has the sizes of the reference instances, and its iterations by the reference’s absolute rule', () => {
    // The reference: 50 nets, 105 devices, 220 iterations; 100, 222, 200; 200, 476, 190; 400, 928, 183. Its random stream is another.
    const asThere = {
      ...cohortDefaults,
      relaxation: 1,
      tolerance_frac: 0,
      tolerance_kW: 1e-3,
      tolerance_cur_per_kWh: 1e-3,
      adaptUntil_count: 0,
      memory_count: 0,
    };
    for (const [nets_count, devices, iterations] of [
      [50, 105, 220],
      [100, 222, 200],
      [200, 476, 190],
      [400, 928, 183],
    ]) {
      const problem = randomNetwork({ nets_count, seed: 1 });
      const devices_count = problem.cohorts.reduce((sum, cohort) => sum + cohort.devices_count, 0);
      expect(Math.abs(devices_count / devices - 1)).toBeLessThan(0.1);
      const result = negotiateCohorts(problem, asThere);
      expect(result.status).toBe('agreed');
      expect(result.iterations_count / iterations).toBeGreaterThan(0.5);
      expect(result.iterations_count / iterations).toBeLessThan(2);
    }
  });
});
