import type { FeederBus } from '../../network/feeder/feeder.ts';
import type { FeederParts } from '../../network/feeder/feeder-parts.ts';
import type { Dropped } from '../../network/network.ts';
import { readGenerator, readLoad, voltageRegulators } from './consumers.ts';
import { type Dataset, has, idOf, invalid, nameOf, numberOf, type Row, type Scenario } from './dataset.ts';
import { Reading } from './reading.ts';
import { ranksOf, readTapRegulator } from './regulators.ts';
import { misspelt, mustHaveDistinctIds, withDistinctNames } from './scenario-checks.ts';
import { readGenericBranch, readThreeWindingTransformer, readTransformer } from './transformers.ts';
import { frequency_Hz, readAsymLine, readLine, readLink, readShunt, readSource } from './wires.ts';

export interface ReadParts {
  readonly parts: FeederParts;
  readonly dropped: readonly Dropped[];
  readonly warnings: readonly string[];
}

/** What each component becomes; the others are reported. */
const components = [
  'node',
  'line',
  'asym_line',
  'link',
  'generic_branch',
  'transformer',
  'three_winding_transformer',
  'source',
  'shunt',
  'sym_load',
  'asym_load',
  'sym_gen',
  'asym_gen',
  'voltage_regulator',
  'transformer_tap_regulator',
] as const;
type Component = (typeof components)[number];

const reasons: Readonly<Record<string, string>> = {
  sym_voltage_sensor: 'measurements are not part of a network',
  asym_voltage_sensor: 'measurements are not part of a network',
  sym_power_sensor: 'measurements are not part of a network',
  asym_power_sensor: 'measurements are not part of a network',
  sym_current_sensor: 'measurements are not part of a network',
  asym_current_sensor: 'measurements are not part of a network',
  fault: 'short-circuit calculations are not made',
};

/** The network of an input dataset. @throws {InputError} PGM_DATASET_INVALID when it is an update or a result */
export function inputOf(dataset: Dataset, fileName: string): Scenario {
  if (dataset.type === 'input' && !dataset.isBatch) return dataset.scenarios[0];
  throw invalid(
    `The dataset is of type "${dataset.type}"${dataset.isBatch ? ', a batch' : ''}, not a network`,
    fileName,
    'Give the input dataset; updates belong to one.',
  );
}

/**
 * Every component as part of a feeder. Ids are kept as text.
 * @throws {InputError} PGM_ATTRIBUTE_MISSING, PGM_ATTRIBUTE_INVALID, PGM_UNKNOWN_ID, PGM_ID_TWICE
 */
export function readParts(said: Scenario, name: string): ReadParts {
  mustHaveDistinctIds(said);
  const scenario = withDistinctNames(said);
  const rows = (component: Component): readonly Row[] => scenario.get(component) ?? [];
  const reading = new Reading(rows('node'));
  const all = <T>(component: Component, read: (row: Row) => T | undefined): T[] =>
    rows(component)
      .map(read)
      .filter((part) => part !== undefined);
  const regulated = voltageRegulators(
    rows('voltage_regulator'),
    reading,
    (['sym_gen', 'asym_gen', 'sym_load', 'asym_load'] as const).flatMap(rows),
  );
  const isRegulated = (row: Row): boolean => regulated.has(idOf(row));
  const loads = (component: 'sym_load' | 'asym_load', isAsymmetric: boolean) =>
    all(component, (row) => (isRegulated(row) ? undefined : readLoad(row, reading, isAsymmetric)));
  const generators = (component: Component, isAsymmetric: boolean, sign: 1 | -1 = 1) =>
    all(component, (row) => (sign === 1 || isRegulated(row) ? readGenerator(row, reading, isAsymmetric, regulated, sign) : undefined));
  const transformers = new Map([...rows('transformer'), ...rows('three_winding_transformer')].map((row) => [idOf(row), row]));
  const ranks = ranksOf(scenario);
  const parts: FeederParts = {
    name,
    frequency_Hz,
    buses: rows('node').map((row): FeederBus => ({ id: nameOf(row), v_base_kV: numberOf(row, 'u_rated') / 1000 })),
    sources: all('source', (row) => readSource(row, reading)),
    lines: [...all('line', (row) => readLine(row, reading)), ...all('asym_line', (row) => readAsymLine(row, reading))],
    switches: all('link', (row) => readLink(row, reading)),
    transformers: [
      ...all('transformer', (row) => readTransformer(row, reading)),
      ...all('three_winding_transformer', (row) => readThreeWindingTransformer(row, reading)),
      ...all('generic_branch', (row) => readGenericBranch(row, reading)),
    ],
    shunts: [...all('shunt', (row) => readShunt(row, reading)), ...reading.shunts],
    loads: [...loads('sym_load', false), ...loads('asym_load', true)],
    generators: [
      ...generators('sym_gen', false),
      ...generators('asym_gen', true),
      // a regulated load is a generator that takes power
      ...generators('sym_load', false, -1),
      ...generators('asym_load', true, -1),
    ],
    regulators: all('transformer_tap_regulator', (row) =>
      readTapRegulator(row, reading, transformers, ranks.get(idOf(row, 'regulated_object')) ?? 0),
    ),
  };
  const known: ReadonlySet<string> = new Set(components);
  const others = [...scenario].filter(([component, list]) => !known.has(component) && list.length > 0);
  const unread = others.map(
    ([component, list]): Dropped => ({
      element: `${list.length} ${component}`,
      where: list[0].where,
      reason: Object.hasOwn(reasons, component) ? reasons[component] : 'this component is not known',
    }),
  );
  return { parts, dropped: [...reading.dropped, ...unread, ...misspelt(said)], warnings: warningsOf(said) };
}

/** A network that is not alike in its phases needs the zero sequence of its lines; without, it is the positive one, which is a guess. */
function warningsOf(scenario: Scenario): readonly string[] {
  const isUneven = ['asym_load', 'asym_gen', 'asym_line'].some((component) => (scenario.get(component) ?? []).length > 0);
  const lines = (scenario.get('line') ?? []).filter((row) => !has(row, 'r0') && !has(row, 'x0'));
  if (!isUneven || lines.length === 0) return [];
  return [
    `${lines.length} lines have no r0 and x0, and the network is not alike in its phases: their zero sequence is taken as the positive one (${lines[0].where})`,
  ];
}
