import type { AgentId, Message, Outbox } from '../agents/role.ts';

/**
 * A crowd: members who speak to one net through a veil, so that it hears their sum and nothing of any one of them. To the net's own role
 * the crowd is one terminal.
 */
export interface Crowd {
  readonly net: AgentId;
  /** As whom the net's role knows the crowd. */
  readonly id: AgentId;
  /** In a fixed order: place 0, 1, … */
  readonly members: readonly AgentId[];
  readonly word: SummedWord;
}

/** The kind of message of which a net needs only the sum, field by field. */
export interface SummedWord {
  readonly kind: string;
  /** Name and length of each field; 0: a number. The unit in a name says how it is counted: see word-numbers.ts. */
  readonly fields: Readonly<Record<string, number>>;
}

/** The net's side of a veil. */
export interface CrowdVeil {
  readonly isReady: boolean;
  /** How many members of the crowd have left for good. */
  readonly gone_count: number;
  readonly dropped: ReadonlyMap<string, number>;
  /** First words, before the first round. */
  start(out: Outbox): void;
  /** A new round: the members have been told. */
  open(round: number): void;
  /** A message of a member or of an agent of the veil's own. */
  receive(from: AgentId, message: Message, out: Outbox): void;
  /** Silence: says again what was not answered. */
  remind(out: Outbox): void;
  /** Members who were told of the round and have not spoken. */
  missing(): readonly AgentId[];
  isGone(member: AgentId): boolean;
  /** The sum of those who spoke, whole numbers modulo 2^52, when it is known; once for each round. */
  takeSum(): Float64Array | undefined;
}

/** A member's side of a veil, towards one net. */
export interface MemberVeil {
  readonly dropped: ReadonlyMap<string, number>;
  start(out: Outbox): void;
  /** @returns false where the message is not of this veil */
  receive(from: AgentId, message: Message, out: Outbox): boolean;
  /** Sends whole numbers modulo 2^52, hidden. The same round again: the same message again. */
  send(round: number, numbers: Float64Array, out: Outbox): void;
  remind(out: Outbox): void;
}
