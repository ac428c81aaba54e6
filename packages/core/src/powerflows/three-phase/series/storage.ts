import type { Curve } from '../../../network/feeder/controls.ts';
import type { Feeder, Inverter, StorageOfInverter } from '../../../network/feeder/feeder.ts';

/** Efficiencies of a curve that runs to 0 or beyond 1 are kept within these. */
const ETA_MIN_FRAC = 0.01;
/** p ↔ power of the store through a curve: contracts by its slope, a few hundredths. */
const ITERATIONS_COUNT = 25;
const ROUNDING = 1e-9;

/**
 * Energy of every storage inverter over time. p at the terminals, b on the store's side of its inverter (η_i of b over the rating, 1 when not given):
 *
 *   discharging, p = b·η_i(b) > 0:   de/dt = −(b + p_idle)/η_d
 *   charging,   −p = b/η_i(b) > 0:   de/dt = (b − p_idle)·η_c, or (b − p_idle)/η_d where it takes less than it uses
 *   idle,       −p = p_idle/η_i(p_idle):   e stays
 *
 * The wish is what its profile says, or what its triggers make of it (charging −1, idle 0, discharging 1, kept from step to step). It is cut to the power limits,
 * and to what the energy between reserve and rating allows over the whole step, so that energy is neither made nor lost.
 * @shape e_kWh [inverter], 0 where there is no storage
 * @source triggers and the place of the efficiency as OpenDSS has them, found by measuring; it lets the last step before the reserve (or full) run out whole
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
    inverters.forEach((inverter, k) => {
      const { storage, p_rated_kW, s_rated_kVA } = inverter;
      if (storage === undefined) return;
      const at = t * inverters.length + k;
      if (storage.triggers !== undefined) this.direction[k] = this.directionOf(k, storage, p_kW[at] / p_rated_kW, dt_h, hour_h);
      const { idle_kW, eta_charge_frac, eta_discharge_frac, inverterEta } = storage;
      const eta = (b_kW: number) => etaAt(inverterEta, b_kW / s_rated_kVA);
      const idle_out_kW = -idle_kW / eta(idle_kW);
      const wish_kW = storage.triggers === undefined ? p_kW[at] : powerOf(storage, this.direction[k], idle_out_kW);
      const out_kW = (Math.max(0, this.e_kWh[k] - storage.e_reserve_kWh) / dt_h) * eta_discharge_frac - idle_kW;
      const in_kW = Math.max(0, storage.e_rated_kWh - this.e_kWh[k]) / dt_h / eta_charge_frac + idle_kW;
      const out_max_kW = Math.min(storage.p_discharge_max_kW, out_kW * eta(out_kW));
      const in_max_kW = Math.min(storage.p_charge_max_kW, in_kW / eta(in_kW));
      if (wish_kW > 0 && out_kW > 0) p_kW[at] = Math.min(wish_kW, out_max_kW);
      else if (wish_kW < 0 && in_max_kW > -idle_out_kW && (wish_kW <= idle_out_kW || out_kW > 0)) p_kW[at] = -Math.min(-wish_kW, in_max_kW);
      else p_kW[at] = idle_out_kW;
    });
  }

  /** Energy at the end of a step in which the inverters delivered p_kW. */
  advance(p_kW: Float64Array, t: number, dt_h: number): void {
    const { inverters } = this.feeder;
    inverters.forEach((inverter, k) => {
      const { storage } = inverter;
      if (storage === undefined) return;
      const p = p_kW[t * inverters.length + k];
      const { idle_kW, eta_charge_frac, eta_discharge_frac } = storage;
      const b_kW = storeSide_kW(inverter, storage, p);
      if (p > 0) this.e_kWh[k] -= ((b_kW + idle_kW) / eta_discharge_frac) * dt_h;
      else if (b_kW > idle_kW * (1 + ROUNDING)) this.e_kWh[k] += (b_kW - idle_kW) * eta_charge_frac * dt_h;
      else if (b_kW < idle_kW * (1 - ROUNDING)) this.e_kWh[k] -= ((idle_kW - b_kW) / eta_discharge_frac) * dt_h;
    });
  }

  /** What the triggers of one store make of the level and the hour. */
  private directionOf(k: number, storage: StorageOfInverter, level_frac: number, dt_h: number, hour_h: number): number {
    const { charge_frac, discharge_frac, charge_h } = storage.triggers ?? {};
    const isFull = this.e_kWh[k] >= storage.e_rated_kWh;
    const isEmpty = this.e_kWh[k] <= storage.e_reserve_kWh;
    const before = this.direction[k];
    if (before < 0 && !isFull && (charge_frac === undefined || level_frac <= charge_frac)) return -1;
    if (before > 0 && !isEmpty && (discharge_frac === undefined || level_frac >= discharge_frac)) return 1;
    const isTime = charge_h !== undefined && Math.abs(hour_h + dt_h - charge_h) < dt_h * (1 - 1e-9);
    if (isTime) return isFull ? 0 : -1;
    if (discharge_frac !== undefined && level_frac > discharge_frac) return isEmpty ? 0 : 1;
    return charge_frac !== undefined && level_frac < charge_frac && !isFull ? -1 : 0;
  }
}

const powerOf = ({ p_charge_max_kW, p_discharge_max_kW }: StorageOfInverter, direction: number, idle_out_kW: number): number =>
  direction > 0 ? p_discharge_max_kW : direction < 0 ? -p_charge_max_kW : idle_out_kW;

/** b of p: p = b·η_i(b) when discharging, −p = b/η_i(b) when charging. */
function storeSide_kW({ s_rated_kVA }: Inverter, { inverterEta }: StorageOfInverter, p_kW: number): number {
  const size_kW = Math.abs(p_kW);
  if (inverterEta === undefined) return size_kW;
  let b_kW = size_kW;
  for (let k = 0; k < ITERATIONS_COUNT; k++) {
    const eta = etaAt(inverterEta, b_kW / s_rated_kVA);
    b_kW = p_kW > 0 ? size_kW / eta : size_kW * eta;
  }
  return b_kW;
}

/** Piecewise linear, beyond its ends with the slope of the last two points. */
function etaAt(curve: Curve | undefined, at: number): number {
  if (curve === undefined) return 1;
  const { x, y } = curve;
  const last = x.length - 1;
  let k = 1;
  while (k < last && at > x[k]) k++;
  const eta = last < 1 || x[k] === x[k - 1] ? y[Math.min(k, last)] : y[k - 1] + ((y[k] - y[k - 1]) * (at - x[k - 1])) / (x[k] - x[k - 1]);
  return Math.min(1, Math.max(ETA_MIN_FRAC, eta));
}
