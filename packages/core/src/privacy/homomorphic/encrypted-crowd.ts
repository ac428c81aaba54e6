import type { Crowd } from '../../agents/crowd.ts';
import { Drops } from '../../agents/drops.ts';
import { Forbearance } from '../../agents/forbearance.ts';
import type { AgentId, Message, Outbox, Snapshot } from '../../agents/role.ts';
import { faultOf } from '../../agents/shapes.ts';
import { asPart, partOf } from '../../agents/snapshot-parts.ts';
import { TransportError } from '../../base/errors.ts';
import type { Crypto } from '../crypto.ts';
import { type CrowdVeil, say } from '../veil.ts';
import { numbersCountOf } from '../word-numbers.ts';
import { ofTrustee, packBig, toNet, unpackBig } from './messages.ts';
import { type Packing, packingFor } from './packing.ts';
import type { PaillierPublic } from './paillier.ts';
import { publicKeyOf } from './public-key.ts';

export interface EncryptedCrowdSetup {
  readonly crowd: Crowd;
  readonly trustee: AgentId;
  readonly crypto: Crypto;
  readonly key_bits: number;
  readonly crowd_min_count: number;
  /** Reminders without an answer after which the sum is taken without a member; 0: it is waited for. */
  readonly giveUp_count: number;
}

type Stage = 'key' | 'idle' | 'collecting' | 'decrypting' | 'summed';

/**
 * Multiplies ciphertexts and has the product decrypted by the trustee: the net sees no vector and the trustee nothing but sums. Who is
 * silent is missing in the product, and nothing has to be recovered.
 */
export class EncryptedCrowd implements CrowdVeil {
  private readonly setup: EncryptedCrowdSetup;
  private readonly drops = new Drops();
  private readonly places: ReadonlyMap<AgentId, number>;
  private readonly heard: Uint8Array;
  private readonly gone: Uint8Array;
  private readonly forbearance: Forbearance;
  private stage: Stage = 'key';
  private round = 0;
  private key: PaillierPublic | undefined;
  /** As it was said. */
  private keyBody: Message['body'] | undefined;
  private packing: Packing | undefined;
  private product: bigint[] = [];
  private sum: Float64Array | undefined;
  private changes_count = 0;

  constructor(setup: EncryptedCrowdSetup) {
    const n = setup.crowd.members.length;
    this.setup = setup;
    this.places = new Map(setup.crowd.members.map((id, place) => [id, place]));
    this.heard = new Uint8Array(n);
    this.gone = new Uint8Array(n);
    this.forbearance = new Forbearance(n, setup.giveUp_count);
  }

  get isReady(): boolean {
    return this.stage !== 'key';
  }

  get dropped(): ReadonlyMap<string, number> {
    return this.drops.counts;
  }

  get version(): number {
    return this.changes_count;
  }

  start(out: Outbox): void {
    this.remind(out);
  }

  get giveUp_count(): number {
    return this.setup.giveUp_count;
  }

  open(round: number, links_count: number): void {
    if (round === this.round && this.stage !== 'idle') return;
    this.round = round;
    this.product = [];
    this.heard.fill(0);
    this.forbearance.ask(links_count);
    this.enter('collecting');
  }

  /** Words that are in are asked for again, unless all are: then it is their product that counts. */
  remember(): Snapshot {
    const { stage, key } = this;
    return {
      ...asPart('key', this.keyBody),
      round: this.round,
      stage: stage === 'collecting' ? 1 : stage === 'decrypting' ? 2 : 0,
      heard: Float64Array.from(this.heard),
      gone: Float64Array.from(this.gone),
      product: stage === 'decrypting' ? packBig(this.product, key!.ciphertext_bytes_count) : new Float64Array(0),
    };
  }

  resume(before: Snapshot, out: Outbox): void {
    const body = partOf('key', before);
    if (body) this.learn(body);
    if (this.key) {
      this.gone.set(before['gone'] as Float64Array);
      this.round = before['round'] as number;
      if (before['stage'] === 1) this.enter('collecting');
      else if (before['stage'] === 2) {
        this.heard.set(before['heard'] as Float64Array);
        this.product = unpackBig(before['product'] as Float64Array, this.packing!.plaintexts_count, this.key.ciphertext_bytes_count)!;
        this.enter('decrypting');
      }
    }
    this.remind(out);
  }

  receive(from: AgentId, message: Message, out: Outbox): boolean {
    const shapes = from === this.setup.trustee ? ofTrustee : this.places.has(from) ? toNet : undefined;
    if (!shapes || !Object.hasOwn(shapes, message.kind)) return false;
    const fault = faultOf(message, shapes) ?? this.take(from, message, out);
    if (fault !== undefined) this.drops.count(fault);
    return true;
  }

  remind(out: Outbox): void {
    const { trustee, crowd } = this.setup;
    if (this.stage === 'key') out.send(trustee, say('key-please', 0, {}));
    else if (this.stage === 'decrypting') this.askForSum(out);
    else if (this.stage === 'collecting') {
      crowd.members.forEach((_, place) => {
        if (!this.awaits(place) || this.forbearance.bears(place)) return;
        this.gone[place] = 1;
        this.changes_count++;
      });
      this.finishIfAllSpoke(out);
    }
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
    return this.sum;
  }

  private enter(stage: Stage): void {
    this.stage = stage;
    this.changes_count++;
  }

  private awaits(place: number): boolean {
    return this.heard[place] === 0 && this.gone[place] === 0;
  }

  /** @returns why the message is of no use */
  private take(from: AgentId, { kind, round, body }: Message, out: Outbox): string | undefined {
    if (kind === 'key') return this.learn(body);
    if (kind === 'encrypted' && round === this.round - 1) this.hearOf(from);
    if (round !== this.round) return 'another round';
    return kind === 'decrypted' ? this.takeDecrypted(body) : this.takeWord(this.places.get(from)!, body, out);
  }

  private learn(body: Message['body']): string | undefined {
    const { crypto, key_bits, crowd } = this.setup;
    if (this.key) return 'repeated';
    this.key = publicKeyOf(body, crypto, key_bits);
    if (!this.key) return 'bad key';
    this.packing = packingFor(numbersCountOf(crowd.word), crowd.members.length, this.key.bits_count);
    this.keyBody = body;
    this.enter('idle');
    return undefined;
  }

  private takeWord(place: number, body: Message['body'], out: Outbox): string | undefined {
    if (this.stage !== 'collecting' || !this.awaits(place)) return this.gone[place] === 1 ? 'has left' : 'repeated';
    const key = this.key!;
    const words = unpackBig(body['ciphertexts'] as Float64Array, this.packing!.plaintexts_count, key.ciphertext_bytes_count);
    if (!words) return 'wrong length';
    if (!words.every((word) => key.accepts(word))) return 'out of range';
    this.heard[place] = 1;
    this.forbearance.answer(place);
    this.product = this.product.length === 0 ? words : this.product.map((each, k) => key.add(each, words[k]));
    this.finishIfAllSpoke(out);
    return undefined;
  }

  private finishIfAllSpoke(out: Outbox): void {
    if (this.setup.crowd.members.some((_, place) => this.awaits(place))) return;
    if (this.spoke_count() < Math.min(this.setup.crowd_min_count, this.setup.crowd.members.length)) {
      throw new TransportError({
        code: 'PRIVACY_RECOVERY',
        message: `The encrypted sum of round ${this.round} at "${this.setup.crowd.net}" would be over ${this.spoke_count()} members, fewer than the trustee decrypts`,
        where: this.setup.crowd.net,
        hint: 'Wait longer before a member is given up, or gather larger crowds.',
      });
    }
    this.enter('decrypting');
    this.askForSum(out);
  }

  private askForSum(out: Outbox): void {
    const ciphertexts = packBig(this.product, this.key!.ciphertext_bytes_count);
    out.send(this.setup.trustee, say('decrypt-please', this.round, { ciphertexts, summands_count: this.spoke_count() }));
  }

  private takeDecrypted(body: Message['body']): string | undefined {
    if (this.stage !== 'decrypting') return 'repeated';
    const numbers = body['numbers'] as Float64Array;
    if (numbers.length !== numbersCountOf(this.setup.crowd.word)) return 'wrong length';
    this.sum = numbers;
    this.enter('summed');
    return undefined;
  }

  private spoke_count(): number {
    return this.heard.reduce((sum, flag) => sum + flag, 0);
  }
}
