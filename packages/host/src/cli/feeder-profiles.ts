import { didYouMean, type Feeder, InputError, type Profile, readProfiles, stepStartsAt, type ThreePhaseSeries } from '@gridflock/core';
import { gridOf } from './profiles.ts';

/** What a feeder does over time. */
export interface FeederProfiles {
  /** With the profiles that its elements follow. */
  readonly feeder: Feeder;
  readonly series: ThreePhaseSeries;
  /** Start of each step. */
  readonly names: readonly string[];
}

type Group = 'loads' | 'inverters' | 'generators';
type Quantity = 'p_kW' | 'q_kvar' | 'frac';

/** The elements that a column is about. */
interface Target {
  readonly group: Group;
  readonly elements: readonly number[];
}

interface Column {
  readonly name: string;
  readonly target: Target;
  readonly quantity: Quantity;
  readonly values: Float64Array;
}

/**
 * A CSV with a `time` column and, besides it, columns of
 *
 * - `load_frac`, `inverter_frac`, `generator_frac`: scale every element of the kind,
 * - `<id>_frac`: scales one load, generator, inverter, or all loads of a bus,
 * - `<id>_p_kW`, `<id>_q_kvar`: the power of one element, or of all loads of a bus shared as the feeder shares it; + into the network, so a load is
 *   negative, as in the results.
 *
 * Elements that no column names stay as the feeder has them.
 * @throws {InputError} PROFILE_EMPTY, PROFILE_UNKNOWN_COLUMN, PROFILE_UNKNOWN_BUS, PROFILE_MIXED, and those of readProfiles
 */
export function readFeederProfiles(text: string, fileName: string, feeder: Feeder): FeederProfiles {
  const grid = gridOf(text, fileName);
  const columns = readColumns(text, fileName, feeder, grid);
  const step_s = grid.dt_h * 3600;
  return {
    feeder: following(withSomething(feeder, columns), columns, step_s, fileName),
    series: { mode: 'yearly', step_s, steps_count: grid.steps_count },
    names: Array.from({ length: grid.steps_count }, (_, t) => stepStartsAt(grid, t)),
  };
}

function readColumns(text: string, fileName: string, feeder: Feeder, grid: ReturnType<typeof gridOf>): Column[] {
  const columns = readProfiles(text, { fileName, grid });
  if (columns.size === 0) {
    throw new InputError({ code: 'PROFILE_EMPTY', message: `"${fileName}" holds no column besides time`, where: `${fileName}:1` });
  }
  const find = targetFinder(feeder);
  return [...columns].map(([name, values]) => {
    const parts = /^(.+)_(p_kW|q_kvar|frac)$/s.exec(name);
    const id = parts?.[1] ?? '';
    const target = parts === null ? undefined : find(id, name, fileName);
    const quantity = parts?.[2] as Quantity;
    if (target === undefined || (target.group === 'inverters' && quantity === 'q_kvar')) {
      throw new InputError({
        code: 'PROFILE_UNKNOWN_COLUMN',
        message: `Column "${name.slice(0, 80)}" is not known`,
        where: `${fileName}:1`,
        hint:
          target === undefined
            ? 'Name the columns time, load_frac, and <element or bus id>_p_kW, _q_kvar (+ into the network) or _frac.'
            : 'The vars of an inverter follow its own settings and functions; give only its _p_kW or _frac.',
      });
    }
    return { name, target, quantity, values };
  });
}

const whole: Readonly<Record<string, Group>> = { load: 'loads', inverter: 'inverters', generator: 'generators' };
const groups: readonly Group[] = ['loads', 'inverters', 'generators'];

function targetFinder(feeder: Feeder): (id: string, column: string, fileName: string) => Target {
  const elements = new Map<string, Target>();
  for (const group of groups) {
    for (const [k, { id }] of feeder[group].entries()) if (!elements.has(id)) elements.set(id, { group, elements: [k] });
  }
  const buses = new Map<string, number[]>();
  for (const [k, { terminal }] of feeder.loads.entries()) {
    const id = feeder.buses[terminal.bus]?.id ?? '';
    buses.set(id, [...(buses.get(id) ?? []), k]);
  }
  return (id, column, fileName) => {
    const own = elements.get(id);
    if (own !== undefined) return own;
    const loads = buses.get(id);
    if (loads !== undefined) return { group: 'loads', elements: loads };
    const group = whole[id];
    if (group !== undefined && column.endsWith('_frac')) return { group, elements: feeder[group].map((_, k) => k) };
    throw new InputError({
      code: 'PROFILE_UNKNOWN_BUS',
      message: `Column "${column.slice(0, 80)}" names "${id.slice(0, 60)}", which is no load, generator or inverter of "${feeder.name}" and no bus with a load`,
      where: `${fileName}:1`,
      hint: didYouMean(id, [...elements.keys(), ...buses.keys()]),
    });
  };
}

/** Powers cannot be multiples of nothing: elements that get some and have none start from 1 kW or 1 kvar, shared evenly. */
function withSomething(feeder: Feeder, columns: readonly Column[]): Feeder {
  const wanted = (group: 'loads' | 'generators', quantity: 'p_kW' | 'q_kvar'): Set<number> => {
    const powerless = (elements: readonly number[]): boolean => sum(elements.map((k) => sum(feeder[group][k]?.[quantity] ?? []))) === 0;
    const given = columns.filter((each) => each.target.group === group && each.quantity === quantity).map(({ target }) => target.elements);
    return new Set(given.filter(powerless).flat());
  };
  const evenly = (values: readonly number[]): number[] => values.map(() => 1 / values.length);
  const revised = <T extends Feeder['loads'][number] | Feeder['generators'][number]>(
    elements: readonly T[],
    group: 'loads' | 'generators',
  ): T[] => {
    const p = wanted(group, 'p_kW');
    const q = wanted(group, 'q_kvar');
    return elements.map((each, k) => ({
      ...each,
      ...(p.has(k) ? { p_kW: evenly(each.p_kW) } : {}),
      ...(q.has(k) ? { q_kvar: evenly(each.q_kvar) } : {}),
    }));
  };
  return { ...feeder, loads: revised(feeder.loads, 'loads'), generators: revised(feeder.generators, 'generators') };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Multiples of what the element has, of p and of q; inverters: kW. */
interface Sequence {
  p?: readonly number[];
  q?: readonly number[];
}

/** Gives each element that a column is about a profile of its own, or the one that it shares with others. */
function following(feeder: Feeder, columns: readonly Column[], step_s: number, fileName: string): Feeder {
  const profiles = new Map<string, Profile>();
  const idOf = new Map<Feeder['loads'][number] | Feeder['generators'][number] | Feeder['inverters'][number], string>();
  for (const group of ['loads', 'inverters', 'generators'] as const) {
    for (const [k, element] of feeder[group].entries()) {
      const own = columns.filter(({ target }) => target.group === group && target.elements.includes(k));
      if (own.length === 0) continue;
      checkColumns(own, element.id, fileName);
      const id = own
        .map(({ name, quantity }) => (quantity === 'frac' && group !== 'inverters' ? name : `${name} of ${group} ${element.id}`))
        .join(', ');
      idOf.set(element, id);
      if (profiles.has(id)) continue;
      const { p, q } = sequenceOf(feeder, group, k, own);
      const steps_count = own[0]?.values.length ?? 0;
      const same = Array.from({ length: steps_count }, () => 1);
      profiles.set(id, { id, step_s, p: p ?? same, q: q ?? same, actual: group === 'inverters' });
    }
  }
  const told = <T extends Feeder['loads'][number] | Feeder['generators'][number] | Feeder['inverters'][number]>(element: T): T => {
    const id = idOf.get(element);
    return { ...element, profile: id === undefined ? undefined : { yearly: id } };
  };
  return {
    ...feeder,
    loads: feeder.loads.map(told),
    generators: feeder.generators.map(told),
    inverters: feeder.inverters.map(told),
    profiles: [...profiles.values()],
  };
}

function checkColumns(own: readonly Column[], id: string, fileName: string): void {
  const quantities = own.map(({ quantity }) => quantity);
  if (new Set(quantities).size === own.length && (own.length === 1 || !quantities.includes('frac'))) return;
  throw new InputError({
    code: 'PROFILE_MIXED',
    message: `"${id}" is given by several columns: ${own.map(({ name }) => name.slice(0, 60)).join(', ')}`,
    where: `${fileName}:1`,
    hint: 'Keep one _frac column, or one _p_kW and one _q_kvar column, of each element.',
  });
}

function sequenceOf(feeder: Feeder, group: Group, k: number, own: readonly Column[]): Sequence {
  const found: Sequence = {};
  for (const { target, quantity, values } of own) {
    if (group === 'inverters') found.p = scaled(values, quantity === 'frac' ? (feeder.inverters[k]?.p_kW ?? 0) : 1);
    else if (quantity === 'frac') found.p = found.q = scaled(values, 1);
    else {
      const nominal = sum(target.elements.map((each) => sum(feeder[group][each]?.[quantity] ?? [])));
      found[quantity === 'p_kW' ? 'p' : 'q'] = scaled(values, (group === 'loads' ? -1 : 1) / nominal);
    }
  }
  return found;
}

const scaled = (values: Float64Array, by: number): number[] => Array.from(values, (value) => by * value);
