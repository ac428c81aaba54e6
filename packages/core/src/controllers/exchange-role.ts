import type { AgentId, Message, Outbox, Role, Snapshot } from '../agents/role.ts';
import { agreeOnTie, type ExchangeParty, type ExchangeState, exchangeState, stepExchange } from './exchange.ts';

export interface ExchangeRoleOptions {
  readonly id: AgentId;
  readonly party: ExchangeParty;
  readonly rho_cur_per_kW2h: number;
  /** What the microgrid needs, read at the start of every negotiation. */
  demand_kW(now_s: number): number;
  /** What was agreed: own generation, to be handed to the layer below. */
  handOver(now_s: number, p_kW: number): void;
  /** One iteration at most in so long, and what seems lost is said again. */
  step_s: number;
  /** A new negotiation in every one of these. */
  readonly period_s: number;
  /** Ends of ties are agreed when they are this near. */
  readonly tolerance_kW: number;
  /** When it has nothing left to do; Infinity in the field. */
  readonly stop_s: number;
}

/** A tick earlier by at most this part of a step is the tick. */
const SAME_TICK = 1e-6;
/** After as many agreed iterations in a row the plan is handed over: neighbours of neighbours have had time to be heard. */
const AGREED_IN_A_ROW = 5;

/**
 * The leader of a microgrid among others: negotiates by ADMM what flows over its ties and hands its own generation to the layer below, at its own clock.
 *
 * Message `flow`: `round` counts iterations, `tie` names the tie, `flow_kW` is the sender's copy in this round and `before_kW` in the one before. An iteration needs that of every neighbour in
 * the same round, so neighbours stand at the same round or one apart; what is lost is said again a step later. Prices and agreed flows stay from one negotiation to the next.
 */
export class ExchangeRole implements Role {
  readonly id: AgentId;
  readonly peers: readonly AgentId[];
  done = false;
  /** What was heard and not used, by reason. */
  readonly dropped = new Map<string, number>();
  rounds_count = 0;
  /** Rounds that the last negotiation took until it was handed over; 0 when none was yet. */
  negotiated_count = 0;
  version = 0;
  private readonly options: ExchangeRoleOptions;
  private readonly state: ExchangeState;
  /** What each tie's other end said in this round and in the next; NaN when it has not. @shape [tie][2] */
  private readonly said: Float64Array;
  /** Own copies in the round before. */
  private readonly before_kW: Float64Array;
  private demand_kW = Number.NaN;
  private begun_count = 0;
  private agreed_count = 0;
  private isHandedOver = false;
  private next_s = 0;
  private planned_s = Number.NEGATIVE_INFINITY;

  /** @throws {InputError} CONTROL_EXCHANGE */
  constructor(options: ExchangeRoleOptions) {
    this.id = options.id;
    this.options = options;
    this.peers = [...new Set(options.party.ties.map(({ neighbour }) => neighbour))];
    this.state = exchangeState(options.party);
    this.before_kW = new Float64Array(options.party.ties.length);
    this.said = new Float64Array(2 * options.party.ties.length).fill(Number.NaN);
  }

  start(out: Outbox): void {
    out.wakeAfter(0);
  }

  receive(from: AgentId, { kind, round, body }: Message, _out: Outbox): void {
    const { ties } = this.options.party;
    const e = ties.findIndex(({ id, neighbour }) => id === body['tie'] && neighbour === from);
    const flow = body['flow_kW'];
    const before = body['before_kW'];
    const ahead = round - this.rounds_count;
    if (kind !== 'flow' || e < 0 || !isFinite_kW(flow) || !isFinite_kW(before)) this.drop('not understood');
    else if (ahead < 0) this.drop('older than what is known');
    else if (ahead > 1) this.drop('too far ahead');
    else {
      this.said[2 * e + ahead] = flow;
      if (ahead === 1) this.said[2 * e] = before;
      this.version++;
    }
  }

  private drop(reason: string): void {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + 1);
  }

  tick(now_s: number, out: Outbox): void {
    const { step_s, stop_s } = this.options;
    if (now_s < this.planned_s - SAME_TICK * step_s) {
      out.wakeAfter(this.planned_s - now_s);
      return;
    }
    if (now_s >= this.next_s - SAME_TICK * step_s) this.begin(now_s);
    else if (this.isRoundHeard()) this.finishRound(now_s);
    this.say(out);
    this.done = now_s + step_s > stop_s;
    this.planned_s = now_s + step_s;
    if (!this.done) out.wakeAfter(step_s);
  }

  /** A new negotiation: the demand of now, prices and flows of before. The round that is under way goes on. */
  private begin(now_s: number): void {
    const { party, period_s, rho_cur_per_kW2h, demand_kW } = this.options;
    this.demand_kW = demand_kW(now_s);
    this.next_s += period_s;
    this.begun_count = this.rounds_count;
    this.agreed_count = 0;
    this.isHandedOver = false;
    if (this.rounds_count === 0) stepExchange(party, this.demand_kW, rho_cur_per_kW2h, this.state);
    this.version++;
  }

  private isRoundHeard(): boolean {
    for (let e = 0; e < this.said.length; e += 2) if (Number.isNaN(this.said[e])) return false;
    return true;
  }

  private finishRound(now_s: number): void {
    const { party, rho_cur_per_kW2h, tolerance_kW, handOver } = this.options;
    const { state, said } = this;
    let apart_kW = 0;
    this.before_kW.set(state.flows_kW);
    for (let e = 0; e < party.ties.length; e++) {
      apart_kW = Math.max(apart_kW, agreeOnTie(state, e, said[2 * e], rho_cur_per_kW2h));
      said[2 * e] = said[2 * e + 1];
      said[2 * e + 1] = Number.NaN;
    }
    stepExchange(party, this.demand_kW, rho_cur_per_kW2h, state);
    this.rounds_count++;
    this.version++;
    this.agreed_count = apart_kW <= tolerance_kW ? this.agreed_count + 1 : 0;
    if (this.isHandedOver || this.agreed_count < AGREED_IN_A_ROW) return;
    this.isHandedOver = true;
    this.negotiated_count = this.rounds_count - this.begun_count;
    handOver(now_s, state.p_kW);
  }

  private say(out: Outbox): void {
    this.options.party.ties.forEach(({ id, neighbour }, e) => {
      out.send(neighbour, {
        kind: 'flow',
        round: this.rounds_count,
        body: { tie: id, flow_kW: this.state.flows_kW[e], before_kW: this.before_kW[e] },
      });
    });
  }

  remember(): Snapshot {
    const { state, said, rounds_count, begun_count, agreed_count, isHandedOver, negotiated_count, demand_kW, next_s } = this;
    const { flows_kW, agreed_kW, price_cur_per_kWh, p_kW } = state;
    return {
      flows_kW: flows_kW.slice(),
      agreed_kW: agreed_kW.slice(),
      price_cur_per_kWh: price_cur_per_kWh.slice(),
      said_kW: said.slice(),
      before_kW: this.before_kW.slice(),
      numbers: Float64Array.of(rounds_count, begun_count, agreed_count, isHandedOver ? 1 : 0, negotiated_count, demand_kW, next_s, p_kW),
    };
  }

  resume(snapshot: Snapshot, out: Outbox): void {
    const array = (name: string): Float64Array => snapshot[name] as Float64Array;
    const [rounds, begun, agreed, handedOver, negotiated, demand_kW, next_s, p_kW] = array('numbers');
    this.state.flows_kW.set(array('flows_kW'));
    this.state.agreed_kW.set(array('agreed_kW'));
    this.state.price_cur_per_kWh.set(array('price_cur_per_kWh'));
    this.state.p_kW = p_kW;
    this.said.set(array('said_kW'));
    this.before_kW.set(array('before_kW'));
    this.rounds_count = rounds;
    this.begun_count = begun;
    this.agreed_count = agreed;
    this.isHandedOver = handedOver === 1;
    this.negotiated_count = negotiated;
    this.demand_kW = demand_kW;
    this.next_s = next_s;
    this.say(out);
    out.wakeAfter(0);
  }
}

const isFinite_kW = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
