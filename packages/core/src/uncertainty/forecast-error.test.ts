import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { drawOutcomes, evenCorrelation, type ForecastErrors, quantileOf, type UncertainQuantity } from './forecast-error.ts';
import { evenScenarios, momentsOf } from './scenarios.ts';

const steps = 6;
const load: UncertainQuantity = {
  name: 'load',
  forecast: Float64Array.of(300, 250, 280, 400, 500, 420),
  law: { kind: 'normal', deviation_frac: 0.05 },
  persistence_frac: 0.8,
};
const sun: UncertainQuantity = {
  name: 'sun',
  forecast: Float64Array.of(0, 20, 60, 80, 50, 100),
  law: { kind: 'beta', deviation_frac: 0.2, most: 100 },
  persistence_frac: 0.6,
};
const errors: ForecastErrors = { quantities: [load, sun], correlation: evenCorrelation(2, -0.5) };

function correlationOf(a: readonly number[], b: readonly number[]): number {
  const mean = (x: readonly number[]): number => x.reduce((s, v) => s + v, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  const dot = (x: readonly number[], mx: number, y: readonly number[], my: number): number =>
    x.reduce((s, v, k) => s + (v - mx) * (y[k] - my), 0);
  return dot(a, ma, b, mb) / Math.sqrt(dot(a, ma, a, ma) * dot(b, mb, b, mb));
}

describe('outcomes drawn from forecast errors', () => {
  for (const method of ['monte-carlo', 'latin-hypercube'] as const) {
    const outcomes = drawOutcomes(errors, 4000, method, randomStream(3));
    const at = (q: number, t: number): number[] => outcomes.map((u) => u[q * steps + t]);

    it(`${method}: mean, deviation and range as the laws say`, () => {
      const { mean, deviation } = momentsOf(evenScenarios(outcomes));
      for (let t = 0; t < steps; t++) {
        // three standard errors of 4000 draws
        expect(Math.abs(mean[t] / load.forecast[t] - 1)).toBeLessThan((3 * 0.05) / Math.sqrt(4000));
        expect(Math.abs(deviation[t] / (0.05 * load.forecast[t]) - 1)).toBeLessThan(0.04);
        if (sun.forecast[t] === 0 || sun.forecast[t] === 100) {
          expect(new Set(at(1, t))).toEqual(new Set([sun.forecast[t]]));
          continue;
        }
        expect(Math.abs(mean[steps + t] / sun.forecast[t] - 1)).toBeLessThan((3 * 0.2) / Math.sqrt(4000));
        expect(Math.abs(deviation[steps + t] / (0.2 * sun.forecast[t]) - 1)).toBeLessThan(0.05);
        expect(Math.min(...at(1, t))).toBeGreaterThanOrEqual(0);
        expect(Math.max(...at(1, t))).toBeLessThanOrEqual(100);
      }
    });

    it(`${method}: neighbours in time and in space correlate as asked`, () => {
      expect(correlationOf(at(0, 1), at(0, 2))).toBeCloseTo(0.8, 1);
      expect(correlationOf(at(0, 1), at(0, 3))).toBeCloseTo(0.64, 1);
      const together = (-0.5 * Math.sqrt((1 - 0.64) * (1 - 0.36))) / (1 - 0.48);
      expect(Math.abs(correlationOf(at(0, 2), at(1, 2)) - together)).toBeLessThan(0.06);
    });
  }

  it('a Latin hypercube has one value in each of n equally likely intervals, so its mean is nearer', () => {
    const n = 50;
    const outcomes = drawOutcomes(errors, n, 'latin-hypercube', randomStream(8));
    for (let t = 0; t < steps; t++) {
      const values = outcomes.map((u) => u[t]).sort((a, b) => a - b);
      values.forEach((value, k) => {
        expect(value).toBeGreaterThanOrEqual(quantileOf(load.law, load.forecast[t], k / n));
        expect(value).toBeLessThanOrEqual(quantileOf(load.law, load.forecast[t], (k + 1) / n));
      });
    }
    const missed = (method: 'monte-carlo' | 'latin-hypercube'): number => {
      let sum = 0;
      for (let seed = 0; seed < 20; seed++) {
        const { mean } = momentsOf(evenScenarios(drawOutcomes(errors, n, method, randomStream(seed))));
        for (let t = 0; t < steps; t++) sum += (mean[t] - load.forecast[t]) ** 2;
      }
      return sum;
    };
    expect(missed('latin-hypercube')).toBeLessThan(0.05 * missed('monte-carlo'));
  });

  it('the same seed gives the same outcomes, another one others', () => {
    const draw = (seed: number): Float64Array => drawOutcomes(errors, 3, 'latin-hypercube', randomStream(seed))[2];
    expect(draw(4)).toEqual(draw(4));
    expect(draw(5)).not.toEqual(draw(4));
  });

  it('refuses laws that cannot be: ERROR_LAW_INVALID', () => {
    const wrong = (change: Partial<UncertainQuantity>, correlation = errors.correlation): (() => unknown) => {
      return () => drawOutcomes({ quantities: [load, { ...sun, ...change }], correlation }, 2, 'monte-carlo', randomStream(1));
    };
    expect(wrong({ law: { kind: 'beta', deviation_frac: 0.2, most: 70 } })).toThrow('its Beta law ends at 70');
    expect(wrong({ law: { kind: 'beta', deviation_frac: 3, most: 100 } })).toThrow('cannot deviate by 3');
    expect(wrong({ law: { kind: 'normal', deviation_frac: -1 } })).toThrow('deviation_frac of -1');
    expect(wrong({ persistence_frac: 1 })).toThrow('persistence_frac of 1');
    expect(wrong({}, Float64Array.of(1, 0.2, 0.3, 1))).toThrow('differ by direction');
    expect(wrong({}, evenCorrelation(2, 1.5))).toThrow('contradict one another');
    expect(wrong({}, Float64Array.of(1))).toThrow('ERROR_LAW_INVALID');
  });
});
