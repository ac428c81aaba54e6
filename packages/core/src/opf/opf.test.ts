import { describe, expect, it } from 'vitest';
import { CombinationError } from '../base/errors.ts';
import type { Case, GeneratorCost } from '../network/network.ts';
import { newton } from '../powerflows/newton/newton.ts';
import { interiorPoint } from '../solvers/interior-point/interior-point.ts';
import type { OpfOptions } from './settings.ts';
import { solveOpf } from './solve.ts';
import { linear, lines, quadratic, ring } from './testing/ring.ts';

const services = { solver: interiorPoint(), powerFlow: newton };
const solve = (value: Case, options: OpfOptions = {}) => solveOpf(value, services, options);

describe('optimal power flow', () => {
  it.each([
    ['free', {}],
    ['congested', { rating_kVA: 420 }],
    ['angle-limited', { angle_max_deg: 2 }],
    ['with lines as cost', { costs: [lines, linear(0.06)] as const }],
  ])('prices are the slopes of the optimal cost: %s', async (_, given) => {
    const at = async (load_kW: number, formulation: 'ac' | 'soc' | 'dc') =>
      (await solve(ring({ ...given, load_kW }), { formulation, tolerance_frac: 1e-9 })).objective_cur_per_h;
    for (const formulation of ['ac', 'soc', 'dc'] as const) {
      const found = await solve(ring(given), { formulation });
      expect(found.status).toBe('optimal');
      const slope = ((await at(901, formulation)) - (await at(899, formulation))) / 2;
      expect(found.price_cur_per_kWh[2]).toBeCloseTo(slope, 6);
      expect(found.price_cur_per_kWh[3]).toBeNaN();
    }
  });

  it('keeps every limit, of apparent power or of current', async () => {
    for (const limits of ['apparent', 'current'] as const) {
      const found = await solve(ring({ rating_kVA: 420 }), { limits });
      expect(found.status).toBe('optimal');
      const check = await flows(ring({ rating_kVA: 420 }), found);
      const use = Math.max(...check.map(({ s_kVA, v_pu }) => (limits === 'apparent' ? s_kVA : s_kVA / v_pu)));
      expect(use).toBeLessThan(420 * (1 + 1e-6));
      expect(use).toBeGreaterThan(420 * (1 - 1e-3));
    }
    const angle = await solve(ring({ angle_max_deg: 1.5 }));
    expect(((angle.angle_rad[0] - angle.angle_rad[2]) * 180) / Math.PI).toBeLessThan(1.5 + 1e-5);
  });

  it('agrees with a linear cost when a piecewise one has equal slopes', async () => {
    const straight: GeneratorCost = { kind: 'piecewise-linear', p_kW: [0, 100, 2000], cost_cur_per_h: [0, 5, 100] };
    const [a, b] = [await solve(ring({ costs: [straight, linear(0.06)] })), await solve(ring({ costs: [linear(0.05), linear(0.06)] }))];
    expect(a.objective_cur_per_h).toBeCloseTo(b.objective_cur_per_h, 9);
  });

  it('names the units between which power could go round for profit without end', async () => {
    const value = ring();
    const { generators } = value.operatingPoint;
    const endless = { ...generators[0]!, p_min_kW: Number.NEGATIVE_INFINITY, p_max_kW: Number.POSITIVE_INFINITY };
    const twins = [
      { ...endless, id: 'cheap', cost: linear(0.05) },
      { ...endless, id: 'dear', cost: linear(0.06) },
    ];
    const found = await solve({ ...value, operatingPoint: { ...value.operatingPoint, generators: [...twins, ...generators.slice(1)] } });
    expect(found.status).toBe('unbounded');
    expect(found.notes).toContain('The objective falls without end along the powers of cheap, dear.');
  });

  it('says what it cannot take', async () => {
    const concave: GeneratorCost = { kind: 'piecewise-linear', p_kW: [0, 100, 2000], cost_cur_per_h: [0, 10, 20] };
    const cubic: GeneratorCost = { kind: 'polynomial', coefficients: [1e-9, 0, 0, 0] };
    const code = async (value: Case, options: OpfOptions) => {
      try {
        await solve(value, options);
        return 'solved';
      } catch (error) {
        return error instanceof CombinationError ? error.code : error;
      }
    };
    expect(await code(ring({ costs: [concave, linear(1)] }), {})).toBe('OPF_COST_NOT_CONVEX');
    expect(await code(ring({ costs: [quadratic(-1, 1), linear(1)] }), { formulation: 'dc' })).toBe('OPF_COST_NOT_CONVEX');
    expect(await code(ring({ costs: [cubic, linear(1)] }), { formulation: 'dc' })).toBe('OPF_COST_DEGREE');
    expect(await code(ring(), { formulation: 'dc', objective: 'loss' })).toBe('OPF_DC_HAS_NO_LOSSES');
  });

  it('says infeasible with names, when nobody can serve the load', async () => {
    for (const formulation of ['ac', 'dc'] as const) {
      const found = await solve(ring({ load_kW: 50_000 }), { formulation });
      expect(found.status).toBe('infeasible');
      expect(found.conflict.length).toBeGreaterThan(0);
    }
  });

  it('starts from the case, and stops when asked', async () => {
    expect((await solve(ring(), { start: 'case' })).objective_cur_per_h).toBeCloseTo((await solve(ring())).objective_cur_per_h, 6);
    expect((await solve(ring(), { shouldStop: () => true })).status).toBe('stopped');
    const found = await solve(ring());
    expect([found.p_kW[2], found.q_kvar[2], found.cost_cur_per_h[2], found.v_pu[3]]).toEqual([0, 0, 0, 0]);
  });
});

/** Apparent power of branch ac and the voltage, at both ends. */
async function flows(value: Case, found: { p_kW: Float64Array; q_kvar: Float64Array; v_pu: Float64Array; angle_rad: Float64Array }) {
  const point = {
    ...value.operatingPoint,
    generators: value.operatingPoint.generators.map((x, d) => ({
      ...x,
      holdsVoltage: false,
      p_kW: found.p_kW[d],
      q_kvar: found.q_kvar[d],
    })),
    v_start_pu: found.v_pu,
    angle_start_deg: found.angle_rad.map((a) => (a * 180) / Math.PI),
  };
  const flow = newton.prepare(value.network, point).solve(point);
  return [
    { s_kVA: Math.hypot(flow.p_from_kW[1], flow.q_from_kvar[1]), v_pu: flow.v_pu[0] },
    { s_kVA: Math.hypot(flow.p_to_kW[1], flow.q_to_kvar[1]), v_pu: flow.v_pu[2] },
  ];
}
