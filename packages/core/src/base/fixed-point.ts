/**
 * Sums that come out the same to the last bit, in whatever order they are taken and under whatever masks. Values are whole multiples
 * of a quantum; what is masked or encrypted is counted modulo M = 2^52. Whole numbers of that size are exact in a double, and so are
 * their sums and differences, as long as the sum stays within reach.
 *
 * | symbol | is | unit |
 * | --- | --- | --- |
 * | quantum | 2^-30 ≈ 0.93e-9 | kW, kvar |
 * | M | 2^52 | quanta |
 * | reach = M·quantum/2 | 2^21 ≈ 2.1e6: what a sum may come to, so that its sign can be told | kW, kvar |
 *
 * Squares span more decades than one double holds whole: they travel as four digits to the base 2^30, lowest first,
 *
 *   value = Σ_j digit_j·2^(30j − 60) kW²,     0 ≤ digit_j < 2^30 for one value,
 *
 * from 2^-60 ≈ 0.87e-18 to 2^60 ≈ 1.15e18 kW². Digits of up to 2^22 values add up place by place without a carry, so their sum is
 * exact too, and may be masked like any other.
 */
export const modulus = 2 ** 52;
const quanta_per_kW = 2 ** 30;
export const reach_kW = modulus / 2 / quanta_per_kW;

/** Digits of one square. */
export const digits_count = 4;
const digitBase = 2 ** 30;
const squaresLow = 2 ** -60;

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

/** The digits of a square into `out` from place `first` on; what is below the lowest digit is cut off. @param value_kW2 - 0 … 2^60 */
export function writeDigits(value_kW2: number, out: Float64Array, first = 0): void {
  // Powers of two and whole multiples of them: every line is exact but the cut.
  let rest = Math.floor(value_kW2 / squaresLow);
  for (let j = digits_count - 1; j >= 0; j--) {
    const place = digitBase ** j;
    const digit = Math.floor(rest / place);
    out[first + j] = digit;
    rest -= digit * place;
  }
}

/** The square, or the sum of squares, whose digits start at place `first`. */
export function readDigits(digits: Float64Array, first = 0): number {
  let value = 0;
  for (let j = digits_count - 1; j >= 0; j--) value = value * digitBase + digits[first + j];
  return value * squaresLow;
}

const modulo = (value: number, m: number): number => (value < 0 ? value + m : value);
