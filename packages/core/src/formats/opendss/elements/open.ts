import type { Terminal } from '../../../network/feeder/feeder.ts';
import { type DssObject, nameOf } from '../script/objects.ts';
import { quoted, refusal } from '../script/place.ts';
import { type Assignment, flagOf, numbersOf, wordOf } from '../script/values.ts';
import { openEnds as endNumbers } from './bus-name.ts';
import type { FeederDraft } from './draft.ts';

export interface Opened {
  /** Whether each terminal is open as a whole. */
  readonly whole: boolean[];
  /** Conductors that are open alone. */
  readonly partial_count: number;
  /** With the conductors that are open alone moved to places of their own, where nothing else ends. */
  readonly terminals: Terminal[];
}

/** What `Open`, `Close` and the switch controls of an element leave open at the end. */
export function openConductors(draft: FeederDraft, object: DssObject, terminals: readonly Terminal[]): Opened {
  if (!object.assignments.some(({ property }) => property === 'open')) {
    return { whole: terminals.map(() => false), partial_count: 0, terminals: [...terminals] };
  }
  const open = openEnds(
    draft,
    object,
    terminals.map(({ conductors }) => conductors.length),
  );
  const whole = open.map((ends) => ends.every(Boolean));
  let partial_count = 0;
  const moved = terminals.map((terminal, t) => {
    if (whole[t]) return terminal;
    const conductors = terminal.conductors.map((conductor, k) => {
      if (!open[t][k]) return conductor;
      partial_count++;
      const end = endNumbers.first + draft.cuts.filter(({ bus }) => bus === terminal.bus).length;
      if (end > endNumbers.last)
        throw refusal(
          'OPENDSS_VALUE',
          `More than 50 conductors are opened at the bus of ${quoted(object.name)}`,
          object.at,
          'Open whole ends.',
        );
      draft.cuts.push({ id: nameOf(object), at: object.at, bus: terminal.bus, conductor, end });
      return end;
    });
    return { ...terminal, conductors };
  });
  return { whole, partial_count, terminals: moved };
}

/** What is open at each end at last, conductor by conductor. @throws {InputError} OPENDSS_VALUE when it has no such end or conductor */
function openEnds(draft: FeederDraft, object: DssObject, counts: readonly number[]): boolean[][] {
  const open = counts.map((count) => new Array<boolean>(count).fill(false));
  for (const assignment of object.assignments) {
    if (assignment.property !== 'open' && assignment.property !== 'close') continue;
    const [terminal = 1, conductor = 0] = numbersOf(assignment, draft.script.readNumbers);
    const ends = open[terminal - 1];
    if (ends === undefined || !Number.isInteger(conductor) || conductor < 0 || conductor > ends.length) {
      throw refusal(
        'OPENDSS_VALUE',
        `The ${object.className} ${quoted(object.name)} has no ${ends === undefined ? `end ${terminal}` : `conductor ${conductor} at end ${terminal}`} to ${assignment.property}`,
        assignment.at,
        `It has ${ends === undefined ? `${counts.length} ends` : `${ends.length} conductors there`}; leave the number of the conductor out for all of them.`,
      );
    }
    if (conductor === 0) ends.fill(assignment.property === 'open');
    else ends[conductor - 1] = assignment.property === 'open';
  }
  return open;
}

/** Whether a source, load or inverter is cut off as a whole; single conductors of it stay connected, which is listed. */
export function isOpened(draft: FeederDraft, object: DssObject, conductors_count: number): boolean {
  if (!object.assignments.some(({ property }) => property === 'open')) return false;
  const [ends] = openEnds(draft, object, [conductors_count]);
  const phases_open = ends.filter(Boolean).length;
  if (phases_open === 0) return false;
  if (phases_open === conductors_count) return true;
  draft.drop(object, `${phases_open} of its conductors are opened alone, which is not carried over: they stay connected`);
  return false;
}

/**
 * A conductor that was cut off alone and that consumers still name: an open switch brings it, so that what hangs there is reported as not fed.
 * @throws {InputError} OPENDSS_BUS where the script itself uses the number of an open end
 */
export function bringCutConductors(draft: FeederDraft): void {
  const brought = new Map<string, number>();
  const named = new Set<string>();
  const bring = ({ bus, conductors }: Terminal): void => {
    for (const conductor of conductors) brought.set(`${bus}.${conductor}`, (brought.get(`${bus}.${conductor}`) ?? 0) + 1);
  };
  for (const { terminal } of [...draft.sources, ...draft.shunts]) bring(terminal);
  for (const { from, to } of [...draft.lines, ...draft.switches]) for (const terminal of [from, to]) bring(terminal);
  for (const { windings } of draft.transformers) for (const { terminal } of windings) bring(terminal);
  for (const { terminal } of [...draft.loads, ...draft.generators, ...draft.inverters])
    for (const conductor of terminal.conductors) named.add(`${terminal.bus}.${conductor}`);
  for (const { id, at, bus, conductor, end } of draft.cuts) {
    // the wire that was cut is the only one that may end there
    if ((brought.get(`${bus}.${end}`) ?? 0) > 1 || named.has(`${bus}.${end}`)) {
      throw refusal(
        'OPENDSS_BUS',
        `The open end of ${id} would meet conductor ${end} of bus ${quoted(draft.buses[bus].id)}`,
        at,
        `Conductors ${endNumbers.first} to ${endNumbers.last} are for open ends; give the one in the script another number.`,
      );
    }
    const place = `${bus}.${conductor}`;
    if (brought.has(place) || !named.has(place)) continue;
    brought.set(place, 1);
    draft.switches.push({
      id: `${id}.open.${end}`,
      from: { bus, conductors: [end] },
      to: { bus, conductors: [conductor] },
      closed: false,
      r_ohm: 1e-4,
      x_ohm: 0,
    });
  }
}

/** The state that a SwtControl leaves its element in: `state`, else the last `action`, else `normal`. */
export function switchControlAssignment(control: DssObject): Assignment | undefined {
  let open: boolean | undefined;
  let at: Assignment | undefined;
  let terminal = '1';
  for (const assignment of control.assignments) {
    if (assignment.property === 'switchedterm') terminal = assignment.value.text;
    if (!['state', 'action', 'normal'].includes(assignment.property)) continue;
    if (assignment.property === 'normal' && control.assignments.some(({ property }) => property === 'state' || property === 'action'))
      continue;
    const word = wordOf(assignment);
    if (/^[oct]/.test(word)) open = /^[ot]/.test(word);
    at = assignment;
  }
  if (at === undefined || open === undefined) return undefined;
  return { property: open ? 'open' : 'close', value: { name: '', text: terminal, quote: '[', closed: true }, at: at.at };
}

export const isLocked = (control: DssObject): boolean => control.assignments.some((a) => a.property === 'lock' && flagOf(a));
