import type { AgentId, Message, Outbox, Role, Snapshot } from '../../../agents/role.ts';
import type { Convener } from '../convener.ts';
import type { Net } from '../net.ts';
import type { Participant } from '../participant.ts';
import type { Roll } from '../roll.ts';

/**
 * Roles with a fault planted, of the kind that slips into protocols: each is right as long as the network is. The campaign must find every one;
 * what it does not find, it would not find in the real roles either.
 */
export interface Bug {
  readonly says: string;
  readonly participant?: (role: Participant) => Role;
  readonly net?: (role: Net) => Role;
  readonly convener?: (role: Convener) => Role;
}

/** The role with some of its methods replaced; what it is besides stays as it was. */
function changed<R extends Role>(role: R, changes: (role: R) => Partial<Role>): R {
  const law = changes(role);
  return new Proxy(role, {
    get: (target, name) => {
      if (Object.hasOwn(law, name)) return law[name as keyof Role];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Hears everything as before, after `first` has had a look. */
const hearing =
  <R extends Role>(first: (role: R, from: AgentId, message: Message) => Message) =>
  (role: R): R =>
    changed(role, () => ({
      receive: (from: AgentId, message: Message, out: Outbox) => role.receive(from, first(role, from, message), out),
    }));

interface NetInside {
  readonly roll: Roll;
}

interface ParticipantInside {
  readonly noted: Float64Array;
  readonly answered: Float64Array;
  readonly setup: { readonly nets: readonly { readonly id: AgentId }[] };
}

export const bugs: Readonly<Record<string, Bug>> = {
  'counts-doubles': {
    says: 'a net adds a schedule again when it comes twice in a round',
    net: hearing((role, from, message) => {
      const { roll } = role as unknown as NetInside;
      const k = roll.placeOf(from);
      if (k !== undefined && message.kind === 'schedule' && roll.answered[k] === message.round) roll.answered[k] = message.round - 1;
      return message;
    }),
  },
  'takes-stale-prices': {
    says: 'a participant answers whatever price comes, also one of an earlier round',
    participant: hearing((role, from, message) => {
      const { noted, answered, setup } = role as unknown as ParticipantInside;
      const k = setup.nets.findIndex(({ id }) => id === from);
      if (k < 0 || message.kind !== 'price' || message.round === noted[k] + 1) return message;
      return { ...message, round: noted[k] + 1, body: { ...message.body, heardRound: answered[k] } };
    }),
  },
  'forgets-z': {
    says: 'a participant comes back from its snapshot without the sum that z is made of',
    participant: (role) =>
      changed(role, () => ({
        resume: (snapshot: Snapshot, out: Outbox) =>
          role.resume({ ...snapshot, sum_kW: (snapshot['sum_kW'] as Float64Array).map(() => 0) }, out),
      })),
  },
  'saves-too-late': {
    says: 'a participant does not ask for a new snapshot before it answers',
    participant: (role) => {
      let answers_count = 0;
      return changed(role, () => ({
        receive: (from: AgentId, message: Message, out: Outbox) => {
          if (message.kind === 'price') answers_count++;
          role.receive(from, message, out);
        },
        get version() {
          return Math.floor(answers_count / 4);
        },
      }));
    },
  },
  'judges-once': {
    says: 'the convener does not say its verdict again to a net that has lost it',
    convener: hearing((role, _from, message) => {
      const inside = role as unknown as { lastVerdict: Message | undefined };
      if (inside.lastVerdict !== undefined && message.round <= inside.lastVerdict.round) return { ...message, round: 0 };
      return message;
    }),
  },
  'talks-when-nervous': {
    says: 'a participant that repeats itself adds what its plan costs',
    participant: (role) =>
      changed(role, () => ({
        tick: (now_s: number, out: Outbox) =>
          role.tick(now_s, {
            send: (to, message) =>
              out.send(to, message.kind === 'schedule' ? { ...message, body: { ...message.body, cost_cur: 12.3 } } : message),
            wakeAfter: (delay_s) => out.wakeAfter(delay_s),
          }),
      })),
  },
};
