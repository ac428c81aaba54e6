import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readShared, sharedReference } from '../matpower/shared-cases.ts';
import { readScript, type Solved, solveFeeder, turn_deg } from './solve-script.ts';

const root = `${sharedReference}/cimhub`;
const namesIn = (folder: string): string[] =>
  existsSync(`${root}/${folder}/results`)
    ? readdirSync(`${root}/${folder}/results`)
        .filter((name) => name.endsWith('.txt'))
        .map((name) => name.slice(0, -4))
    : [];

interface Flow {
  readonly element: string;
  readonly bus: string;
  readonly phases: readonly {
    readonly conductor: number;
    readonly v_V: number;
    readonly angle_rad: number;
    readonly i_A: number;
    readonly p_kW: number;
    readonly q_kvar: number;
  }[];
}

/** The "Base case" blocks: what OpenDSS gave on the script as it is. */
function baseFlows(text: string): Flow[] {
  return text
    .split(/(?=OpenDSS branch flow in)/)
    .filter((block) => /Base case/.test(block.split('\n')[0]))
    .map((block) => {
      const [, element, bus] = /branch flow in (\S+) from (\S+), Base/.exec(block)!;
      const rows = [...block.matchAll(/^\s+([ABC])\s+([\d.]+)\s+(-?[\d.]+)\s+([\d.]+)\s+(-?[\d.]+)\s+(-?[\d.]+) \+ j\s+(-?[\d.]+)/gm)];
      return {
        element: element.toLowerCase(),
        bus: bus.toLowerCase(),
        phases: rows.map(([, letter, v, angle, i, , p, q]) => ({
          conductor: 'ABC'.indexOf(letter) + 1,
          v_V: Number(v),
          angle_rad: Number(angle),
          i_A: Number(i),
          p_kW: Number(p),
          q_kvar: Number(q),
        })),
      };
    });
}

/** Worst differences of voltages (relative), angles and powers (of the largest power). */
function compare(solved: Solved, flow: Flow): { v_frac: number; angle_deg: number; s_frac: number } {
  const worst = { v_frac: 0, angle_deg: 0, s_frac: 0 };
  const { feeder, result } = solved;
  const found = (['lines', 'switches', 'transformers', 'loads', 'inverters'] as const).flatMap((list) =>
    feeder[list].flatMap((element, k) => (element.id === flow.element ? [{ element, flows: result[list][k] }] : [])),
  )[0];
  expect(found, flow.element).toBeDefined();
  const { element, flows } = found;
  const terminals =
    'windings' in element
      ? element.windings.map(({ terminal }) => terminal)
      : 'terminal' in element
        ? [element.terminal]
        : [element.from, element.to];
  const t = terminals.findIndex(({ bus }) => feeder.buses[bus].id === flow.bus);
  const largest = Math.max(...flow.phases.map(({ p_kW, q_kvar }) => Math.hypot(p_kW, q_kvar)));
  // the flow of a branch is printed into it at one end and out of it at the other
  const differences = [0, 0];
  for (const phase of flow.phases) {
    const volts = solved.volts(flow.bus, phase.conductor);
    if (volts === undefined || phase.v_V === 0) continue;
    worst.v_frac = Math.max(worst.v_frac, Math.abs(volts.size_V / phase.v_V - 1));
    worst.angle_deg = Math.max(worst.angle_deg, turn_deg(volts.angle_deg, (phase.angle_rad * 180) / Math.PI));
    const at = terminals[t].conductors.indexOf(phase.conductor);
    if (at < 0) continue;
    const { p_kW, q_kvar } = flows.ends[t];
    differences[0] = Math.max(differences[0], Math.hypot(p_kW[at] - phase.p_kW, q_kvar[at] - phase.q_kvar));
    differences[1] = Math.max(differences[1], Math.hypot(p_kW[at] + phase.p_kW, q_kvar[at] + phase.q_kvar));
  }
  worst.s_frac = Math.min(...differences) / largest;
  return worst;
}

describe.runIf(namesIn('transformer_connections').length > 0)('CIMHub: transformer connections', () => {
  it.each(namesIn('transformer_connections'))('%s', (name) => {
    const flows = baseFlows(readShared(`cimhub/transformer_connections/results/${name}.txt`));
    const solved = solveFeeder(readScript(`${root}/transformer_connections/${name}.dss`));
    expect(solved.result.status).toBe('converged');
    expect(flows.length).toBeGreaterThan(0);
    for (const flow of flows) {
      const worst = compare(solved, flow);
      expect(worst.v_frac).toBeLessThan(1e-4);
      expect(worst.s_frac).toBeLessThan(1e-3);
      expect(worst.angle_deg).toBeLessThan(0.2);
    }
  });
});

/** Tolerances of voltage and power where they are not 1e-4 and 0.1 %. */
const inverterTolerances: Readonly<Record<string, readonly [v_frac: number, s_frac: number]>> = {
  // OpenDSS stops when the active power is within 1 % of what the curve says
  local_chcurve_b: [2e-4, 8e-3],
  local_combo_b: [2e-4, 8e-3],
  local_vwatt_b: [2e-4, 8e-3],
  remote_vwatt_b: [2e-4, 8e-3],
};
const inverters = namesIn('ieee1547_inverter');
describe.runIf(inverters.length > 0)('CIMHub: IEEE 1547 inverters', () => {
  it.each(inverters)('%s', (name) => {
    const flows = baseFlows(readShared(`cimhub/ieee1547_inverter/results/${name}.txt`));
    const solved = solveFeeder(readScript(`${root}/ieee1547_inverter/${name}.dss`));
    expect(solved.result.status).toBe('converged');
    for (const flow of flows) {
      const worst = compare(solved, flow);
      const [v_frac, s_frac] = inverterTolerances[name] ?? [2e-5, 1e-3];
      expect(worst.v_frac).toBeLessThan(v_frac);
      expect(worst.s_frac).toBeLessThan(s_frac);
    }
  });
});
