import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { interiorPoint } from '../solvers/interior-point/interior-point.ts';
import { balancePlan } from './balance-plan.ts';
import { centralProgram } from './central.ts';
import { available } from './forms/available.ts';
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
    const plan = balancePlan(problem, checkpoint, checkpoint.price_cur_per_kWh);
    expect(plan.stepsMissed_count).toBe(0);
    expect(plan.imbalance_max_kW).toBeLessThan(1e-11);
    expect(outside(problem, plan.power_kW)).toBeLessThan(1e-6);
    expect(checkpoint.power_kW).toEqual(before);
  });

  it('finds none where there is none', () => {
    const problem = randomNetwork({ nets_count: 30, seed: 1, capacity_frac: 0.1 });
    const result = negotiateCohorts(problem, { ...cohortDefaults, iterations_max_count: 100 });
    expect(balancePlan(problem, result.checkpoint, result.price_cur_per_kWh).stepsMissed_count).toBeGreaterThan(0);
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

  const atPrice = (price: number): Float64Array => new Float64Array(3).fill(price);

  it('moves whoever costs least at the prices', () => {
    const problem = buildCohortProblem({ steps_count: 1, dt_h: 1 }, 3, specs(5));
    for (const price of [0.9, 1, 1.5]) {
      const plan = balancePlan(problem, stateOf(problem, -4, -6, 6, 3, -3, 6, -3), atPrice(price));
      expect([...plan.power_kW]).toEqual([-4, -7, 7, 4, -4, 7, -3]);
      expect(plan).toMatchObject({ stepsMissed_count: 0, imbalance_max_kW: 0 });
    }
  });

  it('moves others where that is not enough: a market at its limit leaves it to the load', () => {
    const small = specs(5).map((spec) => (spec.name === 'market' ? { ...spec, values: { ...spec.values, p_max_kW: one(6) } } : spec));
    const problem = buildCohortProblem({ steps_count: 1, dt_h: 1 }, 3, small);
    const plan = balancePlan(problem, stateOf(problem, -4, -6, 6, 3, -3, 6, -3), atPrice(1));
    [-4, -6, 6, 4, -4, 6, -2].forEach((power, k) => expect(plan.power_kW[k]).toBeCloseTo(power, 12));
  });

  it('finds another price behind a line that is full', () => {
    // net 2 has its own source, dearer than the market; only 2.5 fit through its line
    const dear: CohortSpec = {
      name: 'dear',
      form: available,
      nets: Int32Array.of(2),
      values: { p_available_kW: one(5), cost_cur_per_kWh: one(3) },
    };
    const problem = buildCohortProblem({ steps_count: 1, dt_h: 1 }, 3, [...specs(2.5), dear]);
    const plan = balancePlan(problem, stateOf(problem, -4, -6, 6, 2, -2, 6, -3, 0), atPrice(1));
    [-4, -5.5, 5.5, 2.5, -2.5, 5.5, -3, 1.5].forEach((power, k) => expect(plan.power_kW[k]).toBeCloseTo(power, 12));
  });

  it('gives the optimum where nothing ties steps together, whatever plans it starts from', async () => {
    const random = randomStream(7, 'merit');
    for (let run = 0; run < 40; run++) {
      const nets_count = 6;
      const drawn = (count: number, low: number, high: number) => Float64Array.from({ length: count }, () => random.between(low, high));
      const nets = Int32Array.from({ length: nets_count }, (_, n) => n);
      const tree = Int32Array.from({ length: 2 * (nets_count - 1) }, (_, k) =>
        k % 2 === 0 ? (k >> 1) + 1 : Math.floor(random.between(0, (k >> 1) + 1)),
      );
      const problem = buildCohortProblem({ steps_count: 1, dt_h: 1 }, nets_count, [
        { name: 'line', form: transfer, nets: tree, values: { capacity_kW: drawn(nets_count - 1, 1, 6) } },
        {
          name: 'source',
          form: available,
          nets,
          values: { p_available_kW: drawn(nets_count, 0, 8), cost_cur_per_kWh: drawn(nets_count, 1, 2) },
        },
        {
          name: 'short',
          form: curtailed,
          nets,
          values: { p_load_kW: drawn(nets_count, 0, 5), short_cur_per_kWh: drawn(nets_count, 3, 4) },
        },
      ]);
      const plan = balancePlan(problem, emptyState(problem), new Float64Array(nets_count).fill(1.5));
      const optimum = (await interiorPoint().prepare()).solve(centralProgram(problem).program, { tolerance_frac: 1e-9 });
      expect(plan.stepsMissed_count).toBe(0);
      const cost = problem.cohorts.reduce(
        (sum, { form, values, devices_count, firstTerminal }) =>
          sum +
          Array.from({ length: devices_count }, (_, i) =>
            form.cost(values, i, problem, plan.power_kW, firstTerminal + i * form.terminals_count),
          ).reduce((a, b) => a + b, 0),
        0,
      );
      // between two rungs powers move in proportion: at most a rung apart from the optimum
      expect(cost).toBeGreaterThan(optimum.objective * (1 - 1e-7) - 1e-7);
      expect(cost).toBeLessThan(optimum.objective * 1.05 + 1e-6);
    }
  });

  it('misses a step on which a line is too small', () => {
    const problem = buildCohortProblem({ steps_count: 1, dt_h: 1 }, 3, specs(3.5));
    const plan = balancePlan(problem, stateOf(problem, -4, -6, 6, 3, -3, 6, -3), atPrice(1));
    expect(plan).toMatchObject({ stepsMissed_count: 1, imbalance_max_kW: 1 });
  });
});
