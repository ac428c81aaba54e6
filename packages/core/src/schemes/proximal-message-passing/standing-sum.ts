import type { Snapshot } from '../../agents/role.ts';
import { rounded } from '../../base/fixed-point.ts';
import type { Body } from './messages.ts';
import { NetSum } from './net-sum.ts';

/**
 * What a net that does not wait for everyone knows: the last word of each terminal, and the sum σ_k that its owner has by now. It
 * follows the owner's own arithmetic, so both have the same bits:
 *
 *   z = σ_k − σ̄_i,   σ_k ← σ_k + α·(p − z),   σ̄ = (1/m)·Σ σ_k                   σ̄_i: as told with the price that was answered
 *
 * Who is late leaves σ_k where it was; to the others it is meanwhile like a part with z_k = σ_k − σ̄, which gives with the price.
 */
export class StandingSum extends NetSum {
  private readonly relaxation: number;
  /** By terminal: σ, p, Σ(p − z)² [channel], and whether it has spoken. */
  private readonly sum: Float64Array[];
  private readonly power: Float64Array[];
  private readonly distance2: Float64Array[];
  private readonly spoke: Float64Array;
  /** Σ of the moves since the last close. */
  private readonly moves: Float64Array;
  /** σ̄ as told, by round. */
  private told = new Map<number, Float64Array>();

  /** @param starts - first z of each terminal; they add up to zero */
  constructor(channels_count: number, steps_count: number, relaxation: number, starts: readonly (Float64Array | undefined)[]) {
    super(channels_count, steps_count);
    const width = channels_count * steps_count;
    this.relaxation = relaxation;
    this.moves = new Float64Array(width);
    this.sum = starts.map((start) => Float64Array.from(start ?? new Float64Array(width)));
    this.power = starts.map(() => new Float64Array(width));
    this.distance2 = starts.map(() => new Float64Array(channels_count));
    this.spoke = new Float64Array(starts.length);
  }

  tell(round: number, oldest: number): void {
    for (const before of this.told.keys()) if (before < oldest) this.told.delete(before);
    this.told.set(round, this.mean.slice());
  }

  add(k: number, round: number, schedule: Body<'schedule'>): void {
    const { steps_count, relaxation, moves } = this;
    const mean = this.told.get(round)!;
    const [sum, power, distance2] = [this.sum[k], this.power[k], this.distance2[k]];
    if (this.spoke[k] === 0) for (let i = 0; i < sum.length; i++) sum[i] += mean[i];
    this.spoke[k] = 1;
    distance2.fill(0);
    for (let i = 0; i < sum.length; i++) {
      power[i] = rounded(schedule.power_kW[i]);
      const distance = power[i] - (sum[i] - mean[i]);
      const move = relaxation * distance;
      sum[i] += move;
      moves[i] += move;
      distance2[Math.floor(i / steps_count)] += distance * distance;
    }
  }

  leave(k: number): void {
    if (this.spoke[k] === 0) return;
    const rest_count = this.spoke.reduce((count, flag) => count + flag, -1);
    const { mean, moves, sum } = this;
    // What has been added since the last close is not in σ̄ yet; it stays with the rest.
    for (let i = 0; i < mean.length; i++) mean[i] = rest_count > 0 ? mean[i] + (mean[i] + moves[i] - sum[k][i]) / rest_count : 0;
    this.spoke[k] = 0;
    this.sum[k].fill(0);
    this.power[k].fill(0);
    this.distance2[k].fill(0);
  }

  close(): void {
    const { imbalance, mean, step, moves, moved2_kW2, steps_count, spoke } = this;
    const m = spoke.reduce((count, flag) => count + flag, 0);
    this.terminals_count = m;
    this.power2_kW2 = 0;
    imbalance.fill(0);
    moved2_kW2.fill(0);
    for (let k = 0; k < spoke.length; k++) {
      if (spoke[k] === 0) continue;
      for (let i = 0; i < imbalance.length; i++) {
        imbalance[i] += this.power[k][i] / m;
        this.power2_kW2 += this.power[k][i] * this.power[k][i];
      }
      for (let c = 0; c < moved2_kW2.length; c++) moved2_kW2[c] += this.distance2[k][c];
    }
    for (let i = 0; i < mean.length; i++) {
      moved2_kW2[Math.floor(i / steps_count)] -= m * imbalance[i] * imbalance[i];
      step[i] = m > 0 ? moves[i] / m : 0;
      mean[i] += step[i];
    }
    for (let c = 0; c < moved2_kW2.length; c++) moved2_kW2[c] = Math.max(0, moved2_kW2[c]);
    moves.fill(0);
  }

  override remember(): Snapshot {
    return {
      ...super.remember(),
      sums_kW: flat(this.sum),
      powers_kW: flat(this.power),
      distances2_kW2: flat(this.distance2),
      spoke: this.spoke.slice(),
      moves_kW: this.moves.slice(),
      toldRounds: Float64Array.from(this.told.keys()),
      told_kW: flat([...this.told.values()]),
    };
  }

  override resume(snapshot: Snapshot): void {
    const width = this.mean.length;
    super.resume(snapshot);
    spread(snapshot['sums_kW'] as Float64Array, this.sum);
    spread(snapshot['powers_kW'] as Float64Array, this.power);
    spread(snapshot['distances2_kW2'] as Float64Array, this.distance2);
    this.spoke.set(snapshot['spoke'] as Float64Array);
    this.moves.set(snapshot['moves_kW'] as Float64Array);
    const told = snapshot['told_kW'] as Float64Array;
    this.told = new Map(Array.from(snapshot['toldRounds'] as Float64Array, (round, r) => [round, told.slice(r * width, (r + 1) * width)]));
  }
}

const flat = (rows: readonly Float64Array[]): Float64Array => Float64Array.from(rows.flatMap((row) => [...row]));

function spread(all: Float64Array, rows: readonly Float64Array[]): void {
  rows.forEach((row, k) => {
    row.set(all.subarray(k * row.length, (k + 1) * row.length));
  });
}
