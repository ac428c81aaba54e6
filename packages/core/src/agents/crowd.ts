import type { AgentId } from './role.ts';

/**
 * Members who speak to one net as one: it hears the sum of their words and nothing of any one of them. To the net's role the crowd is one
 * agent.
 */
export interface Crowd {
  readonly net: AgentId;
  /** As whom the net's role knows the crowd. */
  readonly id: AgentId;
  /** In a fixed order: place 0, 1, … */
  readonly members: readonly AgentId[];
  readonly word: SummedWord;
}

/** A message of which a net needs only the sum over its members, field by field, and what is said around it. */
export interface SummedWord {
  readonly kind: string;
  /** Name and length of each field; 0: a number. The unit in a name says how it is counted: power, digits of squares, counts. */
  readonly fields: Readonly<Record<string, number>>;
  /** What a net says to everyone and each answers with the word. */
  readonly asked: string;
  /** What a member says again that has not yet been able to say its first word. */
  readonly before: string;
  /** What a net says at the end, and how a member answers. */
  readonly over: string;
  readonly understood: string;
}
