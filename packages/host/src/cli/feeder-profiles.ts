import { didYouMean, type Feeder, type FeederSchedule, InputError, readProfiles, type ScheduleUse, stepStartsAt } from '@gridflock/core';
import { gridOf } from './profiles.ts';

/** What a file says that a feeder does over time. */
export interface FeederProfiles {
  /** With 1 kW or 1 kvar where a column gives powers to an element that had none: the schedule is in multiples of it. */
  readonly feeder: Feeder;
  readonly schedule: FeederSchedule;
  /** Start of each step. */
  readonly names: readonly string[];
}

type Group = ScheduleUse['group'];
type Quantity = 'p_kW' | 'q_kvar' | 'frac';

/** Elements of one group that a column is about, and how its numbers become theirs. */
interface Target {
  readonly group: Group;
  readonly elements: readonly number[];
}

/**
 * A CSV with a `time` column and, besides it, columns of
 *
 * - `load_frac`, `inverter_frac`, `generator_frac`: scale every element of the kind,
 * - `<id>_frac`: scales one load, generator, inverter, or all loads of a bus,
 * - `<id>_p_kW`, `<id>_q_kvar`: the power of one element, or of all loads of a bus shared as the feeder shares it; + into the network, so a load is
 *   negative, as in the results.
 *
 * @throws {InputError} PROFILE_EMPTY, PROFILE_UNKNOWN_COLUMN, PROFILE_UNKNOWN_BUS, and those of readProfiles
 */
export function readFeederProfiles(text: string, fileName: string, feeder: Feeder): FeederProfiles {
  const grid = gridOf(text, fileName);
  const columns = readProfiles(text, { fileName, grid });
  if (columns.size === 0) {
    throw new InputError({ code: 'PROFILE_EMPTY', message: `"${fileName}" holds no column besides time`, where: `${fileName}:1` });
  }
  const find = targetFinder(feeder);
  const parsed = [...columns].map(([name, values]) => {
    const parts = /^(.+)_(p_kW|q_kvar|frac)$/s.exec(name);
    if (parts === null) {
      throw new InputError({
        code: 'PROFILE_UNKNOWN_COLUMN',
        message: `Column "${name.slice(0, 80)}" is not known`,
        where: `${fileName}:1`,
        hint: 'Name the columns time, load_frac, and <element or bus id>_p_kW, _q_kvar (+ into the network) or _frac.',
      });
    }
    const id = parts[1] ?? '';
    return { target: find(id, name, fileName), quantity: parts[2] as Quantity, values };
  });
  const ready = withSomething(
    feeder,
    parsed.filter(({ quantity }) => quantity !== 'frac'),
  );
  const step_s = grid.dt_h * 3600;
  const uses = parsed.flatMap(({ target, quantity, values }) => usesOf(ready, target, quantity, values, step_s));
  return {
    feeder: ready,
    schedule: { steps_count: grid.steps_count, step_s, start_s: 0, uses },
    names: Array.from({ length: grid.steps_count }, (_, t) => stepStartsAt(grid, t)),
  };
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

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Powers cannot be multiples of nothing: elements that get some and have none start from 1, shared evenly. */
function withSomething(feeder: Feeder, given: readonly { readonly target: Target; readonly quantity: Quantity }[]): Feeder {
  const wanted = (group: 'loads' | 'generators', quantity: Quantity): Set<number> => {
    const targets = given.filter((each) => each.target.group === group && each.quantity === quantity).map(({ target }) => target.elements);
    const powerless = (elements: readonly number[]): boolean =>
      elements.every((k) => sum((quantity === 'p_kW' ? feeder[group][k]?.p_kW : feeder[group][k]?.q_kvar) ?? []) === 0);
    return new Set(targets.filter(powerless).flat());
  };
  const revised = <T extends Feeder['loads'][number] | Feeder['generators'][number]>(
    elements: readonly T[],
    group: 'loads' | 'generators',
  ): T[] => {
    const p = wanted(group, 'p_kW');
    const q = wanted(group, 'q_kvar');
    return elements.map((each, k) => ({
      ...each,
      ...(p.has(k) ? { p_kW: each.p_kW.map(() => 1 / each.p_kW.length) } : {}),
      ...(q.has(k) ? { q_kvar: each.q_kvar.map(() => 1 / each.q_kvar.length) } : {}),
    }));
  };
  return { ...feeder, loads: revised(feeder.loads, 'loads'), generators: revised(feeder.generators, 'generators') };
}

function usesOf(feeder: Feeder, { group, elements }: Target, quantity: Quantity, values: Float64Array, step_s: number): ScheduleUse[] {
  if (group === 'inverters') {
    return elements.map((element) => {
      const { p_kW = 0, q_kvar = 0 } = feeder.inverters[element] ?? {};
      if (quantity === 'p_kW') return { group, element, step_s, p: { scale: 1, values } };
      if (quantity === 'q_kvar') return { group, element, step_s, q: { scale: 1, values } };
      return { group, element, step_s, p: { scale: p_kW, values }, q: { scale: q_kvar, values } };
    });
  }
  if (quantity === 'frac') {
    return elements.map((element) => ({ group, element, step_s, p: { scale: 1, values }, q: { scale: 1, values } }));
  }
  const field = quantity === 'p_kW' ? 'p' : 'q';
  const nominal = sum(elements.map((k) => sum((quantity === 'p_kW' ? feeder[group][k]?.p_kW : feeder[group][k]?.q_kvar) ?? [])));
  const sign = group === 'loads' ? -1 : 1;
  return elements.map((element) => ({ group, element, step_s, [field]: { scale: sign / nominal, values } }));
}
