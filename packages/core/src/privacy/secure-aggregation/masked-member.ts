import { Drops } from '../../agents/drops.ts';
import type { AgentId, Message, Outbox, Snapshot } from '../../agents/role.ts';
import { faultOf } from '../../agents/shapes.ts';
import { type Crypto, type Notary, signature_count } from '../crypto.ts';
import { numbersFor_count, packAll, packBytes, unpackAll } from '../packed-bytes.ts';
import { type MemberVeil, say } from '../veil.ts';
import type { Degree } from './degree.ts';
import { Member } from './member.ts';
import { keyStatement, namesOfText, sealed_max_count, toMember } from './messages.ts';

export interface MaskedMemberSetup {
  /** Whose words are hidden. */
  readonly id: AgentId;
  readonly net: AgentId;
  readonly crypto: Crypto;
  /** Signs its key, and tells whether its neighbours' are theirs; left out, the net's word is taken for it. */
  readonly notary?: Notary | undefined;
  readonly numbers_count: number;
  /** As the terms of the protection have it: a net that asks for fewer neighbours or shares is not followed. */
  readonly degree: Pick<Degree, 'degree_count' | 'threshold_count'>;
  /** It opens no sum over fewer than these. */
  readonly crowd_min_count: number;
}

/** So much a new gathering counts, beside what changes in one. */
const gathering_stride = 2 ** 32;

/** Where it stands in a gathering. */
interface Place {
  readonly gathering: number;
  readonly place: number;
  readonly neighbours: readonly number[];
  readonly threshold_count: number;
}

/**
 * Answers what the net asks in order to gather the crowd, sends vectors under masks, and opens rounds for their sum. What it has been
 * asked before it answers as before; what would show more than a sum it refuses, and counts why.
 */
export class MaskedMember implements MemberVeil {
  private readonly setup: MaskedMemberSetup;
  private readonly drops = new Drops();
  private at: Place | undefined;
  private member: Member | undefined;
  /** What it has sealed, to be said again. */
  private shares: Message | undefined;
  /** How often it was gathered. */
  private gatherings_count = 0;

  constructor(setup: MaskedMemberSetup) {
    this.setup = setup;
  }

  get dropped(): ReadonlyMap<string, number> {
    return this.drops.counts;
  }

  get version(): number {
    return this.gatherings_count * gathering_stride + (this.member?.version ?? 0);
  }

  start(): void {}

  remind(): void {}

  receive(from: AgentId, message: Message, out: Outbox): boolean {
    if (from !== this.setup.net || !Object.hasOwn(toMember, message.kind)) return false;
    const answer = faultOf(message, toMember) ?? this.answer(message);
    if (typeof answer === 'string') this.drops.count(answer);
    else out.send(this.setup.net, answer);
    return true;
  }

  send(round: number, numbers: Float64Array, out: Outbox): void {
    if (!this.member || !this.shares || round < this.member.current.round) return;
    const masked = this.member.mask(round, numbers);
    out.send(this.setup.net, say('masked', round, { attempt: this.member.current.attempt, numbers: masked }));
  }

  remember(): Snapshot {
    if (!this.at || !this.member) return { gathered: 0 };
    const { gathering, place, neighbours, threshold_count } = this.at;
    const { sealed = new Float64Array(0), bytes_count = 0 } = this.shares?.body ?? {};
    return {
      ...this.member.remember(),
      gathered: this.shares ? 2 : 1,
      gathering,
      place,
      neighbours: Float64Array.from(neighbours),
      threshold_count,
      sealed,
      bytes_count,
    };
  }

  resume(before: Snapshot): void {
    if (before['gathered'] === 0) return;
    const { gathering, place, threshold_count, sealed, bytes_count } = before as Record<string, number>;
    this.at = { gathering, place, neighbours: [...(before['neighbours'] as Float64Array)], threshold_count };
    this.member = this.memberAt(this.at, before);
    if (before['gathered'] === 2) this.shares = say('mask-shares', 0, { gathering, sealed, bytes_count });
  }

  /** @returns what to say, or why the net is not obeyed */
  private answer({ kind, round, body }: Message): Message | string {
    if (kind === 'mask-gather') return this.gather(body);
    const { member, at } = this;
    if (!member || !at) return 'not gathered';
    if (kind === 'mask-neighbours') return body['gathering'] === at.gathering ? this.agree(member, at, body) : 'another gathering';
    if (!this.shares) return 'not gathered';
    if (kind === 'mask-sealed') return body['gathering'] === at.gathering ? this.keep(member, at, body) : 'another gathering';
    const attempt = body['attempt'] as number;
    if (kind === 'mask-again') return this.again(member, at, round, attempt, body);
    if (kind === 'mask-count') {
      const tags = member.count(round, attempt, known(at, body['silent']));
      return typeof tags === 'string' ? tags : say('mask-counted', round, { attempt, tags });
    }
    return kind === 'mask-open' ? this.open(member, round, attempt, body) : this.recover(member, at, round, attempt, body);
  }

  private gather(body: Message['body']): Message | string {
    const { id, net, numbers_count, notary, degree } = this.setup;
    const { gathering, place, threshold_count } = body as Record<string, number>;
    if (this.at?.gathering !== gathering) {
      const neighbours = [...(body['neighbours'] as Float64Array)];
      const isAscending = neighbours.every((other, k) => k === 0 || neighbours[k - 1] < other);
      if (neighbours.length !== degree.degree_count || threshold_count !== degree.threshold_count) return 'other terms';
      if (body['numbers_count'] !== numbers_count) return 'out of range';
      if (!isAscending || neighbours.includes(place)) return 'out of range';
      if (this.member && this.member.current.round > 0) return 'gathered already';
      this.at = { gathering, place, neighbours, threshold_count };
      this.shares = undefined;
      this.member = this.memberAt(this.at);
      this.gatherings_count++;
    }
    const { agreeing, selfDigest } = this.member!.publicKeys;
    const key = packBytes(agreeing);
    const signature = notary
      ? packBytes(notary.sign(id, keyStatement(net, gathering, id, this.at!.place, key)))
      : new Float64Array(numbersFor_count(signature_count));
    return say('mask-keys', 0, { gathering, agreeing: key, selfDigest: packBytes(selfDigest), signature });
  }

  private agree(member: Member, { gathering, neighbours }: Place, body: Message['body']): Message | string {
    if (this.shares) return this.shares;
    const keys = unpackAll(body['agreeing'] as Float64Array, neighbours.length, 32);
    if (!keys) return 'wrong length';
    const fault = this.faultOfKeys(body, keys);
    if (fault !== undefined) return fault;
    const sealed = member.sealShares(keys);
    if (!sealed) return 'bad key';
    this.shares = say('mask-shares', 0, { gathering, sealed: packAll(sealed), bytes_count: sealed[0].length });
    return this.shares;
  }

  /** Whether each key is that of another agent who is enrolled at this net, and signed by it for this gathering. */
  private faultOfKeys(body: Message['body'], keys: readonly Uint8Array[]): string | undefined {
    const { id, net, notary } = this.setup;
    const { gathering, neighbours } = this.at!;
    if (!notary) return undefined;
    const names = namesOfText(body['names'] as string, keys.length);
    const signatures = unpackAll(body['signatures'] as Float64Array, keys.length, signature_count);
    if (!names || !signatures) return 'wrong length';
    if (new Set([id, ...names]).size <= names.length) return 'one neighbour twice';
    const isSigned = names.every((name, k) =>
      notary.confirms(name, net, keyStatement(net, gathering, name, neighbours[k], packBytes(keys[k])), signatures[k]),
    );
    return isSigned ? undefined : "a key that is not its owner's";
  }

  /** A neighbour whose seal is broken is as good as silent: what remains is counted by the threshold. */
  private keep(member: Member, { gathering, neighbours }: Place, body: Message['body']): Message | string {
    const bytes_count = body['bytes_count'] as number;
    const sealed = bytes_count <= sealed_max_count ? unpackAll(body['sealed'] as Float64Array, neighbours.length, bytes_count) : undefined;
    if (!sealed) return 'wrong length';
    sealed.forEach((bytes, k) => {
      if (!member.keepShare(neighbours[k], bytes)) this.drops.count('bad seal');
    });
    return say('mask-ready', 0, { gathering });
  }

  private again(member: Member, at: Place, round: number, attempt: number, body: Message['body']): Message | string {
    const numbers = member.again(round, attempt, known(at, body['gone']));
    return typeof numbers === 'string' ? numbers : say('masked', round, { attempt: member.current.attempt, numbers });
  }

  private open(member: Member, round: number, attempt: number, body: Message['body']): Message | string {
    if ((body['spoke_count'] as number) < this.setup.crowd_min_count) return 'crowd too small';
    const revealed = member.reveal(round, attempt, body['tags'] as Float64Array);
    if (typeof revealed === 'string') return revealed;
    const silent = Float64Array.from(revealed.pairKeys.keys());
    return say('mask-opened', round, {
      attempt,
      selfKey: packBytes(revealed.selfKey),
      silent,
      keys: packAll([...revealed.pairKeys.values()]),
    });
  }

  private recover(member: Member, at: Place, round: number, attempt: number, body: Message['body']): Message | string {
    const shares = member.revealSelves(round, attempt, known(at, body['left']));
    if (typeof shares === 'string') return shares;
    return say('mask-recovered', round, { attempt, left: Float64Array.from(shares.keys()), shares: packAll([...shares.values()]) });
  }

  private memberAt({ gathering, place, neighbours, threshold_count }: Place, before?: Snapshot): Member {
    const { crypto, net, numbers_count } = this.setup;
    return new Member({ crypto, group: `${net} ${gathering}`, place, neighbours, threshold_count, numbers_count }, before);
  }
}

const known = ({ neighbours }: Place, places: Message['body'][string]): number[] =>
  [...(places as Float64Array)].filter((place) => neighbours.includes(place));
