import { keyOf, keyWords } from '../chacha20.ts';
import type { Crypto, KeyPair } from '../crypto.ts';
import { Masks } from './masks.ts';
import { shareSecret } from './shamir.ts';

export interface MemberSetup {
  readonly crypto: Crypto;
  /** Name of the group and of this gathering of it: shares sealed for another are worth nothing here. */
  readonly group: string;
  /** 0 … n − 1. */
  readonly place: number;
  readonly neighbours: readonly number[];
  readonly threshold_count: number;
  readonly numbers_count: number;
}

/** What everybody may know of a member. */
export interface PublicKeys {
  /** For masks with neighbours. */
  readonly masking: Uint8Array;
  /** For shares sent to neighbours. */
  readonly sealing: Uint8Array;
  /** By which the secret of the self-mask is known when it has been recovered. */
  readonly selfDigest: Uint8Array;
}

/** What a member gives away so that a sum can be read. */
export interface Revealed {
  /** Key of its own self-mask of this round. */
  readonly selfKey: Uint8Array;
  /** Shares of the masking secrets of neighbours who did not speak. */
  readonly maskingShares: ReadonlyMap<number, Uint8Array>;
}

interface Kept {
  readonly maskingShare: Uint8Array;
  readonly selfShare: Uint8Array;
  given?: 'masking' | 'self';
}

/** Purposes of keys that are derived. */
const purpose = { mask: 'gridflock mask', seal: 'gridflock seal', digest: 'gridflock self digest' };

export const selfDigestOf = (crypto: Crypto, root: Uint8Array): Uint8Array => crypto.derive(root, purpose.digest);
export const maskKeyOf = (crypto: Crypto, agreed: Uint8Array): Uint32Array => keyWords(crypto.derive(agreed, purpose.mask));
/** The key of the self-mask of one round: knowing it says nothing about any other round's. */
export const selfKeyOf = (root: Uint8Array, round: number): Uint8Array => keyOf(keyWords(root), round, 1, 0);

/**
 * One member of a group that shows sums only. In round r member i sends
 *
 *   y_i = v_i + s(b_i, r) + Σ_{j > i} m(k_ij, r) − Σ_{j < i} m(k_ij, r)   (mod 2^52)          j among its neighbours
 *
 * k_ij is agreed by public keys, once; b_i is a secret of its own; m, s are key streams. Masks m cancel between those who speak; s is
 * there so that y_i stays closed when k_ij must be recovered because i seemed silent and was only late. Shares of the secret behind k_ij
 * and of b_i lie with its neighbours, sealed on the way.
 *
 * A member gives shares of one kind for one neighbour, never of both, and nothing of its own for a round in which it did not speak.
 * @source Bonawitz et al. (2017), Practical Secure Aggregation for Privacy-Preserving Machine Learning, CCS, fig. 4. Different here: keys
 * are used for many rounds, and who is there reveals its own self-mask of one round, so that b_i is recovered for those only who have gone.
 */
export class Member {
  readonly publicKeys: PublicKeys;
  private readonly setup: MemberSetup;
  private readonly maskingSecret: Uint8Array;
  private readonly root: Uint8Array;
  private readonly maskingPair: KeyPair;
  private readonly sealingPair: KeyPair;
  private readonly masks: Masks;
  private readonly maskKeys = new Map<number, Uint32Array>();
  private readonly openKeys = new Map<number, Uint8Array>();
  private readonly kept = new Map<number, Kept>();
  private readonly gone = new Set<number>();
  private spoken = 0;

  constructor(setup: MemberSetup) {
    const { crypto } = setup;
    this.setup = setup;
    this.maskingSecret = crypto.random(32);
    this.root = crypto.random(32);
    this.maskingPair = crypto.keyPair(this.maskingSecret);
    this.sealingPair = crypto.keyPair(crypto.random(32));
    this.masks = new Masks(setup.numbers_count);
    this.publicKeys = {
      masking: this.maskingPair.publicKey,
      sealing: this.sealingPair.publicKey,
      selfDigest: selfDigestOf(crypto, this.root),
    };
  }

  /**
   * Agrees on keys with all neighbours and makes their shares, in the order of `neighbours`.
   * @returns undefined where a neighbour's key is none
   */
  sealShares(keys: readonly Pick<PublicKeys, 'masking' | 'sealing'>[]): Uint8Array[] | undefined {
    const { crypto, neighbours, place, threshold_count } = this.setup;
    const places = neighbours.map((j) => j + 1);
    const random_count = 32 * (threshold_count - 1);
    const ofMasking = shareSecret(this.maskingSecret, threshold_count, places, crypto.random(random_count));
    const ofSelf = shareSecret(this.root, threshold_count, places, crypto.random(random_count));
    const sealed: Uint8Array[] = [];
    for (let k = 0; k < neighbours.length; k++) {
      const agreed = this.maskingPair.agree(keys[k].masking);
      const channel = this.sealingPair.agree(keys[k].sealing);
      if (!agreed || !channel) return undefined;
      this.maskKeys.set(neighbours[k], maskKeyOf(crypto, agreed));
      // One key for each direction: it seals one text only.
      const channelKey = keyWords(crypto.derive(channel, purpose.seal));
      this.openKeys.set(neighbours[k], keyOf(channelKey, neighbours[k], place, 0));
      const both = new Uint8Array(64);
      both.set(ofMasking[k]);
      both.set(ofSelf[k], 32);
      sealed.push(crypto.seal(keyOf(channelKey, place, neighbours[k], 0), both, this.contextOf(place, neighbours[k])));
    }
    return sealed;
  }

  /** Keeps a neighbour's shares. @returns false where they are not what that neighbour sealed for this member and group */
  keepShares(from: number, sealed: Uint8Array): boolean {
    const key = this.openKeys.get(from);
    const both = key && this.setup.crypto.open(key, sealed, this.contextOf(from, this.setup.place));
    if (both?.length !== 64) return false;
    if (!this.kept.has(from)) this.kept.set(from, { maskingShare: both.slice(0, 32), selfShare: both.slice(32) });
    return true;
  }

  /** Masks a vector, whole numbers 0 … 2^52 − 1, in place. One vector a round, and rounds go up: two under one mask would show their difference. */
  mask(round: number, values: Float64Array): void {
    if (round <= this.spoken) throw new RangeError(`round ${round} was masked already`);
    this.spoken = round;
    const { place } = this.setup;
    this.masks.add(values, keyWords(selfKeyOf(this.root, round)), 0, 1);
    for (const [other, key] of this.maskKeys) if (!this.gone.has(other)) this.masks.add(values, key, round, other > place ? 1 : -1);
  }

  /**
   * Opens a round for the sum: its own self-mask, and shares for neighbours who did not speak. These have left for good.
   * @returns undefined where it did not speak in that round, or has given shares of the other kind
   */
  reveal(round: number, silent: readonly number[]): Revealed | undefined {
    if (round !== this.spoken) return undefined;
    const maskingShares = this.give(silent, 'masking');
    return maskingShares && { selfKey: selfKeyOf(this.root, round), maskingShares };
  }

  /** Shares of the self-mask secrets of neighbours who spoke and then left; undefined where it has given shares of the other kind. */
  revealSelves(left: readonly number[]): ReadonlyMap<number, Uint8Array> | undefined {
    return this.give(left, 'self');
  }

  private give(places: readonly number[], kind: 'masking' | 'self'): ReadonlyMap<number, Uint8Array> | undefined {
    const held = places.map((place) => this.kept.get(place));
    if (held.some((each) => each?.given !== undefined && each.given !== kind)) return undefined;
    const shares = new Map<number, Uint8Array>();
    places.forEach((place, k) => {
      this.gone.add(place);
      const each = held[k];
      if (!each) return;
      each.given = kind;
      shares.set(place, kind === 'masking' ? each.maskingShare : each.selfShare);
    });
    return shares;
  }

  private contextOf(from: number, to: number): string {
    return `${this.setup.group} ${from} ${to}`;
  }
}
