import { Drops } from '../agents/drops.ts';
import type { AgentId, Message, Outbox, Role } from '../agents/role.ts';
import { faultOf, type Shapes } from '../agents/shapes.ts';
import type { Law } from './contract.ts';
import { ControlRole, type ControlRoleOptions, type DevicePort } from './control-role.ts';
import { changeKind, commandedKind, endKind, fromPlant, measuredKind } from './field-messages.ts';

export interface FieldRoleOptions extends Omit<ControlRoleOptions, 'device' | 'commands' | 'stop_s' | 'start_s'> {
  /** Who measures the device and carries out commands. */
  readonly plant: AgentId;
  /** Measurements older than this are acted on no more: the device is left to itself. */
  readonly stale_s: number;
  /** The law with one parameter changed; undefined when it is no parameter of it, or not with this value. Absent: no law can be changed. */
  readonly retune?: ((name: string, value: number) => Law | undefined) | undefined;
}

/** Begins the name of a change that weighs a link anew: `link.dg1`, of what dg1 says; 0 cuts it. */
export const linkName = 'link.';

/**
 * A law whose device is somewhere else: measurements come as messages and are held until the next one, commands leave as messages. Between them it is a
 * `ControlRole`, which acts at its own times.
 *
 * It takes over with the first measurement, from the commands then in force, so that taking over moves nothing; and it takes over anew when the device has gone back to
 * its droop meanwhile, or when nothing was measured for `stale_s`.
 */
export function fieldRole(options: FieldRoleOptions): FieldRole {
  return new FieldRole(options);
}

export class FieldRole implements Role {
  readonly id: AgentId;
  peers: readonly AgentId[];
  done = false;
  /** How often it took its device over. */
  takeovers_count = 0;
  private readonly options: FieldRoleOptions;
  private readonly shapes: Shapes;
  private readonly drops = new Drops();
  private law: Law;
  /** Of what each neighbour says; 0 where the link is cut. */
  private readonly weights: Map<AgentId, number>;
  private control: ControlRole | undefined;
  /** Number of the next act, and overruns, when the control before this one ended. */
  private before = { act: 0, overruns_count: 0 };
  private readonly y: Float64Array;
  private readonly commands: Float64Array;
  private measured_count = -1;
  private isFresh = false;
  private measuredAt_s = Number.NEGATIVE_INFINITY;
  private fallbacks_count = 0;
  private changes_count = 0;

  constructor(options: FieldRoleOptions) {
    const { id, plant, law, neighbours } = options;
    this.id = id;
    this.options = options;
    this.law = law;
    this.weights = new Map(neighbours.map((neighbour) => [neighbour.id, neighbour.weight_frac]));
    this.peers = [plant, ...neighbours.map((neighbour) => neighbour.id).filter((other) => other !== id)];
    this.shapes = fromPlant(law.measures.length, law.commands.length);
    this.y = new Float64Array(law.measures.length);
    this.commands = new Float64Array(law.commands.length);
  }

  /** Number of the next act. One that was started anew goes on counting where the plant heard it last. */
  get act(): number {
    return this.control?.acts_count ?? this.before.act;
  }

  /** Periods in which it could not act because its host was late. */
  get overruns_count(): number {
    return this.before.overruns_count + (this.control?.overruns_count ?? 0);
  }

  get dropped(): ReadonlyMap<string, number> {
    const all = new Map(this.drops.counts);
    for (const [reason, count] of this.control?.dropped ?? []) all.set(reason, (all.get(reason) ?? 0) + count);
    return all;
  }

  /** Waits to be measured. */
  start(_out: Outbox): void {}

  receive(from: AgentId, message: Message, out: Outbox): void {
    if (from !== this.options.plant) {
      this.control?.receive(from, message, out);
      return;
    }
    const fault = faultOf(message, this.shapes);
    if (fault !== undefined) this.drops.count(fault);
    else if (message.kind === endKind) this.end();
    else if (message.kind === changeKind) this.take(message);
    else if (message.kind === measuredKind) this.measure(message, out);
  }

  private measure({ round, body }: Message, out: Outbox): void {
    if (round <= this.measured_count) {
      this.drops.count('older than what is known');
      return;
    }
    this.measured_count = round;
    this.isFresh = true;
    this.y.set(body['values'] as Float64Array);
    this.commands.set(body['commands'] as Float64Array);
    const fallbacks_count = body['fallbacks'] as number;
    if (this.control !== undefined && fallbacks_count > this.fallbacks_count) this.letGo();
    this.fallbacks_count = fallbacks_count;
    if (this.control !== undefined || this.done) return;
    this.before.act = Math.max(this.before.act, body['acts'] as number);
    this.takeOver(out);
  }

  private end(): void {
    this.done = true;
    // neighbours may have gone for good
    this.peers = [this.options.plant];
  }

  /** Changes come in order, and again until they are known to have been taken up. */
  private take({ round, body }: Message): void {
    if (round !== this.changes_count + 1) {
      this.drops.count('known already');
      return;
    }
    this.changes_count = round;
    const name = body['name'] as string;
    const value = body['value'] as number;
    const neighbour = name.startsWith(linkName) ? name.slice(linkName.length) : undefined;
    if (neighbour !== undefined && this.weights.has(neighbour)) {
      this.weights.set(neighbour, value);
      this.control?.weigh(neighbour, value);
      return;
    }
    const law = this.options.retune?.(name, value);
    if (law === undefined) this.drops.count('change refused');
    else {
      this.law = law;
      this.control?.retune(law);
    }
  }

  private takeOver(out: Outbox): void {
    const { id, period_s, forgetAfter_s } = this.options;
    const neighbours = [...this.weights].map(([neighbour, weight_frac]) => ({ id: neighbour, weight_frac }));
    this.control = new ControlRole({
      id,
      law: this.law,
      device: this.device,
      neighbours,
      period_s,
      forgetAfter_s,
      commands: this.commands,
      stop_s: Number.POSITIVE_INFINITY,
      firstAct: this.before.act,
    });
    this.takeovers_count++;
    this.control.start(out);
  }

  private letGo(): void {
    const { act, overruns_count } = this;
    this.before = { act, overruns_count };
    this.control = undefined;
  }

  private out: Outbox | undefined;
  private readonly device: DevicePort = {
    measureInto: (_now_s, y) => y.set(this.y),
    command: (_now_s, commands) => {
      const body = { values: commands.slice(), changes: this.changes_count };
      this.out?.send(this.options.plant, { kind: commandedKind, round: this.act, body });
    },
  };

  tick(now_s: number, out: Outbox): void {
    if (this.done || this.control === undefined) return;
    if (this.isFresh) this.measuredAt_s = now_s;
    this.isFresh = false;
    if (now_s - this.measuredAt_s > this.options.stale_s) {
      this.letGo();
      return;
    }
    this.out = out;
    this.control.tick(now_s, out);
  }
}
