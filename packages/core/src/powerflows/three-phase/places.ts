import type { Feeder, Terminal } from '../../network/feeder/feeder.ts';
import type { Places } from './contract.ts';

/** Every conductor that some element of the feeder names, by bus and rising number. */
export function buildPlaces(feeder: Feeder): Places {
  const named: Set<number>[] = feeder.buses.map(() => new Set());
  for (const terminal of terminalsOf(feeder)) for (const c of terminal.conductors) if (c !== 0) named[terminal.bus].add(c);
  const bus: number[] = [];
  const conductor: number[] = [];
  const placeOf: Map<number, number>[] = [];
  named.forEach((conductors, b) => {
    const here = new Map<number, number>();
    for (const c of [...conductors].sort((x, y) => x - y)) {
      here.set(c, bus.length);
      bus.push(b);
      conductor.push(c);
    }
    placeOf.push(here);
  });
  return {
    count: bus.length,
    bus: Int32Array.from(bus),
    conductor: Int32Array.from(conductor),
    v_base_V: Float64Array.from(bus, (b) => (feeder.buses[b].v_base_kV * 1000) / Math.sqrt(3)),
    indexOf: (b, c) => placeOf[b]?.get(c) ?? -1,
  };
}

function* terminalsOf(feeder: Feeder): Generator<Terminal> {
  for (const element of [...feeder.lines, ...feeder.switches]) {
    yield element.from;
    yield element.to;
  }
  for (const transformer of feeder.transformers) for (const winding of transformer.windings) yield winding.terminal;
  const { sources, shunts, loads, generators, inverters } = feeder;
  for (const element of [...sources, ...shunts, ...loads, ...generators, ...inverters]) yield element.terminal;
}

/** Whether two feeders have the same buses, consumers and controls, and the same wires between the same conductors, whatever their numbers and switches. */
export function differInWiresAlone(one: Feeder, other: Feeder): boolean {
  return (
    standing.every((list) => one[list] === other[list]) &&
    haveEqualTerminals(one.lines, other.lines, ({ from, to }) => [from, to]) &&
    haveEqualTerminals(one.switches, other.switches, ({ from, to }) => [from, to]) &&
    haveEqualTerminals(one.transformers, other.transformers, ({ windings }) => windings.map(({ terminal }) => terminal)) &&
    haveEqualTerminals(one.shunts, other.shunts, ({ terminal }) => [terminal]) &&
    haveEqualTerminals(one.sources, other.sources, ({ terminal }) => [terminal])
  );
}

const standing = ['buses', 'loads', 'generators', 'inverters', 'regulators', 'capacitorControls', 'inverterControls'] as const;

function haveEqualTerminals<T extends object>(
  list: readonly T[],
  others: readonly T[],
  terminalsOf: (element: T) => readonly Terminal[],
): boolean {
  if (list.length !== others.length) return false;
  return list.every((element, k) => {
    if (element === others[k]) return true;
    const [mine, theirs] = [terminalsOf(element), terminalsOf(others[k])];
    return mine.length === theirs.length && mine.every((terminal, t) => isEqualTerminal(terminal, theirs[t]));
  });
}

const isEqualTerminal = (one: Terminal, other: Terminal): boolean =>
  one.bus === other.bus &&
  one.conductors.length === other.conductors.length &&
  one.conductors.every((conductor, k) => conductor === other.conductors[k]);

/** Places of the conductors of a terminal, −1 for earth. */
export function placesOf(places: Places, terminal: Terminal): Int32Array {
  return Int32Array.from(terminal.conductors, (c) => places.indexOf(terminal.bus, c));
}

/** The same for several terminals, one after another. */
export function placesOfAll(places: Places, terminals: readonly Terminal[]): Int32Array {
  let count = 0;
  for (const { conductors } of terminals) count += conductors.length;
  const found = new Int32Array(count);
  let next = 0;
  for (const { bus, conductors } of terminals) for (const c of conductors) found[next++] = places.indexOf(bus, c);
  return found;
}

/** `bus.conductor` as a user knows it. */
export function placeName(feeder: Feeder, places: Places, place: number): string {
  return `${feeder.buses[places.bus[place]].id}.${places.conductor[place]}`;
}
