import { expect, test } from 'vitest';
import type { Feeder, Inverter, Profile } from '../../../network/feeder/feeder.ts';
import { at, feederOf, gridImpedance, line, load, randomFeeder, source, tapChangerFeeder, varsAtTheEnd } from '../testing/feeders.ts';
import { prepareThreePhase } from '../three-phase.ts';
import { solveThreePhaseSeries, type ThreePhaseSeries } from './series.ts';

const hourly = (id: string, p: number[], more: Partial<Profile> = {}): Profile => ({ id, step_s: 3600, p, actual: false, ...more });

function followed(feeder: Feeder): Feeder {
  return {
    ...feeder,
    profiles: [hourly('day', [0.2, 0.5, 1.2, 0.8]), hourly('two', [1, 0.4], { q: [0.5, 1] })],
    loads: feeder.loads.map((one, k) => ({
      ...one,
      profile: k % 3 === 0 ? { daily: 'day' } : k % 3 === 1 ? { daily: 'day', yearly: 'two' } : undefined,
    })),
  };
}

test('a series gives what single solutions give, whatever the chunks', () => {
  const feeder = followed(randomFeeder(15, 2));
  const flow = prepareThreePhase(feeder);
  const yearly: ThreePhaseSeries = { mode: 'yearly', step_s: 1800, steps_count: 11 };
  const seen = (chunk_count: number) => {
    const v: number[] = [];
    const loss: number[] = [];
    const summary = solveThreePhaseSeries(feeder, { ...yearly, chunk_count }, {}, (chunk) => {
      v.push(...chunk.v_re_V.subarray(0, chunk.steps_count * flow.places.count));
      loss.push(...chunk.loss_kW.subarray(0, chunk.steps_count));
    });
    expect(summary).toMatchObject({ steps_count: 11, diverged_count: 0, hunting_count: 0 });
    return { v, loss };
  };
  const whole = seen(100);
  const parts = seen(4);
  expect(parts).toEqual(whole);
  for (let t = 0; t < 11; t++) {
    const hour = Math.floor(t / 2);
    const p = feeder.loads.map((_, k) => (k % 3 === 0 ? [0.2, 0.5, 1.2, 0.8][hour % 4]! : k % 3 === 1 ? [1, 0.4][hour % 2]! : 1));
    const q = feeder.loads.map((_, k) => (k % 3 === 0 ? [0.2, 0.5, 1.2, 0.8][hour % 4]! : k % 3 === 1 ? [0.5, 1][hour % 2]! : 1));
    const single = flow.solve({ loadP_frac: Float64Array.from(p), loadQ_frac: Float64Array.from(q) });
    expect(whole.loss[t]).toBeCloseTo(single.loss_kW, 5);
    for (let i = 0; i < flow.places.count; i++) expect(whole.v[t * flow.places.count + i]).toBeCloseTo(single.v_re_V[i]!, 3);
  }
});

test('actual values are shared as the load is; without a share they are refused', () => {
  const base = feederOf({
    buses: ['a', 'b'].map((id) => ({ id, v_base_kV: 0.4 })),
    sources: [source(0, 0.4)],
    lines: [line('l', at(0, 1, 2, 3), at(1, 1, 2, 3), 0.01, 0.01)],
    loads: [load('d', at(1, 1, 2, 3, 0), 0.23, [1, 2, 1], { profile: { daily: 'kw' } })],
    profiles: [hourly('kw', [8, 20], { actual: true })],
  });
  solveThreePhaseSeries(base, { mode: 'daily', step_s: 3600, steps_count: 2 }, {}, ({ input }) => {
    expect([...input.loadP_frac]).toEqual([2, 5]);
    expect([...input.loadQ_frac]).toEqual([2, 5]);
  });
  const empty = { ...base, loads: [{ ...base.loads[0]!, p_kW: [0, 0, 0] }] };
  const run = (feeder: Feeder) => () => solveThreePhaseSeries(feeder, { mode: 'daily', step_s: 3600, steps_count: 1 }, {}, () => {});
  expect(run(empty)).toThrow('THREE_PHASE_PROFILE');
  expect(run({ ...base, profiles: [] })).toThrow('THREE_PHASE_PROFILE');
});

const storage: Inverter = {
  id: 'store',
  kind: 'storage',
  connection: 'wye',
  terminal: at(1, 1, 2, 3, 0),
  v_rated_kV: 0.4 / Math.sqrt(3),
  inService: true,
  s_rated_kVA: 60,
  p_kW: 0,
  p_rated_kW: 50,
  q_kvar: 0,
  priority: 'watt',
  profile: { daily: 'dispatch' },
  storage: {
    e_rated_kWh: 100,
    e_start_kWh: 50,
    e_reserve_kWh: 20,
    p_charge_max_kW: 40,
    p_discharge_max_kW: 50,
    eta_charge_frac: 0.9,
    eta_discharge_frac: 0.8,
    idle_kW: 1,
  },
};

test('a store charges, discharges and idles within its energy', () => {
  const feeder = feederOf({
    buses: ['a', 'b'].map((id) => ({ id, v_base_kV: 0.4 })),
    sources: [source(0, 0.4)],
    lines: [line('l', at(0, 1, 2, 3), at(1, 1, 2, 3), 0.01, 0.01)],
    loads: [load('d', at(1, 1, 2, 3, 0), 0.23, [5, 5, 5])],
    inverters: [storage],
    profiles: [hourly('dispatch', [0.2, -1, -1, 0, 1, 1])],
  });
  const p: number[] = [];
  const e: number[] = [];
  solveThreePhaseSeries(feeder, { mode: 'daily', step_s: 3600, steps_count: 6, chunk_count: 4 }, {}, (chunk) => {
    p.push(...chunk.input.inverterP_kW.subarray(0, chunk.steps_count));
    e.push(...chunk.e_kWh.subarray(0, chunk.steps_count));
  });
  // 10 kW: (10 + 1)/0.8 out; 40 kW: 39·0.9 in; then what fits: 28.65/0.9 + 1; idle; (80/1)·0.8 − 1 > 50; what is left above 20.
  const left = 100 - 51 / 0.8 - 20;
  const expectedP = [10, -40, -(28.65 / 0.9 + 1), -1, 50, left * 0.8 - 1];
  const expectedE = [50 - 13.75, 36.25 + 35.1, 100, 100, 100 - 63.75, 20];
  p.forEach((value, k) => expect(value).toBeCloseTo(expectedP[k]!, 9));
  e.forEach((value, k) => expect(value).toBeCloseTo(expectedE[k]!, 9));
});

/** A tap changer behind the grid, a line with loads that follow a day, a capacitor that closes by vars. */
function regulated(): Feeder {
  const { shunts, ...rest } = varsAtTheEnd({});
  return tapChangerFeeder(
    { band_V: 1.6, r_V: 2, x_V: 1 },
    {
      ...rest,
      shunts: shunts.map((each) => ({ ...each, steps_count: 2 })),
      profiles: [
        hourly(
          'day',
          Array.from({ length: 24 }, (_, h) => 0.6 + 0.7 * Math.sin((h * Math.PI) / 7)),
        ),
      ],
    },
    gridImpedance,
  );
}

test('four steps ahead give the taps, steps and voltages of one step after another', () => {
  const feeder = regulated();
  const flow = prepareThreePhase(feeder);
  const day = feeder.profiles[0]!.p;
  let actions_count = 0;
  const summary = solveThreePhaseSeries(feeder, { mode: 'daily', step_s: 3600, steps_count: 24, chunk_count: 10 }, {}, (chunk) => {
    for (let t = 0; t < chunk.steps_count; t++) {
      const step = chunk.firstStep + t;
      const alone = flow.solve({ loadP_frac: Float64Array.of(day[step]!), loadQ_frac: Float64Array.of(day[step]!) }, step > 0);
      expect(chunk.tap_pu[2 * t + 1]).toBe(alone.taps[0]!.tap_pu);
      expect(chunk.actions.filter((one) => one.step === step).map(({ text }) => text.replace(/[\d.]+ (V|kvar)/, ''))).toEqual(
        alone.actions.map((text) => text.replace(/[\d.]+ (V|kvar)/, '')),
      );
      expect(chunk.loss_kW[t]).toBeCloseTo(alone.loss_kW, 4);
      for (let i = 0; i < flow.places.count; i++) {
        expect(Math.abs(chunk.v_re_V[t * flow.places.count + i]! - alone.v_re_V[i]!)).toBeLessThan(1e-3);
      }
    }
    actions_count += chunk.actions.length;
  });
  expect(summary).toMatchObject({ diverged_count: 0, hunting_count: 0 });
  expect(actions_count).toBeGreaterThan(10);
});

test('a control that hunts is counted and named, and the series goes on', () => {
  const feeder = regulated();
  const hunting = { ...feeder, regulators: feeder.regulators.map((one) => ({ ...one, band_V: 0.01, tapsPerChange_count: 1 })) };
  let steps_count = 0;
  const summary = solveThreePhaseSeries(hunting, { mode: 'daily', step_s: 3600, steps_count: 6 }, {}, (chunk) => {
    steps_count += chunk.steps_count;
    expect(chunk.converged.subarray(0, 6).every((one) => one === 1)).toBe(true);
  });
  expect(steps_count).toBe(6);
  expect(summary.hunting_count).toBeGreaterThan(0);
  expect(summary.firstTrouble!.diagnosis).toMatch(/"reg"/);
});

test('inverter functions act in every step', () => {
  const base = regulated();
  const feeder: Feeder = {
    ...base,
    regulators: [],
    capacitorControls: [],
    inverters: [
      { ...storage, id: 'pv', kind: 'pv', terminal: at(2, 1, 2, 3, 0), storage: undefined, p_kW: 100, profile: { daily: 'sun' } },
    ],
    inverterControls: [
      {
        id: 'ic',
        inverters: ['pv'],
        functions: [{ kind: 'watt-var', curve: { x: [0, 1], y: [0, -0.4] } }],
        varBase: 'rating',
        enabled: true,
      },
    ],
    profiles: [...base.profiles, hourly('sun', [0, 0.3, 0.5])],
  };
  const flow = prepareThreePhase(feeder);
  solveThreePhaseSeries(feeder, { mode: 'daily', step_s: 3600, steps_count: 3 }, {}, (chunk) => {
    expect([...chunk.input.inverterP_kW].map((p) => Math.round(p * 1e6) / 1e6)).toEqual([0, 30, 50]);
    const day = feeder.profiles[0]!.p[2]!;
    const alone = flow.solve({ loadP_frac: Float64Array.of(day), loadQ_frac: Float64Array.of(day), inverterP_kW: Float64Array.of(50) });
    expect(-alone.inverters[0]!.ends[0]!.q_kvar.reduce((a, b) => a + b, 0)).toBeCloseTo(-0.4 * 60, 5);
    for (let i = 0; i < flow.places.count; i++) expect(chunk.v_re_V[2 * flow.places.count + i]).toBeCloseTo(alone.v_re_V[i]!, 3);
  });
});
