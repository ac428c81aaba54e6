import type { RandomBits } from './random-bits.ts';

/**
 * Exact samples of whole numbers x with probability proportional to exp(−|x|/t) or exp(−x²/(2σ²)). All is whole numbers and fair coins: no
 * rounding for an observer to see through.
 *
 *   Bernoulli(exp(−γ))   γ ≤ 1: the first k with Bernoulli(γ/k) = 0 is odd;   γ > 1: ⌊γ⌋ times exp(−1), then the rest
 *   Laplace(t)           u on 0 … t − 1, kept with exp(−u/t); v successes of exp(−1); x = ±(u + t·v), −0 drawn again
 *   Gauss(σ²)            y of Laplace(t), t = ⌊σ⌋ + 1, kept with exp(−(|y| − σ²/t)²/(2σ²))
 *
 * @source Canonne, Kamath, Steinke (2020), The Discrete Gaussian for Differential Privacy, NeurIPS, algorithms 1 to 3
 */

/** True with probability exp(−numerator/denominator). */
export function bernoulliExp(numerator: bigint, denominator: bigint, bits: RandomBits): boolean {
  let rest = numerator;
  for (; rest > denominator; rest -= denominator) if (!bernoulliExpSmall(1n, 1n, bits)) return false;
  return bernoulliExpSmall(rest, denominator, bits);
}

/** γ ≤ 1. */
function bernoulliExpSmall(numerator: bigint, denominator: bigint, bits: RandomBits): boolean {
  let k = 1n;
  while (bits.below(denominator * k) < numerator) k++;
  return (k & 1n) === 1n;
}

/** @param scale - t, a whole number from 1 on */
export function discreteLaplace(scale: bigint, bits: RandomBits): bigint {
  for (;;) {
    const u = bits.below(scale);
    if (!bernoulliExpSmall(u, scale, bits)) continue;
    let v = 0n;
    while (bernoulliExpSmall(1n, 1n, bits)) v++;
    const x = u + scale * v;
    const isNegative = (bits.word() & 1) === 1;
    if (isNegative && x === 0n) continue;
    return isNegative ? -x : x;
  }
}

/** @param numerator - σ² = numerator/denominator, positive */
export function discreteGaussian(numerator: bigint, denominator: bigint, bits: RandomBits): bigint {
  const scale = squareRoot(numerator / denominator) + 1n;
  // (|y| − σ²/t)²/(2σ²) = (|y|·t·d − n)²/(2·n·d·t²)
  const below = 2n * numerator * denominator * scale * scale;
  for (;;) {
    const y = discreteLaplace(scale, bits);
    const far = (y < 0n ? -y : y) * scale * denominator - numerator;
    if (bernoulliExp(far * far, below, bits)) return y;
  }
}

/** ⌊√n⌋, by Newton. */
export function squareRoot(n: bigint): bigint {
  if (n < 2n) return n;
  let x = 1n << BigInt(Math.ceil(n.toString(2).length / 2));
  for (;;) {
    const next = (x + n / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}
