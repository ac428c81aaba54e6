import type { Crypto } from '../crypto.ts';
import { bigOfBytes, inverse } from './mod-pow.ts';

/**
 * Encryption under which products of ciphertexts are sums of what they hide.
 *
 *   c = (1 + m·n)·r^n mod n²,     c_1·c_2 mod n² hides m_1 + m_2 mod n
 *   m ≡ L_p(c^(p−1) mod p²)·h_p (mod p),   L_p(u) = (u − 1)/p,   h_p = L_p((1 + n)^(p−1) mod p²)^−1;   the same mod q, joined by Chinese remainders
 *
 * | symbol | is |
 * | --- | --- |
 * | n = p·q | the public key; p and q, primes of half its length, are the secret one |
 * | m | a whole number, 0 ≤ m < n |
 * | r | random, no divisor in common with n |
 *
 * @source Paillier, Public-Key Cryptosystems Based on Composite Degree Residuosity Classes, EUROCRYPT 1999, scheme 1 and §7
 */
export class PaillierPublic {
  readonly n: bigint;
  readonly n2: bigint;
  readonly bits_count: number;
  private readonly crypto: Crypto;
  private readonly blind: (r: bigint) => bigint;

  constructor(n: bigint, crypto: Crypto) {
    this.n = n;
    this.n2 = n * n;
    this.bits_count = n.toString(2).length;
    this.crypto = crypto;
    this.blind = crypto.big.power(n, this.n2);
  }

  get ciphertext_bytes_count(): number {
    return Math.ceil(this.bits_count / 4);
  }

  encrypt(m: bigint): bigint {
    return ((1n + m * this.n) * this.blind(this.drawUnit())) % this.n2;
  }

  add(a: bigint, b: bigint): bigint {
    return (a * b) % this.n2;
  }

  /** Whether a number may be a ciphertext: one that is not would spoil the sum of all. */
  accepts(c: bigint): boolean {
    return c > 0n && c < this.n2 && c % this.n !== 0n;
  }

  /** Uniform on 1 … n − 1. A common divisor with n would factor it: nobody meets one. */
  private drawUnit(): bigint {
    const bytes_count = Math.ceil(this.bits_count / 8);
    const above = BigInt(8 * bytes_count - this.bits_count);
    for (;;) {
      const r = bigOfBytes(this.crypto.random(bytes_count)) >> above;
      if (r > 0n && r < this.n) return r;
    }
  }
}

interface Half {
  readonly prime: bigint;
  readonly square: bigint;
  readonly power: (base: bigint) => bigint;
  readonly h: bigint;
}

export class PaillierSecret {
  readonly publicKey: PaillierPublic;
  private readonly p: Half;
  private readonly q: Half;
  private readonly pInverse: bigint;

  /**
   * @param bits_count - of n: 2048 is worth 112 bits of security, 3072 128 (NIST SP 800-57)
   * @param primes - of a key that was made before; else they are drawn
   */
  constructor(bits_count: number, crypto: Crypto, primes?: readonly [bigint, bigint]) {
    const [p, q] = primes ?? drawPrimes(bits_count, crypto);
    this.publicKey = new PaillierPublic(p * q, crypto);
    const half = (prime: bigint): Half => {
      const square = prime * prime;
      const power = crypto.big.power(prime - 1n, square);
      return { prime, square, power, h: inverse((power((1n + p * q) % square) - 1n) / prime, prime) };
    };
    this.p = half(p);
    this.q = half(q);
    this.pInverse = inverse(p, q);
  }

  /** For who keeps the key, and nobody else. */
  get primes(): readonly [bigint, bigint] {
    return [this.p.prime, this.q.prime];
  }

  decrypt(c: bigint): bigint {
    const remainder = ({ prime, square, power, h }: Half): bigint => (((power(c % square) - 1n) / prime) * h) % prime;
    const mp = remainder(this.p);
    const mq = remainder(this.q);
    const q = this.q.prime;
    const steps = ((((mq - mp) * this.pInverse) % q) + q) % q;
    return mp + steps * this.p.prime;
  }
}

function drawPrimes(bits_count: number, crypto: Crypto): readonly [bigint, bigint] {
  const p = crypto.big.prime(bits_count / 2);
  for (;;) {
    const q = crypto.big.prime(bits_count / 2);
    if (q !== p) return [p, q];
  }
}
