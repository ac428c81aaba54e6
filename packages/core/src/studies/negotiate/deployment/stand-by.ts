import type { AgentId, Message, Outbox, Role, Snapshot } from '../../../agents/role.ts';
import type { CastAgent } from '../../../schemes/contract.ts';

/** An agent that is there for others through all passes and takes no part in any: what a round belongs to is the others' affair. */
export class StandBy implements Role {
  readonly id: AgentId;
  readonly passesBegun_count = 1;
  private readonly role: Role;

  constructor(role: Role) {
    this.role = role;
    this.id = role.id;
  }

  get current(): CastAgent {
    const { role } = this;
    return { role, verdict: undefined, prices: new Map(), dropped: role.dropped ?? new Map(), carry: () => ({}) };
  }

  get done(): boolean {
    return this.role.done;
  }

  get version(): number {
    return this.role.version ?? 0;
  }

  get peers(): readonly AgentId[] {
    return this.role.peers ?? [];
  }

  start(out: Outbox): void {
    this.role.start(out);
  }

  receive(from: AgentId, message: Message, out: Outbox): void {
    this.role.receive(from, message, out);
  }

  tick(now_s: number, out: Outbox): void {
    this.role.tick(now_s, out);
  }

  remember(): Snapshot {
    return this.role.remember?.() ?? {};
  }

  resume(snapshot: Snapshot, out: Outbox): void {
    this.role.resume?.(snapshot, out);
  }
}
