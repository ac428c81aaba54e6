import type { Snapshot } from '../../agents/role.ts';
import type { Body } from './messages.ts';

/** What a net adds up. Members: `RoundSum`, which needs sums only, and `StandingSum`, which goes on with the last word of who is late. */
export interface NetSum {
  /** p̄ of the last closed round, [channel][step]. */
  readonly imbalance: Float64Array;
  /** σ̄: by how much all have been moved so far. */
  readonly mean: Float64Array;
  /** What the last closed round added to σ̄. */
  readonly step: Float64Array;
  /** Of the last closed round: terminals, Σ‖p‖², and Σ‖p − z‖² − m·‖p̄‖² by channel. */
  readonly terminals_count: number;
  readonly power2_kW2: number;
  readonly moved2_kW2: Float64Array;
  /** σ̄ is told with the price of this round; nobody will answer a round before `oldest` any more. */
  tell(round: number, oldest: number): void;
  /** A schedule of terminal k, in answer to the price of a round. */
  add(k: number, round: number, schedule: Body<'schedule'>): void;
  /** Terminal k takes part no more. */
  leave(k: number): void;
  /** Takes what was added into σ̄ and p̄. */
  close(relaxation: number): void;
  remember(): Snapshot;
  resume(snapshot: Snapshot): void;
}
