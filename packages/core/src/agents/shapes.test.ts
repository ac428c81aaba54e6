import { describe, expect, it } from 'vitest';
import type { Message } from './role.ts';
import { faultOf, type Shapes } from './shapes.ts';

const shapes: Shapes = {
  word: { p_kW: 2, all_kW: 'doubles', a: 'number', swing: 'bound', text: 'text' },
  veiled: { places: 'counts', key: { counts: 2 }, members_count: 'count' },
  nothing: {},
};
const word = { p_kW: Float64Array.of(1, -2.5), all_kW: new Float64Array(0), a: -1.5, swing: Number.POSITIVE_INFINITY, text: '' };
const veiled = { places: Float64Array.of(3), key: Float64Array.of(0, 2 ** 52), members_count: 0 };
const fault = (kind: string, body: Message['body']): string | undefined => faultOf({ kind, round: 1, body }, shapes);

describe('the shape of a body', () => {
  it('lets through what fits', () => {
    expect([fault('word', word), fault('veiled', veiled), fault('nothing', {})]).toEqual([undefined, undefined, undefined]);
  });

  it.each<[string, string, Message['body'], string]>([
    ['unknown', 'a kind that nobody knows', {}, 'unknown kind'],
    ['toString', 'a kind that every object has', {}, 'unknown kind'],
    ['nothing', 'a field too many', { a: 1 }, 'wrong fields'],
    ['veiled', 'a field too few', { places: veiled.places, key: veiled.key }, 'wrong fields'],
    ['veiled', 'another field', { places: veiled.places, key: veiled.key, valueOf: 1 }, 'wrong fields'],
    ['word', 'a number for a text', { ...word, text: 1 }, 'wrong sort of value'],
    ['word', 'a text for doubles', { ...word, p_kW: '12' }, 'wrong sort of value'],
    ['word', 'a double too many', { ...word, p_kW: new Float64Array(3) }, 'wrong length'],
    ['word', 'NaN among doubles', { ...word, all_kW: Float64Array.of(Number.NaN) }, 'not finite'],
    ['word', 'an infinite number', { ...word, a: Number.POSITIVE_INFINITY }, 'not finite'],
    ['word', 'a bound below all numbers', { ...word, swing: Number.NEGATIVE_INFINITY }, 'not finite'],
    ['veiled', 'half a member', { ...veiled, members_count: 0.5 }, 'wrong sort of value'],
    ['veiled', 'a negative place', { ...veiled, places: Float64Array.of(-1) }, 'out of range'],
    ['veiled', 'a number that is not exact', { ...veiled, key: Float64Array.of(0, 2 ** 53) }, 'out of range'],
    ['veiled', 'half a key', { ...veiled, key: Float64Array.of(0) }, 'wrong length'],
  ])('%s: refuses %s', (kind, _what, body, expected) => {
    expect(fault(kind, body)).toBe(expected);
  });
});
