import { add, modulus } from '../../base/fixed-point.ts';
import { keyWords } from '../chacha20.ts';
import type { Crypto } from '../crypto.ts';
import { Masks } from './masks.ts';
import { maskKeyOf, type PublicKeys, selfDigestOf, selfKeyOf } from './member.ts';
import { recoverSecret } from './shamir.ts';

export interface CollectorSetup {
  readonly crypto: Crypto;
  readonly neighbours: readonly (readonly number[])[];
  readonly threshold_count: number;
  readonly numbers_count: number;
}

/**
 * Sums what members of a group send and takes off the masks that are left: the self-masks of those who spoke and, for each who did
 * not, its masks with those who did.
 *
 *   Σ_{spoke} v_i = Σ_{spoke} y_i − Σ_{spoke} s(b_i, r) − Σ_{i spoke, j silent} ± m(k_ij, r)   (mod 2^52)
 */
export class Collector {
  readonly sum: Float64Array;
  private readonly setup: CollectorSetup;
  private readonly masks: Masks;
  private readonly keys: (PublicKeys | undefined)[];
  private readonly spoke: Uint8Array;
  private readonly gone: Uint8Array;
  private round = 0;

  constructor(setup: CollectorSetup) {
    this.setup = setup;
    this.masks = new Masks(setup.numbers_count);
    this.sum = new Float64Array(setup.numbers_count);
    this.keys = setup.neighbours.map(() => undefined);
    this.spoke = new Uint8Array(setup.neighbours.length);
    this.gone = new Uint8Array(setup.neighbours.length);
  }

  know(place: number, keys: PublicKeys): void {
    this.keys[place] ??= keys;
  }

  keysOf(place: number): PublicKeys | undefined {
    return this.keys[place];
  }

  open(round: number): void {
    this.round = round;
    this.sum.fill(0);
    this.spoke.fill(0);
  }

  /** @returns false where it is no vector of whole numbers 0 … 2^52 − 1, or was heard already */
  hear(place: number, masked: Float64Array): boolean {
    if (this.spoke[place] === 1 || masked.length !== this.sum.length) return false;
    for (let i = 0; i < masked.length; i++) if (!(Number.isInteger(masked[i]) && masked[i] >= 0 && masked[i] < modulus)) return false;
    this.spoke[place] = 1;
    add(this.sum, masked);
    return true;
  }

  /** Takes off the self-mask of one who spoke. */
  unmaskSelf(selfKey: Uint8Array): void {
    this.masks.add(this.sum, keyWords(selfKey), 0, -1);
  }

  /**
   * Takes off the self-mask of one who spoke and left. It does not come back.
   * @param shares - by place of the neighbour who held them
   * @returns false where the shares are too few or not those of its secret
   */
  recoverSelf(place: number, shares: ReadonlyMap<number, Uint8Array>): boolean {
    const root = this.recovered(shares);
    const keys = this.keys[place];
    if (!root || !keys || !same(selfDigestOf(this.setup.crypto, root), keys.selfDigest)) return false;
    this.gone[place] = 1;
    this.unmaskSelf(selfKeyOf(root, this.round));
    return true;
  }

  /**
   * Takes off the masks that those who spoke have in common with one who did not. It does not come back.
   * @returns false where the shares are too few or not those of its secret
   */
  recoverMasks(place: number, shares: ReadonlyMap<number, Uint8Array>): boolean {
    const { crypto, neighbours } = this.setup;
    const secret = this.recovered(shares);
    const keys = this.keys[place];
    if (!secret || !keys) return false;
    const pair = crypto.keyPair(secret);
    if (!same(pair.publicKey, keys.masking)) return false;
    this.gone[place] = 1;
    for (const other of neighbours[place]) {
      if (this.spoke[other] === 0) continue;
      const agreed = pair.agree(this.keys[other]!.masking);
      // `other` added the mask where it has the lower place.
      if (agreed) this.masks.add(this.sum, maskKeyOf(crypto, agreed), this.round, other < place ? -1 : 1);
    }
    return true;
  }

  hasSpoken(place: number): boolean {
    return this.spoke[place] === 1;
  }

  isGone(place: number): boolean {
    return this.gone[place] === 1;
  }

  private recovered(shares: ReadonlyMap<number, Uint8Array>): Uint8Array | undefined {
    const { threshold_count } = this.setup;
    if (shares.size < threshold_count) return undefined;
    const enough = [...shares].slice(0, threshold_count);
    return recoverSecret(
      enough.map(([holder]) => holder + 1),
      enough.map(([, share]) => share),
    );
  }
}

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, k) => byte === b[k]);
