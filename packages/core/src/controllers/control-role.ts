import type { AgentId, Message, Outbox, Role, Snapshot } from '../agents/role.ts';
import { buildHeard, type Law, stepLaw } from './contract.ts';

/** The device that an agent commands: a simulated plant, an inverter behind a field bus. */
export interface DevicePort {
  /** What the law measures, at this moment. */
  measureInto(now_s: number, y: Float64Array): void;
  /** Commands from this moment on, until the next. */
  command(now_s: number, commands: Float64Array): void;
}

export interface ControlRoleOptions {
  readonly id: AgentId;
  readonly law: Law;
  readonly device: DevicePort;
  /** Whom it hears and talks to, with the weight of what is heard. */
  readonly neighbours: readonly { readonly id: AgentId; readonly weight_frac: number }[];
  /** Time between two acts. */
  readonly period_s: number;
  /** Commands in force when it takes over. */
  readonly commands: Float64Array;
  /** When it has nothing left to do; Infinity in the field. */
  readonly stop_s: number;
  /** First act; default 0. */
  readonly start_s?: number | undefined;
  /** A neighbour that was not heard for so long counts no more, until it is heard again. Default: never. */
  readonly forgetAfter_s?: number | undefined;
  /** Number of its first act, for one that goes on where another has stopped: neighbours take only what is newer. Default 0. */
  readonly firstAct?: number | undefined;
  /** A law that speaks at events only speaks after so long in any case, so that a lost message is made good. Default: never. */
  readonly repeatAfter_s?: number | undefined;
}

/** A tick earlier by at most this part of a period is the tick. */
const SAME_TICK = 1e-6;

/**
 * A law as a role: at every tick it measures, steps its states, commands its device and says its payload to its neighbours, or, where the law speaks at events
 * only, when that is due; in between it keeps the latest that each of them said. Nothing is waited for, so a lost or late message costs freshness and no more.
 *
 * Message `said`: `round` counts the sender's acts, `values` is the payload. What is older than what is known, of another length or not finite is not used.
 */
export function controlRole(options: ControlRoleOptions): ControlRole {
  return new ControlRole(options);
}

export class ControlRole implements Role {
  readonly id: AgentId;
  done = false;
  /** What was heard and not used, by reason. */
  readonly dropped = new Map<string, number>();
  acts_count: number;
  /** Acts at which it spoke. */
  events_count = 0;
  /** Periods in which it could not act because its host was late. */
  overruns_count = 0;
  private due_count = -1;
  private planned_s = Number.NEGATIVE_INFINITY;
  private readonly options: ControlRoleOptions;
  private law: Law;
  /** Of what each neighbour says; 0 where the link is down. */
  private readonly weights: Float64Array;
  private readonly neighbourAt: ReadonlyMap<AgentId, number>;
  private readonly heard: ReturnType<typeof buildHeard>;
  private readonly rounds: Float64Array;
  private readonly heardAt_s: Float64Array;
  private x: Float64Array;
  private next: Float64Array;
  private readonly y: Float64Array;
  private readonly commands: Float64Array;
  private readonly said: Float64Array;
  private readonly hearsItself: boolean;
  private saidAt_s = Number.NEGATIVE_INFINITY;
  private now_s = 0;
  private before_s: number | undefined;

  constructor(options: ControlRoleOptions) {
    const { id, law, neighbours, commands, firstAct = 0 } = options;
    this.id = id;
    this.hearsItself = law.hearsItself === true;
    this.options = options;
    this.law = law;
    this.acts_count = firstAct;
    this.weights = Float64Array.from(neighbours, ({ weight_frac }) => weight_frac);
    this.neighbourAt = new Map(neighbours.map((neighbour, k) => [neighbour.id, k]));
    this.heard = buildHeard(neighbours.length, law.says.length);
    this.rounds = new Float64Array(neighbours.length + 1).fill(-1);
    this.heardAt_s = new Float64Array(neighbours.length + 1).fill(-Infinity);
    this.x = new Float64Array(law.states.length);
    this.next = new Float64Array(law.states.length);
    this.y = new Float64Array(law.measures.length);
    this.commands = commands.slice();
    this.said = new Float64Array(law.says.length);
    law.startInto(commands, this.x);
  }

  start(out: Outbox): void {
    out.wakeAfter(this.options.start_s ?? 0);
  }

  receive(from: AgentId, { kind, round, body }: Message, _out: Outbox): void {
    const isOwn = this.hearsItself && from === this.id;
    const at = isOwn ? this.neighbourAt.size : this.neighbourAt.get(from);
    const values = body['values'];
    const { values: known } = this.heard;
    const width = this.said.length;
    if (at === undefined || kind !== 'said' || !(values instanceof Float64Array) || values.length !== width) this.drop('not understood');
    else if (!values.every(Number.isFinite)) this.drop('not finite');
    else if (round <= this.rounds[at]) this.drop('older than what is known');
    else {
      if (isOwn) this.heard.own.set(values);
      else known.set(values, at * width);
      this.rounds[at] = round;
      this.heardAt_s[at] = this.now_s;
    }
  }

  private drop(reason: string): void {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + 1);
  }

  tick(now_s: number, out: Outbox): void {
    const { device, neighbours, period_s, stop_s, forgetAfter_s = Infinity } = this.options;
    const { law, weights, heard, rounds, y, commands, planned_s } = this;
    this.now_s = now_s;
    if (now_s < planned_s - SAME_TICK * period_s) {
      // timers of hosts fire early, and a connection that is back wakes everybody
      out.wakeAfter(planned_s - now_s);
      return;
    }
    device.measureInto(now_s, y);
    for (let k = 0; k < neighbours.length; k++) {
      const isKnown = rounds[k] >= 0 && now_s - this.heardAt_s[k] <= forgetAfter_s;
      heard.weights[k] = isKnown ? weights[k] : 0;
      heard.ages_s[k] = isKnown ? now_s - this.heardAt_s[k] : 0;
    }
    heard.ages_s[neighbours.length] = Number.isFinite(this.ownAt_s) ? now_s - this.ownAt_s : 0;
    if (this.before_s !== undefined) {
      stepLaw(law, this.x, y, heard, now_s - this.before_s, this.next);
      [this.x, this.next] = [this.next, this.x];
    }
    this.before_s = now_s;
    law.commandInto(this.x, y, commands);
    device.command(now_s, commands);
    this.speak(now_s, out);
    this.acts_count++;
    const { start_s = 0 } = this.options;
    const due_count = Math.floor((now_s - start_s) / period_s + SAME_TICK) + 1;
    if (this.due_count >= 0) this.overruns_count += Math.max(0, due_count - this.due_count - 1);
    this.due_count = due_count;
    this.planned_s = start_s + due_count * period_s;
    if (this.planned_s > stop_s) this.done = true;
    else out.wakeAfter(Math.max(0, this.planned_s - now_s));
  }

  /** When what it knows of itself was said, or came back. */
  private get ownAt_s(): number {
    return this.hearsItself ? this.heardAt_s[this.neighbourAt.size] : this.saidAt_s;
  }

  private speak(now_s: number, out: Outbox): void {
    const { neighbours, repeatAfter_s = Infinity } = this.options;
    const { law, weights, heard, x, y, said } = this;
    if (said.length === 0) return;
    law.sayInto(x, y, said, heard);
    const isFirst = this.saidAt_s === Number.NEGATIVE_INFINITY;
    if (isFirst) heard.own.set(said);
    const isRepeated = now_s - this.saidAt_s >= repeatAfter_s;
    if (!isFirst && !isRepeated && law.isDue?.(x, y, heard) === false) return;
    this.saidAt_s = now_s;
    this.events_count++;
    const message: Message = { kind: 'said', round: this.acts_count, body: { values: said.slice() } };
    for (let k = 0; k < neighbours.length; k++) if (weights[k] > 0) out.send(neighbours[k].id, message);
    if (this.hearsItself) out.send(this.id, message);
    else heard.own.set(said);
  }

  /** Goes on from its states with another law of the same states: parameters that are changed in a run. */
  retune(law: Law): void {
    this.law = law;
  }

  /** Gives what a neighbour says another weight; 0: the link is known to be down, and is not used to speak either. */
  weigh(neighbour: AgentId, weight_frac: number): void {
    const at = this.neighbourAt.get(neighbour);
    if (at !== undefined) this.weights[at] = weight_frac;
  }

  remember(): Snapshot {
    const { x, heard, rounds, heardAt_s, commands } = this;
    return {
      states: x.slice(),
      commands: commands.slice(),
      heard: heard.values.slice(),
      own: heard.own.slice(),
      saidAt: this.saidAt_s,
      events: this.events_count,
      rounds: rounds.slice(),
      heardAt: heardAt_s.slice(),
      acts: this.acts_count,
      now: this.now_s,
    };
  }

  /** Goes on from its states; the time it was away is not integrated over, and neighbours count as they were heard then. */
  resume(snapshot: Snapshot, out: Outbox): void {
    const read = (name: string, into: Float64Array): void => {
      const values = snapshot[name];
      if (values instanceof Float64Array && values.length === into.length) into.set(values);
    };
    read('states', this.x);
    read('commands', this.commands);
    read('heard', this.heard.values);
    read('own', this.heard.own);
    read('rounds', this.rounds);
    read('heardAt', this.heardAt_s);
    if (typeof snapshot['acts'] === 'number') this.acts_count = snapshot['acts'];
    if (typeof snapshot['events'] === 'number') this.events_count = snapshot['events'];
    if (typeof snapshot['saidAt'] === 'number') this.saidAt_s = snapshot['saidAt'];
    if (typeof snapshot['now'] === 'number') this.now_s = snapshot['now'];
    this.before_s = undefined;
    out.wakeAfter(0);
  }
}

/**
 * A device whose measurements reach its agent `delay_s` late, as over a network between the plant and a distant controller. What is not yet there is what was
 * measured first. Delays are met to whole periods of the agent, rounded up.
 */
export function delayedDevice(device: DevicePort, delay_s: number): DevicePort {
  const waiting: { readonly at_s: number; readonly y: Float64Array }[] = [];
  let latest: Float64Array | undefined;
  return {
    measureInto(now_s, y) {
      device.measureInto(now_s, y);
      latest ??= y.slice();
      waiting.push({ at_s: now_s + delay_s * (1 - 1e-12), y: y.slice() });
      while (waiting.length > 0 && waiting[0].at_s <= now_s) latest = waiting.shift()!.y;
      y.set(latest);
    },
    command: (now_s, commands) => device.command(now_s, commands),
  };
}
