import { didYouMean, InputError } from '../../base/errors.ts';
import type { Plant } from '../../simulation/plant.ts';
import type { EventDocument, SimulateDocument } from './document.ts';
import { type Group, type GroupLink, linksOfGroup } from './groups.ts';

/** A planned event, as changes of inputs and parameters of the plant with all its groups in continuous time. */
export interface PlannedEvent {
  readonly at_s: number;
  readonly what: string;
  readonly changes: readonly { readonly name: string; readonly value: number }[];
}

export interface Plan {
  readonly events: readonly PlannedEvent[];
  /** When each group starts; 0 where no event says so. */
  readonly starts_s: ReadonlyMap<string, number>;
}

/**
 * Words events as changes, and checks their order and their names before anything runs.
 * @param whole - the plant with all groups closed: it knows every name
 * @throws {InputError} SIMULATION_EVENT, SIMULATION_UNKNOWN_NAME with the path of the key
 */
export function planOf({ events, stop_s }: SimulateDocument, groups: readonly Group[], whole: Plant): Plan {
  const starts_s = new Map<string, number>();
  let before_s = 0;
  const planned = events.map((event, k) => {
    const where = `events[${k}]`;
    const { at_s } = event;
    if (at_s > stop_s) throw wrong(`The event at ${at_s} s lies outside of the run from 0 to ${stop_s} s`, `${where}.at_s`);
    if (at_s < before_s) {
      throw wrong(`The event at ${at_s} s comes after one at ${before_s} s: events must be in order of time`, `${where}.at_s`);
    }
    before_s = at_s;
    if ('start' in event) {
      const { name } = groupOf(event.start, groups, `${where}.start`);
      if (starts_s.has(name)) throw wrong(`"${name}" starts twice`, where);
      starts_s.set(name, at_s);
      return { at_s, what: `${name} starts`, changes: [{ name: `${name}.isOn`, value: 1 }] };
    }
    return { at_s, ...changesOf(event, groups, whole, where) };
  });
  return { events: planned, starts_s };
}

type Change = Pick<PlannedEvent, 'what' | 'changes'>;

function changesOf(event: Exclude<EventDocument, { start: string }>, groups: readonly Group[], whole: Plant, where: string): Change {
  if ('set' in event) {
    known(event.set, [...whole.inputs, ...whole.parameters], `${where}.set`);
    return { what: `${event.set} = ${event.to}`, changes: [{ name: event.set, value: event.to }] };
  }
  if ('open' in event || 'close' in event) {
    const [id, value, verb] = 'open' in event ? [event.open, 0, 'opens'] : [event.close, 1, 'closes'];
    const name = `${id}.isClosed`;
    const breakers = whole.parameters.filter((each) => each.endsWith('.isClosed')).map((each) => each.slice(0, -'.isClosed'.length));
    known(id, breakers, `${where}.${value === 0 ? 'open' : 'close'}`);
    return { what: `${id} ${verb}`, changes: [{ name, value }] };
  }
  const within = event.group === undefined ? groups : [groupOf(event.group, groups, `${where}.group`)];
  if ('cut' in event || 'join' in event) {
    const isCut = 'cut' in event;
    const [a, b] = isCut ? event.cut : event.join;
    const links = within.flatMap((group) =>
      linksOfGroup(group).filter(({ from, to }) => (from === a && to === b) || (from === b && to === a)),
    );
    if (links.length === 0) throw wrong(`No group has a link between "${a}" and "${b}"`, `${where}.${isCut ? 'cut' : 'join'}`);
    return { what: `link ${a}–${b} ${isCut ? 'lost' : 'back'}`, changes: links.map((link) => weightOf(link, isCut)) };
  }
  const isCut = 'isolate' in event;
  const agent = isCut ? event.isolate : event.rejoin;
  const links = within.flatMap((group) => linksOfGroup(group).filter(({ from, to }) => from === agent || to === agent));
  if (links.length === 0) throw wrong(`No group has an agent at "${agent}" with links`, `${where}.${isCut ? 'isolate' : 'rejoin'}`);
  return { what: `agent ${agent} ${isCut ? 'isolated' : 'back'}`, changes: links.map((link) => weightOf(link, isCut)) };
}

const weightOf = ({ name, weight_frac }: GroupLink, isCut: boolean): PlannedEvent['changes'][number] => ({
  name,
  value: isCut ? 0 : weight_frac,
});

function groupOf(name: string, groups: readonly Group[], where: string): Group {
  known(
    name,
    groups.map((group) => group.name),
    where,
  );
  return groups.find((group) => group.name === name)!;
}

function known(name: string, names: readonly string[], where: string): void {
  if (names.includes(name)) return;
  throw new InputError({
    code: 'SIMULATION_UNKNOWN_NAME',
    message: `"${name}" is nothing that an event could change here`,
    where,
    hint: didYouMean(name, names) ?? `Known are, for example, ${names.slice(0, 4).join(', ')}.`,
  });
}

const wrong = (message: string, where: string): InputError =>
  new InputError({ code: 'SIMULATION_EVENT', message, where, hint: 'Correct the event, and list events from first to last.' });
