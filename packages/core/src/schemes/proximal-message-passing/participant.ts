import { Patience } from '../../agents/patience.ts';
import type { AgentId, Message, Outbox, Role } from '../../agents/role.ts';
import type { Oracle } from '../../problem/oracle.ts';
import { heard, say } from './messages.ts';

export interface ParticipantSetup {
  readonly id: AgentId;
  readonly oracle: Oracle;
  /** Nets of its terminals, in the order of the oracle's ports. */
  readonly nets: readonly AgentId[];
  readonly channels_count: number;
  readonly steps_count: number;
  readonly dt_h: number;
  /** Over-relaxation α. */
  readonly relaxation: number;
  /** First z; it must balance together with the others'. Zero when left out. */
  readonly start?: Float64Array | undefined;
  /** Silence after which the last message is repeated. */
  readonly retry_s: number;
}

/**
 * Owns one part. Each round it answers its nets' prices with argmin f(x) + ½·ρ·‖x − (z + λ·dt/ρ)‖².
 * Its parameters, costs and states never leave it. Repeats itself when the wire is silent; ignores what is old.
 */
export class Participant implements Role {
  readonly id: AgentId;
  /** The last answer, [terminal][channel][step]. */
  readonly power: Float64Array;
  feasible = true;
  private readonly setup: ParticipantSetup;
  private readonly patience: Patience;
  private readonly stride: number;
  private readonly z: Float64Array;
  private readonly answer: Float64Array;
  private readonly v: Float64Array;
  private readonly rho: Float64Array;
  private readonly price: Float64Array;
  private readonly imbalance: Float64Array;
  private readonly heardRound: Int32Array;
  private readonly settled: Uint8Array;
  private round = 0;

  constructor(setup: ParticipantSetup) {
    this.setup = setup;
    this.id = setup.id;
    this.patience = new Patience(setup.retry_s);
    this.stride = setup.channels_count * setup.steps_count;
    const width = setup.nets.length * this.stride;
    this.power = new Float64Array(width);
    this.z = setup.start ? Float64Array.from(setup.start) : new Float64Array(width);
    this.answer = new Float64Array(width);
    this.v = new Float64Array(width);
    this.rho = new Float64Array(width);
    this.price = new Float64Array(width);
    this.imbalance = new Float64Array(width);
    this.heardRound = new Int32Array(setup.nets.length);
    this.settled = new Uint8Array(setup.nets.length);
  }

  get done(): boolean {
    return this.settled.every((flag) => flag === 1);
  }

  start(out: Outbox): void {
    this.patience.renew(out);
  }

  receive(from: AgentId, message: Message, out: Outbox): void {
    const terminal = this.setup.nets.indexOf(from);
    if (terminal < 0) return;
    if (message.kind === 'settle') {
      this.settled[terminal] = 1;
      out.send(from, say('settled', message.round, {}));
      return;
    }
    if (message.kind !== 'price') return;
    if (message.round !== this.round + 1 || this.heardRound[terminal] === message.round) return;
    this.heardRound[terminal] = message.round;
    this.note(terminal, message);
    if (this.heardRound.every((round) => round === this.round + 1)) {
      this.respond();
      this.patience.renew(out);
      for (let k = 0; k < this.setup.nets.length; k++) this.tell(k, out);
    }
  }

  tick(_now_s: number, out: Outbox): void {
    if (this.done) return;
    if (this.round > 0) for (let k = 0; k < this.setup.nets.length; k++) if (this.settled[k] === 0) this.tell(k, out);
    this.patience.stretch(out);
  }

  private note(terminal: number, message: Message): void {
    const { price_cur_per_kWh, imbalance_kW, rho_cur_per_kW2 } = heard<'price'>(message);
    const first = terminal * this.stride;
    this.price.set(price_cur_per_kWh, first);
    this.imbalance.set(imbalance_kW, first);
    const { channels_count, steps_count } = this.setup;
    for (let c = 0; c < channels_count; c++) this.rho.fill(rho_cur_per_kW2[c], first + c * steps_count, first + (c + 1) * steps_count);
  }

  private respond(): void {
    const { dt_h, relaxation: a, oracle } = this.setup;
    const { power, answer, z, v, rho, price, imbalance } = this;
    const first = this.round === 0;
    for (let i = 0; i < v.length; i++) {
      if (!first) z[i] = a * power[i] + (1 - a) * z[i] - a * imbalance[i];
      v[i] = z[i] + (price[i] * dt_h) / rho[i];
    }
    // Who has no feasible plan says so and stays where it was, so that nobody else is led astray.
    this.feasible = oracle.prox(v, rho, answer);
    if (this.feasible) power.set(answer);
    this.round++;
  }

  private tell(terminal: number, out: Outbox): void {
    const first = terminal * this.stride;
    const power_kW = this.power.slice(first, first + this.stride);
    out.send(this.setup.nets[terminal], say('schedule', this.round, { power_kW, feasible: this.feasible ? 1 : 0 }));
  }
}
