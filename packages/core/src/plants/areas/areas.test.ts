import { describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import { describePlantKind } from '../conformance.ts';
import type { PlantModel } from '../contract.ts';
import type { AreasDocument } from './document.ts';
import { areas } from './kind.ts';

describePlantKind(areas);

const build = (document: object): PlantModel => areas.build(areas.schema.parse(document) as AreasDocument, { stream: randomStream(1) });
const area = { id: 'north', inertia_pu_s_per_Hz: 0.2, damping_pu_per_Hz: 0.01, droop_Hz_per_pu: 2, governor_s: 0.1, turbine_s: 0.5 };

describe('areas of a document', () => {
  it('offer laws what they need: bias, inertia, their storages together, a home of their clusters', () => {
    const storages = [1, 2].map((k) => ({ id: `ess${k}`, area: 'north', p_max_pu: 0.01 * k, duration_s: 900 }));
    const { devices } = build({ areas: [area], storages, coolers: [{ id: 'tcl1', area: 'north', p_max_pu: 0.05 }] });
    expect(devices.map(({ id }) => id)).toEqual(['north', 'ess1', 'ess2', 'tcl1']);
    const [{ values }] = devices;
    expect(values['bias_pu_per_Hz']).toBeCloseTo(0.51, 12);
    expect(values['support_max_pu']).toBeCloseTo(0.03, 12);
    expect(values['duration_s']).toBe(900);
    expect(values['leak_per_h']).toBeCloseTo(0.25, 12);
    expect(values['cool_per_h']).toBeCloseTo(1.35, 12);
    expect(values['rest_frac']).toBeCloseTo(8 / 16.2, 12);
  });

  it('refuse two descriptions at once, none, and no inertia', () => {
    expect(() => build({})).toThrow(/neither/);
    expect(() => build({ scenario: 'two-areas', areas: [area] })).toThrow(/its own areas/);
    expect(() => build({ areas: [{ ...area, inertia_pu_s_per_Hz: 0 }] })).toThrow(/inertia_pu_s_per_Hz/);
  });
});
