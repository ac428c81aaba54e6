import { Patience } from '../agents/patience.ts';
import type { AgentId, Message, Outbox, Role } from '../agents/role.ts';
import type { Crowd, CrowdVeil } from './crowd.ts';
import { bodyOf } from './word-numbers.ts';

export interface CrowdNetSetup {
  /** The net's own role; the crowd is its one terminal. */
  readonly role: Role;
  readonly crowd: Crowd;
  readonly veil: CrowdVeil;
  /** Silence after which something unanswered is said again. */
  readonly retry_s: number;
}

/**
 * A net behind a veil: what its role says to the crowd goes to every member; what the members say is summed by the veil and handed to
 * the role as one word. The role begins when the veil is ready.
 */
export class CrowdNet implements Role {
  readonly id: AgentId;
  private readonly setup: CrowdNetSetup;
  private readonly patience: Patience;
  private readonly members: ReadonlySet<AgentId>;
  /** Members who have understood that all is over. */
  private readonly settled = new Set<AgentId>();
  private said: Message | undefined;
  private round = 0;
  private begun = false;

  constructor(setup: CrowdNetSetup) {
    this.setup = setup;
    this.id = setup.role.id;
    this.patience = new Patience(setup.retry_s);
    this.members = new Set(setup.crowd.members);
  }

  get done(): boolean {
    return this.setup.role.done;
  }

  get dropped(): ReadonlyMap<string, number> {
    return joined(this.setup.veil.dropped, this.setup.role.dropped);
  }

  start(out: Outbox): void {
    this.patience.renew(out);
    this.setup.veil.start(out);
    this.goOn(out);
  }

  receive(from: AgentId, message: Message, out: Outbox): void {
    const { role, veil, crowd } = this.setup;
    if (!this.members.has(from) && from === crowd.id) return;
    if (this.members.has(from) && message.kind === 'settled') this.acknowledge(from, message, out);
    else if (this.said?.kind === 'settle' && this.members.has(from)) out.send(from, this.said);
    else {
      veil.receive(from, message, out);
      if (!this.members.has(from) && this.begun) role.receive(from, message, this.between(out));
    }
    this.goOn(out);
  }

  tick(now_s: number, out: Outbox): void {
    const { role, veil } = this.setup;
    if (this.done) return;
    if (!this.begun || this.round > 0) {
      veil.remind(out);
      if (this.said && this.round > 0) for (const member of veil.missing()) out.send(member, this.said);
      this.goOn(out);
    } else role.tick(now_s, this.between(out));
    this.patience.stretch(out);
  }

  /** Begins when the veil is ready, and hands over the sum of the round when there is one. */
  private goOn(out: Outbox): void {
    const { role, veil, crowd } = this.setup;
    if (!this.begun && veil.isReady) {
      this.begun = true;
      role.start(this.between(out));
    }
    if (this.round === 0) return;
    const sum = veil.takeSum();
    if (!sum) return;
    const word = { kind: crowd.word.kind, round: this.round, body: bodyOf(sum, crowd.word) };
    this.round = 0;
    this.patience.renew(out);
    role.receive(crowd.id, word, this.between(out));
  }

  private acknowledge(member: AgentId, message: Message, out: Outbox): void {
    const { role, veil, crowd } = this.setup;
    this.settled.add(member);
    const left = crowd.members.some((each) => !this.settled.has(each) && !veil.isGone(each));
    if (!left) role.receive(crowd.id, message, this.between(out));
  }

  /** What the role says to the crowd goes to its members; timers are this role's own. */
  private between(out: Outbox): Outbox {
    const { crowd, veil } = this.setup;
    return {
      send: (to, message) => {
        if (to !== crowd.id) {
          out.send(to, message);
          return;
        }
        this.said = message;
        if (message.kind === 'settle') {
          for (const member of crowd.members) if (!this.settled.has(member)) out.send(member, message);
          return;
        }
        const isNew = message.kind === 'price';
        if (!isNew) return;
        this.round = message.round;
        veil.open(message.round);
        this.patience.renew(out);
        for (const member of crowd.members) if (!veil.isGone(member)) out.send(member, message);
      },
      wakeAfter() {},
    };
  }
}

/** Counts by reason of two who listen. */
export function joined(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number> | undefined): ReadonlyMap<string, number> {
  const all = new Map(a);
  for (const [reason, count] of b ?? []) all.set(reason, (all.get(reason) ?? 0) + count);
  return all;
}
