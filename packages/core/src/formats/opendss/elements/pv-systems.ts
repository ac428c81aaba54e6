import type { Curve } from '../../../network/feeder/controls.ts';
import type { Inverter, Profile } from '../../../network/feeder/feeder.ts';
import type { DssObject } from '../script/objects.ts';
import { notNegativeOf, numberOf, positiveOf } from '../script/values.ts';
import { placementOf, profileUseOf } from './consumers.ts';
import { curveOf, valueAt } from './curves.ts';
import { type FeederDraft, isEnabled } from './draft.ts';
import { applyToInverter, type InverterValues, inverterDefaults, varsOf } from './inverter-values.ts';
import { isOpened } from './open.ts';

/**
 * PVSystem → `Inverter`. Offered power: Pmpp · irradiance · P(T) · η, not above `%pmpp`, nothing below the cut-out.
 * @throws {InputError} OPENDSS_VALUE, OPENDSS_BUS, OPENDSS_UNKNOWN_NAME
 */
export function makePvSystem(draft: FeederDraft, object: DssObject, profiles: ReadonlyMap<string, Profile>): void {
  if (!isEnabled(object)) return;
  const { values, panel } = replay(draft, object);
  const place = placementOf(draft, object, values.phases_count, values.isDelta, values.v_kV);
  const dc_kW =
    panel.p_kW * panel.irradiance * (panel.byTemperature === undefined ? 1 : valueAt(panel.byTemperature, panel.temperature_degC));
  const isOff = dc_kW < (values.cutOut_pct / 100) * values.s_kVA;
  const eta = values.efficiency === undefined ? 1 : valueAt(values.efficiency, dc_kW / values.s_kVA);
  const offered_kW = isOff ? 0 : Math.min(dc_kW * eta, (panel.p_kW * panel.limit_pct) / 100);
  if (values.model !== 1) draft.drop(object, `model ${values.model} is not carried over; constant power is taken`);
  const profile = profileUseOf(profiles, draft, object);
  if (profile !== undefined && (values.efficiency !== undefined || panel.byTemperature !== undefined)) {
    draft.warn(object, 'over time its power follows the shape; efficiency and temperature stay as they are now');
  }
  const share = 1 / place.terminals.length;
  const inService = !isOpened(draft, object, place.terminals[0].conductors.length);
  const vars = varsOf(values, offered_kW, panel.p_kW, isOff, values.s_kVA);
  const id = draft.made(object);
  place.terminals.forEach((terminal, k) => {
    const inverter: Inverter = {
      id: k === 0 ? id : `${id}.${k + 1}`,
      kind: 'pv',
      connection: place.connection,
      terminal,
      v_rated_kV: place.v_rated_kV,
      s_rated_kVA: values.s_kVA * share,
      p_kW: offered_kW * share,
      p_rated_kW: panel.p_kW * share,
      ...vars,
      q_kvar: vars.q_kvar * share,
      qInject_max_kvar: vars.qInject_max_kvar! * share,
      qAbsorb_max_kvar: vars.qAbsorb_max_kvar! * share,
      v_min_pu: values.v_min_pu,
      v_max_pu: values.v_max_pu,
      ...(profile === undefined ? {} : { profile }),
      inService,
    };
    draft.inverters.push(inverter);
  });
}

interface Panel {
  p_kW: number;
  irradiance: number;
  limit_pct: number;
  temperature_degC: number;
  byTemperature: Curve | undefined;
}

function replay(draft: FeederDraft, object: DssObject): { values: InverterValues; panel: Panel } {
  const values = inverterDefaults();
  const panel: Panel = { p_kW: 500, irradiance: 1, limit_pct: 100, temperature_degC: 25, byTemperature: undefined };
  for (const assignment of object.assignments) {
    if (applyToInverter(values, assignment, draft)) continue;
    if (assignment.property === 'pmpp') panel.p_kW = positiveOf(assignment);
    else if (assignment.property === 'irradiance') panel.irradiance = notNegativeOf(assignment);
    else if (assignment.property === '%pmpp') panel.limit_pct = numberOf(assignment);
    else if (assignment.property === 'temperature') panel.temperature_degC = numberOf(assignment);
    else if (assignment.property === 'p-tcurve') panel.byTemperature = curveOf(draft, assignment);
    else if (/^t(daily|yearly|duty)$/.test(assignment.property)) {
      draft.drop(object, `"${assignment.property}" is not carried over; the temperature stays as it is now`, assignment.at);
    }
  }
  return { values, panel };
}
