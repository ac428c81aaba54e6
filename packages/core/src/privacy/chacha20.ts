/**
 * The key stream of ChaCha20: 32-bit words that look uniform to whoever lacks the key.
 * @source RFC 8439 §2.3, §2.4: state = constants, key (8 words), block counter, nonce (3 words)
 */

/** Little-endian words of a key of 32 bytes. */
export function keyWords(key: Uint8Array): Uint32Array {
  const words = new Uint32Array(8);
  for (let i = 0; i < 8; i++) words[i] = key[4 * i] | (key[4 * i + 1] << 8) | (key[4 * i + 2] << 16) | (key[4 * i + 3] << 24);
  return words;
}

/**
 * Fills `into` with key stream from block 0 on. A pair of key and nonce is used once.
 * @param into - a whole number of blocks of 16 words
 */
export function fillKeystream(key: Uint32Array, n0: number, n1: number, n2: number, into: Uint32Array): void {
  const [k0, k1, k2, k3, k4, k5, k6, k7] = key as unknown as [number, number, number, number, number, number, number, number];
  for (let at = 0, block = 0; at < into.length; at += 16, block++) {
    let x0 = 0x61707865;
    let x1 = 0x3320646e;
    let x2 = 0x79622d32;
    let x3 = 0x6b206574;
    let x4 = k0 | 0;
    let x5 = k1 | 0;
    let x6 = k2 | 0;
    let x7 = k3 | 0;
    let x8 = k4 | 0;
    let x9 = k5 | 0;
    let x10 = k6 | 0;
    let x11 = k7 | 0;
    let x12 = block | 0;
    let x13 = n0 | 0;
    let x14 = n1 | 0;
    let x15 = n2 | 0;
    for (let r = 0; r < 10; r++) {
      x0 = (x0 + x4) | 0;
      x12 ^= x0;
      x12 = (x12 << 16) | (x12 >>> 16);
      x8 = (x8 + x12) | 0;
      x4 ^= x8;
      x4 = (x4 << 12) | (x4 >>> 20);
      x0 = (x0 + x4) | 0;
      x12 ^= x0;
      x12 = (x12 << 8) | (x12 >>> 24);
      x8 = (x8 + x12) | 0;
      x4 ^= x8;
      x4 = (x4 << 7) | (x4 >>> 25);
      x1 = (x1 + x5) | 0;
      x13 ^= x1;
      x13 = (x13 << 16) | (x13 >>> 16);
      x9 = (x9 + x13) | 0;
      x5 ^= x9;
      x5 = (x5 << 12) | (x5 >>> 20);
      x1 = (x1 + x5) | 0;
      x13 ^= x1;
      x13 = (x13 << 8) | (x13 >>> 24);
      x9 = (x9 + x13) | 0;
      x5 ^= x9;
      x5 = (x5 << 7) | (x5 >>> 25);
      x2 = (x2 + x6) | 0;
      x14 ^= x2;
      x14 = (x14 << 16) | (x14 >>> 16);
      x10 = (x10 + x14) | 0;
      x6 ^= x10;
      x6 = (x6 << 12) | (x6 >>> 20);
      x2 = (x2 + x6) | 0;
      x14 ^= x2;
      x14 = (x14 << 8) | (x14 >>> 24);
      x10 = (x10 + x14) | 0;
      x6 ^= x10;
      x6 = (x6 << 7) | (x6 >>> 25);
      x3 = (x3 + x7) | 0;
      x15 ^= x3;
      x15 = (x15 << 16) | (x15 >>> 16);
      x11 = (x11 + x15) | 0;
      x7 ^= x11;
      x7 = (x7 << 12) | (x7 >>> 20);
      x3 = (x3 + x7) | 0;
      x15 ^= x3;
      x15 = (x15 << 8) | (x15 >>> 24);
      x11 = (x11 + x15) | 0;
      x7 ^= x11;
      x7 = (x7 << 7) | (x7 >>> 25);
      x0 = (x0 + x5) | 0;
      x15 ^= x0;
      x15 = (x15 << 16) | (x15 >>> 16);
      x10 = (x10 + x15) | 0;
      x5 ^= x10;
      x5 = (x5 << 12) | (x5 >>> 20);
      x0 = (x0 + x5) | 0;
      x15 ^= x0;
      x15 = (x15 << 8) | (x15 >>> 24);
      x10 = (x10 + x15) | 0;
      x5 ^= x10;
      x5 = (x5 << 7) | (x5 >>> 25);
      x1 = (x1 + x6) | 0;
      x12 ^= x1;
      x12 = (x12 << 16) | (x12 >>> 16);
      x11 = (x11 + x12) | 0;
      x6 ^= x11;
      x6 = (x6 << 12) | (x6 >>> 20);
      x1 = (x1 + x6) | 0;
      x12 ^= x1;
      x12 = (x12 << 8) | (x12 >>> 24);
      x11 = (x11 + x12) | 0;
      x6 ^= x11;
      x6 = (x6 << 7) | (x6 >>> 25);
      x2 = (x2 + x7) | 0;
      x13 ^= x2;
      x13 = (x13 << 16) | (x13 >>> 16);
      x8 = (x8 + x13) | 0;
      x7 ^= x8;
      x7 = (x7 << 12) | (x7 >>> 20);
      x2 = (x2 + x7) | 0;
      x13 ^= x2;
      x13 = (x13 << 8) | (x13 >>> 24);
      x8 = (x8 + x13) | 0;
      x7 ^= x8;
      x7 = (x7 << 7) | (x7 >>> 25);
      x3 = (x3 + x4) | 0;
      x14 ^= x3;
      x14 = (x14 << 16) | (x14 >>> 16);
      x9 = (x9 + x14) | 0;
      x4 ^= x9;
      x4 = (x4 << 12) | (x4 >>> 20);
      x3 = (x3 + x4) | 0;
      x14 ^= x3;
      x14 = (x14 << 8) | (x14 >>> 24);
      x9 = (x9 + x14) | 0;
      x4 ^= x9;
      x4 = (x4 << 7) | (x4 >>> 25);
    }
    into[at] = x0 + 0x61707865;
    into[at + 1] = x1 + 0x3320646e;
    into[at + 2] = x2 + 0x79622d32;
    into[at + 3] = x3 + 0x6b206574;
    into[at + 4] = x4 + k0;
    into[at + 5] = x5 + k1;
    into[at + 6] = x6 + k2;
    into[at + 7] = x7 + k3;
    into[at + 8] = x8 + k4;
    into[at + 9] = x9 + k5;
    into[at + 10] = x10 + k6;
    into[at + 11] = x11 + k7;
    into[at + 12] = x12 + block;
    into[at + 13] = x13 + n0;
    into[at + 14] = x14 + n1;
    into[at + 15] = x15 + n2;
  }
}

/** The first 32 bytes of a key stream: a key made of a key, for one number. */
export function keyOf(key: Uint32Array, n0: number, n1: number, n2: number): Uint8Array {
  const words = new Uint32Array(16);
  fillKeystream(key, n0, n1, n2, words);
  const bytes = new Uint8Array(32);
  for (let i = 0; i < 32; i++) bytes[i] = words[i >> 2] >>> (8 * (i & 3));
  return bytes;
}
