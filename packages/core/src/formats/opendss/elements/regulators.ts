import type { RegulatorControl } from '../../../network/feeder/controls.ts';
import type { Transformer } from '../../../network/feeder/feeder.ts';
import type { DssObject } from '../script/objects.ts';
import { type Assignment, flagOf, integerOf, numberOf, positiveOf, wordOf } from '../script/values.ts';
import { busNameOf } from './bus-name.ts';
import { type FeederDraft, isEnabled } from './draft.ts';

interface RegulatorValues {
  transformer: string;
  winding: number;
  tapWinding: number | undefined;
  v_V: number;
  band_V: number;
  ptRatio: number;
  ct_A: number;
  r_V: number;
  x_V: number;
  bus: Assignment | undefined;
  remotePtRatio: number | undefined;
  delay_s: number;
  tapDelay_s: number;
  tapsPerChange_count: number;
  v_limit_V: number;
  phase: number | 'max' | 'min';
  reversible: boolean;
  reverse: { v_set_V: number; band_V: number; r_V: number; x_V: number };
}

/**
 * RegControl → `RegulatorControl`. `maxtapchange=0` holds the tap; `tapnum` moves it now.
 * @throws {InputError} OPENDSS_VALUE, OPENDSS_BUS
 */
export function makeRegulator(draft: FeederDraft, object: DssObject, controlsAct: boolean): void {
  const values = replay(draft, object);
  const transformer = draft.transformers.findIndex(({ id }) => id === values.transformer);
  if (transformer < 0) {
    draft.drop(object, `its transformer "${values.transformer.slice(0, 60)}" is not in the circuit`);
    return;
  }
  const moved = (values.tapWinding ?? values.winding) - 1;
  const tapNumber = object.assignments.findLast(({ property }) => property === 'tapnum');
  if (tapNumber !== undefined) draft.transformers[transformer] = atTap(draft.transformers[transformer], moved, integerOf(tapNumber, -10_000, 10_000));
  const count = draft.transformers[transformer].windings.length;
  if (values.winding > count || moved >= count) {
    draft.drop(object, `names winding ${Math.max(values.winding, moved + 1)} of a transformer with ${count}`);
    return;
  }
  const remote = values.bus === undefined ? undefined : remoteOf(draft, object, values.bus);
  const control: RegulatorControl = {
    id: draft.made(object),
    transformer: values.transformer,
    windingMeasured: values.winding - 1,
    windingMoved: moved,
    v_set_V: values.v_V,
    band_V: values.band_V,
    ptRatio: remote === undefined ? values.ptRatio : (values.remotePtRatio ?? values.ptRatio),
    ctRating_A: values.ct_A,
    r_V: values.r_V,
    x_V: values.x_V,
    ...(remote === undefined ? {} : { remote }),
    phase: typeof values.phase === 'number' ? values.phase - 1 : values.phase,
    delay_s: values.delay_s,
    tapDelay_s: values.tapDelay_s,
    tapsPerChange_count: Math.max(1, values.tapsPerChange_count),
    ...(values.v_limit_V > 0 ? { v_limit_V: values.v_limit_V } : {}),
    reversible: values.reversible,
    ...(values.reversible ? { reverse: values.reverse } : {}),
    enabled: controlsAct && isEnabled(object) && values.tapsPerChange_count > 0,
  };
  draft.regulators.push(control);
}

function remoteOf(draft: FeederDraft, object: DssObject, assignment: Assignment): { bus: number; conductor: number } | undefined {
  if (assignment.value.text === '') return undefined;
  const name = busNameOf(assignment.value.text, assignment.at);
  const bus = draft.busIndexOf(name.bus);
  if (bus !== undefined) return { bus, conductor: name.nodes[0] ?? 1 };
  draft.drop(object, `its bus "${name.bus.slice(0, 60)}" is not in the circuit; it measures its winding`, assignment.at);
  return undefined;
}

/** tap = (max + min)/2 + number · (max − min)/steps. */
function atTap(transformer: Transformer, w: number, number: number): Transformer {
  const winding = transformer.windings[w];
  if (winding === undefined) return transformer;
  const { tapMin_pu = 0.9, tapMax_pu = 1.1, tapSteps_count = 32 } = winding;
  const tap_pu = (tapMax_pu + tapMin_pu) / 2 + (number * (tapMax_pu - tapMin_pu)) / tapSteps_count;
  return { ...transformer, windings: transformer.windings.map((other, k) => (k === w ? { ...other, tap_pu } : other)) };
}

function replay(draft: FeederDraft, object: DssObject): RegulatorValues {
  const values: RegulatorValues = {
    transformer: '',
    winding: 1,
    tapWinding: undefined,
    v_V: 120,
    band_V: 3,
    ptRatio: 60,
    ct_A: 300,
    r_V: 0,
    x_V: 0,
    bus: undefined,
    remotePtRatio: undefined,
    delay_s: 15,
    tapDelay_s: 2,
    tapsPerChange_count: 16,
    v_limit_V: 0,
    phase: 1,
    reversible: false,
    reverse: { v_set_V: 120, band_V: 3, r_V: 0, x_V: 0 },
  };
  for (const assignment of object.assignments) apply(values, assignment, draft, object);
  return values;
}

function apply(values: RegulatorValues, assignment: Assignment, draft: FeederDraft, object: DssObject): void {
  switch (assignment.property) {
    case 'transformer':
      values.transformer = elementNamed(assignment, 'transformer');
      break;
    case 'winding':
      values.winding = integerOf(assignment, 1, 100);
      break;
    case 'tapwinding':
      values.tapWinding = integerOf(assignment, 1, 100);
      break;
    case 'vreg':
      values.v_V = positiveOf(assignment);
      break;
    case 'band':
      values.band_V = positiveOf(assignment);
      break;
    case 'ptratio':
      values.ptRatio = positiveOf(assignment);
      break;
    case 'ctprim':
      values.ct_A = positiveOf(assignment);
      break;
    case 'r':
      values.r_V = numberOf(assignment);
      break;
    case 'x':
      values.x_V = numberOf(assignment);
      break;
    case 'bus':
      values.bus = assignment;
      break;
    case 'remoteptratio':
      values.remotePtRatio = positiveOf(assignment);
      break;
    case 'delay':
      values.delay_s = numberOf(assignment);
      break;
    case 'tapdelay':
      values.tapDelay_s = numberOf(assignment);
      break;
    case 'maxtapchange':
      values.tapsPerChange_count = integerOf(assignment, 0, 10_000);
      break;
    case 'vlimit':
      values.v_limit_V = numberOf(assignment);
      break;
    case 'ptphase':
      values.phase = /^ma/.test(wordOf(assignment)) ? 'max' : /^mi/.test(wordOf(assignment)) ? 'min' : integerOf(assignment, 1, 12);
      break;
    case 'reversible':
      values.reversible = flagOf(assignment);
      break;
    case 'revvreg':
      values.reverse.v_set_V = positiveOf(assignment);
      break;
    case 'revband':
      values.reverse.band_V = positiveOf(assignment);
      break;
    case 'revr':
      values.reverse.r_V = numberOf(assignment);
      break;
    case 'revx':
      values.reverse.x_V = numberOf(assignment);
      break;
    case 'ldc_z':
    case 'rev_z':
      if (numberOf(assignment) !== 0) draft.drop(object, `"${assignment.property}" is not carried over`, assignment.at);
      break;
    case 'inversetime':
    case 'revneutral':
    case 'cogen':
      if (flagOf(assignment)) draft.drop(object, `"${assignment.property}" is not carried over`, assignment.at);
      break;
    default:
  }
}

/** An element by its full name; the class may be left out where only one is possible. */
export function elementNamed(assignment: Assignment, usual: string): string {
  const name = wordOf(assignment);
  return name.startsWith(`${usual}.`) || name === '' ? name : `${usual}.${name}`;
}
