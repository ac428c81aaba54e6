import fc from 'fast-check';
import type { Branch, Network, OperatingPoint } from '../../network/network.ts';

/** A case small enough to print. */
export interface SmallCase {
  readonly network: Network;
  readonly point: OperatingPoint;
}

/** An operating point without generators, starting flat. */
export function loadPoint(p_kW: readonly number[], q_kvar: readonly number[], slacks: readonly number[]): OperatingPoint {
  return {
    p_kW: Float64Array.from(p_kW),
    q_kvar: Float64Array.from(q_kvar),
    generators: [],
    slacks,
    v_start_pu: new Float64Array(p_kW.length).fill(1),
    angle_start_deg: new Float64Array(p_kW.length),
    isolated: [],
  };
}

export const line = (id: string, from: number, to: number, r_pu: number, x_pu: number, more: Partial<Branch> = {}): Branch => ({
  id,
  from,
  to,
  r_pu,
  x_pu,
  b_pu: 0,
  ratio: 1,
  shift_deg: 0,
  s_max_kVA: Number.POSITIVE_INFINITY,
  inService: true,
  ...more,
});

/** Buses "1" … "n" at 12.66 kV on a base of 1000 kVA. */
export const networkOf = (n: number, branches: readonly Branch[], shunts: Network['shunts'] = []): Network => ({
  name: 'test',
  s_base_kVA: 1000,
  buses: Array.from({ length: n }, (_, b) => ({ id: `${b + 1}`, v_base_kV: 12.66, v_min_pu: 0.9, v_max_pu: 1.1 })),
  branches,
  shunts,
});

const inRange = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/**
 * Random forests of one or two feeders with taps, shifts, charging, shunts and branches drawn in either direction; some
 * loads are generation. Impedances and loads are such that voltages stay well above collapse.
 */
export const radialCase: fc.Arbitrary<SmallCase> = fc
  .record({ n: fc.integer({ min: 2, max: 24 }), feeders_count: fc.integer({ min: 1, max: 2 }) })
  .chain(({ n, feeders_count }) => {
    const bus = fc.record({
      up: inRange(0, 0.999),
      downward: fc.boolean(),
      r: inRange(0.001, 0.02),
      x: inRange(0.001, 0.02),
      b: fc.oneof(fc.constant(0), inRange(0, 0.02)),
      ratio: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: inRange(0.95, 1.05) }),
      shift: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(-30, 30, 5) }),
      p: inRange(-120, 60),
      q: inRange(-80, 40),
      shunt: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: inRange(-0.02, 0.05) }),
    });
    return fc.array(bus, { minLength: n, maxLength: n }).map((rows) => {
      const roots = Math.min(feeders_count, n - 1);
      const branches: Branch[] = [];
      for (let k = roots; k < n; k++) {
        const x = rows[k];
        const up = Math.floor(x.up * k);
        const [from, to] = x.downward ? [up, k] : [k, up];
        branches.push(line(`l${k}`, from, to, x.r, x.x, { b_pu: x.b, ratio: x.ratio, shift_deg: x.shift }));
      }
      const shunts = rows.flatMap((x, b) => (x.shunt === 0 ? [] : [{ bus: b, g_pu: Math.abs(x.shunt) / 10, b_pu: x.shunt }]));
      const slacks = Array.from({ length: roots }, (_, b) => b);
      return {
        network: networkOf(n, branches, shunts),
        point: loadPoint(
          rows.map((x) => x.p),
          rows.map((x) => x.q),
          slacks,
        ),
      };
    });
  });

/** The same case with its buses in another order: bus b becomes order[b]. */
export function renumbered({ network, point }: SmallCase, order: readonly number[]): SmallCase {
  const moved = <T extends Float64Array>(values: T): Float64Array => {
    const out = new Float64Array(values.length);
    for (let b = 0; b < values.length; b++) out[order[b]] = values[b];
    return out;
  };
  const buses = network.buses.slice();
  network.buses.forEach((bus, b) => {
    buses[order[b]] = bus;
  });
  return {
    network: {
      ...network,
      buses,
      branches: network.branches.map((x) => ({ ...x, from: order[x.from], to: order[x.to] })),
      shunts: network.shunts.map((x) => ({ ...x, bus: order[x.bus] })),
    },
    point: {
      ...point,
      p_kW: moved(point.p_kW),
      q_kvar: moved(point.q_kvar),
      v_start_pu: moved(point.v_start_pu),
      angle_start_deg: moved(point.angle_start_deg),
      slacks: point.slacks.map((b) => order[b]),
      isolated: point.isolated.map((b) => order[b]),
      generators: point.generators.map((x) => ({ ...x, bus: order[x.bus] })),
    },
  };
}

/** The same case on another power base: per-unit impedances and admittances change, physics does not. */
export function rebased({ network, point }: SmallCase, factor: number): SmallCase {
  return {
    point,
    network: {
      ...network,
      s_base_kVA: network.s_base_kVA * factor,
      branches: network.branches.map((x) => ({ ...x, r_pu: x.r_pu * factor, x_pu: x.x_pu * factor, b_pu: x.b_pu / factor })),
      shunts: network.shunts.map((x) => ({ ...x, g_pu: x.g_pu / factor, b_pu: x.b_pu / factor })),
    },
  };
}
