import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { fillKeystream, keyOf, keyWords } from './chacha20.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(text.match(/../g)!, (pair) => Number.parseInt(pair, 16));

describe('the key stream', () => {
  it('is that of RFC 8439, §2.3.2: key 00…1f, nonce 00000009 0000004a 00000000, block 1', () => {
    const words = new Uint32Array(32);
    fillKeystream(keyWords(Uint8Array.from({ length: 32 }, (_, k) => k)), 0x09000000, 0x4a000000, 0, words);
    const expected = hex(
      '10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4ed2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e',
    );
    expect([...new Uint8Array(words.slice(16).buffer)]).toEqual([...expected]);
  });

  it('is that of OpenSSL for any key, nonce and length', () => {
    const stream = randomStream(4);
    for (let k = 0; k < 20; k++) {
      const key = Uint8Array.from({ length: 32 }, () => stream.index(256));
      const nonce = Array.from({ length: 3 }, () => stream.index(2 ** 32));
      const words = new Uint32Array(16 * (1 + stream.index(8)));
      fillKeystream(keyWords(key), nonce[0], nonce[1], nonce[2], words);
      const iv = Buffer.from(Uint32Array.of(0, ...nonce).buffer);
      expect(Buffer.from(words.buffer)).toEqual(createCipheriv('chacha20', key, iv).update(Buffer.alloc(4 * words.length)));
      expect(Buffer.from(keyOf(keyWords(key), nonce[0], nonce[1], nonce[2]))).toEqual(Buffer.from(words.buffer.slice(0, 32)));
    }
  });
});
