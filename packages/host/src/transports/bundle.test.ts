import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bundler, sizeAlone_bytes, unbundle } from './bundle.ts';

type Said = [subject: string, payload: Uint8Array];

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function bundler(): { readonly sent: Said[]; readonly add: (subject: string, payload: Uint8Array) => void; readonly flush: () => void } {
  const sent: Said[] = [];
  const gathered = new Bundler((subject, payload) => void sent.push([subject, payload]));
  return { sent, add: (subject, payload) => gathered.add(subject, payload), flush: () => gathered.flush() };
}

describe('a bundle', () => {
  it('is laid out as documented, and a payload that is alone travels as it is', async () => {
    const { sent, add } = bundler();
    add('one', Uint8Array.of(7));
    add('two', Uint8Array.of(8));
    add('two', Uint8Array.of(9, 10));
    add('one', Uint8Array.of(11));
    await turn();
    expect(sent.map(([subject, message]) => [subject, Buffer.from(message).toString('hex')])).toEqual([
      ['one', '07'],
      ['two', '62010200' + '0100000008' + '02000000090a'],
      ['one', '0b'],
    ]);
  });

  it('gives back every payload, whatever it holds, in the order in which all were added', () => {
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 30 }),
      fc.uint8Array({ maxLength: 12 }).map((bytes) => Uint8Array.of(0x62, 1, ...bytes)),
      fc.constantFrom(new Uint8Array(20_000).fill(0x62), new Uint8Array(16_000).fill(1), new Uint8Array(70_000)),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b'), payload), { maxLength: 30 }), (said) => {
        const { sent, add, flush } = bundler();
        for (const [subject, bytes] of said) add(subject, bytes);
        flush();
        const heard: Said[] = [];
        for (const [subject, message] of sent) unbundle(message, (bytes, from) => void heard.push([from, bytes]), subject);
        expect(heard.map(([subject]) => subject)).toEqual(said.map(([subject]) => subject));
        for (const [k, [, bytes]] of heard.entries()) expect(Buffer.compare(bytes, said[k]![1])).toBe(0);
      }),
    );
  });

  it('does not grow beyond 64 KiB, and large payloads travel alone', () => {
    const { sent, add, flush } = bundler();
    for (let k = 0; k < 1000; k++) add('a', new Uint8Array(1000));
    add('a', new Uint8Array(1 << 20));
    add('a', new Uint8Array(10));
    flush();
    expect(Math.max(...sent.slice(0, -2).map(([, { length }]) => length))).toBeLessThanOrEqual(1 << 16);
    expect(sent).toHaveLength(Math.ceil(1000 / 65) + 2);
    expect(sizeAlone_bytes(sent.at(-2)![1])).toBe(1 << 20);
    expect(sent.at(-2)![1]).toHaveLength(1 << 20);
  });

  it('that is broken is heard whole; nothing throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), (bytes, begun) => {
        if (begun) bytes.set([0x62, 1].slice(0, bytes.length));
        const heard: Uint8Array[] = [];
        unbundle(bytes, (payload) => void heard.push(payload), undefined);
        const isWhole = heard.length === 1 && heard[0]!.length === bytes.length;
        // otherwise every byte is a payload's, or of the header and the lengths
        if (!isWhole) expect(heard.reduce((sum, { length }) => sum + 4 + length, 4)).toBe(bytes.length);
      }),
    );
    for (const hex of [
      '',
      '62',
      '62010000',
      '6201',
      '620100',
      '62010100',
      '6201010002000000ff',
      '6201000001000000ff',
      '62010100ffffffff00',
      '620201000100000007',
    ]) {
      const heard: string[] = [];
      unbundle(Buffer.from(hex, 'hex'), (payload) => void heard.push(Buffer.from(payload).toString('hex')), undefined);
      expect(heard).toEqual([hex]);
    }
  });
});
