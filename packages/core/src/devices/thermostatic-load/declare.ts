import { mul, multiplyCoefficients, sum } from '../../problem/affine.ts';
import { defineDevice, type ValuesOf } from '../contract.ts';
import { kvarPerKW } from '../power-factor.ts';
import { firstOutOfReach, short } from '../reach.ts';
import { example } from './example.ts';
import { params } from './params.ts';

/** Kelvin per hour at rest, without its own losses, and what a kW adds. */
function rates(x: ValuesOf<typeof params>) {
  const c = 1 / x.c_kWh_per_K;
  const sign = x.cools ? -1 : 1;
  const atRest = sum(multiplyCoefficients(c * x.loss_kW_per_K, x.t_ambient_degC), multiplyCoefficients(-sign * c, x.p_draw_kW));
  return { atRest: atRest.constant, perKW: sign * c * x.cop_frac, leak: c * x.loss_kW_per_K };
}

export const thermostaticLoad = defineDevice({
  kind: 'thermostatic-load',
  title: 'Water heater, fridge or other thermostatic load',
  params,
  declare(m, x) {
    const { atRest, perKW, leak } = rates(x);
    const power = m.input('p_kW', 0, x.p_max_kW);
    const warmth = m.state('t_degC', x.t_min_degC, x.t_max_degC, x.t_start_degC);
    m.rate(warmth, sum(mul(perKW, power), mul(-leak, warmth), atRest));
    m.inject(mul(-1, power));
    m.injectReactive(mul(-kvarPerKW(x.pf_frac), power));
  },
  check(x, grid) {
    const faults: string[] = [];
    if (x.t_min_degC > x.t_max_degC) faults.push(`t_min_degC ${x.t_min_degC} is above t_max_degC ${x.t_max_degC}`);
    if (x.t_start_degC < x.t_min_degC || x.t_start_degC > x.t_max_degC) {
      faults.push(`t_start_degC ${x.t_start_degC} is outside t_min_degC ${x.t_min_degC} … t_max_degC ${x.t_max_degC}`);
    }
    if (faults.length > 0) return faults;
    const { atRest, perKW, leak } = rates(x);
    const on = sum(atRest, perKW * x.p_max_kW).constant;
    const out = firstOutOfReach({
      steps_count: grid.steps_count,
      dt_h: grid.dt_h,
      start: x.t_start_degC,
      leak,
      slowest: x.cools ? on : atRest,
      fastest: x.cools ? atRest : on,
      lower: x.t_min_degC,
      upper: x.t_max_degC,
    });
    if (!out) return faults;
    const tooLow = out.high < x.t_min_degC;
    const limit = tooLow ? `t_min_degC ${x.t_min_degC}` : `t_max_degC ${x.t_max_degC}`;
    const how = tooLow === x.cools ? 'switched off' : `running with all of p_max_kW ${x.p_max_kW}`;
    faults.push(`${limit} cannot be kept at step ${out.step}: ${how} it gets to ${short(tooLow ? out.high : out.low)} °C`);
    return faults;
  },
  example,
});
