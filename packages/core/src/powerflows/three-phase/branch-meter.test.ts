import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BranchMeter } from './branch-meter.ts';
import { at, feederOf, line, load, randomFeeder, source } from './testing/feeders.ts';
import { prepareThreePhase } from './three-phase.ts';

test('a line with its charging, one without, a switch and an open end: what the power flow says flows there', () => {
  const abc = [1, 2, 3];
  const feeder = feederOf({
    buses: ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, v_base_kV: 10 })),
    sources: [source(0, 10)],
    lines: [
      line('charged', at(0, ...abc), at(1, ...abc), 0.5, 1, { b_S: [2e-4, 0, 0, 0, 2e-4, 0, 0, 0, 2e-4] }),
      line('plain', at(1, ...abc), at(2, ...abc), 0.5, 1),
      line('open', at(2, ...abc), at(4, ...abc), 0.5, 1, { closedTo: false }),
    ],
    switches: [{ id: 's', from: at(2, ...abc), to: at(3, ...abc), closed: true }],
    loads: [load('d', at(3, 1, 2, 3, 0), 10 / Math.sqrt(3), [300, 500, 100])],
  });
  expectLikeResult(feeder, {});
});

test('random feeders behind a transformer whose tap is moved', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 15 }), fc.integer(), fc.double({ min: 0.9, max: 1.1, noNaN: true }), (n, seed, tap_pu) => {
      const feeder = randomFeeder(n, seed);
      const [bank] = feeder.transformers;
      const windings = bank!.windings.map((winding, w) => (w === 1 ? { ...winding, tap_pu } : winding));
      expectLikeResult(feeder, { ...feeder, transformers: [{ ...bank!, windings }] });
    }),
    { numRuns: 20 },
  );
});

/** The meter is made for `feeder` and told the taps of `moved`, whose power flow says what is right. */
function expectLikeResult(feeder: ReturnType<typeof feederOf>, moved: Partial<typeof feeder>): void {
  const solved = { ...feeder, ...moved };
  const { places, solve } = prepareThreePhase(solved);
  const result = solve();
  expect(result.status).toBe('converged');
  const meter = new BranchMeter(feeder, places);
  meter.useTaps(Float64Array.from(solved.transformers.flatMap(({ windings }) => windings.map(({ tap_pu }) => tap_pu))), 0);
  const shifted = (list: Float64Array): Float64Array => Float64Array.from([...list.map(() => Number.NaN), ...list]);
  meter.measure(shifted(result.v_re_V), shifted(result.v_im_V), 1, places.count);
  const branches = [...result.lines, ...result.switches, ...result.transformers];
  expect(meter.loss_kW).toHaveLength(branches.length);
  branches.forEach(({ ends }, b) => {
    const re = ends.flatMap(({ i_re_A }) => [...i_re_A]);
    const im = ends.flatMap(({ i_im_A }) => [...i_im_A]);
    const size = Math.max(1, ...re.map(Math.abs), ...im.map(Math.abs));
    re.forEach((expected, k) => {
      expect(Math.abs(meter.i_re_A[meter.firstRow[b]! + k]! - expected) / size).toBeLessThan(1e-8);
      expect(Math.abs(meter.i_im_A[meter.firstRow[b]! + k]! - im[k]!) / size).toBeLessThan(1e-8);
    });
    const loss_kW = ends.reduce((sum, { p_kW }) => sum + p_kW.reduce((a, p) => a + p, 0), 0);
    expect(meter.loss_kW[b]).toBeCloseTo(loss_kW, 6);
  });
  expect(meter.loss_kW.reduce((a, b) => a + b, 0)).toBeCloseTo(result.loss_kW, 6);
}
