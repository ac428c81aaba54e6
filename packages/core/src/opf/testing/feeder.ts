import { buildNetwork } from '../../network/build.ts';
import type { Case, Generator } from '../../network/network.ts';

export interface FeederGiven {
  /** Added to the demand of a bus, by its position. */
  readonly more?: { readonly bus: number; readonly p_kW?: number; readonly q_kvar?: number };
  readonly gridPrice_cur_per_kWh?: number;
  readonly sun_kW?: number;
  readonly rating_kVA?: number;
  readonly v_min_pu?: number;
  readonly v_max_pu?: number;
  /** Of the grid. */
  readonly q_max_kvar?: number;
}

/** Six buses in a row, loads along it, a cheap plant in the middle and a dear one at the end; the grid holds 1.02 pu at bus 0. */
export function feeder(given: FeederGiven = {}): Case {
  const { gridPrice_cur_per_kWh = 0.1, sun_kW = 300, rating_kVA = Infinity, v_min_pu = 0.9, v_max_pu = 1.1, q_max_kvar = 10_000 } = given;
  const ids = ['0', '1', '2', '3', '4', '5'];
  const network = buildNetwork({
    name: 'row',
    s_base_kVA: 1000,
    buses: ids.map((id) => ({ id, v_base_kV: 10, v_min_pu: id === '0' ? 1.02 : v_min_pu, v_max_pu: id === '0' ? 1.02 : v_max_pu })),
    branches: ids.slice(1).map((to, k) => ({
      id: `l${to}`,
      from: ids[k],
      to,
      r_pu: 0.012,
      x_pu: 0.01,
      b_pu: 0.001,
      s_max_kVA: k === 1 ? rating_kVA : Infinity,
    })),
  });
  const plant = (id: string, bus: number, p_max_kW: number, q_max_kvar: number, price: number, p_min_kW = 0): Generator => ({
    id,
    bus,
    p_kW: 0,
    q_kvar: 0,
    p_min_kW,
    p_max_kW,
    q_min_kvar: -q_max_kvar,
    q_max_kvar,
    v_set_pu: 1.02,
    holdsVoltage: bus === 0,
    inService: true,
    cost: { kind: 'polynomial', coefficients: [price, 0] },
  });
  const p_kW = Float64Array.of(0, -200, -250, -150, -300, -200);
  const q_kvar = Float64Array.of(0, -80, -100, -60, -120, -80);
  if (given.more) {
    p_kW[given.more.bus] -= given.more.p_kW ?? 0;
    q_kvar[given.more.bus] -= given.more.q_kvar ?? 0;
  }
  return {
    network,
    operatingPoint: {
      p_kW,
      q_kvar,
      generators: [
        plant('grid', 0, 10_000, q_max_kvar, gridPrice_cur_per_kWh, -10_000),
        plant('sun', 3, sun_kW, 100, 0.02),
        plant('engine', 5, 500, 400, 0.3),
      ],
      slacks: [0],
      v_start_pu: Float64Array.of(1.02, 1, 1, 1, 1, 1),
      angle_start_deg: new Float64Array(6),
      isolated: [],
    },
    dropped: [],
    warnings: [],
  };
}
