import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Case, Generator } from '../../packages/core/src/network/network.ts';
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

describe.runIf(isMounted)('distribution feeders with DERs', () => {
  const names = isMounted ? readdirSync(`${folder}/opf_der`) : [];
  it.each(names)('%s', async (name) => {
    const given: DerCase = JSON.parse(readShared(`opf_der/${name}`));
    const value = caseOf(given);
    const found = await solve(value, {});
    const { objective, loss_kw, bus } = given.solution;
    expect(found.status).toBe('optimal');
    expect(Math.abs(found.objective_cur_per_h / objective - 1)).toBeLessThan(1e-6);
    expect(found.loss_kW / loss_kw).toBeCloseTo(1, 4);
    for (const [id, vm, , price, priceQ] of bus) {
      const b = value.network.buses.findIndex((each) => each.id === String(id));
      expect(Math.abs(found.v_pu[b] - vm)).toBeLessThan(1e-4);
      expect(Math.abs(found.price_cur_per_kWh[b] * 1000 - price)).toBeLessThan(1e-3);
      expect(Math.abs(found.price_cur_per_kvarh[b] * 1000 - priceQ)).toBeLessThan(1e-3);
    }
  });
});
