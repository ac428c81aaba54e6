import { buildFeeder } from '../../../network/feeder/build.ts';
import type { Feeder, Load } from '../../../network/feeder/feeder.ts';
import type { Case } from '../../../network/network.ts';
import { feeder as balanced, type FeederGiven } from '../../testing/feeder.ts';
import type { FeederOpfOptions } from '../settings.ts';

export interface RowGiven extends FeederGiven {
  readonly v_source_pu?: number;
  readonly hasCharging?: boolean;
}

/** The balanced test feeder of `opf`, as it is there and phase by phase with coupled lines whose positive sequence is the same. */
export function row({ v_source_pu = 1, hasCharging = false, ...given }: RowGiven = {}): {
  one: Case;
  three: Feeder;
  options: FeederOpfOptions;
} {
  const whole = balanced(given);
  const { network, operatingPoint } = whole;
  const one: Case = {
    ...whole,
    network: {
      ...network,
      buses: network.buses.map((bus, b) => (b === 0 ? { ...bus, v_min_pu: v_source_pu, v_max_pu: v_source_pu } : bus)),
      branches: network.branches.map((branch) => ({ ...branch, b_pu: hasCharging ? branch.b_pu : 0 })),
    },
    operatingPoint: { ...operatingPoint, v_start_pu: operatingPoint.v_start_pu.map((v, b) => (b === 0 ? v_source_pu : v)) },
  };
  const z_ohm = (10 * 10 * 1000) / network.s_base_kVA;
  const matrix = (self: number, mutual: number): number[] => [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => (i === j ? self : mutual)));
  const thirds = (value: number): number[] => [value / 3, value / 3, value / 3];
  const phases = [1, 2, 3];
  const { feeder: three } = buildFeeder({
    name: 'row',
    frequency_Hz: 50,
    buses: one.network.buses.map(({ id, v_base_kV, v_min_pu, v_max_pu }, b) => ({
      id,
      v_base_kV,
      ...(b === 0 ? {} : { v_min_pu, v_max_pu }),
    })),
    sources: [
      {
        id: 'grid',
        terminal: { bus: 0, conductors: phases },
        e_kV: phases.map(() => (v_source_pu * 10) / Math.sqrt(3)),
        angle_deg: [0, -120, 120],
        inService: true,
      },
    ],
    lines: one.network.branches.map(({ id, from, to, r_pu, x_pu, b_pu, s_max_kVA }) => ({
      id,
      from: { bus: from, conductors: phases },
      to: { bus: to, conductors: phases },
      r_ohm: matrix(1.4 * r_pu * z_ohm, 0.4 * r_pu * z_ohm),
      x_ohm: matrix(1.5 * x_pu * z_ohm, 0.5 * x_pu * z_ohm),
      b_S: matrix(b_pu / z_ohm, 0),
      ...(Number.isFinite(s_max_kVA) ? { i_max_A: s_max_kVA / (Math.sqrt(3) * 10) } : {}),
      closedFrom: true,
      closedTo: true,
    })),
    loads: Array.from(one.operatingPoint.p_kW, (p, bus) =>
      load(`load ${bus}`, bus, phases, thirds(-p), thirds(-one.operatingPoint.q_kvar[bus])),
    ).slice(1),
    generators: one.operatingPoint.generators.slice(1).map(({ id, bus, p_max_kW, q_min_kvar, q_max_kvar }) => ({
      id,
      connection: 'wye' as const,
      terminal: { bus, conductors: [...phases, 0] },
      v_rated_kV: 10 / Math.sqrt(3),
      p_kW: thirds(p_max_kW),
      q_kvar: thirds(0),
      q_min_kvar,
      q_max_kvar,
      inService: true,
    })),
  });
  const options: FeederOpfOptions = {
    sourcePrice_cur_per_kWh: given.gridPrice_cur_per_kWh ?? 0.1,
    units: { sun: { price_cur_per_kWh: 0.02 }, engine: { price_cur_per_kWh: 0.3 } },
  };
  return { one, three, options };
}

/** Constant power from phases to earth. */
export function load(id: string, bus: number, phases: readonly number[], p_kW: readonly number[], q_kvar: readonly number[]): Load {
  const power = { z_frac: 0, i_frac: 0, p_frac: 1 };
  return {
    id,
    connection: 'wye',
    terminal: { bus, conductors: [...phases, 0] },
    v_rated_kV: 10 / Math.sqrt(3),
    p_kW,
    q_kvar,
    pLaw: power,
    qLaw: power,
    inService: true,
  };
}
