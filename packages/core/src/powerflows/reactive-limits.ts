import type { OperatingPoint } from '../network/network.ts';
import { busRole, type Setpoints } from './setpoints.ts';
import type { Wires } from './wires.ts';

/** A bus that keeps going back and forth is left at its limit after so many returns. */
const RETURNS_MAX_COUNT = 3;

/**
 * Which buses are held at a reactive limit. All buses that exceed their range become PQ at the limit at once (as
 * MATPOWER's ENFORCE_Q_LIMS = 1); unlike there, one that no longer needs its limit holds its voltage again: at the
 * upper limit when its voltage has risen above the set point, at the lower limit when it has fallen below.
 */
export class ReactiveLimits {
  /** +1 at the upper limit, −1 at the lower, 0 free. */
  readonly side: Int8Array;
  private readonly returns_count: Uint8Array;

  constructor(buses_count: number) {
    this.side = new Int8Array(buses_count);
    this.returns_count = new Uint8Array(buses_count);
  }

  clear(): void {
    this.side.fill(0);
    this.returns_count.fill(0);
  }

  /**
   * Changes the roles in `setpoints` after a solution.
   * @param q - injection of every bus at the solution
   * @returns true when some role has changed and the point must be solved again
   */
  update(setpoints: Setpoints, v: Float64Array, q: Float64Array, tolerance_pu: number): boolean {
    const { side, returns_count } = this;
    const { role, q_pu, q_min_pu, q_max_pu, v_pu } = setpoints;
    let changed = false;
    for (let b = 0; b < side.length; b++) {
      if (role[b] === busRole.pv) {
        const generated = q[b] - q_pu[b];
        const above = generated > q_max_pu[b] + tolerance_pu;
        const below = generated < q_min_pu[b] - tolerance_pu;
        if (!above && !below) continue;
        side[b] = above ? 1 : -1;
        q_pu[b] += above ? q_max_pu[b] : q_min_pu[b];
        role[b] = busRole.pq;
        changed = true;
      } else if (side[b] !== 0 && returns_count[b] < RETURNS_MAX_COUNT) {
        const needless = side[b] > 0 ? v[b] > v_pu[b] + tolerance_pu : v[b] < v_pu[b] - tolerance_pu;
        if (!needless) continue;
        q_pu[b] -= side[b] > 0 ? q_max_pu[b] : q_min_pu[b];
        side[b] = 0;
        returns_count[b]++;
        role[b] = busRole.pv;
        changed = true;
      }
    }
    return changed;
  }

  /** Ids of the generators that stand at a limit. */
  heldGenerators(point: OperatingPoint, wires: Wires): string[] {
    const held: string[] = [];
    for (const x of point.generators) {
      if (x.inService && x.holdsVoltage && !wires.isolated[x.bus] && this.side[x.bus] !== 0) held.push(x.id);
    }
    return held;
  }
}
