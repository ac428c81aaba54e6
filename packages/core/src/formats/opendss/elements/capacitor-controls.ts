import type { CapacitorControl, Monitored } from '../../../network/feeder/controls.ts';
import type { DssObject } from '../script/objects.ts';
import { type Assignment, flagOf, integerOf, numberOf, positiveOf, wordOf } from '../script/values.ts';
import { type FeederDraft, isEnabled } from './draft.ts';
import { elementNamed } from './regulators.ts';

type Phase = CapacitorControl['phase'];

interface ControlValues {
  element: string;
  terminal: number;
  capacitor: string;
  kind: CapacitorControl['kind'] | undefined;
  ptRatio: number;
  ctRatio: number;
  on: number;
  off: number;
  delayOn_s: number;
  delayOff_s: number;
  dead_s: number;
  overrides: boolean;
  v_min_V: number;
  v_max_V: number;
  ctPhase: Phase;
  ptPhase: Phase;
}

const kinds = { c: 'current', v: 'voltage', k: 'kvar', p: 'powerFactor', t: 'time' } as const;

/**
 * CapControl → `CapacitorControl`.
 * @throws {InputError} OPENDSS_VALUE
 */
export function makeCapacitorControl(draft: FeederDraft, object: DssObject, controlsAct: boolean): void {
  const values = replay(draft, object);
  if (values.kind === undefined) return;
  const capacitor = draft.shunts.find(({ id }) => id === values.capacitor);
  if (capacitor === undefined) {
    draft.drop(object, `its capacitor "${values.capacitor.slice(0, 60)}" is not among the shunts of the circuit`);
    return;
  }
  const monitored = monitoredEnd(draft, values.element, values.terminal);
  if (monitored === undefined) {
    draft.drop(
      object,
      `the element "${values.element.slice(0, 60)}" that it looks at is no wire, transformer, shunt or source of the circuit or has no end ${values.terminal}`,
    );
    return;
  }
  const control: CapacitorControl = {
    id: draft.made(object),
    shunt: values.capacitor,
    monitored,
    kind: values.kind,
    on: values.on,
    off: values.off,
    ptRatio: values.ptRatio,
    ctRatio: values.ctRatio,
    phase: values.kind === 'voltage' ? values.ptPhase : values.ctPhase,
    delayOn_s: values.delayOn_s,
    delayOff_s: values.delayOff_s,
    // in OpenDSS a capacitor of several steps knows no dead time (measured)
    dead_s: (capacitor.steps_count ?? 1) > 1 ? 0 : values.dead_s,
    ...(values.overrides ? { voltageOverride: { v_min_V: values.v_min_V, v_max_V: values.v_max_V } } : {}),
    enabled: controlsAct && isEnabled(object),
  };
  draft.capacitorControls.push(control);
}

/** @param terminal - from 1 */
function monitoredEnd(draft: FeederDraft, element: string, terminal: number): Monitored | undefined {
  const end = terminal - 1;
  const isIt = ({ id }: { readonly id: string }): boolean => id === element;
  const transformer = draft.transformers.find(isIt);
  if (transformer !== undefined) return terminal <= transformer.windings.length ? { kind: 'transformer', element, end } : undefined;
  if (terminal <= 2 && draft.lines.some(isIt)) return { kind: 'line', element, end };
  if (terminal <= 2 && draft.switches.some(isIt)) return { kind: 'switch', element, end };
  if (terminal === 1 && draft.shunts.some(isIt)) return { kind: 'shunt', element, end };
  return terminal === 1 && draft.sources.some(isIt) ? { kind: 'source', element, end } : undefined;
}

function replay(draft: FeederDraft, object: DssObject): ControlValues {
  const values: ControlValues = {
    element: '',
    terminal: 1,
    capacitor: '',
    kind: 'current',
    ptRatio: 60,
    ctRatio: 60,
    on: 300,
    off: 200,
    delayOn_s: 15,
    delayOff_s: 15,
    dead_s: 300,
    overrides: false,
    v_min_V: 115,
    v_max_V: 126,
    ctPhase: 0,
    ptPhase: 0,
  };
  for (const assignment of object.assignments) apply(values, assignment, draft, object);
  return values;
}

function apply(values: ControlValues, assignment: Assignment, draft: FeederDraft, object: DssObject): void {
  switch (assignment.property) {
    case 'element':
      values.element = wordOf(assignment);
      break;
    case 'terminal':
      values.terminal = integerOf(assignment, 1, 100);
      break;
    case 'capacitor':
      values.capacitor = elementNamed(assignment, 'capacitor');
      break;
    case 'type': {
      const word = wordOf(assignment);
      const letter = word.slice(0, 1);
      values.kind = Object.hasOwn(kinds, letter) ? kinds[letter as keyof typeof kinds] : undefined;
      if (values.kind === undefined)
        draft.drop(object, `type=${word.slice(0, 20)} is not carried over; the capacitor stays as it is`, assignment.at);
      break;
    }
    case 'ptratio':
      values.ptRatio = positiveOf(assignment);
      break;
    case 'ctratio':
      values.ctRatio = positiveOf(assignment);
      break;
    case 'onsetting':
      values.on = numberOf(assignment);
      break;
    case 'offsetting':
      values.off = numberOf(assignment);
      break;
    case 'delay':
      values.delayOn_s = numberOf(assignment);
      break;
    case 'delayoff':
      values.delayOff_s = numberOf(assignment);
      break;
    case 'deadtime':
      values.dead_s = numberOf(assignment);
      break;
    case 'voltoverride':
      values.overrides = flagOf(assignment);
      break;
    case 'vmin':
      values.v_min_V = numberOf(assignment);
      break;
    case 'vmax':
      values.v_max_V = numberOf(assignment);
      break;
    case 'ctphase':
      values.ctPhase = phaseOf(assignment);
      break;
    case 'ptphase':
      values.ptPhase = phaseOf(assignment);
      break;
    case 'vbus':
      draft.drop(object, '"vbus" is not carried over; it looks at the voltage of its element', assignment.at);
      break;
    case 'usermodel':
    case 'controlsignal':
      draft.drop(object, `"${assignment.property}" is not carried over`, assignment.at);
      break;
    default:
  }
}

function phaseOf(assignment: Assignment): Phase {
  const word = wordOf(assignment);
  if (/^av/.test(word)) return 'mean';
  if (/^ma/.test(word)) return 'max';
  if (/^mi/.test(word)) return 'min';
  return integerOf(assignment, 1, 12) - 1;
}
