import type { Follower } from '../../flexibility/follower.ts';
import { project } from '../../flexibility/project.ts';
import type { PowerPoint, PowerRegion } from '../../flexibility/region.ts';
import { buildRegion } from '../../flexibility/shape.ts';

export interface StoreValues {
  readonly s_max_kVA: number;
  readonly p_min_kW: number;
  readonly p_max_kW: number;
  /** Lossless; a source is a store that never runs out. */
  readonly e_kWh: number;
  readonly e_max_kWh: number;
  readonly steps_count: number;
}

/** A lossless store behind an inverter, by hand, one-hour steps: for tests that need a law whose every number is known. */
export class StoreFollower implements Follower {
  readonly id: string;
  readonly steps_count: number;
  step = 0;
  e_kWh: number;
  readonly values: StoreValues;

  constructor(id: string, values: StoreValues) {
    this.id = id;
    this.values = values;
    this.steps_count = values.steps_count;
    this.e_kWh = values.e_kWh;
  }

  region(): PowerRegion {
    const { s_max_kVA, p_min_kW, p_max_kW, e_max_kWh } = this.values;
    return buildRegion([], s_max_kVA, Math.max(p_min_kW, this.e_kWh - e_max_kWh), Math.min(p_max_kW, this.e_kWh));
  }

  advance(asked: PowerPoint): PowerPoint {
    const point = project(this.region(), asked);
    this.e_kWh = Math.min(this.values.e_max_kWh, Math.max(0, this.e_kWh - point.p_kW));
    this.step++;
    return point;
  }

  state(): ReadonlyMap<string, number> {
    return new Map([['e_kWh', this.e_kWh]]);
  }

  copy(): Follower {
    const copy = new StoreFollower(this.id, { ...this.values, e_kWh: this.e_kWh });
    copy.step = this.step;
    return copy;
  }
}
