import { describe, expect, it } from 'vitest';
import { newton } from '../../powerflows/newton/newton.ts';
import { interiorPoint } from '../../solvers/interior-point/interior-point.ts';
import { solveOpf } from '../solve.ts';
import { preparePlanCheck } from './plan-check.ts';
import type { RegulatedStep } from './question.ts';
import { box, caseOf, feederOfAgents, stepOfAgents } from './testing/agents.ts';
import { track } from './track.ts';

/** Rating by resource; all can be off, none takes more than a little. */
const feeder = feederOfAgents();
const step: RegulatedStep = {
  ...stepOfAgents(15),
  regions: feeder.resources.map((_, d) => box(d === 0 ? -50 : 0, 60, 100)),
};

/** min |p_pcc − p*| as a piecewise-linear cost of the unit at the point of common coupling. */
async function relaxed(p_kW: number) {
  const value = caseOf(feeder, step);
  const [pcc, ...others] = value.operatingPoint.generators;
  const cost = { kind: 'piecewise-linear', p_kW: [0, p_kW, 9000], cost_cur_per_h: [p_kW, 0, 9000 - p_kW] } as const;
  const generators = [{ ...pcc, p_min_kW: 0, p_max_kW: 9000, cost }, ...others];
  const found = await solveOpf(
    { ...value, operatingPoint: { ...value.operatingPoint, generators } },
    { solver: interiorPoint(), powerFlow: newton },
    { formulation: 'soc', recover: false },
  );
  const { p_kW: p, q_kvar: q } = found;
  const check = preparePlanCheck(feeder).check(step, { p_kW: p.slice(1), q_kvar: q.slice(1) });
  return { found, check };
}

describe('the second-order cone relaxation asked to track', () => {
  it('"meets" a command beyond reach by losses that no flow causes, where AC says what the edge is', async () => {
    const command = { p_pcc_kW: 4600, q_pcc_kvar: 2400 };
    const { found, check } = await relaxed(command.p_pcc_kW);
    expect(found.status).toBe('optimal');
    expect(found.objective_cur_per_h).toBeLessThan(0.01);
    expect(found.p_kW[0]).toBeCloseTo(command.p_pcc_kW, 1);
    const { isExact, inventedLoss_kW } = found.certificate.relaxation ?? { isExact: true, inventedLoss_kW: 0 };
    expect(isExact).toBe(false);
    // What the set-points really import: all of the difference was invented.
    const missing = command.p_pcc_kW - check.p_pcc_kW;
    expect(inventedLoss_kW).toBeGreaterThan(300);
    expect(missing).toBeGreaterThan(300);
    const honest = track(feeder, step, command, { reactiveWeight: 1e-6 });
    expect(honest.isSaturated).toBe(true);
    expect(honest.granted.p_pcc_kW).toBeGreaterThan(check.p_pcc_kW);
    expect(honest.granted.p_pcc_kW).toBeLessThan(command.p_pcc_kW - 250);
    expect(honest.certificate.acCheck.p_pcc_kW).toBe(honest.granted.p_pcc_kW);
  });

  it('invents losses even where the command could be met', async () => {
    const reachable = track(feeder, step, { p_pcc_kW: 3600, q_pcc_kvar: 2400 });
    expect(reachable.isSaturated).toBe(false);
    const { found, check } = await relaxed(3600);
    expect(found.certificate.relaxation?.inventedLoss_kW).toBeGreaterThan(20);
    expect(Math.abs(check.p_pcc_kW - 3600)).toBeGreaterThan(20);
    expect(Math.abs(reachable.granted.p_pcc_kW - 3600)).toBeLessThan(1e-3);
  });
});
