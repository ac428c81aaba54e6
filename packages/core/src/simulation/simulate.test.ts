import { describe, expect, it } from 'vitest';
import { checkFixedStep, largestRk4Step_s, rk4Growth } from './fastest-mode.ts';
import { modesAt } from './modes.ts';
import { type MethodName, type Process, simulate } from './simulate.ts';
import { oscillator, plantOf, vanDerPol } from './testing/small-plants.ts';

const methods: MethodName[] = ['rk4', 'dormand-prince', 'rodas4'];
/** ẋ = −λx, ẏ = 0 */
const decay = (lambda: number) =>
  plantOf(
    {
      states: ['fast_count', 'still_count'],
      start: [1, 5],
      inputs: ['push_count'],
      rate: ([x], [u], p) => [-p['lambda'] * x + u, 0],
      jacobian: (_x, _u, p) => [
        [-p['lambda'], 0, 1],
        [0, 0, 0],
      ],
    },
    { lambda },
  );

describe.each(methods)('simulate by %s', (method) => {
  const options = { method, step_s: 1e-2, relative_frac: 1e-9, absolute: 1e-9 };

  it('records rows at equal distances, between its steps as well', () => {
    const run = simulate(oscillator(), { ...options, stop_s: 3, record_s: 0.037, record: ['place_m'] });
    expect(run.status).toBe('done');
    expect(run.time_s.length).toBe(82);
    run.time_s.forEach((t, k) => expect(run.values[k]).toBeCloseTo(Math.cos(2 * t), 7));
    expect(run.reached_s).toBe(3);
    expect(run.x[0]).toBeCloseTo(Math.cos(6), 8);
  });

  it('gives the same bits again', () => {
    const [one, other] = [1, 2].map(() => simulate(vanDerPol(3), { ...options, stop_s: 7 }));
    expect(one).toEqual(other);
  });

  it('changes inputs and parameters at their times, in order', () => {
    const plant = decay(1);
    const run = simulate(plant, {
      ...options,
      stop_s: 3,
      record_s: 0.5,
      events: [
        { at_s: 1, name: 'push_count', value: 2 },
        { at_s: 2, name: 'lambda', value: 4 },
      ],
    });
    const one = Math.exp(-1);
    const two = 2 + (one - 2) * Math.exp(-1);
    const x = (k: number) => run.values[2 * k];
    expect(x(2)).toBeCloseTo(one, 8);
    expect(x(4)).toBeCloseTo(two, 8);
    expect(x(6)).toBeCloseTo(0.5 + (two - 0.5) * Math.exp(-4), 8);
    expect(run.happenings).toEqual([
      { at_s: 1, what: 'push_count = 2' },
      { at_s: 2, what: 'lambda = 4' },
    ]);
    expect(plant.readParameter('lambda')).toBe(4);
  });

  it('lets processes act at their own rates, events first', () => {
    const seen: string[] = [];
    const every = (period_s: number, name: string): Process => ({
      next_s: 0,
      act(t_s, y) {
        seen.push(`${name}@${t_s} ${y[1]}`);
        (this as { next_s: number }).next_s = t_s + period_s;
      },
    });
    const plant = decay(1);
    simulate(plant, {
      ...options,
      stop_s: 1,
      processes: [every(0.5, 'slow'), every(0.25, 'fast')],
      events: [{ at_s: 0.5, name: 'lambda', value: 3 }],
    });
    expect(seen.map((text) => text.split(' ')[0])).toEqual([
      'slow@0',
      'fast@0',
      'fast@0.25',
      'slow@0.5',
      'fast@0.5',
      'fast@0.75',
      'slow@1',
      'fast@1',
    ]);
    expect(seen[0]).toBe('slow@0 5');
  });

  it('finds the moment of a crossing, and changes what is to be changed there', () => {
    const run = simulate(oscillator(), {
      ...options,
      stop_s: 10,
      watches: [
        { name: 'passes the middle', output: 'place_m', level: 0, direction: 'falling' },
        { name: 'low', output: 'place_m', level: -0.5, direction: 'rising', once: true, changes: [{ name: 'push_count', value: 0.5 }] },
        { name: 'end', output: 'speed_m_per_s', level: 2.1, direction: 'rising', stops: true },
      ],
    });
    const [first, second] = run.happenings;
    expect(first.at_s).toBeCloseTo(Math.PI / 4, 7);
    expect(second).toEqual({ at_s: expect.closeTo((2 * Math.PI) / 3, 7), what: 'low' });
    // x'' + 4x = 0.5 from (−½, √3): about 1/8 with speed amplitude 2·√(0.625² + 3/4) = 2.1360
    expect(run.status).toBe('stopped');
    expect(run.happenings.at(-1)?.what).toBe('end');
    expect(run.x[1]).toBeCloseTo(2.1, 6);
  });

  it('names the state and the equation that blew up', () => {
    const explosive = plantOf({
      states: ['calm_count', 'wild_count'],
      start: [1, 1],
      rate: ([a, b]) => [-a, b * b],
      jacobian: ([, b]) => [
        [-1, 0],
        [0, 2 * b],
      ],
    });
    const run = simulate(explosive, { ...options, stop_s: 2 });
    expect(run.status).toMatch(/blew-up|step-too-small/);
    expect(run.diagnosis).toMatch(/wild_count.*Its equation: d\(wild_count\)\/dt/);
    expect(run.reached_s).toBeCloseTo(1, 1);
    expect(run.values.every(Number.isFinite)).toBe(true);
  });
});

describe('bad input of a run', () => {
  const plant = decay(1);
  it.each([
    [{ stop_s: 0 }, /"stop_s" must be a positive number/],
    [{ stop_s: 1, step_s: -1 }, /"step_s"/],
    [{ stop_s: 1, record_s: Number.NaN }, /"record_s"/],
    [{ stop_s: 1, x: Float64Array.of(1) }, /"x" must be an array of 2 numbers, got 1/],
    [{ stop_s: 1, x: Float64Array.of(1, Number.NaN) }, /x of still_count/],
    [{ stop_s: 1, record: ['fast_cuont'] }, /"fast_cuont" is no output of .*Did you mean "fast_count"/],
    [{ stop_s: 1, events: [{ at_s: 0.5, name: 'lamda', value: 1 }] }, /"lamda" is no input or parameter.*Did you mean "lambda"/],
    [{ stop_s: 1, events: [{ at_s: 1.5, name: 'lambda', value: 1 }] }, /outside of the run from 0 to 1 s.*events\[0\]/],
    [
      {
        stop_s: 1,
        events: [
          { at_s: 0.5, name: 'lambda', value: 1 },
          { at_s: 0.4, name: 'lambda', value: 1 },
        ],
      },
      /The event at 0.4 s comes after one at 0.5 s.*events\[1\].*SIMULATION_EVENT/,
    ],
    [{ stop_s: 1, events: [{ at_s: 0.5, name: 'lambda', value: Number.NaN }] }, /sets "lambda" to NaN/],
    [{ stop_s: 1, watches: [{ name: 'w', output: 'fast_count', level: Number.NaN, direction: 'rising' as const }] }, /level of watch "w"/],
    [{ stop_s: 1, processes: [{ next_s: 0, act() {} }] }, /wants to act again at the same time/],
  ])('%o', (options, message) => {
    expect(() => simulate(plant, options)).toThrow(message);
  });

  it('a fixed step beyond the fastest mode is refused with mode, state and the step that works', () => {
    expect(() => simulate(decay(1000), { stop_s: 1, method: 'rk4', step_s: 3e-3 })).toThrow(
      /0\.003 s is too long for the fastest mode, λ = -1000 1\/s, in which fast_count takes the largest part.*at most 0\.00265 s/,
    );
    expect(simulate(decay(1000), { stop_s: 1, method: 'rk4', step_s: 2.7e-3 }).status).toBe('done');
  });

  it('so it is for many states, where the fastest mode is found by iteration', () => {
    const n = 300;
    const many = plantOf({
      states: Array.from({ length: n }, (_, i) => `x${i}_count`),
      start: new Array(n).fill(1),
      rate: (x) => Array.from(x, (v, i) => -(i === 200 ? 5000 : 3) * v),
      jacobian: (x) => Array.from(x, (_, i) => Array.from(x, (_v, j) => (i === j ? -(i === 200 ? 5000 : 3) : 0))),
    });
    const x = new Float64Array(n);
    expect(() => checkFixedStep(many, x, new Float64Array(0), 1e-3)).toThrow(/5000 1\/s, in which x200_count/);
    expect(() => checkFixedStep(many, x, new Float64Array(0), 5e-4)).not.toThrow();
  });
});

describe('stability of rk4', () => {
  it('ends at 2.785 on the real axis and at 2√2 near the imaginary one', () => {
    expect(largestRk4Step_s(-1, 0)).toBeCloseTo(2.785293563405282, 9);
    expect(rk4Growth(0, Math.sqrt(8))).toBeCloseTo(1, 12);
    expect(largestRk4Step_s(1, 0)).toBe(Infinity);
  });
});

describe('modes', () => {
  it('of the damped oscillator are known, and both states take part alike', () => {
    const [mode, ...more] = modesAt(oscillator(0.2), new Float64Array(2), new Float64Array(1));
    expect(more).toEqual([]);
    expect(mode.re_per_s).toBeCloseTo(-0.2, 12);
    expect(mode.im_rad_per_s).toBeCloseTo(Math.sqrt(4 - 0.04), 12);
    expect(mode.damping_frac).toBeCloseTo(0.1, 12);
    expect(mode.participation.map(({ share_frac }) => share_frac)).toEqual([expect.closeTo(0.5, 12), expect.closeTo(0.5, 12)]);
  });

  it('have shares that do not depend on units of the states', () => {
    const scaled = (s: number) =>
      modesAt(
        plantOf({
          states: ['a_count', 'b_count', 'c_count'],
          start: [0, 0, 0],
          rate: ([a, b, c]) => [-a + 0.3 * s * b, (0.2 / s) * a - 3 * b + c / s, -7 * c + s * b],
          jacobian: () => [
            [-1, 0.3 * s, 0],
            [0.2 / s, -3, 1 / s],
            [0, s, -7],
          ],
        }),
        new Float64Array(3),
        new Float64Array(0),
      );
    const [one, other] = [scaled(1), scaled(1e4)];
    one.forEach((mode, k) => {
      expect(mode.re_per_s).toBeCloseTo(other[k].re_per_s, 9);
      mode.participation.forEach(({ state, share_frac }, i) => {
        expect(other[k].participation[i].state).toBe(state);
        expect(other[k].participation[i].share_frac).toBeCloseTo(share_frac, 9);
      });
      expect(mode.participation.reduce((sum, { share_frac }) => sum + share_frac, 0)).toBeCloseTo(1, 2);
    });
  });
});
