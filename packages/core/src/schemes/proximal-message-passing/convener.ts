import { Drops } from '../../agents/drops.ts';
import type { AgentId, Message, Outbox, Role, Snapshot } from '../../agents/role.ts';
import { faultOf, type Shapes } from '../../agents/shapes.ts';
import type { RoundRecord } from '../contract.ts';
import { type Body, heard, idSeparator, idsOf, say, shapesOf, type Verdict } from './messages.ts';

export interface ConvenerSetup {
  readonly id: AgentId;
  readonly nets: readonly AgentId[];
  readonly rho: number;
  readonly checkEvery_count: number;
  /** Relative tolerance of the stop rule. */
  readonly tolerance_frac: number;
  /** Absolute floors, so that an idle problem stops too. */
  readonly tolerance_kW: number;
  readonly tolerance_cur_per_kWh: number;
  /** How far apart prices of the watched rounds may lie, relative to their size. */
  readonly tolerancePrice_frac: number;
  readonly rounds_max_count: number;
  /** ρ is balanced up to this round and fixed afterwards, as the theorem asks. */
  readonly adaptUntil_count: number;
  /** The round after which nets wait for everyone. */
  readonly asynchronousUntil_count: number;
  readonly onRound?: ((round: RoundRecord) => void) | undefined;
}

/** ρ stays within this factor of its first value: an infeasible negotiation would drive it away. */
const rhoRange = 1e3;

/**
 * Decides when the negotiation is over. It hears sums of squares, never a profile or a price.
 *
 * Stop rule: root-mean-square residuals below tolerance × scale, and prices that have stood still over the watched
 * rounds. Where a limit is shared by many and felt weakly, the plan is optimal to six digits long before the price is;
 * residuals alone do not see that. For closed convex parts with a saddle point both residuals go to zero, the cost goes
 * to the optimum and λ to an optimal price, for any ρ that is fixed from some round on.
 * @source Boyd, Parikh, Chu, Peleato, Eckstein (2011), Distributed Optimization and Statistical Learning via ADMM, §3.2–3.4, §7.3
 * @source Stall: Banjac, Goulart, Stellato, Boyd (2019): for an infeasible problem the dual step tends to a non-zero vector.
 */
export class Convener implements Role {
  readonly id: AgentId;
  readonly history: RoundRecord[] = [];
  readonly refusing = new Set<string>();
  verdict: Verdict | undefined;
  tolerance = { primal_kW: 0, dual_cur_per_kWh: 0 };
  version = 0;
  private readonly drops = new Drops();
  private readonly setup: ConvenerSetup;
  private readonly shapes: Shapes;
  private reports = new Map<AgentId, Body<'progress'>>();
  private round = 0;
  private rho: number;
  private swings: number[] = [];
  /** The round after which everybody who takes part now has done so, and how many values they say. */
  private since = 0;
  private values_count = 0;
  private lastVerdict: Message | undefined;

  constructor(setup: ConvenerSetup) {
    this.setup = setup;
    this.id = setup.id;
    this.rho = setup.rho;
    this.round = setup.checkEvery_count;
    this.shapes = { progress: shapesOf(0, 0, setup.checkEvery_count).progress };
  }

  get peers(): readonly AgentId[] {
    return this.setup.nets;
  }

  get dropped(): ReadonlyMap<string, number> {
    return this.drops.counts;
  }

  get done(): boolean {
    return this.verdict !== undefined;
  }

  start(): void {}

  tick(): void {}

  receive(from: AgentId, message: Message, out: Outbox): void {
    const fault = this.setup.nets.includes(from) ? faultOf(message, this.shapes) : 'stranger';
    if (fault !== undefined) {
      this.drops.count(fault);
      return;
    }
    if (this.lastVerdict?.round === message.round) {
      out.send(from, this.lastVerdict);
      return;
    }
    if (message.round > this.round) this.drops.count('future round');
    if (message.round !== this.round) return;
    const report = heard<'progress'>(message);
    if (!isReport(report)) {
      this.drops.count('out of range');
      return;
    }
    this.reports.set(from, report);
    if (this.reports.size < this.setup.nets.length) return;
    const decision = this.decide();
    const joining = this.verdict === undefined ? this.letIn() : [];
    this.lastVerdict = say('verdict', this.round, { decision, rho_cur_per_kW2: this.rho, joining: joining.join(idSeparator) });
    this.version++;
    for (const net of this.setup.nets) out.send(net, this.lastVerdict);
    this.round += this.setup.checkEvery_count;
    this.reports = new Map();
  }

  remember(): Snapshot {
    const { round, rho, since, values_count, verdict, tolerance, lastVerdict, history } = this;
    return {
      round,
      rho,
      since,
      values_count,
      verdict: verdict ?? '',
      tolerancePrimal_kW: tolerance.primal_kW,
      toleranceDual_cur_per_kWh: tolerance.dual_cur_per_kWh,
      refusing: [...this.refusing].join(idSeparator),
      swings_cur_per_kWh: Float64Array.from(this.swings),
      history: Float64Array.from(history.flatMap((h) => [h.primalResidual_kW, h.dualResidual_cur_per_kWh, h.rho])),
      lastRound: lastVerdict?.round ?? 0,
      lastJoining: lastVerdict ? heard<'verdict'>(lastVerdict).joining : '',
    };
  }

  resume(snapshot: Snapshot, out: Outbox): void {
    this.round = snapshot['round'] as number;
    this.rho = snapshot['rho'] as number;
    this.since = snapshot['since'] as number;
    this.values_count = snapshot['values_count'] as number;
    this.verdict = (snapshot['verdict'] as Verdict | '') || undefined;
    this.tolerance = {
      primal_kW: snapshot['tolerancePrimal_kW'] as number,
      dual_cur_per_kWh: snapshot['toleranceDual_cur_per_kWh'] as number,
    };
    for (const id of idsOf(snapshot['refusing'] as string)) this.refusing.add(id);
    this.swings = [...(snapshot['swings_cur_per_kWh'] as Float64Array)];
    const history = snapshot['history'] as Float64Array;
    for (let k = 0; 3 * k < history.length; k++) {
      const [primalResidual_kW, dualResidual_cur_per_kWh, rho] = history.subarray(3 * k, 3 * k + 3);
      this.history.push({ round: k + 1, primalResidual_kW, dualResidual_cur_per_kWh, rho });
    }
    const lastRound = snapshot['lastRound'] as number;
    if (lastRound === 0) return;
    const decision = this.verdict ?? (lastRound >= this.setup.asynchronousUntil_count ? 'wait' : 'continue');
    this.lastVerdict = say('verdict', lastRound, { decision, rho_cur_per_kW2: this.rho, joining: snapshot['lastJoining'] as string });
    for (const net of this.setup.nets) out.send(net, this.lastVerdict);
  }

  /** Who asks at each of its nets takes part from the next round on. */
  private letIn(): AgentId[] {
    const asked = new Map<AgentId, number>();
    for (const net of this.setup.nets) {
      const { joining, joiningNets_count } = this.reports.get(net)!;
      idsOf(joining).forEach((id, k) => asked.set(id, (asked.get(id) ?? joiningNets_count[k]) - 1));
    }
    return [...asked].filter(([, missing_count]) => missing_count === 0).map(([id]) => id);
  }

  private decide(): Body<'verdict'>['decision'] {
    const { setup, round } = this;
    // Sums run over the nets in the order of the setup, so that arrival order changes no bit.
    const reports = setup.nets.map((net) => this.reports.get(net)!);
    const total = (of: (r: Body<'progress'>) => number): number => reports.reduce((sum, r) => sum + of(r), 0);
    const n = Math.max(
      1,
      total((r) => r.values_count),
    );
    if (n !== this.values_count) this.beginAnew(n);
    for (let j = 0; j < setup.checkEvery_count; j++) {
      const record: RoundRecord = {
        round: round - setup.checkEvery_count + 1 + j,
        primalResidual_kW: Math.sqrt(total((r) => r.primal2_kW2[j]) / n),
        dualResidual_cur_per_kWh: Math.sqrt(total((r) => r.dual2_cur2_per_kWh2[j]) / n),
        rho: this.rho,
      };
      this.history.push(record);
      setup.onRound?.(record);
    }
    const now = this.history[this.history.length - 1];
    const power_kW = Math.sqrt(total((r) => r.power2_kW2) / n);
    const price = Math.sqrt(total((r) => r.price2_cur2_per_kWh2) / n);
    this.tolerance = {
      primal_kW: Math.max(setup.tolerance_kW, setup.tolerance_frac * power_kW),
      dual_cur_per_kWh: Math.max(setup.tolerance_cur_per_kWh, setup.tolerance_frac * price),
    };
    const swing = Math.max(...reports.map((r) => r.swing_cur_per_kWh));
    for (const r of reports) for (const id of idsOf(r.infeasible)) this.refusing.add(id);

    if (this.refusing.size > 0) this.verdict = 'refused';
    else if (
      now.primalResidual_kW <= this.tolerance.primal_kW &&
      now.dualResidual_cur_per_kWh <= this.tolerance.dual_cur_per_kWh &&
      swing <= setup.tolerancePrice_frac * price
    )
      this.verdict = 'agreed';
    else if (this.hasStalled(now, swing, price)) this.verdict = 'stalled';
    else if (round + setup.checkEvery_count > setup.rounds_max_count) this.verdict = 'round-limit';
    if (this.verdict !== undefined) return this.verdict;

    if (round - this.since <= setup.adaptUntil_count) {
      const ratio =
        now.primalResidual_kW / Math.max(power_kW, 1e-12) / Math.max(now.dualResidual_cur_per_kWh / Math.max(price, 1e-12), 1e-12);
      if (ratio > 4 || ratio < 0.25) this.rho *= Math.min(4, Math.max(0.25, Math.sqrt(ratio)));
      this.rho = Math.min(setup.rho * rhoRange, Math.max(setup.rho / rhoRange, this.rho));
    }
    return round >= setup.asynchronousUntil_count ? 'wait' : 'continue';
  }

  /** Others take part than before: what was seen of the problem until now says nothing about it any more. */
  private beginAnew(values_count: number): void {
    if (this.values_count > 0) {
      this.since = this.round - this.setup.checkEvery_count;
      this.swings = [];
    }
    this.values_count = values_count;
  }

  /**
   * The imbalance stays and prices run on at an unchanging pace: the mark of a problem without a solution. A healthy
   * negotiation, however slow, loses pace. Judged over windows long enough for oscillations to die down.
   */
  private hasStalled(now: RoundRecord, swing: number, price: number): boolean {
    this.swings.push(swing);
    const rounds = 100;
    const reports = rounds / this.setup.checkEvery_count;
    if (this.history.length - this.since < 4 * rounds || this.swings.length < 4 * reports) return false;
    const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);
    const residuals = this.history.map((record) => record.primalResidual_kW);
    return (
      now.primalResidual_kW > 2 * this.tolerance.primal_kW &&
      least(residuals.slice(-rounds)) > 0.95 * least(residuals.slice(-3 * rounds, -rounds)) &&
      swing > 10 * this.setup.tolerancePrice_frac * price &&
      least(this.swings.slice(-reports)) > 0.97 * most(this.swings.slice(-2 * reports, -reports))
    );
  }
}

/** Sums of squares are not negative, and as many joiners are named as are counted. */
function isReport(r: Body<'progress'>): boolean {
  const sums = [r.power2_kW2, r.price2_cur2_per_kWh2, r.values_count, r.swing_cur_per_kWh, ...r.primal2_kW2, ...r.dual2_cur2_per_kWh2];
  return sums.every((value) => value >= 0) && idsOf(r.joining).length === r.joiningNets_count.length;
}
