import { type AgentId, type Message, type Outbox, type Role, waitingOf } from '@gridflock/core';

interface Standing {
  /** What was said to the other since it was last heard from. */
  unanswered_count: number;
  kind: string;
  round: number;
  /** Whether anything was said to it since the last beat. */
  spoken: boolean;
  /** What it said last. */
  heard: Message | undefined;
}

/** A role's place in a live run: its alarm clock, and how its conversations stand. */
export class Seat {
  readonly role: Role;
  readonly out: Outbox;
  /** Under which subject the others hear this role. */
  readonly subjects = new Map<AgentId, string>();
  /** Whether it has been noticed that the role is done. */
  isDone = false;
  /** When the role wants to be woken; Infinity: it does not. */
  due_ms = Number.POSITIVE_INFINITY;
  /** Whom its role talks with, as it said last, and those of them who are held by other processes. */
  peers: readonly AgentId[] | undefined;
  elsewhere: ReadonlySet<AgentId> = new Set();
  /** Version of its role that was kept last. */
  keptVersion: number | undefined;
  private armed_ms = Number.POSITIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  private readonly others = new Map<AgentId, Standing>();
  private readonly wake: (seat: Seat) => void;

  constructor(role: Role, send: (seat: Seat, to: AgentId, message: Message) => void, wake: (seat: Seat) => void) {
    this.role = role;
    this.wake = wake;
    this.out = {
      send: (to, message) => send(this, to, message),
      wakeAfter: (delay_s) => this.wakeAfter(delay_s),
    };
  }

  /**
   * A role that hears something asks to be woken later than it had asked before, with every message. So the timer is left as it
   * is and looks again when it rings.
   */
  wakeAfter(delay_s: number): void {
    this.due_ms = performance.now() + 1000 * Math.max(0, delay_s);
    if (this.due_ms < this.armed_ms) this.arm();
  }

  /** Something changed that makes it worth repeating oneself: a pending wake-up comes at once. */
  hurry(): void {
    if (this.due_ms === Number.POSITIVE_INFINITY) return;
    this.due_ms = performance.now();
    this.arm();
  }

  rest(): void {
    clearTimeout(this.timer);
    this.due_ms = this.armed_ms = Number.POSITIVE_INFINITY;
  }

  said(to: AgentId, { kind, round }: Message): void {
    const standing = this.standingWith(to);
    standing.unanswered_count++;
    standing.spoken = true;
    standing.kind = kind;
    standing.round = round;
  }

  /**
   * Whoever speaks of an earlier round than it was asked about has not answered.
   * @returns whether it is something else than the other had said before
   */
  heard(from: AgentId, message: Message): boolean {
    const standing = this.standingWith(from);
    if (standing.round <= message.round) standing.unanswered_count = 0;
    const before = standing.heard;
    standing.heard = message;
    return before === undefined || !isSame(before, message);
  }

  /** Whether the other has heard something since this was asked last, so that it needs no beat. */
  hasSpokenTo(other: AgentId): boolean {
    const standing = this.others.get(other);
    if (standing === undefined) return false;
    const { spoken } = standing;
    standing.spoken = false;
    return spoken;
  }

  /** Whom this role waits for, in words. @param lastHeard - how it stands with an agent, empty where there is nothing to say */
  waiting(lastHeard: (agent: AgentId) => string): string {
    const unanswered = [...this.others].flatMap(([to, { kind, round, unanswered_count: said_count }]) =>
      said_count > 0 ? [{ to, kind, round, said_count }] : [],
    );
    return waitingOf(this.role.id, unanswered, lastHeard);
  }

  private standingWith(other: AgentId): Standing {
    let standing = this.others.get(other);
    if (standing === undefined) {
      standing = { unanswered_count: 0, kind: '', round: Number.NEGATIVE_INFINITY, spoken: false, heard: undefined };
      this.others.set(other, standing);
    }
    return standing;
  }

  private arm(): void {
    clearTimeout(this.timer);
    this.armed_ms = this.due_ms;
    this.timer = setTimeout(() => this.ring(), Math.min(this.due_ms - performance.now(), 2 ** 31 - 1));
  }

  private ring(): void {
    this.armed_ms = Number.POSITIVE_INFINITY;
    // half a millisecond early is a timer's own rounding
    if (this.due_ms > performance.now() + 0.5) {
      if (this.due_ms < Number.POSITIVE_INFINITY) this.arm();
      return;
    }
    this.due_ms = Number.POSITIVE_INFINITY;
    this.wake(this);
  }
}

function isSame(a: Message, b: Message): boolean {
  if (a.round !== b.round || a.kind !== b.kind) return false;
  return Object.keys(a.body).every((name) => {
    const [x, y] = [a.body[name], b.body[name]];
    return typeof x === 'object' && typeof y === 'object'
      ? x.length === y.length && x.every((value, i) => Object.is(value, y[i]))
      : Object.is(x, y);
  });
}
