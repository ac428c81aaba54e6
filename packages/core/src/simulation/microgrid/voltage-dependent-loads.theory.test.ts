import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../../network/build.ts';
import { describePlant } from '../conformance.ts';
import { findOperatingPoint } from '../operating-point.ts';
import type { Plant } from '../plant.ts';
import { inverterChain } from '../scenarios/inverter-chain.ts';
import { simulate } from '../simulate.ts';
import { averagedMicrogrid } from './averaged.ts';
import type { Microgrid, MicrogridLoad } from './microgrid.ts';
import { quasiStaticMicrogrid } from './quasi-static.ts';

type Kind = NonNullable<MicrogridLoad['kind']>;
const chainOf = (kind: Kind): Microgrid => {
  const chain = inverterChain(4);
  return { ...chain, loads: chain.loads.map((load) => ({ ...load, kind, v_nominal_V: 380 })) };
};

for (const kind of ['power', 'current'] as const) {
  describePlant(`four inverters with constant ${kind}`, () => quasiStaticMicrogrid(chainOf(kind)), { spread_frac: 0.02 });
  describePlant(
    `four inverters with constant ${kind}, wires not reduced`,
    () => quasiStaticMicrogrid(chainOf(kind), { isReduced: false }),
    {
      spread_frac: 0.02,
    },
  );
}

/** One inverter without droop behind r + jx, a load at its bus: all in closed form. */
const [R_OHM, V_V] = [0.4, 400];
const single = (kind: Kind, p_kW: number): Microgrid => ({
  network: buildNetwork({
    name: 'one inverter',
    s_base_kVA: 100,
    buses: [{ id: 'bus', v_base_kV: 0.4, v_min_pu: 0.9, v_max_pu: 1.1 }],
    branches: [],
    source: 'test',
  }),
  frequency_Hz: 50,
  inverters: [
    {
      id: 'dg',
      bus: 'bus',
      droop_rad_per_s_per_kW: 0,
      droop_V_per_kvar: 0,
      v_set_V: V_V,
      filter_rad_per_s: 30,
      coupling: { r_ohm: R_OHM, l_H: 1e-12 },
    },
  ],
  loads: [{ id: 'load', bus: 'bus', kind, r_ohm: (V_V * V_V) / (1000 * p_kW), x_ohm: 0, v_nominal_V: V_V }],
});
const power_kW = (plant: Plant): number => {
  const { x } = findOperatingPoint(plant);
  return x[0];
};

describe('loads of constant power and current', () => {
  it('take what their law says behind a resistance: P, I·V, and P·R/(R + r)²', () => {
    // power: V² − E·V + P·r = 0; current: V = E − r·I; impedance: the divider. The inverter gives E·I.
    const p_W = 20_000;
    const v = (V_V + Math.sqrt(V_V * V_V - 4 * p_W * R_OHM)) / 2;
    expect(power_kW(quasiStaticMicrogrid(single('power', 20)))).toBeCloseTo((V_V * p_W) / v / 1000, 6);
    expect(power_kW(quasiStaticMicrogrid(single('current', 20)))).toBeCloseTo(20, 6);
    const load_ohm = (V_V * V_V) / p_W;
    expect(power_kW(quasiStaticMicrogrid(single('impedance', 20)))).toBeCloseTo((V_V * V_V) / (R_OHM + load_ohm) / 1000, 6);
  });

  it('answer to voltage as their law says: with its square, with it, and (but for losses) not at all', () => {
    const powers = quasiStaticMicrogrid(chainOf('power'));
    const { status, x } = findOperatingPoint(powers);
    expect(status).toBe('found');
    const total = (plant: Plant, by_V: number): number => {
      const u = new Float64Array(plant.inputs.length);
      plant.inputsInto(u);
      for (let k = 0; k < 4; k++) u[3 * k + 1] += by_V;
      const point = findOperatingPoint(plant, { u, x });
      expect(point.status).toBe('found');
      return point.x.slice(3, 7).reduce((sum, p) => sum + p, 0);
    };
    const answer = (['impedance', 'current', 'power'] as const).map((kind) => {
      const plant = quasiStaticMicrogrid(chainOf(kind));
      return (total(plant, 5) - total(plant, -5)) / total(plant, 0) / (10 / 380);
    });
    // relative change of consumption over that of voltage
    expect(answer[0]).toBeGreaterThan(1.8);
    expect(answer[1]).toBeGreaterThan(0.8);
    expect(answer[1]).toBeLessThan(1.3);
    expect(Math.abs(answer[2])).toBeLessThan(0.3);
  });

  it('beyond what the wires carry the voltage collapses to where the load gives up', () => {
    // E²/(4r) is 100 kW: beyond it the load is the resistance that it is at half voltage
    const run = simulate(quasiStaticMicrogrid(single('power', 90)), {
      stop_s: 1,
      events: [{ at_s: 0.2, name: 'load.scale_frac', value: 1.3 }],
    });
    expect(run.status).toBe('done');
    expect(run.x[0]).toBeCloseTo((V_V * V_V) / (R_OHM + (200 * 200) / 117_000) / 1000, 4);
  });

  it('are refused by tiers with line dynamics', () => {
    expect(() => averagedMicrogrid(chainOf('power'))).toThrow(/constant power/);
  });
});
