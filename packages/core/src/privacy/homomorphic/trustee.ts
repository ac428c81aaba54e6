import type { Crowd } from '../../agents/crowd.ts';
import { Drops } from '../../agents/drops.ts';
import type { AgentId, Message, Outbox, Role, Snapshot } from '../../agents/role.ts';
import { faultOf } from '../../agents/shapes.ts';
import { asPart, partOf } from '../../agents/snapshot-parts.ts';
import type { Crypto } from '../crypto.ts';
import { say } from '../veil.ts';
import { numbersCountOf } from '../word-numbers.ts';
import { packBig, toTrustee, unpackBig } from './messages.ts';
import { packingFor, unpack } from './packing.ts';
import { PaillierSecret } from './paillier.ts';

export interface TrusteeSetup {
  readonly id: AgentId;
  readonly crypto: Crypto;
  readonly key_bits: number;
  readonly crowds: readonly Crowd[];
  readonly crowd_min_count: number;
}

/**
 * Holds the secret key and decrypts sums: for each net one a round, and only over enough members. It sees no single word; it is trusted
 * not to take one from the net, as the net is trusted not to give it one.
 */
export class Trustee implements Role {
  readonly id: AgentId;
  /** It waits for questions, and is never the one that others wait for. */
  readonly done = true;
  private readonly setup: TrusteeSetup;
  private readonly drops = new Drops();
  private readonly crowds: ReadonlyMap<AgentId, Crowd>;
  /** The last answer to each net, and what it answers. */
  private readonly answers = new Map<AgentId, { readonly question: Message; readonly answer: Message }>();
  private readonly everybody: readonly AgentId[];
  private secret: PaillierSecret | undefined;
  private changes_count = 0;

  constructor(setup: TrusteeSetup) {
    this.setup = setup;
    this.id = setup.id;
    this.everybody = [...new Set(setup.crowds.flatMap(({ net, members }) => [net, ...members]))];
    this.crowds = new Map(setup.crowds.map((crowd) => [crowd.net, crowd]));
  }

  get dropped(): ReadonlyMap<string, number> {
    return this.drops.counts;
  }

  get peers(): readonly AgentId[] {
    return this.everybody;
  }

  get version(): number {
    return this.changes_count;
  }

  start(): void {}

  remember(): Snapshot {
    const answers = this.setup.crowds.map(({ net }, k) => {
      const last = this.answers.get(net);
      return asPart(`answer ${k}`, last && { round: last.answer.round, ...last.question.body, numbers: last.answer.body['numbers'] });
    });
    const primes = this.secret ? packBig(this.secret.primes, this.primeSize_count) : new Float64Array(0);
    return Object.assign({ primes }, ...answers);
  }

  resume(before: Snapshot): void {
    const { crypto, key_bits, crowds } = this.setup;
    const primes = before['primes'] as Float64Array;
    if (primes.length === 0) return;
    const [p, q] = unpackBig(primes, 2, this.primeSize_count)!;
    this.secret = new PaillierSecret(key_bits, crypto, [p, q]);
    crowds.forEach(({ net }, k) => {
      const last = partOf(`answer ${k}`, before);
      if (!last) return;
      const { round, ciphertexts, summands_count, numbers } = last;
      this.answers.set(net, {
        question: say('decrypt-please', round as number, { ciphertexts, summands_count }),
        answer: say('decrypted', round as number, { numbers }),
      });
    });
  }

  private get primeSize_count(): number {
    return Math.ceil(this.setup.key_bits / 16);
  }

  tick(): void {}

  receive(from: AgentId, message: Message, out: Outbox): void {
    const fault = Object.hasOwn(toTrustee, message.kind) ? faultOf(message, toTrustee) : 'unknown kind';
    if (fault !== undefined) {
      this.drops.count(fault);
      return;
    }
    if (message.kind === 'key-please') out.send(from, this.ownKey(message.round));
    else {
      const crowd = this.crowds.get(from);
      const answer = crowd && this.decrypt(crowd, message);
      if (answer) out.send(from, answer);
      else this.drops.count('not to be decrypted');
    }
  }

  private ownKey(round: number): Message {
    if (!this.secret) {
      this.secret = new PaillierSecret(this.setup.key_bits, this.setup.crypto);
      this.changes_count++;
    }
    const { n, bits_count } = this.secret.publicKey;
    return say('key', round, { n: packBig([n], Math.ceil(bits_count / 8)), bits_count });
  }

  private decrypt(crowd: Crowd, question: Message): Message | undefined {
    const before = this.answers.get(crowd.net);
    if (before && question.round <= before.question.round) return isSame(before.question, question) ? before.answer : undefined;
    const summands_count = question.body['summands_count'] as number;
    const least_count = Math.min(this.setup.crowd_min_count, crowd.members.length);
    if (!this.secret || summands_count < least_count || summands_count > crowd.members.length) return undefined;
    const { publicKey } = this.secret;
    const packing = packingFor(numbersCountOf(crowd.word), crowd.members.length, publicKey.bits_count);
    const ciphertexts = unpackBig(question.body['ciphertexts'] as Float64Array, packing.plaintexts_count, publicKey.ciphertext_bytes_count);
    if (!ciphertexts?.every((each) => publicKey.accepts(each))) return undefined;
    const numbers = unpack(
      ciphertexts.map((each) => this.secret!.decrypt(each)),
      packing,
      summands_count,
    );
    const answer = say('decrypted', question.round, { numbers });
    this.answers.set(crowd.net, { question, answer });
    this.changes_count++;
    return answer;
  }
}

/** The same question again: its answer was lost. */
function isSame(a: Message, b: Message): boolean {
  const [x, y] = [a.body['ciphertexts'] as Float64Array, b.body['ciphertexts'] as Float64Array];
  return (
    a.round === b.round && a.body['summands_count'] === b.body['summands_count'] && x.length === y.length && x.every((v, k) => v === y[k])
  );
}
