import { describe, expect, it } from 'vitest';
import { CombinationError } from '../../base/errors.ts';
import { buildNetwork } from '../../network/build.ts';
import type { Network } from '../../network/network.ts';
import { interiorPoint } from '../../solvers/interior-point/interior-point.ts';
import { blockOracle } from '../../solvers/oracle.ts';
import { oracleFor } from '../../solvers/reduced-oracle.ts';
import { formulationConformance } from '../conformance.ts';
import type { Wires } from '../contract.ts';
import { halfHours, wiresOf } from '../testing/feeders.ts';
import { lindistflow } from './formulation.ts';

formulationConformance(lindistflow);

const solver = await interiorPoint().prepare();
const grid = halfHours(1);

/** root – a – b, and a – c; 1 MVA base, 10 kV. */
function smallFeeder(given: { s_max_kVA?: number; v_min_pu?: number; v_max_pu?: number; extra?: readonly [string, string] } = {}): Network {
  const { s_max_kVA = Infinity, v_min_pu = 0.9, v_max_pu = 1.1, extra } = given;
  const line = (id: string, from: string, to: string, rating = Infinity) => ({ id, from, to, r_pu: 0.02, x_pu: 0.01, s_max_kVA: rating });
  return buildNetwork({
    name: 'small',
    s_base_kVA: 1000,
    buses: ['root', 'a', 'b', 'c'].map((id) => ({ id, v_base_kV: 10, v_min_pu, v_max_pu })),
    branches: [line('ra', 'root', 'a'), line('ab', 'a', 'b', s_max_kVA), line('ac', 'a', 'c'), ...(extra ? [line('extra', ...extra)] : [])],
  });
}

/** The wires' answer when everybody is offered a price: ports by bus, balance prices by bus. */
function market(wires: Wires, price_cur_per_kWh: readonly number[], rho = 1e-7) {
  const { block, balanceRow } = lindistflow.build(wires);
  const oracle = blockOracle(block, wires.grid.dt_h, solver, { tolerance_frac: 1e-12 });
  const v = Float64Array.from({ length: 2 * price_cur_per_kWh.length }, (_, i) =>
    i % 2 ? 0 : (price_cur_per_kWh[i / 2] * wires.grid.dt_h) / rho,
  );
  // Reactive power is held at zero by a heavy weight, but for the root's, which balances.
  const weights = v.map((_, i) => (i % 2 && i > 1 ? 1e3 : rho));
  const out = new Float64Array(v.length);
  const feasible = oracle.prox(v, weights, out);
  const dual = oracle.rowDual();
  return {
    feasible,
    p_kW: price_cur_per_kWh.map((_, k) => out[2 * k]),
    priceAt: (b: number) => dual[balanceRow[b]] / wires.grid.dt_h,
    ports: out,
  };
}

describe('lindistflow refuses', () => {
  const refusal = (network: Network): CombinationError => {
    try {
      lindistflow.build(wiresOf(network, grid));
    } catch (error) {
      expect(error).toBeInstanceOf(CombinationError);
      return error as CombinationError;
    }
    throw new Error('was not refused');
  };

  it('meshed networks, naming a loop and what to do', () => {
    const error = refusal(smallFeeder({ extra: ['b', 'c'] }));
    expect(error.code).toBe('FORMULATION_CANNOT');
    expect(error.message).toMatch(/1 loop/);
    expect(error.message).toMatch(/branch "(ab|ac|extra)"/);
    expect(error.hint).toMatch(/copper-plate/);
  });

  it('two branches side by side', () => {
    expect(refusal(smallFeeder({ extra: ['a', 'b'] })).code).toBe('FORMULATION_CANNOT');
  });

  it('a bus without supply, naming it and what to do', () => {
    const full = smallFeeder();
    const error = refusal({ ...full, branches: full.branches.map((l) => (l.id === 'ac' ? { ...l, inService: false } : l)) });
    expect(error.code).toBe('FORMULATION_CANNOT');
    expect(error.message).toContain('"c"');
    expect(error.hint).toMatch(/Close a branch/);
  });
});

describe('limits of lindistflow', () => {
  const network = smallFeeder({ s_max_kVA: 200 });
  const wires = wiresOf(network, grid, { connected: [0, 2, 3], s_connected_kVA: Float64Array.of(5000, 1000, 300) });

  it('a line rating binds, and the price splits there', () => {
    // b pays 0.5, the root and c sell at 0.2: as much flows to b as the line takes.
    const { p_kW, priceAt } = market(wires, [0.2, 0.5, 0.2]);
    expect(p_kW[1]).toBeGreaterThan(195);
    expect(p_kW[1]).toBeLessThanOrEqual(200 + 1e-6);
    expect(priceAt(1)).toBeCloseTo(0.2, 3);
    expect(priceAt(2)).toBeCloseTo(0.5, 3);
  });

  it('a voltage limit binds, and the price splits there', () => {
    const weak = wiresOf(smallFeeder({ v_min_pu: 0.99 }), grid, {
      connected: [0, 2, 3],
      s_connected_kVA: Float64Array.of(5000, 5000, 300),
    });
    const { p_kW, priceAt, ports } = market(weak, [0.2, 0.5, 0.2]);
    const { v_pu } = lindistflow.build(weak).read(ports);
    expect(v_pu[2]).toBeCloseTo(0.99, 6);
    expect(v_pu[0]).toBe(1);
    // v² falls by 2·(0.02·P_b + 0.02·P_a)/1000 on the way; c feeds in 300 kW, which helps.
    expect(p_kW[2]).toBeCloseTo(-300, 1);
    expect(2 * 0.02 * (2 * p_kW[1] + p_kW[2])).toBeCloseTo(1000 * (1 - 0.99 ** 2), 2);
    expect(priceAt(2)).toBeCloseTo(0.5, 3);
    // The shadow price of the limit spreads along the shared line: half as much at a as at b.
    expect(priceAt(1)).toBeCloseTo(0.35, 3);
    expect(priceAt(3)).toBeCloseTo(0.35, 3);
    expect(priceAt(0)).toBeCloseTo(0.2, 3);
  });

  it('an upper voltage limit makes injection worth less', () => {
    const stiff = wiresOf(smallFeeder({ v_max_pu: 1.01 }), grid, { connected: [0, 2], s_connected_kVA: Float64Array.of(9000, 9000) });
    const { priceAt, ports } = market(stiff, [0.2, 0.05]);
    expect(lindistflow.build(stiff).read(ports).v_pu[2]).toBeCloseTo(1.01, 6);
    expect(priceAt(2)).toBeCloseTo(0.05, 3);
    expect(priceAt(0)).toBeCloseTo(0.2, 3);
  });

  it('a priced loss makes power dearer down the feeder, by twice the loss of the next kW', () => {
    const priced = wiresOf(network, grid, {
      connected: [0, 3],
      s_connected_kVA: Float64Array.of(5000, 5000),
      lossPrice_cur_per_kWh: Float64Array.of(0.2),
    });
    const { block, balanceRow } = lindistflow.build(priced);
    const oracle = blockOracle(block, grid.dt_h, solver, { tolerance_frac: 1e-12 });
    const want = Float64Array.of(0.2 * grid.dt_h * 1e6, 0, 100, 0);
    const out = new Float64Array(4);
    oracle.prox(want, Float64Array.of(1e-6, 1e-6, 1e4, 1e4), out);
    const price = (b: number): number => oracle.rowDual()[balanceRow[b]] / grid.dt_h;
    // d/dP of 0.2·r·P²/S on two lines of r = 0.02 at 100 kW: 2·0.2·0.02·100/1000 each.
    expect(price(1) - price(0)).toBeCloseTo(8e-4, 6);
    expect(price(3) - price(1)).toBeCloseTo(8e-4, 6);
  });

  it('finds no plan where a bus that nobody is connected to cannot be kept within limits', () => {
    // 700 kW of fixed load at c pull its voltage to 0.97 whatever b does not do: b is not there.
    const p_fixed_kW = Float64Array.of(0, 0, 0, -700);
    for (const connected of [[0], [0, 1]]) {
      const hopeless = wiresOf(smallFeeder({ v_min_pu: 0.99 }), grid, {
        connected,
        s_connected_kVA: new Float64Array(connected.length).fill(connected.length === 1 ? 5000 : 10),
        p_fixed_kW,
      });
      const { block } = lindistflow.build(hopeless);
      const width = 2 * connected.length;
      for (const oracle of [oracleFor(block, grid.dt_h, solver), blockOracle(block, grid.dt_h, solver)]) {
        expect(oracle.prox(new Float64Array(width), new Float64Array(width).fill(1), new Float64Array(width))).toBe(false);
      }
    }
  });
});
