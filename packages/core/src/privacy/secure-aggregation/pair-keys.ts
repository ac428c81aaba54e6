import { keyOf, keyWords } from '../chacha20.ts';
import type { Crypto } from '../crypto.ts';

const purpose = 'gridflock masked sums';
/** First word of the nonce under which each key is made of the pair's secret. */
const label = { mask: 0, seal: 1, tag: 2 };

/**
 * What two neighbours hold in common, made of one agreement of theirs. The secrets of the agreement never leave their owners: whoever is
 * shown the key of one mask learns nothing about another mask, a seal or a tag.
 *
 *   secret = HKDF(X25519(own, theirs)),   key of use u from i to j = ChaCha20(secret, nonce u i j)
 */
export class PairKeys {
  readonly secret: Uint8Array;
  private readonly words: Uint32Array;
  private readonly mask: Uint32Array;
  private readonly own: number;
  private readonly other: number;

  /** @param own, other - places of the two */
  constructor(secret: Uint8Array, own: number, other: number) {
    this.secret = secret;
    this.words = keyWords(secret);
    this.mask = keyWords(keyOf(this.words, label.mask, 0, 0));
    this.own = own;
    this.other = other;
  }

  /** Key of the pair's mask in one attempt at one round; both have the same. */
  maskKey(round: number, attempt: number): Uint8Array {
    return keyOf(this.mask, round, attempt, 0);
  }

  /** Seals one text, in one direction. */
  sealKey(direction: 'there' | 'back'): Uint8Array {
    return this.directed(label.seal, direction);
  }

  /** 48 bits by which one says to the other that it counts it in; nobody else can make them. */
  tag(direction: 'there' | 'back', round: number, attempt: number): number {
    const bytes = keyOf(keyWords(this.directed(label.tag, direction)), round, attempt, 0);
    let tag = 0;
    for (let k = 5; k >= 0; k--) tag = 256 * tag + bytes[k];
    return tag;
  }

  private directed(use: number, direction: 'there' | 'back'): Uint8Array {
    return direction === 'there' ? keyOf(this.words, use, this.own, this.other) : keyOf(this.words, use, this.other, this.own);
  }
}

/** The secret of a pair, from what the two have agreed on. */
export const pairSecretOf = (crypto: Crypto, agreed: Uint8Array): Uint8Array => crypto.derive(agreed, purpose);
