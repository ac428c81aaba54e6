import { balancedCase, type Case, distanceFromSource_km, type Feeder } from '@gridflock/core';
import { phaseName } from './branch-rows.ts';

/** What looks odd about the feeder itself; what only its balanced equivalent approximates is no concern of a solution phase by phase. */
export function warningsOfFeeder({ feeder, warnings }: Case): readonly string[] {
  if (feeder === undefined) return warnings;
  const ofEquivalent = new Set(balancedCase(feeder).warnings);
  return warnings.filter((text) => !ofEquivalent.has(text));
}

/** What is in a feeder, as `inspect` tells it. Loads are positive when they consume. */
export function feederFacts(feeder: Feeder) {
  const { buses, lines, switches, transformers, shunts, loads, generators, inverters, regulators, capacitorControls, inverterControls } =
    feeder;
  const conductors = conductorsOf(feeder);
  const distance_km = distanceFromSource_km(feeder);
  const perPhase = loadPerPhase(feeder);
  const mean_kW = perPhase.reduce((total, each) => total + each.p_load_kW, 0) / 3;
  return {
    frequency_Hz: feeder.frequency_Hz,
    conductors_count: conductors.reduce((count, each) => count + each.size, 0),
    buses_by_phases: tallied(
      buses.map((_, b) =>
        [...(conductors[b] ?? [])]
          .sort((x, y) => x - y)
          .map(phaseName)
          .join(''),
      ),
    ),
    lines: lines.length,
    lines_by_phases: tallied(lines.map(({ from }) => from.conductors.map(phaseName).join(''))),
    length_km: lines.reduce((total, { length_km = 0 }) => total + length_km, 0),
    farthest_km: distance_km.reduce((most, each) => (Number.isFinite(each) ? Math.max(most, each) : most), 0),
    buses_without_source: buses.filter((_, b) => !Number.isFinite(distance_km[b])).map(({ id }) => id),
    switches: switches.length,
    switches_open: switches.filter(({ closed }) => !closed).length,
    transformers: transformers.length,
    transformer_connections: tallied(
      transformers.map(({ cores_count, windings }) => {
        const sides = windings.map(({ connection, v_rated_kV }) => `${connection} ${Number(v_rated_kV.toPrecision(4))} kV`);
        return `${sides.join(' – ')}${cores_count === 1 ? ', single-phase' : ''}`;
      }),
    ),
    regulators: regulators.map(({ id, transformer, v_set_V, band_V, ptRatio, r_V, x_V, enabled }) => ({
      id,
      transformer,
      v_set_V,
      band_V,
      ptRatio,
      line_drop_compensation: r_V !== 0 || x_V !== 0,
      enabled,
    })),
    capacitors: shunts.map(({ id, terminal, q_rated_kvar, steps_count = 1 }) => ({
      id,
      bus: buses[terminal.bus]?.id ?? '',
      phases: terminal.conductors
        .filter((c) => c > 0)
        .map(phaseName)
        .join(''),
      q_rated_kvar: q_rated_kvar ?? null,
      steps_count,
      controlled: capacitorControls.some(({ shunt }) => shunt === id),
    })),
    loads: loads.length,
    loads_by_connection: tallied(loads.map(({ connection, pLaw }) => `${connection}, ${lawName(pLaw)}`)),
    load_per_phase: perPhase,
    /** Largest departure of a phase from the mean of the three. */
    load_unbalance_frac: mean_kW > 0 ? Math.max(...perPhase.map(({ p_load_kW }) => Math.abs(p_load_kW / mean_kW - 1))) : 0,
    generators: generators.length,
    inverters: inverters.length,
    inverters_kVA: inverters.reduce((total, { s_rated_kVA }) => total + s_rated_kVA, 0),
    inverter_functions: tallied(inverterControls.flatMap(({ functions }) => functions.map(({ kind }) => kind))),
    profiles: feeder.profiles.length,
  };
}

export type FeederFacts = ReturnType<typeof feederFacts>;

function conductorsOf({ buses, sources, lines, switches, transformers, shunts, loads, generators, inverters }: Feeder): Set<number>[] {
  const found = buses.map(() => new Set<number>());
  const wires = [...lines, ...switches].flatMap(({ from, to }) => [from, to]);
  const windings = transformers.flatMap((each) => each.windings.map(({ terminal }) => terminal));
  const others = [...sources, ...shunts, ...loads, ...generators, ...inverters].map(({ terminal }) => terminal);
  for (const { bus, conductors } of [...wires, ...windings, ...others]) {
    for (const conductor of conductors) if (conductor !== 0) found[bus]?.add(conductor);
  }
  return found;
}

/** Most frequent first. */
function tallied(words: readonly string[]): { readonly name: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

function lawName(law: Feeder['loads'][number]['pLaw']): string {
  const named = 'exponent' in law ? ['power', 'current', 'impedance'][law.exponent] : zipName(law);
  return named === undefined ? 'mixed' : `constant ${named}`;
}

function zipName({
  z_frac,
  i_frac,
  p_frac,
}: {
  readonly z_frac: number;
  readonly i_frac: number;
  readonly p_frac: number;
}): string | undefined {
  return p_frac === 1 ? 'power' : i_frac === 1 ? 'current' : z_frac === 1 ? 'impedance' : undefined;
}

/** Nominal powers; what lies between two phases counts half for each. */
function loadPerPhase({ loads }: Feeder): { readonly phase: string; readonly p_load_kW: number; readonly q_load_kvar: number }[] {
  const p = [0, 0, 0, 0];
  const q = [0, 0, 0, 0];
  const share = (conductor: number | undefined, part: number, p_kW: number, q_kvar: number): void => {
    if (conductor === undefined || conductor < 1 || conductor > 3) return;
    p[conductor] = (p[conductor] ?? 0) + part * p_kW;
    q[conductor] = (q[conductor] ?? 0) + part * q_kvar;
  };
  for (const { connection, terminal, p_kW, q_kvar, inService } of loads) {
    if (!inService) continue;
    for (const [k, power_kW] of p_kW.entries()) {
      const ends =
        connection === 'wye'
          ? [terminal.conductors[k]]
          : [terminal.conductors[k], terminal.conductors[(k + 1) % terminal.conductors.length]];
      for (const end of ends) share(end, 1 / ends.length, power_kW, q_kvar[k] ?? 0);
    }
  }
  return [1, 2, 3].map((c) => ({ phase: phaseName(c), p_load_kW: p[c] ?? 0, q_load_kvar: q[c] ?? 0 }));
}
