import { beforeAll, describe, expect, it } from 'vitest';
import { newton } from '../powerflows/newton/newton.ts';
import type { TwoStage } from '../problem/two-stage.ts';
import type { ReadySolver } from '../solvers/contract.ts';
import { highs } from '../solvers/highs/highs.ts';
import { extensive } from '../strategies/extensive/strategy.ts';
import type { VoltVarCase } from './case.ts';
import { base, hoursOf, lossOnly } from './testing/hours.ts';
import { type VoltVarProblem, voltVarProblem } from './volt-var-problem.ts';

/** AC power flow of one period at a plan. */
function powerFlow(given: VoltVarCase, made: VoltVarProblem, x: Float64Array, y: Float64Array, u: Float64Array) {
  const { network, zone, zones_count, inverters, banks } = given;
  const p_kW = given.p_load_kW.map((p, bus) => -p * u[zone[bus]]);
  const q_kvar = given.q_load_kvar.map((q, bus) => -q * u[zone[bus]]);
  const reactive = made.reactive_kvar(y);
  inverters.forEach(({ bus, p_max_kW }, j) => {
    p_kW[bus] += p_max_kW * u[zones_count + zone[bus]];
    q_kvar[bus] += reactive[j];
  });
  const steps = made.steps(x);
  banks.forEach(({ bus, step_kvar }, c) => {
    q_kvar[bus] += steps[c] * step_kvar;
  });
  const v_tap_pu = given.taps_pu[made.taps(x)[0]];
  const { generators } = base.operatingPoint;
  const v_start_pu = new Float64Array(network.buses.length).fill(v_tap_pu);
  const point = {
    ...base.operatingPoint,
    p_kW,
    q_kvar,
    v_start_pu,
    generators: generators.map((each) => ({ ...each, v_set_pu: v_tap_pu })),
  };
  return newton.prepare(network, point).solve(point);
}

describe('volt/var in two stages', () => {
  let solver: ReadySolver;
  beforeAll(async () => void (solver = await highs().prepare()));

  it.each([
    ['evening', 1, 0],
    ['noon', 0.55, 1],
  ])('has the voltages and losses of an AC power flow: %s', (_name, load, sun) => {
    const given = hoursOf([load], [sun]);
    const made = voltVarProblem(given);
    const { forecast } = made.problem;
    const decision = extensive.decide(lossOnly(made), [{ probability: 1, support: forecast }], {}, { solver });
    expect(decision.status).toBe('optimal');
    const [{ y, shortfall }] = decision.outcomes;
    expect(shortfall).toBeLessThan(1e-6);
    const flow = powerFlow(given, made, decision.x, y, forecast);
    expect(flow.status).toBe('converged');
    const linear = made.voltages_pu(decision.x, y, forecast);
    flow.v_pu.forEach((v, bus) => {
      expect(Math.abs(v - linear[bus])).toBeLessThan(0.006);
      expect(v).toBeGreaterThan(given.v_min_pu - 0.006);
      expect(v).toBeLessThan(given.v_max_pu + 0.006);
    });
    const loss_kW = flow.p_kW.reduce((a, b) => a + b, 0);
    // tangents lie below the square; the linear flow has 1 pu everywhere and leaves out losses of losses
    expect(Math.abs(decision.cost / loss_kW - 1)).toBeLessThan(0.15);
  });

  it('improves on no volt/var at all, and fixing taps never helps', () => {
    const made = voltVarProblem(hoursOf([1], [0.2]));
    const problem = lossOnly(made);
    const decide = (limits: Partial<TwoStage>, first = problem.first): number =>
      extensive.decide({ ...problem, ...limits, first }, [{ probability: 1, support: problem.forecast }], {}, { solver }).cost;
    const free = decide({});
    const zero = problem.upper.map((value, j) => (problem.columnName(j).startsWith('q at') ? 0 : value));
    const still = problem.lower.map((value, j) => (problem.columnName(j).startsWith('q at') ? 0 : value));
    const noInverters = decide({ lower: still, upper: zero });
    expect(noInverters).toBeGreaterThan(free);
    const fixedUpper = problem.first.upper.map((value, j) => (/^tap (?!8 )/.test(problem.first.columnName(j)) ? 0 : value));
    expect(decide({}, { ...problem.first, upper: fixedUpper })).toBeGreaterThanOrEqual(free - 1e-6);
  });

  it('refuses what is no case: VOLT_VAR_INVALID', () => {
    const given = hoursOf([1], [0]);
    const run = (change: Partial<VoltVarCase>) => () => voltVarProblem({ ...given, ...change });
    expect(run({ load_frac: new Float64Array(2) })).toThrow('load_frac has 2 values, expected 3');
    expect(run({ taps_pu: [] })).toThrow('VOLT_VAR_INVALID');
    expect(run({ inverters: [{ bus: 3, p_max_kW: 5, s_max_kVA: 0 }] })).toThrow('has 0 kVA for 5 kW');
    expect(run({ banks: [{ bus: 99, step_kvar: 1, steps_count: 1 }] })).toThrow('no bus 99');
    expect(run({ tangents_count: 2 })).toThrow('2 tangents');
  });
});
