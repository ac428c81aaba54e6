import type { AgentId, Message, Outbox, Role, Snapshot } from '../../agents/role.ts';
import type { RandomStream } from '../../base/random.ts';

/**
 * A role that is thrown away now and then and comes back from its last snapshot, as a process does that is killed. It keeps a snapshot
 * whenever the role's version has changed, before anything that was said leaves; a crash takes what came in since.
 */
export class Phoenix<R extends Role> implements Role {
  readonly id: AgentId;
  role: R;
  crashes_count = 0;
  private readonly make: () => R;
  private readonly stream: RandomStream;
  private readonly crash_frac: number;
  private kept: Snapshot | undefined;
  private keptVersion = 0;

  /** @param crash_frac - probability that an event is followed by a crash */
  constructor(make: () => R, stream: RandomStream, crash_frac: number) {
    this.make = make;
    this.role = make();
    this.id = this.role.id;
    this.stream = stream;
    this.crash_frac = crash_frac;
  }

  get done(): boolean {
    return this.role.done;
  }

  start(out: Outbox): void {
    this.live((safe) => this.role.start(safe), out);
  }

  receive(from: AgentId, message: Message, out: Outbox): void {
    this.live((safe) => this.role.receive(from, message, safe), out);
  }

  tick(now_s: number, out: Outbox): void {
    this.live((safe) => this.role.tick(now_s, safe), out);
  }

  private live(event: (out: Outbox) => void, out: Outbox): void {
    const said: [AgentId, Message][] = [];
    let wake_s: number | undefined;
    const safe: Outbox = {
      send: (to, message) => void said.push([to, message]),
      wakeAfter: (delay_s) => {
        wake_s = delay_s;
      },
    };
    event(safe);
    const luck = this.stream.uniform() / this.crash_frac;
    // Killed before the snapshot was safe: then nothing has been said either.
    if (luck < 0.5 && this.kept !== undefined) {
      this.rise(out);
      return;
    }
    if (this.role.version !== this.keptVersion || this.kept === undefined) {
      this.kept = structuredClone(this.role.remember!());
      this.keptVersion = this.role.version!;
    }
    // Killed after it, with a part of the messages on their way.
    const sent = luck < 1 ? said.slice(0, Math.floor(said.length / 2)) : said;
    for (const [to, message] of sent) out.send(to, message);
    if (wake_s !== undefined) out.wakeAfter(wake_s);
    if (luck < 1) this.rise(out);
  }

  private rise(out: Outbox): void {
    this.crashes_count++;
    this.role = this.make();
    this.role.resume!(structuredClone(this.kept!), out);
    this.keptVersion = this.role.version!;
  }
}
