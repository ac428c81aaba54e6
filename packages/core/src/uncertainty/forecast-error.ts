import { InputError } from '../base/errors.ts';
import type { RandomStream } from '../base/random.ts';
import { denseCholeskyInto } from '../linalg/dense.ts';
import { betaQuantile, normalCdf, normalQuantile } from './quantiles.ts';

/**
 * How a quantity deviates from its forecast μ_t, at every step alike:
 *
 * - `normal`: mean μ, standard deviation σ·|μ|; what would change its sign is cut at 0. For loads.
 * - `beta`: on 0 … `most`, mean μ, standard deviation σ·μ. For renewables, which cannot give more than they are rated for.
 *
 * | symbol | is |
 * |---|---|
 * | σ | `deviation_frac` |
 * | a, b of the Beta law | m·(m(1 − m)/s² − 1) and (1 − m)·(m(1 − m)/s² − 1) with m = μ/most, s = σ·m |
 */
export type ErrorLaw =
  | { readonly kind: 'normal'; readonly deviation_frac: number }
  | { readonly kind: 'beta'; readonly deviation_frac: number; readonly most: number };

export interface UncertainQuantity {
  readonly name: string;
  /** @shape (steps) */
  readonly forecast: Float64Array;
  readonly law: ErrorLaw;
  /** Correlation of neighbouring steps, 0 ≤ φ < 1. */
  readonly persistence_frac: number;
}

/**
 * Quantities whose errors belong together. Behind every value stands a standard normal z, and z moves as
 *
 *   z_t = φ·z_{t−1} + √(1 − φ²)·ε_t,   ε_t ~ N(0, C)
 *
 * from its stationary law on; the value is the quantile of Φ(z) (a Gaussian copula), so the marginal laws hold exactly.
 * @shape correlation: C, quantities × quantities, by rows
 */
export interface ForecastErrors {
  readonly quantities: readonly UncertainQuantity[];
  readonly correlation: Float64Array;
}

export type DrawMethod = 'monte-carlo' | 'latin-hypercube';

/**
 * Values that the quantities may take, seeded.
 *
 * `latin-hypercube` keeps the ranks of the correlated draw and puts exactly one value into each of n equally likely intervals of every
 * symbol, so means and tails of single symbols converge faster and correlations stay.
 * @returns one array per outcome @shape [quantity][step]
 * @throws {InputError} ERROR_LAW_INVALID
 * @source Stein, Large sample properties of simulations using Latin hypercube sampling, Technometrics 29(2) (1987), section 6 (ranks)
 */
export function drawOutcomes(errors: ForecastErrors, count: number, method: DrawMethod, stream: RandomStream): Float64Array[] {
  checkErrors(errors);
  const { quantities } = errors;
  const steps_count = quantities[0]?.forecast.length ?? 0;
  const size = quantities.length * steps_count;
  const chances = drawChances(errors, count, steps_count, stream.split('errors'));
  if (method === 'latin-hypercube') stratify(chances, size, stream.split('strata'));
  return chances.map((chance) =>
    Float64Array.from(chance, (p, i) => {
      const { law, forecast } = quantities[Math.floor(i / steps_count)];
      return quantileOf(law, forecast[i % steps_count], p);
    }),
  );
}

/** The value that is not exceeded with probability p. */
export function quantileOf(law: ErrorLaw, forecast: number, p: number): number {
  if (law.deviation_frac === 0 || forecast === 0) return forecast;
  if (law.kind === 'normal') {
    const value = forecast + law.deviation_frac * Math.abs(forecast) * normalQuantile(p);
    return forecast > 0 ? Math.max(0, value) : Math.min(0, value);
  }
  const mean = forecast / law.most;
  const spread = (mean * (1 - mean)) / (law.deviation_frac * mean) ** 2 - 1;
  return spread <= 0 ? forecast : law.most * betaQuantile(p, mean * spread, (1 - mean) * spread);
}

/** @throws {InputError} ERROR_LAW_INVALID where a law has no such spread, a memory is out of range, or C is no correlation */
export function checkErrors({ quantities, correlation }: ForecastErrors): void {
  const n = quantities.length;
  for (const { name, law, forecast, persistence_frac } of quantities) {
    if (!(persistence_frac >= 0 && persistence_frac < 1)) {
      refuse(`"${name}" has a persistence_frac of ${persistence_frac}`, 'Give one from 0 to below 1.');
    }
    if (!(law.deviation_frac >= 0) || !Number.isFinite(law.deviation_frac)) {
      refuse(`"${name}" has a deviation_frac of ${law.deviation_frac}`, 'Give 0 or more.');
    }
    if (law.kind !== 'beta' || law.deviation_frac === 0) continue;
    forecast.forEach((value, t) => {
      const mean = value / law.most;
      if (!(mean >= 0 && mean <= 1)) {
        refuse(`"${name}" is forecast as ${value} at step ${t}, its Beta law ends at ${law.most}`, 'Raise the end of the law.');
      }
      if (mean > 0 && mean < 1 && (law.deviation_frac * mean) ** 2 >= mean * (1 - mean)) {
        const message = `"${name}" cannot deviate by ${law.deviation_frac} of ${value} at step ${t} between 0 and ${law.most}`;
        refuse(message, 'Lower deviation_frac, or raise the end of the law.');
      }
    });
  }
  if (correlation.length !== n * n)
    refuse(`Correlations are ${correlation.length} numbers for ${n} quantities`, 'Give one row per quantity.');
  for (let i = 0; i < n; i++) {
    if (Math.abs(correlation[i * n + i] - 1) > 1e-9)
      refuse(`"${quantities[i].name}" correlates with itself by ${correlation[i * n + i]}`, 'That is 1.');
    for (let j = 0; j < i; j++) {
      if (Math.abs(correlation[i * n + j] - correlation[j * n + i]) > 1e-9) {
        refuse(`Correlations of "${quantities[i].name}" and "${quantities[j].name}" differ by direction`, 'Make the matrix symmetric.');
      }
    }
  }
}

/** C with one number off its diagonal. */
export function evenCorrelation(n: number, correlation_frac: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : correlation_frac));
}

/** Chances Φ(z) of the processes behind the quantities, one array per outcome. @shape [quantity][step] */
function drawChances(
  { quantities, correlation }: ForecastErrors,
  count: number,
  steps_count: number,
  stream: RandomStream,
): Float64Array[] {
  const n = quantities.length;
  const phi = quantities.map(({ persistence_frac }) => persistence_frac);
  const steady = Float64Array.from({ length: n * n }, (_, k) => {
    const [i, j] = [Math.floor(k / n), k % n];
    return (correlation[k] * Math.sqrt((1 - phi[i] ** 2) * (1 - phi[j] ** 2))) / (1 - phi[i] * phi[j]);
  });
  const [first, later] = [factorOf(steady, n), factorOf(correlation, n)];
  return Array.from({ length: count }, () => {
    const chance = new Float64Array(n * steps_count);
    const z = new Float64Array(n);
    const raw = new Float64Array(n);
    for (let t = 0; t < steps_count; t++) {
      const factor = t === 0 ? first : later;
      for (let i = 0; i < n; i++) raw[i] = stream.normal();
      for (let i = 0; i < n; i++) {
        let shock = 0;
        for (let j = 0; j <= i; j++) shock += factor[i * n + j] * raw[j];
        z[i] = t === 0 ? shock : phi[i] * z[i] + Math.sqrt(1 - phi[i] ** 2) * shock;
        chance[i * steps_count + t] = normalCdf(z[i]);
      }
    }
    return chance;
  });
}

/** Lower triangle L of a correlation, L·Lᵀ = C; a singular one is met by a hair of independence. */
function factorOf(correlation: Float64Array, n: number): Float64Array {
  for (const hair of [0, 1e-10]) {
    const lower = correlation.map((value, i) => (i % (n + 1) === 0 ? value : value * (1 - hair)));
    if (denseCholeskyInto(lower, n) < 0) return lower;
  }
  return refuse('Correlations contradict one another: no quantities can have them all', 'Bring them nearer to 0.');
}

/** Replaces each symbol's chances by one per interval of length 1/n, in the order of their ranks. */
function stratify(chances: readonly Float64Array[], size: number, stream: RandomStream): void {
  const order = chances.map((_, k) => k);
  for (let i = 0; i < size; i++) {
    order.sort((k, l) => chances[k][i] - chances[l][i]);
    order.forEach((k, rank) => void (chances[k][i] = (rank + stream.uniform()) / chances.length));
  }
}

function refuse(message: string, hint: string): never {
  throw new InputError({ code: 'ERROR_LAW_INVALID', message, hint });
}
