import { describe, expect, it } from 'vitest';
import { opendssFormat } from '../../packages/core/src/formats/opendss/format.ts';
import { solveThreePhaseSeries } from '../../packages/core/src/powerflows/three-phase/series/series.ts';
import { solveFeeder, withFeeder } from './solve-script.ts';

const script = (element: string): string => `New Circuit.c basekv=1 pu=1 phases=1 bus1=s model=ideal
${element}
Set VoltageBases=[1.7320508]
CalcVoltageBases
`;

type Powers = readonly (readonly [p_kW: number, q_kvar: number])[];

/**
 * What one load of 100 kW and 50 kvar draws behind an ideal source, limits 0.95 and 1.05, vlowpu 0.5.
 * @source OpenDSS 9.7 (OpenDSSDirect 0.9.4, tolerance 1e-10) on these scripts with the source at each voltage, computed for this test
 */
const loadVoltages_pu = [0.3, 0.6, 0.94, 0.96, 1.04, 1.06];
const loads: readonly (readonly [model: number, powers: Powers])[] = [
  [
    1,
    [
      [9, 4.5],
      [37.368, 18.684],
      [97.793, 48.896],
      [100, 50],
      [100, 50],
      [101.914, 50.957],
    ],
  ],
  [
    2,
    [
      [9, 4.5],
      [36, 18],
      [88.36, 44.18],
      [92.16, 46.08],
      [108.16, 54.08],
      [112.36, 56.18],
    ],
  ],
  [
    3,
    [
      [9, 4.5],
      [37.368, 18.684],
      [97.793, 48.896],
      [100, 46.08],
      [100, 54.08],
      [101.914, 50.957],
    ],
  ],
  [
    4,
    [
      [9, 4.5],
      [37.368, 18.684],
      [97.793, 48.896],
      [96.787, 44.237],
      [103.187, 56.243],
      [101.914, 50.957],
    ],
  ],
  [
    5,
    [
      [9, 4.5],
      [36.667, 18.333],
      [92.955, 46.478],
      [96, 48],
      [104, 52],
      [107.009, 53.505],
    ],
  ],
  [
    6,
    [
      [9, 4.5],
      [39.889, 18],
      [97.906, 44.18],
      [100, 50],
      [100, 50],
      [101.914, 56.18],
    ],
  ],
  [
    7,
    [
      [9, 4.5],
      [39.889, 18],
      [97.906, 44.18],
      [100, 46.08],
      [100, 54.08],
      [101.914, 56.18],
    ],
  ],
  [
    8,
    [
      [9, 4.5],
      [36.747, 18.372],
      [93.512, 46.744],
      [96.448, 48.216],
      [103.648, 51.816],
      [106.576, 53.275],
    ],
  ],
];
/** The same of a generator of 100 kW and 50 kvar, limits 0.9 and 1.1. Model 7 below its limit: see the README of formats/opendss. */
const generatorVoltages_pu = [0.6, 0.89, 0.91, 1.09, 1.11];
const generators: typeof loads = [
  [
    1,
    [
      [44.444, 22.222],
      [97.79, 48.895],
      [100, 50],
      [100, 50],
      [101.827, 50.913],
    ],
  ],
  [
    2,
    [
      [36, 18],
      [79.21, 39.605],
      [82.81, 41.405],
      [118.81, 59.405],
      [123.21, 61.605],
    ],
  ],
  [
    4,
    [
      [44.444, 18],
      [97.79, 39.605],
      [100, 50],
      [100, 50],
      [101.827, 61.605],
    ],
  ],
  [
    5,
    [
      [44.444, 18],
      [97.79, 39.605],
      [100, 41.405],
      [100, 59.405],
      [101.827, 61.605],
    ],
  ],
];

function expectPowers(kind: 'loads' | 'generators', v_pu: number, element: string, [p_kW, q_kvar]: Powers[number]): void {
  const { prepared } = solveFeeder(withFeeder(opendssFormat.read(script(element), { fileName: 'one.dss' })));
  const result = prepared.solve({ source_frac: v_pu });
  const [end] = result[kind][0].ends;
  const sign = kind === 'loads' ? 1 : -1;
  expect(Math.abs(sign * end.p_kW[0] - p_kW), `${element} at ${v_pu}`).toBeLessThan(1.5e-3);
  expect(Math.abs(sign * end.q_kvar[0] - q_kvar), `${element} at ${v_pu}`).toBeLessThan(1.5e-3);
}

describe('OpenDSS models of loads and generators inside and outside their limits of voltage', () => {
  it.each(loads)('load model %i', (model, powers) => {
    const zip = model === 8 ? 'zipv=[0.3 0.3 0.4 0.2 0.5 0.3 0]' : '';
    const load = `New Load.l bus1=s phases=1 kv=1 kw=100 kvar=50 model=${model} vminpu=0.95 vmaxpu=1.05 vlowpu=0.5 cvrwatts=0.8 cvrvars=3 ${zip}`;
    powers.forEach((power, k) => expectPowers('loads', loadVoltages_pu[k], load, power));
  });

  it.each(generators)('generator model %i', (model, powers) => {
    const generator = `New Generator.g bus1=s phases=1 kv=1 kw=100 kvar=50 model=${model} vminpu=0.9 vmaxpu=1.1`;
    powers.forEach((power, k) => expectPowers('generators', generatorVoltages_pu[k], generator, power));
  });

  it.each([6, 7])('vars of load model %i stay where shapes and loadmult change the watts', (model) => {
    const text = script(
      `New LoadShape.d npts=2 interval=1 mult=[0.5 0.7]\nNew Load.l bus1=s phases=1 kv=1 kw=100 kvar=50 model=${model} daily=d`,
    );
    const { feeder } = withFeeder(opendssFormat.read(`${text}Set LoadMult=2\n`, { fileName: 'one.dss' }));
    expect(feeder.loads[0].p_kW[0]).toBe(200);
    expect(feeder.loads[0].q_kvar[0]).toBe(50);
    const series = { mode: 'daily', step_s: 3600, steps_count: 2 } as const;
    solveThreePhaseSeries(feeder, series, {}, ({ input }) => {
      expect([...input.loadP_frac].sort()).toEqual([0.5, 0.7]);
      expect([...input.loadQ_frac]).toEqual([1, 1]);
    });
  });
});
