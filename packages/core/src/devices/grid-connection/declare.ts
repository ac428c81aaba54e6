import { addCoefficients, at, type Coefficient, mul, multiplyCoefficients, sum } from '../../problem/affine.ts';
import type { DeclarationModel } from '../../problem/declare.ts';
import { defineDevice, type ValuesOf } from '../contract.ts';
import { separableOracle } from '../separable.ts';
import { example } from './example.ts';
import { params } from './params.ts';

const onEachStep = (value: Coefficient, of: (v: number) => number): Coefficient => (typeof value === 'number' ? of(value) : value.map(of));

export const gridConnection = defineDevice({
  kind: 'grid-connection',
  title: 'Connection to the grid upstream',
  params,
  declare(m, x) {
    if (x.oneWay) return either(m, x);
    const power = m.input('p_kW', -x.p_export_max_kW, x.p_import_max_kW);
    const reactive = m.input('q_kvar', -x.q_max_kvar, x.q_max_kvar);
    m.inject(power);
    m.injectReactive(reactive);
    // buy·max(p, 0) − sell·max(−p, 0) = sell·p + (buy − sell)·max(p, 0)
    m.cost(mul(x.sell_cur_per_kWh, power));
    const spread = addCoefficients(x.buy_cur_per_kWh, multiplyCoefficients(-1, x.sell_cur_per_kWh));
    const differs = onEachStep(spread, (v) => (v > 0 ? 1 : 0));
    const bought = m.input('p_bought_kW', 0, multiplyCoefficients(x.p_import_max_kW, differs));
    // Where both prices are one, nothing needs to know which part was bought.
    const least = onEachStep(differs, (on) => (on > 0 ? 0 : -x.p_import_max_kW));
    m.keep('bought', sum(bought, mul(-1, power)), least, Infinity);
    m.cost(mul(spread, bought));
  },
  check(x, grid) {
    for (let t = 0; t < grid.steps_count; t++) {
      const buy = at(x.buy_cur_per_kWh, t);
      const sell = at(x.sell_cur_per_kWh, t);
      if (sell > buy) {
        return [`sell_cur_per_kWh ${sell} is above buy_cur_per_kWh ${buy} at step ${t}, so that buying to sell would pay without end`];
      }
    }
    return [];
  },
  oracle: (x, { steps_count, dt_h }) => {
    if (x.oneWay) return undefined;
    return separableOracle({
      steps_count,
      dt_h,
      region: { p_low: -x.p_export_max_kW, p_high: x.p_import_max_kW, q_low: -x.q_max_kvar, q_high: x.q_max_kvar },
      cost_cur_per_kWh: x.buy_cur_per_kWh,
      costBelow_cur_per_kWh: x.sell_cur_per_kWh,
      schedule: (p, q) =>
        new Map([
          ['p_kW', p],
          ['q_kvar', q],
          ['p_bought_kW', p.map((power, t) => (at(x.buy_cur_per_kWh, t) > at(x.sell_cur_per_kWh, t) ? Math.max(power, 0) : 0))],
        ]),
    });
  },
  example,
});

/** Bought and sold as inputs of their own that exclude each other. */
function either(m: DeclarationModel, x: ValuesOf<typeof params>): void {
  const bought = m.input('p_bought_kW', 0, x.p_import_max_kW);
  const sold = m.input('p_sold_kW', 0, x.p_export_max_kW);
  m.exclusive(bought, sold);
  m.inject(sum(bought, mul(-1, sold)));
  m.injectReactive(m.input('q_kvar', -x.q_max_kvar, x.q_max_kvar));
  m.cost(sum(mul(x.buy_cur_per_kWh, bought), mul(multiplyCoefficients(-1, x.sell_cur_per_kWh), sold)));
}
