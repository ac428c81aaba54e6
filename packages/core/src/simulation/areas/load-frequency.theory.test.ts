import { describe, expect, it } from 'vitest';
import { areaControl } from '../../controllers/load-frequency/area-control.ts';
import { storageSupport } from '../../controllers/load-frequency/storage-support.ts';
import { describePlant } from '../conformance.ts';
import { closeLoop } from '../control-loop.ts';
import { meanRate_per_s, nadirOf, outputOf, settling_s } from '../metrics.ts';
import { modesAt } from '../modes.ts';
import { findOperatingPoint } from '../operating-point.ts';
import type { Plant } from '../plant.ts';
import { type StorageFleet, supportGraph, threeAreas, twoAreas } from '../scenarios/areas.ts';
import { type SimulationOptions, simulate, type Trajectory } from '../simulate.ts';
import { areaPlant } from './area-plant.ts';
import type { AreaSystem } from './areas.ts';

/** Charges of 0.5 ± 0.05, ten storages. */
const charges = [0.53, 0.46, 0.55, 0.49, 0.452, 0.51, 0.544, 0.475, 0.52, 0.458];
const fleet: StorageFleet = { area: 'area1', p_max_pu: 0.02, duration_s: 1200, charges_frac: charges };

interface Gains {
  readonly balance_per_s?: number;
  readonly share_per_s?: number;
  readonly exponent_frac?: number;
  readonly observer_per_s?: number;
}

/** Areas under control, the storages led by the first area. */
function controlled(system: AreaSystem, gain_i_per_s: number, gains: Gains = {}): Plant {
  const { observer_per_s = 5, balance_per_s = 4, share_per_s = 40, exponent_frac = 0.5 } = gains;
  const { areas, storages } = system;
  const agents = areas.map((area) => {
    const own = storages.filter((each) => each.area === area.id);
    return {
      device: area.id,
      law: areaControl.build({
        bias_pu_per_Hz: area.damping_pu_per_Hz + 1 / area.droop_Hz_per_pu,
        gain_p_frac: 0,
        gain_i_per_s,
        damping_pu_per_Hz: area.damping_pu_per_Hz,
        inertia_pu_s_per_Hz: area.inertia_pu_s_per_Hz,
        observer_per_s,
        support_max_pu: own.reduce((sum, { p_max_pu }) => sum + p_max_pu, 0),
        duration_s: own[0]?.duration_s ?? 1,
        e_start_frac: 0.5,
      }),
    };
  });
  const followers = storages.map(({ id }) => ({
    device: id,
    law: storageSupport.build({ balance_per_s, share_per_s, exponent_frac, zone_frac: 0.002 }),
  }));
  const units = storages.map(({ id }) => id);
  return closeLoop(
    areaPlant(system),
    [...agents, ...followers],
    supportGraph(
      areas.map(({ id }) => id),
      'area1',
      units,
      units.slice(0, 1),
    ),
  );
}

const step = (p_load_pu: number, area = 'area1', at_s = 1) => ({ at_s, name: `${area}.p_load_pu`, value: p_load_pu });
const run = (plant: Plant, options: Partial<SimulationOptions> = {}): Trajectory =>
  simulate(plant, { stop_s: 60, method: 'rk4', step_s: 1e-3, record_s: 0.01, events: [step(0.02)], ...options });
const nadir_mHz = (trajectory: Trajectory, area: string): number =>
  1000 * nadirOf(trajectory.time_s, outputOf(trajectory, `${area}.deviation_Hz`)).value;

describePlant('two areas', () => areaPlant(twoAreas(fleet)));
// the linear law: the suite takes differences across points, and the other one bends where they are small (its own suite is in controllers)
describePlant('two areas under control', () => controlled(twoAreas(fleet), 0.2, { exponent_frac: 1 }));

/** K14: the sheet on control, section 11, S4: Elgerd and Fosha's set, the storages are a reference scenario of ours. */
describe('K14: two areas', () => {
  const none = run(controlled(twoAreas(), 0.2));
  const finite = run(controlled(twoAreas(fleet), 0.2));
  const linear = run(controlled(twoAreas(fleet), 0.2, { exponent_frac: 1 }));

  it('frequency first falls at ΔP/2H', () => {
    const f = outputOf(run(controlled(twoAreas(), 0.2), { stop_s: 1.2, record_s: 1e-3 }), 'area1.deviation_Hz');
    // −0.02/(2·5/60) = −0.12 Hz/s
    expect((f[1001] - f[1000]) / 1e-3).toBeCloseTo(-0.12, 3);
    expect(meanRate_per_s(none.time_s, outputOf(none, 'area1.deviation_Hz'), 1, 0.2)).toBeCloseTo(-0.109, 2);
  });

  it('frequency and tie power return to zero in both areas, with the control of only the disturbed one moved', () => {
    const late = run(controlled(twoAreas(), 0.2), { stop_s: 200, step_s: 1e-2, record_s: 1 });
    for (const name of ['area1.deviation_Hz', 'area2.deviation_Hz', 'area1.p_tie_pu'])
      expect(Math.abs(outputOf(late, name).at(-1)!)).toBeLessThan(1e-7);
    expect(outputOf(late, 'area1.p_mech_pu').at(-1)).toBeCloseTo(0.02, 6);
    expect(outputOf(late, 'area2.p_mech_pu').at(-1)).toBeCloseTo(0, 6);
  });

  it.each([
    ['none', none, -43.3, -45.1],
    ['linear consensus', linear, -30.1, -23.9],
    ['finite-time consensus', finite, -25.7, -18],
  ])('claim of the talk, on our scenario: storage lifts the nadir (%s)', (_name, trajectory, one, other) => {
    expect(Math.abs(nadir_mHz(trajectory, 'area1') / one - 1), `${nadir_mHz(trajectory, 'area1')}`).toBeLessThan(0.03);
    expect(Math.abs(nadir_mHz(trajectory, 'area2') / other - 1), `${nadir_mHz(trajectory, 'area2')}`).toBeLessThan(0.03);
  });

  it('comes within 5 mHz sooner with storage', () => {
    const [with_s, without_s] = [finite, none].map((each) => settling_s(each.time_s, outputOf(each, 'area1.deviation_Hz'), 0, 0.005, 1));
    expect(with_s).toBeLessThan(3);
    expect(without_s).toBeGreaterThan(5);
  });

  it('the observed disturbance comes to the true one as exp(−l·t), whatever the area does meanwhile', () => {
    const plant = controlled(twoAreas(fleet), 0.2);
    const at = plant.states.findIndex(({ name }) => name === 'area1.observer_pu');
    for (const after_s of [0.1, 0.4, 1]) {
      const { x } = run(plant, { stop_s: 1 + after_s });
      const estimate = x[at] - 5 * (10 / 60) * x[0];
      expect(0.02 - estimate).toBeCloseTo(0.02 * Math.exp(-5 * after_s), 6);
    }
  });

  it('storages together give what is asked of them a moment after, none more than it can', () => {
    const apart = (trajectory: Trajectory): Float64Array => {
      const given = outputOf(trajectory, 'area1.p_support_pu');
      return outputOf(trajectory, 'said.area1.p_frac').map((p, t) => Math.abs(p - given[t] / 0.02));
    };
    expect(settling_s(finite.time_s, apart(finite), 0, 0.02, 1)).toBeLessThan(3);
    expect(Math.max(...apart(finite))).toBeLessThan(Math.max(...apart(linear)));
    for (let k = 1; k <= charges.length; k++) expect(Math.max(...outputOf(finite, `ess${k}.p_frac`).map(Math.abs))).toBeLessThanOrEqual(1);
  });

  it('charges draw together; with the sign as printed they drift apart', () => {
    // storages of a minute and 125 s stand for the ten minutes and 1250 s of the sheet: the law is fast against both
    const spreads = (balance_per_s: number): number[] => {
      const plant = controlled(twoAreas({ ...fleet, duration_s: 60 }), 0.2, { balance_per_s });
      const slow = run(plant, { stop_s: 125, step_s: 2e-3, record_s: 5, events: [] });
      const e = charges.map((_, k) => outputOf(slow, `ess${k + 1}.e_frac`));
      return [...slow.time_s].map((_, t) => Math.max(...e.map((each) => each[t])) - Math.min(...e.map((each) => each[t])));
    };
    const [right, printed] = [spreads(4), spreads(-4)];
    for (let t = 1; t < right.length; t++) {
      expect(right[t]).toBeLessThan(right[t - 1]);
      expect(printed[t]).toBeGreaterThan(printed[t - 1]);
    }
    // 0.0919 → 0.0766 and 0.1089 with the charges of the sheet
    expect(right.at(-1)! / right[0]).toBeLessThan(0.88);
    expect(printed.at(-1)! / printed[0]).toBeGreaterThan(1.12);
  });
});

/** K14: the sheet on control, section 11, S5: parameters as in Bevrani (2009); our numbers. */
describe('K14: three areas', () => {
  const steps = [step(0.1, 'area1', 0), step(0.08, 'area2', 0), step(0.05, 'area3', 0)];

  it.each([
    [0.1, -0.0878, -291, 37.2],
    [0.2, -0.0787, -288, 22.3],
    [0.3, -0.0693, -285, 18.1],
    [0.5, -0.0498, -279, 27.3],
  ])('integral gain %d: slowest mode, nadir and return to 5 mHz', (gain, abscissa_per_s, nadir, returned_s) => {
    const plant = controlled(threeAreas(), gain);
    const { x, u } = findOperatingPoint(plant, { settle_s: 0 });
    // at zero: the charge that a leader without storages has, and the flow around the loop of ties
    const slowest = modesAt(plant, x, u).filter(({ re_per_s }) => Math.abs(re_per_s) > 1e-9)[0];
    expect(slowest.re_per_s).toBeCloseTo(abscissa_per_s, 3);
    const trajectory = run(plant, { stop_s: 120, step_s: 5e-3, events: steps });
    expect(Math.abs(nadir_mHz(trajectory, 'area2') / nadir - 1), `${nadir_mHz(trajectory, 'area2')}`).toBeLessThan(0.02);
    const slow_s = Math.max(
      ...[1, 2, 3].map((k) => settling_s(trajectory.time_s, outputOf(trajectory, `area${k}.deviation_Hz`), 0, 0.005)),
    );
    expect(Math.abs(slow_s / returned_s - 1), `${slow_s}`).toBeLessThan(0.03);
  });

  it('frequency and ties return to zero after steps in all three', () => {
    const late = run(controlled(threeAreas(), 0.3), { stop_s: 300, step_s: 1e-2, record_s: 1, events: steps });
    for (const k of [1, 2, 3]) {
      expect(Math.abs(outputOf(late, `area${k}.deviation_Hz`).at(-1)!)).toBeLessThan(1e-6);
      expect(Math.abs(outputOf(late, `area${k}.p_tie_pu`).at(-1)!)).toBeLessThan(1e-6);
    }
  });

  it('an opened tie leaves each side to return by itself', () => {
    const plant = controlled(threeAreas(), 0.3);
    const open = ['tie12', 'tie13'].map((tie) => ({ at_s: 5, name: `${tie}.isClosed`, value: 0 }));
    const late = run(plant, { stop_s: 200, step_s: 1e-2, record_s: 1, events: [...steps, ...open] });
    expect(outputOf(late, 'area1.p_tie_pu').at(-1)).toBe(0);
    for (const k of [1, 2, 3]) expect(Math.abs(outputOf(late, `area${k}.deviation_Hz`).at(-1)!)).toBeLessThan(1e-5);
  });
});

describe('bad areas are refused', () => {
  const system = twoAreas();
  const withArea = (part: object): AreaSystem => ({ ...system, areas: [{ ...system.areas[0], ...part }, system.areas[1]] });

  it.each([
    ['zero inertia', withArea({ inertia_pu_s_per_Hz: 0 }), /inertia_pu_s_per_Hz.*above 0/],
    ['negative droop', withArea({ droop_Hz_per_pu: -2 }), /droop_Hz_per_pu/],
    ['an unknown area', { ...system, ties: [{ ...system.ties[0], to: 'aera2' }] }, /aera2/],
    ['a name that is there twice', withArea({ id: 'area2' }), /twice/],
  ])('%s', (_name, bad, message) => {
    expect(() => areaPlant(bad)).toThrow(message);
  });
});
