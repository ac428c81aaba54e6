import type { SummedWord } from '../agents/crowd.ts';
import type { AgentId, Message, Outbox, Role } from '../agents/role.ts';
import { joinedCounts } from './joined-counts.ts';
import type { MemberVeil } from './veil.ts';
import { numbersOf } from './word-numbers.ts';

export interface VeiledParticipantSetup {
  readonly role: Role;
  readonly word: SummedWord;
  /** By net. */
  readonly veils: ReadonlyMap<AgentId, MemberVeil>;
}

/** A participant whose words go through veils, one to each of its nets. All else goes in and out as its role says it. */
export class VeiledParticipant implements Role {
  readonly id: AgentId;
  private readonly setup: VeiledParticipantSetup;

  constructor(setup: VeiledParticipantSetup) {
    this.setup = setup;
    this.id = setup.role.id;
  }

  get done(): boolean {
    return this.setup.role.done;
  }

  get dropped(): ReadonlyMap<string, number> {
    return joinedCounts(this.setup.role.dropped, ...[...this.setup.veils.values()].map((veil) => veil.dropped));
  }

  start(out: Outbox): void {
    this.setup.role.start(this.between(out));
    for (const veil of this.setup.veils.values()) veil.start(out);
  }

  receive(from: AgentId, message: Message, out: Outbox): void {
    let isOfVeil = false;
    for (const veil of this.setup.veils.values()) if (veil.receive(from, message, out)) isOfVeil = true;
    if (!isOfVeil) this.setup.role.receive(from, message, this.between(out));
  }

  tick(now_s: number, out: Outbox): void {
    this.setup.role.tick(now_s, this.between(out));
    for (const veil of this.setup.veils.values()) veil.remind(out);
  }

  private between(out: Outbox): Outbox {
    const { word, veils } = this.setup;
    return {
      send(to, message) {
        const veil = message.kind === word.kind ? veils.get(to) : undefined;
        if (veil) veil.send(message.round, numbersOf(message.body, word), out);
        else out.send(to, message);
      },
      wakeAfter: (delay_s) => out.wakeAfter(delay_s),
    };
  }
}
