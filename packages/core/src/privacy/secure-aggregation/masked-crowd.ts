import type { Crowd } from '../../agents/crowd.ts';
import { Drops } from '../../agents/drops.ts';
import type { AgentId, Message, Outbox } from '../../agents/role.ts';
import { faultOf } from '../../agents/shapes.ts';
import { TransportError } from '../../base/errors.ts';
import type { Crypto } from '../crypto.ts';
import { packAll, unpackAll, unpackBytes } from '../packed-bytes.ts';
import { type CrowdVeil, say } from '../veil.ts';
import { numbersCountOf } from '../word-numbers.ts';
import { Collector } from './collector.ts';
import type { Degree } from './degree.ts';
import type { NeighbourGraph } from './graph.ts';
import { sealed_max_count, toNet } from './messages.ts';

export interface MaskedCrowdSetup {
  readonly crowd: Crowd;
  readonly crypto: Crypto;
  readonly graph: NeighbourGraph;
  readonly degree: Pick<Degree, 'threshold_count'>;
  readonly crowd_min_count: number;
  /** Reminders without an answer after which the sum is taken without a member; 0: it is waited for. */
  readonly giveUp_count: number;
}

/** keys, shares, seals: gathering. idle: no round. collecting: vectors. opening: self-masks and shares of the silent. recovering: of those who left. */
type Stage = 'keys' | 'shares' | 'seals' | 'idle' | 'collecting' | 'opening' | 'recovering' | 'summed';

type Shares = Map<number, Uint8Array>;

/**
 * Gathers a crowd once, then takes a sum each round: vectors come in under masks; whoever has not spoken in time has left; those who spoke
 * open their own self-masks of the round and their shares for the silent; for who spoke and left before opening, the others give
 * shares of the other kind.
 */
export class MaskedCrowd implements CrowdVeil {
  private readonly setup: MaskedCrowdSetup;
  private readonly drops = new Drops();
  private readonly collector: Collector;
  private readonly places: ReadonlyMap<AgentId, number>;
  private readonly numbers_count: number;
  private readonly gathering: number;
  private stage: Stage = 'keys';
  private round = 0;
  /** By member: what was heard in this stage, and how often it was reminded in vain. */
  private readonly heard: Uint8Array;
  private readonly silent_count: Uint32Array;
  private readonly sealed: (Uint8Array[] | undefined)[];
  /** Who fell silent or left in this round, and their neighbours' shares. */
  private silent = new Map<number, Shares>();
  private left = new Map<number, Shares>();

  constructor(setup: MaskedCrowdSetup) {
    const { crowd, crypto, graph, degree } = setup;
    const n = crowd.members.length;
    this.setup = setup;
    this.numbers_count = numbersCountOf(crowd.word);
    this.collector = new Collector({
      crypto,
      neighbours: graph.neighbours,
      threshold_count: degree.threshold_count,
      numbers_count: this.numbers_count,
    });
    this.places = new Map(crowd.members.map((id, place) => [id, place]));
    this.gathering = crypto.random(6).reduce((sum, byte) => 256 * sum + byte, 0);
    this.heard = new Uint8Array(n);
    this.silent_count = new Uint32Array(n);
    this.sealed = crowd.members.map(() => undefined);
  }

  get isReady(): boolean {
    return !['keys', 'shares', 'seals'].includes(this.stage);
  }

  get dropped(): ReadonlyMap<string, number> {
    return this.drops.counts;
  }

  start(out: Outbox): void {
    this.askAll(out);
  }

  open(round: number): void {
    this.round = round;
    this.silent = new Map();
    this.left = new Map();
    this.collector.open(round);
    this.enter('collecting');
  }

  receive(from: AgentId, message: Message, out: Outbox): boolean {
    const place = this.places.get(from);
    if (place === undefined || !Object.hasOwn(toNet, message.kind)) return false;
    const fault = faultOf(message, toNet) ?? this.take(place, message);
    if (fault !== undefined) this.drops.count(fault);
    else this.goOn(out);
    return true;
  }

  remind(out: Outbox): void {
    this.giveUpOnSome();
    if (!this.goOn(out)) this.askAll(out);
  }

  missing(): readonly AgentId[] {
    return this.stage === 'collecting' ? this.setup.crowd.members.filter((_, place) => this.awaits(place)) : [];
  }

  isGone(member: AgentId): boolean {
    return this.collector.isGone(this.places.get(member)!);
  }

  takeSum(): Float64Array | undefined {
    if (this.stage !== 'summed') return undefined;
    this.stage = 'idle';
    return this.collector.sum.slice();
  }

  private enter(stage: Stage): void {
    this.stage = stage;
    this.heard.fill(0);
    this.silent_count.fill(0);
  }

  /** Whose answer the stage needs. */
  private awaits(place: number): boolean {
    if (this.stage === 'idle' || this.stage === 'summed') return false;
    if (this.heard[place] === 1 || this.collector.isGone(place)) return false;
    if (this.stage === 'collecting') return !this.silent.has(place);
    if (this.stage === 'opening') return this.collector.hasSpoken(place) && !this.left.has(place);
    if (this.stage === 'recovering') return this.holds(place) && !this.left.has(place) && this.collector.hasSpoken(place);
    return true;
  }

  private awaitsAnybody(): boolean {
    return this.setup.crowd.members.some((_, place) => this.awaits(place));
  }

  /** Whether a member has shares of somebody who left in this round. */
  private holds(place: number): boolean {
    return this.setup.graph.neighbours[place].some((other) => this.left.has(other));
  }

  /** @returns why the message is of no use now */
  private take(place: number, { kind, round, body }: Message): string | undefined {
    if (this.collector.isGone(place)) return 'has left';
    if (kind === 'mask-keys') return this.takeKeys(place, body);
    if (kind === 'mask-shares') return this.takeShares(place, body);
    if (kind === 'mask-ready') return this.mark(place, 'seals');
    if (round !== this.round) return 'another round';
    if (kind === 'masked') return this.takeMasked(place, body);
    if (kind === 'mask-opened') return this.takeOpened(place, body);
    return this.takeRecovered(place, body);
  }

  private mark(place: number, stage: Stage): string | undefined {
    if (this.stage !== stage || !this.awaits(place)) return 'repeated';
    this.heard[place] = 1;
    return undefined;
  }

  private takeKeys(place: number, body: Message['body']): string | undefined {
    const [masking, sealing, selfDigest] = ['masking', 'sealing', 'selfDigest'].map((name) => unpackBytes(body[name] as Float64Array, 32));
    if (!masking || !sealing || !selfDigest) return 'out of range';
    const fault = this.mark(place, 'keys');
    if (fault === undefined) this.collector.know(place, { masking, sealing, selfDigest });
    return fault;
  }

  private takeShares(place: number, body: Message['body']): string | undefined {
    const bytes_count = body['bytes_count'] as number;
    const count = this.setup.graph.neighbours[place].length;
    const sealed = bytes_count <= sealed_max_count ? unpackAll(body['sealed'] as Float64Array, count, bytes_count) : undefined;
    if (!sealed) return 'wrong length';
    const fault = this.mark(place, 'shares');
    if (fault === undefined) this.sealed[place] = sealed;
    return fault;
  }

  private takeMasked(place: number, body: Message['body']): string | undefined {
    if (this.stage !== 'collecting' || !this.awaits(place)) return this.silent.has(place) ? 'too late' : 'repeated';
    if (!this.collector.hear(place, body['numbers'] as Float64Array)) return 'out of range';
    this.heard[place] = 1;
    return undefined;
  }

  private takeOpened(place: number, body: Message['body']): string | undefined {
    const selfKey = unpackBytes(body['selfKey'] as Float64Array, 32);
    const shares = unpackAll(body['shares'] as Float64Array, (body['silent'] as Float64Array).length, 32);
    if (!selfKey || !shares) return 'wrong length';
    const fault = this.mark(place, 'opening');
    if (fault !== undefined) return fault;
    this.collector.unmaskSelf(selfKey);
    this.keepShares(this.silent, place, body['silent'] as Float64Array, shares);
    return undefined;
  }

  private takeRecovered(place: number, body: Message['body']): string | undefined {
    const shares = unpackAll(body['shares'] as Float64Array, (body['left'] as Float64Array).length, 32);
    if (!shares) return 'wrong length';
    const fault = this.mark(place, 'recovering');
    if (fault === undefined) this.keepShares(this.left, place, body['left'] as Float64Array, shares);
    return fault;
  }

  private keepShares(of: ReadonlyMap<number, Shares>, holder: number, places: Float64Array, shares: readonly Uint8Array[]): void {
    places.forEach((place, k) => {
      if (this.setup.graph.neighbours[holder].includes(place)) of.get(place)?.set(holder, shares[k]);
    });
  }

  /** Counts one more reminder in vain; who has had too many is left behind. A crowd is gathered whole or not at all. */
  private giveUpOnSome(): void {
    const { giveUp_count, crowd } = this.setup;
    if (giveUp_count === 0 || !this.isReady) return;
    crowd.members.forEach((_, place) => {
      if (!this.awaits(place) || ++this.silent_count[place] <= giveUp_count) return;
      if (this.stage === 'collecting') this.silent.set(place, new Map());
      else if (this.stage === 'opening') this.left.set(place, new Map());
      else this.heard[place] = 1;
    });
  }

  /** Goes to the next stage when nobody's answer is missing. @returns false where one is */
  private goOn(out: Outbox): boolean {
    if (this.stage === 'idle' || this.stage === 'summed' || this.awaitsAnybody()) return false;
    if (this.stage === 'keys') this.enter('shares');
    else if (this.stage === 'shares') this.enter('seals');
    else if (this.stage === 'seals') this.enter('idle');
    else if (this.stage === 'collecting') this.beginOpening();
    else if (this.stage === 'opening') this.finishOpening();
    else this.finishRecovery();
    this.askAll(out);
    return true;
  }

  private beginOpening(): void {
    const spoke_count = this.spoke_count();
    if (spoke_count < this.setup.crowd_min_count) {
      throw this.broken(`${spoke_count} of ${this.setup.crowd.members.length} members are left, fewer than would open a sum`);
    }
    this.enter('opening');
  }

  private finishOpening(): void {
    for (const [place, shares] of this.silent) {
      if (!this.collector.recoverMasks(place, shares)) throw this.lost(place, shares);
    }
    this.enter(this.left.size > 0 ? 'recovering' : 'summed');
  }

  private finishRecovery(): void {
    for (const [place, shares] of this.left) if (!this.collector.recoverSelf(place, shares)) throw this.lost(place, shares);
    this.enter('summed');
  }

  private spoke_count(): number {
    return this.setup.crowd.members.reduce((count, _, place) => count + (this.collector.hasSpoken(place) ? 1 : 0), 0);
  }

  private lost(place: number, { size }: Shares): TransportError {
    const { crowd, degree } = this.setup;
    return this.broken(`the masks of "${crowd.members[place]}" need ${degree.threshold_count} good shares, and ${size} came`);
  }

  private broken(why: string): TransportError {
    return new TransportError({
      code: 'PRIVACY_RECOVERY',
      message: `The masked sum of round ${this.round} at "${this.setup.crowd.net}" cannot be read: ${why}`,
      where: this.setup.crowd.net,
      hint: 'Raise dropout_frac so that more shares are given out, or wait longer before a member is given up.',
    });
  }

  /** Asks everyone whose answer the stage needs. */
  private askAll(out: Outbox): void {
    this.setup.crowd.members.forEach((id, place) => {
      const question = this.awaits(place) ? this.questionTo(place) : undefined;
      if (question) out.send(id, question);
    });
  }

  private questionTo(place: number): Message | undefined {
    const { graph, degree } = this.setup;
    const neighbours = graph.neighbours[place];
    const among = (places: ReadonlyMap<number, Shares>): Float64Array => Float64Array.from(neighbours.filter((other) => places.has(other)));
    const keysOf = (other: number) => this.collector.keysOf(other)!;
    switch (this.stage) {
      case 'keys':
        return say('mask-gather', 0, {
          gathering: this.gathering,
          place,
          neighbours: Float64Array.from(neighbours),
          threshold_count: degree.threshold_count,
          numbers_count: this.numbers_count,
        });
      case 'shares':
        return say('mask-neighbours', 0, {
          masking: packAll(neighbours.map((other) => keysOf(other).masking)),
          sealing: packAll(neighbours.map((other) => keysOf(other).sealing)),
        });
      case 'seals': {
        const sealed = neighbours.map((other) => this.sealed[other]![graph.neighbours[other].indexOf(place)]);
        return say('mask-sealed', 0, { sealed: packAll(sealed), bytes_count: sealed[0].length });
      }
      case 'opening':
        return say('mask-open', this.round, { silent: among(this.silent), spoke_count: this.spoke_count() });
      case 'recovering':
        return say('mask-left', this.round, { left: among(this.left) });
      default:
        return undefined;
    }
  }
}
