import { Patience } from '../agents/patience.ts';
import type { AgentId, Message, Outbox, Role } from '../agents/role.ts';
import { add, decoded } from '../base/fixed-point.ts';
import type { PowerPoint } from '../flexibility/region.ts';
import type { Aggregation } from './contract.ts';
import { neighboursOf } from './masking.ts';
import { heard, idSeparator, say } from './messages.ts';

export interface CoordinatorSetup {
  readonly id: AgentId;
  readonly operator: AgentId;
  /** The cluster's agents, in a fixed order: who is whose neighbour follows from it. */
  readonly members: readonly AgentId[];
  readonly aggregation: Aggregation;
  readonly retry_s: number;
  /** Repetitions without a sign of life after which a sum goes on without a member. */
  readonly giveUp_count: number;
}

type Phase = 'idle' | 'ask' | 'characteristic' | 'dispatch' | 'delivered' | 'over';

/**
 * Speaks for a cluster. Each step it has its members add up what they can inject, reports the sum, turns the target that comes back
 * into weights that suit everyone, and has the members add up what they injected. It sees sums and masked vectors, no member's own.
 * A sum that a member stays away from is started again without that member, who is asked again from the next step on after the first
 * word that comes from it.
 */
export class Coordinator implements Role {
  readonly id: AgentId;
  /** Members that the step goes on without. */
  readonly absent = new Set<AgentId>();
  private readonly setup: CoordinatorSetup;
  private readonly patience: Patience;
  private phase: Phase = 'idle';
  private step = -1;
  /** Absent members that have been heard of. */
  private readonly returning = new Set<AgentId>();
  /** Count of sums called so far, restarts included. */
  private round = 0;
  private readonly places: ReadonlyMap<AgentId, number>;
  /** Members of the sum under way, and of each how many repetitions it has been silent for; −1: contributed. */
  private called: readonly AgentId[] = [];
  private readonly silent_count: Int32Array;
  private missing_count = 0;
  private total: Float64Array = new Float64Array(0);
  private characteristic_kW: Float64Array = new Float64Array(0);
  private injected: PowerPoint = { p_kW: 0, q_kvar: 0 };
  private weights: Float64Array = new Float64Array(0);
  private readonly acknowledged = new Set<AgentId>();

  constructor(setup: CoordinatorSetup) {
    this.setup = setup;
    this.id = setup.id;
    this.patience = new Patience(setup.retry_s);
    this.places = new Map(setup.members.map((id, k) => [id, k]));
    this.silent_count = new Int32Array(setup.members.length);
  }

  get done(): boolean {
    return this.phase === 'over' && this.setup.members.every((id) => this.acknowledged.has(id) || this.absent.has(id));
  }

  start(out: Outbox): void {
    this.patience.renew(out);
  }

  receive(from: AgentId, message: Message, out: Outbox): void {
    if (from === this.setup.operator) this.obey(message, out);
    else if (this.places.has(from)) this.hear(from, message, out);
  }

  tick(_now_s: number, out: Outbox): void {
    if (this.done) return;
    if (this.phase === 'characteristic' || this.phase === 'delivered') this.report(out);
    else if (this.phase === 'ask' || this.phase === 'dispatch') this.remind(out);
    else if (this.phase === 'over') this.dismiss(out);
    this.patience.stretch(out);
  }

  private obey(message: Message, out: Outbox): void {
    const { phase } = this;
    if (message.kind === 'open' && (phase === 'idle' || phase === 'delivered') && message.round === this.step + 1) {
      this.step = message.round;
      for (const id of this.returning) this.absent.delete(id);
      this.returning.clear();
      this.call('ask', out);
    } else if (message.kind === 'target' && phase === 'characteristic' && message.round === this.step) {
      this.weights = this.setup.aggregation.weights(this.characteristic_kW, heard<'target'>(message));
      this.call('dispatch', out);
    } else if (message.kind === 'end') {
      out.send(this.setup.operator, say('ended', message.round, {}));
      if (phase === 'over') return;
      this.phase = 'over';
      this.silent_count.fill(0);
      this.patience.renew(out);
      for (const id of this.setup.members) this.release(id, out);
    }
  }

  private hear(from: AgentId, message: Message, out: Outbox): void {
    if (this.phase === 'over') {
      if (message.kind === 'ended') this.acknowledged.add(from);
      else if (!this.acknowledged.has(from)) this.release(from, out);
      return;
    }
    if (this.absent.has(from)) {
      this.returning.add(from);
      return;
    }
    const k = this.places.get(from)!;
    if (message.round !== this.round || this.silent_count[k] < 0 || (this.phase !== 'ask' && this.phase !== 'dispatch')) return;
    this.silent_count[k] = 0;
    if (message.kind !== 'contribution') return;
    this.silent_count[k] = -1;
    add(this.total, heard<'contribution'>(message).masked);
    if (--this.missing_count === 0) this.close(out);
  }

  /** Calls a sum over all who are there; with nobody there it is closed at once, at zero. */
  private call(phase: 'ask' | 'dispatch', out: Outbox): void {
    this.phase = phase;
    this.round++;
    this.called = this.setup.members.filter((id) => !this.absent.has(id));
    this.silent_count.fill(0);
    this.missing_count = this.called.length;
    this.total = new Float64Array(phase === 'ask' ? this.setup.aggregation.numbers_count : 2);
    this.patience.renew(out);
    if (this.missing_count === 0) this.close(out);
    else for (let k = 0; k < this.called.length; k++) this.summon(k, out);
  }

  private summon(k: number, out: Outbox): void {
    const { called, step, round } = this;
    const body = {
      step,
      members_count: called.length,
      neighbours: neighboursOf(k, called.length)
        .map((j) => called[j])
        .join(idSeparator),
    };
    out.send(called[k], this.phase === 'ask' ? say('ask', round, body) : say('dispatch', round, { ...body, weights: this.weights }));
  }

  /** Says it again to those who have not contributed; who has been silent for too long is left out, and the sum starts anew. */
  private remind(out: Outbox): void {
    const lost = this.called.filter((id) => {
      const k = this.places.get(id)!;
      return this.silent_count[k] >= 0 && ++this.silent_count[k] > this.setup.giveUp_count;
    });
    for (const id of lost) this.absent.add(id);
    if (lost.length > 0) this.call(this.phase as 'ask' | 'dispatch', out);
    else this.called.forEach((id, k) => this.silent_count[this.places.get(id)!] >= 0 && this.summon(k, out));
  }

  /** All contributions are in, and the masks have cancelled. */
  private close(out: Outbox): void {
    const sum = decoded(this.total);
    if (this.phase === 'ask') {
      this.phase = 'characteristic';
      this.characteristic_kW = sum;
    } else {
      this.phase = 'delivered';
      this.injected = { p_kW: sum[0], q_kvar: sum[1] };
    }
    this.patience.renew(out);
    this.report(out);
  }

  private report(out: Outbox): void {
    const absent_count = this.absent.size;
    const message =
      this.phase === 'characteristic'
        ? say('characteristic', this.step, { sum_kW: this.characteristic_kW, absent_count })
        : say('delivered', this.step, { ...this.injected, absent_count });
    out.send(this.setup.operator, message);
  }

  private release(id: AgentId, out: Outbox): void {
    out.send(id, say('end', this.round, {}));
  }

  private dismiss(out: Outbox): void {
    this.setup.members.forEach((id, k) => {
      if (this.acknowledged.has(id) || this.absent.has(id)) return;
      if (++this.silent_count[k] > this.setup.giveUp_count) this.absent.add(id);
      else this.release(id, out);
    });
  }
}
