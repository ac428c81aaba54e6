/** Bytes in messages, whose fields are doubles: six bytes each, as whole numbers below 2^48. */
const bytesPerNumber_count = 6;

/** Doubles that hold so many bytes. */
export const numbersFor_count = (bytes_count: number): number => Math.ceil(bytes_count / bytesPerNumber_count);

export function packBytes(
  bytes: Uint8Array,
  into: Float64Array = new Float64Array(numbersFor_count(bytes.length)),
  first = 0,
): Float64Array {
  for (let i = 0, at = first; i < bytes.length; i += bytesPerNumber_count, at++) {
    let value = 0;
    for (let k = Math.min(i + bytesPerNumber_count, bytes.length) - 1; k >= i; k--) value = 256 * value + bytes[k];
    into[at] = value;
  }
  return into;
}

/** The inverse; undefined where a number is not six bytes. */
export function unpackBytes(numbers: Float64Array, bytes_count: number, first = 0): Uint8Array | undefined {
  const bytes = new Uint8Array(bytes_count);
  for (let i = 0, at = first; i < bytes_count; i += bytesPerNumber_count, at++) {
    let rest = numbers[at];
    if (!(Number.isInteger(rest) && rest >= 0 && rest < 2 ** 48)) return undefined;
    for (let k = i; k < Math.min(i + bytesPerNumber_count, bytes_count); k++) {
      bytes[k] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    if (rest !== 0) return undefined;
  }
  return bytes;
}

/** Byte strings of one length, one after another. */
export function packAll(all: readonly Uint8Array[]): Float64Array {
  const each = all.length > 0 ? numbersFor_count(all[0].length) : 0;
  const numbers = new Float64Array(all.length * each);
  all.forEach((bytes, k) => packBytes(bytes, numbers, k * each));
  return numbers;
}

/** The inverse, for a known number of strings; undefined where the numbers are not those. */
export function unpackAll(numbers: Float64Array, strings_count: number, bytes_count: number): Uint8Array[] | undefined {
  const each = numbersFor_count(bytes_count);
  if (numbers.length !== strings_count * each) return undefined;
  const all: Uint8Array[] = [];
  for (let k = 0; k < strings_count; k++) {
    const bytes = unpackBytes(numbers, bytes_count, k * each);
    if (!bytes) return undefined;
    all.push(bytes);
  }
  return all;
}
