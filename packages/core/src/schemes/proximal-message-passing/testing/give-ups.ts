import { type Faults, scriptOf } from '../../../agents/faults/script.ts';
import type { Invariant } from '../../../agents/invariant.ts';
import type { AgentId, Message, Outbox, Role } from '../../../agents/role.ts';
import { VirtualWorld } from '../../../agents/virtual/world.ts';
import type { CoordinationProblem } from '../../contract.ts';
import { agreementOf } from '../cast.ts';
import type { Net } from '../net.ts';
import type { ProximalOptions } from '../options.ts';
import type { Participant } from '../participant.ts';
import { castEveryone, oracleIn } from './cast-everyone.ts';

/** How one agent stops playing: it falls silent, or it says its last words again and nothing new. */
export type Failing = 'silent' | 'repeating' | 'answering reminders';

export interface Failure {
  readonly agent: AgentId;
  readonly how: Failing;
  /** Prices that it takes before. */
  readonly prices_count: number;
}

/** A net went on without somebody. */
export interface GiveUp {
  readonly net: AgentId;
  readonly agent: AgentId;
  readonly at_s: number;
  /** How long the round of this net had lasted by then. */
  readonly waited_s: number;
}

/** A participant that at some price takes no more of them. It is never done by itself. */
class Failed implements Role {
  readonly id: AgentId;
  readonly done = true;
  private readonly participant: Participant;
  private readonly failure: Failure;
  private prices_count = 0;
  private last = new Map<AgentId, Message>();

  constructor(participant: Participant, failure: Failure) {
    this.id = participant.id;
    this.participant = participant;
    this.failure = failure;
  }

  start(out: Outbox): void {
    if (!this.isSilent) this.participant.start(this.overheard(out));
  }

  receive(from: AgentId, message: Message, out: Outbox): void {
    const isPrice = message.kind === 'price';
    if (isPrice) this.prices_count++;
    if (!this.hasFailed) this.participant.receive(from, message, this.overheard(out));
    else if (isPrice && this.failure.how === 'answering reminders' && this.last.has(from)) out.send(from, this.last.get(from)!);
  }

  tick(now_s: number, out: Outbox): void {
    if (!this.isSilent) this.participant.tick(now_s, this.overheard(out));
  }

  private get hasFailed(): boolean {
    return this.prices_count > this.failure.prices_count;
  }

  private get isSilent(): boolean {
    return this.failure.how === 'silent' && (this.hasFailed || this.failure.prices_count === 0);
  }

  private overheard(out: Outbox): Outbox {
    return {
      send: (to, message) => {
        this.last.set(to, message);
        out.send(to, message);
      },
      wakeAfter: (delay_s) => out.wakeAfter(delay_s),
    };
  }
}

/** Negotiates with one that fails. @returns who was given up on, where and when, and how it ended for the others */
export function negotiateWithout(problem: CoordinationProblem, options: ProximalOptions, failure: Failure, faults: Faults, seed: number) {
  const { owners, places, convener } = castEveryone(agreementOf(problem, options), oracleIn(problem));
  const giveUps: GiveUp[] = [];
  const roles = owners.map((owner) => (owner.id === failure.agent ? new Failed(owner, failure) : owner));
  const world = new VirtualWorld([...roles, ...places, convener], {
    script: scriptOf(faults),
    seed,
    invariants: [...places.map((net) => noting(net, giveUps))],
  });
  world.start();
  while (world.violation === undefined && !world.isDone && world.now_s < 1e4 && world.events_count < 300_000 && world.step());
  return { giveUps, verdict: convener.verdict, isDone: world.isDone, violation: world.violation, owners, time_s: world.now_s };
}

/** Breaks nothing: it writes down when a net goes on without somebody. */
function noting(net: Net, giveUps: GiveUp[]): Invariant {
  let before = new Set(net.peers);
  let round = 0;
  let since_s = 0;
  return {
    name: 'give-ups are noted',
    after({ agent, said }, { now_s }) {
      if (agent !== net.id) return undefined;
      for (const id of before)
        if (!net.peers.includes(id)) giveUps.push({ net: net.id, agent: id, at_s: now_s, waited_s: now_s - since_s });
      before = new Set(net.peers);
      for (const { message } of said) {
        if (message.kind !== 'price' || message.round <= round) continue;
        round = message.round;
        since_s = now_s;
      }
      return undefined;
    },
  };
}
