import type { SummedWord } from '../agents/crowd.ts';
import type { AgentId, Message, Outbox, Role, Snapshot } from '../agents/role.ts';
import { asPart, partOf } from '../agents/snapshot-parts.ts';
import { joinedCounts } from './joined-counts.ts';
import type { MemberVeil } from './veil.ts';
import { numbersOf } from './word-numbers.ts';

export interface VeiledParticipantSetup {
  readonly role: Role;
  readonly word: SummedWord;
  /** By net. */
  readonly veils: ReadonlyMap<AgentId, MemberVeil>;
  /** Whom the veils talk with besides its nets. */
  readonly helpers?: readonly AgentId[] | undefined;
}

/** A participant whose words go through veils, one to each of its nets. All else goes in and out as its role says it. */
export class VeiledParticipant implements Role {
  readonly id: AgentId;
  private readonly setup: VeiledParticipantSetup;
  private rolePeers: readonly AgentId[] | undefined;
  private ownPeers: readonly AgentId[];

  constructor(setup: VeiledParticipantSetup) {
    this.setup = setup;
    this.id = setup.role.id;
    this.ownPeers = [...setup.veils.keys(), ...(setup.helpers ?? [])];
  }

  get done(): boolean {
    return this.setup.role.done;
  }

  get dropped(): ReadonlyMap<string, number> {
    return joinedCounts(this.setup.role.dropped, ...[...this.setup.veils.values()].map((veil) => veil.dropped));
  }

  get peers(): readonly AgentId[] {
    const { role, helpers = [] } = this.setup;
    if (role.peers && role.peers !== this.rolePeers) this.ownPeers = [...role.peers, ...helpers];
    this.rolePeers = role.peers;
    return this.ownPeers;
  }

  get version(): number {
    return [...this.setup.veils.values()].reduce((sum, veil) => sum + veil.version, this.setup.role.version ?? 0);
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

  remember(): Snapshot {
    const { role, veils } = this.setup;
    const ofVeils = [...veils.values()].map((veil, k) => asPart(`veil ${k}`, veil.remember()));
    return Object.assign(asPart('role', role.remember?.()), ...ofVeils);
  }

  /** Veils first: what the role says again goes through them. */
  resume(snapshot: Snapshot, out: Outbox): void {
    const { role, veils } = this.setup;
    [...veils.values()].forEach((veil, k) => {
      veil.resume(partOf(`veil ${k}`, snapshot) ?? {}, out);
    });
    role.resume?.(partOf('role', snapshot) ?? {}, this.between(out));
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
