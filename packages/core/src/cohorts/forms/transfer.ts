import { mul } from '../../problem/affine.ts';
import { type Form, within } from '../form.ts';

/**
 * A lossless line: what leaves one net enters the other, within its capacity.
 *
 *   p₁ + p₂ = 0,  |p₁| ≤ C        prox: p₁ = clip((v₁ − v₂)/2, ±C),  p₂ = −p₁
 *
 * | symbol | name |
 * |---|---|
 * | C | capacity_kW |
 */
export const transfer: Form = {
  name: 'transfer',
  terminals_count: 2,
  parameters: [{ name: 'capacity_kW', per: 'device', least: 0 }],
  workspace_count: () => 0,
  fault: () => undefined,
  prox([capacity], first, last, { steps_count: T }, _rho, x, at) {
    for (let i = first, k = at; i < last; i++, k += T) {
      const most = capacity[i];
      for (const end = k + T; k < end; k++) {
        const p = within(0.5 * (x[k] - x[k + T]), -most, most);
        x[k] = p;
        x[k + T] = -p;
      }
    }
  },
  proxBy(kernels, [capacity], first, last, { steps_count }, _rho, x, at) {
    kernels.transferLines(x.byteOffset + 8 * at, capacity.byteOffset, first, last, steps_count);
  },
  cost: () => 0,
  costMost: () => 0,
  joins: ([capacity], i, p_kW) => (Math.abs(p_kW) < capacity[i] ? 1 : 0),
  room([capacity], i, _horizon, _x, _at, _t, room) {
    room[0] = -capacity[i];
    room[1] = capacity[i];
  },
  across: (_values, _i, p_kW) => -p_kW,
  reach: ([capacity], i) => capacity[i],
  declare(model, name, [capacity], i, { steps_count: T }) {
    const p = model.variables(`${name}p_kW`, [T], { lower: -capacity[i], upper: capacity[i] });
    return [p.variables, p.variables.map((variable) => mul(-1, variable))];
  },
};
