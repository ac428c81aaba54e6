import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { opendssFormat } from '../../packages/core/src/formats/opendss/format.ts';
import type { Feeder } from '../../packages/core/src/network/feeder/feeder.ts';
import { solveThreePhaseSeries } from '../../packages/core/src/powerflows/three-phase/series/series.ts';
import { readShared, sharedReference } from '../matpower/shared-cases.ts';
import { readScript, withFeeder } from './solve-script.ts';

interface Day {
  readonly p_kW: number[];
  /** At the end of each hour. */
  readonly e_frac: number[];
}

function dayOf(feeder: Feeder, steps_count = 24, step_s = 3600): Day {
  const day: Day = { p_kW: [], e_frac: [] };
  solveThreePhaseSeries(feeder, { mode: 'daily', step_s, steps_count }, {}, ({ steps_count: count, input, e_kWh }) => {
    for (let t = 0; t < count; t++) {
      day.p_kW.push(input.inverterP_kW[t]);
      day.e_frac.push(e_kWh[t] / feeder.inverters[0].storage!.e_rated_kWh);
    }
  });
  return day;
}

const root = `${sharedReference}/opendss_examples/storage`;
const examples = [
  ['by triggers', 'Example_9_1_Default', 'Storage_default'],
  ['by its shape', 'Example_9_2_Follow', 'Storage_follow'],
  ['with vars', 'Example_9_5_ReactivePower/Constantkvar_9_5_1', 'Storage_follow_kvar'],
] as const;

/** The monitors print what the store had at the beginning of each hour. @source OpenDSS, Examples/StorageTechNote */
describe.runIf(existsSync(root))('OpenDSS examples: a storage over a day', () => {
  it.each(examples)('%s', (_, folder, file) => {
    const rows = (name: string) =>
      readShared(`opendss_examples/storage/${folder}/Source_Mon_mon_storage1_${name}_1.csv`)
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',').map(Number));
    const powers = rows('powers');
    const stored_kWh = rows('state').map(([, , kWh]) => kWh);
    const { p_kW, e_frac } = dayOf(readScript(`${root}/${folder}/${file}.dss`).feeder);
    stored_kWh.slice(1).forEach((kWh, t) => expect(Math.abs(500 * e_frac[t] - kWh), `after hour ${t + 1}`).toBeLessThan(1e-2));
    powers.forEach(([, , p1, , p2, , p3], t) => {
      // in the hour in which it reaches its reserve OpenDSS delivers the whole hour, whatever is left
      const isLast = e_frac[t] < 0.2 + 1e-9 && e_frac[t - 1] > 0.2 + 1e-9;
      if (!isLast) expect(Math.abs(p_kW[t] + p1 + p2 + p3), `hour ${t + 1}`).toBeLessThan(1e-3);
    });
  });
});

/** Hours of 50 kW and 200 kWh, half full, own use 1 kW. */
const script = (words: string): string => `New Circuit.c bus1=a basekv=0.48 model=ideal
New LoadShape.d interval=1 npts=24 mult=[0.2 0.3 0.5 0.9 0.95 0.9 0.5 0.4 0.2 0.1 0.3 0.6 0.9 1 0.9 0.7 0.5 0.3 0.2 0.2 0.4 0.9 0.9 0.3]
New Storage.s bus1=a kv=0.48 kwrated=50 kwhrated=200 %stored=50 %reserve=20 %idlingkw=2 daily=d ${words}
Set VoltageBases=[0.48]
CalcVoltageBases
`;

/**
 * Energy at the end of each hour.
 * @source OpenDSS 9.7 (OpenDSSDirect 0.9.4), mode=daily, computed for this test
 */
describe('triggers: charging, idle and discharging as OpenDSS', () => {
  it.each([
    [
      'both and the usual time',
      'chargetrigger=0.25 dischargetrigger=0.85',
      [
        0.7205, 0.941, 0.941, 0.65767, 0.37433, 0.2, 0.2, 0.2, 0.4205, 0.641, 0.641, 0.641, 0.35767, 0.2, 0.2, 0.2, 0.2, 0.2, 0.4205, 0.641,
        0.641, 0.35767, 0.2, 0.2,
      ],
    ],
    [
      'both without a time',
      'chargetrigger=0.25 dischargetrigger=0.85 timechargetrig=-1',
      [
        0.7205, 0.7205, 0.7205, 0.43717, 0.2, 0.2, 0.2, 0.2, 0.4205, 0.641, 0.641, 0.641, 0.35767, 0.2, 0.2, 0.2, 0.2, 0.2, 0.4205, 0.641,
        0.641, 0.35767, 0.2, 0.2,
      ],
    ],
    [
      'discharging only',
      'dischargetrigger=0.85',
      [0.5, 0.7205, 0.941, 1, 0.71667, ...new Array(7).fill(0.43333), ...new Array(12).fill(0.2)],
    ],
    [
      'rates of their own',
      'chargetrigger=0.45 dischargetrigger=0.55 %discharge=60 %charge=40',
      [
        0.5855, 0.671, 0.671, 0.49878, 0.32656, 0.2, 0.2, 0.2855, 0.371, 0.4565, 0.542, 0.36978, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2855, 0.371,
        0.4565, 0.542, 0.36978, 0.2, 0.2855,
      ],
    ],
  ] as const)('%s', (_, words, expected) => {
    const { feeder } = withFeeder(opendssFormat.read(script(words), { fileName: 'storage.dss' }));
    dayOf(feeder).e_frac.forEach((e, t) => expect(Math.abs(e - expected[t]), `hour ${t + 1}`).toBeLessThan(6e-6));
  });

  it('what cannot be carried over is said', () => {
    const reasons = (words: string) =>
      opendssFormat
        .read(script(words), { fileName: 'storage.dss' })
        .dropped.map(({ reason }) => reason)
        .join();
    expect(reasons('dispmode=price chargetrigger=20')).toMatch(/dispmode=price/);
    expect(reasons('dispmode=loadlevel chargetrigger=0.5')).toMatch(/dispmode=loadlevel/);
    expect(reasons('chargetrigger=0.2 daily=none')).toMatch(/triggers have no shape/);
  });
});
