import { Drops } from '../../agents/drops.ts';
import { Patience } from '../../agents/patience.ts';
import type { AgentId, Message, Outbox, Role, Snapshot } from '../../agents/role.ts';
import { type EnrolledTerminal, Limits } from './limits.ts';
import { type Body, faultOf, heard, idSeparator, idsOf, isCount, type Shapes, say, shapesOf } from './messages.ts';
import { PriceWatch } from './price-watch.ts';
import { RoundSum } from './round-sum.ts';

export interface NetSetup {
  readonly id: AgentId;
  readonly convener: AgentId;
  /** Everybody who may ever take part here, terminal by terminal. */
  readonly terminals: readonly (EnrolledTerminal & {
    /** Not there from the beginning: it is let in when it asks. */
    readonly comesLater?: boolean | undefined;
  })[];
  readonly channels_count: number;
  readonly steps_count: number;
  readonly dt_h: number;
  readonly relaxation: number;
  readonly retry_s: number;
  /** Repetitions without a valid word after which the net goes on without a participant; 0: it waits for ever. */
  readonly giveUp_count: number;
  readonly rho: number;
  /** ρ at this net and channel over the common ρ. */
  readonly rhoScale: Float64Array;
  /** Rounds between two reports to the convener. */
  readonly checkEvery_count: number;
  /** Reports over which prices are watched for moving. */
  readonly watched_count: number;
  readonly openingPrice: Float64Array;
}

/**
 * A place where power is exchanged and must balance. Each round it takes the mean of the schedules,
 *
 *   p̄ = (1/m)·Σ p,   σ̄ ← σ̄ + α·p̄,   λ ← λ − ρ·α·p̄/dt,
 *
 * and tells everyone the new price λ and σ̄. It adds up what its terminals say, held to their limits, and knows nothing else.
 */
export class Net implements Role {
  readonly id: AgentId;
  readonly price: Float64Array;
  version = 0;
  /** Schedules that were held to the limits of their terminals. */
  clipped_count = 0;
  private readonly drops = new Drops();
  private readonly patience: Patience;
  private readonly setup: NetSetup;
  private readonly shapes: { readonly verdict: Shapes[string]; readonly participant: Shapes };
  private readonly limits: Limits;
  private readonly sum: RoundSum;
  private readonly watch: PriceWatch;
  private readonly places: ReadonlyMap<AgentId, number>;
  /** By terminal: does it take part; the round that it was last heard on; has it no plan; has it understood that all is over. */
  private readonly present: Float64Array;
  private readonly heardRound: Float64Array;
  private readonly refusing: Float64Array;
  private readonly acknowledged: Float64Array;
  private readonly silent_count: Float64Array;
  /** Messages since its last valid one that could not be used; who is left behind over them is let in no more. */
  private readonly faulty_count: Float64Array;
  private readonly barred: Float64Array;
  /** Who asks to be let in: at how many nets. */
  private readonly asking = new Map<number, number>();
  private primal2: number[] = [];
  private dual2: number[] = [];
  private round = 0;
  private rho: number;
  private relaxation: number;
  /** Terminals came or went: the next round is without over-relaxation, so that z adds up to zero again. */
  private turned = false;
  private waitsForVerdict = false;
  private stopped = false;

  constructor(setup: NetSetup) {
    const { channels_count, steps_count, terminals } = setup;
    this.setup = setup;
    this.id = setup.id;
    this.patience = new Patience(setup.retry_s);
    const { verdict, schedule, settled, join, leave } = shapesOf(channels_count, steps_count, 0);
    this.shapes = { verdict, participant: { schedule, settled, join, leave } };
    this.limits = new Limits(terminals, channels_count, steps_count);
    this.sum = new RoundSum(channels_count, steps_count);
    this.price = Float64Array.from(setup.openingPrice);
    this.watch = new PriceWatch(setup.watched_count, this.price);
    this.places = new Map(terminals.map(({ id }, k) => [id, k]));
    this.present = Float64Array.from(terminals, ({ comesLater }) => (comesLater ? 0 : 1));
    this.heardRound = new Float64Array(terminals.length);
    this.refusing = new Float64Array(terminals.length);
    this.acknowledged = new Float64Array(terminals.length);
    this.silent_count = new Float64Array(terminals.length);
    this.faulty_count = new Float64Array(terminals.length);
    this.barred = new Float64Array(terminals.length);
    this.rho = setup.rho;
    this.relaxation = setup.relaxation;
  }

  /** p̄ of the last complete round. */
  get imbalance(): Float64Array {
    return this.sum.imbalance;
  }

  get terminals_count(): number {
    return this.sum.terminals_count;
  }

  /**
   * Where the price has been heading over the watched rounds. For a problem without a solution this tends to a direction
   * that proves it.
   */
  get heading(): Float64Array {
    return this.watch.heading(this.price);
  }

  get dropped(): ReadonlyMap<string, number> {
    return this.drops.counts;
  }

  get done(): boolean {
    return this.stopped && this.present.every((flag, k) => flag === 0 || this.acknowledged[k] === 1);
  }

  start(out: Outbox): void {
    this.next(out);
  }

  receive(from: AgentId, message: Message, out: Outbox): void {
    if (from === this.setup.convener) {
      this.hearConvener(message, out);
      return;
    }
    const k = this.places.get(from);
    if (k === undefined) this.drops.count('stranger');
    else if (this.barred[k] === 1) this.drops.count('barred');
    else {
      const fault = faultOf(message, this.shapes.participant);
      if (fault !== undefined) this.drop(k, fault);
      else this.hearParticipant(k, message, out);
    }
  }

  tick(_now_s: number, out: Outbox): void {
    if (this.done) return;
    if (this.stopped) this.each(this.acknowledged, (k) => this.settle(k, out));
    else if (this.waitsForVerdict) this.report(out);
    else this.remind(out);
    this.patience.stretch(out);
  }

  /** Goes on without a participant, because it asked for it or is known to be gone. */
  release(id: AgentId, out: Outbox): void {
    const k = this.places.get(id);
    if (k === undefined || this.present[k] === 0) return;
    this.present[k] = 0;
    this.refusing[k] = 0;
    this.heardRound[k] = 0;
    this.turn();
    if (!this.stopped) this.closeIfAllAreIn(out);
  }

  remember(): Snapshot {
    const { round, rho, relaxation, clipped_count, turned, waitsForVerdict, stopped } = this;
    return {
      round,
      rho,
      relaxation,
      clipped_count,
      turned: turned ? 1 : 0,
      waitsForVerdict: waitsForVerdict ? 1 : 0,
      stopped: stopped ? 1 : 0,
      price_cur_per_kWh: this.price.slice(),
      present: this.present.slice(),
      barred: this.barred.slice(),
      heardRound: this.heardRound.slice(),
      refusing: this.refusing.slice(),
      acknowledged: this.acknowledged.slice(),
      primal2_kW2: Float64Array.from(this.primal2),
      dual2_cur2_per_kWh2: Float64Array.from(this.dual2),
      ...this.watch.remember(),
      ...this.sum.remember(),
    };
  }

  resume(snapshot: Snapshot, out: Outbox): void {
    this.round = snapshot['round'] as number;
    this.rho = snapshot['rho'] as number;
    this.relaxation = snapshot['relaxation'] as number;
    this.clipped_count = snapshot['clipped_count'] as number;
    this.turned = snapshot['turned'] === 1;
    this.waitsForVerdict = snapshot['waitsForVerdict'] === 1;
    this.stopped = snapshot['stopped'] === 1;
    this.price.set(snapshot['price_cur_per_kWh'] as Float64Array);
    this.present.set(snapshot['present'] as Float64Array);
    this.barred.set(snapshot['barred'] as Float64Array);
    this.heardRound.set(snapshot['heardRound'] as Float64Array);
    this.refusing.set(snapshot['refusing'] as Float64Array);
    this.acknowledged.set(snapshot['acknowledged'] as Float64Array);
    this.primal2 = [...(snapshot['primal2_kW2'] as Float64Array)];
    this.dual2 = [...(snapshot['dual2_cur2_per_kWh2'] as Float64Array)];
    this.watch.resume(snapshot, this.price.length);
    this.sum.resume(snapshot);
    this.tick(0, out);
    this.patience.renew(out);
  }

  private hearConvener(message: Message, out: Outbox): void {
    const fault = faultOf(message, { verdict: this.shapes.verdict });
    if (fault !== undefined) {
      this.drops.count(fault);
      return;
    }
    const verdict = heard<'verdict'>(message);
    if (!(verdict.rho_cur_per_kW2 > 0) || (verdict.decision !== 'continue' && verdict.decision !== 'stop'))
      this.drops.count('out of range');
    else if (this.waitsForVerdict && message.round === this.round) this.obey(verdict, out);
  }

  private hearParticipant(k: number, message: Message, out: Outbox): void {
    if (message.kind === 'schedule') this.hearSchedule(k, message, out);
    else if (message.kind === 'join') this.hearAsking(k, heard<'join'>(message), out);
    else if (message.kind === 'leave') {
      this.release(this.setup.terminals[k].id, out);
      this.asking.delete(k);
      out.send(this.setup.terminals[k].id, say('released', message.round, {}));
    } else if (this.acknowledged[k] === 0) {
      this.acknowledged[k] = 1;
      this.version++;
    }
  }

  private drop(k: number, fault: string): void {
    this.faulty_count[k]++;
    this.drops.count(fault);
  }

  private hearAsking(k: number, { nets_count }: Body<'join'>, out: Outbox): void {
    if (!(isCount(nets_count) && nets_count > 0)) this.drop(k, 'out of range');
    else if (this.stopped) this.settle(k, out);
    else if (this.present[k] === 0) this.asking.set(k, nets_count);
    // It has been let in, and its first price was lost. One that has been heard is in: this is a late double.
    else if (this.heardRound[k] === 0) this.tell(k, out);
  }

  private hearSchedule(k: number, message: Message, out: Outbox): void {
    if (this.stopped && this.acknowledged[k] === 0) this.settle(k, out);
    else if (!this.stopped && this.present[k] === 0) out.send(this.setup.terminals[k].id, say('released', message.round, {}));
    if (this.stopped || this.waitsForVerdict || this.present[k] === 0) return;
    const said = heard<'schedule'>(message);
    const fault = message.round > this.round ? 'future round' : this.limits.faultOf(k, said);
    if (fault !== undefined) this.drop(k, fault);
    else if (message.round === this.round && this.heardRound[k] < this.round) this.take(k, said, out);
  }

  private take(k: number, said: Body<'schedule'>, out: Outbox): void {
    const { schedule, isClipped } = this.limits.project(k, said);
    if (isClipped) this.clipped_count++;
    this.heardRound[k] = this.round;
    this.silent_count[k] = this.faulty_count[k] = 0;
    this.refusing[k] = schedule.refusing_count;
    this.sum.add(schedule);
    this.closeIfAllAreIn(out);
  }

  private closeIfAllAreIn(out: Outbox): void {
    if (this.waitsForVerdict || this.present.some((flag, k) => flag === 1 && this.heardRound[k] < this.round)) return;
    this.close(out);
  }

  /** All schedules of the round are in: move the price, then go on or report. */
  private close(out: Outbox): void {
    const { dt_h, steps_count, rhoScale, checkEvery_count } = this.setup;
    const { sum, relaxation } = this;
    const before_count = sum.terminals_count;
    sum.close(relaxation);
    let primal2 = 0;
    let dual2 = 0;
    for (let i = 0; i < this.price.length; i++) {
      primal2 += sum.terminals_count * sum.imbalance[i] * sum.imbalance[i];
      this.price[i] -= (this.rho * rhoScale[Math.floor(i / steps_count)] * sum.step[i]) / dt_h;
    }
    rhoScale.forEach((scale, c) => {
      dual2 += ((this.rho * scale * relaxation) / dt_h) ** 2 * sum.moved2_kW2[c];
    });
    if (this.round > 1 && sum.terminals_count !== before_count) this.turn();
    this.watch.widen(this.price);
    this.primal2.push(primal2);
    this.dual2.push(dual2);
    if (this.round % checkEvery_count === 0) {
      this.waitsForVerdict = true;
      this.version++;
      this.patience.renew(out);
      this.report(out);
    } else this.next(out);
  }

  /** The problem has become another one: prices are watched anew, and z is brought to balance. */
  private turn(): void {
    this.version++;
    this.turned = true;
    this.watch.restart(this.price);
  }

  private next(out: Outbox): void {
    this.round++;
    this.version++;
    this.relaxation = this.turned ? 1 : this.setup.relaxation;
    this.turned = false;
    this.silent_count.fill(0);
    this.patience.renew(out);
    this.each(undefined, (k) => this.tell(k, out));
    this.closeIfAllAreIn(out);
  }

  /** Says it again to those who have not been heard; who has been silent for too long is left behind. */
  private remind(out: Outbox): void {
    const { giveUp_count, terminals } = this.setup;
    const { round } = this;
    for (let k = 0; k < terminals.length && this.round === round; k++) {
      if (this.present[k] === 0 || this.heardRound[k] === round) continue;
      if (giveUp_count === 0 || ++this.silent_count[k] <= giveUp_count) this.tell(k, out);
      else {
        if (this.faulty_count[k] > 0) this.barred[k] = 1;
        this.release(terminals[k].id, out);
      }
    }
  }

  /** Calls for everyone who takes part and is not marked. */
  private each(marked: Float64Array | undefined, call: (k: number) => void): void {
    for (let k = 0; k < this.present.length; k++) if (this.present[k] === 1 && (marked?.[k] ?? 0) === 0) call(k);
  }

  private tell(k: number, out: Outbox): void {
    const { terminals, rhoScale } = this.setup;
    out.send(
      terminals[k].id,
      say('price', this.round, {
        price_cur_per_kWh: this.price.slice(),
        mean_kW: this.sum.mean.slice(),
        rho_cur_per_kW2: rhoScale.map((scale) => scale * this.rho),
        relaxation: this.relaxation,
        heardRound: this.heardRound[k],
      }),
    );
  }

  private settle(k: number, out: Outbox): void {
    out.send(this.setup.terminals[k].id, say('settle', this.round, { price_cur_per_kWh: this.price.slice() }));
  }

  private report(out: Outbox): void {
    const { sum, price } = this;
    let price2 = 0;
    for (const value of price) price2 += value * value;
    const refusing = this.setup.terminals.filter((_, k) => this.refusing[k] > 0).map(({ id }) => id);
    const asking = [...this.asking].sort(([a], [b]) => a - b);
    out.send(
      this.setup.convener,
      say('progress', this.round, {
        primal2_kW2: Float64Array.from(this.primal2),
        dual2_cur2_per_kWh2: Float64Array.from(this.dual2),
        power2_kW2: sum.power2_kW2,
        price2_cur2_per_kWh2: price2 * sum.terminals_count,
        values_count: price.length * sum.terminals_count,
        swing_cur_per_kWh: this.watch.swing(price),
        infeasible: refusing.join(idSeparator),
        joining: asking.map(([k]) => this.setup.terminals[k].id).join(idSeparator),
        joiningNets_count: Float64Array.from(asking, ([, nets_count]) => nets_count),
      }),
    );
  }

  private obey({ decision, rho_cur_per_kW2, joining }: Body<'verdict'>, out: Outbox): void {
    this.waitsForVerdict = false;
    this.watch.open(this.price);
    this.primal2 = [];
    this.dual2 = [];
    this.rho = rho_cur_per_kW2;
    if (decision === 'continue') {
      this.letIn(idsOf(joining));
      this.next(out);
      return;
    }
    this.stopped = true;
    this.version++;
    this.patience.renew(out);
    this.each(this.acknowledged, (k) => this.settle(k, out));
    for (const k of this.asking.keys()) this.settle(k, out);
  }

  private letIn(ids: readonly AgentId[]): void {
    for (const id of ids) {
      const k = this.places.get(id);
      if (k === undefined || !this.asking.delete(k)) continue;
      this.present[k] = 1;
      this.heardRound[k] = 0;
      this.turn();
    }
  }
}
