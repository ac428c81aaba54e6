import { Patience } from '../../agents/patience.ts';
import type { AgentId, Message, Outbox, Role } from '../../agents/role.ts';
import { heard, idSeparator, say } from './messages.ts';

export interface NetSetup {
  readonly id: AgentId;
  readonly convener: AgentId;
  /** One entry per terminal, in a fixed order: sums are taken in it, so that arrival order changes no bit. */
  readonly participants: readonly AgentId[];
  readonly channels_count: number;
  readonly steps_count: number;
  readonly dt_h: number;
  readonly relaxation: number;
  readonly retry_s: number;
  readonly rho: number;
  /** ρ at this net and channel over the common ρ. */
  readonly rhoScale: Float64Array;
  /** Rounds between two reports to the convener. */
  readonly checkEvery_count: number;
  /** Reports over which prices are watched for moving. */
  readonly watched_count: number;
  readonly openingPrice: Float64Array;
  /** What the terminals last agreed on here, where there was such a time; zero when left out. */
  readonly start?: readonly (Float64Array | undefined)[] | undefined;
}

/**
 * A place where power is exchanged and must balance. Each round it takes the mean of the schedules,
 *
 *   p̄ = mean p_k,   z_k ← α·p_k + (1−α)·z_k − α·p̄,   λ ← λ − ρ·α·p̄/dt,
 *
 * and tells everyone the new price λ and the imbalance p̄. It knows schedules at its own terminals and nothing else.
 */
export class Net implements Role {
  readonly id: AgentId;
  readonly price: Float64Array;
  /** p̄ of the last complete round. */
  readonly imbalance: Float64Array;
  /** Lowest and highest price of the rounds since each of the last reports, newest first. */
  private readonly ranges: { readonly first: Float64Array; readonly low: Float64Array; readonly high: Float64Array }[] = [];
  private readonly patience: Patience;
  private readonly setup: NetSetup;
  private readonly width: number;
  private readonly power: Float64Array[];
  private readonly z: Float64Array[];
  private readonly heardRound: Int32Array;
  private readonly feasible: Uint8Array;
  private readonly acknowledged: Uint8Array;
  private primal2: number[] = [];
  private dual2: number[] = [];
  private round = 0;
  private rho: number;
  private waitsForVerdict = false;
  private stopped = false;

  constructor(setup: NetSetup) {
    this.setup = setup;
    this.id = setup.id;
    this.patience = new Patience(setup.retry_s);
    this.width = setup.channels_count * setup.steps_count;
    this.price = Float64Array.from(setup.openingPrice);
    this.imbalance = new Float64Array(this.width);
    this.power = setup.participants.map(() => new Float64Array(this.width));
    this.z = setup.participants.map((_, k) => Float64Array.from(setup.start?.[k] ?? new Float64Array(this.width)));
    this.heardRound = new Int32Array(setup.participants.length);
    this.feasible = new Uint8Array(setup.participants.length).fill(1);
    this.acknowledged = new Uint8Array(setup.participants.length);
    this.rho = setup.rho;
    this.openRange();
  }

  /**
   * Where the price has been heading over the watched rounds. For a problem without a solution this tends to a direction
   * that proves it.
   */
  get heading(): Float64Array {
    const { first } = this.ranges[this.ranges.length - 1];
    return this.price.map((value, i) => value - first[i]);
  }

  get done(): boolean {
    return this.stopped && this.acknowledged.every((flag) => flag === 1);
  }

  start(out: Outbox): void {
    this.round = 1;
    this.announce(out);
  }

  receive(from: AgentId, message: Message, out: Outbox): void {
    if (from === this.setup.convener) {
      if (message.kind === 'verdict' && this.waitsForVerdict && message.round === this.round) this.obey(message, out);
      return;
    }
    const k = this.setup.participants.indexOf(from);
    if (k < 0) return;
    if (message.kind === 'settled') {
      this.acknowledged[k] = 1;
      return;
    }
    if (message.kind !== 'schedule') return;
    if (this.stopped) {
      if (this.acknowledged[k] === 0) this.settle(k, out);
      return;
    }
    if (message.round !== this.round || this.heardRound[k] === this.round) return;
    const { power_kW, feasible } = heard<'schedule'>(message);
    this.heardRound[k] = this.round;
    this.feasible[k] = feasible;
    this.power[k].set(power_kW);
    if (this.heardRound.every((round) => round === this.round)) this.close(out);
  }

  tick(_now_s: number, out: Outbox): void {
    if (this.done) return;
    if (this.stopped) this.setup.participants.forEach((_, k) => this.acknowledged[k] === 0 && this.settle(k, out));
    else if (this.waitsForVerdict) this.report(out);
    else this.setup.participants.forEach((_, k) => this.heardRound[k] < this.round && this.tell(k, out));
    this.patience.stretch(out);
  }

  /** All schedules of the round are in: update z and λ, then go on or report. */
  private close(out: Outbox): void {
    const { relaxation: a, dt_h, steps_count, rhoScale } = this.setup;
    const m = this.power.length;
    let primal2 = 0;
    let dual2 = 0;
    for (let i = 0; i < this.width; i++) {
      let mean = 0;
      for (let k = 0; k < m; k++) mean += this.power[k][i];
      mean /= m;
      this.imbalance[i] = mean;
      const rho = this.rho * rhoScale[Math.floor(i / steps_count)];
      for (let k = 0; k < m; k++) {
        const z = a * this.power[k][i] + (1 - a) * this.z[k][i] - a * mean;
        const s = (rho * (z - this.z[k][i])) / dt_h;
        dual2 += s * s;
        this.z[k][i] = z;
      }
      primal2 += m * mean * mean;
      this.price[i] -= (rho * a * mean) / dt_h;
    }
    this.widenRange();
    this.primal2.push(primal2);
    this.dual2.push(dual2);
    if (this.round % this.setup.checkEvery_count === 0) {
      this.waitsForVerdict = true;
      this.patience.renew(out);
      this.report(out);
    } else this.next(out);
  }

  private next(out: Outbox): void {
    this.round++;
    this.announce(out);
  }

  private announce(out: Outbox): void {
    this.patience.renew(out);
    this.setup.participants.forEach((_, k) => this.tell(k, out));
  }

  private tell(k: number, out: Outbox): void {
    const { participants, rhoScale } = this.setup;
    const rho_cur_per_kW2 = rhoScale.map((scale) => scale * this.rho);
    out.send(
      participants[k],
      say('price', this.round, { price_cur_per_kWh: this.price.slice(), imbalance_kW: this.imbalance.slice(), rho_cur_per_kW2 }),
    );
  }

  private settle(k: number, out: Outbox): void {
    out.send(this.setup.participants[k], say('settle', this.round, { price_cur_per_kWh: this.price.slice() }));
  }

  private openRange(): void {
    this.ranges.unshift({ first: this.price.slice(), low: this.price.slice(), high: this.price.slice() });
    if (this.ranges.length > this.setup.watched_count) this.ranges.pop();
  }

  private widenRange(): void {
    const { low, high } = this.ranges[0];
    for (let i = 0; i < this.width; i++) {
      if (this.price[i] < low[i]) low[i] = this.price[i];
      if (this.price[i] > high[i]) high[i] = this.price[i];
    }
  }

  /** Largest distance between two prices of the watched rounds; Infinity until that many have passed. */
  private swing(): number {
    if (this.ranges.length < this.setup.watched_count) return Number.POSITIVE_INFINITY;
    let swing = 0;
    for (let i = 0; i < this.width; i++) {
      let low = this.price[i];
      let high = low;
      for (const range of this.ranges) {
        low = Math.min(low, range.low[i]);
        high = Math.max(high, range.high[i]);
      }
      swing = Math.max(swing, high - low);
    }
    return swing;
  }

  private report(out: Outbox): void {
    let power2 = 0;
    let price2 = 0;
    for (const p of this.power) for (const value of p) power2 += value * value;
    for (const value of this.price) price2 += value * value;
    const refusing = this.setup.participants.filter((_, k) => this.feasible[k] === 0);
    out.send(
      this.setup.convener,
      say('progress', this.round, {
        primal2_kW2: Float64Array.from(this.primal2),
        dual2_cur2_per_kWh2: Float64Array.from(this.dual2),
        power2_kW2: power2,
        price2_cur2_per_kWh2: price2 * this.power.length,
        values_count: this.width * this.power.length,
        swing_cur_per_kWh: this.swing(),
        infeasible: refusing.join(idSeparator),
      }),
    );
  }

  private obey(message: Message, out: Outbox): void {
    const { decision, rho_cur_per_kW2 } = heard<'verdict'>(message);
    this.waitsForVerdict = false;
    this.openRange();
    this.primal2 = [];
    this.dual2 = [];
    this.rho = rho_cur_per_kW2;
    if (decision === 'continue') {
      this.next(out);
      return;
    }
    this.stopped = true;
    this.patience.renew(out);
    this.setup.participants.forEach((_, k) => this.settle(k, out));
  }
}
