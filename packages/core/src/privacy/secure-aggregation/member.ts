import type { Snapshot } from '../../agents/role.ts';
import { keyOf, keyWords } from '../chacha20.ts';
import type { Crypto, KeyPair } from '../crypto.ts';
import { packAll, packBytes, unpackAll, unpackBytes } from '../packed-bytes.ts';
import { Masks } from './masks.ts';
import { PairKeys, pairSecretOf } from './pair-keys.ts';
import { shareSecret } from './shamir.ts';

export interface MemberSetup {
  readonly crypto: Crypto;
  /** Name of the group and of this gathering of it: shares sealed for another are worth nothing here. */
  readonly group: string;
  /** 0 … n − 1. */
  readonly place: number;
  /** Ascending. */
  readonly neighbours: readonly number[];
  /** How many shares give a self-mask's secret away, and by how many neighbours a member must be counted in before it opens. */
  readonly threshold_count: number;
  readonly numbers_count: number;
}

/** What everybody may know of a member. */
export interface PublicKeys {
  /** For agreements with neighbours. */
  readonly agreeing: Uint8Array;
  /** By which the secret of the self-mask is known when it has been recovered. */
  readonly selfDigest: Uint8Array;
}

/** What a member gives away so that a sum can be read. */
export interface Revealed {
  /** Key of its own self-mask. */
  readonly selfKey: Uint8Array;
  /** Keys of the masks that it shares with neighbours who did not speak, by place. */
  readonly pairKeys: ReadonlyMap<number, Uint8Array>;
}

/** Why a member does not do what a net asks of it. */
export type Refusal =
  | 'another round'
  | 'counted otherwise'
  | 'not counted'
  | 'both masks of one member'
  | 'counted in by too few'
  | 'too many attempts';

/** What has been given away of a neighbour, for good: never both. */
const given = { nothing: 0, pair: 1, self: 2 };

/** How often a round may begin anew with fewer members. */
const attempts_max_count = 8;

export const selfDigestOf = (crypto: Crypto, root: Uint8Array): Uint8Array => crypto.derive(root, 'gridflock self digest');
/** The key of the self-mask of one attempt at one round: knowing it says nothing about any other. */
export const selfKeyOf = (root: Uint8Array, round: number, attempt: number): Uint8Array => keyOf(keyWords(root), round, attempt, 1);

/**
 * One member of a group that shows sums only. In round r, at attempt a, member i sends
 *
 *   y_i = v_i + s(b_i, r, a) + Σ_{j > i} m(k_ij, r, a) − Σ_{j < i} m(k_ij, r, a)   (mod 2^52)          j among its neighbours
 *
 * k_ij is agreed by public keys, once; b_i is a secret of its own of which its neighbours hold shares; s, m are key streams. Masks m cancel
 * between those who speak. s is there so that y_i stays closed when m is given away because i seemed silent and was only late. A round
 * is opened in three steps:
 *
 * 1. It is told who of its neighbours did not speak, and counts in all others, towards each with a tag that only this one can check.
 * 2. Counted in by t of those, it gives away s, and m with those who did not speak.
 * 3. Of a neighbour that it counted in and that has left since, it gives its share of b.
 *
 * Of one member it never gives away m after it has counted it in, nor m after its share of b, nor that after m. So whoever sees s of a
 * member, from itself or by t shares, misses m with each of its honest neighbours who counted it in: t less the corrupt.
 *
 * **One word under one mask.** What was said first in a round is its word, and is said again whatever comes later: two under one
 * mask would show their difference. Words and what was given away are in the snapshot, which is safe before a word leaves.
 * @source Bonawitz et al. (2017), Practical Secure Aggregation for Privacy-Preserving Machine Learning, CCS, fig. 4; Bell et al. (2020), CCS.
 * Different here: agreements serve many rounds; masks of the silent come from neighbours who are there, for one round, and not from shares of
 * a secret that would open all rounds; who counts whom in is said by tags of the pair instead of signatures. No proof covers these.
 */
export class Member {
  readonly publicKeys: PublicKeys;
  private readonly setup: MemberSetup;
  private readonly masks: Masks;
  private readonly root: Uint8Array;
  /** Of its key pair; both are forgotten when all agreements are made. */
  private secret: Uint8Array;
  private pair: KeyPair | undefined;
  private pairs: PairKeys[] = [];
  /** By neighbour. */
  private readonly shares: (Uint8Array | undefined)[];
  private readonly given: Uint8Array;
  private readonly gone: Uint8Array;
  /** Whom it counts in at this attempt: 0 where its mask with it is not in the word, or is to be given away. */
  private readonly countsIn: Uint8Array;
  /** Places of neighbours whose masks are in the word and who did not speak; undefined before it has counted. */
  private silent: readonly number[] | undefined;
  private round = 0;
  private attempt = 0;
  private values: Float64Array;
  /** Grows with all that must be remembered; what is said again changes nothing. */
  private changes_count = 0;

  constructor(setup: MemberSetup, before?: Snapshot) {
    const { crypto, neighbours, numbers_count } = setup;
    const bytesOf = (name: string): Uint8Array | undefined => before && unpackBytes(before[name] as Float64Array, 32);
    this.setup = setup;
    this.masks = new Masks(numbers_count);
    this.secret = bytesOf('secret') ?? crypto.random(32);
    this.root = bytesOf('root') ?? crypto.random(32);
    this.publicKeys = {
      agreeing: bytesOf('agreeing') ?? this.ownPair.publicKey,
      selfDigest: selfDigestOf(crypto, this.root),
    };
    this.shares = neighbours.map(() => undefined);
    this.given = new Uint8Array(neighbours.length);
    this.gone = new Uint8Array(neighbours.length);
    this.countsIn = new Uint8Array(neighbours.length);
    this.values = new Float64Array(numbers_count);
    if (before) this.recall(before);
  }

  get version(): number {
    return this.changes_count;
  }

  /**
   * Agrees on keys with all neighbours and makes their shares, in the order of `neighbours`.
   * @param keys - their public keys
   * @returns undefined where a neighbour's key is none
   */
  sealShares(keys: readonly Uint8Array[]): Uint8Array[] | undefined {
    const { crypto, neighbours, place, threshold_count } = this.setup;
    const own = this.ownPair;
    const pairs: PairKeys[] = [];
    for (let k = 0; k < neighbours.length; k++) {
      const agreed = own.agree(keys[k]);
      if (!agreed) return undefined;
      pairs.push(new PairKeys(pairSecretOf(crypto, agreed), place, neighbours[k]));
    }
    this.pairs = pairs;
    this.secret = new Uint8Array(32);
    this.pair = undefined;
    this.changes_count++;
    const places = neighbours.map((j) => j + 1);
    const shares = shareSecret(this.root, threshold_count, places, crypto.random(32 * (threshold_count - 1)));
    return shares.map((share, k) => crypto.seal(pairs[k].sealKey('there'), share, this.contextOf(place, neighbours[k])));
  }

  /** Keeps a neighbour's share. @returns false where it is not what that neighbour sealed for this member and group */
  keepShare(from: number, sealed: Uint8Array): boolean {
    const { crypto, neighbours, place } = this.setup;
    const k = neighbours.indexOf(from);
    const share = this.pairs[k] && crypto.open(this.pairs[k].sealKey('back'), sealed, this.contextOf(from, place));
    if (share?.length !== 32) return false;
    if (!this.shares[k]) this.changes_count++;
    this.shares[k] ??= share;
    return true;
  }

  /**
   * @param values - whole numbers 0 … 2^52 − 1
   * @returns the vector of this round under its masks; the first that was masked in it, whatever the values are now
   * @throws {RangeError} for a round before the last one
   */
  mask(round: number, values: Float64Array): Float64Array {
    if (round < this.round) throw new RangeError(`round ${round} was masked already`);
    if (round > this.round) {
      this.round = round;
      this.values = values.slice();
      this.begin(0);
    }
    return this.masked();
  }

  get current(): { readonly round: number; readonly attempt: number } {
    return { round: this.round, attempt: this.attempt };
  }

  /** The word of this round anew, under other masks, without those who have gone: what they had in common cannot be taken off. */
  again(round: number, attempt: number, gone: readonly number[]): Float64Array | Refusal {
    if (round !== this.round || attempt < this.attempt) return 'another round';
    if (attempt > attempts_max_count) return 'too many attempts';
    if (attempt > this.attempt) {
      for (const place of gone) this.gone[this.setup.neighbours.indexOf(place)] = 1;
      this.begin(attempt);
    }
    return this.masked();
  }

  /**
   * Counts in all neighbours but those who did not speak; these have left for good.
   * @returns a tag for each neighbour, 0 for those that are not counted in
   */
  count(round: number, attempt: number, silent: readonly number[]): Float64Array | Refusal {
    if (round !== this.round || attempt !== this.attempt) return 'another round';
    const { neighbours } = this.setup;
    if (this.silent === undefined) {
      const missing = silent.filter((place) => this.countsIn[neighbours.indexOf(place)] === 1);
      if (missing.some((place) => this.given[neighbours.indexOf(place)] === given.self)) return 'both masks of one member';
      this.silent = missing;
      this.changes_count++;
      for (const place of missing) {
        this.countsIn[neighbours.indexOf(place)] = 0;
        this.gone[neighbours.indexOf(place)] = 1;
      }
    } else if (silent.some((place) => this.countsIn[neighbours.indexOf(place)] === 1)) return 'both masks of one member';
    else if (this.silent.some((place) => !silent.includes(place))) return 'counted otherwise';
    return Float64Array.from(neighbours, (_, k) => (this.countsIn[k] === 1 ? this.pairs[k].tag('there', round, attempt) : 0));
  }

  /** @param tags - in the order of `neighbours`: by which they count this member in */
  reveal(round: number, attempt: number, tags: Float64Array): Revealed | Refusal {
    if (round !== this.round || attempt !== this.attempt) return 'another round';
    if (this.silent === undefined) return 'not counted';
    const { neighbours, threshold_count } = this.setup;
    let mutual_count = 0;
    for (let k = 0; k < neighbours.length; k++) {
      if (this.countsIn[k] === 1 && tags[k] === this.pairs[k].tag('back', round, attempt)) mutual_count++;
    }
    if (mutual_count < threshold_count) return 'counted in by too few';
    const pairKeys = new Map<number, Uint8Array>();
    for (const place of this.silent) {
      const k = neighbours.indexOf(place);
      if (this.given[k] !== given.pair) this.changes_count++;
      this.given[k] = given.pair;
      pairKeys.set(place, this.pairs[k].maskKey(round, attempt));
    }
    return { selfKey: selfKeyOf(this.root, round, attempt), pairKeys };
  }

  /** Shares of the self-mask secrets of neighbours who were counted in and have left since. */
  revealSelves(round: number, attempt: number, left: readonly number[]): ReadonlyMap<number, Uint8Array> | Refusal {
    if (round !== this.round || attempt !== this.attempt) return 'another round';
    if (this.silent === undefined) return 'not counted';
    const held = left.map((place) => this.setup.neighbours.indexOf(place));
    if (held.some((k) => this.countsIn[k] === 0 || this.given[k] === given.pair)) return 'both masks of one member';
    const shares = new Map<number, Uint8Array>();
    for (const k of held) {
      if (this.given[k] !== given.self) this.changes_count++;
      this.gone[k] = 1;
      this.given[k] = given.self;
      const share = this.shares[k];
      if (share) shares.set(this.setup.neighbours[k], share);
    }
    return shares;
  }

  remember(): Snapshot {
    const none = new Uint8Array(32);
    return {
      secret: packBytes(this.secret),
      root: packBytes(this.root),
      agreeing: packBytes(this.publicKeys.agreeing),
      pairs: packAll(this.pairs.map(({ secret }) => secret)),
      holds: Float64Array.from(this.shares, (share) => (share ? 1 : 0)),
      shares: packAll(this.shares.map((share) => share ?? none)),
      given: Float64Array.from(this.given),
      gone: Float64Array.from(this.gone),
      countsIn: Float64Array.from(this.countsIn),
      hasCounted: this.silent ? 1 : 0,
      silent: Float64Array.from(this.silent ?? []),
      round: this.round,
      attempt: this.attempt,
      values: this.values.slice(),
    };
  }

  private get ownPair(): KeyPair {
    this.pair ??= this.setup.crypto.keyPair(this.secret);
    return this.pair;
  }

  private recall(before: Snapshot): void {
    const { neighbours, place } = this.setup;
    const numbers = (name: string): Float64Array => before[name] as Float64Array;
    if (numbers('pairs').length > 0) {
      this.pairs = unpackAll(numbers('pairs'), neighbours.length, 32)!.map((secret, k) => new PairKeys(secret, place, neighbours[k]));
    }
    unpackAll(numbers('shares'), neighbours.length, 32)!.forEach((share, k) => {
      if (numbers('holds')[k] === 1) this.shares[k] = share;
    });
    this.given.set(numbers('given'));
    this.gone.set(numbers('gone'));
    this.countsIn.set(numbers('countsIn'));
    this.silent = before['hasCounted'] === 1 ? [...numbers('silent')] : undefined;
    this.round = before['round'] as number;
    this.attempt = before['attempt'] as number;
    this.values = numbers('values').slice();
  }

  private begin(attempt: number): void {
    this.attempt = attempt;
    this.silent = undefined;
    this.changes_count++;
    for (let k = 0; k < this.gone.length; k++) this.countsIn[k] = 1 - this.gone[k];
  }

  /** The values under the masks of this attempt: those with neighbours who had not gone when it began. */
  private masked(): Float64Array {
    const { neighbours, place } = this.setup;
    const masked = this.values.slice();
    this.masks.add(masked, selfKeyOf(this.root, this.round, this.attempt), 1);
    for (let k = 0; k < neighbours.length; k++) {
      const isIn = this.countsIn[k] === 1 || this.silent?.includes(neighbours[k]);
      if (isIn) this.masks.add(masked, this.pairs[k].maskKey(this.round, this.attempt), neighbours[k] > place ? 1 : -1);
    }
    return masked;
  }

  private contextOf(from: number, to: number): string {
    return `${this.setup.group} ${from} ${to}`;
  }
}
