import { Drops } from '../../agents/drops.ts';
import type { AgentId, Message, Outbox, Snapshot } from '../../agents/role.ts';
import { faultOf } from '../../agents/shapes.ts';
import { asPart, partOf } from '../../agents/snapshot-parts.ts';
import type { Crypto } from '../crypto.ts';
import { type MemberVeil, say } from '../veil.ts';
import { ofTrustee, packBig } from './messages.ts';
import { pack, packingFor } from './packing.ts';
import type { PaillierPublic } from './paillier.ts';
import { publicKeyOf } from './public-key.ts';

export interface EncryptedMemberSetup {
  readonly net: AgentId;
  readonly trustee: AgentId;
  readonly crypto: Crypto;
  readonly numbers_count: number;
  readonly members_count: number;
  readonly key_bits: number;
}

/** Sends vectors encrypted with the trustee's key, which it has asked the trustee itself for. */
export class EncryptedMember implements MemberVeil {
  private readonly setup: EncryptedMemberSetup;
  private readonly drops = new Drops();
  private key: PaillierPublic | undefined;
  /** As it was said. */
  private keyBody: Message['body'] | undefined;
  private waiting: { readonly round: number; readonly numbers: Float64Array } | undefined;
  private word: Message | undefined;
  private changes_count = 0;

  constructor(setup: EncryptedMemberSetup) {
    this.setup = setup;
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

  remember(): Snapshot {
    return {
      ...asPart('key', this.keyBody),
      ...asPart('waiting', this.waiting && { ...this.waiting }),
      ...asPart('word', this.word && { round: this.word.round, ...this.word.body }),
    };
  }

  resume(before: Snapshot, out: Outbox): void {
    const { crypto, key_bits } = this.setup;
    const word = partOf('word', before);
    this.keyBody = partOf('key', before);
    this.key = this.keyBody && publicKeyOf(this.keyBody, crypto, key_bits);
    this.waiting = partOf('waiting', before) as typeof this.waiting;
    this.word = word && say('encrypted', word['round'] as number, { ciphertexts: word['ciphertexts'] });
    this.remind(out);
  }

  remind(out: Outbox): void {
    if (!this.key) out.send(this.setup.trustee, say('key-please', 0, {}));
  }

  receive(from: AgentId, message: Message, out: Outbox): boolean {
    if (from !== this.setup.trustee || message.kind !== 'key') return false;
    const fault = faultOf(message, ofTrustee);
    if (fault !== undefined) this.drops.count(fault);
    else if (!this.key) this.learn(message.body, out);
    return true;
  }

  send(round: number, numbers: Float64Array, out: Outbox): void {
    if (!this.key) {
      this.waiting = { round, numbers };
      this.changes_count++;
      return;
    }
    if (this.word?.round !== round) {
      const { key } = this;
      const packing = packingFor(numbers.length, this.setup.members_count, key.bits_count);
      const ciphertexts = pack(numbers, packing).map((plain) => key.encrypt(plain));
      this.word = say('encrypted', round, { ciphertexts: packBig(ciphertexts, key.ciphertext_bytes_count) });
      this.changes_count++;
    }
    out.send(this.setup.net, this.word);
  }

  private learn(body: Message['body'], out: Outbox): void {
    this.key = publicKeyOf(body, this.setup.crypto, this.setup.key_bits);
    if (this.key) this.keyBody = body;
    this.changes_count++;
    if (!this.key) this.drops.count('bad key');
    else if (this.waiting) this.send(this.waiting.round, this.waiting.numbers, out);
  }
}
