import type { NetSum } from './net-sum.ts';

/** ρ of a round at one net, by channel, and its over-relaxation. */
export interface StepLength {
  readonly rho_cur_per_kW2: Float64Array;
  readonly relaxation: number;
  readonly dt_h: number;
}

/** Σ over terminals, channels and steps: r² = m·p̄², and s² = (ρ·α/dt)²·Σ(p − z − p̄)². */
export interface Residuals {
  readonly primal2_kW2: number;
  readonly dual2_cur2_per_kWh2: number;
}

/** λ ← λ − ρ·(what the closed round added to σ̄)/dt, in place: too much power lowers the price. */
export function movePrice(price: Float64Array, sum: NetSum, { rho_cur_per_kW2, relaxation, dt_h }: StepLength): Residuals {
  const steps_count = price.length / rho_cur_per_kW2.length;
  let primal2_kW2 = 0;
  let dual2_cur2_per_kWh2 = 0;
  for (let i = 0; i < price.length; i++) {
    primal2_kW2 += sum.terminals_count * sum.imbalance[i] * sum.imbalance[i];
    price[i] -= (rho_cur_per_kW2[Math.floor(i / steps_count)] * sum.step[i]) / dt_h;
  }
  for (let c = 0; c < rho_cur_per_kW2.length; c++) {
    dual2_cur2_per_kWh2 += ((rho_cur_per_kW2[c] * relaxation) / dt_h) ** 2 * sum.moved2_kW2[c];
  }
  return { primal2_kW2, dual2_cur2_per_kWh2 };
}
