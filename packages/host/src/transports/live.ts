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
  TransportError,
} from '@gridflock/core';
import { Attendance } from './attendance.ts';
import type { Connection } from './contract.ts';
import { Seat } from './seat.ts';
import { placeOf, placeOfAll, subjectOf, tokenOf } from './subject.ts';

export interface LiveOptions extends RunOptions {
  /** Names the run: agents of different runs never hear each other. */
  readonly run: string;
  /** Everybody who takes part, the same list in every process. Left out: the roles given here are all. */
  readonly agents?: readonly AgentId[] | undefined;
  /** Gives up when nobody here has been spoken to for so long. Default 120. */
  readonly silence_s?: number | undefined;
  /** How often processes tell each other who is done. Default 1. */
  readonly beat_s?: number | undefined;
}

/** Why something that arrived was dropped. */
export type DropReason = EnvelopeFault | 'not for us' | 'unknown sender' | 'foreign subject' | 'another roster' | 'inbox full';

export interface LiveReport {
  readonly sent_count: number;
  readonly heard_count: number;
  /** Said while the broker was away. */
  readonly lost_count: number;
  readonly dropped: ReadonlyMap<DropReason, number>;
  readonly losses_count: number;
}

/** Above this backlog nobody is given anything to answer. */
const backlog_max_bytes = 4 << 20;
const inbox_max_count = 100_000;
const look_ms = 20;

/**
 * Runs roles on a connection, with the clock on the wall; several processes may each run some of the agents of one run. Roles
 * start when everybody is here, and go on answering until everybody is done.
 *
 * When the connection is lost, what is said is lost; when it is back, everybody who had asked to be woken is woken and repeats
 * itself. When more is said than the connection takes, messages wait in a bounded inbox and nobody is given more to answer.
 * @throws {TransportError} AGENTS_STUCK, AGENTS_SILENT, AGENTS_ABSENT, AGENT_UNKNOWN, ENVELOPE_UNSENDABLE; what `breathe` throws
 */
export function runLive(roles: readonly Role[], connection: Connection, options: LiveOptions): Promise<LiveReport> {
  return new LiveRun(roles, connection, options).toTheEnd();
}

class LiveRun {
  private readonly connection: Connection;
  private readonly options: LiveOptions;
  private readonly seats = new Map<AgentId, Seat>();
  private readonly attendance: Attendance;
  private readonly newsSubject: string;
  /** True when no other process takes part. */
  private readonly alone: boolean;
  private readonly writer = new EnvelopeWriter();
  private readonly reader = new EnvelopeReader();
  private readonly begun_ms = performance.now();
  private inbox: Envelope[] = [];
  private state: 'gathering' | 'starting' | 'running' | 'over' = 'gathering';
  private congested = false;
  private beats_count = 0;
  private beatSoon: NodeJS.Timeout | undefined;
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
    const agents = new Set(options.agents ?? this.seats.keys());
    for (const id of this.seats.keys()) {
      if (!agents.has(id)) throw unknownAgent(id);
    }
    this.alone = agents.size === this.seats.size;
    this.attendance = new Attendance(agents);
    this.newsSubject = subjectOf(placeOfAll(options.run), roles[0]?.id ?? '');
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
    if (!this.alone) {
      stops.push(await this.connection.listen([placeOfAll(run)], (payload) => this.guarded(() => this.newsArrived(payload))));
    }
    for (const id of this.seats.keys()) this.attendance.markHere(id);
    const beat = this.alone ? undefined : setInterval(() => this.guarded(() => this.tellAttendance()), 1000 * beat_s);
    this.guarded(() => this.tellAttendance());
    this.startWhenAllAreHere();
    void this.look();
    try {
      await ended;
      // who has missed the last news hears it while we linger
      if (!this.alone) await pause(2000 * beat_s);
      if (this.connection.connected) await this.connection.drained();
    } finally {
      this.state = 'over';
      clearInterval(beat);
      clearTimeout(this.beatSoon);
      for (const seat of this.seats.values()) seat.rest();
      for (const stop of stops) stop();
    }
    const { sent_count, heard_count, lost_count, dropped, losses_count } = this;
    return { sent_count, heard_count, lost_count, dropped, losses_count };
  }

  // ------------------------------------------------------------------------------------------------ roles

  private send(seat: Seat, to: AgentId, message: Message): void {
    if (this.state === 'over') return;
    const from = seat.role.id;
    let subject = seat.subjects.get(to);
    if (subject === undefined) {
      if (!this.attendance.knows(to)) throw unknownAgent(to);
      seat.subjects.set(to, (subject = subjectOf(placeOf(this.options.run, to), from)));
    }
    const payload = this.writer.write(from, to, message);
    const { connected } = this.connection;
    if (connected) {
      this.connection.publish(subject, payload);
      this.sent_count++;
    } else this.lost_count++;
    seat.said(to, message);
    this.options.observe?.({ from, to, message, fate: connected ? 'delivered' : 'lost', at_s: this.now_s });
  }

  private arrived(payload: Uint8Array, arrival: { readonly subject: string }): void {
    if (this.state === 'over') return;
    const envelope = this.reader.read(payload);
    if (typeof envelope === 'string') return void this.drop(envelope);
    const seat = this.seats.get(envelope.to);
    if (seat === undefined) return void this.drop('not for us');
    if (!this.attendance.knows(envelope.from)) return void this.drop('unknown sender');
    if (this.connection.vouches && !isSaidBy(envelope.from, arrival.subject)) return void this.drop('foreign subject');
    // somebody has started, so everybody is here
    if (this.state === 'gathering') void this.start();
    if (this.state === 'running' && !this.congested && this.inbox.length === 0) {
      this.deliver(seat, envelope);
      if (this.connection.backlog_bytes > backlog_max_bytes) void this.waitForRoom();
    } else if (this.inbox.length < inbox_max_count) this.inbox.push(envelope);
    else this.drop('inbox full');
  }

  private deliver(seat: Seat, { from, message }: Envelope): void {
    this.heard_count++;
    this.quiet_ms = 0;
    seat.heard(from);
    seat.role.receive(from, message, seat.out);
    this.notice(seat);
  }

  private wake(seat: Seat): void {
    if (this.state === 'over') return;
    seat.role.tick(this.now_s, seat.out);
    this.notice(seat);
  }

  private notice(seat: Seat): void {
    if (seat.isDone || !seat.role.done) return;
    seat.isDone = true;
    this.attendance.markDone(seat.role.id);
  }

  private drop(reason: DropReason): void {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + 1);
  }

  private get now_s(): number {
    return (performance.now() - this.begun_ms) / 1000;
  }

  // --------------------------------------------------------------------------------------- start and flow

  private startWhenAllAreHere(): void {
    if (this.state === 'gathering' && this.attendance.everyoneHere) void this.start();
  }

  /** Starts every role before anybody hears anything. */
  private async start(): Promise<void> {
    this.state = 'starting';
    for (const seat of this.seats.values()) {
      if (this.connection.backlog_bytes > backlog_max_bytes) await this.connection.drained();
      if (!this.guarded(() => seat.role.start(seat.out))) return;
    }
    if (this.state !== 'starting') return;
    this.state = 'running';
    for (const seat of this.seats.values()) this.notice(seat);
    this.emptyInbox();
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
    for (const seat of this.seats.values()) seat.hurry();
    this.guarded(() => this.tellAttendance());
  }

  // ------------------------------------------------------------------------------------- who is here and done

  private tellAttendance(): void {
    this.beatSoon = undefined;
    if (this.alone || !this.connection.connected) return;
    this.connection.publish(this.newsSubject, this.writer.write('', '', this.attendance.told(this.beats_count++)));
  }

  private newsArrived(payload: Uint8Array): void {
    const envelope = this.reader.read(payload);
    if (typeof envelope === 'string') return void this.drop(envelope);
    const known = this.attendance.hear(envelope.message);
    if (known === undefined) return void this.drop('another roster');
    this.startWhenAllAreHere();
    if (known === 'less') this.beatSoon ??= setTimeout(() => this.guarded(() => this.tellAttendance()), look_ms);
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
      if (this.state === 'running') for (const seat of this.seats.values()) this.notice(seat);
      if (this.state === 'running' && this.attendance.everyoneDone) {
        this.guarded(() => this.tellAttendance());
        return this.finish();
      }
      if (this.isStuck) return this.fail(this.stuck());
      // a role that thinks for a minute blocks this loop, and must not be taken for silence
      const now_ms = performance.now();
      this.quiet_ms += Math.min(now_ms - before_ms, 10 * look_ms);
      before_ms = now_ms;
      if (this.quiet_ms > silence_ms) return this.fail(this.silent());
      await pause(look_ms);
    }
  }

  /** Nothing under way, nobody will wake up, and all of it is known because all agents are here and the wire has held. */
  private get isStuck(): boolean {
    if (!this.alone || this.state !== 'running' || this.sent_count !== this.heard_count || this.losses_count > 0) return false;
    return [...this.seats.values()].every((seat) => seat.due_ms === Number.POSITIVE_INFINITY);
  }

  private stuck(): TransportError {
    return new TransportError({
      code: 'AGENTS_STUCK',
      message: `No message is under way, nobody has asked to be woken, and agents are not done. ${this.whoWaits()}`,
    });
  }

  private silent(): TransportError {
    const silence_s = this.options.silence_s ?? 120;
    if (this.state === 'gathering') {
      const { absent } = this.attendance;
      return new TransportError({
        code: 'AGENTS_ABSENT',
        message: `After ${silence_s} s ${absent.length} agents have not come: ${listed(absent)}`,
        where: `run ${this.options.run}`,
        hint: 'Start the processes that hold them, on the same broker, with the same run and the same study.',
      });
    }
    return new TransportError({
      code: 'AGENTS_SILENT',
      message: `Nobody here was spoken to for ${silence_s} s. ${this.connection.connected ? '' : 'The broker is away. '}${this.whoWaits()}`,
      where: `run ${this.options.run}`,
      hint: 'See whether the agents that are waited for are running and reach the broker.',
    });
  }

  private whoWaits(): string {
    const undone = [...this.seats.values()].filter(({ role }) => !role.done);
    const shown = undone.slice(0, 5).map((seat) => seat.waiting);
    const elsewhere = this.attendance.undone.filter((id) => !this.seats.has(id));
    if (elsewhere.length > 0) shown.push(`not done elsewhere: ${listed(elsewhere)}`);
    return `${shown.join('; ')}${undone.length > 5 ? `; and ${undone.length - 5} more` : ''}`;
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

const listed = (ids: readonly AgentId[]): string => `${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ` and ${ids.length - 5} more` : ''}`;

const isSaidBy = (from: AgentId, subject: string): boolean => subject.endsWith(`.${tokenOf(from)}`);

const pause = (time_ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time_ms));

function unknownAgent(id: AgentId): TransportError {
  return new TransportError({ code: 'AGENT_UNKNOWN', message: `A message is addressed to "${id}", which no agent answers to` });
}
