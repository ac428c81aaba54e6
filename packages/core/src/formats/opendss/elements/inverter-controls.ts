import type { InverterControl, InverterFunction } from '../../../network/feeder/controls.ts';
import { type DssObject, lastOf, objectsOf } from '../script/objects.ts';
import { type Assignment, numberOf, wordOf, wordsOf } from '../script/values.ts';
import { busNameOf } from './bus-name.ts';
import { curveOf } from './curves.ts';
import { type FeederDraft, isEnabled } from './draft.ts';

/**
 * InvControl → `InverterControl`. What damps OpenDSS's iterations (deltaQ_factor, tolerances) is no law and is left out.
 * @throws {InputError} OPENDSS_VALUE, OPENDSS_UNKNOWN_NAME, OPENDSS_BUS
 */
export function makeInverterControl(draft: FeederDraft, object: DssObject, controlsAct: boolean): void {
  const inverters = invertersOf(draft, object);
  const functions = functionsOf(draft, object);
  if (inverters.length === 0 || functions.length === 0) {
    draft.drop(object, inverters.length === 0 ? 'none of its inverters is in the circuit' : 'it has no function that is carried over');
    return;
  }
  reportRest(draft, object);
  const remoteBuses = remoteBusesOf(draft, object);
  const control: InverterControl = {
    id: draft.made(object),
    inverters,
    functions,
    voltage: voltageOf(draft, object),
    ...(remoteBuses.length === 0 ? {} : { remoteBuses }),
    varBase: varBaseOf(object),
    ...meanOf(object),
    ...rateOf(object),
    enabled: controlsAct && isEnabled(object),
  };
  draft.inverterControls.push(control);
}

/**
 * ExpControl → volt-var on the rating, as it stands after its reference has settled.
 *
 * With `vreg` it is a line of the given slope through that voltage. Without (`vreg=0`) the reference is the voltage that the inverter finds, kept within
 * `vregmin` and `vregmax`: no vars between the two, the slope outside them.
 * @throws {InputError} OPENDSS_VALUE
 */
export function makeExpControl(draft: FeederDraft, object: DssObject, controlsAct: boolean): void {
  const inverters = invertersOf(draft, object);
  const number = (property: string, usual: number) => numberOfLast(object, property, usual);
  const slope = number('slope', 50);
  if (inverters.length === 0 || !(slope > 0)) {
    draft.drop(object, inverters.length === 0 ? 'none of its inverters is in the circuit' : 'it has no slope');
    return;
  }
  const v_set_pu = number('vreg', 1);
  const [low, high] = v_set_pu > 0 ? [v_set_pu, v_set_pu] : [number('vregmin', 0.95), number('vregmax', 1.05)];
  const [inject, absorb] = [number('qmaxlead', 0.44), number('qmaxlag', 0.44)];
  if (number('qbias', 0) !== 0) draft.drop(object, 'its bias of vars is not carried over', lastOf(object, 'qbias')!.at);
  const points = [[low - inject / slope, inject], [low, 0], ...(high > low ? [[high, 0]] : []), [high + absorb / slope, -absorb]];
  draft.inverterControls.push({
    id: draft.made(object),
    inverters,
    functions: [{ kind: 'volt-var', curve: { x: points.map(([x]) => x), y: points.map(([, y]) => y) } }],
    voltage: 'mean',
    varBase: 'rating',
    enabled: controlsAct && isEnabled(object),
  });
}

/** As listed, all of the circuit when none is; names without a class mean PVSystem. */
function invertersOf(draft: FeederDraft, object: DssObject): string[] {
  const list = lastOf(object, 'derlist');
  const words = list === undefined ? [] : wordsOf(list);
  if (words.length === 0) return draft.inverters.map(({ id }) => id);
  const known = new Set(draft.inverters.map(({ id }) => id));
  const found: string[] = [];
  for (const word of words) {
    const id = word.includes('.') ? word : `pvsystem.${word}`;
    if (known.has(id)) found.push(id);
    else draft.drop(object, `its inverter "${id.slice(0, 60)}" is not in the circuit`, list!.at);
  }
  return found;
}

function functionsOf(draft: FeederDraft, object: DssObject): InverterFunction[] {
  const combined = wordOfLast(object, 'combimode');
  const modes = combined !== '' ? combined.split('_') : [wordOfLast(object, 'mode')];
  return modes.flatMap((mode) => functionOf(draft, object, mode) ?? []);
}

function functionOf(draft: FeederDraft, object: DssObject, mode: string): InverterFunction | undefined {
  const curve = (property: string) => {
    const assignment = lastOf(object, property);
    if (assignment !== undefined) return curveOf(draft, assignment);
    draft.drop(object, `${mode} has no ${property}`);
    return undefined;
  };
  const number = (property: string, usual: number) => numberOfLast(object, property, usual);
  if (mode === 'voltvar' || mode === 'vv') {
    const c = curve('vvc_curve1');
    const hysteresis_pu = -number('hysteresis_offset', 0);
    if (hysteresis_pu < 0)
      draft.drop(object, 'its hysteresis_offset is above 0, where a curve for falling voltage cannot lie; there is no hysteresis');
    return c && { kind: 'volt-var', curve: c, ...(hysteresis_pu > 0 ? { hysteresis_pu } : {}) };
  }
  if (mode === 'voltwatt' || mode === 'vw') {
    const c = curve('voltwatt_curve');
    const axis = wordOfLast(object, 'voltwattyaxis');
    const of = axis.startsWith('pav') ? 'available' : axis.startsWith('kva') ? 'rating' : 'rated';
    return c && { kind: 'volt-watt', curve: c, of };
  }
  if (mode === 'wattvar' || mode === 'wv') {
    const c = curve('wattvar_curve');
    return c && { kind: 'watt-var', curve: c };
  }
  if (mode === 'wattpf' || mode === 'wp') {
    const c = curve('wattpf_curve');
    return c && { kind: 'watt-pf', curve: c };
  }
  if (mode === 'avr') return { kind: 'voltage-regulation', v_set_pu: number('vsetpoint', 1), deadband_pu: 0 };
  if (mode === 'dynamicreaccurr' || mode === 'drc') {
    return {
      kind: 'dynamic-reactive-current',
      gainLow_pu: number('argralowv', 0.1),
      gainHigh_pu: number('argrahiv', 0.1),
      v_low_pu: number('dbvmin', 0.95),
      v_high_pu: number('dbvmax', 1.05),
      window_s: windowOf(object, 'dynreacavgwindowlen'),
    };
  }
  if (mode !== '') draft.drop(object, `mode ${mode.slice(0, 20)} is not carried over`);
  return undefined;
}

/** `avg`: the voltage on its mean; `ravg`: the mean on the rated voltage. */
function meanOf(object: DssObject): Pick<InverterControl, 'mean'> {
  const word = wordOfLast(object, 'voltage_curvex_ref');
  const window_s = windowOf(object, 'avgwindowlen');
  if (word.startsWith('av')) return { mean: { use: 'base', window_s } };
  return word.startsWith('rav') ? { mean: { use: 'voltage', window_s } } : {};
}

function rateOf(object: DssObject): Pick<InverterControl, 'rate'> {
  const word = wordOfLast(object, 'rateofchangemode');
  if (word.startsWith('l')) return { rate: { kind: 'lag', tau_s: numberOfLast(object, 'lpftau', 0.001) } };
  const limit_per_s = numberOfLast(object, 'risefalllimit', 0.001);
  return word.startsWith('r') && limit_per_s > 0 ? { rate: { kind: 'ramp', limit_per_s } } : {};
}

/** `300s`, `5m`, `1h` or seconds. */
function windowOf(object: DssObject, property: string): number {
  const [, size = '1', unit = 's'] = /^([\d.]+)\s*([smh]?)$/.exec(wordOfLast(object, property)) ?? [];
  const window_s = Number(size) * (unit === 'h' ? 3600 : unit === 'm' ? 60 : 1);
  return Number.isFinite(window_s) ? window_s : 1;
}

function varBaseOf(object: DssObject): InverterControl['varBase'] {
  const said = wordOfLast(object, 'vv_refreactivepower') || wordOfLast(object, 'refreactivepower');
  return said.startsWith('varmax') ? 'maximum' : 'available';
}

function voltageOf(draft: FeederDraft, object: DssObject): InverterControl['voltage'] {
  const word = wordOfLast(object, 'monvoltagecalc');
  if (word.startsWith('ma')) return 'max';
  if (word.startsWith('mi')) return 'min';
  if (/^\d/.test(word))
    draft.drop(object, `it looks at phase ${word.slice(0, 3)} alone; the mean of the phases is used`, lastOf(object, 'monvoltagecalc')!.at);
  return 'mean';
}

function remoteBusesOf(draft: FeederDraft, object: DssObject): number[] {
  const list = lastOf(object, 'monbus');
  if (list === undefined) return [];
  const nodes = new Map<number, Set<number>>();
  for (const word of wordsOf(list)) {
    const { bus, nodes: named } = busNameOf(word, list.at);
    const index = draft.busIndexOf(bus);
    if (index === undefined) draft.drop(object, `its bus "${bus.slice(0, 60)}" is not in the circuit`, list.at);
    else nodes.set(index, new Set([...(nodes.get(index) ?? []), ...(named.length === 0 ? [1, 2, 3] : named)]));
  }
  if ([...nodes.values()].some((set) => set.size < 3)) {
    draft.drop(object, 'it looks at single phases of its buses; the mean of all phases there is used', list.at);
  }
  return [...nodes.keys()];
}

function reportRest(draft: FeederDraft, object: DssObject): void {
  const report = (property: string, matters: (assignment: Assignment) => boolean, reason: string): void => {
    const assignment = lastOf(object, property);
    if (assignment !== undefined && matters(assignment)) draft.drop(object, reason, assignment.at);
  };
  report(
    'voltwattyaxis',
    (a) => /^pct/.test(wordOf(a)) && objectsOf(draft.script.circuit, 'pvsystem').some((pv) => lastOf(pv, '%pmpp') !== undefined),
    'its volt-watt curve counts on %Pmpp of the panels; here it counts on all of Pmpp',
  );
  report('voltwattch_curve', (a) => wordOf(a) !== '', 'the volt-watt curve for charging is not carried over');
}

function wordOfLast(object: DssObject, property: string): string {
  const assignment = lastOf(object, property);
  return assignment === undefined ? '' : wordOf(assignment);
}

function numberOfLast(object: DssObject, property: string, usual: number): number {
  const assignment = lastOf(object, property);
  return assignment === undefined ? usual : numberOf(assignment);
}
