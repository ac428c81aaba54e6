import { describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import { buildBlock } from '../../problem/block.ts';
import { declaration } from '../../problem/declare.ts';
import { highs as highsSolver } from '../../solvers/highs/highs.ts';
import { deviceConformance } from '../conformance.ts';
import { fastLaw } from '../fast.ts';
import { readParams } from '../params.ts';
import { ask, complaint, hours } from '../testing/ask.ts';
import { checkIsExact } from '../testing/check-is-exact.ts';
import { lifeTaken_frac } from './ageing.ts';
import { battery } from './declare.ts';

const highs = await highsSolver().prepare();

const closeTo = (values: readonly number[], expected: readonly number[], digits = 6): void => {
  expect(values.length).toBe(expected.length);
  values.forEach((v, i) => {
    expect(v, `[${i}]`).toBeCloseTo(expected[i], digits);
  });
};

deviceConformance(battery, {
  variants: [
    { s_max_kVA: 0, leak_per_h: 0 },
    { e_end_min_kWh: 900, eta_charge_frac: 1, eta_discharge_frac: 1 },
    { replacement_cur: 90_000, depths_count: 4, ageing_exponent_frac: 1.6 },
  ],
});

describe('battery', () => {
  it('buys an hour, sells an hour: what comes back is η_c·η_d of what went in', () => {
    const raw = { p_max_kW: 10, e_max_kWh: 100, e_start_kWh: 0, eta_charge_frac: 0.9, eta_discharge_frac: 0.8 };
    const { p_kW, value_cur, of } = ask(battery, raw, hours(2), Float64Array.of(0.1, 0.5));
    closeTo(p_kW, [-10, 7.2]);
    closeTo(of('e_kWh'), [9, 0]);
    expect(value_cur).toBeCloseTo(10 * 0.1 - 7.2 * 0.5, 7);
  });

  it('does nothing when the spread does not pay for losses and wear', () => {
    const raw = { p_max_kW: 10, e_max_kWh: 100, e_start_kWh: 0, eta_charge_frac: 0.9, eta_discharge_frac: 0.9 };
    closeTo(ask(battery, raw, hours(2), Float64Array.of(0.1, 0.12)).p_kW, [0, 0]);
    closeTo(ask(battery, { ...raw, wear_cur_per_kWh: 0.2 }, hours(2), Float64Array.of(0.1, 0.3)).p_kW, [0, 0]);
  });

  it('loses e^(−leak·t) of what it holds', () => {
    const raw = { p_max_kW: 0, e_max_kWh: 100, e_start_kWh: 80, leak_per_h: 0.1 };
    closeTo(
      ask(battery, raw, hours(3), 0).of('e_kWh'),
      [1, 2, 3].map((t) => 80 * Math.exp(-0.1 * t)),
    );
  });

  it('says what cannot work', () => {
    const raw = { p_max_kW: 10, e_max_kWh: 100, e_start_kWh: 20, eta_charge_frac: 0.5 };
    expect(complaint(battery, { ...raw, e_end_min_kWh: 31 }, hours(2))).toContain(
      'e_end_min_kWh 31 cannot be reached: charging all the time gives 30 kWh',
    );
    expect(complaint(battery, { ...raw, e_end_min_kWh: 30 }, hours(2))).toBe('');
    expect(complaint(battery, { ...raw, e_start_kWh: 120 }, hours(2))).toContain('e_start_kWh 120 is outside');
    expect(complaint(battery, { ...raw, e_min_kWh: 15, p_max_kW: 1, leak_per_h: 0.5 }, hours(2))).toContain('e_min_kWh 15 cannot be held');
    expect(complaint(battery, { ...raw, e_min_kWh: 200 }, hours(2))).toContain('e_min_kWh 200 is above e_max_kWh 100');
    expect(complaint(battery, { ...raw, e_end_min_kWh: 200 }, hours(2))).toContain('e_end_min_kWh 200 is above e_max_kWh 100');
  });

  it('is refused exactly when its block has no feasible point', () => {
    checkIsExact(battery, (random) => ({
      p_max_kW: random.between(0, 10),
      e_max_kWh: 100,
      e_min_kWh: random.between(5, 20),
      e_start_kWh: random.between(20, 100),
      e_end_min_kWh: random.between(0, 100),
      leak_per_h: random.between(0, 0.3),
      s_max_kVA: random.between(-4, 8) > 0 ? random.between(1, 8) : 0,
    }));
  });
});

describe('battery that ages by depth of cycle', () => {
  const J = 10;
  const aged = {
    p_max_kW: 50,
    e_max_kWh: 100,
    e_start_kWh: 50,
    eta_charge_frac: 0.9,
    eta_discharge_frac: 0.8,
    replacement_cur: 20_000,
    cycles_count: 2000,
    ageing_exponent_frac: 2,
    depths_count: J,
  };

  /** What a path of the stored energy costs: the LP with charge and discharge given. */
  const costOf = (e_kWh: readonly number[], values: Record<string, unknown> = aged) => {
    const grid = hours(e_kWh.length - 1);
    const x = readParams(battery, values, { grid, profiles: new Map(), where: 'it' });
    const block = buildBlock(
      'it',
      declaration(grid, (m) => battery.declare(m, x)),
    );
    const lower = Float64Array.from(block.program.lower);
    const upper = Float64Array.from(block.program.upper);
    const trajectory = (name: string): Int32Array => block.trajectories.find((each) => each.name === name)!.columns;
    for (let t = 0; t + 1 < e_kWh.length; t++) {
      const change = e_kWh[t + 1] - e_kWh[t];
      const [charge, discharge] = [Math.max(0, change) / x.eta_charge_frac, Math.max(0, -change) * x.eta_discharge_frac];
      lower[trajectory('p_charge_kW')[t]] = upper[trajectory('p_charge_kW')[t]] = charge;
      lower[trajectory('p_discharge_kW')[t]] = upper[trajectory('p_discharge_kW')[t]] = discharge;
    }
    const solution = highs.solve({ ...block.program, lower, upper });
    expect(solution.status).toBe('optimal');
    return solution.objective;
  };
  const life = (depth_frac: number): number => aged.replacement_cur * lifeTaken_frac(depth_frac, aged);
  /** Φ between the corners of the layers. */
  const lifeByLayers = (depth_frac: number): number => {
    const j = Math.min(J - 1, Math.floor(J * depth_frac + 1e-9));
    return life(j / J) + (J * depth_frac - j) * (life((j + 1) / J) - life(j / J));
  };

  it('takes C·Φ(1) for one cycle of full depth, C·Φ(δ) for one of δ, whatever was stored', () => {
    expect(costOf([50, 100, 50, 0, 50, 100], { ...aged, p_max_kW: 100 })).toBeCloseTo(20_000 / 2000, 7);
    for (const depth of [0.1, 0.3, 0.5]) {
      for (const e_start_kWh of [50, 70, 100]) {
        const e = [e_start_kWh, e_start_kWh - 100 * depth, e_start_kWh];
        expect(costOf(e, { ...aged, p_max_kW: 100, e_start_kWh })).toBeCloseTo(life(depth), 7);
      }
    }
  });

  it('costs what rainflow counts on schedules of its own: with the corners of Φ the same, with Φ itself no less', () => {
    const random = randomStream(5);
    for (let k = 0; k < 12; k++) {
      const e = [50];
      for (let t = 0; t < 30; t++) e.push(Math.min(100, Math.max(0, e[t] + random.between(-35, 35))));
      const cost_cur = costOf(e);
      const depths = rainflowDepths(e).map((depth) => depth / aged.e_max_kWh);
      const total = (by: (depth: number) => number): number => depths.reduce((sum, depth) => sum + by(depth), 0);
      expect(cost_cur).toBeCloseTo(total(lifeByLayers), 6);
      expect(cost_cur).toBeGreaterThanOrEqual(total(life) - 1e-9);
      // a chord over a parabola is off by at most C/N/(4·J²)
      expect(cost_cur - total(life)).toBeLessThanOrEqual((depths.length * life(1)) / (4 * J * J) + 1e-9);
    }
  });

  it('empties its layers in order at an optimum: a fall takes the shallow ones and leaves the deep ones full', () => {
    const price = Float64Array.of(0.1, 0.7, 0.9, 0.7, 0.1);
    const { of } = ask(battery, { ...aged, e_start_kWh: 100, p_max_kW: 20 }, hours(5), price);
    const after = Array.from({ length: J }, (_, j) => of(`layer_${j + 1}_frac`)[3]);
    expect(after.filter((filled) => filled < 1e-5).length).toBeGreaterThanOrEqual(3);
    expect(after.filter((filled) => filled > 1 - 1e-5).length).toBeGreaterThanOrEqual(2);
    expect(after.filter((filled) => filled >= 1e-5 && filled <= 1 - 1e-5).length).toBeLessThanOrEqual(1);
    for (let j = 1; j < J; j++) expect(after[j - 1]).toBeLessThan(after[j] + 1e-5);
    expect(after.reduce((sum, filled) => sum + 10 * filled, 0)).toBeCloseTo(of('e_kWh')[3], 5);
  });

  it('goes less deep, and less often, the dearer new cells are', () => {
    const price = Float64Array.of(0.1, 0.4, 0.1, 0.35, 0.15, 0.45);
    const moved = [20_000, 80_000, 200_000, 3e6].map((replacement_cur) => {
      const { p_kW } = ask(battery, { ...aged, replacement_cur, e_end_min_kWh: 50 }, hours(6), price);
      return p_kW.reduce((sum, p) => sum + Math.max(0, p), 0);
    });
    for (let k = 1; k < moved.length; k++) expect(moved[k]).toBeLessThan(moved[k - 1] - 1);
    expect(moved[3]).toBeLessThan(2);
  });

  it('within seconds is the battery that it is without: layers are for schedules', () => {
    const grid = hours(4);
    const [young, old] = [0, 20_000].map((replacement_cur) => {
      const x = readParams(battery, { ...aged, replacement_cur, s_max_kVA: 60 }, { grid, profiles: new Map(), where: 'it' });
      return fastLaw(
        declaration(grid, (m) => battery.declare(m, x)),
        0,
      );
    });
    expect(old).toBeDefined();
    expect(old).toEqual(young);
  });

  it('takes whole layers only', () => {
    expect(complaint(battery, { ...aged, depths_count: 2.5 }, hours(2))).toContain('depths_count 2.5 is not a whole number');
  });
});

/**
 * Depths of the cycles of a path that ages when it falls: full cycles, and the falling halves that are left over. Counted by the four-point rule: of four turning points in a row, the inner two
 * are a cycle where the outer two enclose them.
 */
function rainflowDepths(path: readonly number[]): number[] {
  const depths: number[] = [];
  const stack: number[] = [];
  for (const point of path) {
    const n = stack.length;
    if (n >= 2 && (stack[n - 1] - stack[n - 2]) * (point - stack[n - 1]) >= 0) stack[n - 1] = point;
    else stack.push(point);
    for (let found = true; found && stack.length >= 4; ) {
      const [a, b, c, d] = stack.slice(-4);
      found = Math.min(b, c) >= Math.min(a, d) && Math.max(b, c) <= Math.max(a, d);
      if (!found) continue;
      depths.push(Math.abs(b - c));
      stack.splice(-3, 2);
    }
  }
  for (let i = 1; i < stack.length; i++) if (stack[i] < stack[i - 1]) depths.push(stack[i - 1] - stack[i]);
  return depths;
}
