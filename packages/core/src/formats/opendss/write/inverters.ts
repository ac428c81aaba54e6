import type { Curve, InverterControl } from '../../../network/feeder/controls.ts';
import type { Inverter, StorageOfInverter } from '../../../network/feeder/feeder.ts';
import { valueAt } from '../elements/curves.ts';
import { placeOf, profileWords } from './consumers.ts';
import { numbersText, percentText, type ScriptText } from './script-text.ts';

export function writeInverters(script: ScriptText): void {
  for (const inverter of script.feeder.inverters) {
    if (!inverter.inService) script.lost('inverter', inverter.id, 'it is out of service, which a script does not keep');
    if (inverter.kind === 'pv') writePv(script, inverter);
    else writeStorage(script, inverter);
  }
}

function commonWords(script: ScriptText, inverter: Inverter) {
  return {
    ...placeOf(script, inverter),
    kva: inverter.s_rated_kVA,
    kvarmax: inverter.qInject_max_kvar ?? inverter.s_rated_kVA,
    kvarmaxabs: inverter.qAbsorb_max_kvar ?? inverter.qInject_max_kvar ?? inverter.s_rated_kVA,
    ...(inverter.powerFactor_frac !== undefined
      ? { pf: inverter.powerFactor_frac }
      : inverter.q_kvar === 0
        ? { pf: 1 }
        : { kvar: inverter.q_kvar }),
    ...(inverter.priority === 'watt' ? { wattpriority: true } : inverter.priority === 'powerFactor' ? { pfpriority: true } : {}),
    vminpu: inverter.v_min_pu ?? 0,
    vmaxpu: inverter.v_max_pu ?? 1000,
  };
}

/** The sun as the irradiance that gives the offered power. */
function writePv(script: ScriptText, inverter: Inverter): void {
  const rated_kW = inverter.p_rated_kW > 0 ? inverter.p_rated_kW : inverter.s_rated_kVA;
  if (inverter.p_kW < 0 || inverter.p_kW > rated_kW * (1 + 1e-12)) {
    script.lost('inverter', inverter.id, `a PVSystem offers between nothing and its rated power, not ${inverter.p_kW} kW`);
  }
  script.put(`New PVSystem.${script.nameFor('pvsystem', inverter.id, 'inverter')}`, {
    ...commonWords(script, inverter),
    pmpp: rated_kW,
    irradiance: Math.min(1, Math.max(0, inverter.p_kW / rated_kW)),
    '%cutin': 0,
    '%cutout': 0,
    ...profileWords(script, inverter.profile),
    ...(inverter.inService ? {} : { enabled: false }),
  });
}

function writeStorage(script: ScriptText, inverter: Inverter): void {
  const { storage, p_kW } = inverter;
  if (storage === undefined) return;
  const rated_kW = inverter.p_rated_kW > 0 ? inverter.p_rated_kW : inverter.s_rated_kVA;
  const { idle_kW, inverterEta } = storage;
  const eta = inverterEta === undefined ? 1 : valueAt(inverterEta, idle_kW / inverter.s_rated_kVA);
  const isIdle = Math.abs(p_kW + idle_kW / eta) <= 1e-9 * rated_kW;
  const bothMoves = !isIdle && (p_kW > 0 ? p_kW !== storage.p_discharge_max_kW : -p_kW !== storage.p_charge_max_kW);
  if (bothMoves)
    script.lost('inverter', inverter.id, 'OpenDSS keeps one rate for discharging: what it does now is written, not the most that it may');
  const effcurve = efficiencyCurve(script, inverter.id, storage.inverterEta);
  script.put(`New Storage.${script.nameFor('storage', inverter.id, 'inverter')}`, {
    ...commonWords(script, inverter),
    kwrated: rated_kW,
    kva: inverter.s_rated_kVA,
    kwhrated: storage.e_rated_kWh,
    kwhstored: storage.e_start_kWh,
    '%reserve': percentText(storage.e_reserve_kWh / storage.e_rated_kWh),
    '%charge': percentText((!isIdle && p_kW < 0 ? -p_kW : storage.p_charge_max_kW) / rated_kW),
    '%discharge': percentText((!isIdle && p_kW > 0 ? p_kW : storage.p_discharge_max_kW) / rated_kW),
    '%effcharge': percentText(storage.eta_charge_frac),
    '%effdischarge': percentText(storage.eta_discharge_frac),
    '%idlingkw': percentText(storage.idle_kW / rated_kW),
    state: isIdle ? 'idling' : p_kW > 0 ? 'discharging' : 'charging',
    ...(inverter.profile === undefined ? {} : { ...dispatchWords(storage), ...profileWords(script, inverter.profile) }),
    ...(effcurve === undefined ? {} : { effcurve }),
    ...(inverter.inService ? {} : { enabled: false }),
  });
}

function dispatchWords({ triggers }: StorageOfInverter): Record<string, string | number> {
  if (triggers === undefined) return { dispmode: 'follow' };
  const { charge_frac = 0, discharge_frac = 0, charge_h = -1 } = triggers;
  return { dispmode: 'default', chargetrigger: charge_frac, dischargetrigger: discharge_frac, timechargetrig: charge_h };
}

/** Name of the curve of its efficiency, written before it. */
function efficiencyCurve(script: ScriptText, id: string, curve: Curve | undefined): string | undefined {
  if (curve === undefined) return undefined;
  const name = script.nameFor('xycurve', `xycurve.${id.replace(/^.*\./, '')}_efficiency`);
  script.put(`New XYCurve.${name}`, { npts: curve.x.length, xarray: numbersText(curve.x), yarray: numbersText(curve.y) });
  return name;
}

const modes: Readonly<Record<string, readonly [single: string, combined: string]>> = {
  'volt-var': ['voltvar', 'vv'],
  'volt-watt': ['voltwatt', 'vw'],
  'watt-var': ['wattvar', 'wv'],
  'watt-pf': ['wattpf', 'wp'],
  'dynamic-reactive-current': ['dynamicreaccurr', 'drc'],
  'voltage-regulation': ['avr', ''],
};
const combinations: readonly string[] = ['vv_vw', 'vv_drc'];
const axes = { rated: 'pmpppu', available: 'pavailablepu', rating: 'kvaratingpu' } as const;

export function writeInverterControls(script: ScriptText): void {
  for (const control of script.feeder.inverterControls) if (!writeExpControl(script, control)) writeControl(script, control);
}

/** A straight volt-var slope on the rating, with or without a band of no vars, is an ExpControl. */
function writeExpControl(script: ScriptText, control: InverterControl): boolean {
  const [part] = control.functions;
  if (
    control.varBase !== 'rating' ||
    control.functions.length !== 1 ||
    part.kind !== 'volt-var' ||
    part.hysteresis_pu !== undefined ||
    control.mean !== undefined ||
    control.rate !== undefined
  )
    return false;
  if (control.remoteBuses !== undefined || (control.voltage ?? 'mean') !== 'mean') return false;
  const { x, y } = part.curve;
  const last = x.length - 1;
  const isShape = (x.length === 3 || x.length === 4) && y[0] > 0 && y[last] < 0 && y.slice(1, last).every((v) => v === 0);
  if (!isShape) return false;
  const slope = y[0] / (x[1] - x[0]);
  if (Math.abs(-y[last] / (x[last] - x[last - 1]) - slope) > 1e-9 * slope) return false;
  script.put(`New ExpControl.${script.nameFor('expcontrol', control.id)}`, {
    derlist: listOf(script, control),
    vreg: x.length === 3 ? x[1] : 0,
    slope,
    ...(x.length === 4 ? { vregmin: x[1], vregmax: x[2] } : {}),
    qmaxlead: y[0],
    qmaxlag: -y[last],
    ...(control.enabled ? {} : { enabled: false }),
  });
  return true;
}

const listOf = (script: ScriptText, { inverters }: InverterControl): string =>
  `[${inverters.map((id) => script.elementName('inverter', id) ?? id).join(' ')}]`;

function writeControl(script: ScriptText, control: InverterControl): void {
  const name = script.nameFor('invcontrol', control.id);
  const lost = (reason: string): void => script.lost('inverter control', control.id, reason);
  const functions = control.functions.filter(({ kind }) => {
    if (Object.hasOwn(modes, kind)) return true;
    lost(`${kind} has no mode and is left out`);
    return false;
  });
  const mode = modeOf(functions.map(({ kind }) => kind));
  if (mode === undefined) {
    lost(functions.length === 0 ? 'nothing of it is left' : 'its functions cannot stand together in OpenDSS; it is left out');
    return;
  }
  if (control.voltage === 'positiveSequence') lost('it looks at the positive sequence; the mean of the phases is written');
  if (control.varBase === 'rating') lost('its vars count on the rating of the inverter; the largest vars are written');
  const words: Record<string, string | number> = {};
  const curve = (property: string, { x, y }: Curve): void => {
    const own = script.nameFor('xycurve', `xycurve.${name}_${property.replace(/_.*/, '')}`);
    script.put(`New XYCurve.${own}`, { npts: x.length, xarray: numbersText(x), yarray: numbersText(y) });
    words[property] = own;
  };
  for (const part of functions) {
    if (part.kind === 'volt-var') {
      curve('vvc_curve1', part.curve);
      if (part.hysteresis_pu !== undefined) words.hysteresis_offset = -part.hysteresis_pu;
    } else if (part.kind === 'volt-watt') {
      curve('voltwatt_curve', part.curve);
      words.voltwattyaxis = axes[part.of];
    } else if (part.kind === 'watt-var') curve('wattvar_curve', part.curve);
    else if (part.kind === 'watt-pf') curve('wattpf_curve', part.curve);
    else if (part.kind === 'voltage-regulation') words.vsetpoint = part.v_set_pu;
    else if (part.kind === 'dynamic-reactive-current') {
      words.argralowv = part.gainLow_pu;
      words.argrahiv = part.gainHigh_pu;
      words.dbvmin = part.v_low_pu;
      words.dbvmax = part.v_high_pu;
      words.dynreacavgwindowlen = `${part.window_s}s`;
    }
  }
  script.put(`New InvControl.${name}`, {
    derlist: listOf(script, control),
    ...mode,
    ...words,
    refreactivepower: control.varBase === 'available' ? 'varaval' : 'varmax',
    ...(control.voltage === 'max' || control.voltage === 'min' ? { monvoltagecalc: control.voltage } : {}),
    ...meanAndRate(control),
    ...monitored(script, control),
    ...(control.enabled ? {} : { enabled: false }),
  });
}

function meanAndRate({ mean, rate }: InverterControl): Record<string, string | number> {
  return {
    ...(mean === undefined ? {} : { voltage_curvex_ref: mean.use === 'base' ? 'avg' : 'ravg', avgwindowlen: `${mean.window_s}s` }),
    ...(rate?.kind === 'lag' ? { rateofchangemode: 'lpf', lpftau: rate.tau_s } : {}),
    ...(rate?.kind === 'ramp' ? { rateofchangemode: 'risefall', risefalllimit: rate.limit_per_s } : {}),
  };
}

function modeOf(kinds: readonly string[]): { mode?: string; combimode?: string } | undefined {
  if (kinds.length === 1) return { mode: modes[kinds[0]][0] };
  const combined = kinds.map((kind) => modes[kind][1]).join('_');
  return combinations.includes(combined) ? { combimode: combined } : undefined;
}

function monitored(script: ScriptText, { remoteBuses }: InverterControl): Record<string, string> {
  if (remoteBuses === undefined || remoteBuses.length === 0) return {};
  const places = remoteBuses.flatMap((bus) =>
    [1, 2, 3].map((c) => [`${script.busName(bus)}.${c}`, (script.feeder.buses[bus].v_base_kV * 1000) / Math.sqrt(3)] as const),
  );
  return { monbus: `[${places.map(([name]) => name).join(' ')}]`, monbusesvbase: numbersText(places.map(([, v]) => v)) };
}
