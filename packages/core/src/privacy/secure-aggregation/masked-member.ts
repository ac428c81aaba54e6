import { Drops } from '../../agents/drops.ts';
import type { AgentId, Message, Outbox } from '../../agents/role.ts';
import { faultOf } from '../../agents/shapes.ts';
import type { Crypto } from '../crypto.ts';
import { packAll, packBytes, unpackAll } from '../packed-bytes.ts';
import { type MemberVeil, say } from '../veil.ts';
import { Member } from './member.ts';
import { sealed_max_count, toMember } from './messages.ts';

export interface MaskedMemberSetup {
  readonly net: AgentId;
  readonly crypto: Crypto;
  readonly numbers_count: number;
  /** It opens no sum over fewer than these. */
  readonly crowd_min_count: number;
}

/** Answers what the net asks in order to gather the crowd, sends vectors under masks, and opens rounds for their sum. */
export class MaskedMember implements MemberVeil {
  private readonly setup: MaskedMemberSetup;
  private readonly drops = new Drops();
  private gathering: Message['body'] | undefined;
  private member: Member | undefined;
  private neighbours: readonly number[] = [];
  /** Last words of each kind, to be said again. */
  private shares: Message | undefined;
  private word: Message | undefined;

  constructor(setup: MaskedMemberSetup) {
    this.setup = setup;
  }

  get dropped(): ReadonlyMap<string, number> {
    return this.drops.counts;
  }

  start(): void {}

  remind(): void {}

  receive(from: AgentId, message: Message, out: Outbox): boolean {
    if (from !== this.setup.net || !Object.hasOwn(toMember, message.kind)) return false;
    const fault = faultOf(message, toMember) ?? this.act(message, out);
    if (fault !== undefined) this.drops.count(fault);
    return true;
  }

  send(round: number, numbers: Float64Array, out: Outbox): void {
    if (!this.member) return;
    if (this.word?.round !== round) {
      this.member.mask(round, numbers);
      this.word = say('masked', round, { numbers });
    }
    out.send(this.setup.net, this.word);
  }

  /** @returns why the message cannot be followed */
  private act(message: Message, out: Outbox): string | undefined {
    if (message.kind === 'mask-gather') return this.gather(message.body, out);
    if (!this.member) return 'not gathered';
    if (message.kind === 'mask-neighbours') return this.agree(this.member, message.body, out);
    if (message.kind === 'mask-sealed') return this.keep(this.member, message.body, out);
    if (message.kind === 'mask-open') return this.open(this.member, message, out);
    return this.recover(this.member, message, out);
  }

  private gather(body: Message['body'], out: Outbox): string | undefined {
    const { crypto, net, numbers_count } = this.setup;
    const [place, threshold_count] = [body['place'] as number, body['threshold_count'] as number];
    const neighbours = [...(body['neighbours'] as Float64Array)];
    if (body['numbers_count'] !== numbers_count || threshold_count < 1 || threshold_count > neighbours.length) return 'out of range';
    if (new Set(neighbours).size < neighbours.length || neighbours.includes(place)) return 'out of range';
    if (this.gathering?.['gathering'] !== body['gathering']) {
      if (this.word) return 'gathered already';
      this.gathering = body;
      this.neighbours = neighbours;
      this.shares = undefined;
      const group = `${net} ${String(body['gathering'])}`;
      this.member = new Member({ crypto, group, place, neighbours, threshold_count, numbers_count });
    }
    const { masking, sealing, selfDigest } = this.member!.publicKeys;
    out.send(net, say('mask-keys', 0, { masking: packBytes(masking), sealing: packBytes(sealing), selfDigest: packBytes(selfDigest) }));
    return undefined;
  }

  private agree(member: Member, body: Message['body'], out: Outbox): string | undefined {
    if (!this.shares) {
      const count = this.neighbours.length;
      const masking = unpackAll(body['masking'] as Float64Array, count, 32);
      const sealing = unpackAll(body['sealing'] as Float64Array, count, 32);
      if (!masking || !sealing) return 'wrong length';
      const sealed = member.sealShares(masking.map((key, k) => ({ masking: key, sealing: sealing[k] })));
      if (!sealed) return 'bad key';
      this.shares = say('mask-shares', 0, { sealed: packAll(sealed), bytes_count: sealed[0].length });
    }
    out.send(this.setup.net, this.shares);
    return undefined;
  }

  /** A neighbour whose seal is broken is as good as silent: what remains is counted by the threshold. */
  private keep(member: Member, body: Message['body'], out: Outbox): string | undefined {
    const bytes_count = body['bytes_count'] as number;
    const sealed =
      bytes_count <= sealed_max_count ? unpackAll(body['sealed'] as Float64Array, this.neighbours.length, bytes_count) : undefined;
    if (!sealed) return 'wrong length';
    sealed.forEach((bytes, k) => {
      if (!member.keepShares(this.neighbours[k], bytes)) this.drops.count('bad seal');
    });
    out.send(this.setup.net, say('mask-ready', 0, {}));
    return undefined;
  }

  private open(member: Member, { round, body }: Message, out: Outbox): string | undefined {
    if ((body['spoke_count'] as number) < this.setup.crowd_min_count) return 'crowd too small';
    const revealed = member.reveal(round, this.known(body['silent'] as Float64Array));
    if (!revealed) return 'not to be opened';
    const silent = Float64Array.from(revealed.maskingShares.keys());
    const shares = packAll([...revealed.maskingShares.values()]);
    out.send(this.setup.net, say('mask-opened', round, { selfKey: packBytes(revealed.selfKey), silent, shares }));
    return undefined;
  }

  private recover(member: Member, { round, body }: Message, out: Outbox): string | undefined {
    const shares = member.revealSelves(this.known(body['left'] as Float64Array));
    if (!shares) return 'not to be opened';
    out.send(
      this.setup.net,
      say('mask-recovered', round, { left: Float64Array.from(shares.keys()), shares: packAll([...shares.values()]) }),
    );
    return undefined;
  }

  private known(places: Float64Array): number[] {
    return [...places].filter((place) => this.neighbours.includes(place));
  }
}
