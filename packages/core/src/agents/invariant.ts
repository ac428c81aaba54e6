import type { AgentId, Envelope, Message, Role } from './role.ts';

/** Something that happened to an agent, once it has dealt with it. The same object serves all events; keep nothing of it. */
export interface WorldEvent {
  readonly kind: 'start' | 'receive' | 'tick' | 'crash' | 'restart';
  readonly agent: AgentId;
  /** Of `receive`. */
  readonly from: AgentId | undefined;
  readonly message: Message | undefined;
  /** What the agent said in answer and what left it, before the network had its way. */
  readonly said: readonly Envelope[];
}

/** What an invariant may look at: everything, since it is no part of the agents' world. */
export interface World {
  readonly now_s: number;
  readonly agents: readonly AgentId[];
  /** The role as it is now: another object after a crash. */
  role(id: AgentId): Role;
  isUp(id: AgentId): boolean;
}

/** What must hold after every event. It may keep what it has seen, so take a new one for each run. */
export interface Invariant {
  readonly name: string;
  /** What is wrong, in a sentence; undefined while all is well. */
  after(event: WorldEvent, world: World): string | undefined;
}

export interface Violation {
  /** Name of the invariant. */
  readonly invariant: string;
  readonly says: string;
  readonly agent: AgentId;
  readonly at_s: number;
  /** Number of the event. */
  readonly event: number;
}
