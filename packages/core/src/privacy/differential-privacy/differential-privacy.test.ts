import { describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import { toyCrypto } from '../testing/toy-crypto.ts';
import { epsilonOf, rhoOf, rhoOfShares } from './accountant.ts';
import { bernoulliExp, discreteGaussian, discreteLaplace, squareRoot } from './discrete-gaussian.ts';
import { Ledger } from './ledger.ts';
import { RandomBits } from './random-bits.ts';

const bits = (seed: number): RandomBits => new RandomBits(toyCrypto(randomStream(seed)));

/**
 * χ² of draws of whole numbers against a probability for each of −reach … reach, what lies beyond in one class of its own.
 * The limit is that of the normal approximation at 4 standard deviations.
 */
function expectDrawsOf(draw: () => bigint, probability: (x: number) => number, reach: number, draws_count: number): void {
  const counts = new Int32Array(2 * reach + 2);
  for (let k = 0; k < draws_count; k++) {
    const x = Number(draw());
    counts[Math.abs(x) <= reach ? x + reach : 2 * reach + 1]++;
  }
  let norm = 0;
  for (let x = -5000; x <= 5000; x++) norm += probability(x);
  let chi2 = 0;
  let inside = 0;
  for (let x = -reach; x <= reach; x++) {
    const expected = (draws_count * probability(x)) / norm;
    inside += expected;
    chi2 += (counts[x + reach] - expected) ** 2 / expected;
  }
  const beyond = draws_count - inside;
  chi2 += (counts[2 * reach + 1] - beyond) ** 2 / beyond;
  const degrees = 2 * reach + 1;
  expect(chi2).toBeLessThan(degrees + 4 * Math.sqrt(2 * degrees));
  expect(chi2).toBeGreaterThan(degrees - 4 * Math.sqrt(2 * degrees));
}

describe('samples', () => {
  it('of exp(−γ) coins come as often as they should, below and above γ = 1', () => {
    const source = bits(1);
    for (const [numerator, denominator] of [
      [0n, 1n],
      [1n, 3n],
      [1n, 1n],
      [7n, 2n],
    ] as const) {
      const n = 20_000;
      let yes = 0;
      for (let k = 0; k < n; k++) if (bernoulliExp(numerator, denominator, source)) yes++;
      const p = Math.exp(-Number(numerator) / Number(denominator));
      expect(Math.abs(yes - n * p)).toBeLessThanOrEqual(4 * Math.sqrt(n * p * (1 - p)));
    }
  });

  it('of the discrete Laplace distribution have its probabilities (χ²)', () => {
    const source = bits(2);
    expectDrawsOf(
      () => discreteLaplace(3n, source),
      (x) => Math.exp(-Math.abs(x) / 3),
      12,
      40_000,
    );
    expectDrawsOf(
      () => discreteLaplace(1n, source),
      (x) => Math.exp(-Math.abs(x)),
      5,
      20_000,
    );
  });

  it('of the discrete Gaussian have its probabilities (χ²), whole σ² or not, below one or above', () => {
    const source = bits(3);
    expectDrawsOf(
      () => discreteGaussian(9n, 1n, source),
      (x) => Math.exp((-x * x) / 18),
      9,
      40_000,
    );
    expectDrawsOf(
      () => discreteGaussian(5n, 2n, source),
      (x) => Math.exp((-x * x) / 5),
      5,
      40_000,
    );
    expectDrawsOf(
      () => discreteGaussian(1n, 3n, source),
      (x) => Math.exp(-1.5 * x * x),
      1,
      20_000,
    );
  });

  it('of a wide Gaussian have its mean and variance', () => {
    const source = bits(4);
    const sigma = 2 ** 40;
    const n = 4000;
    let [sum, squares] = [0, 0];
    for (let k = 0; k < n; k++) {
      const x = Number(discreteGaussian(BigInt(sigma) ** 2n, 1n, source)) / sigma;
      sum += x;
      squares += x * x;
    }
    expect(Math.abs(sum / Math.sqrt(n))).toBeLessThan(4);
    expect(Math.abs(squares / n - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
  });

  it('begin with whole square roots', () => {
    for (const n of [0n, 1n, 2n, 15n, 16n, 10n ** 40n - 1n, 10n ** 40n]) {
      const r = squareRoot(n);
      expect(r * r <= n && (r + 1n) * (r + 1n) > n).toBe(true);
    }
  });

  it('use numbers that are uniform below any limit', () => {
    const source = bits(5);
    const limit = 3n * 2n ** 62n;
    const counts = [0, 0, 0];
    for (let k = 0; k < 6000; k++) counts[Number(source.below(limit) / 2n ** 62n)]++;
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(4 * Math.sqrt(6000 * (1 / 3) * (2 / 3)));
  });
});

describe('the accountant', () => {
  it('gives the published budget of the persons file of the 2020 US census: ρ = 2.56 is ε = 17.14 at δ = 1e-10', () => {
    // US Census Bureau, production settings for the redistricting data, 9 June 2021.
    expect(epsilonOf(2.56, 1e-10)).toBeCloseTo(17.14, 1);
  });

  it('is never above the first formula, ρ + 2·√(ρ·ln(1/δ)), nor far below', () => {
    for (const rho of [1e-4, 0.01, 0.5, 3, 50]) {
      for (const delta of [1e-4, 1e-8]) {
        const simple = rho + 2 * Math.sqrt(rho * Math.log(1 / delta));
        expect(epsilonOf(rho, delta)).toBeLessThanOrEqual(simple);
        expect(epsilonOf(rho, delta)).toBeGreaterThan(0.5 * simple);
      }
    }
  });

  it('bounds what a Gaussian really gives away: δ(ε) by its exact curve', () => {
    // A continuous Gaussian with Δ/σ = a: δ(ε) = Φ(a/2 − ε/a) − e^ε·Φ(−a/2 − ε/a) (Balle, Wang 2018, theorem 5).
    const phi = (x: number): number => 0.5 * erfc(-x / Math.SQRT2);
    for (const a of [0.3, 1, 2]) {
      const epsilon = epsilonOf((a * a) / 2, 1e-5);
      const exact = phi(a / 2 - epsilon / a) - Math.exp(epsilon) * phi(-a / 2 - epsilon / a);
      expect(exact).toBeLessThan(1e-5);
      expect(exact).toBeGreaterThan(1e-7);
    }
  });

  it('is turned around: the ρ of an ε has that ε', () => {
    for (const epsilon of [0.1, 1, 3, 10]) expect(epsilonOf(rhoOf(epsilon, 1e-6), 1e-6)).toBeCloseTo(epsilon, 9);
  });

  it('counts a sum of shares as one Gaussian when shares are wide, and as worse when they are narrow', () => {
    expect(rhoOfShares(3, 25, 10, 48)).toBeCloseTo(9 / (2 * 250), 12);
    // s² = 1/2, two members: τ = 10·exp(−π²/2) = 0.0719.
    const tau = 10 * Math.exp(-(Math.PI ** 2) / 2);
    expect(rhoOfShares(1, 0.5, 2, 4)).toBeCloseTo((1 + 2 * tau) / 2, 12);
  });
});

/** Complementary error function by its continued fraction and series; enough digits for the test. */
function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let k = 1; k < 80; k++) {
      term *= (-x * x) / k;
      sum += term / (2 * k + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = x;
  for (let k = 60; k >= 1; k--) fraction = x + k / 2 / fraction;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}

describe('a ledger', () => {
  it('refuses the sum that would go beyond the budget, and says what was spent', () => {
    const budget = rhoOf(1, 1e-5);
    const ledger = new Ledger('house 7', budget, 1e-5);
    for (let k = 0; k < 30; k++) ledger.spend(budget / 30);
    expect(ledger.epsilon).toBeCloseTo(1, 6);
    expect(() => ledger.spend(budget / 30)).toThrow(/"house 7" has spent its privacy budget after 30 sums.*PRIVACY_BUDGET_SPENT/);
    expect(ledger.epsilon).toBeCloseTo(1, 6);
  });
});

describe('an audit of a tiny case', () => {
  it('finds no event more than e^ε times as likely with a member as without', () => {
    // A sum that is 0 without the member and 1 with it, σ² = 4: ρ = 1/8. The best test of one draw is a threshold; none may beat (ε, δ).
    const source = bits(6);
    const n = 60_000;
    const delta = 0.01;
    const epsilon = epsilonOf(1 / 8, delta);
    const reach = 12;
    const [without, withIt] = [new Int32Array(2 * reach + 1), new Int32Array(2 * reach + 1)];
    const place = (x: number): number => Math.min(2 * reach, Math.max(0, x + reach));
    for (let k = 0; k < n; k++) {
      without[place(Number(discreteGaussian(4n, 1n, source)))]++;
      withIt[place(1 + Number(discreteGaussian(4n, 1n, source)))]++;
    }
    let worst = Number.NEGATIVE_INFINITY;
    let [above, aboveWith] = [0, 0];
    for (let x = 2 * reach; x >= 0; x--) {
      above += without[x] / n;
      aboveWith += withIt[x] / n;
      worst = Math.max(worst, aboveWith - Math.exp(epsilon) * above - delta);
    }
    expect(worst).toBeLessThan(0);
    // The audit has teeth: a quarter of that ε is refuted.
    let refuted = Number.NEGATIVE_INFINITY;
    [above, aboveWith] = [0, 0];
    for (let x = 2 * reach; x >= 0; x--) {
      above += without[x] / n;
      aboveWith += withIt[x] / n;
      refuted = Math.max(refuted, aboveWith - Math.exp(epsilon / 4) * above - delta);
    }
    expect(refuted).toBeGreaterThan(0.01);
  });
});
