import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * A seeded stream of random numbers that can be split into independent streams by name.
 *
 * Same seed and same names, same numbers, whatever the order in which the streams are made. Not for cryptography.
 */
export interface RandomStream {
  /** Uniform on [0, 1). */
  uniform(): number;
  /** Uniform on [low, high). */
  between(low: number, high: number): number;
  /** Whole number, uniform on 0 … n−1. */
  index(n: number): number;
  /** Normal by Marsaglia's polar method. */
  normal(mean?: number, deviation?: number): number;
  /** Exponential with the given mean. */
  exponential(mean: number): number;
  /** An independent stream; the same name gives the same stream. */
  split(name: string): RandomStream;
}

/** FNV-1a over UTF-16 code units, finished with murmur3's mixer, so that near names give far seeds. */
export function hash32(text: string, seed: number): number {
  let h = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * @param seed - any whole number; only its lower 32 bits count
 * @source xoroshiro128+ (Blackman, Vigna 2018), by the pure-rand package
 */
export function randomStream(seed: number, path = ''): RandomStream {
  const generator = xoroshiro128plus(hash32(path, seed | 0) | 0);
  const uniform = () => uniformFloat64(generator);
  return {
    uniform,
    between: (low, high) => low + (high - low) * uniform(),
    index: (n) => Math.floor(uniform() * n),
    normal(mean = 0, deviation = 1) {
      for (;;) {
        const a = 2 * uniform() - 1;
        const b = 2 * uniform() - 1;
        const r2 = a * a + b * b;
        if (r2 > 0 && r2 < 1) return mean + deviation * a * Math.sqrt((-2 * Math.log(r2)) / r2);
      }
    },
    exponential: (mean) => -mean * Math.log(1 - uniform()),
    split: (name) => randomStream(seed, `${path}/${name}`),
  };
}
