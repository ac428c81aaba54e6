import type { AgentId, Message, Outbox, Role } from './role.ts';

/**
 * A role for which time passes at another pace: `pace_frac` seconds of its own for each second of its host. A whole run at 0.2 is the run in slow motion, for a machine that is
 * too busy for the real pace.
 */
export class PacedRole implements Role {
  private readonly inner: Role;
  private readonly pace_frac: number;

  constructor(inner: Role, pace_frac: number) {
    this.inner = inner;
    this.pace_frac = pace_frac;
  }

  get id(): AgentId {
    return this.inner.id;
  }

  get done(): boolean {
    return this.inner.done;
  }

  get dropped(): ReadonlyMap<string, number> {
    return this.inner.dropped ?? new Map();
  }

  get peers(): readonly AgentId[] | undefined {
    return this.inner.peers;
  }

  start(out: Outbox): void {
    this.inner.start(this.paced(out));
  }

  receive(from: AgentId, message: Message, out: Outbox): void {
    this.inner.receive(from, message, this.paced(out));
  }

  tick(now_s: number, out: Outbox): void {
    this.inner.tick(now_s * this.pace_frac, this.paced(out));
  }

  private paced(out: Outbox): Outbox {
    return { send: (to, message) => out.send(to, message), wakeAfter: (delay_s) => out.wakeAfter(delay_s / this.pace_frac) };
  }
}
