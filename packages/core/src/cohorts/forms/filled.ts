import { mul, sum } from '../../problem/affine.ts';
import { type Form, within } from '../form.ts';

/**
 * An energy that has to be drawn within a window, whenever it suits. With u = −p, the power drawn:
 *
 *   0 ≤ u_t ≤ P on steps A … D − 1, u_t = 0 elsewhere,  Σ u_t·dt = E        prox: u_t(μ) = clip(μ − v_t, 0, P),  Σ u_t(μ) = E/dt
 *
 * Water-filling: Σ u(μ) is piecewise linear and does not fall; Newton's method on it, kept in a bracket, meets the level exactly
 * after finitely many pieces.
 *
 * | symbol | name |
 * |---|---|
 * | P, E | p_max_kW, e_needed_kWh |
 * | A, D | startsAt_count, endsAt_count |
 */
export const filled: Form = {
  name: 'filled',
  terminals_count: 1,
  parameters: [
    { name: 'p_max_kW', per: 'device', least: 0 },
    { name: 'e_needed_kWh', per: 'device', least: 0 },
    { name: 'startsAt_count', per: 'device', least: 0 },
    { name: 'endsAt_count', per: 'device', least: 0 },
  ],
  workspace_count: () => 0,
  fault([most, energy, start, end], i, { steps_count: T, dt_h }) {
    if (!(Number.isInteger(start[i]) && Number.isInteger(end[i]) && end[i] <= T)) {
      return `the window ${start[i]} … ${end[i]} is not one of whole steps within ${T}`;
    }
    const can_kWh = Math.max(0, end[i] - start[i]) * most[i] * dt_h;
    return energy[i] <= can_kWh * (1 + 1e-12)
      ? undefined
      : `e_needed_kWh ${energy[i]} is more than the ${can_kWh} kWh that its window holds`;
  },
  prox([most, energy, start, end], first, last, { steps_count: T, dt_h }, _rho, x, at) {
    for (let i = first, row = at; i < last; i++, row += T) {
      const from = row + start[i];
      const to = row + end[i];
      const level = waterLevel(x, from, to, most[i], energy[i] / dt_h);
      for (let k = row; k < from && k < row + T; k++) x[k] = 0;
      for (let k = from; k < to; k++) x[k] = -within(level - x[k], 0, most[i]);
      for (let k = Math.max(from, to); k < row + T; k++) x[k] = 0;
    }
  },
  cost: () => 0,
  costMost: () => 0,
  reach: ([most], i) => most[i],
  declare(model, name, [most, energy, start, end], i, { steps_count: T, dt_h }) {
    const isOpen = (t: number): boolean => t >= start[i] && t < end[i];
    const p = model.variables(`${name}p_kW`, [T], { lower: (t) => (isOpen(t) ? -most[i] : 0), upper: 0 });
    model.equal(`${name}energy`, mul(-dt_h, sum(...p.variables)), energy[i]);
    return [p.variables];
  },
};

/** μ with Σ clip(μ − v_t, 0, P) = need over the values from … to − 1. */
function waterLevel(v: Float64Array, from: number, to: number, most: number, need: number): number {
  let low = Infinity;
  let high = -Infinity;
  for (let k = from; k < to; k++) {
    if (v[k] < low) low = v[k];
    if (v[k] > high) high = v[k];
  }
  high += most;
  let level = 0.5 * (low + high);
  for (let round = 0; round < 200; round++) {
    let total = 0;
    let slope = 0;
    for (let k = from; k < to; k++) {
      const u = level - v[k];
      if (u >= most) total += most;
      else if (u > 0) {
        total += u;
        slope++;
      }
    }
    const missing = need - total;
    if (Math.abs(missing) <= 1e-14 * (need + most)) return level;
    if (missing > 0) low = level;
    else high = level;
    const next = level + missing / slope;
    const before = level;
    level = next > low && next < high ? next : 0.5 * (low + high);
    if (level === before) return level;
  }
  return level;
}
