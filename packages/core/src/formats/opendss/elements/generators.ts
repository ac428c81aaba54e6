import type { PhaseGenerator, Profile } from '../../../network/feeder/feeder.ts';
import type { DssObject } from '../script/objects.ts';
import { type Assignment, integerOf, numberOf, positiveOf, powerFactorOf, wordOf } from '../script/values.ts';
import { constantImpedance, constantPower, isDeltaWord, kvarOf, placementOf, profileUseOf } from './consumers.ts';
import { type FeederDraft, isEnabled } from './draft.ts';

interface GeneratorValues {
  phases_count: number;
  isDelta: boolean;
  v_kV: number;
  model: number;
  p_kW: number;
  q_kvar: number;
  pf: number;
  v_pu: number;
  /** Undefined: twice what q is, as OpenDSS sets them. */
  qMax_kvar: number | undefined;
  qMin_kvar: number | undefined;
  v_min_pu: number;
  v_max_pu: number;
  status: string;
  dispatch: string;
}

/**
 * Generator → `PhaseGenerator`, at the power at which it always runs.
 * @throws {InputError} OPENDSS_VALUE, OPENDSS_BUS
 */
export function makeGenerator(draft: FeederDraft, object: DssObject, profiles: ReadonlyMap<string, Profile>, multiplier: number): void {
  if (!isEnabled(object)) return;
  const values = replay(object);
  const place = placementOf(draft, object, values.phases_count, values.isDelta, values.v_kV);
  if (values.dispatch !== 'default') draft.drop(object, `dispmode=${values.dispatch} is not carried over; it runs at its power`);
  const laws = lawsOf(values, draft, object);
  const share = (values.status === 'fixed' ? 1 : multiplier) / values.phases_count;
  const profile = values.status === 'fixed' ? undefined : profileUseOf(profiles, draft, object);
  const { qMax_kvar = 2 * values.q_kvar, qMin_kvar = -2 * values.q_kvar } = values;
  const holds = values.model === 3;
  const id = draft.made(object);
  if (object.assignments.some(({ property }) => property === 'open'))
    draft.drop(object, 'that its conductors are opened is not carried over: it feeds on, as OpenDSS 9.7 lets it');
  place.terminals.forEach((terminal, k) => {
    const generator: PhaseGenerator = {
      id: k === 0 ? id : `${id}.${k + 1}`,
      connection: place.connection,
      terminal,
      v_rated_kV: place.v_rated_kV,
      p_kW: new Array<number>(place.elements_count).fill(values.p_kW * share),
      q_kvar: new Array<number>(place.elements_count).fill(values.q_kvar * share),
      ...(holds ? { v_set_pu: values.v_pu, q_min_kvar: Math.min(qMin_kvar, qMax_kvar), q_max_kvar: Math.max(qMin_kvar, qMax_kvar) } : {}),
      ...(holds ? {} : { v_min_pu: values.v_min_pu }),
      ...(holds || values.model === 7 ? {} : { v_max_pu: values.v_max_pu }),
      ...(laws ?? {}),
      ...(profile === undefined ? {} : { profile }),
      inService: true,
    };
    draft.generators.push(generator);
  });
}

type Laws = Pick<PhaseGenerator, 'pLaw' | 'qLaw' | 'beyond'>;

/**
 * Models 3 and 7 keep their power at every high voltage, 3 also at low ones; 4 keeps its vars inside the limits and is its rated reactance outside.
 * @source OpenDSS documentation, property Model of Generator; limits measured, a generator of each model behind an ideal source
 */
function lawsOf({ model }: GeneratorValues, draft: FeederDraft, object: DssObject): Laws | undefined {
  if (model === 2) return { pLaw: constantImpedance, qLaw: constantImpedance };
  if (model === 4) return { pLaw: constantPower, qLaw: constantPower, beyond: { pExponent: 0, qExponent: 2, stepsAtLow: false } };
  if (model === 5) return { pLaw: constantPower, qLaw: constantImpedance };
  if (model === 7) draft.warn(object, 'limits its current below vminpu; here it turns into an impedance there');
  else if (model > 5) draft.drop(object, `model ${model} is not carried over; constant power is taken`);
  return undefined;
}

function replay(object: DssObject): GeneratorValues {
  const values: GeneratorValues = {
    phases_count: 3,
    isDelta: false,
    v_kV: 12.47,
    model: 1,
    p_kW: 1000,
    q_kvar: 60,
    pf: 0.88,
    v_pu: 1,
    qMax_kvar: undefined,
    qMin_kvar: undefined,
    v_min_pu: 0.9,
    v_max_pu: 1.1,
    status: 'variable',
    dispatch: 'default',
  };
  for (const assignment of object.assignments) apply(values, assignment);
  return values;
}

/** kW keeps the power factor, kvar and pf set the other of the two. */
function apply(values: GeneratorValues, assignment: Assignment): void {
  switch (assignment.property) {
    case 'phases':
      values.phases_count = integerOf(assignment, 1, 12);
      break;
    case 'kv':
      values.v_kV = positiveOf(assignment);
      break;
    case 'kw':
      values.p_kW = numberOf(assignment);
      values.q_kvar = kvarOf(values.p_kW, values.pf);
      break;
    case 'pf':
      values.pf = powerFactorOf(assignment);
      values.q_kvar = kvarOf(values.p_kW, values.pf);
      break;
    case 'kvar': {
      values.q_kvar = numberOf(assignment);
      const size = Math.hypot(values.p_kW, values.q_kvar);
      values.pf = size === 0 ? 1 : (values.p_kW / size) * (values.p_kW * values.q_kvar < 0 ? -1 : 1);
      break;
    }
    case 'maxkvar':
      values.qMax_kvar = numberOf(assignment);
      break;
    case 'minkvar':
      values.qMin_kvar = numberOf(assignment);
      break;
    case 'model':
      values.model = integerOf(assignment, 1, 7);
      break;
    case 'conn':
      values.isDelta = isDeltaWord(assignment);
      break;
    case 'vpu':
      values.v_pu = positiveOf(assignment);
      break;
    case 'vminpu':
      values.v_min_pu = numberOf(assignment);
      break;
    case 'vmaxpu':
      values.v_max_pu = numberOf(assignment);
      break;
    case 'status':
      values.status = /^f/.test(wordOf(assignment)) ? 'fixed' : 'variable';
      break;
    case 'dispmode':
      values.dispatch = /^d/.test(wordOf(assignment)) ? 'default' : wordOf(assignment).slice(0, 20);
      break;
    default:
  }
}
