import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EnvelopeWriter, envelopeSize_max_count } from './envelope.ts';
import { SealCodec, sealSize_count } from './seal.ts';

const envelope = new EnvelopeWriter().write('battery é', 'net 4', {
  kind: 'schedule',
  round: 7,
  body: { power_kW: Float64Array.of(1, -2) },
});
const key = 0xabcdef012345;
const counter = 1_795_858_311_000_123;
const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

describe('a seal', () => {
  it('adds 80 bytes after the envelope, as the table says', () => {
    const { sealed, signature } = new SealCodec('r').lay(envelope, key, counter);
    signature.fill(0xee);
    expect(sealed.length).toBe(envelope.length + sealSize_count);
    expect([...sealed.subarray(0, envelope.length)]).toEqual([...envelope]);
    const stub = sealed.subarray(envelope.length);
    expect([...stub.subarray(0, 8)]).toEqual([0x73, 1, 0xcd, 0xab, 0x45, 0x23, 0x01, 0xef]);
    expect(new DataView(stub.buffer, stub.byteOffset).getBigUint64(8, true)).toBe(BigInt(counter));
    expect([...stub.subarray(16)]).toEqual(new Array(64).fill(0xee));
  });

  it('is taken apart into what was put together', () => {
    const codec = new SealCodec('r');
    const { sealed, signature } = codec.lay(envelope, key, counter);
    signature.fill(9);
    const parts = codec.read(sealed);
    if (typeof parts === 'string') throw new Error(parts);
    expect({ ...parts, envelope: [...parts.envelope], signature: [...parts.signature] }).toEqual({
      from: 'battery é',
      key,
      counter,
      envelope: [...envelope],
      signature: new Array(64).fill(9),
    });
  });

  it('signs the domain, the run, the envelope and all of the seal but the signature', () => {
    const codec = new SealCodec('rún');
    const { signed, sealed } = codec.lay(envelope, key, counter);
    const begin = `gridflock seal 1\n\x04\x00r\xc3\xban`;
    expect(text(signed.subarray(0, begin.length))).toBe(begin);
    expect([...signed.subarray(begin.length)]).toEqual([...sealed.subarray(0, -64)]);
    expect([...codec.signedOf(sealed)]).toEqual([...signed]);
  });

  it('signs something else in every run, and no two runs can be confused', () => {
    const signedIn = (run: string): string => text(new SealCodec(run).lay(envelope, key, counter).signed);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (one, other) => {
        expect(signedIn(one) === signedIn(other)).toBe(one === other);
      }),
    );
  });

  it('leaves bytes alone that it has given away', () => {
    const codec = new SealCodec('r');
    const first = codec.lay(envelope, key, 1);
    first.signature.fill(1);
    const before = [...first.sealed];
    for (let k = 2; k < 1000; k++) codec.lay(envelope, key, k).signature.fill(k);
    expect([...first.sealed]).toEqual(before);
  });

  it('is not put on what no broker would take then: ENVELOPE_UNSENDABLE', () => {
    const codec = new SealCodec('r');
    expect(codec.lay(new Uint8Array(envelopeSize_max_count - sealSize_count), key, counter).sealed.length).toBe(envelopeSize_max_count);
    expect(() => codec.lay(new Uint8Array(envelopeSize_max_count - sealSize_count + 1), key, counter)).toThrow('ENVELOPE_UNSENDABLE');
    expect(() => new SealCodec('r'.repeat(70_000))).toThrow('ENVELOPE_UNSENDABLE');
  });
});

describe('bytes that are no sealed envelope', () => {
  const codec = new SealCodec('r');
  const { sealed } = codec.lay(envelope, key, counter);
  const changed = (at: number, value: number): Uint8Array => Uint8Array.from(sealed, (byte, i) => (i === at ? value : byte));

  it('are told by the first reason that is found', () => {
    expect(codec.read(envelope)).toBe('unsealed');
    expect(codec.read(new Uint8Array(0))).toBe('unsealed');
    expect(codec.read(new Uint8Array(envelopeSize_max_count + 1))).toBe('oversized');
    expect(codec.read(sealed.subarray(1))).toBe('unsealed');
    expect(codec.read(sealed.subarray(0, -1))).toBe('unsealed');
    expect(codec.read(changed(envelope.length, 0x74))).toBe('unsealed');
    expect(codec.read(changed(envelope.length + 1, 2))).toBe('foreign seal');
    // the name of the sender would end beyond the envelope, or is no UTF-8
    expect(codec.read(changed(12, 255))).toBe('unsealed');
    expect(codec.read(changed(16, 0xff))).toBe('unsealed');
  });

  it('never make it throw', () => {
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.nat(255), fc.nat(sealed.length), (at, value, end) => {
        expect(() => codec.read(changed(at, value).subarray(0, end))).not.toThrow();
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void codec.read(bytes)));
  });
});
