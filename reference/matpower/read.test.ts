import { describe, expect, it } from 'vitest';
import { matpowerFormat } from '../../packages/core/src/formats/matpower/format.ts';
import { caseNames, readShared } from './shared-cases.ts';

interface Solution {
  readonly baseMVA: number;
  readonly bus_columns: readonly string[];
  readonly bus: readonly (readonly number[])[];
  readonly gen: readonly (readonly number[])[];
  /** The two largest cases come without branches. */
  readonly branch_columns?: readonly string[];
  readonly branch?: readonly (readonly number[])[];
}

/** Largest |got − expected| / |expected| over pairs (below 1e-9 absolute); NaN counts as infinite. */
function worst(pairs: readonly (readonly [number, number])[]): number {
  let most = 0;
  for (const [got, expected] of pairs) {
    const error = got === expected ? 0 : Math.abs(got - expected) / Math.max(1e-9, Math.abs(expected));
    most = Number.isNaN(error) ? Infinity : Math.max(most, error);
  }
  return most;
}

describe.runIf(caseNames('matpower/cases').length > 0)('MATPOWER cases after their own conversions', () => {
  it.each(caseNames('matpower/cases'))('%s', (name) => {
    const read = matpowerFormat.read(readShared(`matpower/cases/${name}.m`), { fileName: `${name}.m` });
    const solution = JSON.parse(readShared(`matpower/solutions/${name}.pf.json`)) as Solution;
    const { network, operatingPoint } = read;
    expect(solution.bus_columns.slice(3)).toEqual(['pd_mw', 'qd_mvar', 'gs_mw', 'bs_mvar']);
    expect(network.s_base_kVA).toBeCloseTo(solution.baseMVA * 1000, 5);
    expect(network.buses.map((bus) => Number(bus.id))).toEqual(solution.bus.map(([id]) => id));
    const g_MW = new Float64Array(network.buses.length);
    const b_Mvar = new Float64Array(network.buses.length);
    for (const shunt of network.shunts) {
      g_MW[shunt.bus] += (shunt.g_pu * network.s_base_kVA) / 1000;
      b_Mvar[shunt.bus] += (shunt.b_pu * network.s_base_kVA) / 1000;
    }
    expect(
      worst(
        solution.bus.flatMap(([, , , pd, qd, gs, bs], b) => [
          [-operatingPoint.p_kW[b] / 1000, pd],
          [-operatingPoint.q_kvar[b] / 1000, qd],
          [g_MW[b], gs],
          [b_Mvar[b], bs],
        ]),
      ),
    ).toBeLessThan(1e-9);
    expect(operatingPoint.generators.map((x) => Number(network.buses[x.bus].id))).toEqual(solution.gen.map(([bus]) => bus));
    for (const item of read.dropped) expect(item.where).toMatch(/^case\w+\.m:\d+$/);
    if (solution.branch === undefined) return;
    const columns = ['from', 'to', 'status', 'r_pu', 'x_pu', 'b_pu', 'ratio', 'shift_deg'];
    expect(solution.branch_columns?.slice(0, 8)).toEqual(columns);
    expect(network.branches.length).toBe(solution.branch.length);
    expect(
      worst(
        solution.branch.flatMap(([from, to, status, r, x, b, ratio, shift], l) => {
          const branch = network.branches[l];
          return [
            [Number(network.buses[branch.from].id), from],
            [Number(network.buses[branch.to].id), to],
            [branch.inService ? 1 : 0, status],
            [branch.r_pu, r],
            [branch.x_pu, x],
            [branch.b_pu, b],
            [branch.ratio, ratio === 0 ? 1 : ratio],
            [branch.shift_deg, shift],
          ];
        }),
      ),
    ).toBeLessThan(1e-9);
  });

  it('reads a case of 13,659 buses whole', () => {
    const { network } = matpowerFormat.read(readShared('matpower/cases/case13659pegase.m'), { fileName: 'case13659pegase.m' });
    expect([network.buses.length, network.branches.length]).toEqual([13_659, 20_467]);
  });
});

describe.runIf(caseNames('pglib_opf').length > 0)('PGLib-OPF cases', () => {
  it.each(caseNames('pglib_opf'))('%s', (name) => {
    const text = readShared(`pglib_opf/${name}.m`);
    expect(matpowerFormat.detects(text)).toBe(true);
    const { network, operatingPoint, dropped } = matpowerFormat.read(text, { fileName: `${name}.m` });
    expect(operatingPoint.generators.every((x) => x.cost !== undefined)).toBe(true);
    expect(operatingPoint.slacks.length).toBe(1);
    expect(network.branches.length).toBeGreaterThan(2);
    expect(dropped.some((item) => item.element.includes('ANGMIN'))).toBe(false);
    expect(network.branches.every((x) => (x.angle_max_deg ?? 0) > 0 && (x.angle_min_deg ?? 0) < 0)).toBe(true);
  });
});
