import type { SummedWord } from '../agents/crowd.ts';
import type { AgentId, Message, Outbox, Snapshot } from '../agents/role.ts';

/** What a member has to know of a crowd that it belongs to; who the others are is not among it. */
export interface CrowdSeen {
  readonly net: AgentId;
  readonly word: SummedWord;
  readonly members_count: number;
}

/** As a role has it (role.ts): what a veil needs to go on after a crash, and whether that has changed. */
interface Lasting {
  readonly version: number;
  remember(): Snapshot;
}

/**
 * The net's side of a veil: how words are hidden from a net that still learns their sum. Veils are members of no family: whoever wraps a
 * role hands one in.
 */
export interface CrowdVeil extends Lasting {
  readonly isReady: boolean;
  readonly dropped: ReadonlyMap<string, number>;
  /** First words, before the first round. */
  start(out: Outbox): void;
  /** Takes the place of `start` after a crash. */
  resume(before: Snapshot, out: Outbox): void;
  /** Reminders without an answer after which it goes on without a member; 0: everybody is waited for. */
  readonly giveUp_count: number;
  /**
   * A round: the members have been told. The round it is in already goes on as it is.
   * @param links_count - over how many other nets, one after the other, a member may be waiting before it speaks
   */
  open(round: number, links_count: number): void;
  /** @returns false where the message is not of this veil */
  receive(from: AgentId, message: Message, out: Outbox): boolean;
  /** Silence: says again what was not answered. */
  remind(out: Outbox): void;
  /** Members who were told of the round and have not spoken. */
  missing(): readonly AgentId[];
  /** A member has shown that it is there, by a word that is not of the veil. */
  hearOf(member: AgentId): void;
  isGone(member: AgentId): boolean;
  /** The sum of those who spoke, whole numbers modulo 2^52, when it is known; once for each round. */
  takeSum(): Float64Array | undefined;
}

/** A member's side of a veil, towards one net. */
export interface MemberVeil extends Lasting {
  readonly dropped: ReadonlyMap<string, number>;
  start(out: Outbox): void;
  /** Takes the place of `start` after a crash. */
  resume(before: Snapshot, out: Outbox): void;
  /** @returns false where the message is not of this veil, or of its kind */
  receive(from: AgentId, message: Message, out: Outbox): boolean;
  /** Sends whole numbers modulo 2^52, hidden. The same round again: the same numbers again, whatever they are now. */
  send(round: number, numbers: Float64Array, out: Outbox): void;
  remind(out: Outbox): void;
}

/** The fields of what veils say are whole numbers. */
export const say = (kind: string, round: number, body: Message['body']): Message => ({ kind, round, body });
