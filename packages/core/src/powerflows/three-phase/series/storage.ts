import type { Feeder } from '../../../network/feeder/feeder.ts';

/**
 * Energy of every storage inverter over time.
 *
 *   discharging, p > 0:  de/dt = −(p + p_idle)/η_d     charging, p < 0:  de/dt = (−p − p_idle)·η_c     idle: p = −p_idle, e stays
 *
 * The wish is cut to the power limits, and to what the energy between reserve and rating allows over the whole step, so that energy is neither made nor lost.
 * @shape e_kWh [inverter], 0 where there is no storage
 */
export class StorageEnergy {
  readonly e_kWh: Float64Array;
  private readonly feeder: Feeder;

  constructor(feeder: Feeder) {
    this.feeder = feeder;
    this.e_kWh = Float64Array.from(feeder.inverters, ({ storage }) => storage?.e_start_kWh ?? 0);
  }

  /** Wishes into what the stores can do in a step of dt_h. @param p_kW - at row t of [t][inverter], changed in place */
  limit(p_kW: Float64Array, t: number, dt_h: number): void {
    const { inverters } = this.feeder;
    inverters.forEach(({ storage }, k) => {
      if (storage === undefined) return;
      const at = t * inverters.length + k;
      const wish_kW = p_kW[at];
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
