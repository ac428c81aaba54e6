import { tokenOf } from '../transports/subject.ts';
import type { Enrolled } from './enrolment.ts';

/** What a broker has to know of one key. Subjects are as NATS writes them, `*` standing for one token. */
export interface BrokerUser {
  /** The token of the first agent that is enrolled with the key. */
  readonly name: string;
  readonly nkey: string | undefined;
  readonly passwordHash: string | undefined;
  /** Where it may publish. */
  readonly speaks: readonly string[];
  /** What it may hear. */
  readonly listens: readonly string[];
}

/**
 * The users of a broker, one per key. Everybody hears what is said to him and nothing else, and speaks in his own name only:
 * a participant to its nets, nets and the convener to everybody.
 */
export function brokerUsers(agents: Iterable<Enrolled>): BrokerUser[] {
  const byKey = new Map<string, Enrolled[]>();
  for (const agent of agents) {
    const others = byKey.get(agent.key.text);
    if (others === undefined) byKey.set(agent.key.text, [agent]);
    else others.push(agent);
  }
  return [...byKey.values()].map((held) => ({
    name: userNameOf(held),
    nkey: held.find(({ nkey }) => nkey !== undefined)?.nkey,
    passwordHash: held.find(({ passwordHash }) => passwordHash !== undefined)?.passwordHash,
    speaks: held.flatMap(placesSpokenTo),
    listens: held.map(({ id }) => `gridflock.*.${tokenOf(id)}.*`),
  }));
}

/** By which name somebody logs in who holds these agents. */
export const userNameOf = (held: readonly Enrolled[]): string => tokenOf(held[0]?.id ?? '');

function placesSpokenTo({ id, role, nets }: Enrolled): string[] {
  const places = role === 'participant' ? nets.map(tokenOf) : ['*'];
  return places.map((place) => `gridflock.*.${place}.${tokenOf(id)}`);
}
