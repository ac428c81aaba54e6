import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { opendssFormat } from '../../packages/core/src/formats/opendss/format.ts';
import { solveThreePhaseSeries } from '../../packages/core/src/powerflows/three-phase/series/series.ts';
import { sharedReference } from '../matpower/shared-cases.ts';
import { readScript, withFeeder } from './solve-script.ts';

/**
 * Controls over seconds and minutes, held against OpenDSS on the same scripts.
 * @source OpenDSS 9.7 (OpenDSSDirect 0.9.4), mode=daily, one Solve per step, tolerances of InvControl 1e-6, computed for this test
 */
interface Step {
  readonly position: number | undefined;
  readonly closed_count: number | undefined;
  readonly p_kW: number;
  readonly q_kvar: number;
}

function run(text: string, step_s: number, steps_count: number, controlTiming: 'time' | 'static'): Step[] {
  const { feeder } = withFeeder(opendssFormat.read(text, { fileName: 'controls.dss' }));
  const steps: Step[] = [];
  const summary = solveThreePhaseSeries(feeder, { mode: 'daily', step_s, steps_count, results: true }, { controlTiming }, ({ results }) => {
    for (const { taps, shuntSteps, inverters } of results) {
      const [end] = inverters[0]?.ends ?? [];
      const given = (list: Float64Array = new Float64Array()) => -list.reduce((sum, value) => sum + value, 0);
      steps.push({
        position: taps.find(({ winding }) => winding === 1)?.position,
        closed_count: shuntSteps[0]?.closed_count,
        p_kW: given(end?.p_kW),
        q_kvar: given(end?.q_kvar),
      });
    }
  });
  expect(summary).toMatchObject({ diverged_count: 0, hunting_count: 0 });
  return steps;
}

const repeated = (parts: readonly (readonly [value: number, count: number])[]): number[] =>
  parts.flatMap(([value, count]) => new Array<number>(count).fill(value));
/** '0x15 1x2': fifteen times 0, twice 1. */
const runs = (text: string): number[] => repeated(text.split(' ').map((part) => part.split('x').map(Number) as [number, number]));

const shape = (name: string, step_s: number, values: readonly number[]): string =>
  `New LoadShape.${name} npts=${values.length} sinterval=${step_s} mult=[${values.join(' ')}]`;

describe('regulator: a load that quadruples for thirty steps', () => {
  const script = (step_s: number, delay_s: number, tapDelay_s: number): string => `New Circuit.c basekv=12.47 bus1=s mvasc3=40 mvasc1=40
${shape('d', step_s, runs('1x10 4x30 1x30'))}
New Transformer.t phases=3 windings=2 buses=[s a] conns=[wye wye] kvs=[12.47 12.47] kvas=[5000 5000] xhl=1 %loadloss=0.1
New RegControl.r transformer=t winding=2 vreg=120 band=2 ptratio=60 ctprim=300 delay=${delay_s} tapdelay=${tapDelay_s}
New Load.l bus1=a kv=12.47 kw=1000 kvar=500 vminpu=0.5 vmaxpu=1.5 daily=d
Set VoltageBases=[12.47]
CalcVoltageBases
`;
  it.each([
    [
      'after 15 s, a tap every 2 s',
      1,
      15,
      2,
      'time',
      '0x15 1x2 2x2 3x2 4x2 5x2 6x2 7x2 8x2 9x2 10x2 11x2 12x2 13x2 12x2 11x2 10x2 9x2 8x2 7x2 6x2 5x2 4x3',
    ],
    ['after 15 s, all taps at once', 1, 15, 0, 'time', '0x15 14x15 16x25 4x5'],
    [
      'after 2 min, a tap every minute',
      60,
      120,
      60,
      'time',
      '0x2 1x1 2x9 3x1 4x1 5x1 6x1 7x1 8x1 9x1 10x1 11x1 12x1 13x1 14x1 15x18 14x1 13x1 12x1 11x1 10x1 9x1 8x1 7x1 6x1 5x1 4x8',
    ],
    ['settling in every step', 1, 15, 2, 'static', '2x10 15x30 4x20'],
    ['settling where steps are longer than its delays', 60, 15, 2, 'time', '2x10 15x30 4x20'],
  ] as const)('%s', (_, step_s, delay_s, tapDelay_s, timing, expected) => {
    expect(run(script(step_s, delay_s, tapDelay_s), step_s, 60, timing).map(({ position }) => position)).toEqual(runs(expected));
  });
});

describe('capacitor by kvar: a load that comes, goes and comes again', () => {
  const script = (step_s: number, bank: string, control: string): string => `New Circuit.c basekv=12.47 bus1=s mvasc3=1000 mvasc1=1000
${shape('d', step_s, runs('0.1x5 1x10 0.05x12 1x40'))}
New Line.l bus1=s bus2=a r1=1 x1=2 r0=1 x0=2 c1=0 c0=0 length=1
New Load.l bus1=a kv=12.47 kw=1000 kvar=500 vminpu=0.5 vmaxpu=1.5 daily=d
New Capacitor.c bus1=a kv=12.47 ${bank}
New CapControl.cc capacitor=c element=line.l terminal=1 type=kvar ptratio=60 ctratio=1 ${control}
Set VoltageBases=[12.47]
CalcVoltageBases
`;
  const one = 'kvar=600 numsteps=1 states=[0]';
  const three = 'kvar=900 numsteps=3 states=[0 0 0]';
  it.each([
    ['delays and dead time', 1, 60, one, 'onsetting=400 offsetting=-100 delay=5 delayoff=8 deadtime=20', 'time', '0x10 1x13 0x25 1x12'],
    ['without dead time', 1, 60, one, 'onsetting=400 offsetting=-100 delay=5 delayoff=8 deadtime=0', 'time', '0x10 1x13 0x9 1x28'],
    ['minutes', 60, 40, one, 'onsetting=400 offsetting=-100 delay=60 delayoff=120 deadtime=300', 'time', '0x6 1x11 0x11 1x12'],
    ['settling in every step', 1, 60, one, 'onsetting=400 offsetting=-100 delay=5 delayoff=8 deadtime=20', 'static', '0x5 1x10 0x12 1x33'],
    ['three steps', 1, 60, three, 'onsetting=150 offsetting=-250 delay=5 delayoff=8 deadtime=10', 'time', '0x10 1x5 0x17 1x5 2x23'],
  ] as const)('%s', (_, step_s, steps_count, bank, control, timing, expected) => {
    expect(run(script(step_s, bank, control), step_s, steps_count, timing).map(({ closed_count }) => closed_count)).toEqual(runs(expected));
  });
});

describe('inverter functions: the voltage is drawn down and pushed up by vars', () => {
  /** Vars that bring about so many per unit of voltage where they stand. */
  const script = (
    step_s: number,
    volts_pu: readonly number[],
    control: string,
  ): string => `New Circuit.c basekv=12.47 bus1=s r1=0.01 x1=2 r0=0.01 x0=2
${shape(
  'd',
  step_s,
  volts_pu.map((v) => Number(((1 - v) * 80).toFixed(9))),
)}
New Load.q bus1=s kv=12.47 kw=1 kvar=1000 vminpu=0.5 vmaxpu=1.5 daily=d
New XYCurve.vv npts=4 xarray=[0.9 0.98 1.02 1.1] yarray=[1 0 0 -1]
New XYCurve.vw npts=3 xarray=[0.9 1.04 1.08] yarray=[1 1 0.2]
New Line.l bus1=s bus2=a r1=0.5 x1=1 r0=0.5 x0=1 c1=0 c0=0 length=1
New PVSystem.pv bus1=a kv=12.47 kva=1000 pmpp=800 irradiance=1 %cutin=0 %cutout=0 kvarmax=600 kvarmaxabs=600
New InvControl.ic derlist=[pvsystem.pv] refreactivepower=varmax ${control}
Set VoltageBases=[12.47]
CalcVoltageBases
`;
  const swing = [...runs('1x4 0.93x6 1.07x6'), 1, 0.98, 0.945, 0.93];
  const dynamic = 'dbvmin=0.95 dbvmax=1.05 argralowv=2 argrahiv=3';
  const dynamic_kvar = [0, 0, 0, 0, 91.12, 61.53, 31.69, 1.59, 0.82, 0.29, -253.53, -171.6, -88.82, -5.2, -2.68, -0.98, 0, 0, 88.36, 60.27];
  it.each([
    ['dynamic reactive current, 3 s', 1, `mode=dynamicreaccurr ${dynamic} dynreacavgwindowlen=3s`, dynamic_kvar],
    ['dynamic reactive current, 2 min at steps of one', 60, `mode=dynamicreaccurr ${dynamic} dynreacavgwindowlen=2m`, dynamic_kvar],
    [
      'with volt-var',
      1,
      `combimode=vv_drc vvc_curve1=vv ${dynamic} dynreacavgwindowlen=3s`,
      [
        0, 0, 0, 0, 427.79, 404.72, 381.49, 358.09, 357.58, 357.23, -534.27, -468.24, -401.58, -334.29, -332.48, -331.25, 0, 0, 312.41,
        402.75,
      ],
    ],
    [
      'volt-var with a lag',
      1,
      'mode=voltvar vvc_curve1=vv rateofchangemode=lpf lpftau=3',
      [
        0, 0, 0, 0, 112.59, 189.67, 242.43, 278.56, 303.3, 320.24, 119.14, -19.84, -115.88, -182.24, -228.09, -259.77, -186.13, -131.04,
        -13.39, 103.43,
      ],
    ],
    [
      'volt-var on a ramp',
      1,
      'mode=voltvar vvc_curve1=vv rateofchangemode=risefall risefalllimit=0.05',
      [0, 0, 0, 0, 30, 60, 90, 120, 150, 180, 150, 120, 90, 60, 30, 0, 0, 0, 30, 60],
    ],
    [
      'volt-var of the voltage on its mean',
      1,
      'mode=voltvar vvc_curve1=vv voltage_curvex_ref=avg avgwindowlen=3s',
      [0, 0, 0, 0, 372.03, 230.03, 75.59, 0, 0, 0, -600, -551.73, -228.23, 0, 0, 0, 283.92, 292.31, 373.71, 246.37],
    ],
    [
      'volt-var of the mean',
      1,
      'mode=voltvar vvc_curve1=vv voltage_curvex_ref=ravg avgwindowlen=3s',
      [0, 0, 0, 0, 0, 26.13, 219.55, 402.32, 380.25, 360.83, 353.11, 0, -45.55, -386.96, -354.89, -339.43, -326.63, -159.34, 0, 57.68],
    ],
    [
      'volt-var with volt-watt',
      1,
      'combimode=vv_vw vvc_curve1=vv voltwatt_curve=vw',
      [
        0,
        0,
        0,
        0,
        ...repeated([
          [357.04, 6],
          [-323.46, 6],
        ]),
        0,
        0,
        243.04,
        357.04,
      ],
    ],
  ] as const)('%s', (_, step_s, control, expected) => {
    const steps = run(script(step_s, swing, control), step_s, swing.length, 'time');
    expect(Math.max(...steps.map(({ q_kvar }, k) => Math.abs(q_kvar - expected[k])))).toBeLessThan(0.05);
    if (control.includes('vv_vw'))
      steps.forEach(({ p_kW }, k) => expect(Math.abs(p_kW - (k >= 10 && k < 16 ? 429.96 : 800))).toBeLessThan(0.05));
  });

  it('hysteresis: OpenDSS on the curve while the voltage rises and on the lower one while it falls; between them the vars stay', () => {
    const hill = [1, 1, 1.01, 1.02, 1.03, 1.04, 1.05, 1.06, 1.05, 1.04, 1.03, 1.02, 1.01, 1, 0.99, 0.98];
    const openDss_kvar = [0, 0, 0, -17.28, -81.77, -145.29, -207.91, -269.65, -207.91, -207.91, -207.91, -148.85, -83.14, -16.38, 0, 0];
    const steps = run(script(1, hill, 'mode=voltvar vvc_curve1=vv hysteresis_offset=-0.02'), 1, hill.length, 'time');
    const q_kvar = steps.map((step) => step.q_kvar);
    // OpenDSS goes one step further back on the upper curve after the top, stays, and then goes over to the lower one whatever the voltage.
    for (const k of [0, 1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) expect(Math.abs(q_kvar[k] - openDss_kvar[k])).toBeLessThan(0.05);
    expect(q_kvar[8]).toBeCloseTo(q_kvar[7], 3);
    expect(q_kvar[9]).toBeCloseTo(q_kvar[7], 3);
    expect(q_kvar[10]).toBeGreaterThan(q_kvar[7]);
  });
});

const ieee34 = `${sharedReference}/ieee_feeders/opendss/IEEETestCases/34Bus/ieee34Mod2.dss`;
describe.runIf(existsSync(ieee34))('IEEE 34, six regulators of 15 and 30 s, loads jumping every few minutes', () => {
  it('every tap moves in the same step of 15 s', () => {
    const day = shape('z', 15, runs('1x12 0.4x10 1.2x20 0.7x18'));
    const { feeder } = readScript(ieee34, { after: `${day}\nBatchEdit Load..* daily=z` });
    const positions = new Map(feeder.regulators.map(({ id }) => [id.replace('regcontrol.', ''), [] as number[]]));
    const series = { mode: 'daily', step_s: 15, steps_count: 60, results: true } as const;
    solveThreePhaseSeries(feeder, series, {}, ({ results }) => {
      for (const { taps } of results)
        for (const { id, transformer, windingMoved } of feeder.regulators)
          positions
            .get(id.replace('regcontrol.', ''))!
            .push(taps.find((tap) => tap.transformer === transformer && tap.winding === windingMoved)!.position!);
    });
    expect(Object.fromEntries(positions)).toEqual({
      creg1a: runs(
        '0x1 1x1 2x1 3x1 4x1 5x1 6x1 7x1 8x1 9x1 10x1 11x1 10x1 9x1 8x1 7x1 6x1 5x1 4x1 3x1 2x1 1x1 2x1 3x1 4x1 5x1 6x1 7x1 8x1 9x1 10x1 11x1 12x1 13x1 14x1 15x1 16x6 15x1 14x1 13x1 12x1 11x1 10x1 9x1 8x1 7x10',
      ),
      creg1b: runs(
        '0x1 1x1 2x1 3x1 4x3 5x6 4x1 3x1 2x1 1x1 0x1 -1x1 -2x1 -3x3 -2x1 -1x1 0x1 1x1 2x1 3x1 4x1 5x1 6x1 7x1 8x10 7x1 6x1 5x1 4x1 3x1 2x12',
      ),
      creg1c: runs(
        '0x1 1x1 2x1 3x1 4x3 5x6 4x1 3x1 2x1 1x1 0x1 -1x1 -2x4 -1x1 0x1 1x1 2x1 3x1 4x1 5x1 6x1 7x1 8x1 9x10 8x1 7x1 6x1 5x1 4x1 3x1 2x11',
      ),
      creg2a: runs(
        '0x2 1x1 2x1 3x1 4x1 5x1 6x1 7x1 8x1 9x1 10x1 9x1 8x1 7x1 6x1 5x1 4x1 3x1 2x1 1x3 2x1 3x1 4x1 5x1 6x1 7x1 8x1 9x1 10x1 11x1 12x1 13x1 14x1 15x1 16x5 15x1 14x1 13x1 12x1 11x1 10x1 9x1 8x1 7x10',
      ),
      creg2b: runs(
        '0x2 1x1 2x1 3x1 4x1 5x1 6x1 7x1 8x1 9x1 10x1 9x1 8x1 7x1 6x1 5x1 4x1 3x6 4x1 5x1 6x1 7x1 8x1 9x1 10x1 11x1 12x1 13x1 14x1 15x9 14x1 13x1 12x1 11x1 10x1 9x1 8x10',
      ),
      creg2c: runs(
        '0x2 1x1 2x1 3x1 4x1 5x1 6x1 7x1 8x1 9x1 10x1 9x1 8x1 7x1 6x1 5x1 4x1 3x6 4x1 5x1 6x1 7x1 8x1 9x1 10x1 11x1 12x1 13x1 14x10 13x1 12x1 11x1 10x1 9x1 8x11',
      ),
    });
  });
});
