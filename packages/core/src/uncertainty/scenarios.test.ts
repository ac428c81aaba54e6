import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { mul, sum } from '../problem/affine.ts';
import { Model } from '../problem/model.ts';
import { highs } from '../solvers/highs/highs.ts';
import { scenarioTree } from './scenario-tree.ts';
import { distancesOf, evenScenarios, momentsOf, reduceScenarios, type Scenarios } from './scenarios.ts';

function randomFan(seed: number, n: number, size: number): Scenarios {
  const stream = randomStream(seed);
  const outcomes = Array.from({ length: n }, () => Float64Array.from({ length: size }, () => stream.normal(10, 3)));
  const weights = Float64Array.from({ length: n }, () => stream.between(0.2, 1));
  const total = weights.reduce((a, b) => a + b, 0);
  return { outcomes, probabilities: weights.map((w) => w / total) };
}

/** Least cost of moving one law to the other, by the transport programme itself. */
async function transported(from: Scenarios, to: Scenarios): Promise<number> {
  const solver = await highs().prepare();
  const distances = distancesOf([...from.outcomes, ...to.outcomes]);
  const [n, k] = [from.outcomes.length, to.outcomes.length];
  const model = new Model();
  const move = model.variables('move', [n, k], { lower: 0 });
  for (let i = 0; i < n; i++) model.equal(`from ${i}`, sum(...Array.from({ length: k }, (_, j) => move(i, j))), from.probabilities[i]);
  for (let j = 0; j < k; j++) model.equal(`to ${j}`, sum(...Array.from({ length: n }, (_, i) => move(i, j))), to.probabilities[j]);
  for (let i = 0; i < n; i++) for (let j = 0; j < k; j++) model.cost(mul(distances[i * (n + k) + n + j], move(i, j)));
  return solver.solve(model.build()).objective;
}

function* subsets(n: number, k: number, from = 0): Generator<number[]> {
  if (k === 0) yield [];
  else for (let i = from; i <= n - k; i++) for (const rest of subsets(n, k - 1, i + 1)) yield [i, ...rest];
}

describe('scenario reduction', () => {
  it('the distance it states is the Kantorovich distance, found by the transport programme', async () => {
    for (const method of ['fast-forward', 'backward'] as const) {
      const fan = randomFan(2, 14, 4);
      const reduced = reduceScenarios(fan, 4, method);
      expect(reduced.probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      expect(reduced.distance).toBeCloseTo(await transported(fan, reduced), 6);
    }
  });

  it('is never nearer than the best of all subsets, and near to it', () => {
    let excess = 0;
    for (let seed = 1; seed <= 8; seed++) {
      const fan = randomFan(seed, 10, 3);
      const distances = distancesOf(fan.outcomes);
      let best = Number.POSITIVE_INFINITY;
      for (const kept of subsets(10, 3)) {
        best = Math.min(
          best,
          fan.probabilities.reduce((total, p, i) => total + p * Math.min(...kept.map((j) => distances[i * 10 + j])), 0),
        );
      }
      for (const method of ['fast-forward', 'backward'] as const) {
        const { distance, distance_frac } = reduceScenarios(fan, 3, method);
        expect(distance).toBeGreaterThanOrEqual(best - 1e-12);
        expect(distance).toBeLessThan(1.5 * best);
        expect(distance_frac).toBeLessThan(1);
        excess += distance / best - 1;
      }
    }
    expect(excess / 16).toBeLessThan(0.1);
  });

  it('keeps all where asked for all, one exactly as the best of one, and loses less the more it keeps', () => {
    const fan = randomFan(5, 12, 3);
    expect(reduceScenarios(fan, 40, 'backward').distance).toBe(0);
    expect(reduceScenarios(fan, 1, 'fast-forward').distance_frac).toBeCloseTo(1, 12);
    const left = [1, 3, 5, 8, 12].map((count) => reduceScenarios(fan, count, 'fast-forward').distance);
    for (let k = 1; k < left.length; k++) expect(left[k]).toBeLessThanOrEqual(left[k - 1]);
    expect(left[4]).toBe(0);
  });

  it('refuses what is no law: SCENARIOS_INVALID', () => {
    const fan = randomFan(5, 3, 2);
    expect(() => reduceScenarios({ ...fan, probabilities: Float64Array.of(0.5, 0.25, 0.125) }, 2, 'backward')).toThrow('sum to 0.875');
    expect(() => reduceScenarios(fan, 0, 'backward')).toThrow('reduced to 0');
    expect(() => reduceScenarios(evenScenarios([]), 1, 'backward')).toThrow('SCENARIOS_INVALID');
  });
});

describe('a scenario tree', () => {
  const fan = randomFan(9, 60, 6);
  const stages = [
    { places: [0, 1], children_max_count: 3 },
    { places: [2, 3], children_max_count: 3 },
    { places: [4, 5], children_max_count: 2 },
  ];
  const tree = scenarioTree(fan, stages);

  it('has the mean of its fan, and probabilities that add up at every node', () => {
    const { mean } = momentsOf(fan);
    stages.forEach(({ places }, stage) => {
      const own = tree.nodes.filter((node) => node.stage === stage);
      expect(own.reduce((total, { probability }) => total + probability, 0)).toBeCloseTo(1, 12);
      places.forEach((i, p) =>
        expect(own.reduce((total, { probability, values }) => total + probability * values[p], 0)).toBeCloseTo(mean[i], 10),
      );
    });
    tree.nodes.forEach(({ probability, stage }, n) => {
      const children = tree.nodes.filter(({ parent }) => parent === n);
      if (stage < 2) expect(children.reduce((total, child) => total + child.probability, 0)).toBeCloseTo(probability, 12);
    });
  });

  it('never tells scenarios apart that it told nothing apart before', () => {
    for (let a = 0; a < 60; a++) {
      for (let b = 0; b < a; b++) {
        let apart = false;
        for (const nodeOf of tree.nodeOf) {
          if (apart) expect(nodeOf[a]).not.toBe(nodeOf[b]);
          apart ||= nodeOf[a] !== nodeOf[b];
        }
      }
    }
  });

  it('is nearer to the fan the more it branches, and the fan itself when it branches fully', () => {
    const wider = scenarioTree(
      fan,
      stages.map((stage) => ({ ...stage, children_max_count: 60 })),
    );
    expect(wider.distance).toBeCloseTo(0, 12);
    const narrow = scenarioTree(
      fan,
      stages.map((stage) => ({ ...stage, children_max_count: 1 })),
    );
    expect(tree.distance).toBeLessThan(narrow.distance);
    expect(tree.distance).toBeGreaterThan(0);
    expect(() => scenarioTree(fan, stages.slice(1))).toThrow('name 4 places, the scenarios have 6');
  });
});
