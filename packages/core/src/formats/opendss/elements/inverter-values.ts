import type { Curve } from '../../../network/feeder/controls.ts';
import type { Inverter } from '../../../network/feeder/feeder.ts';
import { type Assignment, flagOf, integerOf, numberOf, positiveOf, powerFactorOf } from '../script/values.ts';
import { isDeltaWord } from './consumers.ts';
import { curveOf } from './curves.ts';
import type { FeederDraft } from './draft.ts';

/** What PVSystem and Storage have alike, while their assignments are replayed. */
export interface InverterValues {
  phases_count: number;
  isDelta: boolean;
  v_kV: number;
  s_kVA: number;
  /** Said last: a power factor, or vars. */
  pf: number | undefined;
  q_kvar: number;
  qInject_kvar: number | undefined;
  qAbsorb_kvar: number | undefined;
  isWattFirst: boolean;
  isFactorFirst: boolean;
  cutIn_pct: number;
  cutOut_pct: number;
  efficiency: Curve | undefined;
  followsInverter: boolean;
  noVarsBelow_pct: number;
  allVarsFrom_pct: number;
  v_min_pu: number;
  v_max_pu: number;
  model: number;
}

export const inverterDefaults = (): InverterValues => ({
  phases_count: 3,
  isDelta: false,
  v_kV: 12.47,
  s_kVA: 500,
  pf: 1,
  q_kvar: 0,
  qInject_kvar: undefined,
  qAbsorb_kvar: undefined,
  isWattFirst: false,
  isFactorFirst: false,
  cutIn_pct: 20,
  cutOut_pct: 20,
  efficiency: undefined,
  followsInverter: false,
  noVarsBelow_pct: 0,
  allVarsFrom_pct: 0,
  v_min_pu: 0.9,
  v_max_pu: 1.1,
  model: 1,
});

/** True when the property is one of those. @throws {InputError} OPENDSS_VALUE, OPENDSS_UNKNOWN_NAME */
export function applyToInverter(values: InverterValues, assignment: Assignment, draft: FeederDraft): boolean {
  switch (assignment.property) {
    case 'phases':
      values.phases_count = integerOf(assignment, 1, 12);
      return true;
    case 'kv':
      values.v_kV = positiveOf(assignment);
      return true;
    case 'kva':
      values.s_kVA = positiveOf(assignment);
      return true;
    case 'conn':
      values.isDelta = isDeltaWord(assignment);
      return true;
    case 'pf':
      values.pf = powerFactorOf(assignment);
      return true;
    case 'kvar':
      values.q_kvar = numberOf(assignment);
      values.pf = undefined;
      return true;
    case 'kvarmax':
      values.qInject_kvar = Math.abs(numberOf(assignment));
      return true;
    case 'kvarmaxabs':
      values.qAbsorb_kvar = Math.abs(numberOf(assignment));
      return true;
    case 'wattpriority':
      values.isWattFirst = flagOf(assignment);
      return true;
    case 'pfpriority':
      values.isFactorFirst = flagOf(assignment);
      return true;
    case '%cutin':
      values.cutIn_pct = numberOf(assignment);
      return true;
    case '%cutout':
      values.cutOut_pct = numberOf(assignment);
      return true;
    case 'effcurve':
      values.efficiency = curveOf(draft, assignment);
      return true;
    case 'varfollowinverter':
      values.followsInverter = flagOf(assignment);
      return true;
    case '%pminnovars':
      values.noVarsBelow_pct = numberOf(assignment);
      return true;
    case '%pminkvarmax':
      values.allVarsFrom_pct = numberOf(assignment);
      return true;
    case 'vminpu':
      values.v_min_pu = numberOf(assignment);
      return true;
    case 'vmaxpu':
      values.v_max_pu = numberOf(assignment);
      return true;
    case 'model':
      values.model = integerOf(assignment, 1, 3);
      return true;
    default:
      return false;
  }
}

/**
 * Vars: what is asked for, and the limits of the inverter. Below `%pminnovars` of the rated power there are none; below `%pminkvarmax` what is asked for is
 * limited in proportion to the power.
 */
export function varsOf(
  values: InverterValues,
  p_kW: number,
  p_rated_kW: number,
  isOff: boolean,
  qUsual_kvar: number,
): Pick<Inverter, 'q_kvar' | 'powerFactor_frac' | 'qInject_max_kvar' | 'qAbsorb_max_kvar' | 'priority'> {
  const part_pct = (Math.abs(p_kW) / p_rated_kW) * 100;
  const silent = part_pct < values.noVarsBelow_pct || (isOff && values.followsInverter);
  const inject = silent ? 0 : (values.qInject_kvar ?? qUsual_kvar);
  const absorb = silent ? 0 : (values.qAbsorb_kvar ?? values.qInject_kvar ?? qUsual_kvar);
  const shrunk = values.allVarsFrom_pct > 0 ? Math.min(1, part_pct / values.allVarsFrom_pct) : 1;
  const asked = values.pf === undefined ? values.q_kvar : 0;
  return {
    q_kvar: Math.max(-absorb * shrunk, Math.min(inject * shrunk, asked)),
    ...(values.pf === undefined || Math.abs(values.pf) === 1 ? {} : { powerFactor_frac: values.pf }),
    qInject_max_kvar: inject,
    qAbsorb_max_kvar: absorb,
    priority: values.isFactorFirst ? 'powerFactor' : values.isWattFirst ? 'watt' : 'var',
  };
}
