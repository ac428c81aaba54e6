import { Drops } from '../../agents/drops.ts';
import { Forbearance } from '../../agents/forbearance.ts';
import { Patience } from '../../agents/patience.ts';
import type { AgentId, Message, Outbox, Role, Snapshot } from '../../agents/role.ts';
import { faultOf, isCount, type Shapes } from '../../agents/shapes.ts';
import { Limits } from './limits.ts';
import { type Body, heard, idsOf, isVerdict, say, shapesOf, type Verdict } from './messages.ts';
import { movePrice } from './move-price.ts';
import { NetReport } from './net-report.ts';
import { checkStaleness, type NetSetup } from './net-setup.ts';
import type { NetSum } from './net-sum.ts';
import { PriceWatch } from './price-watch.ts';
import { Roll } from './roll.ts';
import { RoundSum } from './round-sum.ts';
import { StandingSum } from './standing-sum.ts';

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
  /** The convener, and everybody who takes part now. */
  peers: readonly AgentId[];
  version = 0;
  /** Schedules that were held to the limits of their terminals. */
  clipped_count = 0;
  private readonly drops = new Drops();
  private readonly patience: Patience;
  private readonly forbearance: Forbearance;
  private readonly setup: NetSetup;
  private readonly shapes: { readonly verdict: Shapes[string]; readonly participant: Shapes };
  private readonly limits: Limits;
  private sum: NetSum;
  private readonly watch: PriceWatch;
  private readonly roll: Roll;
  private readonly reporting: NetReport;
  private round = 0;
  private rho: number;
  private relaxation: number;
  /** Terminals came or went: the next round is without over-relaxation, so that z adds up to zero again. */
  private turned = false;
  /** Does it wait for everyone in every round? */
  private waitsForAll: boolean;
  /** Whoever is late in this round has been waited for long enough. */
  private overdue = false;
  /** How it ended, as the convener said. */
  verdict: Verdict | undefined;

  /** @throws {CombinationError} SCHEME_LIMITS_EMPTY, SCHEME_STALENESS_INVALID */
  constructor(setup: NetSetup) {
    const { channels_count, steps_count, terminals } = setup;
    checkStaleness(setup);
    this.setup = setup;
    this.id = setup.id;
    this.patience = new Patience(setup.staleness_max_count > 0 ? setup.straggler_s : setup.retry_s);
    const { verdict, schedule, settled, join, leave } = shapesOf(channels_count, steps_count, 0);
    this.shapes = { verdict, participant: { schedule, settled, join, leave } };
    this.limits = new Limits(terminals, channels_count, steps_count);
    this.waitsForAll = setup.staleness_max_count === 0;
    this.reporting = new NetReport(setup.checkEvery_count);
    this.forbearance = new Forbearance(terminals.length, setup.giveUp_count);
    this.sum = this.sumOf();
    this.price = Float64Array.from(setup.openingPrice);
    this.watch = new PriceWatch(setup.watched_count, this.price);
    this.roll = new Roll(
      terminals.map(({ id }) => id),
      terminals.map(({ comesLater }) => !comesLater),
    );
    this.rho = setup.rho;
    this.relaxation = setup.relaxation;
    this.peers = this.peersNow();
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

  /** ρ at this net, by channel. */
  private get rhoHere(): Float64Array {
    return this.setup.rhoScale.map((scale) => scale * this.rho);
  }

  private get stopped(): boolean {
    return this.verdict !== undefined;
  }

  get done(): boolean {
    const { present, acknowledged } = this.roll;
    return this.stopped && present.every((flag, k) => flag === 0 || acknowledged[k] === 1);
  }

  start(out: Outbox): void {
    this.next(out);
  }

  receive(from: AgentId, message: Message, out: Outbox): void {
    if (from === this.setup.convener) {
      this.hearConvener(message, out);
      return;
    }
    const k = this.roll.placeOf(from);
    if (k === undefined) this.drops.count('stranger');
    else if (this.roll.barred[k] === 1) this.drops.count('barred');
    else {
      const fault = faultOf(message, this.shapes.participant);
      if (fault !== undefined) this.drop(k, fault);
      else this.hearParticipant(k, message, out);
    }
  }

  tick(_now_s: number, out: Outbox): void {
    if (this.done) return;
    if (this.stopped) this.remindOfTheEnd(out);
    else {
      if (this.reporting.isOut) this.report(out);
      if (this.waitedLongEnough(out)) return;
      if (!this.reporting.isOut || !this.waitsForAll) this.remind(out);
    }
    this.patience.stretch(out);
  }

  /** Goes on without a participant, because it asked for it or is known to be gone. */
  release(id: AgentId, out: Outbox): void {
    const k = this.roll.placeOf(id);
    if (k === undefined || this.roll.present[k] === 0) return;
    this.roll.leave(k);
    this.sum.leave(k);
    this.turn();
    if (!this.stopped) this.closeIfItMay(out);
  }

  remember(): Snapshot {
    const { round, rho, relaxation, clipped_count } = this;
    return {
      round,
      rho,
      relaxation,
      clipped_count,
      turned: Number(this.turned),
      waitsForAll: Number(this.waitsForAll),
      verdict: this.verdict ?? '',
      price_cur_per_kWh: this.price.slice(),
      ...this.reporting.remember(),
      ...this.roll.remember(),
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
    this.waitsForAll = snapshot['waitsForAll'] === 1;
    this.verdict = (snapshot['verdict'] as Verdict | '') || undefined;
    this.price.set(snapshot['price_cur_per_kWh'] as Float64Array);
    this.reporting.resume(snapshot);
    this.sum = this.sumOf();
    this.roll.resume(snapshot);
    this.watch.resume(snapshot, this.price.length);
    this.sum.resume(snapshot);
    this.peers = this.peersNow();
    this.forbearance.ask(this.reporting.closed_count);
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
    const { decision } = verdict;
    if (!(verdict.rho_cur_per_kW2 > 0) || (decision !== 'continue' && decision !== 'wait' && !isVerdict(decision)))
      this.drops.count('out of range');
    else if (this.reporting.isAbout(message.round)) this.obey(verdict, out);
  }

  private hearParticipant(k: number, message: Message, out: Outbox): void {
    const { ids, acknowledged } = this.roll;
    if (message.kind === 'schedule') this.hearSchedule(k, message, out);
    else if (message.kind === 'join') this.hearAsking(k, heard<'join'>(message), out);
    else if (message.kind === 'leave') {
      this.release(ids[k], out);
      this.roll.asking[k] = 0;
      out.send(ids[k], say('released', message.round, {}));
    } else if (acknowledged[k] === 0) {
      acknowledged[k] = 1;
      this.version++;
    }
  }

  private drop(k: number, fault: string): void {
    this.roll.faulty_count[k]++;
    this.drops.count(fault);
  }

  private hearAsking(k: number, { nets_count }: Body<'join'>, out: Outbox): void {
    if (!(isCount(nets_count) && nets_count > 0)) this.drop(k, 'out of range');
    else if (this.stopped) this.settle(k, out);
    else if (this.roll.present[k] === 0) this.roll.asking[k] = nets_count;
    // Its first price was lost, and will be said again; or it waits for that of another net. One that has been heard is in: this is a late double.
    else if (this.roll.answered[k] === 0) this.forbearance.hear(k);
  }

  private hearSchedule(k: number, message: Message, out: Outbox): void {
    const { ids, present, acknowledged, answered, firstPrice } = this.roll;
    if (this.stopped && acknowledged[k] === 0) this.settle(k, out);
    else if (!this.stopped && present[k] === 0) out.send(ids[k], say('released', message.round, {}));
    if (this.stopped || present[k] === 0) return;
    const said = heard<'schedule'>(message);
    const fault = message.round > this.round ? 'future round' : this.limits.faultOf(k, said);
    if (fault !== undefined) this.drop(k, fault);
    else if (message.round > answered[k] && message.round >= firstPrice[k]) this.take(k, message.round, said, out);
    // Its last word again: it waits for another net. Or an answer to a price that its last word was not in yet.
    else if (message.round >= answered[k] && message.round > 0) this.forbearance.hear(k);
  }

  private take(k: number, round: number, said: Body<'schedule'>, out: Outbox): void {
    const { schedule, isClipped } = this.limits.project(k, said);
    if (isClipped) this.clipped_count++;
    this.roll.hear(k, round, this.round);
    this.forbearance.answer(k);
    this.roll.refusing[k] = schedule.refusing_count;
    this.sum.add(k, round, schedule);
    this.closeIfItMay(out);
  }

  private closeIfItMay(out: Outbox): void {
    const { roll, round } = this;
    if (this.waitsForAll && this.reporting.isOut) return;
    if (roll.allAreIn(round)) {
      roll.mayGoOn(0);
      this.close(out);
    } else if (!this.waitsForAll && this.overdue && roll.allHaveSpoken) {
      if (roll.mayGoOn(this.setup.staleness_max_count) || roll.takeOnce(round)) this.close(out);
    }
  }

  /** Goes on without those who are late, if it may. */
  private waitedLongEnough(out: Outbox): boolean {
    if (this.waitsForAll) return false;
    const { round } = this;
    this.overdue = true;
    this.closeIfItMay(out);
    return this.round > round;
  }

  private sumOf(): NetSum {
    const { channels_count, steps_count, relaxation, terminals } = this.setup;
    if (this.waitsForAll) return new RoundSum(channels_count, steps_count);
    const starts = terminals.map(({ start }) => start);
    return new StandingSum(channels_count, steps_count, relaxation, starts);
  }

  /** From this verdict on all nets wait for all: what anybody said before is done with. */
  private beginToWait(): void {
    const { mean } = this.sum;
    this.waitsForAll = true;
    this.sum = this.sumOf();
    this.sum.mean.set(mean);
    this.roll.beginAnew();
    this.turned = true;
  }

  /** Moves the price by what has come in, then goes on or reports. */
  private close(out: Outbox): void {
    const { sum, relaxation, price } = this;
    const before_count = sum.terminals_count;
    sum.close(relaxation);
    const residuals = movePrice(price, sum, { rho_cur_per_kW2: this.rhoHere, relaxation, dt_h: this.setup.dt_h });
    if (this.round > 1 && sum.terminals_count !== before_count) this.turn();
    this.watch.widen(price);
    if (this.reporting.note(residuals)) {
      this.version++;
      this.patience.renew(out);
      this.report(out);
    }
    // Who goes on without the late does so without the convener too: one might wait for a net that it holds up.
    if (!this.waitsForAll || !this.reporting.isOut) this.next(out);
  }

  /** The problem has become another one: prices are watched anew, and z is brought to balance. */
  private turn(): void {
    this.version++;
    this.turned = true;
    this.peers = this.peersNow();
    this.watch.restart(this.price);
  }

  private peersNow(): AgentId[] {
    const { ids, present } = this.roll;
    return [...new Set([this.setup.convener, ...ids.filter((_, k) => present[k] === 1)])];
  }

  private next(out: Outbox): void {
    const { straggler_s, relaxation } = this.setup;
    this.round++;
    this.version++;
    // Who follows each terminal's own sum knows what a newcomer or leaver changes in the mean; a sum of all has to be mended.
    this.relaxation = this.turned && this.waitsForAll ? 1 : relaxation;
    this.turned = false;
    this.overdue = false;
    this.patience.renew(out);
    if (!this.waitsForAll) out.wakeAfter(straggler_s);
    // Who is missed may wait for a net that is a round behind, and that for one another round behind; all were level at the last verdict.
    this.forbearance.ask(this.reporting.closed_count);
    this.sum.tell(this.round, this.roll.tell(this.round));
    this.roll.each(undefined, (k) => this.tell(k, out));
    this.closeIfItMay(out);
  }

  /** Says the end again to those who have not understood it; who has been silent for too long is not waited for, and hears it when it comes. */
  private remindOfTheEnd(out: Outbox): void {
    const { roll } = this;
    roll.each(roll.acknowledged, (k) => {
      if (this.forbearance.bears(k)) this.settle(k, out);
      else {
        roll.leave(k);
        this.version++;
      }
    });
  }

  /** Says it again to those who have not been heard; who has been silent for too long is left behind. */
  private remind(out: Outbox): void {
    const { round, roll } = this;
    for (let k = 0; k < roll.ids.length && this.round === round; k++) {
      if (roll.present[k] === 0 || roll.heardIn[k] === round) continue;
      if (this.forbearance.bears(k)) this.tell(k, out);
      else {
        if (roll.faulty_count[k] > 0) roll.barred[k] = 1;
        this.release(roll.ids[k], out);
      }
    }
  }

  private tell(k: number, out: Outbox): void {
    out.send(
      this.roll.ids[k],
      say('price', this.round, {
        price_cur_per_kWh: this.price.slice(),
        mean_kW: this.sum.mean.slice(),
        rho_cur_per_kW2: this.rhoHere,
        relaxation: this.relaxation,
        heardRound: this.roll.inPrice[k],
      }),
    );
  }

  private settle(k: number, out: Outbox): void {
    const { price, sum, verdict } = this;
    if (verdict === undefined) return;
    out.send(this.roll.ids[k], say('settle', this.round, { price_cur_per_kWh: price.slice(), mean_kW: sum.mean.slice(), verdict }));
  }

  private report(out: Outbox): void {
    out.send(this.setup.convener, this.reporting.message(this.sum, this.price, this.watch.swing(this.price), this.roll));
  }

  private obey({ decision, rho_cur_per_kW2, joining }: Body<'verdict'>, out: Outbox): void {
    const goesOn = decision === 'continue' || decision === 'wait';
    this.version++;
    this.reporting.judged(goesOn);
    this.watch.open(this.price);
    this.rho = rho_cur_per_kW2;
    if (!goesOn) {
      this.end(decision, out);
      return;
    }
    if (decision === 'wait' && !this.waitsForAll) this.beginToWait();
    const newcomers = this.roll.letIn(idsOf(joining), this.round);
    if (newcomers.length > 0) this.turn();
    if (this.waitsForAll) this.next(out);
    else for (const k of newcomers) this.tell(k, out);
  }

  private end(verdict: Verdict, out: Outbox): void {
    const { roll } = this;
    this.verdict = verdict;
    this.forbearance.ask(0);
    this.patience.renew(out);
    roll.each(roll.acknowledged, (k) => this.settle(k, out));
    for (let k = 0; k < roll.ids.length; k++) if (roll.asking[k] > 0) this.settle(k, out);
  }
}
