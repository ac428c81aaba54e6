import { describe, expect, it } from 'vitest';
import { inverterChain } from '../scenarios/inverter-chain.ts';
import { averagedMicrogrid } from './averaged.ts';
import { dynamicPhasorMicrogrid } from './dynamic-phasor.ts';
import type { Microgrid } from './microgrid.ts';
import { quasiStaticMicrogrid } from './quasi-static.ts';

const chain = inverterChain(3);
const [one, ...more] = chain.inverters;
const withFirst = (change: object): Microgrid => ({ ...chain, inverters: [{ ...one, ...change }, ...more] });

describe('bad microgrids are refused', () => {
  it.each<[string, Microgrid, RegExp]>([
    ['no inverter', { ...chain, inverters: [] }, /needs at least one inverter/],
    ['negative droop', withFirst({ droop_rad_per_s_per_kW: -0.1 }), /"droop_rad_per_s_per_kW" must be at least 0, got -0\.1 \(dg1\)/],
    ['no inertia', withFirst({ filter_rad_per_s: 0 }), /"filter_rad_per_s" must be above 0/],
    ['no coupling', withFirst({ coupling: { r_ohm: 0.1, l_H: 0 } }), /"coupling.l_H" must be above 0/],
    ['not a number', withFirst({ v_set_V: Number.NaN }), /"v_set_V" must be above 0, got NaN/],
    ['no capacitor', withFirst({ loops: { ...one.loops!, c_filter_F: 0 } }), /"loops.c_filter_F" must be above 0/],
    ['unknown bus', withFirst({ bus: 'bus7' }), /"dg1" stands at bus "bus7", which does not exist\. Did you mean/],
    ['twice the same id', withFirst({ id: 'line1' }), /"line1" is there twice/],
    ['short circuit', { ...chain, loads: [{ id: 'l', bus: 'bus1', r_ohm: 0, x_ohm: 0 }] }, /"l" is a short circuit/],
  ])('%s', (_name, microgrid, message) => {
    expect(() => quasiStaticMicrogrid(microgrid)).toThrow(message);
  });

  it('tiers say what they do not model', () => {
    const resistive = { ...chain, loads: [{ id: 'l', bus: 'bus1', r_ohm: 5, x_ohm: 0 }] };
    expect(() => dynamicPhasorMicrogrid(resistive)).toThrow(/load "l" has no reactance.*quasi-static/);
    expect(() => averagedMicrogrid(withFirst({ loops: undefined }))).toThrow(/"dg1" has none.*MICROGRID_TIER/);
    expect(quasiStaticMicrogrid(resistive).states.length).toBe(8);
  });

  it('breakers and loads have names, and wrong ones are told', () => {
    const plant = quasiStaticMicrogrid(chain);
    expect(plant.parameters).toContain('line2.isClosed');
    expect(() => plant.change('line2.closed', 0, new Float64Array(8))).toThrow(
      /"line2.closed" is no parameter.*Did you mean "line2.isClosed"/,
    );
    expect(() => plant.change('load1.scale_frac', -1, new Float64Array(8))).toThrow(/SIMULATION_PARAMETER/);
  });
});
