import { describe, expect, it } from 'vitest';
import { describeController } from '../conformance.ts';
import { buildHeard, heardOf, stepLaw } from '../contract.ts';
import { dynamicAverage } from './dynamic-average.ts';

describeController(dynamicAverage);

/** K15: the sheet on control, section 12.1; Spanos, Olfati-Saber, Murray (2005). */
describe('K15: the mean of what changes', () => {
  const law = dynamicAverage.build({ average_per_s: 0.25, gain_per_s: 0, gain_even_per_s: 0, p_max_kW: 1 });
  const ring = [0, 1, 2, 3].map((i) => [(i + 3) % 4, (i + 1) % 4]);

  it('z(k+1) = z − ε·L·z + Δr keeps the sum of z at the sum of r, and comes to its mean again after r has changed', () => {
    const r = [5, 3, 8, 1];
    const x = r.map(() => new Float64Array(2));
    const measured = (i: number): Float64Array => Float64Array.of(r[i], 0.5);
    const said = (): Float64Array[] =>
      x.map((own, i) => {
        const out = new Float64Array(3);
        law.sayInto(own, measured(i), out, buildHeard(0, 3));
        return out;
      });
    const step = (): void => {
      const heard = said();
      x.forEach((own, i) => {
        const values = Float64Array.from(ring[i].flatMap((j) => [...heard[j]]));
        const next = new Float64Array(2);
        stepLaw(law, own, measured(i), heardOf(Float64Array.of(1, 1), values), 1, next);
        own.set(next);
      });
    };
    const sumOf = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0);
    for (let k = 0; k < 20; k++) step();
    [2, -1, 0, 4].forEach((change, i) => {
      r[i] += change;
    });
    for (let k = 0; k < 20; k++) {
      expect(sumOf(said().map(([z]) => z))).toBeCloseTo(sumOf(r), 12);
      step();
    }
    for (const [z] of said()) expect(Math.abs(z - 5.5)).toBeLessThan(4e-6);
  });
});
