import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InverterControl } from '../../../network/feeder/controls.ts';
import type { Feeder, Inverter } from '../../../network/feeder/feeder.ts';
import { solveThreePhaseSeries, type ThreePhaseSeries } from '../series/series.ts';
import { at, gridImpedance, tapChangerFeeder, varsAtTheEnd } from '../testing/feeders.ts';
import { inverterTarget } from './inverter-functions.ts';
import { InverterMemory } from './inverter-memory.ts';

/** A tap changer, and behind a line a load that follows `values` and a capacitor that closes by vars. */
function feeder(values: readonly number[], step_s: number, delay_s: number, tapDelay_s: number, dead_s: number): Feeder {
  return tapChangerFeeder(
    { band_V: 1.8, delay_s, tapDelay_s },
    {
      ...varsAtTheEnd({ delayOn_s: delay_s, delayOff_s: delay_s, dead_s }),
      profiles: [{ id: 'day', step_s, p: [...values], actual: false }],
    },
    gridImpedance,
  );
}

interface Moves {
  readonly taps: number[];
  readonly actions: { readonly step: number; readonly text: string }[];
}

function run(of: Feeder, series: Omit<ThreePhaseSeries, 'mode'>, controlTiming: 'time' | 'static' = 'time'): Moves {
  const moves: Moves = { taps: [], actions: [] };
  const summary = solveThreePhaseSeries(of, { mode: 'daily', ...series }, { controlTiming }, ({ steps_count, tap_pu, actions }) => {
    for (let t = 0; t < steps_count; t++) moves.taps.push(Math.round((tap_pu[2 * t + 1]! - 1) / 0.00625));
    moves.actions.push(...actions);
  });
  expect(summary.hunting_count).toBe(0);
  return moves;
}

describe('regulators and capacitors over seconds', () => {
  const day = [...new Array(20).fill(0.3), ...new Array(40).fill(1.8), ...new Array(40).fill(0.2), ...new Array(40).fill(1.8)];
  const series = { step_s: 1, steps_count: 140 };

  test('a tap after its delay, then one after each delay between taps', () => {
    const { actions, taps } = run(feeder(day, 1, 10, 3, 30), series);
    const reg = actions.filter(({ text }) => text.startsWith('Regulator')).map(({ step }) => step);
    const raised = reg.filter((step) => step >= 20 && step < 60);
    expect(raised[0]).toBe(30);
    raised.slice(1).forEach((step, k) => expect(step - raised[k]!).toBeGreaterThanOrEqual(3));
    expect(raised.length).toBeGreaterThan(2);
    taps.slice(1).forEach((tap, t) => expect(Math.abs(tap - taps[t]!)).toBeLessThanOrEqual(1));
  });

  test('what opened does not close before its dead time and delay are over', () => {
    const closings = (dead_s: number) => {
      const { actions } = run(feeder(day, 1, 10, 3, dead_s), series);
      const steps = actions.filter(({ text }) => text.startsWith('Capacitor'));
      const opened = steps.find(({ text }) => text.includes('1 → 0'))!.step;
      return steps.filter(({ step, text }) => step > opened && text.includes('0 → 1')).map(({ step }) => step - opened);
    };
    expect(closings(0)[0]).toBe(40);
    expect(closings(50)[0]).toBe(60);
    expect(closings(300)).toEqual([]);
  });

  test('four steps ahead act in the same steps as one after the other, whatever the chunks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 60 }),
        (delay_s, tapDelay_s, dead_s, chunk_count) => {
          const of = feeder(day, 1, delay_s, tapDelay_s, dead_s);
          const plain = ({ taps, actions }: Moves) => ({
            taps,
            actions: actions.map(({ step, text }) => [step, text.replace(/[\d.]+ (V|kvar)/, '')]),
          });
          const alone = plain(run(of, { ...series, results: true }));
          expect(plain(run(of, series))).toEqual(alone);
          expect(plain(run(of, { ...series, chunk_count }))).toEqual(alone);
        },
      ),
      { numRuns: 12 },
    );
  });

  test('where steps are longer than every delay, or static, each step settles', () => {
    const settled = run(feeder(day, 1, 10, 3, 30), series, 'static').taps;
    expect(run(feeder(day, 600, 10, 3, 30), { step_s: 600, steps_count: 140 }).taps).toEqual(settled);
    expect(settled[20]).not.toBe(settled[19]);
    expect(settled[21]).toBe(settled[20]);
  });
});

const inverter: Inverter = {
  ...{ id: 'pv', kind: 'pv', connection: 'wye', terminal: at(2, 1, 2, 3, 0), v_rated_kV: 0.4 / Math.sqrt(3), inService: true },
  ...{ s_rated_kVA: 100, p_kW: 60, p_rated_kW: 80, q_kvar: 0, priority: 'var' },
};
const control = (more: Partial<InverterControl>): InverterControl => ({
  id: 'ic',
  inverters: ['pv'],
  functions: [],
  varBase: 'rating',
  enabled: true,
  ...more,
});
const curve = { x: [0.9, 0.98, 1.02, 1.1], y: [0.8, 0, 0, -0.8] };

/** Vars in each of these steps, at voltages that the inverter does not move. */
function vars(of: InverterControl, volts_pu: readonly number[], step_s = 1): number[] {
  const memory = new InverterMemory(of);
  return volts_pu.map((v_pu) => {
    const answer = inverterTarget(inverter, of, { v_pu, offered_kW: 60, q_kvar: 0, memory, step_s });
    memory.remember(v_pu, step_s, answer.past);
    return answer.q_kvar;
  });
}

describe('what inverters remember', () => {
  test('hysteresis: down the curve, along, and back up the lower one', () => {
    const of = control({ functions: [{ kind: 'volt-var', curve, hysteresis_pu: 0.02 }] });
    // −10 kvar per 0.01 pu beyond 1.02 (beyond 1.00 on the lower curve).
    const q = vars(of, [1, 1.04, 1.06, 1.05, 1.04, 1.03, 1.05, 1.07, 0.99]);
    [0, -20, -40, -40, -40, -30, -30, -50, 0].forEach((value, k) => expect(q[k]).toBeCloseTo(value, 9));
  });

  test('dynamic reactive current: gain times the change from the mean, outside its dead band only', () => {
    const of = control({
      functions: [{ kind: 'dynamic-reactive-current', gainLow_pu: 2, gainHigh_pu: 4, v_low_pu: 0.95, v_high_pu: 1.05, window_s: 2 }],
    });
    const q = vars(of, [1, 1, 0.96, 0.93, 0.93, 1.06]);
    // 100·2·(0.98 − 0.93); 100·2·(0.945 − 0.93); −100·4·(1.06 − 0.93)
    [0, 0, 0, 10, 3, -52].forEach((value, k) => expect(q[k]).toBeCloseTo(value, 9));
    expect(inverterTarget(inverter, of, { v_pu: 0.9, offered_kW: 60, q_kvar: 0 }).q_kvar).toBe(0);
  });

  test('a lag and a ramp, from the vars of the step before', () => {
    const functions = [{ kind: 'volt-var', curve }] as const;
    const lag = vars(control({ functions, rate: { kind: 'lag', tau_s: 5 } }), [1, 1.06, 1.06], 2);
    expect(lag[1]).toBeCloseTo(-40 * (1 - Math.exp(-0.4)), 9);
    expect(lag[2]).toBeCloseTo(-40 * (1 - Math.exp(-0.8)), 9);
    expect(vars(control({ functions, rate: { kind: 'ramp', limit_per_s: 0.05 } }), [1, 1.06, 1.06, 1.06, 1.06, 1], 2)).toEqual(
      [0, -10, -20, -30, -40, -30].map((q) => expect.closeTo(q, 9)),
    );
  });

  test('inverters on the edge of their dead band settle there', () => {
    const edge = control({
      functions: [{ kind: 'dynamic-reactive-current', gainLow_pu: 5, gainHigh_pu: 5, v_low_pu: 0.95, v_high_pu: 1.05, window_s: 5 }],
    });
    const of: Feeder = {
      ...feeder([0.5, 0.5, ...Array.from({ length: 40 }, (_, k) => 1.2 + 0.03 * k)], 1, 1, 1, 1),
      ...{ regulators: [], capacitorControls: [], inverters: [0, 1].map((k) => ({ ...inverter, id: `pv${k}` })) },
      inverterControls: [0, 1].map((k) => ({ ...edge, id: `ic${k}`, inverters: [`pv${k}`] })),
    };
    const q: number[] = [];
    const summary = solveThreePhaseSeries(of, { mode: 'daily', step_s: 1, steps_count: 42, results: true }, {}, ({ results }) => {
      for (const { inverters } of results) q.push(-inverters[0]!.ends[0]!.q_kvar.reduce((a, b) => a + b, 0));
    });
    expect(summary).toMatchObject({ hunting_count: 0, diverged_count: 0 });
    expect(Math.max(...q)).toBeGreaterThan(1);
  });
});
