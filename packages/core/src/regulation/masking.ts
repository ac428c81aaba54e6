import { modulus } from '../base/fixed-point.ts';
import type { RandomStream } from '../base/random.ts';

/**
 * Sums that show the total and nothing else. Numbers are whole multiples of a quantum modulo M = 2^52 (base/fixed-point.ts), so masks
 * cancel to the last bit, whatever the order.
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
 * v is a member's vector in quanta.
 */

/** Most edges of a member. Colluders who know all of a member's neighbours, and the collector, can unmask it. */
const degree_max_count = 4;

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
