import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../../../base/random.ts';
import type { Feeder } from '../../../network/feeder/feeder.ts';
import type { ThreePhaseBatchInput } from '../contract.ts';
import { at, load, randomFeeder } from '../testing/feeders.ts';
import { prepareThreePhase } from '../three-phase.ts';
import { constantImpedance } from '../voltage-law.ts';
import { PointRun, type ThreePhasePoints } from './point-run.ts';

/** Its transformer regulates the low side, where an impedance hangs: sums of admittances there have many terms. */
function regulated(feeder: Feeder): Feeder {
  const [bank] = feeder.transformers;
  const windings = bank!.windings.map((winding, w) =>
    w === 1 ? { ...winding, tapMin_pu: 0.9, tapMax_pu: 1.1, tapSteps_count: 32 } : winding,
  );
  const settings = { v_set_V: 240, band_V: 2.5, ptRatio: 1, ctRating_A: 100, r_V: 0, x_V: 0 };
  return {
    ...feeder,
    transformers: [{ ...bank!, windings }],
    loads: [
      ...feeder.loads,
      load('there', at(1, 1, 2, 3, 0), 0.4 / Math.sqrt(3), [3, 5, 7], { pLaw: constantImpedance, qLaw: constantImpedance }),
    ],
    regulators: [
      {
        ...{ id: 'r', transformer: bank!.id, windingMeasured: 1, windingMoved: 1, ...settings },
        ...{ delay_s: 15, tapDelay_s: 2, tapsPerChange_count: 16, reversible: false, enabled: true },
      },
    ],
  };
}

/** Rated powers of all elements, some steps beyond what the wires carry. */
function randomPowers(feeder: Feeder, steps_count: number, seed: number): ThreePhaseBatchInput {
  const random = randomStream(seed, 'points');
  const elements = feeder.loads.flatMap(({ p_kW }) => p_kW);
  const loadP_kW = Float64Array.from(
    { length: steps_count * elements.length },
    (_, k) => elements[k % elements.length]! * random.between(0, 3),
  );
  for (let t = 0; t < steps_count; t++) {
    if (random.uniform() > 0.3) continue;
    const much = random.between(3, 60);
    for (let e = 0; e < elements.length; e++) loadP_kW[t * elements.length + e]! *= much;
  }
  return { steps_count, loadP_kW, loadQ_kvar: loadP_kW.map((p) => 0.3 * p) };
}

/** All that a run found, in memory of its own. */
const copied = ({
  v_re_V,
  v_im_V,
  loss_kW,
  source_kW,
  converged,
  iterations_count,
  hunting,
  tap_pu,
  actions,
  diagnosis,
}: ThreePhasePoints) =>
  structuredClone({ v_re_V, v_im_V, loss_kW, source_kW, converged, iterations_count, hunting, tap_pu, actions, diagnosis });

test.each([
  ['without controls', (feeder: Feeder) => feeder],
  ['with a regulator', regulated],
])('%s the bits of an answer do not depend on what was solved before', (_, changed) => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 12 }), fc.integer(), (n, seed) => {
      const feeder = changed(randomFeeder(n, seed));
      const [wanted, before] = [randomPowers(feeder, 7, seed), randomPowers(feeder, 7, seed + 1)];
      const fresh = copied(new PointRun(feeder, {}).solve(wanted));
      const run = new PointRun(feeder, {});
      run.solve(before);
      expect(copied(run.solve(wanted))).toEqual(fresh);
    }),
    { numRuns: 25 },
  );
});

test('absolute powers are what a feeder with these powers has; what has no solution says why, and harms no other', () => {
  const feeder = randomFeeder(9, 4);
  const points = randomPowers(feeder, 8, 3);
  const run = new PointRun(feeder, {});
  const found = run.solve(points);
  const width = feeder.loads.reduce((sum, { p_kW }) => sum + p_kW.length, 0);
  expect(new Set(found.converged)).toEqual(new Set([0, 1]));
  for (let t = 0; t < 8; t++) {
    let at = t * width;
    const loads = feeder.loads.map((one) => {
      const p_kW = one.p_kW.map((_, e) => points.loadP_kW![at + e]!);
      const q_kvar = one.p_kW.map((_, e) => points.loadQ_kvar![at + e]!);
      at += one.p_kW.length;
      return { ...one, p_kW, q_kvar };
    });
    const alone = prepareThreePhase({ ...feeder, loads }).solve();
    expect(found.converged[t]).toBe(alone.status === 'converged' ? 1 : 0);
    if (alone.status === 'converged') {
      expect(found.diagnosis[t]).toBeUndefined();
      alone.v_re_V.forEach((v, k) => {
        expect(Math.abs(found.v_re_V[t * alone.v_re_V.length + k]! - v)).toBeLessThan(1e-4);
      });
    } else expect(found.diagnosis[t]).toMatch(/balance is worst at/);
  }
});

test('multipliers act on absolute powers', () => {
  const feeder = randomFeeder(6, 2);
  const rated = Float64Array.from(feeder.loads.flatMap(({ p_kW }) => p_kW.map((p) => p / 2)));
  const twice = new Float64Array(feeder.loads.length).fill(2);
  const { v_re_V } = new PointRun(feeder, {}).solve({ steps_count: 1, loadP_kW: rated, loadP_frac: twice });
  const asItStands = prepareThreePhase(feeder).solve().v_re_V;
  asItStands.forEach((v, k) => {
    expect(Math.abs(v_re_V[k]! - v)).toBeLessThan(1e-5);
  });
});
