import { describe, expect, it } from 'vitest';
import { dynamicAverage } from '../../controllers/dynamic-average/dynamic-average.ts';
import { ringOf } from '../../controllers/graph.ts';
import { describePlant } from '../conformance.ts';
import { closeLoop } from '../control-loop.ts';
import { outputOf, settling_s } from '../metrics.ts';
import type { Plant } from '../plant.ts';
import { buildingCommunity } from '../scenarios/building-community.ts';
import { simulate } from '../simulate.ts';
import { buildingPlant } from './building-plant.ts';

const community = buildingCommunity();
const ids = community.map(({ id }) => id);
const loop = (gain_even_per_s = 0.05): Plant =>
  closeLoop(
    buildingPlant(community),
    community.map(({ id, p_max_kW }) => ({
      device: id,
      law: dynamicAverage.build({ ...dynamicAverage.example, gain_even_per_s, p_max_kW }),
    })),
    ringOf(ids),
  );

describePlant('buildings', () => buildingPlant(community));
describePlant('buildings that average', loop, { spread_frac: 0.002 });

/** K15: the sheet on control, section 12.1; dynamic average consensus of Spanos, Olfati-Saber, Murray (2005), the community is ours. */
describe('K15: a community keeps its plan with the grid', () => {
  const clouds = [
    { at_s: 20, name: 'building2.p_sun_kW', value: 5 },
    { at_s: 20, name: 'building5.p_sun_kW', value: 12 },
    { at_s: 200, name: 'building2.p_sun_kW', value: 30 },
  ];
  const trajectory = simulate(loop(), { stop_s: 400, record_s: 0.5, events: clouds });
  const sum = (name: string): Float64Array =>
    trajectory.time_s.map((_, t) => ids.reduce((total, id) => total + outputOf(trajectory, name.replace('*', id))[t], 0));

  it('estimates add up to what they are of, at every moment', () => {
    const [estimates, surplus] = [sum('said.*.estimate_kW'), sum('*.surplus_kW')];
    estimates.forEach((estimate, t) => expect(estimate).toBeCloseTo(surplus[t], 7));
  });

  it('clouds over two of six are made up by all within two minutes', () => {
    const surplus = sum('*.surplus_kW');
    expect(Math.min(...surplus)).toBeLessThan(-30);
    expect(settling_s(trajectory.time_s.slice(0, 400), surplus.slice(0, 400), 0, 1, 20)).toBeLessThan(120);
    const shares = ids.map((id) => outputOf(trajectory, `${id}.surplus_kW`)[300]);
    for (const [k, id] of ids.entries()) if (id !== 'building2' && id !== 'building5') expect(shares[k]).toBeGreaterThan(2);
  });

  it('comforts draw together when they are heard', () => {
    const spread = (gain: number): number => {
      const end = simulate(loop(gain), { stop_s: 3600, record_s: 3600, method: 'rodas4' });
      const comforts = ids.map((id) => outputOf(end, `${id}.comfort_frac`).at(-1)!);
      return Math.max(...comforts) - Math.min(...comforts);
    };
    expect(spread(0.05)).toBeLessThan(0.7 * spread(0));
  });

  it.each([
    ['no cooling that would do', { p_max_kW: 1 }, /hold 24 degrees/],
    ['no heat capacity', { heat_kWh_per_K: 0 }, /heat_kWh_per_K/],
  ])('refuses %s', (_name, part, message) => {
    expect(() => buildingPlant([{ ...community[0], ...part }])).toThrow(message);
  });
});
