import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Case, Generator } from '../../packages/core/src/network/network.ts';
import type { OpfResult } from '../../packages/core/src/opf/result.ts';
import { folder, isMounted, readCase, readShared, solve } from './cases.ts';

interface DerCase {
  readonly definition: {
    readonly base_case: string;
    readonly load_scale: number;
    readonly bus_vmin_pu: number;
    readonly bus_vmax_pu: number;
    readonly slack_bus: number;
    readonly slack_vm_pu: number;
    readonly slack_price_per_mwh: number;
    /** bus, p_min_mw, p_max_mw, q_min_mvar, q_max_mvar, price_per_mwh */
    readonly der: readonly (readonly [number, number, number, number, number, number])[];
  };
  readonly solution: { readonly objective: number; readonly loss_kw: number; readonly bus: readonly (readonly number[])[] };
}

/** The feeder of the definition: price at the slack, which holds its voltage, and DERs with a price of their own. */
function caseOf({ definition: d }: DerCase): Case {
  const { network, operatingPoint: point, ...rest } = readCase(d.base_case);
  const at = (id: number): number => network.buses.findIndex((bus) => bus.id === String(id));
  const unit = (id: string, bus: number, limits: readonly number[], price_per_MWh: number): Generator => ({
    id,
    bus: at(bus),
    p_kW: 0,
    q_kvar: 0,
    p_min_kW: (limits[0] ?? 0) * 1000,
    p_max_kW: (limits[1] ?? 0) * 1000,
    q_min_kvar: (limits[2] ?? 0) * 1000,
    q_max_kvar: (limits[3] ?? 0) * 1000,
    v_set_pu: 1,
    holdsVoltage: false,
    inService: true,
    cost: { kind: 'polynomial', coefficients: [price_per_MWh / 1000, 0] },
  });
  return {
    ...rest,
    network: {
      ...network,
      buses: network.buses.map((bus) =>
        bus.id === String(d.slack_bus)
          ? { ...bus, v_min_pu: d.slack_vm_pu, v_max_pu: d.slack_vm_pu }
          : { ...bus, v_min_pu: d.bus_vmin_pu, v_max_pu: d.bus_vmax_pu },
      ),
      branches: network.branches.map((branch) => ({ ...branch, s_max_kVA: Infinity })),
    },
    operatingPoint: {
      ...point,
      p_kW: point.p_kW.map((p) => p * d.load_scale),
      q_kvar: point.q_kvar.map((q) => q * d.load_scale),
      generators: [
        unit('slack', d.slack_bus, [-1000, 1000, -1000, 1000], d.slack_price_per_mwh),
        ...d.der.map(([bus, ...limits], k) => unit(`der${k}`, bus, limits, limits[4] ?? 0)),
      ],
      slacks: [at(d.slack_bus)],
    },
  };
}

const relative = (found: number | undefined, expected: number): number =>
  Math.abs((found ?? Number.NaN) - expected) / Math.max(1, Math.abs(expected));

function expectSolution(value: Case, found: OpfResult, { objective, loss_kw, bus }: DerCase['solution']): void {
  expect(found.status).toBe('optimal');
  expect(Math.abs(found.objective_cur_per_h / objective - 1)).toBeLessThan(1e-7);
  expect(Math.abs(found.loss_kW / loss_kw - 1)).toBeLessThan(1e-5);
  for (const [id, vm = Number.NaN, , price = Number.NaN, priceQ = Number.NaN] of bus) {
    const b = value.network.buses.findIndex((each) => each.id === String(id));
    expect(Math.abs((found.v_pu[b] ?? Number.NaN) - vm)).toBeLessThan(1e-5);
    expect(relative((found.price_cur_per_kWh[b] ?? Number.NaN) * 1000, price)).toBeLessThan(1e-5);
    expect(relative((found.price_cur_per_kvarh[b] ?? Number.NaN) * 1000, priceQ)).toBeLessThan(2e-5);
  }
}

describe.runIf(isMounted)('distribution feeders with DERs', () => {
  const names = isMounted ? readdirSync(`${folder}/opf_der`) : [];
  const read = (name: string): DerCase => JSON.parse(readShared(`opf_der/${name}`));
  it.each(names)('AC %s', async (name) => {
    const given = read(name);
    expectSolution(caseOf(given), await solve(caseOf(given), {}), given.solution);
  });

  it.each(names.filter((name) => !name.includes('pv_curtail')))('SOC, exact, %s', async (name) => {
    const given = read(name);
    // At the usual tolerance of 1e-8 prices of reactive power, which hardly cost anything here, are right to 4e-5 only.
    const found = await solve(caseOf(given), { formulation: 'soc', tolerance_frac: 1e-10 });
    expectSolution(caseOf(given), found, given.solution);
    expect(found.certificate.relaxation?.isExact).toBe(true);
    expect(found.recovered).toBeUndefined();
  });

  it('SOC, not exact: it burns sun that the voltage limits would have curtailed, and recovery finds the AC optimum', async () => {
    const given = read('case33_pv_curtail.json');
    const found = await solve(caseOf(given), { formulation: 'soc' });
    const { relaxation } = found.certificate;
    expect(relaxation?.isExact).toBe(false);
    expect(relaxation?.inventedLoss_kW).toBeGreaterThan(500);
    expect(relaxation?.bound).toBeLessThan(given.solution.objective);
    expect(relaxation?.gap_frac).toBeCloseTo((given.solution.objective - (relaxation?.bound ?? 0)) / Math.abs(given.solution.objective), 6);
    if (found.recovered === undefined) throw new Error('nothing was recovered');
    expectSolution(caseOf(given), found.recovered, given.solution);
  });

  it.each(names)('LinDistFlow is near: %s', async (name) => {
    const given = read(name);
    const found = await solve(caseOf(given), { formulation: 'lindistflow' });
    expect(found.status).toBe('optimal');
    expect(Math.abs(found.objective_cur_per_h / given.solution.objective - 1)).toBeLessThan(name.includes('pv_curtail') ? 0.06 : 1e-3);
  });
});
