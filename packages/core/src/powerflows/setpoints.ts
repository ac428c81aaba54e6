import type { BusIndex, OperatingPoint } from '../network/network.ts';
import type { Wires } from './wires.ts';

/** What is known at a bus. Isolated buses are not solved. */
export const busRole = { pq: 0, pv: 1, slack: 2, isolated: 3 } as const;

/**
 * An operating point as per-bus arrays in per unit: what each bus holds and what it injects.
 *
 * Owns its memory; `read` refills it without allocating, so that a time series costs nothing but the copy.
 * At a bus where generators hold voltage, p is scheduled and q_min, q_max are the sums of their ranges; the generator
 * that stands last in the list gives the set point when several disagree (as MATPOWER does).
 */
export class Setpoints {
  readonly role: Uint8Array;
  /** Voltage magnitude to hold (pv, slack) or to start from (pq). */
  readonly v_pu: Float64Array;
  readonly angle_rad: Float64Array;
  readonly p_pu: Float64Array;
  readonly q_pu: Float64Array;
  readonly q_min_pu: Float64Array;
  readonly q_max_pu: Float64Array;
  private readonly wires: Wires;

  constructor(wires: Wires) {
    const nB = wires.buses_count;
    this.wires = wires;
    this.role = new Uint8Array(nB);
    this.v_pu = new Float64Array(nB);
    this.angle_rad = new Float64Array(nB);
    this.p_pu = new Float64Array(nB);
    this.q_pu = new Float64Array(nB);
    this.q_min_pu = new Float64Array(nB);
    this.q_max_pu = new Float64Array(nB);
  }

  read(point: OperatingPoint): void {
    const { role, v_pu, angle_rad, p_pu, q_pu, q_min_pu, q_max_pu, wires } = this;
    const { isolated, buses_count: nB } = wires;
    const perUnit = 1 / wires.network.s_base_kVA;
    for (let b = 0; b < nB; b++) {
      role[b] = isolated[b] ? busRole.isolated : busRole.pq;
      v_pu[b] = point.v_start_pu[b];
      angle_rad[b] = (point.angle_start_deg[b] * Math.PI) / 180;
      p_pu[b] = point.p_kW[b] * perUnit;
      q_pu[b] = point.q_kvar[b] * perUnit;
    }
    q_min_pu.fill(0);
    q_max_pu.fill(0);
    const { generators, slacks } = point;
    for (let d = 0; d < generators.length; d++) {
      const x = generators[d];
      if (!x.inService || isolated[x.bus]) continue;
      const b = x.bus;
      p_pu[b] += x.p_kW * perUnit;
      if (x.holdsVoltage) {
        role[b] = busRole.pv;
        v_pu[b] = x.v_set_pu;
        q_min_pu[b] += x.q_min_kvar * perUnit;
        q_max_pu[b] += x.q_max_kvar * perUnit;
      } else q_pu[b] += x.q_kvar * perUnit;
    }
    for (let k = 0; k < slacks.length; k++) if (!isolated[slacks[k]]) role[slacks[k]] = busRole.slack;
  }
}

/** The first bus, other than a slack, at which a generator in service holds voltage. */
export function firstHeldBus(point: OperatingPoint): BusIndex | undefined {
  return point.generators.find((x) => x.inService && x.holdsVoltage && !point.slacks.includes(x.bus) && !point.isolated.includes(x.bus))
    ?.bus;
}
