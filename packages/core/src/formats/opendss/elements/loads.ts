import type { BeyondLimits, Load, Profile, ProfileUse, VoltageLaw } from '../../../network/feeder/feeder.ts';
import type { DssObject } from '../script/objects.ts';
import { type Assignment, integerOf, numberOf, numbersOf, positiveOf, powerFactorOf, wordOf } from '../script/values.ts';
import {
  constantCurrent,
  constantImpedance,
  constantPower,
  isDeltaWord,
  kvarOf,
  type Placement,
  placementOf,
  profileUseOf,
} from './consumers.ts';
import { type FeederDraft, isEnabled } from './draft.ts';
import { isOpened } from './open.ts';

interface LoadValues {
  phases_count: number;
  isDelta: boolean;
  v_kV: number;
  model: number;
  /** What decides the power: the last of these that was said. */
  said: 'pf' | 'kvar' | 'kva';
  p_kW: number;
  q_kvar: number;
  s_kVA: number;
  pf: number;
  transformer_kVA: number;
  allocation_frac: number;
  e_kWh: number;
  days: number;
  cFactor: number;
  status: string;
  v_min_pu: number;
  v_max_pu: number;
  v_low_pu: number;
  cvrWatts: number;
  cvrVars: number;
  zip: number[];
  rNeutral_ohm: number;
  xNeutral_ohm: number;
}

/**
 * Load → `Load`, at the power that the circuit as it stands draws at rated voltage: `loadmult` is in it (not in the vars of models 6 and 7), shapes are not.
 * @throws {InputError} OPENDSS_VALUE, OPENDSS_BUS
 */
export function makeLoad(draft: FeederDraft, object: DssObject, profiles: Map<string, Profile>, loadMultiplier: number): void {
  if (!isEnabled(object)) return;
  const values = replay(draft, object);
  const place = placementOf(draft, object, values.phases_count, values.isDelta, values.v_kV);
  // a fixed load knows neither multipliers nor shapes, an exempt one no multiplier
  const multiplier = values.status === 'variable' ? loadMultiplier : 1;
  const [p, q] = powerOf(values);
  const laws = lawsOf(values, draft, object);
  const share = multiplier / values.phases_count;
  // models 6 and 7 keep their vars whatever multiplies the watts
  const varsStay = values.model === 6 || values.model === 7;
  const followed = values.status === 'fixed' ? undefined : profileUseOf(profiles, draft, object);
  const profile = varsStay && followed !== undefined ? withFixedVars(followed, profiles, q) : followed;
  const inService = !isOpened(draft, object, place.terminals[0].conductors.length);
  const id = draft.made(object);
  place.terminals.forEach((terminal, k) => {
    const load: Load = {
      id: k === 0 ? id : `${id}.${k + 1}`,
      connection: place.connection,
      terminal,
      v_rated_kV: place.v_rated_kV,
      p_kW: repeated(p * share * laws.p_frac, place),
      q_kvar: repeated(varsStay ? q / values.phases_count : q * share * laws.q_frac, place),
      pLaw: laws.p,
      qLaw: laws.q,
      v_min_pu: values.v_min_pu,
      v_max_pu: values.v_max_pu,
      ...(values.v_low_pu > 0 && values.v_low_pu < values.v_min_pu ? { v_low_pu: values.v_low_pu } : {}),
      ...(laws.beyond === undefined ? {} : { beyond: laws.beyond }),
      ...(profile === undefined ? {} : { profile }),
      inService,
    };
    draft.loads.push(load);
  });
  earthStarPoint(draft, object, values, place);
}

/** The same shapes for the watts alone, as profiles of their own. */
function withFixedVars(use: ProfileUse, profiles: Map<string, Profile>, q_kvar: number): ProfileUse {
  const fixed = (name: string): string => {
    const profile = profiles.get(name)!;
    const id = `${name}_fixed_vars${profile.actual ? `_${q_kvar}` : ''}`;
    profiles.set(id, { ...profile, id, q: profile.p.map(() => (profile.actual ? q_kvar : 1)) });
    return id;
  };
  return Object.fromEntries(Object.entries(use).map(([mode, name]) => [mode, fixed(name)]));
}

const repeated = (value: number, { elements_count }: Placement): number[] => new Array<number>(elements_count).fill(value);

function powerOf({ said, pf, p_kW, q_kvar, s_kVA }: LoadValues): [p_kW: number, q_kvar: number] {
  if (said === 'kvar') return [p_kW, q_kvar];
  if (said === 'kva') return [s_kVA * Math.abs(pf), kvarOf(s_kVA * Math.abs(pf), pf)];
  return [p_kW, kvarOf(p_kW, pf)];
}

/** kW of the service transformer, or of the energy, at the power factor that stands then. */
function allocate(values: LoadValues): void {
  if (!(values.transformer_kVA > 0)) return;
  values.p_kW = values.transformer_kVA * values.allocation_frac * Math.abs(values.pf);
  values.said = 'pf';
}

function spread(values: LoadValues): void {
  if (!(values.e_kWh > 0)) return;
  values.p_kW = (values.e_kWh / (values.days * 24)) * values.cFactor;
  values.said = 'pf';
}

interface Laws {
  readonly p: VoltageLaw;
  readonly q: VoltageLaw;
  /** What the fractions add up to, where they are not 1. */
  readonly p_frac: number;
  readonly q_frac: number;
  readonly beyond?: BeyondLimits;
}

/** Outside its limits of voltage a load of model 3 or 4 is the impedance of its rated power at the limit. */
const ratedPowerBeyond: BeyondLimits = { pExponent: 0, qExponent: 0, stepsAtLow: false };
/** Models 6 and 7: the same for p, the rated impedance for q; there is no line down to `vlowpu`. */
const ratedImpedanceBeyond: BeyondLimits = { pExponent: 0, qExponent: 2, stepsAtLow: true };

/** @source OpenDSS documentation, property Model of Load; what holds outside the limits was measured, a load of each model behind an ideal source */
function lawsOf(values: LoadValues, draft: FeederDraft, object: DssObject): Laws {
  const of = (p: VoltageLaw, q: VoltageLaw, beyond?: BeyondLimits): Laws => ({ p, q, p_frac: 1, q_frac: 1, ...(beyond && { beyond }) });
  switch (values.model) {
    case 2:
      return of(constantImpedance, constantImpedance);
    case 3:
      return of(constantPower, constantImpedance, ratedPowerBeyond);
    case 4:
      return of({ exponent: values.cvrWatts }, { exponent: values.cvrVars }, ratedPowerBeyond);
    case 5:
      return of(constantCurrent, constantCurrent);
    case 6:
      return of(constantPower, constantPower, ratedImpedanceBeyond);
    case 7:
      return of(constantPower, constantImpedance, ratedImpedanceBeyond);
    case 8:
      return zipLaws(values, draft, object);
    default:
      return of(constantPower, constantPower);
  }
}

/** ZIPV: impedance, current and power parts of p, the same of q, and the voltage below which nothing is drawn. */
function zipLaws({ zip }: LoadValues, draft: FeederDraft, object: DssObject): Laws {
  if (zip.length < 6) {
    draft.drop(object, 'model 8 has no ZIPV; constant power is taken');
    return { p: constantPower, q: constantPower, p_frac: 1, q_frac: 1 };
  }
  if ((zip[6] ?? 0) > 0)
    draft.drop(object, `it is drawn below ${zip[6]} per unit, too; the voltage of ZIPV at which it would switch off is not carried over`);
  const law = (z: number, i: number, p: number): [VoltageLaw, number] => {
    const total = z + i + p;
    return total === 0 ? [constantPower, 0] : [{ z_frac: z / total, i_frac: i / total, p_frac: p / total }, total];
  };
  const [p, p_frac] = law(zip[0], zip[1], zip[2]);
  const [q, q_frac] = law(zip[3], zip[4], zip[5]);
  return { p, q, p_frac, q_frac };
}

/** `rneut` joins the star point to earth; it means nothing where the star point is earth. */
function earthStarPoint(draft: FeederDraft, object: DssObject, values: LoadValues, place: Placement): void {
  const [terminal] = place.terminals;
  const neutral = terminal.conductors.at(-1)!;
  if (place.connection !== 'wye' || values.rNeutral_ohm < 0 || neutral === 0) return;
  const { rNeutral_ohm: r, xNeutral_ohm: x } = values;
  const size = r * r + x * x;
  draft.shunts.push({
    id: `${draft.made(object)}.neutral`,
    terminal: { bus: terminal.bus, conductors: [neutral] },
    g_S: [size === 0 ? 1e6 : r / size],
    b_S: [size === 0 ? 0 : -x / size],
    inService: true,
  });
}

function replay(draft: FeederDraft, object: DssObject): LoadValues {
  const values: LoadValues = {
    phases_count: 3,
    isDelta: false,
    v_kV: 12.47,
    model: 1,
    said: 'pf',
    p_kW: 10,
    q_kvar: 5,
    s_kVA: 11.3636363636364,
    pf: 0.88,
    transformer_kVA: 0,
    allocation_frac: 0.5,
    e_kWh: 0,
    days: 30,
    cFactor: 4,
    status: 'variable',
    v_min_pu: 0.95,
    v_max_pu: 1.05,
    v_low_pu: 0.5,
    cvrWatts: 1,
    cvrVars: 2,
    zip: [],
    rNeutral_ohm: -1,
    xNeutral_ohm: 0,
  };
  for (const assignment of object.assignments) apply(values, assignment, draft, object);
  return values;
}

function apply(values: LoadValues, assignment: Assignment, draft: FeederDraft, object: DssObject): void {
  switch (assignment.property) {
    case 'phases':
      values.phases_count = integerOf(assignment, 1, 12);
      break;
    case 'kv':
      values.v_kV = positiveOf(assignment);
      break;
    case 'kw':
      values.p_kW = numberOf(assignment);
      values.said = 'pf';
      break;
    case 'pf':
      values.pf = powerFactorOf(assignment);
      break;
    case 'kvar':
      values.q_kvar = numberOf(assignment);
      values.said = 'kvar';
      break;
    case 'kva':
      values.s_kVA = numberOf(assignment);
      values.said = 'kva';
      break;
    case 'xfkva':
      values.transformer_kVA = numberOf(assignment);
      allocate(values);
      break;
    case 'allocationfactor':
      values.allocation_frac = numberOf(assignment);
      allocate(values);
      break;
    case 'kwh':
      values.e_kWh = numberOf(assignment);
      spread(values);
      break;
    case 'kwhdays':
      values.days = positiveOf(assignment);
      spread(values);
      break;
    case 'cfactor':
      values.cFactor = numberOf(assignment);
      spread(values);
      break;
    case 'model':
      values.model = integerOf(assignment, 1, 8);
      break;
    case 'conn':
      values.isDelta = isDeltaWord(assignment);
      break;
    case 'status':
      values.status = /^f/.test(wordOf(assignment)) ? 'fixed' : /^e/.test(wordOf(assignment)) ? 'exempt' : 'variable';
      break;
    case 'vminpu':
      values.v_min_pu = numberOf(assignment);
      break;
    case 'vmaxpu':
      values.v_max_pu = numberOf(assignment);
      break;
    case 'vlowpu':
      values.v_low_pu = numberOf(assignment);
      break;
    case 'cvrwatts':
      values.cvrWatts = numberOf(assignment);
      break;
    case 'cvrvars':
      values.cvrVars = numberOf(assignment);
      break;
    case 'zipv':
      values.zip = numbersOf(assignment, draft.script.readNumbers);
      break;
    case 'rneut':
      values.rNeutral_ohm = numberOf(assignment);
      break;
    case 'xneut':
      values.xNeutral_ohm = numberOf(assignment);
      break;
    case 'cvrcurve':
      draft.drop(object, 'its cvrcurve is not carried over; the factors stay as they are', assignment.at);
      break;
    default:
  }
}
