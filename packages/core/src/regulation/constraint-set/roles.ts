import { Patience } from '../../agents/patience.ts';
import type { AgentId, Message, Outbox, Role } from '../../agents/role.ts';
import type { Batteries } from './batteries.ts';
import type { PublishedSet } from './safe-set.ts';

/** Utility → aggregator, round = step: `low_kW`, `high_kW`. Nothing else of the grid crosses the wire. */
const setMessage = (step: number, { low_kW, high_kW }: PublishedSet): Message => ({
  kind: 'safe-set',
  round: step,
  body: { low_kW, high_kW },
});

/** Aggregator → utility: understood. */
const notedMessage = (step: number): Message => ({ kind: 'noted', round: step, body: {} });

export interface UtilitySetup {
  readonly id: AgentId;
  readonly aggregator: AgentId;
  readonly steps_count: number;
  readonly setOf: (step: number) => PublishedSet;
  readonly retry_s: number;
}

/** Knows the grid; publishes one set per step, and the next when the last was noted. */
export class Utility implements Role {
  readonly id: AgentId;
  private readonly setup: UtilitySetup;
  private readonly patience: Patience;
  private step = 0;
  private published: Message | undefined;

  constructor(setup: UtilitySetup) {
    this.setup = setup;
    this.id = setup.id;
    this.patience = new Patience(setup.retry_s);
  }

  get done(): boolean {
    return this.step >= this.setup.steps_count;
  }

  start(out: Outbox): void {
    this.publish(out);
  }

  receive(from: AgentId, message: Message, out: Outbox): void {
    if (from !== this.setup.aggregator || message.kind !== 'noted' || message.round !== this.step) return;
    this.step++;
    this.publish(out);
  }

  tick(_now_s: number, out: Outbox): void {
    if (this.done) return;
    out.send(this.setup.aggregator, this.published!);
    this.patience.stretch(out);
  }

  private publish(out: Outbox): void {
    if (this.done) return;
    this.published = setMessage(this.step, this.setup.setOf(this.step));
    out.send(this.setup.aggregator, this.published);
    this.patience.renew(out);
  }
}

export interface AggregatorSetup {
  readonly id: AgentId;
  readonly utility: AgentId;
  /** What the market for balancing asks of it, per step: a change of power, + into the network. */
  readonly signal_kW: Float64Array;
  /** [step][battery] */
  readonly baseline_kW: readonly Float64Array[];
  readonly batteries: Batteries;
}

/** Knows its batteries and the signal; moves the signal to the nearest change inside the published set and follows that. */
export class Aggregator implements Role {
  readonly id: AgentId;
  /** Changes that came about, per step. */
  readonly delivered_kW: Float64Array;
  private readonly setup: AggregatorSetup;
  private step = 0;

  constructor(setup: AggregatorSetup) {
    this.setup = setup;
    this.id = setup.id;
    this.delivered_kW = new Float64Array(setup.signal_kW.length);
  }

  get done(): boolean {
    return this.step >= this.delivered_kW.length;
  }

  start(): void {}

  receive(from: AgentId, message: Message, out: Outbox): void {
    if (from !== this.setup.utility || message.kind !== 'safe-set' || message.round > this.step) return;
    if (message.round === this.step && !this.done) this.act(message.body as unknown as PublishedSet);
    out.send(from, notedMessage(message.round));
  }

  tick(): void {}

  private act({ low_kW, high_kW }: PublishedSet): void {
    const { signal_kW, baseline_kW, batteries } = this.setup;
    const wanted = Math.min(Math.max(signal_kW[this.step], low_kW), high_kW);
    this.delivered_kW[this.step] = batteries.change(wanted, baseline_kW[this.step]);
    this.step++;
  }
}
