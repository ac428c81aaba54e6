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

/** Lines that open at an end or both, an altered source, shunts that go off: islands, closed and open loops. */
function switched(feeder: Feeder, seed: number): Feeder {
  const random = randomStream(seed, 'switches');
  const lines = feeder.lines.map((line) =>
    random.uniform() < 0.7 ? line : { ...line, closedFrom: random.uniform() < 0.5, closedTo: random.uniform() < 0.5 },
  );
  const sources = feeder.sources.map((source) => ({ ...source, e_kV: source.e_kV.map((e) => random.between(0.97, 1.03) * e) }));
  const shunts = feeder.shunts.map((shunt) => ({ ...shunt, inService: random.uniform() < 0.7 }));
  const transformers = feeder.transformers.map((transformer) => {
    const windings = transformer.windings.map((winding) => ({ ...winding, tap_pu: random.between(0.97, 1.03) }));
    return random.uniform() < 0.6 ? transformer : { ...transformer, windings };
  });
  return { ...feeder, lines, sources, shunts, transformers };
}

test('a run that goes over to other wires answers as a run of their own; the bits do not depend on the wires before', () => {
  let islands_count = 0;
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 12 }), fc.integer(), (n, seed) => {
      const feeder = randomFeeder(n, seed);
      const [one, other] = [switched(feeder, seed), switched(feeder, seed + 1)];
      const points = randomPowers(feeder, 5, seed);
      const run = new PointRun(feeder, { tolerance_frac: 1e-12 });
      expect([run.take(other), run.take(feeder), run.take(one)]).toEqual([true, true, true]);
      const found = copied(run.solve(points));
      const own = new PointRun(one, { tolerance_frac: 1e-12 });
      const expected = copied(own.solve(points));
      expect(found.converged).toEqual(expected.converged);
      expect(run.floating).toEqual(own.floating);
      const { count, v_base_V } = run.places;
      if (run.dead.length > 0) islands_count++;
      expect(run.dead).toEqual(own.dead);
      expected.converged.forEach((converged, t) => {
        if (converged === 0) return;
        for (let k = 0; k < count; k++) {
          if (own.floating.length > 0) break;
          const apart = Math.hypot(
            found.v_re_V[t * count + k]! - expected.v_re_V[t * count + k]!,
            found.v_im_V[t * count + k]! - expected.v_im_V[t * count + k]!,
          );
          expect(apart / v_base_V[k]!).toBeLessThan(1e-9);
        }
      });
      const again = new PointRun(feeder, { tolerance_frac: 1e-12 });
      again.take(one);
      expect(copied(again.solve(points))).toEqual(found);
    }),
    { numRuns: 60 },
  );
  expect(islands_count).toBeGreaterThan(5);
});

test('wires between other conductors, other consumers and controls that act need a run of their own', () => {
  const feeder = randomFeeder(6, 2);
  const [line] = feeder.lines;
  const run = new PointRun(feeder, {});
  const elsewhere = { ...line!, to: { ...line!.to, bus: line!.to.bus === 0 ? 1 : 0 } };
  expect(run.take({ ...feeder, lines: [elsewhere, ...feeder.lines.slice(1)] })).toBe(false);
  expect(run.take({ ...feeder, lines: feeder.lines.slice(1) })).toBe(false);
  expect(run.take({ ...feeder, loads: [...feeder.loads] })).toBe(false);
  const acting = regulated(feeder);
  expect(new PointRun(acting, {}).take({ ...acting, lines: [{ ...line!, closedTo: false }, ...feeder.lines.slice(1)] })).toBe(false);
  expect(run.feeder).toBe(feeder);
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
