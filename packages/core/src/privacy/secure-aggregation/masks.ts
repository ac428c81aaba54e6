import { modulus } from '../../base/fixed-point.ts';
import { fillKeystream, keyWords } from '../chacha20.ts';

/**
 * Adds masks to vectors of one length and takes them off, without making room for them anew. Masks are uniform on 0 … M − 1, and so is
 * what they hide.
 */
export class Masks {
  private readonly words: Uint32Array;
  private readonly numbers_count: number;

  constructor(numbers_count: number) {
    this.numbers_count = numbers_count;
    this.words = new Uint32Array(16 * Math.ceil(numbers_count / 8));
  }

  /** target ← target ± mask (mod M), where the mask is the stream of a key that makes one mask only: 52 bits of every 64. */
  add(target: Float64Array, key: Uint8Array, sign: 1 | -1): void {
    const { words, numbers_count } = this;
    fillKeystream(keyWords(key), 0, 0, 0, words);
    for (let i = 0; i < numbers_count; i++) {
      const mask = (words[2 * i + 1] & 0xfffff) * 0x1_0000_0000 + words[2 * i];
      const value = sign > 0 ? target[i] + mask : target[i] - mask;
      target[i] = value >= modulus ? value - modulus : value < 0 ? value + modulus : value;
    }
  }
}
