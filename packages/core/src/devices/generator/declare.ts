import { mul } from '../../problem/affine.ts';
import { defineDevice } from '../contract.ts';
import { inverterReactive } from '../inverter.ts';
import { short } from '../reach.ts';
import { curtailableSourceOracle } from '../source.ts';
import { example } from './example.ts';
import { params } from './params.ts';

const orFree = (ramp_kW_per_h: number): number => (ramp_kW_per_h > 0 ? ramp_kW_per_h : Infinity);

export const generator = defineDevice({
  kind: 'generator',
  title: 'Dispatchable generator',
  params,
  declare(m, x) {
    const power = m.input('p_kW', x.p_min_kW, x.p_max_kW);
    m.inject(power);
    m.cost(mul(x.cost_cur_per_kWh, power));
    if (x.cost_cur_per_kW2h > 0) m.costSquare(x.cost_cur_per_kW2h, power);
    if (x.ramp_up_kW_per_h > 0 || x.ramp_down_kW_per_h > 0) {
      const before = x.p_before_kW < 0 ? undefined : x.p_before_kW;
      m.ramp('ramp', power, orFree(x.ramp_down_kW_per_h), orFree(x.ramp_up_kW_per_h), before);
    }
    inverterReactive(m, power, x);
  },
  check(x, grid) {
    const faults: string[] = [];
    if (x.p_min_kW > x.p_max_kW) faults.push(`p_min_kW ${x.p_min_kW} is above p_max_kW ${x.p_max_kW}`);
    if (x.s_max_kVA > 0 && x.p_min_kW > x.s_max_kVA) faults.push(`p_min_kW ${x.p_min_kW} is above s_max_kVA ${x.s_max_kVA}`);
    if (x.p_before_kW < 0) return faults;
    const highest = x.p_before_kW + orFree(x.ramp_up_kW_per_h) * grid.dt_h;
    const lowest = x.p_before_kW - orFree(x.ramp_down_kW_per_h) * grid.dt_h;
    if (highest < x.p_min_kW) {
      faults.push(`p_min_kW ${x.p_min_kW} is out of reach from p_before_kW ${x.p_before_kW}: ramp_up_kW_per_h gives ${short(highest)} kW`);
    }
    const most = x.s_max_kVA > 0 && x.s_max_kVA < x.p_max_kW ? x.s_max_kVA : x.p_max_kW;
    if (lowest > most) {
      faults.push(
        `${most < x.p_max_kW ? 's_max_kVA' : 'p_max_kW'} ${most} is out of reach from p_before_kW ${x.p_before_kW}: ramp_down_kW_per_h gives ${short(lowest)} kW`,
      );
    }
    return faults;
  },
  oracle: (x, grid) =>
    x.ramp_up_kW_per_h > 0 || x.ramp_down_kW_per_h > 0 ? undefined : curtailableSourceOracle(grid, x.p_min_kW, x.p_max_kW, x),
  example,
});
