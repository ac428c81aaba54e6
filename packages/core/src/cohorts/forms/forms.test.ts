import { beforeAll, describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import { Model } from '../../problem/model.ts';
import type { ReadySolver } from '../../solvers/contract.ts';
import { interiorPoint } from '../../solvers/interior-point/interior-point.ts';
import { blockOracle } from '../../solvers/oracle.ts';
import type { Form, FormValues, Horizon } from '../form.ts';
import { available } from './available.ts';
import { conversion } from './conversion.ts';
import { curtailed } from './curtailed.ts';
import { filled } from './filled.ts';
import { fixed } from './fixed.ts';
import { heated } from './heated.ts';
import { lossy } from './lossy.ts';
import { ramped } from './ramped.ts';
import { stored } from './stored.ts';
import { traded } from './traded.ts';
import { transfer } from './transfer.ts';

let solver: ReadySolver;
beforeAll(async () => {
  solver = await interiorPoint().prepare();
});

const random = randomStream(6, 'forms');
const { between, index } = random;
const perStep = (T: number, low: number, high: number): Float64Array => Float64Array.from({ length: T }, () => between(low, high));
const one = (...values: number[]): Float64Array[] => values.map((value) => Float64Array.of(value));

/** Random devices of each form, limits binding often; the sizes of v that go with them. */
const devices: readonly { form: Form; reach_kW: number; draw: (horizon: Horizon) => FormValues }[] = [
  { form: fixed, reach_kW: 10, draw: ({ steps_count: T }) => [perStep(T, -2, 9)] },
  { form: curtailed, reach_kW: 8, draw: ({ steps_count: T }) => [perStep(T, 0, 6), ...one(between(-1, 6))] },
  { form: available, reach_kW: 8, draw: ({ steps_count: T }) => [perStep(T, 0, 6), ...one(between(-1, 2))] },
  { form: traded, reach_kW: 20, draw: ({ steps_count: T }) => [perStep(T, -1, 3), ...one(between(0, 2), between(0, 12))] },
  { form: transfer, reach_kW: 20, draw: () => one(between(0, 10)) },
  { form: conversion, reach_kW: 20, draw: () => one(between(0, 10), random.uniform() < 0.1 ? 1 : between(0.3, 1)) },
  {
    form: filled,
    reach_kW: 8,
    draw({ steps_count: T, dt_h }) {
      const from = index(T);
      const to = from + 1 + index(T - from);
      const most = between(0.5, 5);
      return one(most, between(0, 1) * most * (to - from) * dt_h, from, to);
    },
  },
  {
    form: ramped,
    reach_kW: 40,
    draw() {
      const low = between(-5, 10);
      return one(low, low + between(0, 30), between(0, 1) < 0.2 ? 0 : between(0.02, 0.3), between(-1, 2), between(0, 8));
    },
  },
  {
    form: stored,
    reach_kW: 15,
    draw({ steps_count: T, dt_h }) {
      const power = between(1, 10);
      const size = between(1, 40);
      const start = between(0, size);
      const end = Math.min(size, Math.max(0, start + between(-1, 1) * power * T * dt_h));
      return one(power, size, start, end);
    },
  },
  {
    form: lossy,
    reach_kW: 15,
    draw({ steps_count: T, dt_h }) {
      const power = between(1, 10);
      const size = between(1, 40);
      const start = between(0, size);
      const into = between(0.5, 1);
      const end = Math.min(size, Math.max(0, start + between(-1, 0.95) * into * power * T * dt_h));
      return one(power, size, start, end, into, between(0.5, 1));
    },
  },
  {
    form: heated,
    reach_kW: 8,
    draw({ steps_count: T, dt_h }) {
      // the band is laid around a plan, so that one exists; it binds often
      const [most, performance, loss, capacity] = [between(2, 6), between(1, 4), between(0.1, 0.4), between(0.5, 10)];
      const keep = Math.exp((-loss * dt_h) / capacity);
      const start = between(15, 22);
      const outside = perStep(T, -5, 15);
      let theta = start;
      const path = outside.map((a) => {
        theta = keep * theta + (1 - keep) * (a + (performance / loss) * between(0, most));
        return theta;
      });
      const [below, above] = [between(0, 2), between(0, 2)];
      return [...one(most, performance, loss, capacity, start), outside, path.map((x) => x - below), path.map((x) => x + above)];
    },
  },
];

describe.each(devices)('$form.name', ({ form, reach_kW, draw }) => {
  const horizonOf = (round: number): Horizon => ({
    steps_count: round % 20 === 7 ? 96 : 1 + index(30),
    dt_h: between(0, 1) < 0.5 ? 1 : 0.25,
  });
  const blockOf = (values: FormValues, horizon: Horizon) => {
    const model = new Model('device');
    const ports = form.declare(model, '', values, 0, horizon).map((of, k) => ({ name: `p${k}`, unit: 'kW' as const, of }));
    return model.block(ports);
  };

  it('is the proximal operator of the law that it declares', () => {
    for (let round = 0; round < 60; round++) {
      const horizon = horizonOf(round);
      const values = draw(horizon);
      expect(form.fault(values, 0, horizon)).toBeUndefined();
      const width = form.terminals_count * horizon.steps_count;
      const rho = Math.exp(between(-4, 2));
      const v = Float64Array.from({ length: width }, () => between(-reach_kW, reach_kW));
      const wanted = new Float64Array(width);
      const oracle = blockOracle(blockOf(values, horizon), horizon.dt_h, solver, { tolerance_frac: 1e-11 });
      expect(oracle.prox(v, new Float64Array(width).fill(rho), wanted)).toBe(true);
      const x = Float64Array.from(v);
      form.prox(values, 0, 1, horizon, rho, x, 0, new Float64Array(form.workspace_count(horizon.steps_count)));
      let off = 0;
      for (let k = 0; k < width; k++) off = Math.max(off, Math.abs(x[k] - wanted[k]));
      // an interior point stops short of a limit that binds weakly; 1e-5 is its distance, not ours
      expect(off, `round ${round}`).toBeLessThan(1e-5 * reach_kW);
      // costs agree where the plans do, and ours is not worse in the proximal objective
      const objective = (p: Float64Array): number =>
        form.cost(values, 0, horizon, p, 0) + p.reduce((sum, value, k) => sum + 0.5 * rho * (value - v[k]) ** 2, 0);
      const scale = 1 + Math.abs(objective(wanted));
      expect(objective(x)).toBeLessThan(objective(wanted) + 1e-7 * scale);
      expect(oracle.cost()).toBeCloseTo(form.cost(values, 0, horizon, wanted, 0), 4);
      expect(form.cost(values, 0, horizon, x, 0)).toBeLessThanOrEqual(form.costMost(values, 0, horizon) + 1e-9);
      for (const p of x) expect(Math.abs(p)).toBeLessThanOrEqual(form.reach(values, 0, horizon) + 1e-9);
    }
  });

  it('answers many devices at once as it answers each alone, at any place', () => {
    const horizon = { steps_count: 24, dt_h: 1 };
    const drawn = Array.from({ length: 5 }, () => draw(horizon));
    const values = form.parameters.map((_, q) => Float64Array.from(drawn.flatMap((own) => [...own[q]])));
    const width = form.terminals_count * horizon.steps_count;
    const v = Float64Array.from({ length: 7 + 5 * width }, () => between(-reach_kW, reach_kW));
    const work = new Float64Array(form.workspace_count(horizon.steps_count));
    const together = Float64Array.from(v);
    form.prox(values, 1, 4, horizon, 0.3, together, 7 + width, work);
    const alone = Float64Array.from(v);
    for (let i = 1; i < 4; i++) {
      const x = v.slice(7 + i * width, 7 + (i + 1) * width);
      form.prox(drawn[i], 0, 1, horizon, 0.3, x, 0, work);
      alone.set(x, 7 + i * width);
    }
    expect(together).toEqual(alone);
  });

  it('says truly how far a single step may move', () => {
    const { room } = form;
    if (!room) return;
    for (let round = 0; round < 200; round++) {
      const horizon = horizonOf(round);
      const T = horizon.steps_count;
      const values = draw(horizon);
      const x = Float64Array.from({ length: form.terminals_count * T }, () => between(-reach_kW, reach_kW));
      const work = new Float64Array(form.workspace_count(T));
      form.prox(values, 0, 1, horizon, 0.5, x, 0, work);
      const t = index(T);
      const range = new Float64Array(2);
      room(values, 0, horizon, x, 0, t, range);
      expect(range[0]).toBeLessThanOrEqual(x[t] + 1e-9);
      expect(range[1]).toBeGreaterThanOrEqual(x[t] - 1e-9);
      /** Distance of the plan with p_t moved from the nearest that keeps all limits: no cost stands against a weight of 1e9. */
      const away = (p_kW: number): number => {
        const moved = Float64Array.from(x);
        moved[t] = p_kW;
        if (form.terminals_count === 2) moved[T + t] = form.across?.(values, 0, p_kW) ?? Number.NaN;
        const near = Float64Array.from(moved);
        form.prox(values, 0, 1, horizon, 1e9, near, 0, work);
        return near.reduce((most, p, k) => Math.max(most, Math.abs(p - moved[k])), 0);
      };
      for (const p_kW of [range[0], between(range[0], range[1]), range[1]]) expect(away(p_kW)).toBeLessThan(1e-6);
      for (const p_kW of [range[0] - 0.1, range[1] + 0.1]) expect(away(p_kW)).toBeGreaterThan(0.01);
    }
  });

  it('offers on a single step what is best at a price, and no less at a higher one', () => {
    const { room, offer } = form;
    if (!room || !offer) return;
    for (let round = 0; round < 200; round++) {
      const horizon = horizonOf(round);
      const T = horizon.steps_count;
      const values = draw(horizon);
      const x = Float64Array.from({ length: T }, () => between(-reach_kW, reach_kW));
      form.prox(values, 0, 1, horizon, 0.5, x, 0, new Float64Array(form.workspace_count(T)));
      const t = index(T);
      const range = new Float64Array(2);
      room(values, 0, horizon, x, 0, t, range);
      const price = between(-3, 8);
      const worth = (p_kW: number): number => {
        x[t] = p_kW;
        return form.cost(values, 0, horizon, x, 0) - price * p_kW * horizon.dt_h;
      };
      const offered = offer(values, 0, horizon, t, price, range);
      for (let k = 0; k < 20; k++) expect(worth(offered)).toBeLessThanOrEqual(worth(between(range[0], range[1])) + 1e-9);
      expect(offer(values, 0, horizon, t, price + between(0, 1), range)).toBeGreaterThanOrEqual(offered);
      expect(offer(values, 0, horizon, t, -Infinity, range)).toBe(range[0]);
      expect(offer(values, 0, horizon, t, Infinity, range)).toBe(range[1]);
    }
  });

  it('is firmly non-expansive', () => {
    for (let round = 0; round < 200; round++) {
      const horizon = horizonOf(round);
      const values = draw(horizon);
      const width = form.terminals_count * horizon.steps_count;
      const work = new Float64Array(form.workspace_count(horizon.steps_count));
      const answer = (): [Float64Array, Float64Array] => {
        const v = Float64Array.from({ length: width }, () => between(-reach_kW, reach_kW));
        const x = Float64Array.from(v);
        form.prox(values, 0, 1, horizon, 0.7, x, 0, work);
        return [v, x];
      };
      const [v, x] = answer();
      const [w, y] = answer();
      let inner = 0;
      for (let k = 0; k < width; k++) inner += (x[k] - y[k]) * (v[k] - w[k] - (x[k] - y[k]));
      expect(inner).toBeGreaterThan(-1e-9);
    }
  });
});

describe('by hand', () => {
  const hour = (T: number): Horizon => ({ steps_count: T, dt_h: 1 });
  const answer = (form: Form, values: FormValues, v: number[], rho: number): number[] => {
    const x = Float64Array.from(v);
    const T = v.length / form.terminals_count;
    form.prox(values, 0, 1, hour(T), rho, x, 0, new Float64Array(form.workspace_count(T)));
    return [...x];
  };

  it('water-filling takes the steps that are lowest', () => {
    // u = clip(μ − v, 0, 2) over v = (−1, −3, 3) is (2, 2, 0), which is 4, for every 1 ≤ μ ≤ 3
    expect(answer(filled, one(2, 4, 0, 3), [-1, -3, 3], 1)).toEqual([-2, -2, -0]);
  });

  it('a ramp of 1 spreads a jump of 4 evenly: (0, 4) → (1.5, 2.5)', () => {
    const [a, b] = answer(ramped, one(0, 10, 0, 0, 1), [0, 4], 1);
    expect(a).toBeCloseTo(1.5, 12);
    expect(b).toBeCloseTo(2.5, 12);
  });

  it('a store of 2 kWh that starts and ends with 1 turns (3, 3, −3) into (½, ½, −1)', () => {
    // p₁ + p₂ ≤ 1 binds at price 2.5; p₃ = −(p₁ + p₂) whatever v₃ is
    const p = answer(stored, one(5, 2, 1, 1), [3, 3, -3], 1);
    [0.5, 0.5, -1].forEach((value, t) => {
      expect(p[t]).toBeCloseTo(value, 12);
    });
  });

  it('a lossy store of η = ½ each way buys 4 to give 1', () => {
    // drawn: ψ = 2·p out, ½·p in; e from 0 to 0. min (p₁ + 2)² + (p₂ − 2)² with 2·p₂ = −½·p₁: p₁ = −4·p₂, so 17·p₂ = 10
    const [p1, p2] = answer(lossy, one(10, 50, 0, 0, 0.5, 0.5), [-2, 2], 1);
    expect(p2).toBeCloseTo(10 / 17, 12);
    expect(p1).toBeCloseTo(-40 / 17, 12);
    expect(lossy.relaxed?.(one(10, 50, 0, 0, 0.5, 0.5), 0, hour(2), Float64Array.of(p1, p2), 0)).toBe(0);
  });

  it('a full store that is asked to take power can only throw it away, and says so', () => {
    const full = one(10, 50, 50, 50, 0.5, 0.5);
    expect(answer(lossy, full, [-4], 1)).toEqual([-4]);
    expect(lossy.relaxed?.(full, 0, hour(1), Float64Array.of(-4), 0)).toBeCloseTo(2, 12);
  });

  it('a house at 20 °C that loses half its heat in an hour is kept at 18 by the power that makes up for it', () => {
    // κ = ½ at G = ln 2, C = 1; g = η·(1 − κ)/G. From 20 with 10 outside: 15 without heating, so 3 K are missing, then 4
    const loss = Math.LN2;
    const house = [...one(20, 3, loss, 1, 20), ...[10, 18, 25].map((value) => Float64Array.of(value, value))];
    const gain = 1.5 / loss;
    const p = answer(heated, house, [0, 0], 1);
    expect(p[0]).toBeCloseTo(-3 / gain, 12);
    expect(p[1]).toBeCloseTo(-4 / gain, 12);
  });

  it('a line carries half the difference, up to its capacity', () => {
    expect(answer(transfer, one(3), [2, 9, 0, -9], 1)).toEqual([1, 3, -1, -3]);
  });

  it('a line that loses half takes 4 to bring 2, either way, and throws away what is not asked for', () => {
    // the nearest point of p₂ = −½·p₁ to (−4, 2) is itself, to (3, −9) the limit of 4 at the second end, to (1, 1) nothing
    const line = one(4, 0.5);
    expect(answer(conversion, line, [-4, 3, 1, -1, 2, -9, 1, -1], 1)).toEqual([-4, 2, -0, -1, 2, -4, 0, -1]);
    expect(conversion.relaxed?.(line, 0, hour(1), Float64Array.of(-4, 0.5), 0)).toBe(1.5);
    expect(conversion.relaxed?.(line, 0, hour(1), Float64Array.of(1, -2), 0)).toBe(0);
    expect(conversion.across?.(line, 0, -4)).toBe(2);
    expect(conversion.across?.(line, 0, 2)).toBe(-4);
  });

  it('a fee leaves a gap in which nothing is traded: ±1 around 2', () => {
    expect(answer(traded, [Float64Array.of(2, 2, 2), ...one(1, 4)], [2.5, 4, 0], 1)).toEqual([0, 1, -1]);
  });
});
