import { Drops } from '../agents/drops.ts';
import type { AgentId, Message, Outbox, Role } from '../agents/role.ts';
import { faultOf, type Shapes } from '../agents/shapes.ts';
import type { Law } from '../controllers/contract.ts';
import { changeKind, endKind, fromAgent, measuredKind } from '../controllers/field-messages.ts';
import { type DevicePlaces, devicePlaces } from './device-places.ts';
import { placeOf } from './plant.ts';
import type { Run } from './run.ts';

/** A device of the plant and the agent that commands it. */
export interface PlantSeat {
  readonly agent: AgentId;
  readonly device: string;
  /** What it measures and commands. */
  readonly law: Law;
  /** When it was not commanded for so long it goes back to the inputs that the plant has by itself: to its droop. */
  readonly watchdog_s: number;
  /** What may be changed at the agent while it runs. */
  readonly parameters: readonly string[];
  /** It is not measured, and left to its droop, before. Default 0. */
  readonly start_s?: number | undefined;
}

/** At a time of the plant, an input or parameter of the plant, or `<agent>.<parameter>` of an agent, takes a value. */
export interface LiveChange {
  readonly at_s: number;
  readonly name: string;
  readonly value: number;
}

export interface PlantRoleOptions {
  readonly id: AgentId;
  /** It ends when this run does. */
  readonly run: Run;
  readonly stop_s: number;
  readonly seats: readonly PlantSeat[];
  /** Time between two looks at the clock; commands are carried out then. */
  readonly pace_s: number;
  /** Time between two measurements, a multiple of the pace. */
  readonly measure_s: number;
  /** In order of time. */
  readonly changes?: readonly LiveChange[] | undefined;
}

/** A tick earlier by at most this part of a pace is the tick. */
const SAME_TICK = 1e-6;

/**
 * A plant that others command over messages, at the pace of the clock that it is handed: virtual, or on the wall. It measures all devices at the same moments, carries out
 * what arrives with the next look at the clock, and holds the last value of each command until the next one or until its watchdog bites.
 *
 * When its host is late, the plant catches up: the moments that it has missed are counted, and those who command it have seen nothing meanwhile.
 */
export function plantRole(options: PlantRoleOptions): PlantRole {
  return new PlantRole(options);
}

interface Place extends PlantSeat, DevicePlaces {
  readonly shapes: Shapes;
  /** Number after the last act that was heard. */
  acts_count: number;
  /** Commands that wait for the next tick. */
  waiting: Float64Array | undefined;
  commandedAt_s: number;
  isCommanded: boolean;
  fallbacks_count: number;
  readonly changes: { readonly name: string; readonly value: number }[];
  /** Changes that the agent has taken up. */
  taken_count: number;
}

export class PlantRole implements Role {
  readonly id: AgentId;
  peers: readonly AgentId[];
  done = false;
  /** Moments at which it should have looked at the clock and could not, because its host was late. */
  overruns_count = 0;
  /** The longest that a look at the clock came late. */
  late_max_s = 0;
  measurements_count = 0;
  private readonly options: PlantRoleOptions;
  private readonly places: ReadonlyMap<AgentId, Place>;
  private readonly drops = new Drops();
  readonly dropped = this.drops.counts;
  private readonly y: Float64Array;
  private readonly u: Float64Array;
  private readonly measureEvery: number;
  private origin_s: number | undefined;
  private tick_count = 0;
  /** The tick of the next measurement. */
  private measureAt = 0;
  private change = 0;

  /** @throws {InputError} SIMULATION_UNKNOWN_NAME when the plant has not what a law measures or commands, or there is nothing of the name of a change */
  constructor(options: PlantRoleOptions) {
    const { id, run, seats, pace_s, measure_s, changes = [] } = options;
    const { plant } = run;
    this.id = id;
    this.options = options;
    this.peers = seats.map(({ agent }) => agent);
    this.places = new Map(
      seats.map((seat): [AgentId, Place] => [
        seat.agent,
        {
          ...seat,
          ...devicePlaces(plant, seat.device, seat.law),
          shapes: fromAgent(seat.law.commands.length),
          acts_count: 0,
          waiting: undefined,
          commandedAt_s: 0,
          isCommanded: false,
          fallbacks_count: 0,
          changes: [],
          taken_count: 0,
        },
      ]),
    );
    this.y = new Float64Array(plant.outputs.length);
    this.u = new Float64Array(plant.inputs.length);
    this.measureEvery = Math.max(1, Math.round(measure_s / pace_s));
    for (const { name } of changes) this.checkName(name);
  }

  /** Names that may be changed while it runs. */
  get names(): readonly string[] {
    const { plant } = this.options.run;
    const ofLaws = this.options.seats.flatMap(({ agent, parameters }) => parameters.map((name) => `${agent}.${name}`));
    return [...plant.inputs, ...plant.parameters, ...ofLaws];
  }

  get fallbacks_count(): number {
    let count = 0;
    for (const place of this.places.values()) count += place.fallbacks_count;
    return count;
  }

  /** Time of the plant. */
  get t_s(): number {
    return this.options.run.t_s;
  }

  /**
   * An input or a parameter of the plant, or `<agent>.<parameter>` of a law, takes a value: now, or when the agent hears of it.
   * @throws {InputError} SIMULATION_UNKNOWN_NAME, SIMULATION_PARAMETER
   */
  changeNow(name: string, value: number): void {
    this.checkName(name);
    const { run } = this.options;
    for (const place of this.places.values()) {
      const parameter = name.startsWith(`${place.agent}.`) ? name.slice(place.agent.length + 1) : '';
      if (!place.parameters.includes(parameter)) continue;
      place.changes.push({ name: parameter, value });
      run.note(`${name} = ${value}`);
      return;
    }
    run.change(name, value);
  }

  private checkName(name: string): void {
    placeOf(name, this.names, `input or parameter of "${this.options.run.plant.title}" or of its agents`);
  }

  start(out: Outbox): void {
    out.wakeAfter(0);
  }

  receive(from: AgentId, message: Message, out: Outbox): void {
    const place = this.places.get(from);
    if (place === undefined) return void this.drops.count('not understood');
    const fault = faultOf(message, place.shapes);
    if (fault !== undefined) return void this.drops.count(fault);
    const { round, body } = message;
    if (this.done) {
      out.send(from, { kind: endKind, round: 0, body: {} });
      return;
    }
    if (round < place.acts_count) return void this.drops.count('older than what is known');
    place.acts_count = round + 1;
    place.waiting = body['values'] as Float64Array;
    place.taken_count = Math.min(body['changes'] as number, place.changes.length);
  }

  tick(now_s: number, out: Outbox): void {
    if (this.done) return;
    this.origin_s ??= now_s;
    const { run, stop_s, pace_s } = this.options;
    const t_s = now_s - this.origin_s;
    const planned_s = this.tick_count * pace_s;
    if (t_s < planned_s - SAME_TICK * pace_s) {
      // timers of hosts fire early, and a connection that is back wakes everybody
      out.wakeAfter(planned_s - t_s);
      return;
    }
    const late_s = t_s - planned_s;
    const missed = Math.floor(late_s / pace_s + SAME_TICK);
    this.overruns_count += missed;
    this.late_max_s = Math.max(this.late_max_s, late_s);
    // a moment that was met is the planned one, whatever the clock shows beside it
    this.advance(missed === 0 ? planned_s : t_s);
    this.tick_count += missed + 1;
    if (this.tick_count > this.measureAt) this.measure(out);
    if (!run.isAlive || run.t_s >= stop_s) this.end(out);
    else out.wakeAfter(Math.max(0, this.tick_count * pace_s - t_s));
  }

  /** Lets the plant go on to a moment, under the commands so far; then what has come in counts. */
  private advance(to_s: number): void {
    const { run, stop_s, changes = [] } = this.options;
    for (; this.change < changes.length && changes[this.change].at_s <= to_s; this.change++) {
      const { at_s, name, value } = changes[this.change];
      run.advance(Math.min(at_s, stop_s));
      this.changeNow(name, value);
    }
    run.advance(Math.min(to_s, stop_s));
    for (const place of this.places.values()) {
      const { waiting } = place;
      if (waiting !== undefined) {
        for (let k = 0; k < waiting.length; k++) run.command(place.commandAt[k], waiting[k]);
        if (!place.isCommanded) run.note(`${place.agent} commands ${place.device}`);
        place.waiting = undefined;
        place.isCommanded = true;
        place.commandedAt_s = run.t_s;
      } else if (place.isCommanded && run.t_s - place.commandedAt_s > place.watchdog_s) this.fallBack(place);
    }
  }

  private fallBack(place: Place): void {
    const { run } = this.options;
    run.plant.inputsInto(this.u);
    for (const at of place.commandAt) run.command(at, this.u[at]);
    place.isCommanded = false;
    place.fallbacks_count++;
    run.note(`${place.device} was not commanded and goes back to its droop`);
  }

  private measure(out: Outbox): void {
    const { run } = this.options;
    run.outputsInto(this.y);
    run.inputsInto(this.u);
    this.measureAt = Math.ceil(this.tick_count / this.measureEvery) * this.measureEvery;
    const round = this.measurements_count++;
    for (const place of this.places.values()) {
      const { agent, measureAt, commandAt, fallbacks_count, acts_count, changes, taken_count, start_s = 0 } = place;
      if (run.t_s < start_s) continue;
      const values = Float64Array.from(measureAt, (at) => this.y[at]);
      const commands = Float64Array.from(commandAt, (at) => this.u[at]);
      out.send(agent, { kind: measuredKind, round, body: { values, commands, fallbacks: fallbacks_count, acts: acts_count } });
      if (taken_count === changes.length) continue;
      const { name, value } = changes[taken_count];
      out.send(agent, { kind: changeKind, round: taken_count + 1, body: { name, value } });
    }
  }

  private end(out: Outbox): void {
    this.done = true;
    // who has been silent for so long is not waited for
    this.peers = this.peers.filter((agent) => this.places.get(agent)?.isCommanded === true);
    for (const agent of this.places.keys()) out.send(agent, { kind: endKind, round: 0, body: {} });
  }
}
