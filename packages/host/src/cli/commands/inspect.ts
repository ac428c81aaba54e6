import { buildTopology, type Case, fundamentalLoop } from '@gridflock/core';
import { feederFacts, warningsOfFeeder } from '../../feeder/feeder-facts.ts';
import { networkOptions, readNetworkSource } from '../../files/network-source.ts';
import type { Action } from '../command.ts';
import { feederFactsText } from '../feeder-facts-text.ts';
import { jsonText } from '../json-text.ts';
import { counted, pairs, type Style, shownNumber, table } from '../text.ts';

/** What is in a network. */
export const inspect: Action = async ({ options, style }, [network = '']) => {
  const source = await readNetworkSource(network, networkOptions(options));
  const document = inspectionOf(source.case, source.path);
  return {
    document,
    text: inspectionText(document, style),
    files: [{ name: 'inspect.json', content: jsonText(document) }],
  };
};

export type Inspection = ReturnType<typeof inspectionOf>;

const loopsShown = 20;

export function inspectionOf(value: Case, path: string) {
  const { network, operatingPoint: point, dropped, warnings, feeder } = value;
  const ofFeeder = new Set(warningsOfFeeder(value));
  const topology = buildTopology(network, point.slacks, point.isolated);
  const levels = new Map<number, number>();
  for (const bus of network.buses) levels.set(bus.v_base_kV, (levels.get(bus.v_base_kV) ?? 0) + 1);
  const busesOf = new Map<number, string[]>();
  for (const [b, island] of topology.island.entries()) {
    if (island < 0) continue;
    const ids = busesOf.get(island) ?? [];
    if (ids.length === 0) busesOf.set(island, ids);
    ids.push(network.buses[b]?.id ?? '');
  }
  const isTransformer = (l: number): boolean => {
    const branch = network.branches[l];
    if (branch === undefined) return false;
    const from = network.buses[branch.from]?.v_base_kV;
    return branch.ratio !== 1 || branch.shift_deg !== 0 || from !== network.buses[branch.to]?.v_base_kV;
  };
  const indices = network.branches.map((_, l) => l);
  const injection = (values: Float64Array, sign: 1 | -1): number => values.reduce((total, value) => total + Math.max(0, sign * value), 0);
  const machines = point.generators.filter((each) => each.inService);
  return {
    network: network.name,
    path,
    source: network.source ?? null,
    counts: {
      buses: network.buses.length,
      branches: network.branches.length,
      branches_in_service: network.branches.filter((branch) => branch.inService).length,
      transformers: indices.filter(isTransformer).length,
      shunts: network.shunts.length,
      loads: point.p_kW.filter((p_kW, b) => p_kW < 0 || (point.q_kvar[b] ?? 0) < 0).length,
      generators: point.generators.length,
      generators_in_service: machines.length,
      generators_holding_voltage: machines.filter((each) => each.holdsVoltage).length,
      isolated_buses: point.isolated.length,
    },
    voltage_levels: [...levels].sort(([a], [b]) => b - a).map(([v_base_kV, buses]) => ({ v_base_kV, buses })),
    s_base_kVA: network.s_base_kVA,
    shape: topology.isRadial ? 'radial' : topology.chords.length === 0 ? 'radial, several slacks' : 'meshed',
    slacks: point.slacks.map((bus) => network.buses[bus]?.id ?? ''),
    depth_max: topology.depth_count.reduce((most, depth) => Math.max(most, depth), 0),
    loops: {
      count: topology.chords.length,
      first: [...topology.chords.slice(0, loopsShown)].map((chord) => ({
        closed_by: network.branches[chord]?.id ?? '',
        branches: fundamentalLoop(network, topology, chord).map((l) => network.branches[l]?.id ?? ''),
      })),
    },
    islands: [...busesOf].map(([island, ids]) => ({
      buses: ids.length,
      first_bus: ids[0] ?? '',
      supplied: !topology.unsuppliedIslands.includes(island),
    })),
    load: { p_kW: injection(point.p_kW, -1), q_kvar: injection(point.q_kvar, -1) },
    fixed_injection: { p_kW: injection(point.p_kW, 1), q_kvar: injection(point.q_kvar, 1) },
    generation: {
      p_kW: machines.reduce((total, each) => total + each.p_kW, 0),
      p_max_kW: finite(machines.reduce((total, each) => total + each.p_max_kW, 0)),
    },
    ...(feeder === undefined
      ? {}
      : { feeder: feederFacts(feeder), balanced_equivalent: { approximations: warnings.filter((text) => !ofFeeder.has(text)) } }),
    warnings: [...ofFeeder, ...oddities(busesOf, topology.unsuppliedIslands)],
    dropped,
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

const oddities = (busesOf: ReadonlyMap<number, readonly string[]>, unsupplied: readonly number[]): string[] =>
  unsupplied.map((island) => {
    const ids = busesOf.get(island) ?? [];
    return `${counted(ids.length, 'bus', 'buses')} from bus "${ids[0]}" on ${ids.length === 1 ? 'has' : 'have'} no slack`;
  });

export function inspectionText(found: Inspection, style: Style): string {
  const { counts, loops, islands } = found;
  const unsupplied = islands.filter((island) => !island.supplied).length;
  if (found.feeder !== undefined) return feederInspectionText(found, style);
  const lines = [
    style.bold(found.network),
    pairs(
      [
        ...(found.source === null ? [] : [['source', found.source] as const]),
        ['buses', `${counts.buses}${counts.isolated_buses > 0 ? ` (${counts.isolated_buses} isolated)` : ''}`],
        ['branches', `${counts.branches} (${counts.branches_in_service} in service), ${counted(counts.transformers, 'transformer')}`],
        ['shunts', String(counts.shunts)],
        ['voltage levels', found.voltage_levels.map((each) => `${shownNumber(each.v_base_kV)} kV × ${each.buses}`).join(', ')],
        [
          'shape',
          `${found.shape}, ${counted(loops.count, 'loop')}, ${counted(islands.length, 'island')}${unsupplied > 0 ? ` (${unsupplied} without a slack)` : ''}, ${counted(found.depth_max, 'branch', 'branches')} deep`,
        ],
        ['slack', found.slacks.length > 12 ? `${found.slacks.length} buses` : `bus ${found.slacks.join(', ')}`],
        ['load', `${shownNumber(found.load.p_kW)} kW, ${shownNumber(found.load.q_kvar)} kvar at ${counted(counts.loads, 'bus', 'buses')}`],
        [
          'generation',
          `${counts.generators} (${counts.generators_in_service} in service, ${counts.generators_holding_voltage} hold voltage), ${shownNumber(found.generation.p_kW)} of ${shownNumber(found.generation.p_max_kW)} kW`,
        ],
      ],
      style,
    ),
  ];
  if (loops.first.length > 0) {
    lines.push('', style.bold(loops.count > loops.first.length ? `first ${loops.first.length} loops` : 'loops'));
    lines.push(
      table(
        [{ title: 'closed by' }, { title: 'branches', right: true }],
        loops.first.map((loop) => [loop.closed_by, String(loop.branches.length)]),
        style,
      ),
    );
  }
  lines.push(...oddText(found, style));
  return lines.join('\n');
}

function feederInspectionText(found: Inspection, style: Style): string {
  const { feeder, balanced_equivalent } = found;
  if (feeder === undefined) return '';
  const approximations = balanced_equivalent?.approximations.length ?? 0;
  const head: [string, string][] = [
    ...(found.source === null ? [] : [['source', found.source] as [string, string]]),
    ['voltage levels', found.voltage_levels.map((each) => `${shownNumber(each.v_base_kV)} kV × ${each.buses}`).join(', ')],
    ['supply', `bus ${found.slacks.join(', ')}, ${feeder.frequency_Hz} Hz`],
  ];
  return [
    style.bold(found.network),
    ...feederFactsText(feeder, head, style),
    ...oddText(found, style),
    ...(approximations === 0
      ? []
      : [
          '',
          style.dim(
            `Commands that know only one phase use a balanced equivalent with ${counted(approximations, 'approximation')} (--json lists them).`,
          ),
        ]),
  ].join('\n');
}

/** Warnings and what was not carried over, when there are any. */
function oddText(found: Inspection, style: Style): string[] {
  const lines: string[] = [];
  if (found.warnings.length > 0) lines.push('', style.yellow('warnings'), ...found.warnings.map((text) => `  ${text}`));
  if (found.dropped.length > 0) {
    lines.push('', style.yellow('not carried over'));
    lines.push(
      table(
        [{ title: 'element' }, { title: 'where' }, { title: 'reason' }],
        found.dropped.map((each) => [each.element, each.where, each.reason]),
        style,
      ),
    );
  }
  return lines;
}
