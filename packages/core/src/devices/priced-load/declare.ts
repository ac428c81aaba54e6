import { at, mul, multiplyCoefficients, sum } from '../../problem/affine.ts';
import { defineDevice } from '../contract.ts';
import { kvarPerKW } from '../power-factor.ts';
import { example } from './example.ts';
import { levelsOf } from './levels.ts';
import { params } from './params.ts';

export const pricedLoad = defineDevice({
  kind: 'priced-load',
  title: 'Load that answers to a price level announced for each step',
  params,
  declare(m, x) {
    const levels = levelsOf(x);
    const chosen = levels.map((_, j) => m.input(`level_${j}_frac`, 0, 1));
    for (const level of chosen) m.whole(level);
    m.keep('one level', sum(...chosen), 1, 1);
    const drawn = sum(...levels.map(({ load_frac }, j) => mul(multiplyCoefficients(load_frac, x.p_load_kW), chosen[j])));
    m.inject(mul(-1, drawn));
    m.injectReactive(mul(-kvarPerKW(x.pf_frac), drawn));
    const paid = (load: typeof x.p_load_kW) =>
      sum(
        ...levels.map(({ price_frac, load_frac }, j) =>
          mul(multiplyCoefficients(price_frac * load_frac, multiplyCoefficients(x.tariff_cur_per_kWh, load)), chosen[j]),
        ),
      );
    m.cost(mul(-1, paid(x.p_load_kW)));
    let [energy_kWh, bill_cur] = [0, 0];
    for (let t = 0; t < m.steps_count; t++) {
      energy_kWh += at(x.p_contract_kW, t) * m.dt_h;
      bill_cur += at(x.p_contract_kW, t) * at(x.tariff_cur_per_kWh, t) * m.dt_h;
    }
    const all = { from: 0, to: m.steps_count };
    m.total('bill', paid(x.p_contract_kW), -Infinity, bill_cur, all);
    const served = sum(...levels.map(({ load_frac }, j) => mul(multiplyCoefficients(load_frac, x.p_contract_kW), chosen[j])));
    m.total('energy', served, energy_kWh, Infinity, all);
  },
  check(x) {
    if (!Number.isInteger(x.levels_count)) return [`levels_count ${x.levels_count} is not a whole number`];
    const most = x.level_min_frac + (x.levels_count - 1) * x.level_step_frac;
    // the usual price keeps both promises, so it must be offered
    if (levelsOf(x).some(({ price_frac }) => Math.abs(price_frac - 1) < 1e-9)) return [];
    return [
      `the levels from level_min_frac ${x.level_min_frac} to ${most} by level_step_frac ${x.level_step_frac} leave out the usual price, 1`,
    ];
  },
  example,
});
