import type { Message } from '../role.ts';
import type { Luck } from '../virtual/luck.ts';
import type { Alter } from './script.ts';

type Body = Record<string, number | string | Float64Array>;

/** A copy whose arrays are its own. */
export function copyOf({ kind, round, body }: Message): Message {
  const copy: Body = {};
  for (const name in body) {
    const value = body[name];
    copy[name] = typeof value === 'object' ? value.slice() : value;
  }
  return { kind, round, body: copy };
}

/** The message as a liar would send it; undefined where there is nothing to alter in that way. */
export function altered(message: Message, before: Message | undefined, { how, factor = 10 }: Alter, luck: Luck): Message | undefined {
  const copy = copyOf(message);
  const body = copy.body as Body;
  const names = Object.keys(body);
  if (how === 'wrong-round') return { ...copy, round: message.round + (luck.uniform() < 0.5 ? -1 : 1) * (1 + luck.index(3)) };
  if (how === 'stale') return before?.kind === message.kind ? { ...copyOf(before), round: message.round } : undefined;
  if (names.length === 0) return undefined;
  const name = names[luck.index(names.length)];
  if (how === 'wrong-field') {
    if (luck.uniform() < 0.5) {
      body[`${name}x`] = body[name];
      delete body[name];
    } else body[name] = typeof body[name] === 'string' ? luck.uniform() : 'no number';
    return copy;
  }
  if (how === 'wrong-length') {
    const arrays = names.filter((each) => typeof body[each] === 'object');
    if (arrays.length === 0) return undefined;
    const array = body[arrays[luck.index(arrays.length)]] as Float64Array;
    const length = luck.uniform() < 0.5 ? Math.max(0, array.length - 1 - luck.index(3)) : array.length + 1 + luck.index(3);
    const other = new Float64Array(length);
    other.set(array.subarray(0, Math.min(length, array.length)));
    body[arrays.find((each) => body[each] === array)!] = other;
    return copy;
  }
  if (how === 'scale') {
    for (const each of names) {
      const value = body[each];
      if (typeof value === 'number') body[each] = value * factor;
      else if (typeof value === 'object') for (let i = 0; i < value.length; i++) value[i] *= factor;
    }
    return copy;
  }
  const spoilt = how === 'nan' ? spoil : flip;
  const value = body[name];
  if (typeof value === 'number') body[name] = spoilt(value, luck);
  else if (typeof value === 'object') {
    if (value.length === 0) return undefined;
    const i = luck.index(value.length);
    value[i] = spoilt(value[i], luck);
  } else {
    if (how === 'nan') return undefined;
    const i = luck.index(value.length + 1);
    const other = String.fromCharCode((value.charCodeAt(i) | 0) ^ (1 << luck.index(7)));
    body[name] = `${value.slice(0, i)}${other}${value.slice(i + 1)}`;
  }
  return copy;
}

const notNumbers = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const spoil = (_value: number, luck: Luck): number => notNumbers[luck.index(notNumbers.length)];

const bits = new DataView(new ArrayBuffer(8));
function flip(value: number, luck: Luck): number {
  bits.setFloat64(0, value);
  const bit = luck.index(64);
  bits.setUint8(bit >> 3, bits.getUint8(bit >> 3) ^ (1 << (bit & 7)));
  return bits.getFloat64(0);
}
