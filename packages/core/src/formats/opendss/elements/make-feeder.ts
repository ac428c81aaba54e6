import { InputError } from '../../../base/errors.ts';
import { buildFeeder } from '../../../network/feeder/build.ts';
import type { Feeder } from '../../../network/feeder/feeder.ts';
import type { Dropped } from '../../../network/network.ts';
import { type DssObject, nameOf, objectsOf, type Script } from '../script/objects.ts';
import { whereOf } from '../script/place.ts';
import { type Assignment, numberOf, numbersOf, positiveOf, wordOf } from '../script/values.ts';
import { makeCapacitorControl } from './capacitor-controls.ts';
import { makeCapacitor } from './capacitors.ts';
import { FeederDraft, isEnabled } from './draft.ts';
import { makeGenerator } from './generators.ts';
import { makeExpControl, makeInverterControl } from './inverter-controls.ts';
import { makeLine } from './lines.ts';
import { makeLoad } from './loads.ts';
import { bringCutConductors, switchControlAssignment } from './open.ts';
import { inOrderOfLists } from './order.ts';
import { makeProfiles } from './profiles.ts';
import { makePvSystem } from './pv-systems.ts';
import { makeFault, makeReactor } from './reactors.ts';
import { makeRegulator } from './regulators.ts';
import { makeSource } from './sources.ts';
import { makeStorage } from './storages.ts';
import { makeTransformer } from './transformers.ts';
import { assignVoltageBases } from './voltage-bases.ts';

export interface FeederOfScript {
  readonly feeder: Feeder;
  readonly dropped: readonly Dropped[];
  readonly warnings: readonly string[];
}

/**
 * Makes the feeder of what a script left behind: the circuit as it stands at its end, before any solution.
 * @throws {InputError} OPENDSS_VALUE, OPENDSS_MATRIX, OPENDSS_BUS, OPENDSS_UNKNOWN_NAME, OPENDSS_SOURCE, OPENDSS_IMPEDANCE,
 *   OPENDSS_GEOMETRY, OPENDSS_FILE_MISSING, OPENDSS_FILE_BINARY and the codes of `buildFeeder`
 */
export function makeFeeder(script: Script): FeederOfScript {
  const { circuit, options } = script;
  const number = (name: string, usual: number): number => {
    const option = options.get(name);
    return option === undefined ? usual : numberOf(option);
  };
  const source = circuit.objects.get('vsource.source')!;
  const frequency = options.get('frequency');
  const draft = new FeederDraft(script, frequency === undefined ? source.baseFrequency_Hz : positiveOf(frequency));
  reportDisabled(script);
  operateSwitches(draft);
  const each = (className: string, make: (object: DssObject) => void): void => objectsOf(circuit, className).forEach(make);
  const profiles = makeProfiles(draft);
  each('vsource', (object) => makeSource(draft, object));
  each('line', (object) => makeLine(draft, object));
  each('transformer', (object) => makeTransformer(draft, object, false));
  each('autotrans', (object) => makeTransformer(draft, object, true));
  each('capacitor', (object) => makeCapacitor(draft, object));
  each('reactor', (object) => makeReactor(draft, object));
  each('fault', (object) => makeFault(draft, object));
  const loadMultiplier = number('loadmult', 1);
  each('load', (object) => makeLoad(draft, object, profiles, loadMultiplier));
  const generatorMultiplier = number('genmult', 1);
  each('generator', (object) => makeGenerator(draft, object, profiles, generatorMultiplier));
  each('pvsystem', (object) => makePvSystem(draft, object, profiles));
  each('storage', (object) => makeStorage(draft, object, profiles));
  const controlsAct = !isOff(options.get('controlmode'));
  bringCutConductors(draft);
  each('regcontrol', (object) => makeRegulator(draft, object, controlsAct));
  each('capcontrol', (object) => makeCapacitorControl(draft, object, controlsAct));
  each('invcontrol', (object) => makeInverterControl(draft, object, controlsAct));
  each('expcontrol', (object) => makeExpControl(draft, object, controlsAct));
  const used = usedProfiles(draft);
  draft.profiles.push(...[...profiles.values()].filter(({ id }) => used.has(id) || draft.places.has(`profile ${id}`)));

  const listed = options.get('voltagebases');
  assignVoltageBases(draft, nominalOfSources(draft), listed === undefined ? [] : numbersOf(listed, script.readNumbers));
  warnOfOptions(script, controlsAct);
  return build(draft);
}

/** Elements that a script switches off are not there for it, and not here. */
function reportDisabled({ circuit, warnings }: Script): void {
  const off = [...circuit.objects.values()].filter((object) => !object.className.endsWith('control') && !isEnabled(object));
  if (off.length === 0) return;
  const shown = off.slice(0, 5).map((object) => `${nameOf(object)} at ${whereOf(object.at)}`);
  const more = off.length > 5 ? `, and ${off.length - 5} more` : '';
  warnings.push(
    `${off.length === 1 ? 'An element is' : `${off.length} elements are`} not enabled and left out: ${shown.join(', ')}${more}`,
  );
}

/** Ends that SwtControls hold open. @throws {InputError} OPENDSS_VALUE */
function operateSwitches(draft: FeederDraft): void {
  for (const control of objectsOf(draft.script.circuit, 'swtcontrol')) {
    if (!isEnabled(control)) continue;
    const named = control.assignments.findLast(({ property }) => property === 'switchedobj');
    const element = named === undefined ? undefined : draft.script.circuit.objects.get(wordOf(named));
    if (element === undefined) {
      draft.drop(control, 'the element that it switches is not in the circuit');
      continue;
    }
    const assignment = switchControlAssignment(control);
    if (assignment !== undefined) element.assignments.push(assignment);
  }
}

const isOff = (assignment: Assignment | undefined): boolean => assignment !== undefined && /^of/.test(wordOf(assignment));

/** Phase to earth, by bus. */
function nominalOfSources(draft: FeederDraft): ReadonlyMap<number, number> {
  return new Map(draft.sources.map(({ terminal, id }) => [terminal.bus, draft.nominal_kV.get(id) ?? 1]));
}

function usedProfiles(draft: FeederDraft): ReadonlySet<string> {
  const used = new Set<string>();
  for (const { profile } of [...draft.loads, ...draft.generators, ...draft.inverters]) {
    for (const id of [profile?.daily, profile?.yearly, profile?.duty]) if (id !== undefined) used.add(id);
  }
  return used;
}

function warnOfOptions({ options, warnings }: Script, controlsAct: boolean): void {
  const mode = options.get('mode');
  if (mode !== undefined && !/^s(n|$)/.test(wordOf(mode))) {
    const steps = ['number', 'stepsize'].flatMap((name) => (options.has(name) ? [`${name}=${options.get(name)!.value.text}`] : []));
    warnings.push(
      `The script solves in mode ${[wordOf(mode).slice(0, 30), ...steps].join(', ')}; the case is the circuit before it, with its profiles (${whereOf(mode.at)})`,
    );
  }
  const model = options.get('loadmodel');
  if (model !== undefined && /^a/.test(wordOf(model)))
    warnings.push(`Set loadmodel=admittance makes loads linear; they are read as they are (${whereOf(model.at)})`);
  const growth = options.get('year');
  if (growth !== undefined && numberOf(growth) !== 0)
    warnings.push(`Set year grows loads; they are read as in the first year (${whereOf(growth.at)})`);
  const wires = options.get('cktmodel');
  if (wires !== undefined && /^p/.test(wordOf(wires))) {
    warnings.push(`Set cktmodel=positive asks for the balanced equivalent; the feeder is read with its phases (${whereOf(wires.at)})`);
  }
  if (!controlsAct) warnings.push('Set controlmode=off: all controls are read as not enabled');
}

function build(draft: FeederDraft): FeederOfScript {
  const { circuit, dropped, warnings } = draft.script;
  const { parts, elements } = inOrderOfLists(draft);
  const places = draft.places;
  try {
    const built = buildFeeder(
      { name: circuit.name, frequency_Hz: draft.frequency_Hz, ...parts, source: `OpenDSS circuit ${circuit.name}` },
      {
        whereOf: (list, index) => {
          const id = elements(list, index);
          const place = id === undefined ? undefined : (places.get(id) ?? places.get(`profile ${id}`));
          return place === undefined ? undefined : whereOf(place);
        },
      },
    );
    return {
      feeder: built.feeder,
      dropped: dropped.map(({ element, at, reason }) => ({ element, where: whereOf(at), reason })),
      warnings: [...warnings, ...built.warnings],
    };
  } catch (error) {
    throw error instanceof InputError ? placed(error, draft) : error;
  }
}

/** Where the message names an element of the script, its line; else the line of the circuit. */
function placed(error: InputError, draft: FeederDraft): InputError {
  const { code, what, where, hint } = error;
  if (where !== undefined && hint !== undefined) return error;
  const named = /"([^"]+)"/.exec(what)?.[1] ?? '';
  const at = draft.places.get(named) ?? draft.script.circuit.at;
  return new InputError({ code, message: what, where: where ?? whereOf(at), hint: hint ?? 'Correct the element.' });
}
