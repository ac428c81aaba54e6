import type { SummedWord } from '../agents/crowd.ts';
import type { Message } from '../agents/role.ts';
import { decoded, encoded } from '../base/fixed-point.ts';
import { unitOfName } from '../base/units.ts';

/**
 * A word as whole numbers modulo 2^52, and a sum of such as a word again. Powers (`_kW`) are counted in quanta of fixed point; digits of squares
 * (`_kW2`) and counts are whole numbers already. Nothing else can be summed.
 */
export function numbersCountOf({ fields }: SummedWord): number {
  return Object.values(fields).reduce((sum, length) => sum + Math.max(1, length), 0);
}

export function numbersOf(body: Message['body'], word: SummedWord): Float64Array {
  const numbers = new Float64Array(numbersCountOf(word));
  let at = 0;
  for (const [name, length] of Object.entries(word.fields)) {
    const value = body[name];
    const values = typeof value === 'number' ? Float64Array.of(value) : (value as Float64Array);
    numbers.set(unitOfName(name) === 'kW' ? encoded(values) : values, at);
    at += Math.max(1, length);
  }
  return numbers;
}

export function bodyOf(sum: Float64Array, { fields }: SummedWord): Message['body'] {
  const body: Record<string, number | Float64Array> = {};
  let at = 0;
  for (const [name, length] of Object.entries(fields)) {
    const own = sum.slice(at, at + Math.max(1, length));
    const values = unitOfName(name) === 'kW' ? decoded(own) : own;
    body[name] = length === 0 ? values[0] : values;
    at += Math.max(1, length);
  }
  return body;
}
