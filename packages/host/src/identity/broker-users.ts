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
  /** Where it may leave letters, which nobody but a collector may take. */
  readonly lettersTo: readonly string[];
  /** Where it may take letters. */
  readonly collects: readonly string[];
}

/**
 * The users of a broker, one per key. Everybody hears what is said to him and nothing else, and speaks in his own name only:
 * a participant to its nets and to helpers (who are there for the veils), nets, helpers and the convener to everybody. All of them may leave letters for each collector; a collector takes
 * those that are for it, and neither speaks nor listens.
 */
export function brokerUsers(agents: Iterable<Enrolled>): BrokerUser[] {
  const all = [...agents];
  const collectors = all.filter(isCollector).map(({ id }) => tokenOf(id));
  const helpers = all.filter(({ role }) => role === 'helper').map(({ id }) => tokenOf(id));
  const byKey = new Map<string, Enrolled[]>();
  for (const agent of all) {
    const others = byKey.get(agent.key.text);
    if (others === undefined) byKey.set(agent.key.text, [agent]);
    else others.push(agent);
  }
  return [...byKey.values()].map((held) => ({
    name: userNameOf(held),
    nkey: held.find(({ nkey }) => nkey !== undefined)?.nkey,
    passwordHash: held.find(({ passwordHash }) => passwordHash !== undefined)?.passwordHash,
    speaks: held.flatMap((agent) => placesSpokenTo(agent, helpers)),
    listens: held.filter((agent) => !isCollector(agent)).map(({ id }) => `gridflock.*.${tokenOf(id)}.*`),
    lettersTo: held
      .filter((agent) => !isCollector(agent))
      .flatMap(({ id }) => collectors.map((collector) => `gridflock.*.${collector}.${tokenOf(id)}`)),
    collects: held.filter(isCollector).map(({ id }) => `gridflock.*.${tokenOf(id)}.*`),
  }));
}

/** By which name somebody logs in who holds these agents. */
export const userNameOf = (held: readonly Enrolled[]): string => tokenOf(held[0]?.id ?? '');

const isCollector = ({ role }: Enrolled): boolean => role === 'collector';

function placesSpokenTo({ id, role, nets }: Enrolled, helpers: readonly string[]): string[] {
  if (role === 'collector') return [];
  const places = role === 'participant' ? [...nets.map(tokenOf), ...helpers] : ['*'];
  return places.map((place) => `gridflock.*.${place}.${tokenOf(id)}`);
}
