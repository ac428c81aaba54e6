import { Patience } from '../agents/patience.ts';
import type { AgentId, Message, Outbox, Role } from '../agents/role.ts';
import { InputError } from '../base/errors.ts';
import { add, encoded, largest_kW, subtract } from '../base/fixed-point.ts';
import type { RandomStream } from '../base/random.ts';
import type { Holding } from './holding.ts';
import { drawMask } from './masking.ts';
import { heard, idSeparator, say } from './messages.ts';

export interface ResourceSetup {
  readonly id: AgentId;
  readonly coordinator: AgentId;
  readonly holding: Holding;
  /** Its own chance; nobody else has it. */
  readonly stream: RandomStream;
  /** Silence after which the last words are repeated. */
  readonly retry_s: number;
}

/**
 * Adds what it owns to the sums that its coordinator calls, masked by what it exchanges with its neighbours, and injects what the
 * broadcast weights make of its own vector. Its limits, states and corners never leave it. Repeats itself when the wire is silent;
 * ignores what is old.
 */
export class Resource implements Role {
  readonly id: AgentId;
  private readonly setup: ResourceSetup;
  private readonly patience: Patience;
  /** The sum it is taking part in: the coordinator's count. */
  private round = 0;
  private masked: Float64Array = new Float64Array(0);
  /** Masks it drew, by the neighbour who is to take them off. */
  private readonly drawn = new Map<AgentId, Float64Array>();
  /** Neighbours whose masks are still to come. */
  private readonly awaited = new Set<AgentId>();
  /** Shares of a sum that the coordinator has not called here yet, the newest of each neighbour. */
  private readonly early = new Map<AgentId, Message>();
  private over = false;

  constructor(setup: ResourceSetup) {
    this.setup = setup;
    this.id = setup.id;
    this.patience = new Patience(setup.retry_s);
  }

  get done(): boolean {
    return this.over;
  }

  start(out: Outbox): void {
    this.patience.renew(out);
  }

  receive(from: AgentId, message: Message, out: Outbox): void {
    if (message.kind === 'share') this.take(from, message, out);
    else if (from !== this.setup.coordinator) return;
    else if (message.kind === 'end') {
      this.over = true;
      out.send(from, say('ended', message.round, {}));
    } else if (message.round > this.round) this.join(message, out);
  }

  tick(_now_s: number, out: Outbox): void {
    if (this.over) return;
    if (this.round > 0) {
      for (const [neighbour, mask] of this.drawn) out.send(neighbour, say('share', this.round, { mask }));
      if (this.awaited.size > 0) out.send(this.setup.coordinator, say('waiting', this.round, {}));
      else this.contribute(out);
    }
    this.patience.stretch(out);
  }

  /** The coordinator calls a sum: draw masks, send them, and contribute once all shares are in. */
  private join(message: Message, out: Outbox): void {
    const { neighbours, members_count } = heard<'ask'>(message);
    this.round = message.round;
    this.masked = encoded(this.within(this.own(message), members_count));
    this.drawn.clear();
    this.awaited.clear();
    for (const neighbour of neighbours === '' ? [] : neighbours.split(idSeparator)) {
      if (this.id > neighbour) this.awaited.add(neighbour);
      else {
        const mask = drawMask(this.setup.stream.split(`${this.round} ${neighbour}`), this.masked.length);
        this.drawn.set(neighbour, mask);
        add(this.masked, mask);
        out.send(neighbour, say('share', this.round, { mask }));
      }
    }
    this.patience.renew(out);
    if (this.awaited.size === 0) this.contribute(out);
    for (const [neighbour, share] of this.early)
      if (share.round <= this.round && this.early.delete(neighbour)) this.take(neighbour, share, out);
  }

  /** The vector that this sum is about: what can be injected, or what has been. */
  private own(message: Message): Float64Array {
    const { holding } = this.setup;
    if (message.kind === 'ask') return holding.measure(heard<'ask'>(message).step);
    const { step, weights } = heard<'dispatch'>(message);
    const { p_kW, q_kvar } = holding.inject(step, weights);
    return Float64Array.of(p_kW, q_kvar);
  }

  private take(from: AgentId, message: Message, out: Outbox): void {
    if (message.round > this.round) {
      if (message.round > (this.early.get(from)?.round ?? 0)) this.early.set(from, message);
      return;
    }
    if (message.round !== this.round || !this.awaited.delete(from)) return;
    subtract(this.masked, heard<'share'>(message).mask);
    if (this.awaited.size === 0) this.contribute(out);
  }

  private contribute(out: Outbox): void {
    out.send(this.setup.coordinator, say('contribution', this.round, { masked: this.masked }));
  }

  private within(own: Float64Array, members_count: number): Float64Array {
    const most_kW = largest_kW(members_count);
    for (const value of own) {
      if (!(Math.abs(value) <= most_kW)) {
        throw new InputError({
          code: 'REGULATION_TOO_LARGE',
          message: `A power of ${value} kW is beyond what a masked sum of ${members_count} agents can hold: at most ${most_kW} kW`,
          where: `resource ${this.id}`,
          hint: 'Put fewer agents into the cluster, or check the unit of the rating.',
        });
      }
    }
    return own;
  }
}
