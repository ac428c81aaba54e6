// Feeders of bench/three-phase.bench.mjs: seeded ones, always there, and OpenDSS scripts of ../../shared/reference where present.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Series matrices of a line: self and mutual. */
const matrix = (n, self, mutual) => Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? self : mutual));

/** Seeded radial feeder: a trunk of three phases; `lateral`: share of the buses that hang on it, or on one another, by one phase; `loads`: how many, single-phase. */
export function seededFeeder(randomStream, { name, buses, v_base_kV, lateral, loads, load_kW, z_ohm, sk_kVA }) {
  const random = randomStream(1, name);
  const phasesOf = [[1, 2, 3]];
  const lines = [];
  for (let b = 1; b < buses; b++) {
    const isLateral = b > 4 && random.uniform() < lateral;
    let from = Math.max(0, b - 1 - random.index(isLateral ? b : 4));
    while (!isLateral && phasesOf[from].length < 3) from--;
    const has = phasesOf[from];
    const phases = isLateral && has.length === 3 ? [has[random.index(3)]] : has;
    phasesOf.push(phases);
    lines.push({ from, to: b, phases, r: z_ohm * random.between(0.5, 1.5), x: z_ohm * random.between(0.3, 0.9) });
  }
  const at = Array.from({ length: buses - 1 }, (_, k) => k + 1);
  for (let k = at.length - 1; k > 0; k--) {
    const other = random.index(k + 1);
    [at[k], at[other]] = [at[other], at[k]];
  }
  const chosen = at.slice(0, loads).map((bus) => {
    const phase = phasesOf[bus][random.index(phasesOf[bus].length)];
    const p = load_kW * random.between(0.3, 1.7);
    return { bus, phase, p_kW: p, q_kvar: p * random.between(0.2, 0.5) };
  });
  return { name, v_base_kV, sk_kVA, buses, lines, loads: chosen };
}

/** The same feeder for our own power flow. */
export function ours(buildFeeder, seeded) {
  const terminal = (bus, conductors) => ({ bus, conductors });
  const z = (seeded.v_base_kV ** 2 * 1e3) / seeded.sk_kVA;
  const x = z / Math.hypot(1, 0.1);
  const e = seeded.v_base_kV / Math.sqrt(3);
  const { feeder } = buildFeeder({
    name: seeded.name,
    frequency_Hz: 50,
    buses: Array.from({ length: seeded.buses }, (_, b) => ({ id: `b${b}`, v_base_kV: seeded.v_base_kV })),
    sources: [
      {
        id: 'source',
        terminal: terminal(0, [1, 2, 3]),
        e_kV: [e, e, e],
        angle_deg: [0, -120, 120],
        r_ohm: matrix(3, 0.1 * x, 0),
        x_ohm: matrix(3, x, 0),
        inService: true,
      },
    ],
    lines: seeded.lines.map((l, k) => ({
      id: `l${k}`,
      from: terminal(l.from, l.phases),
      to: terminal(l.to, l.phases),
      r_ohm: matrix(l.phases.length, l.r, 0.2 * l.r),
      x_ohm: matrix(l.phases.length, l.x, 0.4 * l.x),
      closedFrom: true,
      closedTo: true,
    })),
    switches: [],
    transformers: [],
    shunts: [],
    loads: seeded.loads.map((d, k) => ({
      id: `d${k}`,
      connection: 'wye',
      terminal: terminal(d.bus, [d.phase, 0]),
      v_rated_kV: e,
      p_kW: [d.p_kW],
      q_kvar: [d.q_kvar],
      pLaw: { z_frac: 0, i_frac: 0, p_frac: 1 },
      qLaw: { z_frac: 0, i_frac: 0, p_frac: 1 },
      inService: true,
    })),
    generators: [],
    inverters: [],
    regulators: [],
    capacitorControls: [],
    inverterControls: [],
    profiles: [],
  });
  return feeder;
}

/** For the peers: three phases everywhere (power-grid-model) and the own conductors (OpenDSS). */
export function forPeers(seeded, { steps, repeats, tolerance, profiles }) {
  const onPhase = (d, value) => [1, 2, 3].map((c) => (c === d.phase ? value : 0));
  return {
    buses_count: seeded.buses,
    v_base_kV: seeded.v_base_kV,
    sk_kVA: seeded.sk_kVA,
    rx_ratio: 0.1,
    steps,
    repeats,
    tolerance,
    profiles,
    lines: seeded.lines.map((l) => ({
      from: l.from,
      to: l.to,
      conductors: l.phases,
      r: matrix(3, l.r, l.phases.length === 3 ? 0.2 * l.r : 0),
      x: matrix(3, l.x, l.phases.length === 3 ? 0.4 * l.x : 0),
      r_own: matrix(l.phases.length, l.r, 0.2 * l.r),
      x_own: matrix(l.phases.length, l.x, 0.4 * l.x),
    })),
    loads: seeded.loads.map((d) => ({ bus: d.bus, p_kW: onPhase(d, d.p_kW), q_kvar: onPhase(d, d.q_kvar) })),
  };
}

const folder = fileURLToPath(new URL('../../shared/reference/ieee_feeders/opendss/IEEETestCases/', import.meta.url));

/** Path of a script of the shared reference data, or undefined where it is not mounted. */
export const sharedScript = (name) => (existsSync(join(folder, name)) ? join(folder, name) : undefined);

/** Files beside a script, whatever the case of their letters. */
export const onDisk = {
  read(path, from) {
    const wanted = resolve(dirname(from), path.replaceAll('\\', '/'));
    const beside = dirname(wanted);
    if (!existsSync(beside)) return undefined;
    const name = readdirSync(beside).find((entry) => join(beside, entry).toLowerCase() === wanted.toLowerCase());
    return name && { name: join(beside, name), text: readFileSync(join(beside, name), 'latin1') };
  },
};
