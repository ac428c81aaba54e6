import { CombinationError } from '../../base/errors.ts';
import type { Branch, Case, Network } from '../network.ts';
import { buildFeeder } from './build.ts';
import type { Feeder, Line, Load, Matrix, PhaseGenerator, PhaseShunt, Transformer, VoltageSource } from './feeder.ts';

/**
 * A balanced case conductor by conductor: three equal phases that do not act on each other, earth as their return.
 *
 * A branch becomes a line, or, with a ratio, a shift or two nominal voltages, a transformer on three cores with windings that are earthed in a star (zigzag for odd hours);
 * its charging is the transformer's magnetising branch, half at each end. Slacks become ideal sources at their starting voltage. Injections are loads of
 * constant power between each phase and earth. Elements at isolated buses are left out. A power flow of the feeder has the voltages of the case in every phase.
 * @throws {CombinationError} FEEDER_LIFT_SHIFT for a shift that is not a multiple of 30°, and the codes of `buildFeeder`
 */
export function feederOfCase({ network, operatingPoint: point }: Case): Feeder {
  const away = new Set<number>(point.isolated);
  const live = network.branches.filter(({ from, to }) => !away.has(from) && !away.has(to));
  const { feeder } = buildFeeder(
    {
      name: network.name,
      frequency_Hz: 50,
      buses: network.buses,
      sources: point.slacks.filter((b) => !away.has(b)).map((b) => liftedSource(network, point, b)),
      lines: live.filter((branch) => isLine(network, branch)).map((branch) => liftedLine(network, branch)),
      transformers: live.filter((branch) => !isLine(network, branch)).map((branch) => liftedTransformer(network, branch)),
      shunts: network.shunts.flatMap(({ bus, g_pu, b_pu }, k) =>
        away.has(bus) ? [] : [liftedShunt(network, `shunt ${k + 1}`, bus, g_pu, b_pu)],
      ),
      loads: network.buses.flatMap(({ id }, b) => {
        const [p_kW, q_kvar] = [-point.p_kW[b], -point.q_kvar[b]];
        return away.has(b) || (p_kW === 0 && q_kvar === 0) ? [] : [liftedLoad(network, id, b, p_kW, q_kvar)];
      }),
      generators: point.generators.flatMap((generator) => {
        if (away.has(generator.bus) || (generator.holdsVoltage && point.slacks.includes(generator.bus))) return [];
        const { id, bus, p_kW, q_kvar, holdsVoltage, v_set_pu, q_min_kvar, q_max_kvar, inService } = generator;
        const held = holdsVoltage
          ? {
              v_set_pu,
              ...(Number.isFinite(q_min_kvar) ? { q_min_kvar } : {}),
              ...(Number.isFinite(q_max_kvar) ? { q_max_kvar } : {}),
            }
          : {};
        return [
          {
            ...wye(network, id, bus),
            p_kW: third(p_kW),
            q_kvar: third(holdsVoltage ? 0 : q_kvar),
            ...held,
            inService,
          } satisfies PhaseGenerator,
        ];
      }),
      source: network.source,
    },
    { negativeImpedance: 'warning' },
  );
  return feeder;
}

const phases = [1, 2, 3];
const lag_deg = [0, -120, 120];

const diagonal = (value: number): Matrix => Array.from({ length: 9 }, (_, k) => (k % 4 === 0 ? value : 0));
const third = (value: number): readonly number[] => [value / 3, value / 3, value / 3];
const zBase = ({ buses, s_base_kVA }: Network, bus: number): number => (buses[bus].v_base_kV ** 2 * 1000) / s_base_kVA;

const isLine = ({ buses }: Network, { from, to, ratio, shift_deg }: Branch): boolean =>
  ratio === 1 && shift_deg === 0 && buses[from].v_base_kV === buses[to].v_base_kV;

function liftedSource({ buses }: Network, point: Case['operatingPoint'], b: number): VoltageSource {
  const held = point.generators.filter(({ bus, holdsVoltage, inService }) => bus === b && holdsVoltage && inService).at(-1);
  const e_kV = ((held?.v_set_pu ?? point.v_start_pu[b]) * buses[b].v_base_kV) / Math.sqrt(3);
  return {
    id: buses[b].id,
    terminal: { bus: b, conductors: phases },
    e_kV: [e_kV, e_kV, e_kV],
    angle_deg: lag_deg.map((lag) => lag + point.angle_start_deg[b]),
    inService: true,
  };
}

function liftedLine(network: Network, { id, from, to, r_pu, x_pu, b_pu, s_max_kVA, inService }: Branch): Line {
  const z_ohm = zBase(network, from);
  return {
    id,
    from: { bus: from, conductors: phases },
    to: { bus: to, conductors: phases },
    r_ohm: diagonal(r_pu * z_ohm),
    x_ohm: diagonal(x_pu * z_ohm),
    ...(b_pu === 0 ? {} : { b_S: diagonal(b_pu / z_ohm) }),
    ...(Number.isFinite(s_max_kVA) ? { i_max_A: s_max_kVA / (Math.sqrt(3) * network.buses[from].v_base_kV) } : {}),
    closedFrom: inService,
    closedTo: inService,
  };
}

function liftedTransformer({ buses, s_base_kVA }: Network, branch: Branch): Transformer {
  const { id, from, to, r_pu, x_pu, b_pu, ratio, shift_deg, inService } = branch;
  const clock = (((Math.round(shift_deg / 30) % 12) + 12) % 12) as number;
  if (Math.abs(shift_deg / 30 - Math.round(shift_deg / 30)) > 1e-9) {
    throw new CombinationError({
      code: 'FEEDER_LIFT_SHIFT',
      message: `Branch "${id}" turns the voltage by ${shift_deg}°, which no wiring of three coils does`,
      hint: 'Use a multiple of 30°, or solve the case as one phase.',
    });
  }
  const star = { s_rated_kVA: s_base_kVA, r_frac: r_pu / 2 };
  return {
    id,
    cores_count: 3,
    windings: [
      { ...star, connection: 'wye', terminal: { bus: from, conductors: [...phases, 0] }, v_rated_kV: buses[from].v_base_kV, tap_pu: ratio },
      {
        ...star,
        connection: clock % 2 === 0 ? 'wye' : 'zigzag',
        terminal: { bus: to, conductors: [...phases, 0] },
        v_rated_kV: buses[to].v_base_kV,
        tap_pu: 1,
        clock,
      },
    ],
    x_frac: [x_pu],
    ...(b_pu === 0 ? {} : { magnetising_frac: -b_pu, magnetisingAt: 'split' as const }),
    antifloat_frac: 0,
    inService,
  };
}

function liftedShunt(network: Network, id: string, bus: number, g_pu: number, b_pu: number): PhaseShunt {
  const z_ohm = zBase(network, bus);
  return {
    id,
    terminal: { bus, conductors: phases },
    g_S: diagonal(g_pu / z_ohm),
    b_S: diagonal(b_pu / z_ohm),
    q_rated_kvar: b_pu * network.s_base_kVA,
    inService: true,
  };
}

function wye({ buses }: Network, id: string, bus: number) {
  return { id, connection: 'wye' as const, terminal: { bus, conductors: [...phases, 0] }, v_rated_kV: buses[bus].v_base_kV / Math.sqrt(3) };
}

function liftedLoad(network: Network, id: string, bus: number, p_kW: number, q_kvar: number): Load {
  const constant = { exponent: 0 };
  return { ...wye(network, id, bus), p_kW: third(p_kW), q_kvar: third(q_kvar), pLaw: constant, qLaw: constant, inService: true };
}
