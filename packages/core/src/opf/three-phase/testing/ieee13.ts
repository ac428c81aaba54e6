import { buildFeeder } from '../../../network/feeder/build.ts';
import type { Conductor, Feeder, Inverter, PhaseGenerator, VoltageLaw } from '../../../network/feeder/feeder.ts';
import type { FeederParts, Placed } from '../../../network/feeder/feeder-parts.ts';

const milesPerFoot = 1 / 5280;
const power: VoltageLaw = { z_frac: 0, i_frac: 0, p_frac: 1 };
const current: VoltageLaw = { z_frac: 0, i_frac: 1, p_frac: 0 };
const impedance: VoltageLaw = { z_frac: 1, i_frac: 0, p_frac: 0 };
const omega = 2 * Math.PI * 60;

/** Ohm per mile, lower triangles; nF per mile for the cables. */
const codes = {
  601: { r: [0.3465, 0.156, 0.3375, 0.158, 0.1535, 0.3414], x: [1.0179, 0.5017, 1.0478, 0.4236, 0.3849, 1.0348], c: [] },
  602: { r: [0.7526, 0.158, 0.7475, 0.156, 0.1535, 0.7436], x: [1.1814, 0.4236, 1.1983, 0.5017, 0.3849, 1.2112], c: [] },
  603: { r: [1.3294, 0.2066, 1.3238], x: [1.3471, 0.4591, 1.3569], c: [] },
  604: { r: [1.3238, 0.2066, 1.3294], x: [1.3569, 0.4591, 1.3471], c: [] },
  605: { r: [1.3292], x: [1.3475], c: [] },
  606: { r: [0.7982, 0.3192, 0.7891, 0.2849, 0.3192, 0.7982], x: [0.4463, 0.0328, 0.4041, -0.0143, 0.0328, 0.4463], c: [257, 257, 257] },
  607: { r: [1.3425], x: [0.5124], c: [236] },
} as const;

export interface Ieee13 {
  /** Multiplies all loads. */
  readonly load_frac?: number;
  readonly taps?: readonly [number, number, number];
  readonly v_min_pu?: number;
  readonly v_max_pu?: number;
  readonly inverters?: readonly Placed<Inverter>[];
  readonly generators?: readonly Placed<PhaseGenerator>[];
  /** Of line 632-670, A per conductor. */
  readonly i_max_A?: number;
  /** Constant power everywhere. */
  readonly isPower?: boolean;
}

/**
 * The IEEE 13-node feeder from the secondary side of its substation, regulator at the published taps, the distributed load at one third of its line.
 * @source IEEE PES Distribution System Analysis Subcommittee, 13 Node Test Feeder (Kersting, Radial distribution test feeders, IEEE PES Winter Meeting, 2001)
 */
export function ieee13({ load_frac = 1, taps = [1.0625, 1.05, 1.06875], ...given }: Ieee13 = {}): Feeder {
  const limits = {
    ...(given.v_min_pu === undefined ? {} : { v_min_pu: given.v_min_pu }),
    ...(given.v_max_pu === undefined ? {} : { v_max_pu: given.v_max_pu }),
  };
  const ids = ['650', 'RG60', '632', '633', '634', '645', '646', '670', '671', '680', '684', '611', '652', '692', '675'];
  const line = (
    from: string,
    to: string,
    code: keyof typeof codes,
    feet: number,
    phases: Conductor[],
  ): NonNullable<FeederParts['lines']>[number] => {
    const miles = feet * milesPerFoot;
    const { r, x, c } = codes[code];
    const b = phases.flatMap((_, i) => phases.map((__, j) => (i === j && c.length > 0 ? c[i] * 1e-9 * omega * miles : 0)));
    return {
      id: `${from}-${to}`,
      from: { bus: from, conductors: phases },
      to: { bus: to, conductors: phases },
      r_ohm: fullOf(r, miles),
      x_ohm: fullOf(x, miles),
      ...(c.length > 0 ? { b_S: b } : {}),
      ...(from === '632' && to === '670' && given.i_max_A !== undefined ? { i_max_A: given.i_max_A } : {}),
      closedFrom: true,
      closedTo: true,
    };
  };
  const load = (bus: string, conductors: Conductor[], v_rated_kV: number, p_kW: number[], q_kvar: number[], law: VoltageLaw = power) => ({
    id: `${bus} ${conductors.join('')}`,
    connection: conductors.includes(0) ? ('wye' as const) : ('delta' as const),
    terminal: { bus, conductors },
    v_rated_kV,
    p_kW: p_kW.map((p) => load_frac * p),
    q_kvar: q_kvar.map((q) => load_frac * q),
    pLaw: given.isPower ? power : law,
    qLaw: given.isPower ? power : law,
    inService: true,
  });
  const capacitor = (bus: string, phases: Conductor[], kvar: number) => ({
    id: bus,
    terminal: { bus, conductors: phases },
    g_S: phases.flatMap(() => phases.map(() => 0)),
    b_S: phases.flatMap((_, i) => phases.map((__, j) => (i === j ? kvar / 1000 / (2.4018 * 2.4018) : 0))),
    inService: true,
  });
  return buildFeeder({
    name: 'IEEE 13',
    frequency_Hz: 60,
    buses: ids.map((id) => ({ id, v_base_kV: id === '634' ? 0.48 : 4.16, ...(id === '650' ? {} : limits) })),
    sources: [
      {
        id: 'substation',
        terminal: { bus: '650', conductors: [1, 2, 3] },
        e_kV: [1, 1, 1].map((e) => (e * 4.16) / Math.sqrt(3)),
        angle_deg: [0, -120, 120],
        inService: true,
      },
    ],
    transformers: [
      ...taps.map((tap_pu, k) => ({
        id: `regulator ${'abc'[k]}`,
        cores_count: 1 as const,
        windings: [1, tap_pu].map((tap, w) => ({
          connection: 'wye' as const,
          terminal: { bus: w === 0 ? '650' : 'RG60', conductors: [k + 1, 0] },
          v_rated_kV: 2.4018,
          s_rated_kVA: 1666,
          r_frac: 5e-5,
          tap_pu: tap,
        })),
        x_frac: [1e-4],
        inService: true,
      })),
      {
        id: 'XFM-1',
        cores_count: 3,
        windings: [4.16, 0.48].map((v_rated_kV, w) => ({
          connection: 'wye' as const,
          terminal: { bus: w === 0 ? '633' : '634', conductors: [1, 2, 3, 0] },
          v_rated_kV,
          s_rated_kVA: 500,
          r_frac: 0.0055,
          tap_pu: 1,
        })),
        x_frac: [0.02],
        inService: true,
      },
    ],
    lines: [
      line('RG60', '632', 601, 2000, [1, 2, 3]),
      line('632', '670', 601, 667, [1, 2, 3]),
      line('670', '671', 601, 1333, [1, 2, 3]),
      line('671', '680', 601, 1000, [1, 2, 3]),
      line('632', '633', 602, 500, [1, 2, 3]),
      line('632', '645', 603, 500, [2, 3]),
      line('645', '646', 603, 300, [2, 3]),
      line('671', '684', 604, 300, [1, 3]),
      line('684', '611', 605, 300, [3]),
      line('684', '652', 607, 800, [1]),
      line('692', '675', 606, 500, [1, 2, 3]),
    ],
    switches: [{ id: '671-692', from: { bus: '671', conductors: [1, 2, 3] }, to: { bus: '692', conductors: [1, 2, 3] }, closed: true }],
    shunts: [capacitor('675', [1, 2, 3], 200), capacitor('611', [3], 100)],
    loads: [
      load('671', [1, 2, 3], 4.16, [385, 385, 385], [220, 220, 220]),
      load('634', [1, 2, 3, 0], 0.277, [160, 120, 120], [110, 90, 90]),
      load('645', [2, 0], 2.4, [170], [125]),
      load('646', [2, 3], 4.16, [230], [132], impedance),
      load('692', [3, 1], 4.16, [170], [151], current),
      load('675', [1, 2, 3, 0], 2.4, [485, 68, 290], [190, 60, 212]),
      load('611', [3, 0], 2.4, [170], [80], current),
      load('652', [1, 0], 2.4, [128], [86], impedance),
      load('670', [1, 2, 3, 0], 2.4, [17, 66, 117], [10, 38, 68]),
    ],
    inverters: given.inverters,
    generators: given.generators,
  }).feeder;
}

/** Full symmetric matrix of a lower triangle, times a length. */
function fullOf(lower: readonly number[], miles: number): number[] {
  const n = (Math.sqrt(8 * lower.length + 1) - 1) / 2;
  return Array.from({ length: n * n }, (_, k) => {
    const [i, j] = [Math.floor(k / n), k % n];
    const [high, low] = [Math.max(i, j), Math.min(i, j)];
    return lower[(high * (high + 1)) / 2 + low] * miles;
  });
}

/** A PV inverter between these conductors. */
export function sun(
  id: string,
  bus: string,
  conductors: Conductor[],
  p_kW: number,
  s_rated_kVA: number,
  more: Partial<Placed<Inverter>> = {},
): Placed<Inverter> {
  return {
    id,
    kind: 'pv',
    connection: conductors.includes(0) ? 'wye' : 'delta',
    terminal: { bus, conductors },
    v_rated_kV: 2.4,
    s_rated_kVA,
    p_kW,
    p_rated_kW: p_kW,
    q_kvar: 0,
    priority: 'watt',
    inService: true,
    ...more,
  };
}

/** A generator at bus 680. */
export const engine: Placed<PhaseGenerator> = {
  id: 'engine',
  connection: 'wye',
  terminal: { bus: '680', conductors: [1, 2, 3, 0] },
  v_rated_kV: 2.4,
  p_kW: [500, 500, 500],
  q_kvar: [0, 0, 0],
  q_min_kvar: -500,
  q_max_kvar: 500,
  inService: true,
};
