import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Envelope } from '../agents/role.ts';
import { EnvelopeReader, EnvelopeWriter, envelopeSize_max_count } from './envelope.ts';
import { envelope } from './testing/envelopes.ts';

const reader = new EnvelopeReader();
const writer = new EnvelopeWriter();
const write = ({ from, to, message }: Envelope): Uint8Array => writer.write(from, to, message);

const small: Envelope = {
  from: 'net 1',
  to: 'battery',
  message: { kind: 'price', round: 7, body: { a: 1.5, text: 'Zürich ⚡', p_kW: Float64Array.of(1, -0, 2) } },
};

const changed = (change: (bytes: Uint8Array) => void, of: Envelope = small): unknown => {
  const bytes = write(of).slice();
  change(bytes);
  return reader.read(bytes);
};

describe('an envelope', () => {
  it('comes back as it was, whatever it holds', () => {
    const property = fc.property(envelope, (each) => {
      expect(reader.read(write(each))).toEqual(each);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it('keeps the bits of every double: signed zero, denormals, infinities', () => {
    const values = Float64Array.of(0, -0, 5e-324, -5e-324, Number.MAX_VALUE, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.1 + 0.2);
    const back = reader.read(write({ ...small, message: { ...small.message, body: { values, one: -0 } } })) as Envelope;
    expect(new BigUint64Array((back.message.body['values'] as Float64Array).slice().buffer)).toEqual(new BigUint64Array(values.buffer));
    expect(Object.is(back.message.body['one'], -0)).toBe(true);
  });

  it('is laid out as documented', () => {
    const bytes = writer.write('a', 'bc', { kind: 'k', round: 258, body: { n: 1, t: 'é', d: Float64Array.of(2) } });
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    expect(hex).toBe(
      [
        '67010300' + '37000000' + '02010000' + '01020100', // header: g, 1, 3 fields, 55 bytes, round 258, lengths 1 2 1
        '61' + '6263' + '6b',
        '0101' + '6e' + '000000000000f03f',
        '0201' + '74' + '02000000' + 'c3a9',
        '0301' + '64' + '01000000' + '0000000000000040',
      ].join(''),
    );
  });

  it('stays what it is while others are written', () => {
    const one = write(small);
    const before = one.slice();
    for (let k = 0; k < 2000; k++) write({ ...small, message: { ...small.message, round: k } });
    expect(one).toEqual(before);
  });

  it('does not share the memory of the bytes that it was read from', () => {
    const bytes = write(small).slice();
    const back = reader.read(bytes) as Envelope;
    bytes.fill(0);
    expect(back).toEqual(small);
  });
});

describe('what arrives', () => {
  it('is dropped with its reason', () => {
    const reasons: readonly [string, unknown][] = [
      ['not an envelope', reader.read(new Uint8Array(0))],
      ['not an envelope', reader.read(new Uint8Array(64))],
      ['not an envelope', changed((bytes) => void (bytes[15] = 1))],
      ['foreign version', changed((bytes) => void (bytes[1] = 2))],
      ['wrong length', changed((bytes) => void (bytes[4]! ^= 1))],
      ['wrong length', reader.read(write(small).slice(0, -1))],
      ['wrong length', changed((bytes) => void (bytes[2] = 4))],
      ['wrong length', changed((bytes) => void (bytes[2] = 2))],
      ['wrong length', changed((bytes) => void (bytes[14] = 255))],
      ['too many fields', changed((bytes) => void (bytes[3] = 255))],
      ['broken text', changed((bytes) => void (bytes[16] = 0xff))],
      ['broken field', changed((bytes) => void (bytes[16 + 17] = 9))],
      ['oversized', reader.read(new Uint8Array(envelopeSize_max_count + 1))],
    ];
    for (const [reason, answer] of reasons) expect(answer).toBe(reason);
  });

  it('has every field once', () => {
    const two = { ...small, message: { ...small.message, body: { a: 1, b: 2 } } };
    expect(changed((bytes) => void (bytes[bytes.lastIndexOf('b'.charCodeAt(0))] = 'a'.charCodeAt(0)), two)).toBe('duplicate field');
  });

  it('cannot reach the prototype', () => {
    const long = { ...small, message: { ...small.message, body: { __prot0__: Float64Array.of(1) } } };
    expect(changed((bytes) => void (bytes[bytes.lastIndexOf('0'.charCodeAt(0))] = 'o'.charCodeAt(0)), long)).toBe('forbidden field name');
  });

  it('refuses overlong forms, surrogates and cut characters', () => {
    for (const [a, b, c] of [
      [0xc0, 0x80, 0x41],
      [0xe0, 0x80, 0x80],
      [0xed, 0xa0, 0x80],
      [0x41, 0x41, 0xc3],
      [0xf5, 0x80, 0x80],
      [0x80, 0x41, 0x41],
    ]) {
      expect(
        changed((bytes) => bytes.set([a!, b!, c!], bytes.length - 3), { ...small, message: { kind: 'k', round: 1, body: { t: 'abc' } } }),
      ).toBe('broken text');
    }
  });

  it('never throws and never lies: what is read can be written, and reads the same again', () => {
    const mutated = fc.tuple(envelope, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 6 }), fc.nat({ max: 3 }));
    fc.assert(
      fc.property(mutated, ([each, changes, cut]) => {
        const bytes = write(each).slice(0, cut === 0 ? undefined : -cut);
        for (const [place, value] of changes) bytes[place % bytes.length] = value;
        const answer = reader.read(bytes);
        if (typeof answer !== 'string') expect(reader.read(write(answer))).toEqual(answer);
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        bytes.set([0x67, 1].slice(0, bytes.length));
        reader.read(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it('may be long text', () => {
    const t = 'ab電🔋'.repeat(30_000);
    const back = reader.read(write({ ...small, message: { kind: 'k', round: 0, body: { t } } })) as Envelope;
    expect(back.message.body['t'] === t).toBe(true);
  });
});

describe('what cannot be sent is refused with ENVELOPE_UNSENDABLE:', () => {
  const message = { kind: 'k', round: 0, body: {} };
  const cases: Record<string, () => unknown> = {
    'a body with something inside something': () => writer.write('a', 'b', { ...message, body: { deep: { p: 1 } as never } }),
    'a truth value': () => writer.write('a', 'b', { ...message, body: { yes: true as never } }),
    'a list of numbers that is no array of doubles': () => writer.write('a', 'b', { ...message, body: { list: [1, 2] as never } }),
    nothing: () => writer.write('a', 'b', { ...message, body: { gone: undefined as never } }),
    'half a surrogate pair': () => writer.write('a', 'b', { ...message, body: { text: 'x\ud83d' } }),
    'an id of more than 255 bytes': () => writer.write('é'.repeat(128), 'b', message),
    'a negative round': () => writer.write('a', 'b', { ...message, round: -1 }),
    'half a round': () => writer.write('a', 'b', { ...message, round: 0.5 }),
    'more than 1 MiB': () => writer.write('a', 'b', { ...message, body: { p: new Float64Array(envelopeSize_max_count / 8) } }),
    'much more than 1 MiB': () => writer.write('a', 'b', { ...message, body: { p: new Float64Array(envelopeSize_max_count) } }),
    'a field called __proto__': () => writer.write('a', 'b', { ...message, body: JSON.parse('{"__proto__": 1}') }),
  };
  for (const [what, attempt] of Object.entries(cases)) {
    it(what, () => expect(attempt).toThrow(expect.objectContaining({ code: 'ENVELOPE_UNSENDABLE' })));
  }
});

describe('the sender of bytes that were not read yet', () => {
  it('is told where there is one', () => {
    const reader = new EnvelopeReader();
    const bytes = new EnvelopeWriter().write('é 1', 'b', { kind: 'k', round: 0, body: {} });
    expect(reader.senderOf(bytes)).toBe('é 1');
    expect(reader.senderOf(bytes.subarray(0, 18))).toBeUndefined();
    expect(reader.senderOf(new Uint8Array(5))).toBeUndefined();
  });
});
