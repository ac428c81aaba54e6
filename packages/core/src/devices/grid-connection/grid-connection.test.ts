import { describe, expect, it } from 'vitest';
import { deviceConformance } from '../conformance.ts';
import { ask, complaint, hours } from '../testing/ask.ts';
import { gridConnection } from './declare.ts';

const closeTo = (values: readonly number[], expected: readonly number[], digits = 6): void => {
  expect(values.length).toBe(expected.length);
  values.forEach((v, i) => {
    expect(v, `[${i}]`).toBeCloseTo(expected[i], digits);
  });
};

deviceConformance(gridConnection, {
  variants: [
    { oneWay: true, p_export_max_kW: 30 },
    { p_export_max_kW: 0, q_max_kvar: 0 },
    { buy_cur_per_kWh: 0.2, sell_cur_per_kWh: 0.2 },
    { buy_cur_per_kWh: Array.from({ length: 24 }, (_, t) => 0.1 + 0.02 * t), sell_cur_per_kWh: -0.05 },
  ],
});

describe('grid-connection', () => {
  it('brings in above the buying price, takes out below the selling price, rests between', () => {
    const raw = { buy_cur_per_kWh: 0.3, sell_cur_per_kWh: 0.1, p_import_max_kW: 50, p_export_max_kW: 20, q_max_kvar: 5 };
    const { p_kW, q_kvar, cost_cur, of } = ask(gridConnection, raw, hours(3), Float64Array.of(0.4, 0.2, 0.05), 0.01);
    closeTo(p_kW, [50, 0, -20]);
    closeTo(q_kvar, [5, 5, 5]);
    expect(cost_cur).toBeCloseTo(50 * 0.3 - 20 * 0.1, 9);
    closeTo(of('p_bought_kW'), [50, 0, 0]);
  });

  it('soft threshold: a proximal step moves by price over ρ', () => {
    const x = { buy_cur_per_kWh: 0.3, sell_cur_per_kWh: 0.1, p_import_max_kW: 50, p_export_max_kW: 50, q_max_kvar: 5 };
    const oracle = gridConnection.oracle!({ ...x, oneWay: false }, hours(4))!;
    const out = new Float64Array(8);
    oracle.prox(Float64Array.of(10, 2, -2, 0.5, 9, -9, 1, 0), new Float64Array(8).fill(0.1), out);
    closeTo([...out], [7, 0, -3, -0.5, 5, -5, 1, 0], 12);
  });

  it('one way: buys or sells, with the same answer to one price', () => {
    const raw = { buy_cur_per_kWh: 0.3, sell_cur_per_kWh: 0.1, p_import_max_kW: 50, p_export_max_kW: 20, q_max_kvar: 5 };
    const { p_kW, cost_cur } = ask(gridConnection, { ...raw, oneWay: true }, hours(3), Float64Array.of(0.4, 0.2, 0.05));
    closeTo(p_kW, [50, 0, -20]);
    expect(cost_cur).toBeCloseTo(50 * 0.3 - 20 * 0.1, 7);
  });

  it('refuses prices at which buying to sell would pay', () => {
    const raw = { ...gridConnection.example, sell_cur_per_kWh: [0.1, 0.3] };
    expect(complaint(gridConnection, raw, hours(2))).toContain('sell_cur_per_kWh 0.3 is above buy_cur_per_kWh 0.25 at step 1');
  });
});
