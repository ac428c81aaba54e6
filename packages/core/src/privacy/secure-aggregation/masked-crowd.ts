import type { Crowd } from '../../agents/crowd.ts';
import { Drops } from '../../agents/drops.ts';
import { Forbearance } from '../../agents/forbearance.ts';
import type { AgentId, Message, Outbox, Snapshot } from '../../agents/role.ts';
import { faultOf } from '../../agents/shapes.ts';
import { TransportError } from '../../base/errors.ts';
import type { Crypto } from '../crypto.ts';
import { packAll, packBytes, unpackAll, unpackBytes } from '../packed-bytes.ts';
import { type CrowdVeil, say } from '../veil.ts';
import { numbersCountOf } from '../word-numbers.ts';
import { Collector } from './collector.ts';
import type { Degree } from './degree.ts';
import { Gathering } from './gathering.ts';
import { indicesOf, type NeighbourGraph, neighbourGraph, randomOrder } from './graph.ts';
import { toNet } from './messages.ts';

export interface MaskedCrowdSetup {
  readonly crowd: Crowd;
  readonly crypto: Crypto;
  readonly degree: Pick<Degree, 'degree_count' | 'threshold_count'>;
  readonly crowd_min_count: number;
  /** Reminders without an answer after which the sum is taken without a member; 0: it is waited for. */
  readonly giveUp_count: number;
}

/** collecting: vectors. counting: tags of who counts whom in. opening: keys of masks. recovering: shares of those who left since. */
type Stage = 'gathering' | 'idle' | 'collecting' | 'counting' | 'opening' | 'recovering' | 'summed';

/** How often a round begins anew with fewer members before it is given up. */
const attempts_max_count = 8;

/**
 * Gathers a crowd once, then takes a sum each round: vectors come in under masks; whoever has not spoken in time has left. Those who spoke
 * count each other in, then open their self-masks and the masks that they have in common with the silent. Who spoke and left since
 * is in the sum: others give shares of its self-mask. Only where it was a neighbour of one who is silent nobody is left who knows
 * their mask, and the round is spoken anew without both.
 *
 * What it remembers is what has been decided and what cannot be asked again: the sum of the vectors once all are in. All else it
 * asks anew when it comes back, and is answered as before.
 */
export class MaskedCrowd implements CrowdVeil {
  private readonly setup: MaskedCrowdSetup;
  private readonly drops = new Drops();
  private readonly places: ReadonlyMap<AgentId, number>;
  private readonly numbers_count: number;
  private readonly collector: Collector;
  private seed: Uint8Array;
  private graph: NeighbourGraph;
  private gathering: Gathering;
  private selfDigests: readonly Uint8Array[] = [];
  private stage: Stage = 'gathering';
  private round = 0;
  private attempt = 0;
  /** By member: whether it has left for good, and what was heard in this stage. */
  private readonly gone: Uint8Array;
  private readonly heard: Uint8Array;
  private readonly forbearance: Forbearance;
  /** Over how many other nets, one after the other, who is missed in this round may be waiting. */
  private links_count = 0;
  /** Who did not speak at this attempt; who did and left; and their neighbours' shares. */
  private silent = new Set<number>();
  private left = new Set<number>();
  private shares = new Map<number, Map<number, Uint8Array>>();
  private tags: (Float64Array | undefined)[] = [];
  /** The sum of all vectors under their masks. */
  private collected = new Float64Array(0);
  private changes_count = 0;

  constructor(setup: MaskedCrowdSetup) {
    const { crowd, crypto, degree } = setup;
    const n = crowd.members.length;
    this.setup = setup;
    this.numbers_count = numbersCountOf(crowd.word);
    const { numbers_count } = this;
    this.collector = new Collector({ crypto, members_count: n, threshold_count: degree.threshold_count, numbers_count });
    this.places = new Map(crowd.members.map((id, place) => [id, place]));
    this.gone = new Uint8Array(n);
    this.heard = new Uint8Array(n);
    this.forbearance = new Forbearance(n, setup.giveUp_count);
    this.seed = crypto.random(32);
    this.graph = this.graphOf(this.seed);
    this.gathering = this.gatheringOf();
  }

  get isReady(): boolean {
    return this.stage !== 'gathering';
  }

  get dropped(): ReadonlyMap<string, number> {
    return this.drops.counts;
  }

  get version(): number {
    return this.changes_count;
  }

  start(out: Outbox): void {
    this.askAll(out);
  }

  get giveUp_count(): number {
    return this.setup.giveUp_count;
  }

  open(round: number, links_count: number): void {
    if (round === this.round && this.stage !== 'idle') return;
    this.round = round;
    this.links_count = links_count;
    this.attempt = 0;
    this.beginToCollect();
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
    return this.gone[this.places.get(member)!] === 1;
  }

  hearOf(member: AgentId): void {
    this.forbearance.hear(this.places.get(member)!);
  }

  takeSum(): Float64Array | undefined {
    if (this.stage !== 'summed') return undefined;
    this.enter('idle');
    return this.collector.sum.slice();
  }

  remember(): Snapshot {
    if (this.stage === 'gathering') return { seed: packBytes(this.seed), isGathered: 0 };
    return {
      seed: packBytes(this.seed),
      isGathered: 1,
      selfDigests: packAll(this.selfDigests),
      round: this.round,
      attempt: this.attempt,
      stage: this.stage === 'idle' || this.stage === 'summed' ? 0 : this.stage === 'collecting' ? 1 : 2,
      gone: Float64Array.from(this.gone),
      spoke: Float64Array.from(this.collector.spoke),
      silent: Float64Array.from(this.silent),
      left: Float64Array.from(this.left),
      collected: this.collected.slice(),
    };
  }

  resume(before: Snapshot, out: Outbox): void {
    if (before['isGathered'] === 1) {
      this.seed = unpackBytes(before['seed'] as Float64Array, 32)!;
      this.graph = this.graphOf(this.seed);
      this.selfDigests = unpackAll(before['selfDigests'] as Float64Array, this.gone.length, 32)!;
      this.gone.set(before['gone'] as Float64Array);
      this.round = before['round'] as number;
      this.attempt = before['attempt'] as number;
      this.recallRound(before);
    }
    this.askAll(out);
  }

  private recallRound(before: Snapshot): void {
    const stage = before['stage'] as number;
    this.stage = 'idle';
    if (stage === 1) this.beginToCollect();
    if (stage !== 2) return;
    this.silent = new Set(before['silent'] as Float64Array);
    this.left = new Set(before['left'] as Float64Array);
    this.collected = (before['collected'] as Float64Array).slice();
    this.collector.open(this.round, this.attempt);
    this.collector.spoke.set(before['spoke'] as Float64Array);
    this.enter('counting');
  }

  private graphOf(seed: Uint8Array): NeighbourGraph {
    return neighbourGraph(randomOrder(this.setup.crowd.members.length, indicesOf(seed)), this.setup.degree.degree_count);
  }

  private gatheringOf(): Gathering {
    const { crowd, crypto, degree } = this.setup;
    return new Gathering({
      crowd,
      graph: this.graph,
      number: crypto.random(6).reduce((sum, byte) => 256 * sum + byte, 0),
      threshold_count: degree.threshold_count,
      numbers_count: this.numbers_count,
    });
  }

  private enter(stage: Stage): void {
    this.stage = stage;
    this.heard.fill(0);
    // Vectors wait for what other nets say; all else is answered as soon as it is asked.
    this.forbearance.ask(stage === 'collecting' ? this.links_count : 0);
    this.changes_count++;
  }

  /** Whose answer the stage needs. */
  private awaits(place: number): boolean {
    const { stage } = this;
    if (stage === 'gathering') return this.gathering.awaits(place);
    if (stage === 'idle' || stage === 'summed' || this.heard[place] === 1 || this.gone[place] === 1) return false;
    if (stage === 'collecting') return !this.silent.has(place);
    if (!this.collector.hasSpoken(place) || this.left.has(place)) return false;
    return stage !== 'recovering' || this.knowsOneOf(this.left, place);
  }

  private knowsOneOf(places: ReadonlySet<number>, place: number): boolean {
    return this.graph.neighbours[place].some((other) => places.has(other));
  }

  private awaitsAnybody(): boolean {
    return this.setup.crowd.members.some((_, place) => this.awaits(place));
  }

  /** @returns why the message is of no use now */
  private take(place: number, message: Message): string | undefined {
    const { kind, round, body } = message;
    if ('gathering' in body) return this.stage === 'gathering' ? this.gathering.take(place, message) : 'repeated';
    if (this.gone[place] === 1) return 'has left';
    if (kind === 'masked' && round === this.round - 1) this.forbearance.hear(place);
    if (round !== this.round || body['attempt'] !== this.attempt) return 'another round';
    const stages: Record<string, Stage> = { masked: 'collecting', 'mask-counted': 'counting', 'mask-opened': 'opening' };
    const stage = stages[kind] ?? 'recovering';
    if (this.stage !== stage || !this.awaits(place)) return kind === 'masked' && this.silent.has(place) ? 'too late' : 'repeated';
    const fault = this.use(place, kind, body);
    if (fault !== undefined) return fault;
    this.heard[place] = 1;
    this.forbearance.answer(place);
    return undefined;
  }

  private use(place: number, kind: string, body: Message['body']): string | undefined {
    if (kind === 'masked') return this.collector.hear(place, body['numbers'] as Float64Array) ? undefined : 'out of range';
    if (kind === 'mask-counted') {
      const tags = body['tags'] as Float64Array;
      if (tags.length !== this.graph.neighbours[place].length) return 'wrong length';
      this.tags[place] = tags;
      return undefined;
    }
    return kind === 'mask-opened' ? this.unmask(place, body) : this.keepShares(place, body);
  }

  private unmask(place: number, body: Message['body']): string | undefined {
    const silent = this.graph.neighbours[place].filter((other) => this.silent.has(other));
    const named = body['silent'] as Float64Array;
    const selfKey = unpackBytes(body['selfKey'] as Float64Array, 32);
    const keys = unpackAll(body['keys'] as Float64Array, silent.length, 32);
    if (!selfKey || !keys || named.length !== silent.length || silent.some((other) => !named.includes(other))) return 'wrong length';
    this.collector.unmaskSelf(selfKey);
    named.forEach((other, k) => {
      this.collector.unmaskPair(place, other, keys[k]);
    });
    return undefined;
  }

  private keepShares(place: number, body: Message['body']): string | undefined {
    const named = body['left'] as Float64Array;
    const shares = unpackAll(body['shares'] as Float64Array, named.length, 32);
    if (!shares) return 'wrong length';
    named.forEach((other, k) => {
      if (this.left.has(other) && this.graph.neighbours[place].includes(other)) this.shares.get(other)!.set(place, shares[k]);
    });
    return undefined;
  }

  /** Counts one more reminder in vain; who has had too many is left behind. A crowd is gathered whole or not at all. */
  private giveUpOnSome(): void {
    if (!this.isReady) return;
    this.setup.crowd.members.forEach((_, place) => {
      if (!this.awaits(place) || this.forbearance.bears(place)) return;
      if (this.stage === 'collecting') this.silent.add(place);
      else if (this.stage === 'recovering') this.heard[place] = 1;
      else this.left.add(place);
      this.changes_count++;
    });
  }

  /** Goes to the next stage when nobody's answer is missing. @returns false where one is */
  private goOn(out: Outbox): boolean {
    if (this.stage === 'idle' || this.stage === 'summed' || this.awaitsAnybody()) return false;
    if (this.stage === 'gathering') this.finishGathering();
    else if (this.stage === 'collecting') this.beginToCount();
    else if (this.stage === 'counting') this.beginToOpen();
    else if (this.stage === 'opening') this.finishOpening();
    else this.finishRecovery();
    this.askAll(out);
    return true;
  }

  private finishGathering(): void {
    this.gathering.goOn();
    if (!this.gathering.isOver) return;
    this.selfDigests = this.gathering.selfDigests;
    this.enter('idle');
  }

  private beginToCollect(): void {
    this.silent = new Set();
    this.left = new Set();
    this.collector.open(this.round, this.attempt);
    this.enter('collecting');
  }

  private beginToCount(): void {
    this.checkCrowd();
    this.collected = this.collector.sum.slice();
    this.enter('counting');
  }

  /** Who is counted in by fewer than would have to be corrupt would not open. */
  private beginToOpen(): void {
    const { threshold_count } = this.setup.degree;
    this.checkCrowd();
    this.setup.crowd.members.forEach((member, place) => {
      if (!this.isThere(place)) return;
      const there_count = this.graph.neighbours[place].filter((other) => this.isThere(other)).length;
      if (there_count < threshold_count) {
        throw this.broken(`"${member}" has ${there_count} neighbours left and opens among ${threshold_count} or more`);
      }
    });
    this.collector.sum.set(this.collected);
    this.enter('opening');
  }

  private finishOpening(): void {
    const isTornApart = [...this.left].some((place) => this.knowsOneOf(this.silent, place));
    if (isTornApart) this.beginAnew();
    else {
      this.shares = new Map([...this.left].map((place) => [place, new Map()]));
      if (this.left.size > 0) this.enter('recovering');
      else this.finishRound();
    }
  }

  private beginAnew(): void {
    if (++this.attempt > attempts_max_count) throw this.broken(`members left at each of ${attempts_max_count} attempts`);
    this.bury();
    this.checkCrowd();
    this.beginToCollect();
  }

  private finishRecovery(): void {
    for (const [place, shares] of this.shares) {
      if (this.collector.recoverSelf(this.selfDigests[place], shares)) continue;
      const { threshold_count } = this.setup.degree;
      throw this.broken(`the mask of "${this.setup.crowd.members[place]}" needs ${threshold_count} good shares, and ${shares.size} came`);
    }
    this.finishRound();
  }

  private finishRound(): void {
    this.bury();
    this.enter('summed');
  }

  private bury(): void {
    for (const place of [...this.silent, ...this.left]) this.gone[place] = 1;
  }

  private isThere(place: number): boolean {
    return this.collector.hasSpoken(place) && !this.left.has(place);
  }

  private spoke_count(): number {
    return this.collector.spoke.reduce((count, spoke) => count + spoke, 0);
  }

  private checkCrowd(): void {
    const { crowd, crowd_min_count } = this.setup;
    const left_count = this.stage === 'opening' ? this.gone.reduce((sum, gone) => sum + 1 - gone, 0) : this.spoke_count();
    if (left_count >= crowd_min_count) return;
    throw this.broken(`${left_count} of ${crowd.members.length} members are left, fewer than would open a sum`);
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
    const { round, attempt } = this;
    const neighbours = this.graph.neighbours[place];
    const among = (isOne: (other: number) => boolean): Float64Array => Float64Array.from(neighbours.filter(isOne));
    switch (this.stage) {
      case 'gathering':
        return this.gathering.questionTo(place);
      case 'collecting':
        return attempt === 0 ? undefined : say('mask-again', round, { attempt, gone: among((other) => this.gone[other] === 1) });
      case 'counting':
        return say('mask-count', round, { attempt, silent: among((other) => this.silent.has(other)) });
      case 'opening': {
        const towards = (other: number): number => this.tags[other]?.[this.graph.neighbours[other].indexOf(place)] ?? 0;
        return say('mask-open', round, { attempt, tags: Float64Array.from(neighbours, towards), spoke_count: this.spoke_count() });
      }
      case 'recovering':
        return say('mask-left', round, { attempt, left: among((other) => this.left.has(other)) });
      default:
        return undefined;
    }
  }
}
