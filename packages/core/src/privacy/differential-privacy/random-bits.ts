import { fillKeystream, keyWords } from '../chacha20.ts';
import type { Crypto } from '../crypto.ts';

/** Random whole numbers of any size, exactly uniform: a key stream under a random key, word by word. */
export class RandomBits {
  private readonly key: Uint32Array;
  private readonly words = new Uint32Array(256);
  private next: number;
  private refills_count = 0;

  constructor(crypto: Pick<Crypto, 'random'>) {
    this.key = keyWords(crypto.random(32));
    this.next = this.words.length;
  }

  word(): number {
    if (this.next === this.words.length) {
      fillKeystream(this.key, this.refills_count++, 0, 0, this.words);
      this.next = 0;
    }
    return this.words[this.next++];
  }

  /** Uniform on 0 … n − 1. */
  below(n: bigint): bigint {
    if (n < 0x1_0000_0000n) return BigInt(this.belowSmall(Number(n)));
    const bits_count = n.toString(2).length;
    const words_count = Math.ceil(bits_count / 32);
    const above = BigInt(32 * words_count - bits_count);
    for (;;) {
      let value = 0n;
      for (let k = 0; k < words_count; k++) value = (value << 32n) | BigInt(this.word());
      value >>= above;
      if (value < n) return value;
    }
  }

  private belowSmall(n: number): number {
    const whole = Math.floor(2 ** 32 / n) * n;
    for (;;) {
      const value = this.word();
      if (value < whole) return value % n;
    }
  }
}
