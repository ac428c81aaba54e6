import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Envelope } from '../agents/role.ts';
import { EnvelopeReader, EnvelopeWriter } from './envelope.ts';
import { envelope } from './testing/envelopes.ts';

/** What an attacker does to bytes: single bytes, lengths that promise much, cuts, repetitions, insertions. */
type Attack = (bytes: Uint8Array) => Uint8Array;
const place = fc.nat({ max: 0xffff });
const attack: fc.Arbitrary<Attack> = fc.oneof(
  fc.tuple(place, fc.nat({ max: 255 })).map(
    ([at, byte]): Attack =>
      (bytes) => {
        if (bytes.length > 0) bytes[at % bytes.length] = byte;
        return bytes;
      },
  ),
  fc.tuple(place, fc.constantFrom(0xffffffff, 0x7fffffff, 0x80000000, 0x1fffffff, 0x20000000, 0, 1, 0x10000)).map(
    ([at, length]): Attack =>
      (bytes) => {
        if (bytes.length >= 4) new DataView(bytes.buffer, bytes.byteOffset).setUint32(at % (bytes.length - 3), length, true);
        return bytes;
      },
  ),
  place.map(
    (at): Attack =>
      (bytes) =>
        bytes.slice(0, at % (bytes.length + 1)),
  ),
  fc.tuple(place, fc.nat({ max: 40 })).map(
    ([at, count]): Attack =>
      (bytes) => {
        const from = at % (bytes.length + 1);
        return Uint8Array.from([...bytes.subarray(0, from + count), ...bytes.subarray(from)]);
      },
  ),
);
/** Lets a mutilated envelope get past the first check, which would stop most of them. */
const withTrueLength: Attack = (bytes) => {
  if (bytes.length >= 8) new DataView(bytes.buffer, bytes.byteOffset).setUint32(4, bytes.length, true);
  return bytes;
};

/** Bytes that an envelope's contents take in memory as doubles and UTF-16. */
function sizeOf({ from, to, message }: Envelope): number {
  let size_bytes = from.length + to.length + message.kind.length;
  for (const [name, each] of Object.entries(message.body)) {
    size_bytes += name.length + (typeof each === 'number' ? 8 : typeof each === 'string' ? each.length : each.byteLength);
  }
  return size_bytes;
}

it('100,000 mutilated envelopes: none throws, none becomes more than it was, and what is read is written as the same bytes', () => {
  const reader = new EnvelopeReader();
  const writer = new EnvelopeWriter();
  const outcomes = new Map<string, number>();
  fc.assert(
    fc.property(envelope, fc.array(attack, { minLength: 1, maxLength: 4 }), fc.boolean(), (each, attacks, repaired) => {
      let bytes: Uint8Array = writer.write(each.from, each.to, each.message).slice();
      for (const strike of attacks) bytes = strike(bytes);
      if (repaired) bytes = withTrueLength(bytes);
      const answer = reader.read(bytes);
      const outcome = typeof answer === 'string' ? answer : 'read';
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (typeof answer === 'string') return;
      expect(sizeOf(answer)).toBeLessThanOrEqual(bytes.length);
      const again = writer.write(answer.from, answer.to, answer.message);
      expect(reader.read(again)).toEqual(answer);
      expect(again.length).toBe(bytes.length);
    }),
    { numRuns: 100_000 },
  );
  // the attack reaches every check, and some of it passes as an envelope with other values
  for (const outcome of ['read', 'not an envelope', 'foreign version', 'wrong length', 'too many fields', 'broken text', 'broken field']) {
    expect(outcomes.get(outcome) ?? 0, outcome).toBeGreaterThan(50);
  }
}, 300_000);

it('promises of gigabytes are not believed', () => {
  const reader = new EnvelopeReader();
  const bytes = new EnvelopeWriter().write('a', 'b', { kind: 'k', round: 0, body: { p: Float64Array.of(1) } }).slice();
  const countAt = bytes.length - 12;
  for (let count = 2; count <= 0xffffffff; count = 2 * count + 1) {
    new DataView(bytes.buffer).setUint32(countAt, count, true);
    expect(reader.read(bytes)).toBe('wrong length');
  }
});
