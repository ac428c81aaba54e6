import { describe, expect, it } from 'vitest';
import { interiorPoint } from '../solvers/interior-point/interior-point.ts';
import { centralProgram } from './central.ts';
import { type FeederGraph, joinFeeders } from './joined-feeders.ts';
import { cohortDefaults, negotiateCohorts } from './negotiate.ts';

/** A line 0 – 1 – 2 with a branch 1 – 3 whose rating is known. */
const small: FeederGraph = {
  name: 'small',
  root: 0,
  load_kW: Float64Array.of(0, 10, 20, 5),
  lines: Int32Array.of(0, 1, 2, 1, 1, 3),
  capacity_kW: Float64Array.of(Infinity, Infinity, 40),
};
const other: FeederGraph = { ...small, name: 'other', load_kW: Float64Array.of(0, 30, 0, 10) };

describe('joinFeeders', () => {
  it('copies feeders in turn until there are enough nets, and ties them into one', () => {
    const problem = joinFeeders([small, other], { nets_count: 10, seed: 2 });
    expect(problem.nets_count).toBe(12);
    const cohort = (name: string) => problem.cohorts.find((each) => each.name === name);
    expect(cohort('line')?.devices_count).toBe(9);
    expect(cohort('source')?.devices_count).toBe(3);
    // a tree over three copies, two ties on each of its edges: 0.3 and 0.1 of the smaller feeder, 35
    expect([...(cohort('tie')?.values[0] ?? [])].map((value) => Math.round(10 * value) / 10)).toEqual([10.5, 3.5, 10.5, 3.5]);
    // half as much again as what hangs behind: 35, then 20; the rating of the third
    expect([...(cohort('line')?.values[0] ?? [])].slice(0, 3)).toEqual([52.5, 30, 40]);
    expect(joinFeeders([small, other], { nets_count: 10, seed: 2 }).cohorts).toEqual(problem.cohorts);
  });

  it('gives a problem that negotiation solves as the central solver does', async () => {
    const problem = joinFeeders([small, other], { nets_count: 10, seed: 1 });
    const solver = await interiorPoint().prepare();
    const optimum = solver.solve(centralProgram(problem).program, { tolerance_frac: 1e-8 });
    expect(optimum.status).toBe('optimal');
    const result = negotiateCohorts(problem, { ...cohortDefaults, rho: 0.03, tolerance_frac: 1e-4 });
    expect(result.status).toBe('agreed');
    expect(Math.abs(result.cost_cur / optimum.objective - 1)).toBeLessThan(2e-3);
    expect(result.bound_cur).toBeLessThan(optimum.objective * (1 + 1e-7));
    expect(result.bound_cur).toBeGreaterThan(optimum.objective * (1 - 2e-3));
    expect(result.relaxed_kWh).toBeLessThan(1e-6);
    expect(result.balanced?.cost_cur).toBeGreaterThan(optimum.objective * (1 - 1e-7));
    expect(result.balanced?.gap_frac).toBeLessThan(0.01);
  });

  it('says what is wrong with a feeder', () => {
    const torn = { ...small, lines: Int32Array.of(0, 1), capacity_kW: Float64Array.of(Infinity) };
    expect(() => joinFeeders([torn], { nets_count: 4, seed: 1 })).toThrow('2 of 4 nets are not connected to the substation (small)');
    expect(() => joinFeeders([], { nets_count: 4, seed: 1 })).toThrow('[COHORT_FEEDER]');
  });
});
