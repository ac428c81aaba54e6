import { Patience } from '../agents/patience.ts';
import type { AgentId, Message, Outbox, Role } from '../agents/role.ts';
import type { PowerPoint } from '../flexibility/region.ts';
import type { Aggregation, Characteristic, GridSide, TrackingWeights } from './contract.ts';
import { heard, say } from './messages.ts';
import { planStep, type StepPlan } from './plan-step.ts';

export interface OperatorSetup {
  readonly id: AgentId;
  /** Coordinators, in a fixed order. */
  readonly clusters: readonly AgentId[];
  readonly steps_count: number;
  readonly aggregation: Aggregation;
  readonly weights: TrackingWeights;
  readonly passes_count?: number | undefined;
  readonly grid: GridSide;
  readonly retry_s: number;
  /** What a step came to; called before the next one begins. */
  readonly onStep: (step: OperatedStep) => void;
}

/** A step as the operator sees it: no resource is in sight. */
export interface OperatedStep extends StepPlan {
  readonly step: number;
  readonly characteristics: readonly Characteristic[];
  readonly delivered: readonly PowerPoint[];
}

/**
 * Runs the feeder: opens a step, waits for all clusters' characteristics, decomposes the command, waits for all that was delivered.
 * Between these two meeting points clusters go their own way. It knows its wires and loads, and clusters only as characteristics.
 */
export class Operator implements Role {
  readonly id: AgentId;
  private readonly setup: OperatorSetup;
  private readonly patience: Patience;
  private readonly places: ReadonlyMap<AgentId, number>;
  private phase: 'open' | 'target' | 'end' = 'open';
  private step = 0;
  private plan: StepPlan | undefined;
  private characteristics: (Characteristic | undefined)[];
  private delivered: (PowerPoint | undefined)[];
  private readonly ended: boolean[];

  constructor(setup: OperatorSetup) {
    this.setup = setup;
    this.id = setup.id;
    this.patience = new Patience(setup.retry_s);
    this.places = new Map(setup.clusters.map((id, m) => [id, m]));
    this.characteristics = setup.clusters.map(() => undefined);
    this.delivered = setup.clusters.map(() => undefined);
    this.ended = setup.clusters.map(() => false);
  }

  get done(): boolean {
    return this.phase === 'end' && this.ended.every((flag) => flag);
  }

  start(out: Outbox): void {
    this.enter(this.setup.steps_count > 0 ? 'open' : 'end', out);
  }

  receive(from: AgentId, message: Message, out: Outbox): void {
    const m = this.places.get(from);
    if (m === undefined) return;
    if (message.kind === 'ended') this.ended[m] = true;
    else if (message.round !== this.step || this.phase === 'end') return;
    else if (message.kind === 'characteristic' && this.phase === 'open' && this.characteristics[m] === undefined) {
      this.characteristics[m] = this.setup.aggregation.characteristic(heard<'characteristic'>(message).sum_kW);
      if (this.characteristics.every((c) => c !== undefined)) this.decide(out);
    } else if (message.kind === 'delivered' && this.phase === 'target' && this.delivered[m] === undefined) {
      const { p_kW, q_kvar } = heard<'delivered'>(message);
      this.delivered[m] = { p_kW, q_kvar };
      if (this.delivered.every((d) => d !== undefined)) this.close(out);
    }
  }

  tick(_now_s: number, out: Outbox): void {
    if (this.done) return;
    for (let m = 0; m < this.setup.clusters.length; m++) if (this.awaits(m)) this.tell(m, out);
    this.patience.stretch(out);
  }

  private decide(out: Outbox): void {
    const { grid, weights, passes_count } = this.setup;
    this.plan = planStep(this.step, this.characteristics as Characteristic[], grid, weights, passes_count);
    this.enter('target', out);
  }

  private close(out: Outbox): void {
    const { step, plan, setup } = this;
    setup.onStep({
      ...plan!,
      step,
      characteristics: this.characteristics as Characteristic[],
      delivered: this.delivered as PowerPoint[],
    });
    this.characteristics = setup.clusters.map(() => undefined);
    this.delivered = setup.clusters.map(() => undefined);
    this.step++;
    this.enter(this.step < setup.steps_count ? 'open' : 'end', out);
  }

  private enter(phase: 'open' | 'target' | 'end', out: Outbox): void {
    this.phase = phase;
    this.patience.renew(out);
    for (let m = 0; m < this.setup.clusters.length; m++) this.tell(m, out);
  }

  private awaits(m: number): boolean {
    if (this.phase === 'open') return this.characteristics[m] === undefined;
    return this.phase === 'target' ? this.delivered[m] === undefined : !this.ended[m];
  }

  private tell(m: number, out: Outbox): void {
    const { clusters } = this.setup;
    if (this.phase === 'target') out.send(clusters[m], say('target', this.step, this.plan!.decomposition.targets[m]));
    else out.send(clusters[m], say(this.phase, this.step, {}));
  }
}
