import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../../base/random.ts';
import type { Feeder } from '../../network/feeder/feeder.ts';
import { buildThreePhaseBatch } from './batch/batch.ts';
import { at, feederOf, line, load, randomFeeder } from './testing/feeders.ts';
import { prepareThreePhase } from './three-phase.ts';

/** 230 V behind 0.5 Ω; constant power down to 0.95 pu, the rated impedance below, which draws a tenth less there. */
const stepping = (p_kW: number): Feeder =>
  feederOf({
    buses: ['a', 'b'].map((id) => ({ id, v_base_kV: 0.4 })),
    sources: [{ id: 's', terminal: at(0, 1), e_kV: [0.23], angle_deg: [0], inService: true }],
    lines: [line('l', at(0, 1), at(1, 1), 0.5, 0)],
    loads: [
      load('heater', at(1, 1, 0), 0.23, [p_kW], { q_kvar: [0], v_min_pu: 0.95, beyond: { pExponent: 2, qExponent: 2, stepsAtLow: false } }),
    ],
  });

test('inside, outside, and between them where no voltage fits either side', () => {
  const volts = (p_kW: number) => prepareThreePhase(stepping(p_kW)).solve().v_re_V[1]!;
  expect(volts(4.9)).toBeCloseTo(115 + Math.sqrt(115 * 115 - 2450), 6);
  expect(volts(6)).toBeCloseTo(230 / (1 + (0.5 * 6000) / 230 ** 2), 6);
  // Constant power of 5.3 kW leaves 217.8 V < 218.5 V, the impedance of it 219.0 V > 218.5 V.
  const none = prepareThreePhase(stepping(5.3)).solve();
  expect(none.status).toBe('diverged');
  expect(none.diagnosis).toMatch(/load "heater" at its limit of 0\.95 pu jumps, and no voltage fits/);
});

test('a batch gives such points to the solver for single ones', () => {
  const flow = prepareThreePhase(stepping(1));
  const out = buildThreePhaseBatch(5, flow.places.count);
  flow.solveBatch({ steps_count: 5, loadP_frac: Float64Array.of(4.9, 5.3, 6, 5.5, 1) }, out);
  expect([...out.converged]).toEqual([1, 0, 1, 0, 1]);
  expect(out.v_re_V[5]).toBeCloseTo(230 / (1 + (0.5 * 6000) / 230 ** 2), 4);
});

test('random feeders with laws that jump: balanced on the side that the voltage says, or the loads are named', () => {
  const ends = { converged: 0, diverged: 0 };
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 25 }), fc.integer(), (n, seed) => {
      const random = randomStream(seed, 'jumps');
      const plain = randomFeeder(n, seed, 1.5);
      const loads = plain.loads.map((one) => ({
        ...one,
        v_min_pu: random.between(0.9, 0.99),
        v_max_pu: random.between(1, 1.02),
        beyond: { pExponent: 2 * random.index(2), qExponent: 2 * random.index(2), stepsAtLow: false },
      }));
      const result = prepareThreePhase({ ...plain, loads }).solve();
      if (result.status === 'converged') {
        ends.converged++;
        // Recomputed from the elements' laws at the final voltages, without any side being held.
        expect(result.mismatch_max_kVA).toBeLessThan(1e-6);
      } else {
        ends.diverged++;
        expect(result.diagnosis).toMatch(/load "[yd]\d+".* jump/);
      }
    }),
    { numRuns: 60 },
  );
  expect(ends.converged).toBeGreaterThan(15);
});
