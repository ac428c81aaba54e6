import type { Terminal } from '../../../network/feeder/feeder.ts';
import type { DssObject } from '../script/objects.ts';
import { type Assignment, flagOf, numbersOf, wordOf } from '../script/values.ts';
import type { FeederDraft } from './draft.ts';

export interface Opened {
  /** Whether each terminal is open as a whole. */
  readonly whole: boolean[];
  /** Conductors that are open alone. */
  readonly partial_count: number;
  /** With the conductors that are open alone moved to places of their own, where nothing else ends. */
  readonly terminals: Terminal[];
}

/** Conductor numbers from here on are open ends; OpenDSS has no such nodes in any circuit of sense. */
const openFrom = 900;

/** What `Open`, `Close` and the switch controls of an element leave open at the end. */
export function openConductors(draft: FeederDraft, object: DssObject, terminals: readonly Terminal[]): Opened {
  const open = terminals.map(({ conductors }) => conductors.map(() => false));
  for (const assignment of object.assignments) {
    if (assignment.property !== 'open' && assignment.property !== 'close') continue;
    const [terminal = 1, conductor = 0] = numbersOf(assignment, draft.script.readNumbers);
    const ends = open[terminal - 1];
    if (ends === undefined) continue;
    if (conductor >= 1 && conductor <= ends.length) ends[conductor - 1] = assignment.property === 'open';
    else ends.fill(assignment.property === 'open');
  }
  const whole = open.map((ends) => ends.every(Boolean));
  let partial_count = 0;
  const moved = terminals.map((terminal, t) => {
    if (whole[t]) return terminal;
    return { ...terminal, conductors: terminal.conductors.map((c, k) => (open[t][k] ? openFrom + partial_count++ : c)) };
  });
  return { whole, partial_count, terminals: moved };
}

/** The state that a SwtControl leaves its element in: `state`, else the last `action`, else `normal`. */
export function switchControlAssignment(control: DssObject): Assignment | undefined {
  let open: boolean | undefined;
  let at: Assignment | undefined;
  let terminal = '1';
  for (const assignment of control.assignments) {
    if (assignment.property === 'switchedterm') terminal = assignment.value.text;
    if (!['state', 'action', 'normal'].includes(assignment.property)) continue;
    if (assignment.property === 'normal' && control.assignments.some(({ property }) => property === 'state' || property === 'action')) continue;
    const word = wordOf(assignment);
    if (/^[oct]/.test(word)) open = /^[ot]/.test(word);
    at = assignment;
  }
  if (at === undefined || open === undefined) return undefined;
  return { property: open ? 'open' : 'close', value: { name: '', text: terminal, quote: '[', closed: true }, at: at.at };
}

export const isLocked = (control: DssObject): boolean => control.assignments.some((a) => a.property === 'lock' && flagOf(a));
