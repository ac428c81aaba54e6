import { Changes } from '../changes.ts';
import type { Connection, Hear } from '../contract.ts';

/** A bus in memory whose faults a test decides: it can be cut, and it can refuse to take anything. */
export class MemoryBus {
  private readonly ears = new Map<string, Set<Hear>>();
  private readonly changes = new Changes();
  private waiters: (() => void)[] = [];
  /** What connections say about their backlog. */
  backlog_bytes = 0;
  /** What they say about the names under which somebody publishes. */
  vouches = false;

  connect(): Connection {
    const { changes } = this;
    const backlog = (): number => this.backlog_bytes;
    const vouches = (): boolean => this.vouches;
    return {
      get connected() {
        return changes.connected;
      },
      get backlog_bytes() {
        return backlog();
      },
      onChange: changes.onChange,
      get vouches() {
        return vouches();
      },
      listen: async (places, hear) => {
        for (const place of places) this.earsOf(place).add(hear);
        return () => {
          for (const place of places) this.earsOf(place).delete(hear);
        };
      },
      publish: (subject, payload) => this.say(subject, payload),
      drained: () => (this.backlog_bytes === 0 ? Promise.resolve() : new Promise((resolve) => this.waiters.push(resolve))),
      close: async () => {},
    };
  }

  /** Anybody may write anything on a bus. */
  say(subject: string, payload: Uint8Array): void {
    setImmediate(() => {
      for (const hear of this.earsOf(subject.slice(0, subject.lastIndexOf('.')))) hear(payload, { subject });
    });
  }

  cut(): void {
    this.changes.tell(false);
  }

  mend(): void {
    this.changes.tell(true);
  }

  takeAll(): void {
    this.backlog_bytes = 0;
    for (const go of this.waiters.splice(0)) go();
  }

  private earsOf(place: string): Set<Hear> {
    let ears = this.ears.get(place);
    if (ears === undefined) this.ears.set(place, (ears = new Set()));
    return ears;
  }
}
