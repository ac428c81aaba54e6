import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { branchTwoPort, buildAdmittance } from './admittance.ts';
import { buildNetwork } from './build.ts';
import type { Network } from './network.ts';
import { buildTopology, fundamentalLoop } from './topology.ts';

/** Buses 0 … n−1, and branches as [from, to, in service]. */
function graph(n: number, edges: readonly (readonly [number, number, boolean?])[]): Network {
  return buildNetwork({
    name: 'graph',
    s_base_kVA: 1000,
    buses: Array.from({ length: n }, (_, b) => ({ id: `${b}`, v_base_kV: 10, v_min_pu: 0.9, v_max_pu: 1.1 })),
    branches: edges.map(([from, to, inService = true], l) => ({
      id: `l${l}`,
      from: `${from}`,
      to: `${to}`,
      r_pu: 0.01 * (l + 1),
      x_pu: 0.02,
      b_pu: 0.001 * l,
      ratio: 1 + 0.01 * l,
      shift_deg: 5 * l,
      inService,
    })),
  });
}

const networks: fc.Arbitrary<{ network: Network; slack: number }> = fc
  .record({
    n: fc.integer({ min: 1, max: 12 }),
    pairs: fc.array(fc.tuple(fc.nat(11), fc.nat(11), fc.boolean()), { maxLength: 20 }),
    slack: fc.nat(11),
  })
  .map(({ n, pairs, slack }) => {
    const edges = pairs.map(([a, b, on]) => [a % n, b % n, on] as const).filter(([a, b]) => a !== b);
    return { network: graph(n, edges), slack: slack % n };
  });

describe('buildTopology', () => {
  it('walks a radial feeder from its slack', () => {
    const topology = buildTopology(
      graph(5, [
        [1, 0],
        [1, 2],
        [3, 1],
        [3, 4],
        [0, 4, false],
      ]),
      [0],
    );
    expect(topology.isRadial).toBe(true);
    expect([...topology.order]).toEqual([0, 1, 2, 3, 4]);
    expect([...topology.parent]).toEqual([-1, 0, 1, 1, 3]);
    expect([...topology.parentBranch]).toEqual([-1, 0, 1, 2, 3]);
    expect([...topology.depth_count]).toEqual([0, 1, 2, 2, 3]);
    expect([...topology.adjacency.start]).toEqual([0, 1, 4, 5, 7, 8]);
  });

  it('lists the loop that each chord closes', () => {
    const network = graph(5, [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 0],
      [1, 4],
      [1, 4],
    ]);
    const topology = buildTopology(network, [0]);
    expect(topology.isRadial).toBe(false);
    expect([...topology.chords]).toEqual([2, 5]);
    expect(fundamentalLoop(network, topology, 2)).toEqual([2, 1, 0, 3]);
    expect(fundamentalLoop(network, topology, 5)).toEqual([5, 4]);
  });

  it('finds islands without a slack, isolated buses, and a second slack', () => {
    const network = graph(6, [
      [0, 1],
      [2, 3],
      [3, 4],
    ]);
    const topology = buildTopology(network, [0], [5]);
    expect([...topology.island]).toEqual([0, 0, 1, 1, 1, -1]);
    expect(topology.unsuppliedIslands).toEqual([1]);
    expect(topology.order.length).toBe(5);
    expect(buildTopology(network, [0, 4], [5]).unsuppliedIslands).toEqual([]);
    expect(buildTopology(network, [0, 4], [5]).isRadial).toBe(true);
    expect(buildTopology(network, [0, 1], [5]).isRadial).toBe(false);
    expect(buildTopology(network, [0], [3, 5]).islands_count).toBe(3);
  });

  it('has as many chords as Euler says, and loops that close', () => {
    fc.assert(
      fc.property(networks, ({ network, slack }) => {
        const topology = buildTopology(network, [slack]);
        const live = network.branches.filter((x) => x.inService).length;
        expect(topology.chords.length).toBe(live - network.buses.length + topology.islands_count);
        expect([...topology.order].sort((a, b) => a - b)).toEqual(network.buses.map((_, b) => b));
        for (const chord of topology.chords) {
          const touched = new Map<number, number>();
          for (const l of fundamentalLoop(network, topology, chord)) {
            const { from, to } = network.branches[l];
            for (const b of [from, to]) touched.set(b, (touched.get(b) ?? 0) + 1);
          }
          expect([...touched.values()].every((count) => count === 2)).toBe(true);
        }
        for (const b of topology.order) {
          if (topology.parent[b] < 0) continue;
          const { from, to } = network.branches[topology.parentBranch[b]];
          expect([from, to].sort()).toEqual([b, topology.parent[b]].sort());
          expect(topology.depth_count[b]).toBe(topology.depth_count[topology.parent[b]] + 1);
        }
      }),
    );
  });
});

describe('admittance', () => {
  it('gives the two-port of a transformer worked by hand', () => {
    // y = 1/(0.1j) = −10j, ratio 2∠90°, t = 2j: y_ff = −10j/4, y_ft = 10j/(−2j) = −5, y_tf = 10j/(2j) = 5
    const network = buildNetwork({
      name: 'two',
      s_base_kVA: 1000,
      buses: ['a', 'b'].map((id) => ({ id, v_base_kV: 10, v_min_pu: 0.9, v_max_pu: 1.1 })),
      branches: [{ id: 't', from: 'a', to: 'b', r_pu: 0, x_pu: 0.1, b_pu: 0.4, ratio: 2, shift_deg: 90 }],
      shunts: [{ bus: 'b', g_pu: 0.3, b_pu: 0.7 }],
    });
    const y = branchTwoPort(network.branches[0]);
    const expected = { g_ff: 0, b_ff: -2.45, g_ft: -5, b_ft: 0, g_tf: 5, b_tf: 0, g_tt: 0, b_tt: -9.8 };
    for (const [name, value] of Object.entries(expected)) expect(y[name as keyof typeof y]).toBeCloseTo(value, 12);
    const bus = buildAdmittance(network);
    expect([...bus.colStart]).toEqual([0, 2, 4]);
    expect([...bus.rowIndex]).toEqual([0, 1, 0, 1]);
    expect([...bus.diagonal]).toEqual([0, 3]);
    expect(bus.g[3]).toBeCloseTo(0.3, 12);
    expect(bus.b[3]).toBeCloseTo(-9.1, 12);
    expect(bus.g[1]).toBeCloseTo(5, 12); // row b, column a
  });

  it('gives Kirchhoff’s currents: Y·v is the sum of the branch currents', () => {
    fc.assert(
      fc.property(networks, fc.infiniteStream(fc.double({ min: 0.5, max: 1.5, noNaN: true })), ({ network }, stream) => {
        const n = network.buses.length;
        const draws = [...stream.take(2 * n)];
        const [re, im] = [draws.slice(0, n), draws.slice(n)];
        const sum = Array.from({ length: n }, () => [0, 0]);
        for (const branch of network.branches) {
          if (!branch.inService) continue;
          const y = branchTwoPort(branch);
          const add = (row: number, g: number, b: number, col: number): void => {
            sum[row][0] += g * re[col] - b * im[col];
            sum[row][1] += g * im[col] + b * re[col];
          };
          add(branch.from, y.g_ff, y.b_ff, branch.from);
          add(branch.from, y.g_ft, y.b_ft, branch.to);
          add(branch.to, y.g_tf, y.b_tf, branch.from);
          add(branch.to, y.g_tt, y.b_tt, branch.to);
        }
        const { colStart, rowIndex, g, b, diagonal } = buildAdmittance(network);
        for (let j = 0; j < n; j++) {
          expect(rowIndex[diagonal[j]]).toBe(j);
          for (let p = colStart[j]; p < colStart[j + 1]; p++) {
            expect(p === colStart[j] || rowIndex[p] > rowIndex[p - 1]).toBe(true);
            sum[rowIndex[p]][0] -= g[p] * re[j] - b[p] * im[j];
            sum[rowIndex[p]][1] -= g[p] * im[j] + b[p] * re[j];
          }
        }
        for (const [x, y] of sum) expect(Math.hypot(x, y)).toBeLessThan(1e-9);
      }),
    );
  });
});
