import type { Snapshot } from '../../agents/role.ts';
import type { Body } from './messages.ts';

/** What a net adds up. Members: `RoundSum`, which needs sums only, and `StandingSum`, which goes on with the last word of who is late. */
export abstract class NetSum {
  /** p̄ of the last closed round, [channel][step]. */
  readonly imbalance: Float64Array;
  /** σ̄: by how much all have been moved so far. */
  readonly mean: Float64Array;
  /** What the last closed round added to σ̄. */
  readonly step: Float64Array;
  /** Of the last closed round: terminals, Σ‖p‖², and Σ‖p − z‖² − m·‖p̄‖² by channel. */
  terminals_count = 0;
  power2_kW2 = 0;
  readonly moved2_kW2: Float64Array;
  protected readonly steps_count: number;

  constructor(channels_count: number, steps_count: number) {
    const width = channels_count * steps_count;
    this.steps_count = steps_count;
    this.imbalance = new Float64Array(width);
    this.mean = new Float64Array(width);
    this.step = new Float64Array(width);
    this.moved2_kW2 = new Float64Array(channels_count);
  }

  /** σ̄ is told with the price of this round; nobody will answer a round before `oldest` any more. */
  abstract tell(round: number, oldest: number): void;
  /** A schedule of terminal k, in answer to the price of a round. */
  abstract add(k: number, round: number, schedule: Body<'schedule'>): void;
  /** Terminal k takes part no more. */
  abstract leave(k: number): void;
  /** Takes what was added into σ̄ and p̄. */
  abstract close(relaxation: number): void;

  remember(): Snapshot {
    return {
      imbalance_kW: this.imbalance.slice(),
      mean_kW: this.mean.slice(),
      terminals_count: this.terminals_count,
      power2_kW2: this.power2_kW2,
    };
  }

  resume(snapshot: Snapshot): void {
    this.imbalance.set(snapshot['imbalance_kW'] as Float64Array);
    this.mean.set(snapshot['mean_kW'] as Float64Array);
    this.terminals_count = snapshot['terminals_count'] as number;
    this.power2_kW2 = snapshot['power2_kW2'] as number;
  }
}
