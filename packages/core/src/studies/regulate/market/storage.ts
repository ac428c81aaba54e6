import { InputError } from '../../../base/errors.ts';
import type { Portfolio, Storage, TradeOptions } from './contract.ts';

/** A storage's law over one step, e′ = keeps·e + gains·(η_c·p_charge − p_discharge/η_d), and its limits. */
export interface StorageStep {
  readonly keeps_frac: number;
  /** (1 − e^(−σΔt))/σ, which is Δt without self-discharge. */
  readonly gains_h: number;
  readonly e_min_kWh: number;
  readonly e_max_kWh: number;
  readonly e_end_min_kWh: number;
}

export function storageStep(storage: Storage, dt_h: number): StorageStep {
  const rate_per_h = storage.selfDischarge_per_h ?? 0;
  const e_min_kWh = storage.soc_min_frac * storage.e_rated_kWh;
  return {
    keeps_frac: Math.exp(-rate_per_h * dt_h),
    gains_h: rate_per_h > 0 ? -Math.expm1(-rate_per_h * dt_h) / rate_per_h : dt_h,
    e_min_kWh,
    e_max_kWh: storage.soc_max_frac * storage.e_rated_kWh,
    e_end_min_kWh: Math.max(e_min_kWh, storage.e_end_min_kWh ?? storage.e_start_kWh),
  };
}

/** What the sources of a portfolio can give together. @shape per step */
export function available_kW(portfolio: Portfolio, steps_count: number): Float64Array {
  const total = new Float64Array(steps_count);
  for (const { p_available_kW } of portfolio.sources) for (let t = 0; t < steps_count; t++) total[t] += p_available_kW[t];
  return total;
}

/**
 * Parameters that make sense, profiles as long as the prices, and energy that can be held at all: even charged with
 * everything there is, the storage must stay above its least energy and reach its end energy.
 * @throws {InputError} TRADE_STORAGE_INVALID, TRADE_PROFILE_INVALID, TRADE_END_ENERGY
 */
export function checkPortfolio(portfolio: Portfolio, steps_count: number, options: TradeOptions): void {
  for (const { id, p_available_kW } of portfolio.sources) {
    const odd = p_available_kW.findIndex((p) => !(p >= 0 && p < Number.POSITIVE_INFINITY));
    if (p_available_kW.length === steps_count && odd < 0) continue;
    const got = odd >= 0 ? `${p_available_kW[odd]} on step ${odd + 1}` : `${p_available_kW.length} of them`;
    throw new InputError({
      code: 'TRADE_PROFILE_INVALID',
      message: `Source "${id}" of portfolio "${portfolio.id}" needs ${steps_count} available powers of at least 0, got ${got}`,
      hint: 'Give one finite power in kW for every step that has a price.',
    });
  }
  if (!portfolio.storage) return;
  checkStorage(portfolio.storage);
  checkReach(portfolio, portfolio.storage, steps_count, options);
}

function checkStorage(storage: Storage): void {
  const { e_rated_kWh: rated, soc_min_frac: low, soc_max_frac: high, e_start_kWh: start } = storage;
  const isFraction = (value: number): boolean => value > 0 && value <= 1;
  const rules: readonly (readonly [boolean, string])[] = [
    [storage.p_charge_max_kW >= 0 && storage.p_charge_max_kW < Number.POSITIVE_INFINITY, 'p_charge_max_kW at least 0 and finite'],
    [storage.p_discharge_max_kW >= 0 && storage.p_discharge_max_kW < Number.POSITIVE_INFINITY, 'p_discharge_max_kW at least 0 and finite'],
    [isFraction(storage.eta_charge_frac) && isFraction(storage.eta_discharge_frac), 'efficiencies above 0, at most 1'],
    [rated > 0 && rated < Number.POSITIVE_INFINITY, 'e_rated_kWh above 0'],
    [low >= 0 && low <= high && high <= 1, '0 ≤ soc_min_frac ≤ soc_max_frac ≤ 1'],
    [start >= low * rated && start <= high * rated, `e_start_kWh between ${low * rated} and ${high * rated}, got ${start}`],
    [(storage.e_end_min_kWh ?? 0) <= high * rated, `e_end_min_kWh up to ${high * rated}, got ${storage.e_end_min_kWh}`],
    [(storage.selfDischarge_per_h ?? 0) >= 0, 'selfDischarge_per_h at least 0'],
  ];
  const broken = rules.find(([holds]) => !holds);
  if (!broken) return;
  throw new InputError({
    code: 'TRADE_STORAGE_INVALID',
    message: `Storage "${storage.id}" needs ${broken[1]}`,
    hint: 'Mind the units: powers in kW, energies in kWh, efficiencies and states of charge as fractions.',
  });
}

/** Follows the fullest the storage can be. With powers that are on or off this is an upper bound, and the plan decides. */
function checkReach(portfolio: Portfolio, storage: Storage, steps_count: number, options: TradeOptions): void {
  const step = storageStep(storage, options.dt_h);
  const sources_kW = available_kW(portfolio, steps_count);
  const isAnyPower = options.power === 'continuous';
  const rated_kW = storage.p_charge_max_kW;
  let e_kWh = storage.e_start_kWh;
  for (let t = 0; t < steps_count; t++) {
    const supply_kW = options.chargeFrom === 'any' ? Number.POSITIVE_INFINITY : sources_kW[t];
    const charge_kW = isAnyPower ? Math.min(rated_kW, supply_kW) : supply_kW >= rated_kW ? rated_kW : 0;
    e_kWh = Math.min(step.e_max_kWh, step.keeps_frac * e_kWh + step.gains_h * storage.eta_charge_frac * charge_kW);
    const needed_kWh = t === steps_count - 1 ? step.e_end_min_kWh : step.e_min_kWh;
    if (e_kWh < needed_kWh - 1e-9 * storage.e_rated_kWh) throw cannotHold(portfolio.id, storage, t, options.dt_h, e_kWh, needed_kWh);
  }
}

/** The error for a storage that can hold at most `e_kWh` at the end of step t. */
export function cannotHold(portfolio: string, storage: Storage, t: number, dt_h: number, e_kWh: number, needed_kWh: number): InputError {
  const short = (needed_kWh - e_kWh).toPrecision(4);
  return new InputError({
    code: 'TRADE_END_ENERGY',
    message: `Storage "${storage.id}" of portfolio "${portfolio}" can hold at most ${e_kWh.toFixed(2)} kWh at the end of step ${t + 1} (hour ${Number(((t + 1) * dt_h).toFixed(4))}), but it must hold ${needed_kWh.toFixed(2)} kWh: ${short} kWh are missing`,
    hint: 'Lower its end energy, let it charge from the grid, allow any power instead of on or off, or give it more sources.',
  });
}
