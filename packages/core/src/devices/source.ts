import type { TimeGrid } from '../base/time-grid.ts';
import { at, type Coefficient } from '../problem/affine.ts';
import type { Oracle } from '../problem/oracle.ts';
import { type InverterValues, inverterCorners } from './inverter.ts';
import { separableOracle } from './separable.ts';

/**
 * Closed form of any source without memory: `p_kW` between two limits, own cost a·p² + c·p, and what `inverterReactive` allows.
 */
export function curtailableSourceOracle(
  { steps_count, dt_h }: TimeGrid,
  p_low: Coefficient,
  p_high: Coefficient,
  x: InverterValues & { readonly cost_cur_per_kWh?: Coefficient; readonly cost_cur_per_kW2h?: Coefficient },
): Oracle {
  const reactive = x.s_max_kVA > 0;
  return separableOracle({
    steps_count,
    dt_h,
    region: reactive
      ? {
          symmetric: true,
          corners: Array.from({ length: steps_count }, (_, t) => inverterCorners(at(p_low, t), at(p_high, t), x)),
        }
      : { p_low, p_high, q_low: 0, q_high: 0 },
    cost_cur_per_kWh: x.cost_cur_per_kWh ?? 0,
    cost_cur_per_kW2h: x.cost_cur_per_kW2h ?? 0,
    schedule: (p, q) =>
      new Map(
        reactive
          ? [
              ['p_kW', p],
              ['q_kvar', q],
            ]
          : [['p_kW', p]],
      ),
  });
}
