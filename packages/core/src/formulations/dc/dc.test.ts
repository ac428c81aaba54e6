import { describe, expect, it } from 'vitest';
import { CombinationError } from '../../base/errors.ts';
import { buildNetwork } from '../../network/build.ts';
import { readNetworkDocument } from '../../network/read-document.ts';
import { ieee118 } from '../../networks/ieee118/network.ts';
import { interiorPoint } from '../../solvers/interior-point/interior-point.ts';
import { blockOracle } from '../../solvers/oracle.ts';
import { formulationConformance } from '../conformance.ts';
import { acFlow, halfHours, wiresOf } from '../testing/feeders.ts';
import { dc } from './formulation.ts';

formulationConformance(dc);

const solver = await interiorPoint().prepare();
const grid = halfHours(1);

/** Three buses in a ring of equal reactances; the branch ab is rated. */
const ring = (s_max_kVA = Infinity, shift_deg = 0, x_pu = 0.1) =>
  buildNetwork({
    name: 'ring',
    s_base_kVA: 1000,
    buses: ['a', 'b', 'c'].map((id) => ({ id, v_base_kV: 10, v_min_pu: 0.9, v_max_pu: 1.1 })),
    branches: [
      { id: 'ab', from: 'a', to: 'b', r_pu: 0, x_pu, s_max_kVA, shift_deg },
      { id: 'bc', from: 'b', to: 'c', r_pu: 0, x_pu: 0.1 },
      { id: 'ac', from: 'a', to: 'c', r_pu: 0, x_pu: 0.1 },
    ],
  });

describe('dc', () => {
  it('splits power over a ring by reactance: two thirds go the short way', () => {
    const formulated = dc.build(wiresOf(ring(), grid, { connected: [0, 1] }));
    const state = formulated.read(formulated.complete(Float64Array.of(0, 0, 300, 0)));
    expect([...state.p_branch_kW]).toEqual([200, -100, 100].map((v) => expect.closeTo(v, 9)));
  });

  it('a phase shift drives a circular flow: 3° around 0.3 pu', () => {
    const formulated = dc.build(wiresOf(ring(Infinity, 3), grid, { connected: [0, 1] }));
    const state = formulated.read(formulated.complete(new Float64Array(4)));
    const circular_kW = (1000 * 3 * Math.PI) / 180 / 0.3;
    expect([...state.p_branch_kW]).toEqual([-circular_kW, -circular_kW, circular_kW].map((v) => expect.closeTo(v, 9)));
  });

  it('a full branch in a ring splits prices by its distribution factors', () => {
    // The root sells at 0.2, c at 0.3; b takes 300 kW for 1. Rated at 150 kW, ab carries 2/3 of what the root and 1/3 of
    // what c gives: root 150, c 150. The price at b is 2·0.3 − 0.2.
    const wires = wiresOf(ring(150), grid, { connected: [0, 1, 2], s_connected_kVA: Float64Array.of(5000, 300, 5000) });
    const { block, balanceRow } = dc.build(wires);
    const oracle = blockOracle(block, grid.dt_h, solver, { tolerance_frac: 1e-12 });
    const rho = 1e-7;
    const want = Float64Array.of(0.2, 0, 1, 0, 0.3, 0).map((price) => (price * grid.dt_h) / rho);
    const out = new Float64Array(6);
    oracle.prox(want, new Float64Array(6).fill(rho), out);
    expect([out[0], out[2], out[4]]).toEqual([-150, 300, -150].map((v) => expect.closeTo(v, 2)));
    const price = (b: number): number => oracle.rowDual()[balanceRow[b]] / grid.dt_h;
    expect([price(0), price(1), price(2)]).toEqual([0.2, 0.4, 0.3].map((v) => expect.closeTo(v, 3)));
  });

  it('is near the AC power flow where resistances and loads are small', () => {
    const network = ring();
    const p_kW = Float64Array.of(0, -30, -50);
    const wires = wiresOf(network, grid, { connected: [0], p_fixed_kW: p_kW });
    const formulated = dc.build(wires);
    const state = formulated.read(formulated.complete(new Float64Array(2)));
    const ac = acFlow(network, p_kW, new Float64Array(3), 1);
    state.p_branch_kW.forEach((flow, l) => expect(Math.abs(flow - ac.p_from_kW[l])).toBeLessThan(0.01));
  });

  it('takes a transmission network with loops', () => {
    const { network } = readNetworkDocument(ieee118.document);
    const { block } = dc.build(wiresOf(network, grid, { slack: 68, connected: [68, 0] }));
    expect(block.ports).toHaveLength(4);
  });

  it('refuses branches without reactance and buses without supply, with a cure', () => {
    const refusal = (network: ReturnType<typeof ring>): CombinationError => {
      try {
        dc.build(wiresOf(network, grid));
      } catch (error) {
        return error as CombinationError;
      }
      throw new Error('was not refused');
    };
    const full = ring();
    const without = refusal({ ...full, branches: full.branches.map((l) => (l.id === 'bc' ? { ...l, x_pu: 0 } : l)) });
    expect(without).toBeInstanceOf(CombinationError);
    expect(without.message).toContain('"bc"');
    const island = refusal({ ...full, branches: full.branches.map((l) => ({ ...l, inService: l.id === 'ab' })) });
    expect(island.message).toContain('"c"');
    expect(island.hint).toMatch(/Close a branch/);
  });
});
