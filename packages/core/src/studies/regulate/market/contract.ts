import type { PortfolioPlan } from '../../../wire/regulate-result.ts';

/**
 * Storage that trades with generation. Energy decays by itself with the rate σ:
 *
 *   de/dt = −σ·e + η_c·p_charge − p_discharge/η_d      so that over a step of constant powers, exactly,
 *   e(t + Δt) = e^(−σΔt)·e(t) + (1 − e^(−σΔt))/σ·(η_c·p_charge − p_discharge/η_d)
 *
 * Within a step e runs monotonically between its ends, so limits at the ends hold inside, too.
 * @source Jia et al. (2025), eq. 2–4, eq. 3 with its sign corrected; σ is what the paper leaves for the future
 */
export interface Storage {
  readonly id: string;
  readonly p_charge_max_kW: number;
  readonly p_discharge_max_kW: number;
  readonly eta_charge_frac: number;
  readonly eta_discharge_frac: number;
  readonly e_rated_kWh: number;
  readonly soc_min_frac: number;
  readonly soc_max_frac: number;
  readonly e_start_kWh: number;
  /** Least energy at the end of the horizon. Absent: as much as at the start. 0: no rule, as in the paper. */
  readonly e_end_min_kWh?: number | undefined;
  /** σ: part of the energy that is lost per hour. Default 0. */
  readonly selfDischarge_per_h?: number | undefined;
}

/** A source at a bus of its own: what it can give on every step. @shape p_available_kW, per step */
export interface Source {
  readonly id: string;
  readonly p_available_kW: readonly number[];
}

/**
 * Who trades as one: sources, which may stand at several buses, with at most one storage. `one` storage for several sources is one
 * portfolio; `each` source with its own storage is a portfolio for each (`portfolioForEach`).
 */
export interface Portfolio {
  readonly id: string;
  readonly sources: readonly Source[];
  readonly storage?: Storage | undefined;
}

/** What energy costs when it is taken, and what it earns when it is given. @shape per step */
export interface Prices {
  readonly buy_cur_per_kWh: readonly number[];
  readonly sell_cur_per_kWh: readonly number[];
}

/** How storages may run. */
export interface TradeOptions {
  readonly dt_h: number;
  /** `on-off`: at rated power or not at all, as in the paper (default). `continuous`: any power up to the rated one. Never both ways at once. */
  readonly power?: 'on-off' | 'continuous' | undefined;
  /** `sources`: only from the portfolio's own sources, as in the paper (default). `any`: from the grid at the buy price, too. */
  readonly chargeFrom?: 'sources' | 'any' | undefined;
}

/** A portfolio's powers. @shape per step */
export interface Schedule {
  readonly own_kW: Float64Array;
  readonly bought_kW: Float64Array;
  readonly discharge_kW: Float64Array;
  readonly e_kWh: Float64Array;
  /** What the sources feed in beside charging. */
  readonly fed_kW: Float64Array;
}

/** A portfolio's plan, with what each of its sources is left to feed in. */
export interface Trade extends PortfolioPlan {
  /** What is taken from the grid to charge; the rest of `p_charge_kW` comes from the portfolio's own sources. */
  readonly p_bought_kW: readonly number[];
  /**
   * What remains of each source after it has charged the storage; those of one portfolio give in proportion to what they have.
   * Discharge appears at the storage, not here: p_offered = Σ p_left + p_discharge − p_bought.
   * @shape p_left_kW, per step
   */
  readonly sources: readonly { readonly id: string; readonly p_left_kW: readonly number[] }[];
}

/** What a market structure hands back: prices that everyone faces, and what each portfolio does about them. */
export interface MarketOutcome extends Prices {
  readonly structure: string;
  readonly trades: readonly Trade[];
  /** Where the prices come out of a clearing: how far they are from an equilibrium. */
  readonly equilibrium?: Equilibrium | undefined;
}

/** Whether everybody would choose the cleared plan on his own at the cleared prices. */
export interface Equilibrium {
  readonly isEquilibrium: boolean;
  /**
   * What each portfolio's own best plan at these prices earns beyond its cleared one: what a side payment would have to be. With
   * storages that are on or off there may be no price at which it is zero.
   */
  readonly sidePayments: readonly { readonly id: string; readonly payment_cur: number }[];
  readonly sidePayment_cur: number;
  /** Largest side payment that counts as none. */
  readonly tolerance_cur: number;
  /** Cost of serving the feeder under the cleared plan, and the proven least. */
  readonly cost_cur: number;
  readonly bound_cur: number;
  /** Exchange with the grid above, + into the feeder. */
  readonly p_import_kW: readonly number[];
}
