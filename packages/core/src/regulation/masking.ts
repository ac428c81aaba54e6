import type { RandomStream } from '../base/random.ts';

/**
 * Sums that show the total and nothing else. Numbers are whole multiples of a quantum modulo M = 2^52, kept in doubles, where
 * sums and differences of two such numbers are exact; so masks cancel to the last bit, whatever the order.
 *
 * Members of a group exchange random vectors r along the edges of a regular graph. Who drew one adds it, who got it takes it off:
 *
 *   y_i = v_i + Σ_{j: i drew} r_ij − Σ_{j: j drew} r_ji  (mod M),      Σ_i y_i = Σ_i v_i  (mod M)
 *
 * The r are uniform on 0 … M − 1. On a connected graph their sums with signs reach every vector of masks that adds up to zero, each
 * equally often, so the y of all v with one total have one distribution: whoever sees the y learns Σ v and nothing more.
 * @source Bonawitz et al. (2017), Practical Secure Aggregation for Privacy-Preserving Machine Learning, CCS; graphs of low degree:
 * Bell et al. (2020), Secure Single-Server Aggregation with (Poly)Logarithmic Overhead, CCS. Shares are sent instead of derived from keys.
 *
 * | symbol | is | unit |
 * | --- | --- | --- |
 * | v | a member's vector | quanta |
 * | quantum | 2^-30 ≈ 0.93e-9 | kW, kvar |
 * | M·quantum/2 | 2^21 ≈ 2.1e6: what a group's sum may reach | kW, kvar |
 */
export const modulus = 2 ** 52;
const quanta_per_kW = 2 ** 30;
/** The sum of a group stays below this: half the range, so that its sign can be told. */
const reach_kW = modulus / 2 / quanta_per_kW;

/** Most edges of a member. Colluders who know all of a member's neighbours, and the collector, can unmask it. */
const degree_max_count = 4;

/** Largest value that each of `members_count` may add without the sum running over. */
export const largest_kW = (members_count: number): number => reach_kW / Math.max(1, members_count);

/** The value nearest to `kW` that a sum can hold. */
export const rounded = (kW: number): number => Math.round(kW * quanta_per_kW) / quanta_per_kW;

/** Values in kW as multiples of the quantum modulo M. */
export function encoded(values_kW: Float64Array): Float64Array {
  return values_kW.map((value) => modulo(Math.round(value * quanta_per_kW), modulus));
}

/** target ← target + the same values encoded (mod M), without making room for them. */
export function addEncoded(target: Float64Array, values_kW: Float64Array): void {
  for (let i = 0; i < target.length; i++) {
    const total = target[i] + modulo(Math.round(values_kW[i] * quanta_per_kW), modulus);
    target[i] = total < modulus ? total : total - modulus;
  }
}

/** A sum modulo M in kW again. */
export function decoded(sum: Float64Array): Float64Array {
  return sum.map((value) => (value < modulus / 2 ? value : value - modulus) / quanta_per_kW);
}

/** target ← target + values (mod m). */
export function add(target: Float64Array, values: Float64Array, m = modulus): void {
  for (let i = 0; i < target.length; i++) {
    const total = target[i] + values[i];
    target[i] = total < m ? total : total - m;
  }
}

/** target ← target − values (mod m). */
export function subtract(target: Float64Array, values: Float64Array, m = modulus): void {
  for (let i = 0; i < target.length; i++) {
    const rest = target[i] - values[i];
    target[i] = rest < 0 ? rest + m : rest;
  }
}

/** Uniform on 0 … M − 1 in every place: a stream gives 53 random bits at a time. */
export function drawMask(stream: RandomStream, numbers_count: number): Float64Array {
  const mask = new Float64Array(numbers_count);
  for (let i = 0; i < numbers_count; i++) mask[i] = Math.floor(stream.uniform() * modulus);
  return mask;
}

/**
 * Places next to place k on a ring of n, at most two to each side: a connected graph, everyone with as many neighbours. All others
 * when there are no more than four.
 */
export function neighboursOf(k: number, n: number): number[] {
  const near: number[] = [];
  for (let offset = 1; offset <= degree_max_count / 2; offset++) {
    for (const j of [(k + offset) % n, (k - offset + n) % n]) if (j !== k && !near.includes(j)) near.push(j);
  }
  return near;
}

const modulo = (value: number, m: number): number => (value < 0 ? value + m : value);
