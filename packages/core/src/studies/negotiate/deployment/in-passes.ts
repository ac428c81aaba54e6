import type { AgentId, Message, Outbox, Role, Snapshot } from '../../../agents/role.ts';
import { asPart, partOf } from '../../../agents/snapshot-parts.ts';
import type { CastAgent } from '../../../schemes/contract.ts';

/** Rounds of pass k are counted from k times this. */
const stride_count = 1 << 20;

/**
 * An agent that takes part in several negotiations one after another, each beginning where the one before has ended. When a pass
 * ends in agreement the next one begins at once, though others may still be in the one before: the agent of that pass stays and
 * answers them, and what the next one has to say already is kept until this agent is there too.
 */
export class InPasses implements Role {
  readonly id: AgentId;
  private readonly passes_count: number;
  private readonly make: (pass: number, carried: Snapshot | undefined) => CastAgent;
  private readonly carryOn: (agent: CastAgent) => Snapshot;
  private pass = 0;
  private carried: Snapshot | undefined;
  private now: CastAgent;
  private before: CastAgent | undefined;
  /** The newest word of each who is a pass ahead. */
  private readonly ahead = new Map<AgentId, Message>();
  private turns_count = 0;

  /**
   * @param make - the agent of a pass; `carried` is what it carried out of the pass before
   * @param carryOn - what it carries out of a pass
   */
  constructor(
    passes_count: number,
    make: (pass: number, carried: Snapshot | undefined) => CastAgent,
    carryOn: (agent: CastAgent) => Snapshot = (agent) => agent.carry(),
  ) {
    this.passes_count = passes_count;
    this.make = make;
    this.carryOn = carryOn;
    this.now = make(0, undefined);
    this.id = this.now.role.id;
  }

  /** The agent of the last pass that has begun. */
  get current(): CastAgent {
    return this.now;
  }

  get passesBegun_count(): number {
    return this.pass + 1;
  }

  get peers(): readonly AgentId[] {
    return this.now.role.peers ?? [];
  }

  get done(): boolean {
    return this.now.role.done && !this.goesOn;
  }

  /** Changes when one of the agents changes; a turn changes it even where both count alike. */
  get version(): number {
    return (this.now.role.version ?? 0) + (this.before?.role.version ?? 0) + this.turns_count * stride_count;
  }

  start(out: Outbox): void {
    this.now.role.start(this.through(out, this.pass));
    this.turn(out);
  }

  receive(from: AgentId, message: Message, out: Outbox): void {
    const pass = Math.floor(message.round / stride_count);
    const own = { ...message, round: message.round % stride_count };
    if (pass === this.pass) this.now.role.receive(from, own, this.through(out, pass));
    else if (pass === this.pass - 1) this.before?.role.receive(from, own, this.through(out, pass));
    else if (pass === this.pass + 1 && this.peers.includes(from)) this.ahead.set(from, own);
    this.turn(out);
  }

  tick(now_s: number, out: Outbox): void {
    this.now.role.tick(now_s, this.through(out, this.pass));
    this.turn(out);
  }

  remember(): Snapshot {
    return {
      pass: this.pass,
      ...asPart('now', this.now.role.remember?.()),
      ...asPart('before', this.before?.role.remember?.()),
      ...asPart('carried', this.carried),
    };
  }

  resume(snapshot: Snapshot, out: Outbox): void {
    this.pass = snapshot['pass'] as number;
    this.turns_count = this.pass;
    const before = partOf('before', snapshot);
    this.carried = partOf('carried', snapshot);
    if (before !== undefined) {
      this.before = this.make(this.pass - 1, undefined);
      this.before.role.resume?.(before, this.through(out, this.pass - 1));
    }
    this.now = this.make(this.pass, this.carried);
    this.now.role.resume?.(partOf('now', snapshot) ?? {}, this.through(out, this.pass));
    this.turn(out);
  }

  private get goesOn(): boolean {
    return this.pass + 1 < this.passes_count && this.now.verdict === 'agreed';
  }

  /** Begins the next pass when this one is over, and hears what was said in it meanwhile. */
  private turn(out: Outbox): void {
    if (!this.now.role.done || !this.goesOn) return;
    this.carried = this.carryOn(this.now);
    this.before = this.now;
    this.pass++;
    this.turns_count++;
    this.now = this.make(this.pass, this.carried);
    this.now.role.start(this.through(out, this.pass));
    const early = [...this.ahead];
    this.ahead.clear();
    for (const [from, message] of early) this.now.role.receive(from, message, this.through(out, this.pass));
    this.turn(out);
  }

  private through(out: Outbox, pass: number): Outbox {
    return {
      send: (to, message) => out.send(to, { ...message, round: message.round + pass * stride_count }),
      // whoever answers for a pass that is over has nothing to repeat
      wakeAfter: (delay_s) => {
        if (pass === this.pass) out.wakeAfter(delay_s);
      },
    };
  }
}
