import type { BusIndex } from '../bus-index.ts';
import { elementsCount } from './check-consumers.ts';
import { shown } from './check-wires.ts';
import type { Feeder, Terminal } from './feeder.ts';
import type { FeederTopology } from './feeder-topology.ts';
import { fail, type PartCheck } from './part-check.ts';
import { clockOf } from './transformer-wiring.ts';

/**
 * Conductors that consumers name and nothing brings are an error, except a star point that several elements share and that goes nowhere.
 * @throws {InputError} FEEDER_CONDUCTOR_MISSING
 */
export function checkConductors(feeder: Feeder, topology: FeederTopology, check: PartCheck): void {
  for (const { what, element } of consumersOf(feeder)) {
    const { terminal, connection } = element;
    terminal.conductors.forEach((c, k) => {
      if (c === 0 || topology.indexOf(terminal.bus, c) >= 0 || isFloatingStar(connection, terminal, k)) return;
      fail(
        'FEEDER_CONDUCTOR_MISSING',
        { what },
        `is connected to conductor ${c} of bus "${feeder.buses[terminal.bus].id}", which no source, line, switch or transformer brings there`,
        `Conductors there: ${conductorsAt(terminal.bus, topology)}. Correct the phase, or bring the conductor.`,
      );
    });
    if (new Set(terminal.conductors).size < terminal.conductors.length) {
      check.warn({ what }, `names a conductor of bus "${feeder.buses[terminal.bus].id}" twice: part of it is short-circuited`);
    }
  }
}

/** What no source feeds: islands, open conductors, and what is connected to them. */
export function reportUnfed(feeder: Feeder, topology: FeederTopology, check: PartCheck): void {
  const unsupplied = new Map<number, string[]>(topology.unsuppliedIslands.map((island) => [island, []]));
  feeder.buses.forEach(({ id }, b) => {
    unsupplied.get(topology.island[b])?.push(id);
  });
  for (const buses of unsupplied.values()) {
    check.warn({ what: `island of ${listed(buses)}` }, 'has no source in service: nothing there is fed');
  }
  const isUnsupplied = (bus: number): boolean => unsupplied.has(topology.island[bus]);
  const open: string[] = [];
  for (let i = 0; i < topology.count; i++) {
    if (topology.fed[i] === 0 && topology.held[i] === 0 && !isUnsupplied(topology.bus[i]))
      open.push(check.place(topology.bus[i], topology.conductor[i]));
  }
  if (open.length > 0) {
    check.warn(
      { what: `${open.length === 1 ? 'conductor' : 'conductors'} ${listed(open)}:` },
      'no closed path leads from there to a source',
    );
  }
  for (const { what, element, p_kW } of consumersOf(feeder)) {
    if (!element.inService) continue;
    const unfed = unfedElements(element.connection, element.terminal, topology);
    if (unfed.length === 0) continue;
    const lost_kW = p_kW === undefined ? undefined : unfed.reduce((sum, k) => sum + p_kW[k], 0);
    const count = elementsCount(element.connection, element.terminal.conductors.length);
    const which = unfed.length === count ? 'is not fed' : `is not fed in ${unfed.length} of ${count} elements`;
    check.warn(
      { what },
      `${which} at bus "${feeder.buses[element.terminal.bus].id}"${lost_kW === undefined ? '' : `: ${shown(lost_kW)} kW without supply`}`,
    );
  }
}

/** Elements of a load, generator or inverter without a fed conductor, or open at one end. */
export function unfedElements(connection: 'wye' | 'delta', terminal: Terminal, topology: FeederTopology): number[] {
  const { bus, conductors } = terminal;
  const fed = (k: number): boolean => conductors[k] !== 0 && topology.fed[topology.indexOf(bus, conductors[k])] === 1;
  const held = (k: number): boolean => conductors[k] === 0 || topology.held[topology.indexOf(bus, conductors[k])] === 1;
  const count = elementsCount(connection, conductors.length);
  const star = conductors.length - 1;
  const isFloating = connection === 'wye' && topology.indexOf(bus, conductors[star]) < 0 && conductors[star] !== 0;
  if (isFloating) {
    const live = Array.from({ length: count }, (_, k) => k).filter(fed);
    return Array.from({ length: count }, (_, k) => k).filter((k) => live.length < 2 || !live.includes(k));
  }
  return Array.from({ length: count }, (_, k) => k).filter((k) => {
    const other = connection === 'wye' ? star : (k + 1) % conductors.length;
    return !((fed(k) || fed(other)) && (fed(k) || held(k)) && (fed(other) || held(other)));
  });
}

/**
 * Loops of transformers whose displacements or ratios do not fit: each three-core transformer between two buses is a step of hours and of voltage; a loop that does
 * not come back to where it began drives a current around.
 */
export function reportLoops(feeder: Feeder, check: PartCheck): void {
  type Step = { to: BusIndex; hours: number; ratio: number; what: string };
  const steps: Step[][] = feeder.buses.map(() => []);
  const join = (from: BusIndex, to: BusIndex, hours: number, ratio: number, what: string): void => {
    steps[from].push({ to, hours, ratio, what });
    steps[to].push({ to: from, hours: -hours, ratio: 1 / ratio, what });
  };
  for (const { id, from, to, closedFrom, closedTo } of feeder.lines)
    if (closedFrom && closedTo) join(from.bus, to.bus, 0, 1, `line "${id}"`);
  for (const { id, from, to, closed } of feeder.switches) if (closed) join(from.bus, to.bus, 0, 1, `switch "${id}"`);
  for (const transformer of feeder.transformers) {
    if (!transformer.inService || transformer.cores_count < 3 || transformer.windings.some(({ connection }) => connection === 'coils'))
      continue;
    const [first, ...others] = transformer.windings;
    if (first.closed === false) continue;
    others.forEach((winding, k) => {
      if (winding.closed === false) return;
      const ratio = (winding.v_rated_kV * winding.tap_pu) / (first.v_rated_kV * first.tap_pu);
      join(
        first.terminal.bus,
        winding.terminal.bus,
        clockOf(transformer, k + 1) + (winding.turn_deg ?? 0) / 30,
        ratio,
        `transformer "${transformer.id}"`,
      );
    });
  }
  const seen: ({ hours: number; ratio: number } | undefined)[] = feeder.buses.map(() => undefined);
  const told = new Set<string>();
  for (let root = 0; root < feeder.buses.length; root++) {
    if (seen[root] !== undefined) continue;
    seen[root] = { hours: 0, ratio: 1 };
    const queue: BusIndex[] = [root];
    for (let head = 0; head < queue.length; head++) {
      const here = seen[queue[head]]!;
      for (const { to, hours, ratio, what } of steps[queue[head]]) {
        const there = { hours: (((here.hours + hours) % 12) + 12) % 12, ratio: here.ratio * ratio };
        const known = seen[to];
        if (known === undefined) {
          seen[to] = there;
          queue.push(to);
        } else if (hoursApart(known.hours, there.hours) > 1 / 3 && !told.has(what)) {
          told.add(what);
          const off = Math.round(hoursApart(known.hours, there.hours) * 30);
          check.warn(
            { what },
            `closes a loop at bus "${feeder.buses[to].id}" whose vector groups do not fit: ${off}° apart, which drives a short-circuit current around`,
          );
        } else if (Math.abs(Math.log(known.ratio / there.ratio)) > Math.log(1.15) && !told.has(what)) {
          told.add(what);
          check.warn(
            { what },
            `closes a loop at bus "${feeder.buses[to].id}" whose voltages do not fit: they differ by ${shown(100 * Math.abs(known.ratio / there.ratio - 1))} %`,
          );
        }
      }
    }
  }
}

const hoursApart = (a: number, b: number): number => Math.abs(((((a - b) % 12) + 18) % 12) - 6);

/** Several elements of a wye that share a star point nobody else has: it floats, which is allowed. */
const isFloatingStar = (connection: 'wye' | 'delta', { conductors }: Terminal, k: number): boolean =>
  connection === 'wye' && k === conductors.length - 1 && conductors.length > 2;

const conductorsAt = (bus: BusIndex, topology: FeederTopology): string => {
  const here = [...topology.conductor].filter((_, i) => topology.bus[i] === bus);
  return here.length === 0 ? 'none' : here.join(', ');
};

interface Consumer {
  readonly what: string;
  readonly element: { readonly connection: 'wye' | 'delta'; readonly terminal: Terminal; readonly inService: boolean };
  readonly p_kW?: readonly number[];
}

const consumersOf = (feeder: Feeder): Consumer[] => [
  ...feeder.loads.map((element) => ({ what: `load "${element.id}"`, element, p_kW: element.p_kW })),
  ...feeder.generators.map((element) => ({ what: `generator "${element.id}"`, element })),
  ...feeder.inverters.map((element) => ({ what: `inverter "${element.id}"`, element })),
];

/** The first few of many. */
function listed(names: readonly string[]): string {
  return names.length <= 6 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
}
