import { describe, expect, it } from 'vitest';
import { at, feederOf, line, load, source } from './testing/feeders.ts';
import { prepareThreePhase } from './three-phase.ts';
import { summariseVoltages } from './voltage-summary.ts';

const buses = ['a', 'b'].map((id) => ({ id, v_base_kV: 0.4 }));

/** Voltages of two buses without any solving. */
function summaryOf(v: readonly (readonly [magnitude_V: number, angle_deg: number])[], conductors: number[], floating: number[] = []) {
  const feeder = feederOf({
    buses,
    sources: [source(0, 0.4)],
    lines: [line('l', at(0, ...conductors), at(1, ...conductors), 0.1, 0.1)],
    loads: [load('d', at(1, 1, 2), 0.4, [1], { connection: 'delta' })],
  });
  const prepared = prepareThreePhase(feeder);
  const v_re_V = Float64Array.from(v, ([magnitude, angle]) => magnitude * Math.cos((angle * Math.PI) / 180));
  const v_im_V = Float64Array.from(v, ([magnitude, angle]) => magnitude * Math.sin((angle * Math.PI) / 180));
  return summariseVoltages(feeder, prepared.places, { ...prepared.solve(), v_re_V, v_im_V, floating });
}

const base_V = 400 / Math.sqrt(3);
const balanced = [0, -120, 120].map((angle): [number, number] => [base_V, angle]);

describe('what a user looks at in voltages', () => {
  it('symmetrical components: balanced is positive sequence alone, either way round', () => {
    for (const turned of [balanced, [balanced[0], balanced[2], balanced[1]]]) {
      const { sequences } = summaryOf([...balanced, ...turned], [1, 2, 3]);
      expect(sequences).toHaveLength(2);
      for (const { v_positive_pu, negative_frac, zero_frac } of sequences) {
        expect(v_positive_pu).toBeCloseTo(1, 12);
        expect(negative_frac).toBeCloseTo(0, 12);
        expect(zero_frac).toBeCloseTo(0, 12);
      }
    }
  });

  it('a phase that is lost is a third of each sequence, of two thirds', () => {
    const { sequences, dead_count } = summaryOf([...balanced, balanced[0], balanced[1], [0, 0]], [1, 2, 3]);
    expect(sequences[1].v_positive_pu).toBeCloseTo(2 / 3, 12);
    expect(sequences[1].negative_frac).toBeCloseTo(1 / 2, 12);
    expect(sequences[1].zero_frac).toBeCloseTo(1 / 2, 12);
    expect(dead_count).toBe(1);
  });

  it('lowest and highest of each phase', () => {
    const { lowest, highest, seen_pu } = summaryOf([...balanced, [0.9 * base_V, 0], [1.1 * base_V, -120], [base_V, 120]], [1, 2, 3]);
    expect([seen_pu[lowest[0]], seen_pu[highest[0]]].map((v) => Number(v.toFixed(9)))).toEqual([0.9, 1.1]);
    expect([lowest[1], highest[2], lowest[0], highest[0]]).toEqual([3, 4, 3, 4]);
  });

  it('counts to the neutral where there is one', () => {
    const { seen_pu, v_pu } = summaryOf([...balanced, [0, 0], ...balanced, [10, 0]], [1, 2, 3, 4]);
    expect(v_pu[4]).toBeCloseTo(1, 12);
    expect(seen_pu[4]).toBeCloseTo((base_V - 10) / base_V, 12);
    expect(seen_pu[7]).toBeNaN();
  });

  it('counts between phases over √3 where nothing is earthed', () => {
    // earth fault on phase a of an isolated bus: voltages between phases stay
    const shifted = balanced.map(([magnitude, angle]): [number, number] => {
      const re = magnitude * Math.cos((angle * Math.PI) / 180) - base_V;
      const im = magnitude * Math.sin((angle * Math.PI) / 180);
      return [Math.hypot(re, im), (Math.atan2(im, re) * 180) / Math.PI];
    });
    const { seen_pu, v_pu } = summaryOf([...balanced, ...shifted], [1, 2, 3], [3, 4, 5]);
    expect(v_pu[4]).toBeCloseTo(Math.sqrt(3), 12);
    for (const k of [3, 4, 5]) expect(seen_pu[k]).toBeCloseTo(1, 12);
  });
});
