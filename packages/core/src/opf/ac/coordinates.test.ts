import { describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import type { Case } from '../../network/network.ts';
import { newton } from '../../powerflows/newton/newton.ts';
import { interiorPoint } from '../../solvers/interior-point/interior-point.ts';
import { certify } from '../../solvers/nonlinear/certificate.ts';
import { derivativeErrors } from '../../solvers/nonlinear/testing/derivatives.ts';
import { AcProblem } from '../ac-problem.ts';
import { buildOpfModel } from '../model.ts';
import type { OpfOptions } from '../settings.ts';
import { solveOpf } from '../solve.ts';
import { linear, lines, ring } from '../testing/ring.ts';
import { AcSolver } from './coordinates.ts';
import { PolarVoltages } from './polar.ts';
import { RectangularVoltages } from './rectangular.ts';

const services = { solver: interiorPoint(), powerFlow: newton };
const rich = (): Case =>
  ring({
    rating_kVA: 500,
    angle_max_deg: 5,
    shift_deg: 10,
    costs: [{ kind: 'polynomial', coefficients: [1e-9, 1e-5, 0.02, 3] }, lines],
  });

/** The ring with a bus whose voltage is held, and a branch whose angle is. */
function held(): Case {
  const value = ring({ angle_max_deg: 20 });
  const { network } = value;
  return {
    ...value,
    network: {
      ...network,
      buses: network.buses.map((bus, b) => (b === 1 ? { ...bus, v_min_pu: 1.01, v_max_pu: 1.01 } : bus)),
      branches: network.branches.map((branch) => (branch.id === 'bc' ? { ...branch, angle_min_deg: 2.5, angle_max_deg: 2.5 } : branch)),
    },
  };
}

describe('coordinates of AC problems', () => {
  const forms = [PolarVoltages, RectangularVoltages] as const;
  it.each([
    ['cost', 'apparent', rich()],
    ['loss', 'apparent', rich()],
    ['cost', 'current', rich()],
    ['cost', 'apparent', held()],
  ] as const)('have exact derivatives: %s, %s', (objective, limits, value) => {
    for (const Voltages of forms) {
      const random = randomStream(7);
      const model = buildOpfModel(value);
      const problem = new AcProblem(model, { objective, limits }, new Voltages(model));
      for (let trial = 0; trial < 5; trial++) {
        const some = (n: number, low: number, high: number) => Float64Array.from({ length: n }, () => random.between(low, high));
        const x = some(problem.variables_count, 0.7, 1.2);
        for (let b = 0; b < 3; b++) x[b] = random.between(-0.5, 0.5);
        const errors = derivativeErrors(problem, x, some(problem.equalities_count, -2, 2), some(problem.inequalities_count, -2, 2));
        expect(errors.gradient).toBeLessThan(1e-7);
        expect(errors.jacobian).toBeLessThan(1e-7);
        expect(errors.hessian).toBeLessThan(1e-7);
      }
    }
  });

  it.each([
    ['free', ring(), {}],
    ['congested', ring({ rating_kVA: 420 }), {}],
    ['current', ring({ rating_kVA: 420 }), { limits: 'current' }],
    ['angle-limited', ring({ angle_max_deg: 1.5 }), {}],
    ['shifted, with lines as cost', ring({ shift_deg: 3, angle_max_deg: 8, rating_kVA: 700, costs: [lines, linear(0.06)] }), {}],
    ['loss', ring(), { objective: 'loss' }],
    ['lines', ring({ costs: [lines, linear(0.06)] }), {}],
    ['held voltage and angle', held(), {}],
  ] as const satisfies readonly (readonly [string, Case, OpfOptions])[])(
    'have the same optimum, multipliers and proof: %s',
    (_, value, options) => {
      const { objective = 'cost', limits = 'apparent' }: OpfOptions = options;
      const problem = new AcProblem(buildOpfModel(value), { objective, limits });
      const start = problem.start();
      const tolerance_frac = 1e-9;
      const polar = new AcSolver('polar').solve(problem, { start, tolerance_frac });
      const solver = new AcSolver('rectangular');
      const rectangular = solver.solve(problem, { start, tolerance_frac });
      expect([polar.status, rectangular.status]).toEqual(['optimal', 'optimal']);
      expect(rectangular.objective / polar.objective).toBeCloseTo(1, 8);
      const worst = (a: Float64Array, b: Float64Array) =>
        a.reduce((most, each, k) => Math.max(most, Math.abs(each - b[k]) / (1 + Math.abs(b[k]))), 0);
      expect(worst(rectangular.x.subarray(0, 6), polar.x.subarray(0, 6))).toBeLessThan(1e-4);
      expect(worst(rectangular.equalityDual, polar.equalityDual)).toBeLessThan(1e-4);
      expect(worst(rectangular.inequalityDual, polar.inequalityDual)).toBeLessThan(1e-3);
      expect(rectangular.certificate.primalResidual).toBeLessThan(1e-8);
      expect(rectangular.certificate.dualResidual).toBeLessThan(1e-7);
      expect(certify(problem, rectangular)).toMatchObject(rectangular.certificate);
      // A warm start goes to rectangular coordinates and back.
      const again = solver.solve(problem, { warmStart: polar, tolerance_frac });
      expect(again.status).toBe('optimal');
      expect(again.objective / polar.objective).toBeCloseTo(1, 8);
      expect(again.iterations_count).toBeLessThan(rectangular.iterations_count);
    },
  );

  it('name what is violated in the words of the model', async () => {
    for (const coordinates of ['polar', 'rectangular'] as const) {
      const found = await solveOpf(ring({ load_kW: 50_000 }), services, { coordinates });
      expect(found.status).toBe('infeasible');
      expect(found.conflict[0]).toMatch(/^(active|reactive) power balance of bus [abc]$/);
      // The phase shifter drives more around the ring than rating and angle limit of the branch allow.
      const shifted = await solveOpf(rich(), services, { coordinates });
      expect(shifted.status).toBe('infeasible');
      expect(shifted.conflict).toContain('angle limit of branch ac');
      expect(shifted.iterations_count).toBeLessThan(150);
    }
    const model = buildOpfModel(held());
    const { rows } = new RectangularVoltages(model);
    const names = [0, 1].map((i) => rows.equalityName(i));
    expect(names).toEqual(['voltage limits of bus b', 'angle limit of branch bc']);
    expect(rows.inequalityName(0)).toBe('voltage limits of bus c');
  });
});
