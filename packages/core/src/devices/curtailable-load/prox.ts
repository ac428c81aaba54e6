import type { TimeGrid } from '../../base/time-grid.ts';
import { at } from '../../problem/affine.ts';
import type { Oracle } from '../../problem/oracle.ts';
import type { ValuesOf } from '../contract.ts';
import { kvarPerKW } from '../power-factor.ts';
import { separableOracle } from '../separable.ts';
import type { params } from './params.ts';

/** On each step a point of the segment from the full load to what is left after shedding; α per kWh on the way. */
export function curtailableLoadOracle(x: ValuesOf<typeof params>, { steps_count, dt_h }: TimeGrid): Oracle {
  const tan = kvarPerKW(x.pf_frac);
  let constant_cur = 0;
  for (let t = 0; t < steps_count; t++) constant_cur += dt_h * at(x.lost_cur_per_kWh, t) * at(x.p_load_kW, t);
  return separableOracle({
    steps_count,
    dt_h,
    region: {
      symmetric: false,
      corners: Array.from({ length: steps_count }, (_, t) => {
        const full = -at(x.p_load_kW, t);
        const least = (1 - x.shed_max_frac) * full;
        return [
          [full, tan * full],
          [least, tan * least],
        ];
      }),
    },
    cost_cur_per_kWh: x.lost_cur_per_kWh,
    constant_cur,
    schedule: (p) => new Map([['p_shed_kW', p.map((power, t) => power + at(x.p_load_kW, t))]]),
  });
}
