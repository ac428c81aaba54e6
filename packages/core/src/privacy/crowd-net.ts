import type { Crowd } from '../agents/crowd.ts';
import { Drops } from '../agents/drops.ts';
import { Forbearance } from '../agents/forbearance.ts';
import { Patience } from '../agents/patience.ts';
import type { AgentId, Message, Outbox, Role, Snapshot } from '../agents/role.ts';
import { asPart, partOf } from '../agents/snapshot-parts.ts';
import { joinedCounts } from './joined-counts.ts';
import type { CrowdVeil } from './veil.ts';
import { bodyOf } from './word-numbers.ts';

export interface CrowdNetSetup {
  /** The net's own role; the crowd is its one terminal. */
  readonly role: Role;
  readonly crowd: Crowd;
  readonly veil: CrowdVeil;
  /** Silence after which something unanswered is said again. */
  readonly retry_s: number;
  /** Whom the veil talks with besides the members. */
  readonly helpers?: readonly AgentId[] | undefined;
}

/**
 * A net behind a veil: what its role says to the crowd goes to every member; what the members say is summed by the veil and handed to
 * the role as one word. The role begins when the veil is ready.
 */
export class CrowdNet implements Role {
  readonly id: AgentId;
  private readonly setup: CrowdNetSetup;
  private readonly patience: Patience;
  private readonly drops = new Drops();
  private readonly members: ReadonlySet<AgentId>;
  /** Members who have understood that all is over. */
  private readonly settled = new Set<AgentId>();
  private question: Message | undefined;
  private farewell: Message | undefined;
  /** With those who have not understood that all is over. */
  private readonly forbearance: Forbearance;
  /**
   * Questions since the role last spoke to somebody else. All nets had met then, and each question may have taken one of them a round ahead of its
   * neighbours.
   */
  private asked_count = 0;
  private begun = false;
  private changes_count = 0;
  private gone_count = -1;
  private ownPeers: readonly AgentId[] = [];

  constructor(setup: CrowdNetSetup) {
    this.setup = setup;
    this.id = setup.role.id;
    this.patience = new Patience(setup.retry_s);
    this.members = new Set(setup.crowd.members);
    this.forbearance = new Forbearance(setup.crowd.members.length, setup.veil.giveUp_count);
  }

  get done(): boolean {
    return this.setup.role.done;
  }

  get dropped(): ReadonlyMap<string, number> {
    return joinedCounts(this.drops.counts, this.setup.veil.dropped, this.setup.role.dropped);
  }

  get peers(): readonly AgentId[] {
    const { role, crowd, veil, helpers = [] } = this.setup;
    const there = crowd.members.filter((member) => !veil.isGone(member));
    if (crowd.members.length - there.length !== this.gone_count) {
      this.gone_count = crowd.members.length - there.length;
      this.ownPeers = [...(role.peers ?? []).filter((id) => id !== crowd.id), ...there, ...helpers];
    }
    return this.ownPeers;
  }

  get version(): number {
    return (this.setup.role.version ?? 0) + this.setup.veil.version + this.changes_count;
  }

  start(out: Outbox): void {
    this.patience.renew(out);
    this.setup.veil.start(out);
    this.goOn(out);
  }

  remember(): Snapshot {
    const { role, veil, crowd } = this.setup;
    return {
      begun: Number(this.begun),
      asked_count: this.asked_count,
      settled: Float64Array.from(crowd.members, (member) => Number(this.settled.has(member))),
      ...asPart('veil', veil.remember()),
      ...(this.begun ? asPart('role', role.remember?.()) : {}),
    };
  }

  /** The role asks its question again, which goes to whoever has not answered it. */
  resume(snapshot: Snapshot, out: Outbox): void {
    const { role, veil, crowd } = this.setup;
    this.begun = snapshot['begun'] === 1;
    // The question that is out is asked again, and counted again.
    this.asked_count = Math.max(0, (snapshot['asked_count'] as number) - 1);
    (snapshot['settled'] as Float64Array).forEach((flag, k) => {
      if (flag === 1) this.settled.add(crowd.members[k]);
    });
    veil.resume(partOf('veil', snapshot) ?? {}, out);
    if (this.begun) role.resume?.(partOf('role', snapshot) ?? {}, this.between(out));
    this.patience.renew(out);
    this.goOn(out);
  }

  receive(from: AgentId, message: Message, out: Outbox): void {
    const { role, veil, crowd } = this.setup;
    const isMember = this.members.has(from);
    if (isMember && this.farewell) {
      if (message.kind === crowd.word.understood) this.acknowledge(from, message, out);
      else out.send(from, this.farewell);
    } else if (veil.receive(from, message, out)) this.goOn(out);
    else if (isMember && message.kind === crowd.word.before) veil.hearOf(from);
    else if (isMember || from === crowd.id || !this.begun) this.drops.count('unknown kind');
    else role.receive(from, message, this.between(out));
  }

  tick(now_s: number, out: Outbox): void {
    const { role, veil } = this.setup;
    if (this.done) return;
    if (this.farewell) this.remindOfTheEnd(this.farewell, out);
    else if (this.begun && !this.question) role.tick(now_s, this.between(out));
    else {
      veil.remind(out);
      if (this.question) for (const member of veil.missing()) out.send(member, this.question);
      this.goOn(out);
    }
    this.patience.stretch(out);
  }

  /** Begins when the veil is ready, and hands over the sum of the round when it is known. */
  private goOn(out: Outbox): void {
    const { role, veil, crowd } = this.setup;
    if (!this.begun && veil.isReady) {
      this.begun = true;
      this.changes_count++;
      role.start(this.between(out));
    }
    const sum = this.question && veil.takeSum();
    if (!sum) return;
    const { round } = this.question!;
    this.question = undefined;
    this.patience.renew(out);
    role.receive(crowd.id, { kind: crowd.word.kind, round, body: bodyOf(sum, crowd.word) }, this.between(out));
  }

  private acknowledge(member: AgentId, message: Message, out: Outbox): void {
    const { role, veil, crowd } = this.setup;
    this.settled.add(member);
    this.changes_count++;
    if (crowd.members.every((each) => this.settled.has(each) || veil.isGone(each))) role.receive(crowd.id, message, this.between(out));
  }

  /** Says the end again to those who have not understood it; who is silent for too long is not waited for, and hears it when it comes. */
  private remindOfTheEnd(farewell: Message, out: Outbox): void {
    const { veil, crowd } = this.setup;
    crowd.members.forEach((member, place) => {
      if (this.settled.has(member) || veil.isGone(member)) return;
      if (this.forbearance.bears(place)) out.send(member, farewell);
      else this.acknowledge(member, { kind: crowd.word.understood, round: farewell.round, body: {} }, out);
    });
  }

  /** What the role says to the crowd goes to its members; when to repeat it is this role's own affair. */
  private between(out: Outbox): Outbox {
    const { crowd, veil } = this.setup;
    return {
      send: (to, message) => {
        if (to !== crowd.id) {
          this.asked_count = 0;
          out.send(to, message);
        } else if (message.kind === crowd.word.asked) {
          this.question = message;
          veil.open(message.round, this.asked_count++);
          this.patience.renew(out);
          for (const member of veil.missing()) out.send(member, message);
        } else if (message.kind === crowd.word.over) {
          this.farewell = message;
          for (const member of crowd.members) if (!this.settled.has(member)) out.send(member, message);
        }
      },
      wakeAfter() {},
    };
  }
}
