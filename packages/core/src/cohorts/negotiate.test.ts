import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../base/errors.ts';
import type { ReadySolver } from '../solvers/contract.ts';
import { interiorPoint } from '../solvers/interior-point/interior-point.ts';
import { centralProgram } from './central.ts';
import { dualBound, isProvenInfeasible } from './certify.ts';
import { fixed } from './forms/fixed.ts';
import { ramped } from './forms/ramped.ts';
import { traded } from './forms/traded.ts';
import { transfer } from './forms/transfer.ts';
import { emptyState } from './iterate.ts';
import { type Checkpoint, cohortDefaults, negotiateCohorts } from './negotiate.ts';
import { buildCohortProblem, type CohortProblem, type CohortSpec } from './problem.ts';
import { randomNetwork } from './random-network.ts';

let solver: ReadySolver;
beforeAll(async () => {
  solver = await interiorPoint().prepare();
});

/** Optimal cost, and prices [net][step] from the duals of the balances. */
function central(problem: CohortProblem): { cost_cur: number; bound_cur: number; price: Float64Array } {
  const { program, balance } = centralProgram(problem);
  const solution = solver.solve(program, { tolerance_frac: 1e-9 });
  expect(solution.status).toBe('optimal');
  // The row is Σ p = 0. A unit more on the right is a kW for nobody; it costs λ·dt.
  const price = Float64Array.from(balance, (row) => (row < 0 ? 0 : solution.rowDual[row] / problem.dt_h));
  return { cost_cur: solution.objective, bound_cur: solution.bound, price };
}

const rms = (values: Float64Array): number => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
const tight = { ...cohortDefaults, tolerance_frac: 1e-4 };

describe('against the central optimum', () => {
  it.each([
    { nets_count: 12, seed: 1, capacity_frac: 1, steps_count: 24 },
    { nets_count: 20, seed: 2, capacity_frac: 0.35, steps_count: 24 },
    { nets_count: 30, seed: 3, capacity_frac: 0.35, steps_count: 12 },
    { nets_count: 25, seed: 4, capacity_frac: 1, steps_count: 48 },
  ])('$nets_count nets, $steps_count steps, lines × $capacity_frac: cost, prices, bound', (options) => {
    const problem = randomNetwork(options);
    const optimum = central(problem);
    const result = negotiateCohorts(problem, tight);
    expect(result.status).toBe('agreed');
    expect(Math.abs(result.cost_cur - optimum.cost_cur) / optimum.cost_cur).toBeLessThan(1e-4 + result.imbalance_cur / optimum.cost_cur);
    expect(Math.abs(result.cost_cur - optimum.cost_cur) / optimum.cost_cur).toBeLessThan(5e-4);
    const off = result.price_cur_per_kWh.map((value, k) => value - optimum.price[k]);
    expect(rms(off) / rms(optimum.price)).toBeLessThan(0.01);
    expect(result.bound_cur).toBeLessThan(optimum.cost_cur * (1 + 1e-8));
    expect(result.bound_cur).toBeGreaterThan(optimum.cost_cur * (1 - 1e-3));
    expect(dualBound(problem, optimum.price)).toBeLessThan(optimum.cost_cur * (1 + 1e-8));
    expect(dualBound(problem, optimum.price)).toBeGreaterThan(optimum.cost_cur * (1 - 1e-5));
    expect(result.balanced?.imbalance_max_kW).toBeLessThan(1e-9);
    expect(result.balanced?.cost_cur).toBeGreaterThan(optimum.cost_cur * (1 - 1e-8));
    expect(result.balanced?.cost_cur).toBeLessThan(optimum.cost_cur * (1 + 2e-4));
    expect(result.balanced?.gap_frac).toBeGreaterThan(-1e-8);
    expect(result.balanced?.gap_frac).toBeLessThan(1e-3);
  });

  it.each([
    { nets_count: 20, seed: 5, capacity_frac: 1, steps_count: 24, through_frac: 0.95 },
    { nets_count: 20, seed: 2, capacity_frac: 0.5, steps_count: 12, through_frac: 0.9 },
    { nets_count: 20, seed: 3, capacity_frac: 1, steps_count: 12, through_frac: 0.8, squares_frac: 0 },
  ])('lines that lose: $through_frac arrives, squares × $squares_frac', (options) => {
    const problem = randomNetwork(options);
    const optimum = central(problem);
    const free = central(randomNetwork({ ...options, through_frac: 1 }));
    expect(optimum.cost_cur).toBeGreaterThan(free.cost_cur * 1.01);
    const result = negotiateCohorts(problem, tight);
    expect(result.status).toBe('agreed');
    expect(Math.abs(result.cost_cur / optimum.cost_cur - 1)).toBeLessThan(2e-3);
    expect(result.bound_cur).toBeLessThan(optimum.cost_cur * (1 + 1e-8));
    expect(result.bound_cur).toBeGreaterThan(optimum.cost_cur * (1 - 2e-3));
    // prices between which nothing flows are not unique, so they are judged by their bound
    expect(dualBound(problem, optimum.price)).toBeGreaterThan(optimum.cost_cur * (1 - 1e-5));
    expect(result.balanced?.imbalance_max_kW).toBeLessThan(1e-9);
    expect(result.balanced?.cost_cur).toBeGreaterThan(optimum.cost_cur * (1 - 1e-8));
    expect(result.balanced?.cost_cur).toBeLessThan(optimum.cost_cur * (1 + 2e-3));
    expect(result.relaxed_kWh).toBeLessThan(0.01);
  });
});

describe('a gap that is too wide', () => {
  const problem = randomNetwork({ nets_count: 60, seed: 2, squares_frac: 0 });
  const loose = { ...cohortDefaults, tolerance_frac: 5e-3 };

  it('keeps a run going until a plan that balances is near enough to the bound', () => {
    const early = negotiateCohorts(problem, { ...loose, gap_frac: Number.POSITIVE_INFINITY });
    expect(early.status).toBe('agreed');
    const reached = early.balanced?.gap_frac ?? Number.NaN;
    expect(reached).toBeGreaterThan(0);
    const onward = negotiateCohorts(problem, { ...loose, gap_frac: reached / 4 });
    expect(onward.status).toBe('agreed');
    expect(onward.iterations_count).toBeGreaterThan(early.iterations_count);
    expect(onward.balanced?.gap_frac).toBeLessThanOrEqual(reached / 4);
    // as near as it was is near enough
    expect(negotiateCohorts(problem, { ...loose, gap_frac: reached }).iterations_count).toBe(early.iterations_count);
  });

  it('is looked at from a checkpoint on as it would have been', () => {
    const strict = { ...loose, gap_frac: 1e-4 };
    const whole = negotiateCohorts(problem, strict);
    let count = 0;
    const stopped = negotiateCohorts(problem, strict, { shouldStop: () => ++count > whole.iterations_count - 30 });
    expect(stopped.status).toBe('stopped');
    const resumed = negotiateCohorts(problem, strict, { resume: stopped.checkpoint });
    expect(resumed.iterations_count).toBe(whole.iterations_count);
    expect(resumed.checkpoint.price_cur_per_kWh).toEqual(whole.checkpoint.price_cur_per_kWh);
  });
});

describe('by hand', () => {
  /** A source that costs p² per hour and a load of 4 kW at the other end of a line of 3 kW, beside a market at 9 ± 1. */
  const specs = (capacity_kW: number): CohortSpec[] => [
    {
      name: 'source',
      form: ramped,
      nets: Int32Array.of(0),
      values: {
        p_min_kW: Float64Array.of(0),
        p_max_kW: Float64Array.of(10),
        cost_cur_per_kW2h: Float64Array.of(1),
        cost_cur_per_kWh: Float64Array.of(0),
        ramp_kW_per_h: Float64Array.of(10),
      },
    },
    { name: 'load', form: fixed, nets: Int32Array.of(1), values: { p_load_kW: Float64Array.of(4, 4) } },
    { name: 'line', form: transfer, nets: Int32Array.of(0, 1), values: { capacity_kW: Float64Array.of(capacity_kW) } },
    {
      name: 'market',
      form: traded,
      nets: Int32Array.of(1),
      values: { price_cur_per_kWh: Float64Array.of(9, 9), fee_cur_per_kWh: Float64Array.of(1), p_max_kW: Float64Array.of(1) },
    },
  ];
  const exact = { ...cohortDefaults, tolerance_frac: 1e-9 };

  it('a free line: 4 kW at the marginal cost of 8 on both sides, none from a market that asks 10', () => {
    const result = negotiateCohorts(buildCohortProblem({ steps_count: 2, dt_h: 1 }, 2, specs(5)), exact);
    expect(result.status).toBe('agreed');
    expect(result.cost_cur).toBeCloseTo(32, 5);
    for (const price of result.price_cur_per_kWh) expect(price).toBeCloseTo(8, 5);
  });

  it('a full line parts the prices: 6 where 3 kW are made, 10 where the rest is bought', () => {
    const result = negotiateCohorts(buildCohortProblem({ steps_count: 2, dt_h: 1 }, 2, specs(3)), exact);
    expect(result.status).toBe('agreed');
    expect(result.cost_cur).toBeCloseTo(2 * (9 + 10), 5);
    expect(result.bound_cur).toBeCloseTo(38, 4);
    [6, 6].forEach((price, t) => {
      expect(result.price_cur_per_kWh[t]).toBeCloseTo(price, 5);
    });
  });

  it('a line to nets where nobody stands costs the bound nothing', () => {
    const dead: CohortSpec = { name: 'dead', form: transfer, nets: Int32Array.of(2, 3), values: { capacity_kW: Float64Array.of(500) } };
    const result = negotiateCohorts(buildCohortProblem({ steps_count: 2, dt_h: 1 }, 4, [...specs(5), dead]), exact);
    expect(result.bound_cur).toBeCloseTo(32, 3);
  });

  it('a load that nobody can serve is infeasible, with proof', () => {
    const problem = buildCohortProblem({ steps_count: 2, dt_h: 1 }, 2, specs(2));
    const result = negotiateCohorts(problem, cohortDefaults);
    expect(result.status).toBe('infeasible');
    expect(result.last.imbalance_max_kW).toBeGreaterThan(0.1);
    expect(solver.solve(centralProgram(problem).program).status).toBe('infeasible');
  });
});

describe('lines too small', () => {
  it('are told from lines just large enough, as by the central solver', () => {
    const seen = new Set<string>();
    for (const [seed, capacity_frac] of [
      [1, 0.1],
      [1, 0.2],
      [2, 0.2],
      [2, 0.3],
    ]) {
      const problem = randomNetwork({ nets_count: 30, seed, capacity_frac });
      const { status } = solver.solve(centralProgram(problem).program, { tolerance_frac: 1e-7 });
      const result = negotiateCohorts(problem);
      seen.add(status);
      expect(result.status).toBe(status === 'infeasible' ? 'infeasible' : 'agreed');
    }
    expect([...seen].sort()).toEqual(['infeasible', 'optimal']);
  });

  it('a slow problem is not taken for one without a plan', () => {
    // linear costs: the residual stands on plateaus for hundreds of iterations
    const problem = randomNetwork({ nets_count: 50, seed: 1, squares_frac: 0 });
    const result = negotiateCohorts(problem, { ...cohortDefaults, tolerance_frac: 1e-4, iterations_max_count: 1200, memory_count: 0 });
    expect(result.status).toBe('iteration-limit');
    expect(isProvenInfeasible(problem, result.checkpoint)).toBe(false);
  });
});

describe('the run', () => {
  const problem = randomNetwork({ nets_count: 40, seed: 5 });
  const whole = negotiateCohorts(problem);

  it('goes on from a checkpoint with the same bits', () => {
    let count = 0;
    const first = negotiateCohorts(problem, cohortDefaults, { shouldStop: () => ++count === 37 });
    expect(first.status).toBe('stopped');
    // the third cycle of 16 ends
    expect(first.iterations_count).toBe(48);
    const second = negotiateCohorts(problem, cohortDefaults, { resume: structuredClone(first.checkpoint) });
    expect(second.status).toBe('agreed');
    expect(second.checkpoint).toEqual(whole.checkpoint);
    expect(second.price_cur_per_kWh).toEqual(whole.price_cur_per_kWh);
  });

  it('refuses the checkpoint of another problem', () => {
    const other: Checkpoint = {
      ...emptyState(randomNetwork({ nets_count: 5, seed: 1 })),
      iterations_count: 0,
      rho: 1,
      rhoFirst: 1,
      jumps_count: 0,
      firstStep_kW: 0,
      residuals_kW: new Float64Array(),
    };
    expect(() => negotiateCohorts(problem, cohortDefaults, { resume: other })).toThrow(InputError);
    expect(() => negotiateCohorts(problem, { ...cohortDefaults, relaxation: 2 })).toThrow('[COHORT_OPTIONS]');
  });

  it('starts again from a neighbour’s answer in fewer iterations', () => {
    // one load is 10 % larger
    const changed: CohortProblem = {
      ...problem,
      cohorts: problem.cohorts.map((cohort) =>
        cohort.form === fixed ? { ...cohort, values: [cohort.values[0].map((value, k) => (k < 24 ? 1.1 * value : value))] } : cohort,
      ),
    };
    const warm = negotiateCohorts(changed, cohortDefaults, {
      resume: { ...structuredClone(whole.checkpoint), iterations_count: 0, residuals_kW: new Float64Array() },
    });
    expect(warm.status).toBe('agreed');
    expect(warm.iterations_count).toBeLessThan(whole.iterations_count / 2);
  });

  it('does not depend on the first ρ by more than the balancing can repair', () => {
    for (const rho of [0.003, 30]) {
      const result = negotiateCohorts(problem, { ...cohortDefaults, rho });
      expect(result.status).toBe('agreed');
      expect(Math.abs(result.bound_cur - whole.bound_cur) / whole.bound_cur).toBeLessThan(2e-3);
    }
  });
});

describe('bad input', () => {
  const spec: CohortSpec = { name: 'line', form: transfer, nets: Int32Array.of(0, 1), values: { capacity_kW: Float64Array.of(3) } };
  const build = (changed: Partial<CohortSpec>) => () => buildCohortProblem({ steps_count: 2, dt_h: 1 }, 2, [{ ...spec, ...changed }]);

  it('is named with its place', () => {
    expect(build({ nets: Int32Array.of(0, 2) })).toThrow('There is no net 2 (line, terminal 1)');
    expect(build({ values: {} })).toThrow('[COHORT_SHAPE]');
    expect(build({ values: { capacity_kW: Float64Array.of(-1) } })).toThrow('(line, device 0)');
    expect(build({ values: { capacity_kW: Float64Array.of(Number.NaN) } })).toThrow('[COHORT_VALUE]');
    expect(() => buildCohortProblem({ steps_count: 0, dt_h: 1 }, 2, [spec])).toThrow('[COHORT_SHAPE]');
    const source = { ...specOfSource(3, 2) };
    expect(() => buildCohortProblem({ steps_count: 2, dt_h: 1 }, 1, [source])).toThrow('p_min_kW 3 is above p_max_kW 2');
  });

  it('leaves a problem without devices, or with an empty net, in peace', () => {
    expect(negotiateCohorts(buildCohortProblem({ steps_count: 2, dt_h: 1 }, 3, [])).status).toBe('agreed');
    const idle = buildCohortProblem({ steps_count: 2, dt_h: 1 }, 3, [spec]);
    expect(negotiateCohorts(idle).status).toBe('agreed');
  });
});

function specOfSource(low: number, high: number): CohortSpec {
  const one = (value: number) => Float64Array.of(value);
  return {
    name: 'source',
    form: ramped,
    nets: Int32Array.of(0),
    values: { p_min_kW: one(low), p_max_kW: one(high), cost_cur_per_kW2h: one(1), cost_cur_per_kWh: one(0), ramp_kW_per_h: one(1) },
  };
}
