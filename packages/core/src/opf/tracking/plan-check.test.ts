import { describe, expect, it } from 'vitest';
import { newton } from '../../powerflows/newton/newton.ts';
import { pointOf, preparePlanCheck } from './plan-check.ts';
import { feederOfAgents, stepOfAgents } from './testing/agents.ts';
import { track } from './track.ts';

describe('a plan of set-points', () => {
  const feeder = feederOfAgents({ v_min_pu: 0.95, rating_kVA: 3000 });
  const step = stepOfAgents(12);
  const { resources, slack } = feeder;
  const even = { p_kW: Float64Array.from(resources, () => 20), q_kvar: Float64Array.from(resources, () => 10) };

  it('is told what an ordinary power flow says, limits included', () => {
    const point = pointOf(feeder);
    point.p_kW.set(step.p_fixed_kW);
    point.q_kvar.set(step.q_fixed_kvar);
    for (const { bus } of resources) {
      point.p_kW[bus] += 20;
      point.q_kvar[bus] += 10;
    }
    const flow = newton.prepare(feeder.network, point).solve(point);
    const check = preparePlanCheck(feeder).check(step, even);
    expect(check.converged).toBe(true);
    expect(check.p_pcc_kW).toBeCloseTo(flow.p_kW[slack], 3);
    expect(check.q_pcc_kvar).toBeCloseTo(flow.q_kvar[slack], 3);
    expect(check.p_pcc_kW).toBeCloseTo(check.loss_kW - step.p_fixed_kW.reduce((sum, p) => sum + p, 0) - 20 * resources.length, 6);
    expect(check.v_violation_max_pu).toBeCloseTo(0.95 - Math.min(...flow.v_pu), 6);
    expect(check.rating_violation_max_frac).toBeCloseTo(flow.loading_frac[0] - 1, 6);
    expect([check.pccShift_kVA, check.v_max_pu]).toEqual([0, 1]);
    expect(check.mismatch_max_kVA).toBeLessThan(1e-5);
  });

  it('meets a command after two passes that know nothing but the last import', () => {
    const plans = preparePlanCheck(feeder);
    const asked = { p_pcc_kW: 3300, q_pcc_kvar: 2000 };
    const missed: number[] = [];
    let plan = even;
    for (let pass = 0; pass < 4; pass++) {
      const { p_pcc_kW, q_pcc_kvar } = plans.check(step, plan);
      missed.push(Math.hypot(p_pcc_kW - asked.p_pcc_kW, q_pcc_kvar - asked.q_pcc_kvar));
      const share = 1 / resources.length;
      plan = {
        p_kW: plan.p_kW.map((p) => p + share * (p_pcc_kW - asked.p_pcc_kW)),
        q_kvar: plan.q_kvar.map((q) => q + share * (q_pcc_kvar - asked.q_pcc_kvar)),
      };
    }
    expect(missed[0]).toBeGreaterThan(50);
    expect(missed[2]).toBeLessThan(0.02 * missed[0]);
    expect(missed[3]).toBeLessThan(0.002 * missed[0]);
  });

  it('is said not to converge where no voltages fit it', () => {
    const heavy = { ...even, p_kW: Float64Array.from(resources, () => -5e4) };
    expect(preparePlanCheck(feeder).check(step, heavy).converged).toBe(false);
    // And the next one is solved all the same.
    const plans = preparePlanCheck(feeder);
    plans.check(step, heavy);
    expect(plans.check(step, even).converged).toBe(true);
    expect(track(feederOfAgents(), step, { p_pcc_kW: 3300, q_pcc_kvar: 2000 }, {}, heavy).isSaturated).toBe(false);
  });
});
