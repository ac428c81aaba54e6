import type { Feeder, Inverter } from '../../network/feeder/feeder.ts';
import type { ThreePhasePowers } from './contract.ts';
import { elementsOf, type Injections } from './injections.ts';

/** Powers of one inverter after its limits and priority. */
export interface InverterPower {
  readonly p_kW: number;
  readonly q_kvar: number;
}

/**
 * What an inverter delivers of what is offered and wished: vars within their own limits and within the circle s² = p² + q² by priority.
 *
 * watt: p first, q takes what is left; var: q first, p takes what is left; powerFactor: both shrink together.
 * @source IEEE Std 1547-2018, 5.3 (reactive power has priority in the voltage functions unless the manufacturer says otherwise)
 */
export function withinInverter(inverter: Inverter, offered_kW: number, wished_kvar: number): InverterPower {
  const s = inverter.s_rated_kVA;
  let q = Math.min(inverter.qInject_max_kvar ?? s, Math.max(-(inverter.qAbsorb_max_kvar ?? s), wished_kvar));
  let p = offered_kW;
  if (p * p + q * q <= s * s) return { p_kW: p, q_kvar: q };
  if (inverter.priority === 'watt') {
    p = Math.min(s, Math.max(-s, p));
    const room = Math.sqrt(Math.max(0, s * s - p * p));
    q = Math.min(room, Math.max(-room, q));
  } else if (inverter.priority === 'var') {
    q = Math.min(s, Math.max(-s, q));
    const room = Math.sqrt(Math.max(0, s * s - q * q));
    p = Math.min(room, Math.max(-room, p));
  } else {
    const shrink = s / Math.hypot(p, q);
    p *= shrink;
    q *= shrink;
  }
  return { p_kW: p, q_kvar: q };
}

/** The reactive power that an inverter wants by itself: given, or by its power factor. */
export function ownReactive(inverter: Inverter, p_kW: number): number {
  const factor = inverter.powerFactor_frac;
  return factor === undefined ? inverter.q_kvar : reactiveOf(factor, p_kW);
}

/** q of a power factor: + injects, − absorbs when p > 0. */
export function reactiveOf(factor: number, p_kW: number): number {
  if (factor === 0) return 0;
  return Math.sign(factor) * p_kW * Math.sqrt(Math.max(0, 1 / (factor * factor) - 1));
}

/** Powers taken from the network by every element at this point, by step t of arrays [t][element] (0 for a single point). */
export function takePoint(feeder: Feeder, injections: Injections, point: ThreePhasePowers, t: number): void {
  const { loads, generators, inverters } = feeder;
  const { loadP_frac, loadQ_frac, generatorP_frac, generatorQ_frac, inverterP_kW, inverterQ_kvar } = point;
  const { loadP_kW, loadQ_kvar, generatorP_kW, generatorQ_kvar } = point;
  const { elements_count } = injections;
  for (let e = 0; e < injections.count; e++) {
    const { kind, owner, element, position } = injections.list[e];
    if (kind === 'loads') {
      const at = t * loads.length + owner;
      const own = t * elements_count.loads + position;
      const p_kW = loadP_kW ? loadP_kW[own] : loads[owner].p_kW[element];
      const q_kvar = loadQ_kvar ? loadQ_kvar[own] : loads[owner].q_kvar[element];
      injections.p_kW[e] = p_kW * (loadP_frac ? loadP_frac[at] : 1);
      injections.q_kvar[e] = q_kvar * (loadQ_frac ? loadQ_frac[at] : 1);
    } else if (kind === 'generators') {
      const at = t * generators.length + owner;
      const own = t * elements_count.generators + position;
      const p_kW = generatorP_kW ? generatorP_kW[own] : generators[owner].p_kW[element];
      const q_kvar = generatorQ_kvar ? generatorQ_kvar[own] : generators[owner].q_kvar[element];
      injections.p_kW[e] = -p_kW * (generatorP_frac ? generatorP_frac[at] : 1);
      injections.q_kvar[e] = -q_kvar * (generatorQ_frac ? generatorQ_frac[at] : 1);
    } else {
      const at = t * inverters.length + owner;
      const inverter = inverters[owner];
      const offered_kW = inverterP_kW ? inverterP_kW[at] : inverter.p_kW;
      const power = withinInverter(inverter, offered_kW, inverterQ_kvar ? inverterQ_kvar[at] : ownReactive(inverter, offered_kW));
      const share = elementsOf(inverter);
      injections.p_kW[e] = -power.p_kW / share;
      injections.q_kvar[e] = -power.q_kvar / share;
    }
  }
}
