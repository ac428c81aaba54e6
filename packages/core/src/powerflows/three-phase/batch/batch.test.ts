import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../../../base/random.ts';
import type { Feeder } from '../../../network/feeder/feeder.ts';
import type { ThreePhaseBatchInput } from '../contract.ts';
import { at, load, randomFeeder, source } from '../testing/feeders.ts';
import { prepareThreePhase } from '../three-phase.ts';
import { WireSolver } from '../wire-solver.ts';
import { buildThreePhaseBatch } from './batch.ts';
import { Lanes } from './lanes.ts';

function randomBatch(feeder: Feeder, steps_count: number, seed: number, from = 0, to = 1.4): ThreePhaseBatchInput {
  const random = randomStream(seed, 'batch');
  const draw = () => Float64Array.from({ length: steps_count * feeder.loads.length }, () => random.between(from, to));
  return { steps_count, loadP_frac: draw(), loadQ_frac: draw() };
}

function expectLikeSingle(feeder: Feeder, batch: ThreePhaseBatchInput): void {
  const flow = prepareThreePhase(feeder);
  const count = flow.places.count;
  const out = buildThreePhaseBatch(batch.steps_count, count);
  flow.solveBatch(batch, out);
  const nL = feeder.loads.length;
  for (let t = 0; t < batch.steps_count; t++) {
    const single = flow.solve({
      loadP_frac: batch.loadP_frac!.slice(t * nL, t * nL + nL),
      loadQ_frac: batch.loadQ_frac!.slice(t * nL, t * nL + nL),
    });
    expect(out.converged[t]).toBe(single.status === 'converged' ? 1 : 0);
    if (out.converged[t] === 0) continue;
    expect(out.mismatch_max_kVA[t]).toBeLessThan(1e-6);
    expect(out.loss_kW[t]).toBeCloseTo(single.loss_kW, 5);
    for (let i = 0; i < count; i++) {
      expect(Math.abs(out.v_re_V[t * count + i]! - single.v_re_V[i]!)).toBeLessThan(1e-4);
      expect(Math.abs(out.v_im_V[t * count + i]! - single.v_im_V[i]!)).toBeLessThan(1e-4);
    }
  }
}

test('a batch gives what single solutions give, for every law and number of steps', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 25 }), fc.integer(), fc.integer({ min: 1, max: 9 }), (n, seed, steps) => {
      const feeder = randomFeeder(n, seed);
      expectLikeSingle(feeder, randomBatch(feeder, steps, seed));
    }),
    { numRuns: 25 },
  );
});

test('loads at an ideal source, and voltage limits that some steps pass', () => {
  const plain = randomFeeder(20, 5, 4);
  const limited = plain.loads.map((one) => ({ ...one, v_min_pu: 0.97, v_low_pu: 0.5, v_max_pu: 0.99 }));
  const feeder = {
    ...plain,
    sources: [source(0, 10)],
    loads: [...limited, load('at', at(0, 1, 2, 3, 0), 10 / Math.sqrt(3), [10, 20, 30])],
  };
  expectLikeSingle(feeder, randomBatch(feeder, 6, 2));
});

test('steps beyond what the wires carry are marked, the others are right', () => {
  const feeder = randomFeeder(10, 7);
  expectLikeSingle(feeder, randomBatch(feeder, 8, 3, 0, 60));
});

test('the answer of a step does not depend on the steps around it in other groups', () => {
  const feeder = randomFeeder(15, 1);
  const flow = prepareThreePhase(feeder);
  const batch = randomBatch(feeder, 8, 4);
  const whole = buildThreePhaseBatch(8, flow.places.count);
  flow.solveBatch(batch, whole);
  const nL = feeder.loads.length;
  const half = { steps_count: 4, loadP_frac: batch.loadP_frac!.slice(4 * nL), loadQ_frac: batch.loadQ_frac!.slice(4 * nL) };
  const second = buildThreePhaseBatch(4, flow.places.count);
  prepareThreePhase(feeder).solveBatch(half, second);
  expect(second.v_re_V).toEqual(whole.v_re_V.slice(4 * flow.places.count));
});

test('WebAssembly and TypeScript agree bit for bit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 20 }), fc.integer(), (n, seed) => {
      const plain = randomFeeder(n, seed, 2);
      const feeder = { ...plain, loads: plain.loads.map((one, k) => ({ ...one, v_min_pu: 0.9 + 0.01 * (k % 10), v_low_pu: 0.6 })) };
      const answers = (['typescript', 'wasm'] as const).map((kernel) => {
        const solver = new WireSolver(feeder, {});
        solver.setPowers({});
        solver.solve(false);
        const lanes = new Lanes(solver, kernel);
        lanes.adopt();
        lanes.elements.forEach((e, k) => {
          for (let lane = 0; lane < 4; lane++) {
            lanes.power[8 * k + lane] = (0.5 + 0.4 * lane) * solver.injections.p_kW[e]!;
            lanes.power[8 * k + 4 + lane] = (0.5 + 0.4 * lane) * solver.injections.q_kvar[e]!;
          }
        });
        for (let i = 0; i < solver.system.u.length; i++) lanes.spread(lanes.u, i, solver.system.u[i]!);
        lanes.solve(new Float64Array(4).fill(1e-7));
        return { u: lanes.u.slice(), taken: lanes.taken_kW.slice(), mismatch: lanes.mismatch_kVA.slice(), count: lanes.iterations_count };
      });
      expect(answers[1]).toEqual(answers[0]);
    }),
    { numRuns: 30 },
  );
});
