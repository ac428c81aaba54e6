import type { TimeGrid } from '../../base/time-grid.ts';
import type { Oracle } from '../../problem/oracle.ts';
import type { ValuesOf } from '../contract.ts';
import { kvarPerKW } from '../power-factor.ts';
import type { params } from './params.ts';

/**
 * Water-filling. With u the power drawn, p = −u and q = −k·u, a proximal step is
 *
 *   min Σ ½h_t·u_t² − b_t·u_t   over 0 ≤ u_t ≤ u_max on the window, Σ u_t·dt = E,
 *   h = ρ_p + k²ρ_q,  b = −ρ_p·v_p − k·ρ_q·v_q,   so   u_t(λ) = clip((b_t + λ)/h_t, 0, u_max).
 *
 * Σ u(λ) is piecewise linear and non-decreasing: Newton's method on it, kept in a bracket, ends on the exact λ.
 * The best answer to prices fills the cheapest steps first.
 *
 * Cost: O(window) per Newton step, usually below ten of them; no allocation.
 * @source operation notes §6.4 E1; Kraning, Chu, Lavaei, Boyd (2014)
 */
export function deferrableLoadOracle(x: ValuesOf<typeof params>, grid: TimeGrid): Oracle {
  const { steps_count: n, dt_h } = grid;
  const { startsAt: from, endsAt: to, p_max_kW: most } = x;
  const k = kvarPerKW(x.pf_frac);
  const need = x.e_needed_kWh / dt_h;
  const feasible = need <= most * (to - from) * (1 + 1e-12);
  const drawn = new Float64Array(n);
  const b = new Float64Array(n);
  const h = new Float64Array(n);
  const order = Int32Array.from({ length: to - from }, (_, i) => from + i);

  const write = (out: Float64Array): void => {
    for (let t = 0; t < n; t++) {
      out[t] = drawn[t] === 0 ? 0 : -drawn[t];
      out[n + t] = drawn[t] === 0 ? 0 : -k * drawn[t];
    }
  };
  const fill = (): void => {
    let low = Infinity;
    let high = -Infinity;
    for (let t = from; t < to; t++) {
      low = Math.min(low, -b[t]);
      high = Math.max(high, h[t] * most - b[t]);
    }
    let level = 0.5 * (low + high);
    for (let round = 0; round < 200; round++) {
      let total = 0;
      let slope = 0;
      for (let t = from; t < to; t++) {
        const free = (b[t] + level) / h[t];
        drawn[t] = free < 0 ? 0 : free > most ? most : free;
        total += drawn[t];
        if (free > 0 && free < most) slope += 1 / h[t];
      }
      const missing = need - total;
      if (Math.abs(missing) <= 1e-13 * (need + most)) return;
      if (missing > 0) low = level;
      else high = level;
      const next = slope > 0 ? level + missing / slope : Number.NaN;
      const level0 = level;
      level = next > low && next < high ? next : 0.5 * (low + high);
      if (level === level0) return;
    }
  };
  return {
    width_count: 2 * n,
    prox(v, rho, out) {
      for (let t = from; t < to; t++) {
        h[t] = rho[t] + k * k * rho[n + t];
        b[t] = -rho[t] * v[t] - k * rho[n + t] * v[n + t];
      }
      if (feasible && to > from) fill();
      write(out);
      return feasible;
    },
    response(price, out) {
      const worth = (t: number): number => price[t] + k * price[n + t];
      order.sort((s, t) => worth(s) - worth(t) || s - t);
      let left = need;
      let value = 0;
      for (const t of order) {
        drawn[t] = Math.min(left, most);
        left -= drawn[t];
        value += dt_h * worth(t) * drawn[t];
      }
      write(out);
      return feasible ? value : Infinity;
    },
    cost: () => 0,
    schedule: () => new Map([['p_kW', Float64Array.from(drawn)]]),
  };
}
