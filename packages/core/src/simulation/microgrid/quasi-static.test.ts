import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../../network/build.ts';
import { describePlant } from '../conformance.ts';
import { findOperatingPoint } from '../operating-point.ts';
import { inverterChain } from '../scenarios/inverter-chain.ts';
import { simulate } from '../simulate.ts';
import { quasiStaticMicrogrid } from './quasi-static.ts';

describePlant('quasi-static', () => quasiStaticMicrogrid(inverterChain(4)));
describePlant('quasi-static with sparse solves', () => quasiStaticMicrogrid(inverterChain(5), { isReduced: false }));

describe('quasi-static microgrid', () => {
  it('has the powers of a voltage divider computed by hand', () => {
    // dg1 alone with Z = 3 + j2 Ω behind 0.03 + j·0.10996 Ω, no droop: I = 380/(3.03 + j2.10996), S = 380·I*
    const chain = inverterChain(2);
    const alone = { ...chain, inverters: [{ ...chain.inverters[0], droop_V_per_kvar: 0 }], loads: [chain.loads[0]] };
    const plant = quasiStaticMicrogrid(alone);
    const { x, status } = findOperatingPoint(plant);
    expect(status).toBe('found');
    const x_ohm = 2 + 100 * Math.PI * 0.35e-3;
    const scale = (0.38 * 0.38 * 1000) / (3.03 * 3.03 + x_ohm * x_ohm);
    expect(x[0]).toBeCloseTo(scale * 3.03, 9);
    expect(x[1]).toBeCloseTo(scale * x_ohm, 9);
  });

  it('gives the same rates with a reduced matrix as with sparse solves', () => {
    const [one, other] = [true, false].map((isReduced) => quasiStaticMicrogrid(inverterChain(9), { isReduced }));
    const n = one.states.length;
    const x = Float64Array.from({ length: n }, (_, i) => (i < 8 ? 0.1 * Math.sin(i) : 10 + i));
    const u = new Float64Array(one.inputs.length);
    one.inputsInto(u);
    const compare = (): void => {
      const [a, b] = [one, other].map((plant) => {
        const rate = new Float64Array(n);
        plant.derivativeInto(x, u, rate);
        return rate;
      });
      a.forEach((value, i) => expect(b[i]).toBeCloseTo(value, 8));
    };
    compare();
    for (const [name, value] of [
      ['load3.scale_frac', 0],
      ['line6.isClosed', 0],
      ['dg2.isClosed', 0],
    ] as const) {
      for (const plant of [one, other]) plant.change(name, value, x);
      compare();
    }
  });

  it('leaves buses that no inverter reaches without voltage', () => {
    const chain = inverterChain(3);
    const plant = quasiStaticMicrogrid(chain);
    const x = new Float64Array(plant.states.length);
    plant.change('dg3.isClosed', 0, x);
    plant.change('line2.isClosed', 0, x);
    const { status, x: point } = findOperatingPoint(plant, { x, settle_s: 0 });
    const p3 = point[plant.states.findIndex(({ name }) => name === 'dg3.p_kW')];
    // the angle of an inverter that carries nothing has no equilibrium, its power is zero all the same
    expect(status).toBe('not-found');
    const run = simulate(plant, { stop_s: 3, method: 'rk4', step_s: 1e-3 });
    const p = (dg: string): number => run.values.at(-run.outputs.length + run.outputs.indexOf(`${dg}.p_kW`))!;
    expect(run.status).toBe('done');
    expect(p('dg3')).toBeCloseTo(0, 9);
    expect(p('dg1')).toBeCloseTo(p('dg2'), 6);
    expect(p3).toBeCloseTo(0, 9);
  });

  it('takes networks with ratios and charging, which the tiers with line dynamics refuse', () => {
    const network = buildNetwork({
      name: 'two levels',
      s_base_kVA: 100,
      buses: [
        { id: 'low', v_base_kV: 0.4, v_min_pu: 0.9, v_max_pu: 1.1 },
        { id: 'high', v_base_kV: 10, v_min_pu: 0.9, v_max_pu: 1.1 },
      ],
      branches: [{ id: 'transformer', from: 'high', to: 'low', r_pu: 0.01, x_pu: 0.04, ratio: 1.025, b_pu: 0.001 }],
    });
    const inverter = { droop_rad_per_s_per_kW: 0.1, droop_V_per_kvar: 0, filter_rad_per_s: 30, coupling: { r_ohm: 0.02, l_H: 1e-3 } };
    const plant = quasiStaticMicrogrid({
      network,
      frequency_Hz: 50,
      inverters: [{ ...inverter, id: 'a', bus: 'low', v_set_V: 400 }],
      loads: [{ id: 'l', bus: 'high', r_ohm: 2000, x_ohm: 0 }],
    });
    const { status, x } = findOperatingPoint(plant);
    expect(status).toBe('found');
    // about (10 kV/1.025)… the load sees 400 V·25·1.025 less the drops: P near 10.25²/2 = 52.5 kW
    expect(x[0]).toBeGreaterThan(48);
    expect(x[0]).toBeLessThan(53);
  });
});
