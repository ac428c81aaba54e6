import { mul, sum } from '../../problem/affine.ts';
import type { Form, FormValues, Horizon } from '../form.ts';
import { holdPlan, holdWorkspace_count } from '../knots.ts';

/**
 * A building that is kept warm by a heat pump or a heater, as one heat capacity. With u = −p, the power drawn:
 *
 *   0 ≤ u_t ≤ P,   θ_t = κ·θ_{t−1} + (1 − κ)·(a_t + (η/G)·u_t),   κ = exp(−G·dt/C),   θ_min,t ≤ θ_t ≤ θ_max,t
 *
 * exact for power and outside temperature that are constant on a step. Let θ⁰ be the temperature without heating and g = (1 − κ)·η/G; then
 * s_t = (θ⁰_t − θ_t)/g obeys s_t = κ·s_{t−1} + p_t, and the limits are (θ⁰_t − θ_max,t)/g ≤ s_t ≤ (θ⁰_t − θ_min,t)/g: `holdPlan` with a free end.
 *
 * | symbol | name |
 * |---|---|
 * | P, η | p_max_kW, performance_frac (heat per electric power) |
 * | G, C | loss_kW_per_K, capacity_kWh_per_K |
 * | θ_0, a | start_degC, outside_degC |
 * | θ_min, θ_max | least_degC, most_degC |
 */
export const heated: Form = {
  name: 'heated',
  terminals_count: 1,
  parameters: [
    { name: 'p_max_kW', per: 'device', least: 0 },
    { name: 'performance_frac', per: 'device', least: 0 },
    { name: 'loss_kW_per_K', per: 'device', least: 0 },
    { name: 'capacity_kWh_per_K', per: 'device', least: 0 },
    { name: 'start_degC', per: 'device' },
    { name: 'outside_degC', per: 'step' },
    { name: 'least_degC', per: 'step' },
    { name: 'most_degC', per: 'step' },
  ],
  workspace_count: holdWorkspace_count,
  fault(values, i, { steps_count: T, dt_h }) {
    const [most, performance, loss, capacity, start, outside, cold, warm] = values;
    if (!(loss[i] > 0 && capacity[i] > 0 && performance[i] > 0)) {
      return 'loss_kW_per_K, capacity_kWh_per_K and performance_frac have to be positive';
    }
    const { keep, gain } = lawOf(values, i, dt_h);
    let low = start[i];
    let high = start[i];
    for (let t = 0, k = i * T; t < T; t++, k++) {
      const drift = (1 - keep) * outside[k];
      low = Math.max(cold[k], keep * low + drift);
      high = Math.min(warm[k], keep * high + drift + gain * most[i]);
      if (low > high + 1e-9) return `on step ${t} no heating keeps the temperature within ${cold[k]} … ${warm[k]} °C`;
    }
    return undefined;
  },
  prox(values, first, last, { steps_count: T, dt_h }, _rho, x, at, work) {
    const [most, , , , start, outside, cold, warm] = values;
    for (let i = first, row = at; i < last; i++, row += T) {
      const { keep, gain } = lawOf(values, i, dt_h);
      let free = start[i];
      for (let t = 0, k = i * T; t < T; t++, k++) {
        free = keep * free + (1 - keep) * outside[k];
        work[t] = (free - warm[k]) / gain;
        work[T + t] = (free - cold[k]) / gain;
      }
      holdPlan(x, row, T, -most[i], 0, keep, Number.NaN, work);
    }
  },
  cost: () => 0,
  costMost: () => 0,
  reach: ([most], i) => most[i],
  declare(model, name, values, i, { steps_count: T, dt_h }) {
    const [most, , , , start, outside, cold, warm] = values;
    const { keep, gain } = lawOf(values, i, dt_h);
    const p = model.variables(`${name}p_kW`, [T], { lower: -most[i], upper: 0 });
    const theta = model.variables(`${name}theta_degC`, [T], { lower: (t) => cold[i * T + t], upper: (t) => warm[i * T + t] });
    for (let t = 0; t < T; t++) {
      const before = t === 0 ? keep * start[i] : mul(keep, theta(t - 1));
      model.equal(`${name}heat[${t}]`, sum(theta(t), mul(gain, p(t))), sum(before, (1 - keep) * outside[i * T + t]));
    }
    return [p.variables];
  },
};

/** κ, and g in K per kW. */
function lawOf([, performance, loss, capacity]: FormValues, i: number, dt_h: Horizon['dt_h']): { keep: number; gain: number } {
  const keep = Math.exp((-loss[i] * dt_h) / capacity[i]);
  return { keep, gain: ((1 - keep) * performance[i]) / loss[i] };
}
