import { Drops } from '../../agents/drops.ts';
import { Patience } from '../../agents/patience.ts';
import type { AgentId, Message, Outbox, Role, Snapshot } from '../../agents/role.ts';
import { faultOf, isCount, type Shapes } from '../../agents/shapes.ts';
import { NumericalError } from '../../base/errors.ts';
import { digits_count, rounded, writeDigits } from '../../base/fixed-point.ts';
import type { Oracle } from '../../problem/oracle.ts';
import { anew, heard, isVerdict, say, shapesOf, type Verdict } from './messages.ts';

export interface ParticipantSetup {
  readonly id: AgentId;
  readonly oracle: Oracle;
  /** Nets of its terminals, in the order of the oracle's ports, and the largest value that each can add up. */
  readonly nets: readonly { readonly id: AgentId; readonly largest_kW: number }[];
  readonly channels_count: number;
  readonly steps_count: number;
  readonly dt_h: number;
  /** First z; it must balance together with the others'. Zero when left out. */
  readonly start?: Float64Array | undefined;
  /** Silence after which the last message is repeated. */
  readonly retry_s: number;
  /** Comes when the others have begun already: asks to be let in. */
  readonly joins?: boolean | undefined;
}

/**
 * Owns one part. Each round it answers its nets' prices with argmin f(p) + ½·ρ·‖p − (z + λ·dt/ρ)‖², z = σ − σ̄, and moves its sum
 * σ ← σ + α·(p − z). Its parameters, costs and states never leave it. Repeats itself when the wire is silent; ignores what is old.
 * It answers only when each of its nets has said a price with its own last answer in it.
 */
export class Participant implements Role {
  readonly id: AgentId;
  /** The last answer, [terminal][channel][step]. */
  readonly power: Float64Array;
  feasible = true;
  /** How the negotiation ended, as its nets said. */
  verdict: Verdict | undefined;
  /** The nets that it has not left. */
  peers: readonly AgentId[];
  version = 0;
  private readonly drops = new Drops();
  private readonly setup: ParticipantSetup;
  private readonly patience: Patience;
  private readonly shapes: Shapes;
  private readonly stride: number;
  /** σ, [terminal][channel][step]. */
  private readonly sum: Float64Array;
  /** What it last said of its squares, in digits, by terminal. */
  private readonly power2: Float64Array;
  private readonly distance2: Float64Array;
  private readonly answer: Float64Array;
  private readonly v: Float64Array;
  private readonly rho: Float64Array;
  /** λ as it heard it last, [terminal][channel][step]. */
  readonly price: Float64Array;
  private readonly mean: Float64Array;
  private readonly relaxation: Float64Array;
  /** By terminal: the net's round of the newest price, and of the one answered last. */
  private readonly noted: Float64Array;
  private readonly answered: Float64Array;
  /** The newest price that its last word was not in. */
  private readonly missed: Float64Array;
  /** The net waits for everyone from now on. */
  private readonly renewed: Uint8Array;
  private readonly settled: Uint8Array;
  private readonly released: Uint8Array;
  private leaving = false;
  private joining: boolean;

  constructor(setup: ParticipantSetup) {
    const terminals_count = setup.nets.length;
    this.setup = setup;
    this.id = setup.id;
    this.joining = setup.joins === true;
    this.patience = new Patience(setup.retry_s);
    this.peers = setup.nets.map(({ id }) => id);
    const { price, settle, released } = shapesOf(setup.channels_count, setup.steps_count, 0);
    this.shapes = { price, settle, released };
    this.stride = setup.channels_count * setup.steps_count;
    const width = terminals_count * this.stride;
    this.power = new Float64Array(width);
    this.sum = setup.start ? Float64Array.from(setup.start) : new Float64Array(width);
    this.power2 = new Float64Array(terminals_count * digits_count);
    this.distance2 = new Float64Array(terminals_count * setup.channels_count * digits_count);
    this.answer = new Float64Array(width);
    this.v = new Float64Array(width);
    this.rho = new Float64Array(width);
    this.price = new Float64Array(width);
    this.mean = new Float64Array(width);
    this.relaxation = new Float64Array(terminals_count);
    this.noted = new Float64Array(terminals_count);
    this.answered = new Float64Array(terminals_count);
    this.missed = new Float64Array(terminals_count);
    this.renewed = new Uint8Array(terminals_count);
    this.settled = new Uint8Array(terminals_count);
    this.released = new Uint8Array(terminals_count);
  }

  get dropped(): ReadonlyMap<string, number> {
    return this.drops.counts;
  }

  get done(): boolean {
    return this.settled.every((flag, k) => flag === 1 || (this.leaving && this.released[k] === 1));
  }

  start(out: Outbox): void {
    if (this.joining) this.repeat(out);
    this.patience.renew(out);
  }

  receive(from: AgentId, message: Message, out: Outbox): void {
    const k = this.setup.nets.findIndex(({ id }) => id === from);
    const fault = k < 0 ? 'stranger' : faultOf(message, this.shapes);
    if (fault !== undefined) this.drops.count(fault);
    else if (message.kind === 'settle') this.settle(k, message, out);
    else if (message.kind === 'released') this.beReleased(k, message.round, out);
    else if (!this.leaving) this.hear(k, message, out);
  }

  tick(_now_s: number, out: Outbox): void {
    if (this.done) return;
    this.repeat(out);
    this.patience.stretch(out);
  }

  /** Asks its nets to go on without it; it is done when they have understood. */
  leave(out: Outbox): void {
    this.leaving = true;
    this.version++;
    this.repeat(out);
    this.patience.renew(out);
  }

  remember(): Snapshot {
    return {
      power_kW: this.power.slice(),
      sum_kW: this.sum.slice(),
      mean_kW: this.mean.slice(),
      price_cur_per_kWh: this.price.slice(),
      asked_kW: this.v.slice(),
      rho_cur_per_kW2: this.rho.slice(),
      verdict: this.verdict ?? '',
      power2_kW2: this.power2.slice(),
      distance2_kW2: this.distance2.slice(),
      answered: this.answered.slice(),
      settled: Float64Array.from(this.settled),
      released: Float64Array.from(this.released),
      renewed: Float64Array.from(this.renewed),
      feasible: this.feasible ? 1 : 0,
      leaving: this.leaving ? 1 : 0,
      joining: this.joining ? 1 : 0,
    };
  }

  resume(snapshot: Snapshot, out: Outbox): void {
    this.power.set(snapshot['power_kW'] as Float64Array);
    this.sum.set(snapshot['sum_kW'] as Float64Array);
    this.mean.set(snapshot['mean_kW'] as Float64Array);
    this.price.set(snapshot['price_cur_per_kWh'] as Float64Array);
    this.v.set(snapshot['asked_kW'] as Float64Array);
    this.rho.set(snapshot['rho_cur_per_kW2'] as Float64Array);
    this.verdict = (snapshot['verdict'] as Verdict | '') || undefined;
    // An oracle may begin at its last answer, and is asked for its schedule later.
    if (this.rho.every((rho) => rho > 0)) this.setup.oracle.prox(this.v, this.rho, this.answer);
    this.power2.set(snapshot['power2_kW2'] as Float64Array);
    this.distance2.set(snapshot['distance2_kW2'] as Float64Array);
    this.answered.set(snapshot['answered'] as Float64Array);
    this.noted.set(this.answered);
    this.settled.set(snapshot['settled'] as Float64Array);
    this.released.set(snapshot['released'] as Float64Array);
    this.renewed.set(snapshot['renewed'] as Float64Array);
    this.feasible = snapshot['feasible'] === 1;
    this.leaving = snapshot['leaving'] === 1;
    this.joining = snapshot['joining'] === 1;
    this.peers = this.peersNow();
    if (this.done) return;
    this.repeat(out);
    this.patience.renew(out);
  }

  /** z: where the net would have it, balanced with the others' when the negotiation is over. */
  get consensus(): Float64Array {
    return this.sum.map((value, i) => value - this.mean[i]);
  }

  private peersNow(): AgentId[] {
    return this.setup.nets.filter((_, k) => this.released[k] === 0).map(({ id }) => id);
  }

  private settle(k: number, message: Message, out: Outbox): void {
    const { price_cur_per_kWh, mean_kW, verdict } = heard<'settle'>(message);
    if (!isVerdict(verdict)) {
      this.drops.count('out of range');
      return;
    }
    if (this.settled[k] === 0) {
      this.version++;
      this.settled[k] = 1;
      this.verdict = verdict;
      this.price.set(price_cur_per_kWh, k * this.stride);
      this.mean.set(mean_kW, k * this.stride);
    }
    out.send(this.setup.nets[k].id, say('settled', message.round, {}));
  }

  /** A net goes on without it. Who did not mean to leave asks to be let in again, as if it had never been there. */
  private beReleased(k: number, round: number, out: Outbox): void {
    if (this.released[k] === 1) return;
    if (this.leaving) {
      this.version++;
      this.released[k] = 1;
      this.peers = this.peersNow();
    } else if (this.answered[k] > 0 && round === this.answered[k]) {
      this.version++;
      this.answered[k] = this.noted[k] = 0;
      this.sum.fill(0, k * this.stride, (k + 1) * this.stride);
      this.joining = true;
      this.repeat(out);
    }
  }

  private hear(k: number, message: Message, out: Outbox): void {
    const price = heard<'price'>(message);
    if (
      !price.rho_cur_per_kW2.every((rho) => rho > 0) ||
      !(price.relaxation > 0 && price.relaxation < 2) ||
      !isCount(price.heardRound + 1)
    ) {
      this.drops.count('out of range');
      return;
    }
    if (price.heardRound === anew) this.renew(k);
    else if (price.heardRound < this.answered[k] && message.round > this.missed[k]) {
      // The net has gone on without its last word: that was lost, or is late.
      this.missed[k] = message.round;
      if (message.round > this.answered[k]) this.tell(k, out);
    }
    const isOld = this.renewed[k] === 0 && this.renewed.includes(1);
    // It is asked again and still waits for another net: its last word says that it is there. (A first word is asked for by "join", and would breed.)
    if (message.round === this.noted[k] && message.round > this.answered[k] && this.answered[k] > 0) this.tell(k, out);
    if (message.round <= this.noted[k] || isOld) return;
    if (price.heardRound !== this.answered[k] && price.heardRound !== anew) return;
    this.note(k, message.round, price);
    if (this.noted.some((round, j) => round <= this.answered[j])) return;
    this.respond();
    this.version++;
    this.patience.renew(out);
    for (let j = 0; j < this.setup.nets.length; j++) this.tell(j, out);
  }

  /** A net waits for everyone from now on, and so will the others: what they said before is done with. */
  private renew(k: number): void {
    if (!this.renewed.includes(1)) this.noted.set(this.answered);
    this.renewed[k] = 1;
  }

  private note(k: number, round: number, price: ReturnType<typeof heard<'price'>>): void {
    const { channels_count, steps_count } = this.setup;
    const first = k * this.stride;
    this.noted[k] = round;
    this.price.set(price.price_cur_per_kWh, first);
    this.mean.set(price.mean_kW, first);
    this.relaxation[k] = price.relaxation;
    for (let c = 0; c < channels_count; c++) {
      this.rho.fill(price.rho_cur_per_kW2[c], first + c * steps_count, first + (c + 1) * steps_count);
    }
  }

  private respond(): void {
    const { dt_h, oracle } = this.setup;
    const { power, answer, sum, mean, v, rho, price, stride } = this;
    this.answered.forEach((round, k) => {
      // Who is new here begins at its start, however far the others have been moved by now.
      if (round === 0) for (let i = k * stride; i < (k + 1) * stride; i++) sum[i] += mean[i];
    });
    for (let i = 0; i < v.length; i++) v[i] = sum[i] - mean[i] + (price[i] * dt_h) / rho[i];
    // Who has no feasible plan says so and stays where it was, so that nobody else is led astray.
    this.feasible = oracle.prox(v, rho, answer);
    if (this.feasible) for (let i = 0; i < power.length; i++) power[i] = rounded(answer[i]);
    for (let k = 0; k < this.setup.nets.length; k++) this.move(k);
    this.answered.set(this.noted);
    this.joining = false;
  }

  /** σ ← σ + α·(p − z) at one terminal, and the squares of p and of p − z. */
  private move(k: number): void {
    const { channels_count, steps_count, nets } = this.setup;
    const { power, sum, mean, stride } = this;
    const alpha = this.relaxation[k];
    let power2 = 0;
    for (let c = 0; c < channels_count; c++) {
      let distance2 = 0;
      for (let t = 0; t < steps_count; t++) {
        const i = k * stride + c * steps_count + t;
        if (!(Math.abs(power[i]) <= nets[k].largest_kW)) this.refuseToSend(power[i], k);
        const distance = power[i] - (sum[i] - mean[i]);
        sum[i] += alpha * distance;
        distance2 += distance * distance;
        power2 += power[i] * power[i];
      }
      writeDigits(distance2, this.distance2, (k * channels_count + c) * digits_count);
    }
    writeDigits(power2, this.power2, k * digits_count);
  }

  /** Says its last words again to all. */
  private repeat(out: Outbox): void {
    for (let k = 0; k < this.setup.nets.length; k++) this.sayAgain(k, out);
  }

  /** Says again that it leaves, wants to be let in, or its schedule. */
  private sayAgain(k: number, out: Outbox): void {
    const { id } = this.setup.nets[k];
    if (this.settled[k] === 1 || this.released[k] === 1) return;
    if (this.leaving) out.send(id, say('leave', this.answered[k], {}));
    else if (this.answered[k] > 0) this.tell(k, out);
    else {
      // Also one that was here from the beginning: a net that never reached it may have gone on without it, or be over.
      const nets_count = this.answered.reduce((count, round) => count + (round === 0 ? 1 : 0), 0);
      out.send(id, say('join', 0, { nets_count }));
    }
  }

  private tell(k: number, out: Outbox): void {
    const { channels_count, nets } = this.setup;
    const squares = channels_count * digits_count;
    out.send(
      nets[k].id,
      say('schedule', this.answered[k], {
        power_kW: this.power.slice(k * this.stride, (k + 1) * this.stride),
        power2_kW2: this.power2.slice(k * digits_count, (k + 1) * digits_count),
        distance2_kW2: this.distance2.slice(k * squares, (k + 1) * squares),
        terminals_count: 1,
        refusing_count: this.feasible ? 0 : 1,
      }),
    );
  }

  private refuseToSend(value: number, k: number): never {
    const { id, largest_kW } = this.setup.nets[k];
    throw new NumericalError({
      code: 'SCHEME_OUT_OF_REACH',
      message: `"${this.id}" would exchange ${value.toPrecision(6)} kW at "${id}", where sums are exact up to ${largest_kW.toPrecision(6)} kW of each terminal`,
      where: this.id,
      hint: 'Check the unit of its power; or give terminals the limits that they have, so that they need not share the reach of a sum alike.',
    });
  }
}
