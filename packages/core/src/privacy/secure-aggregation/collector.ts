import { add, modulus } from '../../base/fixed-point.ts';
import type { Crypto } from '../crypto.ts';
import { Masks } from './masks.ts';
import { selfDigestOf, selfKeyOf } from './member.ts';
import { recoverSecret } from './shamir.ts';

export interface CollectorSetup {
  readonly crypto: Crypto;
  readonly members_count: number;
  readonly threshold_count: number;
  readonly numbers_count: number;
}

/**
 * Sums what members of a group send and takes off the masks that are left: the self-masks of those who spoke and, for each who did
 * not, its masks with those who did.
 *
 *   Σ_{spoke} v_i = Σ_{spoke} y_i − Σ_{spoke} s(b_i, r, a) − Σ_{i spoke, j silent} ± m(k_ij, r, a)   (mod 2^52)
 */
export class Collector {
  readonly sum: Float64Array;
  readonly spoke: Uint8Array;
  private readonly setup: CollectorSetup;
  private readonly masks: Masks;
  private round = 0;
  private attempt = 0;

  constructor(setup: CollectorSetup) {
    this.setup = setup;
    this.masks = new Masks(setup.numbers_count);
    this.sum = new Float64Array(setup.numbers_count);
    this.spoke = new Uint8Array(setup.members_count);
  }

  open(round: number, attempt = 0): void {
    this.round = round;
    this.attempt = attempt;
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
    this.masks.add(this.sum, selfKey, -1);
  }

  /** Takes off the mask that one who spoke has in common with one who did not. */
  unmaskPair(speaker: number, silent: number, pairKey: Uint8Array): void {
    this.masks.add(this.sum, pairKey, silent > speaker ? -1 : 1);
  }

  /**
   * Takes off the self-mask of one who spoke and left.
   * @param selfDigest - what it said of its secret when the group was gathered
   * @param shares - by place of the neighbour who held them
   * @returns false where the shares are too few or not those of its secret
   */
  recoverSelf(selfDigest: Uint8Array, shares: ReadonlyMap<number, Uint8Array>): boolean {
    const { crypto, threshold_count } = this.setup;
    if (shares.size < threshold_count) return false;
    const enough = [...shares].slice(0, threshold_count);
    const root = recoverSecret(
      enough.map(([holder]) => holder + 1),
      enough.map(([, share]) => share),
    );
    if (!same(selfDigestOf(crypto, root), selfDigest)) return false;
    this.unmaskSelf(selfKeyOf(root, this.round, this.attempt));
    return true;
  }

  hasSpoken(place: number): boolean {
    return this.spoke[place] === 1;
  }
}

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, k) => byte === b[k]);
