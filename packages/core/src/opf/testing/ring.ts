import { buildNetwork } from '../../network/build.ts';
import type { Case, Generator, GeneratorCost } from '../../network/network.ts';

export interface RingGiven {
  readonly load_kW?: number;
  readonly rating_kVA?: number;
  readonly angle_max_deg?: number;
  readonly shift_deg?: number;
  readonly costs?: readonly [GeneratorCost, GeneratorCost];
  readonly v_max_pu?: number;
  /** Without branch ab: a radial feeder a – c – b. */
  readonly isOpen?: boolean;
  /** A second branch ac, of other impedance and turned round. */
  readonly isDoubled?: boolean;
  readonly r_bc_pu?: number;
}

export const linear = (price: number): GeneratorCost => ({ kind: 'polynomial', coefficients: [price, 0] });
export const quadratic = (a: number, b: number): GeneratorCost => ({ kind: 'polynomial', coefficients: [a, b, 3] });
export const lines: GeneratorCost = { kind: 'piecewise-linear', p_kW: [0, 300, 600, 2000], cost_cur_per_h: [5, 11, 23, 121] };

/** Three buses in a ring, a machine at the first two, the load and a shunt at the third; a fourth bus is isolated. */
export function ring(given: RingGiven = {}): Case {
  const { load_kW = 900, rating_kVA = Infinity, angle_max_deg, shift_deg = 0, v_max_pu = 1.1, r_bc_pu = 0.01 } = given;
  const [first, second] = given.costs ?? [quadratic(1e-5, 0.02), linear(0.05)];
  const bus = (id: string) => ({ id, v_base_kV: 10, v_min_pu: 0.9, v_max_pu });
  const network = buildNetwork(
    {
      name: 'ring',
      s_base_kVA: 1000,
      buses: ['a', 'b', 'c', 'off'].map(bus),
      branches: [
        { id: 'ab', from: 'a', to: 'b', r_pu: 0.01, x_pu: 0.1, b_pu: 0.02, inService: given.isOpen !== true },
        {
          id: 'ac',
          from: 'a',
          to: 'c',
          r_pu: 0.02,
          x_pu: 0.1,
          s_max_kVA: rating_kVA,
          shift_deg,
          ratio: 1.02,
          angle_min_deg: -30,
          ...(angle_max_deg === undefined ? {} : { angle_max_deg }),
        },
        { id: 'bc', from: 'b', to: 'c', r_pu: r_bc_pu, x_pu: 0.08 },
        ...(given.isDoubled === true
          ? [{ id: 'ca', from: 'c', to: 'a', r_pu: 0.03, x_pu: 0.07, b_pu: 0.01, s_max_kVA: rating_kVA, angle_max_deg: 30 }]
          : []),
      ],
      shunts: [{ bus: 'c', g_pu: 0.01, b_pu: 0.1 }],
    },
    { negativeImpedance: 'warning' },
  );
  const machine = (id: string, at: number, cost: GeneratorCost): Generator => ({
    id,
    bus: at,
    p_kW: 0,
    q_kvar: 0,
    p_min_kW: 0,
    p_max_kW: 2000,
    q_min_kvar: -500,
    q_max_kvar: 500,
    v_set_pu: 1,
    holdsVoltage: true,
    inService: true,
    cost,
  });
  return {
    network,
    operatingPoint: {
      p_kW: Float64Array.of(0, 0, -load_kW, 0),
      q_kvar: Float64Array.of(0, 0, -200, 0),
      generators: [machine('cheap', 0, first), machine('dear', 1, second), { ...machine('spare', 1, linear(0)), inService: false }],
      slacks: [0],
      v_start_pu: Float64Array.of(1, 1, 1, 1),
      angle_start_deg: new Float64Array(4),
      isolated: [3],
    },
    dropped: [],
    warnings: [],
  };
}
