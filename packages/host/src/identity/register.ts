import type { AgentId, SealFault } from '@gridflock/core';
import { type Enrolled, type Enrolment, readEnrolment } from './enrolment.ts';
import type { PublicKey } from './public-key.ts';
import { type Revocations, readRevocations } from './revocations.ts';
import { WatchedList } from './watched-list.ts';

/** Where the operator's lists are, and the key that makes them his. */
export interface RegisterSource {
  readonly operator: PublicKey;
  readonly enrolment: string;
  readonly revocations?: string | undefined;
}

export interface RegisterOptions {
  /** How often the files are looked at; 0: never. Default 1. */
  readonly watch_s?: number | undefined;
  /** Told in a sentence what came into force, and what did not and why. */
  readonly onNote?: ((text: string) => void) | undefined;
}

/** Who takes part and who is revoked, on the word of the operator, kept up to date while a process runs. */
export class Register {
  private readonly enrolled: WatchedList<Enrolment>;
  private readonly revoked: WatchedList<Revocations> | undefined;
  private readonly onNote: ((text: string) => void) | undefined;
  private readonly timer: NodeJS.Timeout | undefined;
  private looking = Promise.resolve();
  private closed = false;

  private constructor(enrolled: WatchedList<Enrolment>, revoked: WatchedList<Revocations> | undefined, options: RegisterOptions) {
    const { watch_s = 1, onNote } = options;
    this.enrolled = enrolled;
    this.revoked = revoked;
    this.onNote = onNote;
    if (watch_s > 0) this.timer = setInterval(() => void this.refresh(), 1000 * watch_s).unref();
  }

  /** @throws {InputError} as `readEnrolment`, `readRevocations` and `readInputFile` */
  static async open({ operator, enrolment, revocations }: RegisterSource, options: RegisterOptions = {}): Promise<Register> {
    const enrolled = await WatchedList.open(enrolment, (text) => readEnrolment(text, operator, enrolment));
    const revoked =
      revocations === undefined ? undefined : await WatchedList.open(revocations, (text) => readRevocations(text, operator, revocations));
    return new Register(enrolled, revoked, options);
  }

  get enrolment(): Enrolment {
    return this.enrolled.current;
  }

  isRevoked({ id, key }: Enrolled): boolean {
    const list = this.revoked?.current;
    return list !== undefined && (list.keys.has(key.text) || list.agents.has(id));
  }

  /** Another value after every change of either list. */
  get version(): string {
    return `${this.enrolment.serial} ${this.revoked?.current.serial}`;
  }

  /** Everybody who is enrolled and not revoked. */
  *standing(): Generator<Enrolled> {
    for (const agent of this.enrolment.agents.values()) if (!this.isRevoked(agent)) yield agent;
  }

  /** The agent that may use this name with the key of this number now, or why it may not. */
  find(id: AgentId, keyNumber: number, now_ms: number): Enrolled | SealFault {
    const agent = this.enrolment.agents.get(id);
    if (agent === undefined) return 'unknown sender';
    if (agent.key.number !== keyNumber) return 'unknown key';
    if (this.isRevoked(agent)) return 'revoked';
    if (now_ms < agent.validFrom_ms) return 'not valid yet';
    return now_ms < agent.validTo_ms ? agent : 'expired';
  }

  /** Looks whether the operator has new versions; it is done on its own, too. */
  refresh(): Promise<void> {
    this.looking = this.looking.then(() => this.look());
    return this.looking;
  }

  close(): void {
    this.closed = true;
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    for (const list of [this.enrolled, this.revoked]) {
      const note = await list?.refresh();
      if (note !== undefined && !this.closed) this.onNote?.(note);
    }
  }
}
