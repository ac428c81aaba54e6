import type { Snapshot } from '../../agents/role.ts';
import { digits_count, readDigits, rounded } from '../../base/fixed-point.ts';
import type { Body } from './messages.ts';
import { NetSum } from './net-sum.ts';

/**
 * What a net knows of a round: sums over its terminals, and nothing of any one of them. All is added in fixed point, so that the order
 * of arrival and masks change no bit.
 *
 *   p̄ = (1/m)·Σ p,   Σ‖Δz‖² = α²·(Σ‖p − z‖² − m·‖p̄‖²),   σ̄ ← σ̄ + α·p̄              since Σ z = 0
 *
 * A terminal that comes or goes leaves Σ z ≠ 0 behind; a round with α = 1, z = p − p̄, mends that whatever was before.
 */
export class RoundSum extends NetSum {
  private readonly power: Float64Array;
  private readonly power2: Float64Array;
  private readonly distance2: Float64Array;
  private added_count = 0;

  constructor(channels_count: number, steps_count: number) {
    super(channels_count, steps_count);
    this.power = new Float64Array(channels_count * steps_count);
    this.power2 = new Float64Array(digits_count);
    this.distance2 = new Float64Array(channels_count * digits_count);
  }

  tell(): void {}

  /** What it may have added to this round stays; it was meant. */
  leave(): void {}

  add(_k: number, _round: number, schedule: Body<'schedule'>): void {
    for (let i = 0; i < this.power.length; i++) this.power[i] += rounded(schedule.power_kW[i]);
    addPlaces(this.power2, schedule.power2_kW2);
    addPlaces(this.distance2, schedule.distance2_kW2);
    this.added_count += schedule.terminals_count;
  }

  close(relaxation: number): void {
    const { imbalance, mean, step, power, moved2_kW2, steps_count, added_count: m } = this;
    moved2_kW2.fill(0);
    for (let i = 0; i < power.length; i++) {
      imbalance[i] = m > 0 ? power[i] / m : 0;
      step[i] = relaxation * imbalance[i];
      mean[i] += step[i];
      moved2_kW2[Math.floor(i / steps_count)] -= m * imbalance[i] * imbalance[i];
    }
    for (let c = 0; c < moved2_kW2.length; c++) {
      moved2_kW2[c] = Math.max(0, moved2_kW2[c] + readDigits(this.distance2, c * digits_count));
    }
    this.power2_kW2 = readDigits(this.power2);
    this.terminals_count = m;
    this.empty();
  }

  override remember(): Snapshot {
    return {
      ...super.remember(),
      sumPower_kW: this.power.slice(),
      sumPower2_kW2: this.power2.slice(),
      sumDistance2_kW2: this.distance2.slice(),
      added_count: this.added_count,
    };
  }

  override resume(snapshot: Snapshot): void {
    super.resume(snapshot);
    this.power.set(snapshot['sumPower_kW'] as Float64Array);
    this.power2.set(snapshot['sumPower2_kW2'] as Float64Array);
    this.distance2.set(snapshot['sumDistance2_kW2'] as Float64Array);
    this.added_count = snapshot['added_count'] as number;
  }

  private empty(): void {
    this.power.fill(0);
    this.power2.fill(0);
    this.distance2.fill(0);
    this.added_count = 0;
  }
}

function addPlaces(target: Float64Array, values: Float64Array): void {
  for (let j = 0; j < target.length; j++) target[j] += values[j];
}
