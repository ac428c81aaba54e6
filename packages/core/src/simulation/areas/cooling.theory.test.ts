import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../controllers/graph.ts';
import { areaControl } from '../../controllers/load-frequency/area-control.ts';
import { coolingFollower } from '../../controllers/thermostatic/cooling-follower.ts';
import { coolingLeader } from '../../controllers/thermostatic/cooling-leader.ts';
import { describePlant } from '../conformance.ts';
import { closeLoop } from '../control-loop.ts';
import { nadirOf, outputOf } from '../metrics.ts';
import type { Plant } from '../plant.ts';
import { cooledArea, supportGraph } from '../scenarios/areas.ts';
import { type SimulationOptions, simulate, type Trajectory } from '../simulate.ts';
import { areaPlant } from './area-plant.ts';
import { restingShare_frac } from './areas.ts';

const system = cooledArea();
const [area] = system.areas;
const units = system.coolers.map(({ id }) => id);
const pinned = [1, 6, 11, 16].map((k) => `tcl${k}`);

/** The area under its own secondary control, and around it the clusters under theirs. */
function cooled(gains: { readonly support_per_Hz?: number; readonly gain_comfort_per_s?: number } = {}): Plant {
  const { support_per_Hz = 167 / 50, gain_comfort_per_s = 20 } = gains;
  const secondary = areaControl.build({
    ...areaControl.example,
    bias_pu_per_Hz: area.damping_pu_per_Hz + 1 / area.droop_Hz_per_pu,
    gain_p_frac: 0,
    gain_i_per_s: 0.03,
    damping_pu_per_Hz: area.damping_pu_per_Hz,
    inertia_pu_s_per_Hz: area.inertia_pu_s_per_Hz,
    support_max_pu: 0,
  });
  const inner = closeLoop(areaPlant(system), [{ device: 'area1', law: secondary }], buildGraph(['area1'], []));
  const leader = coolingLeader.build({
    ...coolingLeader.example,
    rest_frac: restingShare_frac(system.coolers[0]),
    leak_per_h: 0.25,
    cool_per_h: (2.7 * 3) / (2 * 1.5 * 2),
    support_frac: support_per_Hz,
  });
  const followers = units.map((device) => ({ device, law: coolingFollower.build({ gain_power_per_s: 20, gain_comfort_per_s }) }));
  return closeLoop(inner, [{ device: 'area1', law: leader }, ...followers], supportGraph(['area1'], 'area1', units, pinned));
}

const run = (plant: Plant, options: Partial<SimulationOptions> = {}): Trajectory =>
  simulate(plant, {
    stop_s: 100,
    method: 'rodas4',
    relative_frac: 1e-5,
    absolute: 1e-6,
    record_s: 0.05,
    events: [{ at_s: 10, name: 'area1.p_load_pu', value: 0.08 }],
    ...options,
  });
const spreadAt = (trajectory: Trajectory, row: number): number => {
  const comforts = units.map((id) => outputOf(trajectory, `${id}.comfort_frac`).at(row)!);
  return Math.max(...comforts) - Math.min(...comforts);
};

describePlant('a cooled area', () => areaPlant(cooledArea(3)));
describePlant('a cooled area under control', cooled, { spread_frac: 0.002 });

/** K15: the sheet on control, section 12.1, S6; a reference scenario of ours, the columns of the slide's matrix put right. */
describe('K15: cooling', () => {
  it('comfort obeys dβ/dt = −β/(RC) − η·P·α/(2·ΔT·C) + (T_a − T_s + ΔT)/(2·ΔT·C·R), to 1e-9', () => {
    const plant = areaPlant(cooledArea(1));
    const [eta, power_kW, band_K, heat, r] = [2.7, 3, 1.5, 2, 2];
    const alpha = 0.3;
    const trajectory = simulate(plant, {
      stop_s: 7200,
      u: Float64Array.of(0, 0, 0, alpha),
      relative_frac: 1e-12,
      absolute: 1e-12,
      record_s: 600,
    });
    const beta = outputOf(trajectory, 'tcl1.comfort_frac');
    // its solution for constant α: β∞ + (β₀ − β∞)·exp(−t/RC)
    const end = (32 - 24 + band_K - r * eta * power_kW * alpha) / (2 * band_K);
    trajectory.time_s.forEach((t, k) =>
      expect(Math.abs(beta[k] - (end + (beta[0] - end) * Math.exp(-t / 3600 / (r * heat))))).toBeLessThan(1e-9),
    );
    // 5.4 of comfort per unit of power, after four hours; the matrix as printed has 0.185 after a quarter of one
    expect((restingShare_frac(system.coolers[0]) - alpha) * 5.4).toBeCloseTo(end - 0.5, 9);
  });

  it('claim of the talk, on our scenario: cooling lifts the nadir from −0.411 to −0.215 Hz', () => {
    const [without, with_] = [0, 167 / 50].map((support_per_Hz) => {
      const trajectory = run(cooled({ support_per_Hz }));
      return nadirOf(trajectory.time_s, outputOf(trajectory, 'area1.deviation_Hz')).value;
    });
    expect(Math.abs(without / -0.411 - 1), `${without}`).toBeLessThan(0.02);
    expect(Math.abs(with_ / -0.215 - 1), `${with_}`).toBeLessThan(0.03);
  });

  it('comfort stays in its band, evens out, and returns after the operator orders recovery, which frequency does not notice', () => {
    const events = [
      { at_s: 10, name: 'area1.p_load_pu', value: 0.08 },
      { at_s: 300, name: 'area1.recover_frac', value: 1 },
    ];
    const trajectory = run(cooled(), { stop_s: 2400, record_s: 2, events });
    for (const id of units) {
      for (const comfort of outputOf(trajectory, `${id}.comfort_frac`)) {
        expect(comfort).toBeGreaterThan(0.44);
        expect(comfort).toBeLessThan(0.56);
      }
    }
    expect(spreadAt(trajectory, 0)).toBeCloseTo(0.092, 3);
    expect(spreadAt(trajectory, -1)).toBeLessThan(0.045);
    expect(outputOf(trajectory, 'said.area1.comfort_frac').at(-1)).toBeCloseTo(0.504, 2);
    const f = outputOf(trajectory, 'area1.deviation_Hz');
    const later = f.filter((_, t) => trajectory.time_s[t] > 302).map(Math.abs);
    expect(Math.max(...later)).toBeLessThan(2.5e-3);
    const weak = run(cooled({ gain_comfort_per_s: 0.4 }), { stop_s: 2400, record_s: 2, events });
    expect(spreadAt(weak, -1)).toBeGreaterThan(1.5 * spreadAt(trajectory, -1));
  });
});
