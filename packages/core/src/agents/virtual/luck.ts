import { hash32 } from '../../base/random.ts';

/** What a pair of agents is called among random numbers: two words of 32 bits from their names. */
export const luckOfPair = (from: string, to: string, seed: number): readonly [number, number] => {
  const name = `${from}→${to}`;
  return [hash32(name, seed), hash32(name, seed ^ 0x5bd1e995)];
};

/** Finisher of murmur3: every bit of the input moves every bit of the output with probability near ½. */
function mixed(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * Chance by counting: what happens to the k-th message of a pair under the n-th fault depends on these and the seed, and on nothing that
 * happened before. So a pair needs no generator of its own, more talk elsewhere changes nobody's fate, and a fault that is taken out
 * of a script leaves all others as they were.
 *
 * Between `begin` and the next it is an ordinary generator.
 * @source xoroshiro64** (Blackman, Vigna 2018), started at a hash of the counters
 */
export class Luck {
  private a = 0;
  private b = 1;

  begin(pair0: number, pair1: number, k: number, n: number): void {
    // The first number drawn depends on `a` alone, so all of the counters go into it.
    this.b = mixed(pair1 ^ Math.imul(n + 1, 0x85ebca77));
    this.a = mixed((pair0 + Math.imul(k + 1, 0x9e3779b9)) ^ this.b);
    if ((this.a | this.b) === 0) this.b = 1;
  }

  private next(): number {
    const { a } = this;
    const product = Math.imul(a, 0x9e3779bb);
    const result = Math.imul((product << 5) | (product >>> 27), 5);
    const b = this.b ^ a;
    this.a = ((a << 26) | (a >>> 6)) ^ b ^ (b << 9);
    this.b = (b << 13) | (b >>> 19);
    return result;
  }

  /** Uniform on [0, 1), 53 bits. */
  uniform(): number {
    return ((this.next() >>> 5) * 0x4000000 + (this.next() >>> 6)) / 0x20000000000000;
  }

  /** Whole number, uniform on 0 … n−1. */
  index(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  exponential(): number {
    return -Math.log(1 - this.uniform());
  }

  /** Standard normal, by Box and Muller. */
  normal(): number {
    return Math.sqrt(2 * this.exponential()) * Math.cos(2 * Math.PI * this.uniform());
  }
}
