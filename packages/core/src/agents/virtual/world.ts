import { BugError, TransportError } from '../../base/errors.ts';
import { type LinkRule, Passage } from '../faults/link-rules.ts';
import { type Crash, type FaultKind, type FaultScript, type Flood, fits } from '../faults/script.ts';
import type { Invariant, Violation, World, WorldEvent } from '../invariant.ts';
import type { AgentId, Envelope, Message, Observation, Outbox, Role } from '../role.ts';
import type { Unanswered } from '../waiting.ts';
import { Alarms } from './alarms.ts';
import { EventQueue } from './event-queue.ts';
import { calm, Links } from './links.ts';
import { Luck } from './luck.ts';
import { Mortality } from './mortality.ts';
import type { PairTable } from './pair-table.ts';

export interface WorldOptions {
  readonly script: FaultScript;
  /** Same roles, script and seed: same events, bit for bit. Its lower 32 bits count. */
  readonly seed: number;
  readonly observe?: ((observation: Observation) => void) | undefined;
  /** Looked at after every event. With invariants an exception of a role is a violation too. */
  readonly invariants?: readonly Invariant[] | undefined;
  /**
   * Makes an agent anew after a crash, as its process would: same setup, nothing of the old memory. Without it the same object resumes, which shows less:
   * what `resume` forgets to set is still there.
   */
  readonly revive?: ((id: AgentId) => Role) | undefined;
}

/** Kinds of events in the queue. */
const arrival = 0;
const alarm = 1;
const crash = 2;
const restart = 3;
const flood = 4;

type Payload = Message | Crash | Flood | number;

class Place implements Outbox {
  private readonly world: VirtualWorld;
  private readonly index: number;
  private lastTo: AgentId | undefined;
  private lastRow = -1;

  constructor(world: VirtualWorld, index: number) {
    this.world = world;
    this.index = index;
  }

  /** Most agents talk to one or two others: the way to the one before is remembered. */
  send(to: AgentId, message: Message): void {
    if (to !== this.lastTo) {
      this.lastRow = this.world.way(this.index, to);
      this.lastTo = to;
    }
    this.world.hand(this.lastRow, message);
  }

  wakeAfter(delay_s: number): void {
    this.world.wake(this.index, delay_s);
  }
}

/**
 * Agents on a simulated network in virtual time. `start`, then `step` until `isDone`, until nothing is left to happen, or until an invariant breaks.
 * Agents are numbers in here, and what is known of them lies in typed arrays: a hundred thousand are no burden.
 */
export class VirtualWorld implements World {
  readonly agents: readonly AgentId[];
  now_s = 0;
  events_count = 0;
  delivered_count = 0;
  /** When somebody last said something else than what it had said to the same agent before. */
  news_s = 0;
  /** Messages that came to an agent that was down. */
  unheard_count = 0;
  /** How often each fault acted. */
  readonly counts = new Map<FaultKind, number>();
  violation: Violation | undefined;
  private readonly options: WorldOptions;
  private readonly roles: Role[];
  private readonly places: Place[];
  private readonly indices = new Map<AgentId, number>();
  private readonly queue = new EventQueue<Payload>();
  private readonly links: Links;
  private readonly pairs: PairTable;
  private readonly passage = new Passage();
  private readonly luck = new Luck();
  private order = 0;
  /** An agent that is not done; when it is, another is looked for. */
  private witness = 0;

  private readonly alarms: Alarms;
  private readonly mortality: Mortality;
  /** What the acting agent says, where it may not leave at once. */
  private held: Envelope[] | undefined;
  private heldRows: number[] = [];
  private readonly event: { -readonly [K in keyof WorldEvent]: WorldEvent[K] };

  constructor(roles: readonly Role[], options: WorldOptions) {
    this.options = options;
    this.roles = [...roles];
    this.agents = roles.map((role) => role.id);
    this.places = roles.map((_, k) => new Place(this, k));
    roles.forEach((role, k) => {
      if (this.indices.has(role.id)) throw new BugError({ code: 'BUG_UNEXPECTED', message: `Two agents answer to "${role.id}"` });
      this.indices.set(role.id, k);
    });
    this.alarms = new Alarms(this.agents, options.script);
    this.mortality = new Mortality(roles.length);
    this.event = { kind: 'start', agent: '', from: undefined, message: undefined, said: [] };
    this.links = new Links(this.agents, options.script, options.seed);
    this.pairs = this.links.pairs;
    for (const fault of options.script.faults) if (fault.fault === 'clock') this.named(fault.agents).forEach(() => this.count('clock'));
  }

  start(): void {
    for (const fault of this.options.script.faults) {
      if (fault.fault === 'crash') {
        for (const k of this.named(fault.agents)) {
          if (fault.restart_s !== undefined) this.mortality.keep(k);
          this.queue.push(fault.at_s, this.order++, crash, k, fault);
        }
      } else if (fault.fault === 'flood') {
        for (const k of this.named(fault.agents)) this.queue.push(fault.after_s ?? 0, this.order++, flood, k, fault);
      }
    }
    for (let k = 0; k < this.roles.length && this.violation === undefined; k++) this.act('start', k, undefined, undefined);
  }

  /** Lets the next thing happen; false when nothing is left to happen. */
  step(): boolean {
    const { queue } = this;
    if (!queue.take()) return false;
    this.now_s = queue.at_s;
    this.events_count++;
    const { subject, payload } = queue;
    switch (queue.kind) {
      case arrival:
        this.arrive(subject, payload as Message);
        break;
      case alarm:
        this.ring(subject, payload as number);
        break;
      case crash:
        this.condemn(subject, payload as Crash);
        break;
      case restart:
        this.comeBack(subject);
        break;
      case flood:
        this.pour(subject, payload as Flood);
        break;
    }
    return true;
  }

  /** Everybody who is not gone for good is done. */
  get isDone(): boolean {
    const n = this.roles.length;
    for (let k = 0; k < n; k++) {
      if (!this.isIdle(this.witness)) return false;
      this.witness = this.witness + 1 < n ? this.witness + 1 : 0;
    }
    return true;
  }

  role(id: AgentId): Role {
    return this.roles[this.indexOf(id)];
  }

  isUp(id: AgentId): boolean {
    return !this.mortality.isDown(this.indexOf(id));
  }

  /** Will never be back. */
  isGone(id: AgentId): boolean {
    return this.mortality.isGone(this.indexOf(id));
  }

  /** Agents that are not done, and what each has said in vain. */
  get waiting(): ReadonlyMap<AgentId, readonly Unanswered[]> {
    const all = new Map<AgentId, Unanswered[]>();
    for (let k = 0; k < this.roles.length; k++) if (!this.isIdle(k)) all.set(this.agents[k], []);
    const { pairs } = this;
    for (let row = 0; row < pairs.count; row++) {
      if (pairs.unanswered_count(row) === 0) continue;
      const { from, to } = this.links.ends(row);
      all.get(from)?.push({ to, kind: pairs.kind(row), round: pairs.round(row), said_count: pairs.unanswered_count(row) });
    }
    return all;
  }

  // ------------------------------------------------------------------------------------------------- what agents ask for

  /** @internal The row of a pair. */
  way(from: number, to: AgentId): number {
    return this.links.row(from, this.indexOf(to));
  }

  /** @internal */
  hand(row: number, message: Message): void {
    if (this.held === undefined) this.post(row, message);
    else {
      const { pairs, agents } = this;
      this.heldRows.push(row);
      this.held.push({ from: agents[pairs.from(row)], to: agents[pairs.to(row)], message });
    }
  }

  /** @internal */
  wake(k: number, delay_s: number): void {
    if (this.alarms.set(k, this.now_s, delay_s, this.order++)) this.arm(k);
  }

  private arm(k: number): void {
    const { alarms } = this;
    this.queue.push(alarms.due_s(k), alarms.order(k), alarm, k, alarms.arm(k));
  }

  private post(row: number, message: Message): void {
    const { pairs, options } = this;
    const before = pairs.said(row);
    const k = pairs.sent_count(row);
    if (pairs.say(row, message)) this.news_s = this.now_s;
    const plan = this.links.plan(row);
    if (plan === calm) {
      options.observe?.({ ...this.links.ends(row), message, fate: 'delivered', at_s: this.now_s });
      this.queue.push(this.now_s, this.order++, arrival, row, message);
      return;
    }
    const { passage } = this;
    const from = pairs.from(row);
    passage.begin(row, from, this.now_s, message, before);
    let i = 0;
    const { rules } = plan;
    while (i < rules.length && rules[i].isEarly) this.meet(rules[i++], row, k);
    if (!passage.isLost) passage.arrive(from, passage.message);
    while (i < rules.length) this.meet(rules[i++], row, k);
    options.observe?.({ ...this.links.ends(row), message: passage.message, fate: this.fate(), at_s: this.now_s });
    for (let c = 0; c < passage.arrivals_count; c++) {
      const sender = passage.senders[c];
      const arrivalRow = sender === from ? row : this.links.row(sender, pairs.to(row));
      this.queue.push(this.now_s + passage.delays_s[c], this.order++, arrival, arrivalRow, passage.messages[c]);
    }
  }

  private fate(): Observation['fate'] {
    const { passage } = this;
    if (passage.isLost) return 'lost';
    return passage.arrivals_count > 1 ? 'duplicated' : passage.isAltered ? 'altered' : 'delivered';
  }

  private meet(rule: LinkRule, row: number, k: number): void {
    const { passage, pairs, luck } = this;
    if (this.now_s < rule.after_s || this.now_s >= rule.until_s || !rule.meetsKind(passage.message.kind)) return;
    luck.begin(pairs.luck0(row), pairs.luck1(row), k, rule.luck);
    if (rule.apply(passage, luck)) this.count(rule.kind);
  }

  // -------------------------------------------------------------------------------------------------------- what happens

  private act(kind: WorldEvent['kind'], k: number, from: AgentId | undefined, message: Message | undefined): void {
    const { invariants } = this.options;
    const isWatched = invariants !== undefined || this.mortality.isWatched(k);
    if (isWatched) this.held = [];
    if (invariants === undefined) this.call(kind, k, from, message);
    else {
      try {
        this.call(kind, k, from, message);
      } catch (error) {
        this.held = undefined;
        this.breaks('no agent breaks', error instanceof Error ? `it threw ${error.name}: ${error.message}` : String(error), k);
        return;
      }
    }
    if (isWatched) this.commit(k);
    if (invariants !== undefined) this.look(kind, k, from, message);
  }

  private call(kind: WorldEvent['kind'], k: number, from: AgentId | undefined, message: Message | undefined): void {
    const role = this.roles[k];
    const out = this.places[k];
    if (kind === 'receive') role.receive(from!, message!, out);
    else if (kind === 'tick') role.tick(this.alarms.shown_s(k, this.now_s), out);
    else if (kind === 'start') role.start(out);
    else if (kind === 'restart') {
      const snapshot = this.mortality.rise(k);
      if (snapshot === undefined) role.start(out);
      else role.resume!(snapshot, out);
    }
  }

  /** Nothing leaves before what it rests on is saved; a doomed agent does not get that far. */
  private commit(k: number): void {
    const held = this.held!;
    const rows = this.heldRows;
    this.held = undefined;
    this.heldRows = [];
    this.event.said = held;
    const crash = this.mortality.goesBySaying(k, this.roles[k], held.length > 0);
    if (crash !== undefined) {
      this.fall(k, crash);
      return;
    }
    for (let i = 0; i < held.length; i++) this.post(rows[i], held[i].message);
  }

  private look(kind: WorldEvent['kind'], k: number, from: AgentId | undefined, message: Message | undefined): void {
    const { event } = this;
    event.kind = kind;
    event.agent = this.agents[k];
    event.from = from;
    event.message = message;
    for (const invariant of this.options.invariants!) {
      const says = invariant.after(event, this);
      if (says === undefined) continue;
      this.breaks(invariant.name, says, k);
      return;
    }
  }

  private breaks(invariant: string, says: string, k: number): void {
    this.violation ??= { invariant, says, agent: this.agents[k], at_s: this.now_s, event: this.events_count };
  }

  private arrive(row: number, message: Message): void {
    const { pairs } = this;
    const to = pairs.to(row);
    if (this.links.isCut(row, this.now_s)) {
      this.count('partition');
      return;
    }
    if (this.mortality.isDown(to)) {
      this.unheard_count++;
      return;
    }
    this.delivered_count++;
    pairs.hear(row, message.round);
    this.act('receive', to, this.agents[pairs.from(row)], message);
  }

  private ring(k: number, number: number): void {
    if (this.alarms.rings(k, number, this.queue.order)) this.act('tick', k, undefined, undefined);
    else if (this.alarms.isUnarmed(k)) this.arm(k);
  }

  private condemn(k: number, fault: Crash): void {
    if (!this.mortality.isDown(k) && this.mortality.condemn(k, fault)) this.fall(k, fault);
  }

  private fall(k: number, fault: Crash): void {
    this.count('crash');
    this.alarms.clear(k);
    const restart_s = this.mortality.fall(k, this.roles[k], fault);
    if (restart_s !== undefined) this.queue.push(this.now_s + restart_s, this.order++, restart, k, undefined);
    this.event.said = [];
    if (this.options.invariants !== undefined) this.look('crash', k, undefined, undefined);
  }

  private comeBack(k: number): void {
    this.roles[k] = this.options.revive?.(this.agents[k]) ?? this.roles[k];
    this.act('restart', k, undefined, undefined);
  }

  private pour(k: number, fault: Flood): void {
    const { until_s = Number.POSITIVE_INFINITY, every_s } = fault;
    if (this.now_s >= until_s) return;
    for (const to of this.named(fault.to)) {
      if (to === k) continue;
      const row = this.links.row(k, to);
      const message = this.pairs.said(row) ?? { kind: 'noise', round: 1, body: { noise: 0 } };
      this.count('flood');
      this.options.observe?.({ ...this.links.ends(row), message, fate: 'duplicated', at_s: this.now_s });
      this.queue.push(this.now_s, this.order++, arrival, row, message);
    }
    this.queue.push(this.now_s + every_s, this.order++, flood, k, fault);
  }

  // --------------------------------------------------------------------------------------------------------- small things

  private isIdle(k: number): boolean {
    return this.mortality.isGone(k) || (!this.mortality.isDown(k) && this.roles[k].done);
  }

  private indexOf(id: AgentId): number {
    const k = this.indices.get(id);
    if (k !== undefined) return k;
    throw new TransportError({ code: 'AGENT_UNKNOWN', message: `A message is addressed to "${id}", which no agent answers to` });
  }

  private named(names: string | readonly string[]): number[] {
    return this.agents.flatMap((id, k) => (fits(id, names) ? [k] : []));
  }

  private count(kind: FaultKind): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }
}
