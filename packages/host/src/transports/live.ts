import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type AgentId,
  BugError,
  type Envelope,
  type EnvelopeFault,
  EnvelopeReader,
  EnvelopeWriter,
  type Message,
  type Role,
  type RunOptions,
  type Seal,
  type SealFault,
  type Snapshot,
} from '@gridflock/core';
import { Attendance, beatKind, type PresenceChange } from './attendance.ts';
import type { Connection } from './contract.ts';
import { Seat } from './seat.ts';
import { absent, listed, silent, stuck, unknownAgent } from './stalls.ts';
import { placeOf, subjectOf, tokenOf } from './subject.ts';

/** Where roles keep what they need to come back after a crash. `keep` returns when it is safe there. */
export interface SnapshotKeeper {
  recall(id: AgentId): Snapshot | undefined;
  keep(id: AgentId, snapshot: Snapshot): void;
}

export interface LiveOptions extends RunOptions {
  /** Names the run: agents of different runs never hear each other. */
  readonly run: string;
  /** Everybody who takes part, for roles that do not name their peers. Left out: the roles given here are all. */
  readonly agents?: readonly AgentId[] | undefined;
  /** Signs what leaves and believes nothing that is not signed; where left out, the broker is trusted. */
  readonly seal?: Seal | undefined;
  /** Whether an agent that is no peer may speak to one of ours: it wants to join. Default: nobody may. */
  readonly admits?: ((from: AgentId, to: AgentId) => boolean) | undefined;
  /**
   * What a role says leaves only when its snapshot is safe here, so that a crash is nothing but a long pause; a role that was
   * kept goes on where it was.
   */
  readonly keeper?: SnapshotKeeper | undefined;
  /** After how long what is said is to arrive, once per arrival, on links that are worse than the real ones; now where left out. */
  readonly links?: ((from: AgentId, to: AgentId, message: Message, now_s: number) => readonly number[]) | undefined;
  /** Told who comes, goes silent, returns, is done. */
  readonly onPresence?: ((change: PresenceChange) => void) | undefined;
  /** Gives up when nobody here has been spoken to for so long. Default 120. */
  readonly silence_s?: number | undefined;
  /** How often an agent tells its peers elsewhere that it is here, where it has said nothing else. Default 1. */
  readonly beat_s?: number | undefined;
  /** An agent that was not heard for so long has gone silent. Default ten beats. */
  readonly absence_s?: number | undefined;
}

/** Why something that arrived was dropped. */
export type DropReason = EnvelopeFault | SealFault | 'not for us' | 'unknown sender' | 'foreign subject' | 'broken beat' | 'inbox full';

export interface LiveReport {
  readonly sent_count: number;
  readonly heard_count: number;
  /** Said while the broker was away, or on a link that loses. */
  readonly lost_count: number;
  readonly dropped: ReadonlyMap<DropReason, number>;
  readonly losses_count: number;
  /** Agents elsewhere that went silent before they could say that they were done; ours needed nothing of them any more. */
  readonly unconfirmed: readonly AgentId[];
}

/** Above this backlog nobody is given anything to answer. */
const backlog_max_bytes = 4 << 20;
const inbox_max_count = 100_000;
const look_ms = 20;

/** Said during an event of a role, and not yet handed over. */
interface Spoken {
  readonly seat: Seat;
  readonly to: AgentId;
  readonly message: Message;
  readonly subject: string;
  readonly payload: Uint8Array;
}

/**
 * Runs roles on a connection, with the clock on the wall; several processes may each run some of the agents of one run. Roles
 * start when all they talk with are here, and go on answering until those are done.
 *
 * When the connection is lost, what is said is lost; when it is back, everybody who had asked to be woken is woken and repeats
 * itself. When more is said than the connection takes, messages wait in a bounded inbox and nobody is given more to answer.
 * @throws {TransportError} AGENTS_STUCK, AGENTS_SILENT, AGENTS_ABSENT, BROKER_AWAY, AGENT_UNKNOWN, ENVELOPE_UNSENDABLE; what
 * `breathe` and the keeper throw
 */
export function runLive(roles: readonly Role[], connection: Connection, options: LiveOptions): Promise<LiveReport> {
  return new LiveRun(roles, connection, options).toTheEnd();
}

class LiveRun {
  private readonly connection: Connection;
  private readonly options: LiveOptions;
  private readonly seats = new Map<AgentId, Seat>();
  /** For roles that do not name their peers. */
  private readonly everybody: readonly AgentId[];
  private readonly attendance: Attendance;
  private readonly writer = new EnvelopeWriter();
  private readonly reader = new EnvelopeReader();
  private readonly begun_ms = performance.now();
  private readonly held: Spoken[] = [];
  private inbox: Envelope[] = [];
  private state: 'gathering' | 'starting' | 'running' | 'over' = 'gathering';
  private congested = false;
  private beats_count = 0;
  private undone_count: number;
  private quiet_ms = 0;
  private sent_count = 0;
  private heard_count = 0;
  private lost_count = 0;
  private losses_count = 0;
  private readonly dropped = new Map<DropReason, number>();
  private finish: () => void = () => {};
  private fail: (error: unknown) => void = () => {};

  constructor(roles: readonly Role[], connection: Connection, options: LiveOptions) {
    this.connection = connection;
    this.options = options;
    for (const role of roles) {
      if (this.seats.has(role.id)) throw new BugError({ code: 'BUG_UNEXPECTED', message: `Two agents answer to "${role.id}"` });
      const send = (seat: Seat, to: AgentId, message: Message): void => this.send(seat, to, message);
      this.seats.set(role.id, new Seat(role, send, (seat) => void this.guarded(() => this.wake(seat))));
    }
    this.everybody = options.agents ?? [...this.seats.keys()];
    for (const id of this.seats.keys()) {
      if (options.agents !== undefined && !options.agents.includes(id)) throw unknownAgent(id);
    }
    this.undone_count = this.seats.size;
    const { beat_s = 1, absence_s = 10 * beat_s } = options;
    this.attendance = new Attendance(randomInt(2 ** 48 - 1), 1000 * absence_s, (change) => options.onPresence?.(change));
  }

  async toTheEnd(): Promise<LiveReport> {
    const { run, beat_s = 1 } = this.options;
    const ended = new Promise<void>((resolve, reject) => {
      this.finish = resolve;
      this.fail = reject;
    });
    ended.catch(() => {});
    const places = [...this.seats.keys()].map((id) => placeOf(run, id));
    const stops = [this.connection.onChange((connected) => this.changed(connected))];
    stops.push(await this.connection.listen(places, (payload, arrival) => this.guarded(() => this.arrived(payload, arrival))));
    const beat = setInterval(() => this.guarded(() => this.beat()), 1000 * beat_s);
    this.guarded(() => this.beatToAll());
    this.startWhenAllAreHere();
    void this.look();
    try {
      await ended;
      // who has missed the last beat hears it while we linger
      if (!this.alone) await pause(2000 * beat_s);
      if (this.connection.connected) await this.connection.drained();
    } catch (error) {
      this.sayFarewell();
      throw error;
    } finally {
      this.state = 'over';
      clearInterval(beat);
      for (const seat of this.seats.values()) seat.rest();
      for (const stop of stops) stop();
    }
    const { sent_count, heard_count, lost_count, dropped, losses_count } = this;
    return { sent_count, heard_count, lost_count, dropped, losses_count, unconfirmed: this.undoneElsewhere() };
  }

  // ------------------------------------------------------------------------------------------------ roles

  private send(seat: Seat, to: AgentId, message: Message): void {
    if (this.state === 'over') return;
    const spoken: Spoken = { seat, to, message, subject: this.subjectFor(seat, to), payload: this.write(seat, to, message) };
    if (this.options.keeper === undefined) this.publish(spoken);
    else this.held.push(spoken);
  }

  private publish({ seat, to, message, subject, payload }: Spoken): void {
    const delays_s = this.options.links?.(seat.role.id, to, message, this.now_s);
    const isSent = this.connection.connected && (delays_s === undefined || delays_s.length > 0);
    if (!isSent) this.lost_count++;
    else if (delays_s === undefined) this.handOver(subject, payload);
    else for (const delay_s of delays_s) this.later(delay_s, () => this.handOver(subject, payload));
    seat.said(to, message);
    this.options.observe?.({ from: seat.role.id, to, message, fate: isSent ? 'delivered' : 'lost', at_s: this.now_s });
  }

  private handOver(subject: string, payload: Uint8Array): void {
    this.connection.publish(subject, payload);
    this.sent_count++;
  }

  /** What is under way on a slow link when the connection is lost, or the run ends, is lost. */
  private later(delay_s: number, say: () => void): void {
    if (delay_s <= 0) say();
    else setTimeout(() => this.connection.connected && this.state !== 'over' && say(), 1000 * delay_s);
  }

  private subjectFor(seat: Seat, to: AgentId): string {
    let subject = seat.subjects.get(to);
    if (subject === undefined) {
      if (!this.seats.has(to) && !this.elsewhere(seat).has(to) && !this.attendance.isHere(to)) throw unknownAgent(to);
      seat.subjects.set(to, (subject = subjectOf(placeOf(this.options.run, to), seat.role.id)));
    }
    return subject;
  }

  private write(seat: Seat, to: AgentId, message: Message): Uint8Array {
    const envelope = this.writer.write(seat.role.id, to, message);
    return this.options.seal?.close(seat.role.id, envelope) ?? envelope;
  }

  private read(payload: Uint8Array): Envelope | EnvelopeFault | SealFault {
    const bytes = this.options.seal?.open(payload) ?? payload;
    return typeof bytes === 'string' ? bytes : this.reader.read(bytes);
  }

  private arrived(payload: Uint8Array, arrival: { readonly subject: string }): void {
    if (this.state === 'over') return;
    // asked first: nobody can use up what another one may say
    if (this.connection.vouches && !isSaidBy(this.reader.senderOf(payload), arrival.subject)) return void this.drop('foreign subject');
    const envelope = this.read(payload);
    if (typeof envelope === 'string') return void this.drop(envelope);
    const { from, to, message } = envelope;
    const seat = this.seats.get(to);
    if (seat === undefined) return void this.drop('not for us');
    if (!this.seats.has(from)) {
      if (!this.elsewhere(seat).has(from) && this.options.admits?.(from, to) !== true) return void this.drop('unknown sender');
      if (message.kind === beatKind) return void this.beatArrived(seat, from, message);
      if (this.attendance.heard(from, performance.now())) this.startWhenAllAreHere();
    }
    // somebody has started and counts on us
    if (this.state === 'gathering') void this.start();
    if (this.state === 'running' && !this.congested && this.inbox.length === 0) {
      this.deliver(seat, envelope);
      if (this.connection.backlog_bytes > backlog_max_bytes) void this.waitForRoom();
    } else if (this.inbox.length < inbox_max_count) this.inbox.push(envelope);
    else this.drop('inbox full');
  }

  private deliver(seat: Seat, { from, message }: Envelope): void {
    this.heard_count++;
    // Who waits may hear from others who wait: only news is a sign that the run goes on.
    if (seat.heard(from, message)) this.quiet_ms = 0;
    seat.role.receive(from, message, seat.out);
    this.settle(seat);
  }

  private wake(seat: Seat): void {
    if (this.state === 'over') return;
    seat.role.tick(this.now_s, seat.out);
    this.settle(seat);
  }

  /** After an event of a role: what it said, or that it is done, may be known to others only when its snapshot is safe. */
  private settle(seat: Seat): void {
    const { role } = seat;
    const isDoneNow = !seat.isDone && role.done;
    const { keeper } = this.options;
    if (keeper !== undefined && (this.held.length > 0 || isDoneNow)) {
      this.remember(seat, keeper);
      for (const spoken of this.held.splice(0)) this.publish(spoken);
    }
    if (!isDoneNow) return;
    seat.isDone = true;
    this.undone_count--;
    for (const other of this.elsewhere(seat)) this.beatTo(seat, other);
  }

  /** A role that counts its versions is kept when it has a new one; what it repeats is covered by the last. */
  private remember(seat: Seat, keeper: SnapshotKeeper): void {
    const { role } = seat;
    if (role.remember === undefined || (role.version !== undefined && role.version === seat.keptVersion)) return;
    keeper.keep(role.id, role.remember());
    seat.keptVersion = role.version;
  }

  private drop(reason: DropReason): void {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + 1);
  }

  private get now_s(): number {
    return (performance.now() - this.begun_ms) / 1000;
  }

  // --------------------------------------------------------------------------------------- start and flow

  private startWhenAllAreHere(): void {
    if (this.state !== 'gathering') return;
    for (const seat of this.seats.values()) {
      for (const other of this.elsewhere(seat)) if (!this.attendance.isHere(other)) return;
    }
    void this.start();
  }

  /** Starts every role, or lets it go on from where it was kept, before anybody hears anything. */
  private async start(): Promise<void> {
    this.state = 'starting';
    for (const seat of this.seats.values()) {
      if (this.connection.backlog_bytes > backlog_max_bytes) await this.connection.drained();
      if (!this.guarded(() => this.begin(seat))) return;
    }
    if (this.state !== 'starting') return;
    this.state = 'running';
    this.emptyInbox();
  }

  private begin(seat: Seat): void {
    const { role, out } = seat;
    const kept = role.resume && this.options.keeper?.recall(role.id);
    if (kept === undefined) role.start(out);
    else role.resume?.(kept, out);
    this.settle(seat);
  }

  private async waitForRoom(): Promise<void> {
    this.congested = true;
    await this.connection.drained();
    this.congested = false;
    this.emptyInbox();
  }

  private emptyInbox(): void {
    const waiting = this.inbox;
    this.inbox = [];
    let next = 0;
    this.guarded(() => {
      while (next < waiting.length && this.connection.backlog_bytes <= backlog_max_bytes) {
        const envelope = waiting[next++]!;
        this.deliver(this.seats.get(envelope.to)!, envelope);
      }
    });
    if (next === waiting.length) return;
    this.inbox = waiting.slice(next);
    if (this.state === 'running') void this.waitForRoom();
  }

  private changed(connected: boolean): void {
    if (this.state === 'over') return;
    if (!connected) {
      this.losses_count++;
      return;
    }
    this.attendance.pardon(performance.now());
    for (const seat of this.seats.values()) seat.hurry();
    this.guarded(() => this.beatToAll());
  }

  // ------------------------------------------------------------------------------------- who is here and done

  /** Those a role talks with who are held by other processes. */
  private elsewhere(seat: Seat): ReadonlySet<AgentId> {
    const peers = seat.role.peers ?? this.everybody;
    if (peers !== seat.peers) {
      seat.peers = peers;
      seat.elsewhere = new Set(peers.filter((id) => !this.seats.has(id)));
    }
    return seat.elsewhere;
  }

  /** True when nobody whom our roles talk with is held by another process. */
  private get alone(): boolean {
    for (const seat of this.seats.values()) if (this.elsewhere(seat).size > 0) return false;
    return true;
  }

  private beatTo(seat: Seat, other: AgentId, leaving = false): void {
    if (!this.connection.connected) return;
    const beat = this.attendance.beatTo(other, this.beats_count, seat.isDone, leaving);
    this.connection.publish(this.subjectFor(seat, other), this.write(seat, other, beat));
  }

  /** A sign of life for those who have heard nothing else since the last beat, or do not know that we are done. */
  private beat(): void {
    this.beats_count++;
    for (const seat of this.seats.values()) {
      for (const other of this.elsewhere(seat)) if (!seat.hasSpokenTo(other) || seat.isDone) this.beatTo(seat, other);
    }
    if (this.connection.connected) this.attendance.look(performance.now());
  }

  private beatToAll(): void {
    for (const seat of this.seats.values()) for (const other of this.elsewhere(seat)) this.beatTo(seat, other);
  }

  private beatArrived(seat: Seat, from: AgentId, message: Message): void {
    const answer = this.attendance.hearBeat(from, message, performance.now());
    if (answer === undefined) return void this.drop('broken beat');
    this.startWhenAllAreHere();
    if (answer === 'fine') return;
    this.beatTo(seat, from);
    // it has come back without what was said to it meanwhile
    if (answer === 'again') seat.hurry();
  }

  /** We go before we are done: nobody need wait to find that out. */
  private sayFarewell(): void {
    try {
      for (const seat of this.seats.values()) for (const other of this.elsewhere(seat)) this.beatTo(seat, other, true);
    } catch {
      // the error that ends the run is what counts
    }
  }

  /** Peers of our roles, held elsewhere, of whom it is not known that they are done. */
  private undoneElsewhere(): AgentId[] {
    const undone = new Set<AgentId>();
    for (const seat of this.seats.values()) {
      for (const other of this.elsewhere(seat)) if (!this.attendance.isDone(other)) undone.add(other);
    }
    return [...undone];
  }

  // ------------------------------------------------------------------------------------------- the end

  /** Looks after the run until it is over: is everybody done, does anybody wait in vain, does the user want out? */
  private async look(): Promise<void> {
    const silence_ms = 1000 * (this.options.silence_s ?? 120);
    let before_ms = performance.now();
    while (this.state !== 'over') {
      try {
        await this.options.breathe?.();
      } catch (error) {
        return this.fail(error);
      }
      if (this.state === 'running') for (const seat of this.seats.values()) if (!seat.isDone) this.guarded(() => this.settle(seat));
      const isDone = this.state === 'running' && this.undone_count === 0;
      if (isDone && this.undoneElsewhere().length === 0) {
        this.guarded(() => this.beatToAll());
        return this.finish();
      }
      if (this.isStuck) return this.fail(stuck(this.whoWaits()));
      // a role that thinks for a minute blocks this loop, and must not be taken for silence
      const now_ms = performance.now();
      this.quiet_ms += Math.min(now_ms - before_ms, 10 * look_ms);
      before_ms = now_ms;
      if (this.quiet_ms > silence_ms) {
        // who died at the very end comes back to nobody, and has in its snapshots all that it needs
        if (this.state === 'gathering' && this.hasBegunBefore) await this.start();
        return this.undone_count === 0 ? this.finish() : this.fail(this.silent());
      }
      await pause(look_ms);
    }
  }

  /** Nothing under way, nobody will wake up, and all of it is known because all agents are here and the wire has held. */
  private get isStuck(): boolean {
    if (this.state !== 'running' || this.sent_count !== this.heard_count || this.losses_count > 0 || !this.alone) return false;
    return [...this.seats.values()].every((seat) => seat.due_ms === Number.POSITIVE_INFINITY);
  }

  private get hasBegunBefore(): boolean {
    const { keeper } = this.options;
    return keeper !== undefined && [...this.seats.values()].every(({ role }) => role.resume && keeper.recall(role.id) !== undefined);
  }

  private silent(): Error {
    const { run, silence_s = 120 } = this.options;
    const { connected } = this.connection;
    if (this.state !== 'gathering' || !connected) return silent(run, silence_s, connected, this.whoWaits());
    return absent(
      run,
      silence_s,
      this.undoneElsewhere().filter((id) => !this.attendance.isHere(id)),
    );
  }

  private whoWaits(): string {
    const now_ms = performance.now();
    const undone = [...this.seats.values()].filter(({ role }) => !role.done);
    const shown = undone.slice(0, 5).map((seat) => seat.waiting((id) => this.attendance.lastHeard(id, now_ms)));
    if (undone.length > 5) shown.push(`and ${undone.length - 5} more`);
    const elsewhere = this.undoneElsewhere();
    if (elsewhere.length > 0) shown.push(`not done elsewhere: ${listed(elsewhere)}`);
    return shown.join('; ');
  }

  /** @returns false when it failed, and with it the run */
  private guarded(action: () => void): boolean {
    try {
      action();
      return true;
    } catch (error) {
      this.state = 'over';
      this.fail(error);
      return false;
    }
  }
}

/** Bytes without a sender are left to those who say why they are none. */
const isSaidBy = (from: AgentId | undefined, subject: string): boolean => from === undefined || subject.endsWith(`.${tokenOf(from)}`);
