import { describe, expect, it } from 'vitest';
import { droop } from '../controllers/droop/droop.ts';
import { buildGraph, ringOf } from '../controllers/graph.ts';
import { describePlant } from './conformance.ts';
import { closeLoop } from './control-loop.ts';
import { meanRate_per_s, nadirOf, outputOf, settling_s, spread_frac } from './metrics.ts';
import { averagedMicrogrid } from './microgrid/averaged.ts';
import type { Microgrid } from './microgrid/microgrid.ts';
import { quasiStaticMicrogrid } from './microgrid/quasi-static.ts';
import { modesAt } from './modes.ts';
import { findOperatingPoint } from './operating-point.ts';
import type { Plant } from './plant.ts';
import { dapiChain, dapiRatings, peakPerVolt } from './scenarios/dapi-chain.ts';
import { inverterChain } from './scenarios/inverter-chain.ts';
import { simulate, type Trajectory } from './simulate.ts';
import { consensusAgents, dapiAgents, type Gains } from './testing/secondary.ts';

const ring = (microgrid: Microgrid) => ringOf(microgrid.inverters.map(({ id }) => id));
const secondary = (law: 'printed' | 'accurate', gains: Gains, build: (m: Microgrid) => Plant = quasiStaticMicrogrid): Plant => {
  const chain = inverterChain(4);
  return closeLoop(build(chain), consensusAgents(chain, law, gains), ring(chain));
};

describePlant('loop of the printed law', () => secondary('printed', { c: 4 }));
describePlant('loop of the accurate law', () => secondary('accurate', { c: 4 }));
describePlant('loop with both delays', () => {
  const chain = inverterChain(3);
  return closeLoop(quasiStaticMicrogrid(chain), consensusAgents(chain, 'accurate', { c: 4 }), ring(chain), {
    measureDelay_s: 0.01,
    linkDelay_s: 0.02,
  });
});
describePlant('loop of averaged converters', () => secondary('accurate', { c: 4 }, averagedMicrogrid));
const withoutDroop = (): Microgrid => {
  const chain = inverterChain(3);
  return { ...chain, inverters: chain.inverters.map((each) => ({ ...each, droop_rad_per_s_per_kW: 0, droop_V_per_kvar: 0 })) };
};
const droopLoop = (): Plant => {
  const agents = inverterChain(3).inverters.map(({ id, droop_rad_per_s_per_kW, droop_V_per_kvar, v_set_V }) => ({
    device: id,
    law: droop.build({ ...droop.example, v_nominal_V: v_set_V, droop_rad_per_s_per_kW, droop_V_per_kvar }),
  }));
  return closeLoop(quasiStaticMicrogrid(withoutDroop()), agents, buildGraph(['dg1', 'dg2', 'dg3'], []));
};
describePlant('loop of droop', droopLoop);

/** Outputs of a plant at its operating point, by name. */
function atRest(plant: Plant): (name: string) => number {
  const { status, x, u, residual } = findOperatingPoint(plant);
  expect(status, `${residual.state}: ${residual.size}`).toBe('found');
  const y = new Float64Array(plant.outputs.length);
  plant.outputsInto(x, u, y);
  return (name) => y[plant.outputs.indexOf(name)];
}
const shares = (value: (name: string) => number): { p: number[]; q: number[]; v: number[]; f: number } => ({
  p: [0.094, 0.094, 0.125, 0.125].map((m, k) => m * value(`dg${k + 1}.p_kW`)),
  q: [1.3, 1.3, 1.5, 1.5].map((n, k) => n * value(`dg${k + 1}.q_kvar`)),
  v: [1, 2, 3, 4].map((k) => value(`dg${k}.v_V`)),
  f: value('dg1.w_rad_per_s') / (2 * Math.PI),
});
const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

describe('droop as a law is droop in the inverter', () => {
  it('same rates, same modes', () => {
    const inside = quasiStaticMicrogrid(inverterChain(3));
    const outside = droopLoop();
    expect(outside.inputs).toEqual(['dg1.p_set_kW', 'dg2.p_set_kW', 'dg3.p_set_kW']);
    const { x, u } = findOperatingPoint(inside);
    const [one, other] = [new Float64Array(8), new Float64Array(8)];
    const moved = x.map((v, i) => v * (1 + 0.1 * Math.sin(i)));
    inside.derivativeInto(moved, u, one);
    outside.derivativeInto(moved, new Float64Array(3), other);
    one.forEach((rate, i) => expect(other[i]).toBeCloseTo(rate, 8));
    const modes = modesAt(inside, x, u);
    modesAt(outside, x, new Float64Array(3)).forEach((mode, k) => expect(mode.re_per_s).toBeCloseTo(modes[k].re_per_s, 7));
  });
});

/** K3: the sheet on control, section 4, parameters of Bidram, Lewis, Davoudi (2014). */
describe('K3: secondary control at rest', () => {
  it('the printed law: nominal frequency, P shared, v_set equal, Q shared as under droop', () => {
    const { p, q, v, f } = shares(atRest(secondary('printed', { c: 4 })));
    expect(Math.abs(f - 50)).toBeLessThan(1e-6);
    expect(spread_frac(p)).toBeLessThan(1e-6);
    expect(spread_frac(q)).toBeCloseTo(0.779, 2);
    [380, 385.4, 371.3, 382.8].forEach((volts, k) => expect(v[k]).toBeCloseTo(volts, 0));
    // the documented negative: set voltages V + n·Q are all alike
    expect(spread_frac(v.map((volts, k) => volts + q[k]))).toBeLessThan(1e-9);
  });

  it.each([
    [1, 10, 0.116, 378.2],
    [1, 40, 0.03, 377.9],
  ])('the printed law with c_v = %d, c_q = %d shares Q better, and pays in mean voltage', (c_v, c_q, spread, v_mean) => {
    const { p, q, v } = shares(atRest(secondary('printed', { c: 4, c_v, c_q })));
    expect(spread_frac(p)).toBeLessThan(1e-6);
    expect(spread_frac(q)).toBeCloseTo(spread, 2);
    expect(v[0]).toBeCloseTo(380, 6);
    expect(mean(v)).toBeCloseTo(v_mean, 1);
  });

  it('the accurate law: P and Q shared, mean voltage at its reference', () => {
    const plant = secondary('accurate', { c: 4, c_v: 2, c_q: 20, k_o: 5 });
    const run = simulate(plant, { stop_s: 60, relative_frac: 1e-9, absolute: 1e-9, record_s: 60 });
    const value = (name: string): number => run.values.at(-run.outputs.length + run.outputs.indexOf(name))!;
    const { p, q, v, f } = shares(value);
    expect(Math.abs(f - 50)).toBeLessThan(1e-6);
    expect(spread_frac(p)).toBeLessThan(1e-6);
    expect(spread_frac(q)).toBeLessThan(1e-6);
    expect(mean(v)).toBeCloseTo(380, 5);
  });

  it('the observer keeps the mean: Σz stays zero on an undirected graph', () => {
    const plant = secondary('accurate', { c: 4, c_v: 2, c_q: 20, k_o: 5 });
    const run = simulate(plant, { stop_s: 3, events: [{ at_s: 1, name: 'load1.scale_frac', value: 1.3 }] });
    const z = plant.states.map(({ name }, i) => (name.endsWith('observer_V') ? run.x[i] : 0));
    expect(Math.max(...z.map(Math.abs))).toBeGreaterThan(1);
    expect(z.reduce((sum, each) => sum + each, 0)).toBeCloseTo(0, 8);
  });
});

/** When f is within 10 mHz and the spread of active shares within 1 %, for good; control is on from the start. */
function settlings(run: Trajectory, from_s = 0): { f_s: number; p_s: number } {
  const w = [1, 2, 3, 4].map((k) => outputOf(run, `dg${k}.w_rad_per_s`));
  const p = [1, 2, 3, 4].map((k) => outputOf(run, `dg${k}.p_kW`));
  const m = [0.094, 0.094, 0.125, 0.125];
  const worst = run.time_s.map((_, t) => Math.max(...w.map((each) => Math.abs(each[t] / (2 * Math.PI) - 50))));
  const uneven = run.time_s.map((_, t) => spread_frac(p.map((each, k) => m[k] * each[t])));
  return { f_s: settling_s(run.time_s, worst, 0, 0.01, from_s), p_s: settling_s(run.time_s, uneven, 0, 0.01, from_s) };
}

describe('secondary control in time', () => {
  const start = (plant: Plant): Float64Array => {
    plant.change('control.isOn', 0, new Float64Array(plant.states.length));
    const run = simulate(plant, { stop_s: 5, method: 'rodas4', record: [], relative_frac: 1e-6, absolute: 1e-6 });
    plant.change('control.isOn', 1, run.x);
    return run.x;
  };

  it.each([
    [4, 3.96, 4.47],
    [10, 1.58, 1.79],
  ])('a larger gain settles faster (claim of the talk, on our scenario): c = %d', (c, f_s, p_s) => {
    const plant = secondary('printed', { c });
    const found = settlings(simulate(plant, { stop_s: 8, x: start(plant), record_s: 0.01 }));
    expect(Math.abs(found.f_s / f_s - 1), `${found.f_s}`).toBeLessThan(0.02);
    expect(Math.abs(found.p_s / p_s - 1), `${found.p_s}`).toBeLessThan(0.02);
  });

  it('K2: settling by the averaged tier agrees with the quasi-static one within 2 %', () => {
    const [a, c] = [quasiStaticMicrogrid, averagedMicrogrid].map((build) => {
      const plant = secondary('printed', { c: 4 }, build as (m: Microgrid) => Plant);
      return settlings(simulate(plant, { stop_s: 6, x: start(plant), record_s: 0.01, method: 'rk4', step_s: 2e-4 }));
    });
    expect(Math.abs(c.f_s / a.f_s - 1), `${a.f_s} ${c.f_s}`).toBeLessThan(0.02);
  });

  it('a lost link slows sharing; a lost agent leaves the others to share alone, at nominal frequency (claims of the talk, on our scenario)', () => {
    const slow = secondary('printed', { c: 4 });
    const x = start(slow);
    for (const name of ['link.dg4.dg1.weight_frac', 'link.dg1.dg4.weight_frac']) slow.change(name, 0, x);
    const line = settlings(simulate(slow, { stop_s: 12, x, record_s: 0.01 }));
    expect(Math.abs(line.f_s / 4.14 - 1), `${line.f_s}`).toBeLessThan(0.03);
    expect(Math.abs(line.p_s / 6.73 - 1), `${line.p_s}`).toBeLessThan(0.03);

    const lost = secondary('printed', { c: 4 });
    const events = ['link.dg4.dg1', 'link.dg1.dg4', 'link.dg3.dg4', 'link.dg4.dg3'].map((link) => ({
      at_s: 20,
      name: `${link}.weight_frac`,
      value: 0,
    }));
    const run = simulate(lost, {
      stop_s: 60,
      x: start(lost),
      events: [...events, { at_s: 25, name: 'load1.scale_frac', value: 1.3 }],
      record_s: 1,
    });
    const last = (name: string): number => outputOf(run, name).at(-1)!;
    const { p, f } = shares(last);
    expect(f).toBeCloseTo(50, 6);
    expect(spread_frac(p.slice(0, 3))).toBeLessThan(1e-7);
    expect(spread_frac(p)).toBeCloseTo(0.137, 2);
  });

  it('a load step dips and comes back: nadir 49.96 Hz in the averaged tier', () => {
    const plant = secondary('printed', { c: 4 }, averagedMicrogrid);
    const first = simulate(plant, { method: 'rk4', step_s: 2e-4, stop_s: 12, x: start(plant), record: [] });
    const run = simulate(plant, {
      method: 'rk4',
      step_s: 2e-4,
      stop_s: 4,
      x: first.x,
      record_s: 1e-3,
      events: [{ at_s: 0.1, name: 'load1.scale_frac', value: 1.3 }],
    });
    const f = outputOf(run, 'dg1.w_rad_per_s').map((w) => w / (2 * Math.PI));
    const { value, at_s } = nadirOf(run.time_s, f, 0.1);
    expect(value).toBeGreaterThan(49.94);
    expect(value).toBeLessThan(49.975);
    expect(at_s).toBeLessThan(1);
    expect(meanRate_per_s(run.time_s, f, 0.1, 0.05)).toBeLessThan(0);
    expect(f.at(-1)).toBeGreaterThan(49.99);
  });
});

/** K4: the sheet on control, sections 3 (S2) and 4; Simpson-Porco et al. (2015). */
describe('K4: distributed averaging', () => {
  const chain = dapiChain();
  const build = (b: number, beta: number | readonly number[], filter_rad_per_s = 31.4): Plant => {
    const microgrid = { ...chain, inverters: chain.inverters.map((each) => ({ ...each, filter_rad_per_s })) };
    const plant = closeLoop(quasiStaticMicrogrid(microgrid), dapiAgents(microgrid, b, beta), ring(microgrid));
    plant.change('extra.scale_frac', 0, new Float64Array(plant.states.length));
    return plant;
  };
  const droopOnly = (): Plant => {
    const plant = quasiStaticMicrogrid(chain);
    plant.change('extra.scale_frac', 0, new Float64Array(plant.states.length));
    return plant;
  };
  const ratios = (value: (name: string) => number) => ({
    p: [0, 1, 2, 3].map((k) => value(`dg${k + 1}.p_kW`) / dapiRatings.p_kW[k]),
    q: [0, 1, 2, 3].map((k) => value(`dg${k + 1}.q_kvar`) / dapiRatings.q_kvar[k]),
    v: [0, 1, 2, 3].map((k) => value(`dg${k + 1}.v_V`) * peakPerVolt),
    f: value('dg1.w_rad_per_s') / (2 * Math.PI),
  });

  it('starts from droop: 49.5424 Hz', () => {
    const { p, q, v, f } = ratios(atRest(droopOnly()));
    expect(f).toBeCloseTo(49.5424, 3);
    for (const each of p) expect(each).toBeCloseTo(0.8214, 3);
    [0.713, 0.264, 0.278, 0.654].forEach((each, k) => expect(q[k]).toBeCloseTo(each, 2));
    expect(Math.min(...v)).toBeCloseTo(324.4, 0);
  });

  it.each<[string, number, number | readonly number[], number[], number[]]>([
    ['1a, b only: Q shared exactly', 50, 0, [0.5451, 0.5451, 0.5451, 0.5451], [323.99, 325.12, 325.12, 324.34]],
    ['1b, β only: voltages exact', 0, 2.2, [0.859, -0.046, -0.021, 0.82], [325.3, 325.3, 325.3, 325.3]],
    ['1c, both: a compromise', 180, 1.2, [0.5488, 0.5453, 0.545, 0.5479], [324.65, Number.NaN, Number.NaN, Number.NaN]],
    [
      '1d, β at one inverter: its voltage exact, Q shared',
      100,
      [0, 4, 0, 0],
      [0.5457, 0.5457, 0.5457, 0.5457],
      [Number.NaN, 325.3, Number.NaN, Number.NaN],
    ],
  ])('%s', (_name, b, beta, shared, volts) => {
    // β = 0 everywhere leaves the mean voltage free: it stays where droop had it
    const plant = build(b, beta);
    const run = simulate(plant, { method: 'rodas4', stop_s: 60, relative_frac: 1e-8, absolute: 1e-8, record_s: 60 });
    const { p, q, v, f } = ratios((name) => run.values.at(-run.outputs.length + run.outputs.indexOf(name))!);
    expect(f).toBeCloseTo(50, 6);
    expect(spread_frac(p)).toBeLessThan(1e-6);
    shared.forEach((share, k) => expect(q[k], `Q of ${k + 1}`).toBeCloseTo(share, 2));
    volts.forEach((volt, k) => Number.isNaN(volt) || expect(Math.abs(v[k] - volt), `V of ${k + 1}: ${v[k]}`).toBeLessThan(0.35));
  });

  it('settles as k·ln(Δf/10 mHz) says', () => {
    const plant = build(50, 0);
    plant.change('control.isOn', 0, new Float64Array(plant.states.length));
    const before = simulate(plant, { method: 'rodas4', stop_s: 5, record: [] });
    plant.change('control.isOn', 1, before.x);
    const run = simulate(plant, { stop_s: 15, x: before.x, record_s: 0.005 });
    const f = outputOf(run, 'dg1.w_rad_per_s').map((w) => w / (2 * Math.PI));
    const settled_s = settling_s(run.time_s, f, 50, 0.01);
    const predicted_s = 1.7 * Math.log((50 - 49.5424) / 0.01);
    expect(predicted_s).toBeCloseTo(6.5, 2);
    expect(Math.abs(settled_s / predicted_s - 1), `${settled_s}`).toBeLessThan(0.01);
  });

  it('goes unstable where b is too large for the filter of powers', () => {
    const abscissa = (b: number, filter_rad_per_s: number): number => {
      const plant = build(b, 1.2, filter_rad_per_s);
      const { status, x, u } = findOperatingPoint(plant, { settle_s: b > 200 || filter_rad_per_s < 20 ? 0.5 : 2 });
      expect(status).toBe('found');
      return modesAt(plant, x, u)[0].re_per_s;
    };
    expect(abscissa(180, 31.4)).toBeLessThan(0);
    expect(abscissa(250, 31.4)).toBeGreaterThan(0);
    expect(abscissa(100, 10)).toBeLessThan(0);
    expect(abscissa(150, 10)).toBeGreaterThan(0);
  });
});
