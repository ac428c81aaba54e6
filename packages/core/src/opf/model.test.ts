import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../network/build.ts';
import type { Case } from '../network/network.ts';
import { newton } from '../powerflows/newton/newton.ts';
import { interiorPoint } from '../solvers/interior-point/interior-point.ts';
import { buildOpfModel } from './model.ts';
import { solveOpf } from './solve.ts';
import { ring } from './testing/ring.ts';

/** The same ohms and watts, told on another power base. */
function onBase(value: Case, s_base_kVA: number): Case {
  const { network } = value;
  const k = s_base_kVA / network.s_base_kVA;
  const id = (b: number): string => network.buses[b].id;
  return {
    ...value,
    network: buildNetwork({
      ...network,
      s_base_kVA,
      branches: network.branches.map((x) => ({
        ...x,
        from: id(x.from),
        to: id(x.to),
        r_pu: x.r_pu * k,
        x_pu: x.x_pu * k,
        b_pu: x.b_pu / k,
      })),
      shunts: network.shunts.map((x) => ({ bus: id(x.bus), g_pu: x.g_pu / k, b_pu: x.b_pu / k })),
    }),
  };
}

describe('the model', () => {
  const given = { rating_kVA: 420, isOpen: true, isDoubled: true, shift_deg: 2, angle_max_deg: 25 };

  it.each(['ac', 'soc', 'dc', 'lindistflow'] as const)('gives the same answer on every power base: %s', async (formulation) => {
    const solve = (value: Case) => solveOpf(value, { solver: interiorPoint(), powerFlow: newton }, { formulation, start: 'case' });
    const usual = await solve(ring(given));
    for (const s_base_kVA of [1, 1e5, 1e8]) {
      const found = await solve(onBase(ring(given), s_base_kVA));
      expect(found.status).toBe('optimal');
      expect(found.objective_cur_per_h / usual.objective_cur_per_h).toBeCloseTo(1, 6);
      expect(found.loss_kW).toBeCloseTo(usual.loss_kW, 3);
      for (const b of [0, 1, 2]) {
        expect(found.price_cur_per_kWh[b]).toBeCloseTo(usual.price_cur_per_kWh[b], 6);
        expect(found.v_pu[b]).toBeCloseTo(usual.v_pu[b], 5);
        expect(found.angle_rad[b]).toBeCloseTo(usual.angle_rad[b], 5);
      }
    }
  });

  it('keeps the base of the network where powers are of an ordinary size', () => {
    expect(buildOpfModel(ring()).s_base_kVA).toBe(1000);
    expect(buildOpfModel(onBase(ring(), 50_000)).s_base_kVA).toBe(50_000);
    expect(buildOpfModel(onBase(ring(), 1e8)).s_base_kVA).toBe(1000);
    expect(buildOpfModel(onBase(ring(), 1)).s_base_kVA).toBe(1000);
  });
});
