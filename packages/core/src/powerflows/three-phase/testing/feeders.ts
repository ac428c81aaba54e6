import { randomStream } from '../../../base/random.ts';
import type { BusIndex } from '../../../network/bus-index.ts';
import type { CapacitorControl, RegulatorControl } from '../../../network/feeder/controls.ts';
import type { Feeder, Line, Load, Terminal, Transformer, VoltageSource } from '../../../network/feeder/feeder.ts';

/** A feeder with these parts and nothing else. */
export function feederOf(parts: Partial<Feeder>): Feeder {
  return {
    name: 'test',
    frequency_Hz: 50,
    buses: [],
    sources: [],
    lines: [],
    switches: [],
    transformers: [],
    shunts: [],
    loads: [],
    generators: [],
    inverters: [],
    regulators: [],
    capacitorControls: [],
    inverterControls: [],
    profiles: [],
    ...parts,
  };
}

export const at = (bus: number, ...conductors: number[]): Terminal => ({ bus: bus as BusIndex, conductors });

/** Balanced ideal source, or behind z = r + jx in each phase. */
export function source(bus: number, v_kV: number, z?: { r_ohm: number; x_ohm: number }): VoltageSource {
  const diagonal = (value: number) => [value, 0, 0, 0, value, 0, 0, 0, value];
  return {
    id: 'source',
    terminal: at(bus, 1, 2, 3),
    e_kV: [v_kV / Math.sqrt(3), v_kV / Math.sqrt(3), v_kV / Math.sqrt(3)],
    angle_deg: [0, -120, 120],
    ...(z ? { r_ohm: diagonal(z.r_ohm), x_ohm: diagonal(z.x_ohm) } : {}),
    inService: true,
  };
}

/** A line whose phases are coupled by z_m = 0.3 z. */
export function line(id: string, from: Terminal, to: Terminal, r_ohm: number, x_ohm: number, more: Partial<Line> = {}): Line {
  const n = from.conductors.length;
  const matrix = (self: number, mutual: number) => Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? self : mutual));
  return {
    id,
    from,
    to,
    r_ohm: matrix(r_ohm, 0.2 * r_ohm),
    x_ohm: matrix(x_ohm, 0.3 * x_ohm),
    closedFrom: true,
    closedTo: true,
    ...more,
  };
}

export const powerLaw = { z_frac: 0, i_frac: 0, p_frac: 1 };

/** Wye to earth for the phases, or between them. */
export function load(id: string, terminal: Terminal, v_rated_kV: number, p_kW: number[], more: Partial<Load> = {}): Load {
  return {
    id,
    connection: 'wye',
    terminal,
    v_rated_kV,
    p_kW,
    q_kvar: p_kW.map((p) => 0.4 * p),
    pLaw: powerLaw,
    qLaw: powerLaw,
    inService: true,
    ...more,
  };
}

export function transformer(
  from: number,
  to: number,
  connections: ['wye' | 'delta', 'wye' | 'delta'],
  kV: [number, number],
  s_kVA: number,
): Transformer {
  const winding = (k: 0 | 1) => ({
    connection: connections[k],
    terminal: connections[k] === 'wye' ? at(k === 0 ? from : to, 1, 2, 3, 0) : at(k === 0 ? from : to, 1, 2, 3),
    v_rated_kV: kV[k],
    s_rated_kVA: s_kVA,
    r_frac: 0.005,
    tap_pu: 1,
  });
  return { id: `t${from}-${to}`, cores_count: 3, windings: [winding(0), winding(1)], x_frac: [0.06], inService: true };
}

/** A radial feeder of n buses behind a Dyn transformer: three- and one-phase branches, loads of all laws. */
export function randomFeeder(n: number, seed: number, stress = 1): Feeder {
  const random = randomStream(seed, 'three-phase-feeder');
  const buses = [{ id: 'grid', v_base_kV: 10 }, ...Array.from({ length: n }, (_, k) => ({ id: `b${k + 1}`, v_base_kV: 0.4 }))];
  const phasesOf: number[][] = [
    [1, 2, 3],
    [1, 2, 3],
  ];
  const lines: Line[] = [];
  const loads: Load[] = [];
  const laws = [
    powerLaw,
    { z_frac: 1, i_frac: 0, p_frac: 0 },
    { z_frac: 0, i_frac: 1, p_frac: 0 },
    { z_frac: 0.3, i_frac: 0.3, p_frac: 0.4 },
    { exponent: 1.3 },
  ];
  for (let b = 2; b <= n; b++) {
    const from = Math.max(1, b - 1 - random.index(3));
    const has = phasesOf[from];
    const phases = has.length === 3 && random.uniform() < 0.6 ? has : [has[random.index(has.length)]];
    phasesOf.push(phases);
    lines.push(line(`l${b}`, at(from, ...phases), at(b, ...phases), random.between(0.2, 1) / n, random.between(0.1, 0.6) / n));
    if (random.uniform() < 0.2) continue;
    const law = laws[random.index(laws.length)];
    const p_kW = phases.map(() => (random.between(0.2, 2) * 40 * stress) / n);
    const isDelta = phases.length === 3 && random.uniform() < 0.4;
    loads.push(
      isDelta
        ? load(`d${b}`, at(b, 1, 2, 3), 0.4, p_kW, { connection: 'delta', pLaw: law, qLaw: law })
        : load(`y${b}`, at(b, ...phases, 0), 0.4 / Math.sqrt(3), p_kW, { pLaw: law, qLaw: law }),
    );
  }
  return feederOf({
    buses,
    sources: [source(0, 10, { r_ohm: 0.05, x_ohm: 0.5 })],
    transformers: [transformer(0, 1, ['delta', 'wye'], [10, 0.4], 400)],
    lines,
    loads,
  });
}

/**
 * 10/0.4 kV with a tap changer on the low side, controlled as given, and a line behind it; buses grid, low, far.
 * @param z - impedance of the grid; none when left out
 */
export function tapChangerFeeder(control: Partial<RegulatorControl>, more: Partial<Feeder>, z?: { r_ohm: number; x_ohm: number }): Feeder {
  const bank = transformer(0, 1, ['delta', 'wye'], [10, 0.4], 400);
  const [high, low] = bank.windings;
  return feederOf({
    buses: ['grid', 'low', 'far'].map((id, k) => ({ id, v_base_kV: k === 0 ? 10 : 0.4 })),
    sources: [source(0, 10, z)],
    transformers: [{ ...bank, windings: [high!, { ...low!, tapMin_pu: 0.9, tapMax_pu: 1.1, tapSteps_count: 32 }] }],
    lines: [line('l', at(1, 1, 2, 3), at(2, 1, 2, 3), 0.03, 0.03)],
    regulators: [
      {
        id: 'reg',
        transformer: bank.id,
        windingMeasured: 1,
        windingMoved: 1,
        v_set_V: 120,
        band_V: 2,
        ptRatio: 400 / Math.sqrt(3) / 120,
        ctRating_A: 500,
        r_V: 0,
        x_V: 0,
        delay_s: 15,
        tapDelay_s: 2,
        tapsPerChange_count: 16,
        reversible: false,
        enabled: true,
        ...control,
      },
    ],
    ...more,
  });
}

/** A load that follows the profile `day` and a capacitor at the far end that closes by the vars of the line. */
export function varsAtTheEnd(control: Partial<CapacitorControl>): Pick<Feeder, 'loads' | 'shunts' | 'capacitorControls'> {
  return {
    loads: [load('d', at(2, 1, 2, 3, 0), 0.4 / Math.sqrt(3), [60, 50, 70], { profile: { daily: 'day' } })],
    shunts: [
      {
        id: 'cap',
        terminal: at(2, 1, 2, 3),
        g_S: new Array(9).fill(0),
        b_S: [0.3, 0, 0, 0, 0.3, 0, 0, 0, 0.3],
        closed_count: 0,
        inService: true,
      },
    ],
    capacitorControls: [
      {
        id: 'cc',
        shunt: 'cap',
        monitored: { kind: 'line', element: 'l', end: 0 },
        kind: 'kvar',
        on: 45,
        off: -20,
        ptRatio: 1,
        ctRatio: 1,
        phase: 0,
        delayOn_s: 30,
        delayOff_s: 30,
        dead_s: 300,
        enabled: true,
        ...control,
      },
    ],
  };
}

export const gridImpedance = { r_ohm: 0.1, x_ohm: 1 };
