import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../network/build.ts';
import type { Case } from '../network/network.ts';
import { newton } from '../powerflows/newton/newton.ts';
import { interiorPoint } from '../solvers/interior-point/interior-point.ts';
import { solveOpf } from './solve.ts';
import { feeder } from './testing/feeder.ts';

/** The feeder, and beside it two buses with a load that nothing connects to it. */
function withIsland(isSupplied: boolean): Case {
  const { network, operatingPoint: point, ...rest } = feeder();
  const [grid] = point.generators;
  return {
    ...rest,
    network: buildNetwork({
      ...network,
      buses: [...network.buses, ...['x', 'y'].map((id) => ({ id, v_base_kV: 10, v_min_pu: 0.9, v_max_pu: 1.1 }))],
      branches: [
        ...network.branches.map((branch) => ({ ...branch, from: network.buses[branch.from].id, to: network.buses[branch.to].id })),
        { id: 'xy', from: 'x', to: 'y', r_pu: 0.02, x_pu: 0.02 },
      ],
      shunts: [],
    }),
    operatingPoint: {
      ...point,
      p_kW: Float64Array.of(...point.p_kW, -100, 0),
      q_kvar: Float64Array.of(...point.q_kvar, -20, 0),
      generators: [...point.generators, { ...grid, id: 'diesel', bus: 7, inService: isSupplied, p_min_kW: 0 }],
      v_start_pu: Float64Array.of(...point.v_start_pu, 1, 1),
      angle_start_deg: new Float64Array(8),
    },
  };
}

describe.each(['ac', 'soc', 'dc', 'lindistflow'] as const)('islands by %s', (formulation) => {
  it('are solved without a slack, each with its own price of energy', async () => {
    const found = await solveOpf(withIsland(true), { solver: interiorPoint() }, { formulation });
    expect(found.status).toBe('optimal');
    expect(found.p_kW[3]).toBeGreaterThan(formulation === 'dc' ? 100 - 1e-3 : 100.05);
    expect(found.priceParts.energy_cur_per_kWh[7]).toBeCloseTo(found.price_cur_per_kWh[6], 9); // x, the first bus, is its reference
    expect(found.priceParts.loss_cur_per_kWh[6]).toBe(0);
    expect(found.priceParts.energy_cur_per_kWh[1]).toBeCloseTo(found.price_cur_per_kWh[0], 9);
  });

  it('are why there is no power flow check, and a note says so', async () => {
    const found = await solveOpf(withIsland(true), { solver: interiorPoint(), powerFlow: newton }, { formulation });
    expect(found.certificate.acCheck).toBeUndefined();
    expect(found.notes.join()).toMatch(/Not checked by a power flow: .*slack/);
  });

  it('are named when nothing supplies them', async () => {
    const found = await solveOpf(withIsland(false), { solver: interiorPoint() }, { formulation });
    expect(found.status).toBe('infeasible');
    expect(found.notes).toContain('Buses x, y are an island without a generator in service.');
    expect(found.conflict[0]).toMatch(/bus (x|y)/);
    expect(new Set(found.conflict).size).toBe(found.conflict.length);
    expect(found.price_cur_per_kWh.every(Number.isNaN)).toBe(true);
  });
});
