import { modulus } from '../../base/fixed-point.ts';

/**
 * Many numbers in one plaintext. Each stands in a slot of 52 + g bits, where 2^g members fit: sums of slots never run into each other.
 *
 *   slot i holds w_i = (v_i + M/2) mod M, 0 ≤ w_i < M = 2^52;     Σ w_i − count·M/2 ≡ Σ v_i (mod M)
 *
 * v_i is a whole number modulo M, as in masked sums, so both give the same bits. Shifted by M/2, negative values of small size do not wrap,
 * and whoever decrypts the sum sees nothing but the sum: without it he would count the members below zero.
 */
const valueBits = Math.log2(modulus);

export interface Packing {
  readonly slotBits_count: number;
  readonly slots_count: number;
  /** Plaintexts for one vector. */
  readonly plaintexts_count: number;
  readonly numbers_count: number;
}

/** @param bits_count - of the public key */
export function packingFor(numbers_count: number, members_count: number, bits_count: number): Packing {
  const slotBits_count = valueBits + Math.ceil(Math.log2(Math.max(2, members_count)));
  const slots_count = Math.floor((bits_count - 1) / slotBits_count);
  return { slotBits_count, slots_count, plaintexts_count: Math.ceil(numbers_count / slots_count), numbers_count };
}

export function pack(values: Float64Array, { slotBits_count, slots_count, plaintexts_count }: Packing): bigint[] {
  const width = BigInt(slotBits_count);
  return Array.from({ length: plaintexts_count }, (_, k) => {
    let plain = 0n;
    for (let i = Math.min(values.length, (k + 1) * slots_count) - 1; i >= k * slots_count; i--) {
      const shifted = values[i] < modulus / 2 ? values[i] + modulus / 2 : values[i] - modulus / 2;
      plain = (plain << width) | BigInt(shifted);
    }
    return plain;
  });
}

/** The sum of the vectors of `summands_count` members, modulo 2^52. */
export function unpack(
  plaintexts: readonly bigint[],
  { slotBits_count, slots_count, numbers_count }: Packing,
  summands_count: number,
): Float64Array {
  const width = BigInt(slotBits_count);
  const ones = (1n << width) - 1n;
  const offset = BigInt(summands_count) * BigInt(modulus / 2);
  const values = new Float64Array(numbers_count);
  plaintexts.forEach((plain, k) => {
    let rest = plain;
    for (let i = k * slots_count; i < Math.min(numbers_count, (k + 1) * slots_count); i++) {
      values[i] = Number(BigInt.asUintN(valueBits, (rest & ones) - offset));
      rest >>= width;
    }
  });
  return values;
}
