import type { Feeder } from '../../network/feeder/feeder.ts';
import type { EndFlows, Places, ThreePhaseResult } from '../../powerflows/three-phase/contract.ts';
import { isSolved } from '../result.ts';
import type { FeederModel } from './model.ts';
import type { FeederAcCheck, FeederOpfResult } from './result.ts';
import { sequenceOf, sequenceRows } from './sequence-voltages.ts';
import type { FeederOpfServices } from './settings.ts';

/**
 * The feeder with its units at the dispatch and no control that would move them. What is decided holds, so voltage set-points of generators and power factors of
 * inverters are left out.
 */
export function feederAt({ feeder, units }: FeederModel, result: FeederOpfResult): Feeder {
  const placeOf = new Map(units.map(({ kind, index }, d) => [`${kind} ${index}`, d]));
  return {
    ...feeder,
    generators: feeder.generators.map((each, index) => {
      const d = placeOf.get(`generator ${index}`);
      if (d === undefined) return each;
      const { v_set_pu: _, pLaw: __, qLaw: ___, ...rest } = each;
      const { p_kW, q_kvar } = result.units[d];
      return { ...rest, p_kW: units[d].shares.map((share) => share * p_kW), q_kvar: units[d].shares.map((share) => share * q_kvar) };
    }),
    inverters: feeder.inverters.map((each, index) => {
      const d = placeOf.get(`inverter ${index}`);
      if (d === undefined) return each;
      const { powerFactor_frac: _, ...rest } = each;
      return { ...rest, p_kW: result.units[d].p_kW, q_kvar: result.units[d].q_kvar };
    }),
    regulators: [],
    capacitorControls: [],
    inverterControls: [],
  };
}

/** Solves the three-phase power flow of the dispatch; leaves the result as it is where there is none or no method to check with. */
export function withFeederCheck(model: FeederModel, result: FeederOpfResult, powerFlow: FeederOpfServices['powerFlow']): FeederOpfResult {
  if (!isSolved(result.status) || powerFlow === undefined) return result;
  const prepared = powerFlow(feederAt(model, result));
  const acCheck = compared(model, result, prepared.places, prepared.solve());
  return { ...result, certificate: { ...result.certificate, acCheck } };
}

function compared({ feeder }: FeederModel, result: FeederOpfResult, places: Places, flow: ThreePhaseResult): FeederAcCheck {
  const voltage = (bus: number, conductor: number): [number, number] => {
    const place = places.indexOf(bus, conductor);
    return place < 0 ? [0, 0] : [flow.v_re_V[place], flow.v_im_V[place]];
  };
  let [v_violation_max_pu, v_difference_max_pu, unbalance_max_frac] = [0, 0, 0];
  const phasesOf = new Map<number, number[]>();
  for (const { bus, conductor, v_pu } of result.places) {
    const { v_base_kV, v_min_pu = 0, v_max_pu = Number.POSITIVE_INFINITY } = feeder.buses[bus];
    const base_V = (v_base_kV * 1000) / Math.sqrt(3);
    const [re, im] = voltage(bus, conductor);
    const [neutralRe, neutralIm] = voltage(bus, 4);
    v_difference_max_pu = Math.max(v_difference_max_pu, Math.abs(Math.hypot(re, im) / base_V - v_pu));
    const toNeutral = Math.hypot(re - neutralRe, im - neutralIm) / base_V;
    v_violation_max_pu = Math.max(v_violation_max_pu, v_min_pu - toNeutral, toNeutral - v_max_pu);
    phasesOf.set(bus, [...(phasesOf.get(bus) ?? []), conductor]);
  }
  for (const [bus, conductors] of phasesOf) {
    if (conductors.length < 3) continue;
    const v = [1, 2, 3].map((conductor) => voltage(bus, conductor));
    unbalance_max_frac = Math.max(
      unbalance_max_frac,
      Math.hypot(...sequenceOf(sequenceRows.negative, v)) / Math.hypot(...sequenceOf(sequenceRows.positive, v)),
    );
  }
  // + is into the element, so a source that gives has negative powers.
  const given_kW = -flow.sources.reduce(
    (sum, { ends }) => sum + ends.reduce((part, { p_kW }) => part + p_kW.reduce((a, b) => a + b, 0), 0),
    0,
  );
  const planned_kW = result.source.powers.reduce((sum, { p_kW }) => sum + p_kW, 0);
  return {
    converged: flow.status === 'converged',
    mismatch_max_kVA: flow.mismatch_max_kVA,
    v_violation_max_pu,
    v_difference_max_pu,
    unbalance_max_frac,
    sourceShift_kW: Math.abs(given_kW - planned_kW),
    loading_max_frac: Math.max(largestLoading(feeder.lines, flow.lines), largestLoading(feeder.switches, flow.switches)),
  };
}

function largestLoading(elements: readonly { readonly i_max_A?: number | undefined }[], flows: readonly EndFlows[]): number {
  let largest = 0;
  elements.forEach(({ i_max_A }, k) => {
    if (i_max_A === undefined) return;
    for (const { i_re_A, i_im_A } of flows[k].ends) {
      for (let c = 0; c < i_re_A.length; c++) largest = Math.max(largest, Math.hypot(i_re_A[c], i_im_A[c]) / i_max_A);
    }
  });
  return largest;
}
