import fc from 'fast-check';
import type { Envelope } from '../../agents/role.ts';

/** Any well-formed text of at most 80 code units, which are at most 240 bytes. */
const text = fc.string({ unit: 'binary', maxLength: 40 });
const doubles = fc.array(fc.double(), { maxLength: 40 }).map((values) => Float64Array.from(values));
const name = text.filter((each) => each !== '__proto__');
/** Any envelope that can be written. */
export const envelope: fc.Arbitrary<Envelope> = fc.record({
  from: text,
  to: text,
  message: fc.record({
    kind: text,
    round: fc.nat({ max: 0xffffffff }),
    body: fc.dictionary(name, fc.oneof(fc.double(), fc.string({ unit: 'binary' }), doubles), { maxKeys: 8, noNullPrototype: true }),
  }),
});
