import { mul, sum, type Variable } from '../../problem/affine.ts';
import type { DeclarationModel } from '../../problem/declare.ts';
import { defineDevice, type ValuesOf } from '../contract.ts';
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
    const power = m.input('p_kW', x.stops ? 0 : x.p_min_kW, x.p_max_kW);
    if (x.stops) commitment(m, power, x);
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
    if (x.start_cur > 0 && !x.stops) faults.push(`start_cur ${x.start_cur} has no meaning for a generator that does not stop`);
    if (x.s_max_kVA > 0 && x.p_min_kW > x.s_max_kVA) faults.push(`p_min_kW ${x.p_min_kW} is above s_max_kVA ${x.s_max_kVA}`);
    if (x.p_before_kW < 0) return faults;
    const highest = x.p_before_kW + orFree(x.ramp_up_kW_per_h) * grid.dt_h;
    const lowest = x.p_before_kW - orFree(x.ramp_down_kW_per_h) * grid.dt_h;
    if (highest < x.p_min_kW && !x.stops) {
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
    x.stops || x.ramp_up_kW_per_h > 0 || x.ramp_down_kW_per_h > 0 ? undefined : curtailableSourceOracle(grid, x.p_min_kW, x.p_max_kW, x),
  example,
});

/**
 * Off or between p_min and p_max: idle ∈ {0, 1} and p exclude each other, p ≥ p_min·(1 − idle). Starts are counted in a state, which
 * rises at least as fast as the machine comes on.
 */
function commitment(m: DeclarationModel, power: Variable, x: ValuesOf<typeof params>): void {
  const idle = m.input('idle_frac', 0, 1);
  m.exclusive(power, idle);
  m.keep('smallest output', sum(power, mul(x.p_min_kW, idle)), x.p_min_kW, Infinity);
  if (x.start_cur === 0) return;
  const start = m.input('start_frac', 0, 1);
  const starts = m.state('starts_count', 0, m.steps_count, 0);
  m.rate(starts, mul(1 / m.dt_h, start));
  m.cost(mul(x.start_cur / m.dt_h, start));
  // on(t) − on(t−1) ≤ starts(t) − starts(t−1), with on = 1 − idle; it is off before the horizon, unless p_before_kW says otherwise
  m.ramp('start', mul(-1, sum(idle, starts)), Infinity, 0, x.p_before_kW > 0 ? 0 : -1);
}
