import { Changes } from '../changes.ts';
import type { Connection } from '../contract.ts';

/** A bus in memory whose faults a test decides: it can be cut, and it can refuse to take anything. */
export class MemoryBus {
  private readonly ears = new Map<string, Set<(payload: Uint8Array) => void>>();
  private readonly changes = new Changes();
  private waiters: (() => void)[] = [];
  /** What connections say about their backlog. */
  backlog_bytes = 0;

  connect(): Connection {
    const { changes } = this;
    const backlog = (): number => this.backlog_bytes;
    return {
      get connected() {
        return changes.connected;
      },
      get backlog_bytes() {
        return backlog();
      },
      onChange: changes.onChange,
      listen: async (subjects, hear) => {
        for (const subject of subjects) this.earsOf(subject).add(hear);
        return () => {
          for (const subject of subjects) this.earsOf(subject).delete(hear);
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
      for (const hear of this.earsOf(subject)) hear(payload);
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

  private earsOf(subject: string): Set<(payload: Uint8Array) => void> {
    let ears = this.ears.get(subject);
    if (ears === undefined) this.ears.set(subject, (ears = new Set()));
    return ears;
  }
}
