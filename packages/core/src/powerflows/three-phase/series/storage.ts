import type { Feeder, StorageOfInverter, StorageTriggers } from '../../../network/feeder/feeder.ts';

/**
 * Energy of every storage inverter over time.
 *
 *   discharging, p > 0:  de/dt = −(p + p_idle)/η_d     charging, p < 0:  de/dt = (−p − p_idle)·η_c     idle: p = −p_idle, e stays
 *
 * The wish is what its profile says, or what its triggers make of it (charging −1, idle 0, discharging 1, kept from step to step). It is cut to the power limits, and to what the energy between reserve and rating allows over the whole step, so that energy is neither made nor lost.
 * @shape e_kWh [inverter], 0 where there is no storage
 * @source triggers as OpenDSS's dispatch mode `default` has them, found by measuring
 */
export class StorageEnergy {
  readonly e_kWh: Float64Array;
  private readonly feeder: Feeder;
  private readonly direction: Int8Array;

  constructor(feeder: Feeder) {
    this.feeder = feeder;
    this.direction = new Int8Array(feeder.inverters.length);
    this.e_kWh = Float64Array.from(feeder.inverters, ({ storage }) => storage?.e_start_kWh ?? 0);
  }

  /** Wishes into what the stores can do in a step of dt_h that begins at hour_h. @param p_kW - at row t of [t][inverter], changed in place */
  limit(p_kW: Float64Array, t: number, dt_h: number, hour_h: number): void {
    const { inverters } = this.feeder;
    inverters.forEach(({ storage, p_rated_kW }, k) => {
      if (storage === undefined) return;
      const at = t * inverters.length + k;
      if (storage.triggers !== undefined)
        this.direction[k] = this.directionOf(k, storage, storage.triggers, p_kW[at] / p_rated_kW, dt_h, hour_h);
      const wish_kW = storage.triggers === undefined ? p_kW[at] : powerOf(storage, this.direction[k]);
      const { idle_kW, eta_charge_frac, eta_discharge_frac } = storage;
      const out_max_kW = Math.min(
        storage.p_discharge_max_kW,
        (Math.max(0, this.e_kWh[k] - storage.e_reserve_kWh) / dt_h) * eta_discharge_frac - idle_kW,
      );
      const in_max_kW = Math.min(
        storage.p_charge_max_kW,
        Math.max(0, storage.e_rated_kWh - this.e_kWh[k]) / dt_h / eta_charge_frac + idle_kW,
      );
      if (wish_kW > 0 && out_max_kW > 0) p_kW[at] = Math.min(wish_kW, out_max_kW);
      else if (wish_kW < 0 && in_max_kW > idle_kW) p_kW[at] = -Math.min(-wish_kW, in_max_kW);
      else p_kW[at] = -idle_kW;
    });
  }

  private directionOf(
    k: number,
    storage: StorageOfInverter,
    triggers: StorageTriggers,
    level_frac: number,
    dt_h: number,
    hour_h: number,
  ): number {
    const { charge_frac, discharge_frac, charge_h } = triggers;
    const isBelow = charge_frac !== undefined && level_frac < charge_frac;
    const isAbove = discharge_frac !== undefined && level_frac > discharge_frac;
    const isFull = this.e_kWh[k] >= storage.e_rated_kWh;
    const isEmpty = this.e_kWh[k] <= storage.e_reserve_kWh;
    const before = this.direction[k];
    if (before < 0 && !isFull && (charge_frac === undefined || level_frac <= charge_frac)) return -1;
    if (before > 0 && !isEmpty && (discharge_frac === undefined || level_frac >= discharge_frac)) return 1;
    const isTime = charge_h !== undefined && Math.abs(hour_h + dt_h - charge_h) < dt_h * (1 - 1e-9);
    if (isTime) return isFull ? 0 : -1;
    if (isAbove) return isEmpty ? 0 : 1;
    return isBelow && !isFull ? -1 : 0;
  }

  /** Energy at the end of a step in which the inverters delivered p_kW. */
  advance(p_kW: Float64Array, t: number, dt_h: number): void {
    const { inverters } = this.feeder;
    inverters.forEach(({ storage }, k) => {
      if (storage === undefined) return;
      const p = p_kW[t * inverters.length + k];
      const { idle_kW, eta_charge_frac, eta_discharge_frac } = storage;
      if (p > 0) this.e_kWh[k] -= ((p + idle_kW) / eta_discharge_frac) * dt_h;
      else if (-p > idle_kW) this.e_kWh[k] += (-p - idle_kW) * eta_charge_frac * dt_h;
    });
  }
}

const powerOf = ({ p_charge_max_kW, p_discharge_max_kW, idle_kW }: StorageOfInverter, direction: number): number =>
  direction > 0 ? p_discharge_max_kW : direction < 0 ? -p_charge_max_kW : -idle_kW;
