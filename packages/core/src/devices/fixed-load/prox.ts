import type { TimeGrid } from '../../base/time-grid.ts';
import { addCoefficients, multiplyCoefficients } from '../../problem/affine.ts';
import type { Oracle } from '../../problem/oracle.ts';
import type { ValuesOf } from '../contract.ts';
import { kvarPerKW } from '../power-factor.ts';
import { separableOracle } from '../separable.ts';
import type { params } from './params.ts';

/** A load without choice: its region is one point per step. */
export function fixedLoadOracle(x: ValuesOf<typeof params>, { steps_count, dt_h }: TimeGrid): Oracle {
  const p = multiplyCoefficients(-1, x.p_load_kW);
  const q = multiplyCoefficients(-1, addCoefficients(x.q_load_kvar, multiplyCoefficients(kvarPerKW(x.pf_frac), x.p_load_kW)));
  return separableOracle({
    steps_count,
    dt_h,
    region: { p_low: p, p_high: p, q_low: q, q_high: q },
    schedule: () => new Map(),
  });
}
