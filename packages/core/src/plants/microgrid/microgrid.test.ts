import { describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import { findOperatingPoint } from '../../simulation/operating-point.ts';
import { describePlantKind } from '../conformance.ts';
import type { PlantModel } from '../contract.ts';
import type { MicrogridDocument } from './document.ts';
import { microgrid } from './kind.ts';

describePlantKind(microgrid);

const build = (document: object): PlantModel =>
  microgrid.build(microgrid.schema.parse(document) as MicrogridDocument, { stream: randomStream(1) });

/** Two inverters at one bus each, a load given by its power. */
const own = {
  v_nominal_V: 400,
  inverters: [
    { id: 'north', bus: 'a', droop_rad_per_s_per_kW: 0.1, droop_V_per_kvar: 1, coupling_l_H: 1e-3 },
    { id: 'south', bus: 'b', droop_rad_per_s_per_kW: 0.2, droop_V_per_kvar: 1, coupling_l_H: 1e-3 },
  ],
  lines: [{ id: 'cable', from: 'a', to: 'b', r_ohm: 0.05, x_ohm: 0.02 }],
  loads: [{ id: 'village', bus: 'b', p_kW: 30, q_kvar: 10 }],
};

describe('a microgrid of a document', () => {
  it('is the same in every tier: names of inputs, outputs and parameters', () => {
    const [a, b, c] = ['quasi-static', 'dynamic-phasor', 'averaged'].map((tier) => build({ tier, scenario: 'inverter-chain' }).plant);
    expect(b.inputs).toEqual(a.inputs);
    expect(c.outputs).toEqual(a.outputs);
    expect(c.parameters).toEqual(a.parameters);
    expect([a, b, c].map(({ states }) => states.length)).toEqual([11, 29, 61]);
  });

  it('may be of one’s own: droop shares 2 to 1, and the load takes nearly what was said', () => {
    const { plant } = build(own);
    const { status, x, u } = findOperatingPoint(plant);
    expect(status).toBe('found');
    const y = new Float64Array(plant.outputs.length);
    plant.outputsInto(x, u, y);
    const [north, south] = ['north', 'south'].map((id) => y[plant.outputs.indexOf(`${id}.p_kW`)]);
    expect(north / south).toBeCloseTo(2, 6);
    expect(north + south).toBeGreaterThan(25);
    expect(north + south).toBeLessThan(31);
  });

  it('says where the quasi-static tier misleads; in the averaged tier, and without inner loops to compare with, nothing', () => {
    expect(build({ scenario: 'inverter-chain' }).cautions?.()).toEqual([expect.stringContaining('Use the averaged tier')]);
    expect(build({ scenario: 'inverter-chain', tier: 'averaged' }).cautions?.()).toEqual([]);
    expect(build({ scenario: 'dapi-chain' }).cautions?.()).toEqual([]);
  });

  it('refuses two descriptions at once, none, a negative droop, a bus that nobody has', () => {
    expect(() => build({ ...own, scenario: 'inverter-chain' })).toThrow(/its own inverters/);
    expect(() => build({ frequency_Hz: 50 })).toThrow(/neither/);
    expect(() => build({ ...own, inverters_count: 3 })).toThrow(/inverters_count/);
    const negative = { ...own, inverters: own.inverters.map((each) => ({ ...each, droop_rad_per_s_per_kW: -0.1 })) };
    expect(() => build(negative)).toThrow(/droop_rad_per_s_per_kW.*at least 0/);
  });
});
