import { describe, expect, it } from 'vitest';
import { balancePlan } from './balance-plan.ts';
import { curtailed } from './forms/curtailed.ts';
import { fixed } from './forms/fixed.ts';
import { traded } from './forms/traded.ts';
import { transfer } from './forms/transfer.ts';
import { type CohortState, emptyState, workspaceOf } from './iterate.ts';
import { cohortDefaults, negotiateCohorts } from './negotiate.ts';
import { buildCohortProblem, type CohortProblem, type CohortSpec } from './problem.ts';
import { randomNetwork } from './random-network.ts';

/** Largest distance of a device's plan from the nearest that keeps its limits: no cost stands against a weight of 1e9. */
function outside(problem: CohortProblem, power: Float64Array): number {
  const near = Float64Array.from(power);
  const work = workspaceOf(problem);
  for (const { form, values, devices_count, firstTerminal } of problem.cohorts) {
    form.prox(values, 0, devices_count, problem, 1e9, near, firstTerminal * problem.steps_count, work);
  }
  return near.reduce((most, p, k) => Math.max(most, Math.abs(p - power[k])), 0);
}

describe('balancePlan', () => {
  it.each([
    { nets_count: 40, seed: 1 },
    { nets_count: 40, seed: 1, squares_frac: 0 },
    { nets_count: 200, seed: 1, capacity_frac: 0.35 },
  ])('of a negotiation balances every net and keeps every limit: %o', (options) => {
    const problem = randomNetwork(options);
    const { checkpoint, last } = negotiateCohorts(problem);
    expect(last.imbalance_max_kW).toBeGreaterThan(0.01);
    expect(outside(problem, checkpoint.power_kW)).toBeLessThan(1e-6);
    const before = Float64Array.from(checkpoint.power_kW);
    const plan = balancePlan(problem, checkpoint);
    expect(plan.stepsMissed_count).toBe(0);
    expect(plan.imbalance_max_kW).toBeLessThan(1e-11);
    expect(outside(problem, plan.power_kW)).toBeLessThan(1e-6);
    expect(checkpoint.power_kW).toEqual(before);
  });

  it('finds none where there is none', () => {
    const problem = randomNetwork({ nets_count: 30, seed: 1, capacity_frac: 0.1 });
    const result = negotiateCohorts(problem, { ...cohortDefaults, iterations_max_count: 100 });
    expect(balancePlan(problem, result.checkpoint).stepsMissed_count).toBeGreaterThan(0);
    expect(result.balanced).toBeUndefined();
  });

  // a load of 4 at net 2, a line from 0 to 1 and one from 2 to 1, a market at net 0 and a load of 3 that may fall short at net 1
  const one = (value: number): Float64Array => Float64Array.of(value);
  const specs = (capacity_kW: number): CohortSpec[] => [
    { name: 'load', form: fixed, nets: Int32Array.of(2), values: { p_load_kW: one(4) } },
    { name: 'line', form: transfer, nets: Int32Array.of(0, 1, 2, 1), values: { capacity_kW: Float64Array.of(10, capacity_kW) } },
    {
      name: 'market',
      form: traded,
      nets: Int32Array.of(0),
      values: { price_cur_per_kWh: one(1), fee_cur_per_kWh: one(0), p_max_kW: one(20) },
    },
    { name: 'short', form: curtailed, nets: Int32Array.of(1), values: { p_load_kW: one(3), short_cur_per_kWh: one(5) } },
  ];
  /** Plans in the order load, line (0, 1), line (2, 1), market, short. */
  const stateOf = (problem: CohortProblem, ...power: number[]): CohortState => ({
    ...emptyState(problem),
    power_kW: Float64Array.from(power),
  });

  it('moves only who is clear of limits where that is enough', () => {
    const problem = buildCohortProblem({ steps_count: 1, dt_h: 1 }, 3, specs(5));
    const plan = balancePlan(problem, stateOf(problem, -4, -6, 6, 3, -3, 6, -3));
    expect([...plan.power_kW]).toEqual([-4, -7, 7, 4, -4, 7, -3]);
    expect(plan).toMatchObject({ stepsMissed_count: 0, imbalance_max_kW: 0 });
  });

  it('moves the others where it is not: a market at its limit leaves it to the load', () => {
    const small = specs(5).map((spec) => (spec.name === 'market' ? { ...spec, values: { ...spec.values, p_max_kW: one(6) } } : spec));
    const problem = buildCohortProblem({ steps_count: 1, dt_h: 1 }, 3, small);
    const plan = balancePlan(problem, stateOf(problem, -4, -6, 6, 3, -3, 6, -3));
    expect([...plan.power_kW]).toEqual([-4, -6, 6, 4, -4, 6, -2]);
  });

  it('misses a step on which a line is too small', () => {
    const problem = buildCohortProblem({ steps_count: 1, dt_h: 1 }, 3, specs(3.5));
    const plan = balancePlan(problem, stateOf(problem, -4, -6, 6, 3, -3, 6, -3));
    expect(plan).toMatchObject({ stepsMissed_count: 1, imbalance_max_kW: 1 });
  });
});
