import type { Follower } from '../../flexibility/follower.ts';

/**
 * Batteries that together change their power by what is asked, as far as their head-room goes. Up and down alike everyone uses the
 * same fraction of what he has left; head-room is what the follower's law still allows on the step, state of charge included.
 */
export class Batteries {
  private readonly followers: readonly Follower[];

  constructor(followers: readonly Follower[]) {
    this.followers = followers;
  }

  /**
   * @param change_kW - wanted beside the baseline, + into the network
   * @param baseline_kW - what each would inject without a command
   * @returns the change that came about
   */
  change(change_kW: number, baseline_kW: ArrayLike<number>): number {
    const room_kW = new Float64Array(this.followers.length);
    let total_kW = 0;
    for (let l = 0; l < room_kW.length; l++) {
      const { p_min_kW, p_max_kW } = this.followers[l].region();
      room_kW[l] = change_kW >= 0 ? Math.max(0, p_max_kW - baseline_kW[l]) : Math.min(0, p_min_kW - baseline_kW[l]);
      total_kW += room_kW[l];
    }
    const fraction = total_kW === 0 ? 0 : Math.min(1, change_kW / total_kW);
    let delivered_kW = 0;
    for (let l = 0; l < room_kW.length; l++) {
      const asked = { p_kW: baseline_kW[l] + fraction * room_kW[l], q_kvar: 0 };
      delivered_kW += this.followers[l].advance(asked).p_kW - baseline_kW[l];
    }
    return delivered_kW;
  }
}
