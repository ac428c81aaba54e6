/**
 * Tertiary control of networked microgrids: what each generates and what flows over their ties, by ADMM. Each microgrid owns copies of the flows at its ends and says only them.
 *
 * min Σ_i (a_i·P_i² + b_i·P_i) + Σ_e r_e·f_e²,  P_i = d_i + Σ_e s_ie·f_e,  0 ≤ P_i ≤ P_max,i;  s_ie = 1 when tie e leaves i, −1 when it arrives
 *
 * g_i ← argmin a·P² + b·P + Σ_e [½·r_e·g_e² + y_e·g_e + ½·ρ·(g_e − z_e)²],  z_e = (g_ie + g_je)/2,  y_e ← y_e + ρ·(g_e − z_e)
 *
 * In closed form: with the price μ = 2aP + b inside its limits, g_e = (ρ·z_e − y_e − s_e·μ)/(r_e + ρ), hence P = A − B·μ, A = d + Σ s_e·(ρ·z_e − y_e)/(r_e + ρ), B = Σ 1/(r_e + ρ);
 * P = (A − B·b)/(1 + 2aB), brought within its limits, then μ = (A − P)/B. Power balances in every iterate: P is what the copies leave.
 *
 * | symbol | variable |
 * |---|---|
 * | a, b | cost_cur_per_kW2h, cost_cur_per_kWh |
 * | r | loss_cur_per_kW2h |
 * | ρ | rho_cur_per_kW2h |
 * | g, z, y, s | flows_kW, agreed_kW, price_cur_per_kWh, sign |
 * @source Boyd, Parikh, Chu, Peleato, Eckstein, Distributed optimization and statistical learning via ADMM (2011), section 7.2
 */
import { InputError } from '../base/errors.ts';

/** A microgrid as its neighbours see it: by its ties. */
export interface ExchangeParty {
  readonly cost_cur_per_kW2h: number;
  readonly cost_cur_per_kWh: number;
  readonly p_max_kW: number;
  readonly ties: readonly ExchangeTie[];
}

export interface ExchangeTie {
  readonly id: string;
  /** Who is at its other end. */
  readonly neighbour: string;
  /** 1: a positive flow leaves this microgrid; −1: it arrives. */
  readonly sign: 1 | -1;
  readonly loss_cur_per_kW2h: number;
}

export interface ExchangeState {
  /** Own copies of the flows, as the last local step left them. */
  readonly flows_kW: Float64Array;
  readonly agreed_kW: Float64Array;
  readonly price_cur_per_kWh: Float64Array;
  p_kW: number;
}

/** Nothing flows, nothing is agreed. @throws {InputError} CONTROL_EXCHANGE */
export function exchangeState(party: ExchangeParty): ExchangeState {
  const { ties, cost_cur_per_kW2h, p_max_kW } = party;
  const fault =
    ties.length === 0
      ? 'has no tie'
      : !(cost_cur_per_kW2h >= 0)
        ? `has a cost that bends downwards: cost_cur_per_kW2h is ${cost_cur_per_kW2h}`
        : !(p_max_kW >= 0)
          ? `can generate at most ${p_max_kW} kW`
          : ties.find(({ loss_cur_per_kW2h }) => !(loss_cur_per_kW2h >= 0)) !== undefined
            ? 'has a tie with a loss below zero'
            : undefined;
  if (fault !== undefined) {
    throw new InputError({
      code: 'CONTROL_EXCHANGE',
      message: `A microgrid ${fault}`,
      hint: 'Costs and losses are at least zero, and a microgrid without ties has nothing to agree on.',
    });
  }
  const zeros = (): Float64Array => new Float64Array(ties.length);
  return { flows_kW: zeros(), agreed_kW: zeros(), price_cur_per_kWh: zeros(), p_kW: 0 };
}

/** The local step: flows_kW and p_kW from agreed_kW and price_cur_per_kWh. */
export function stepExchange(party: ExchangeParty, demand_kW: number, rho_cur_per_kW2h: number, state: ExchangeState): void {
  const { ties, cost_cur_per_kW2h: a, cost_cur_per_kWh: b, p_max_kW } = party;
  const { flows_kW, agreed_kW, price_cur_per_kWh } = state;
  let left = demand_kW;
  let slope = 0;
  for (let e = 0; e < ties.length; e++) {
    const weight = 1 / (ties[e].loss_cur_per_kW2h + rho_cur_per_kW2h);
    left += ties[e].sign * weight * (rho_cur_per_kW2h * agreed_kW[e] - price_cur_per_kWh[e]);
    slope += weight;
  }
  const p_kW = Math.min(p_max_kW, Math.max(0, (left - slope * b) / (1 + 2 * a * slope)));
  const mu = (left - p_kW) / slope;
  for (let e = 0; e < ties.length; e++) {
    const { sign, loss_cur_per_kW2h } = ties[e];
    flows_kW[e] = (rho_cur_per_kW2h * agreed_kW[e] - price_cur_per_kWh[e] - sign * mu) / (loss_cur_per_kW2h + rho_cur_per_kW2h);
  }
  state.p_kW = p_kW;
}

/**
 * Agrees on a tie with what its other end says of it.
 * @returns how far the two ends were apart from each other, or from what was agreed before; whichever is more, in kW
 */
export function agreeOnTie(state: ExchangeState, e: number, other_kW: number, rho_cur_per_kW2h: number): number {
  const { flows_kW, agreed_kW, price_cur_per_kWh } = state;
  const agreed = (flows_kW[e] + other_kW) / 2;
  const apart = Math.max(Math.abs(flows_kW[e] - other_kW), Math.abs(agreed - agreed_kW[e]));
  agreed_kW[e] = agreed;
  price_cur_per_kWh[e] += rho_cur_per_kW2h * (flows_kW[e] - agreed);
  return apart;
}

/** Parts of a slower layer's clock that a faster one needs to settle in. */
const LAYERS_APART = 10;

/**
 * Why two layers would disturb each other: the slower one must act at most once in ten settling times of the faster.
 * @returns undefined when they are far enough apart
 */
export const layersFault = (settling_s: number, period_s: number): string | undefined =>
  period_s >= LAYERS_APART * settling_s
    ? undefined
    : `the upper layer acts every ${period_s} s, the lower one needs ${settling_s} s to settle: give it at least ${LAYERS_APART * settling_s} s`;
