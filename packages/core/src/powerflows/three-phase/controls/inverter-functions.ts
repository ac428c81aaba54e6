import type { Curve, InverterControl, InverterFunction } from '../../../network/feeder/controls.ts';
import type { Inverter } from '../../../network/feeder/feeder.ts';
import { type InverterPower, ownReactive, reactiveOf, withinInverter } from '../setpoints.ts';

/** Value of a piecewise-linear curve, constant beyond its ends. */
export function curveAt({ x, y }: Curve, at: number): number {
  if (at <= x[0]) return y[0];
  for (let k = 1; k < x.length; k++) {
    if (at > x[k]) continue;
    return x[k] === x[k - 1] ? y[k] : y[k - 1] + ((y[k] - y[k - 1]) * (at - x[k - 1])) / (x[k] - x[k - 1]);
  }
  return y[y.length - 1];
}

/** What an inverter's functions look at. */
export interface InverterState {
  /** Per unit of its rated voltage. */
  readonly v_pu: number;
  /** Mean voltage of the window before, for dynamic reactive current; equal to v_pu where there is no history. */
  readonly vMean_pu: number;
  readonly offered_kW: number;
  /** Present reactive power, which voltage regulation moves from. */
  readonly q_kvar: number;
}

/** Gain of voltage regulation: share of the rating per unit of voltage that is missing. Only the way to the set point depends on it. */
const REGULATION_PER_PU = 10;

/**
 * The powers that the functions ask for at this voltage: watts first (volt-watt), then vars from volt, watt or a fixed value, then limits by priority.
 *
 *   volt-watt  p ≤ y(v)·base    volt-var  q = y(v)·varBase    watt-var  q = y(p/p_rated)·varBase
 *   watt-pf    q of the power factor y(p/p_rated)             voltage-regulation  q ← q + K·(v_set − v)
 *
 * varBase: the rating; the largest vars of that sign; or what the circle leaves beside p.
 * @source IEEE Std 1547-2018, 5.3.2 to 5.3.5 and 5.4.2
 */
export function inverterTarget(inverter: Inverter, control: InverterControl, state: InverterState): InverterPower {
  const { functions } = control;
  let p = state.offered_kW;
  for (const one of functions)
    if (one.kind === 'volt-watt' && p > 0) p = Math.min(p, curveAt(one.curve, state.v_pu) * wattBase(inverter, one, state));
  const setting = functions.filter(({ kind }) => kind !== 'volt-watt' && kind !== 'dynamic-reactive-current');
  let q = setting.length === 0 ? ownReactive(inverter, p) : 0;
  for (const one of functions) q += reactive(inverter, control, one, state, p);
  return withinInverter(inverter, p, q);
}

function reactive(inverter: Inverter, control: InverterControl, one: InverterFunction, state: InverterState, p: number): number {
  const onBase = (share: number) => share * varBase(inverter, control, p, share);
  switch (one.kind) {
    case 'volt-var':
      return onBase(curveAt(one.curve, state.v_pu));
    case 'watt-var':
      return onBase(curveAt(one.curve, p / inverter.p_rated_kW));
    case 'watt-pf':
      return reactiveOf(curveAt(one.curve, p / inverter.p_rated_kW), p);
    case 'fixed-pf':
      return reactiveOf(one.powerFactor_frac, p);
    case 'fixed-var':
      return onBase(one.q_frac);
    case 'voltage-regulation': {
      const miss = one.v_set_pu - state.v_pu;
      const beyond = Math.sign(miss) * Math.max(0, Math.abs(miss) - one.deadband_pu / 2);
      return state.q_kvar + REGULATION_PER_PU * beyond * inverter.s_rated_kVA;
    }
    case 'dynamic-reactive-current': {
      const change = state.v_pu - state.vMean_pu;
      const beyond = Math.sign(change) * Math.max(0, Math.abs(change) - one.deadband_pu / 2);
      return -onBase(Math.min(1, Math.max(-1, one.gain_pu * beyond)));
    }
    case 'volt-watt':
      return 0;
  }
}

function wattBase(inverter: Inverter, one: Extract<InverterFunction, { kind: 'volt-watt' }>, state: InverterState): number {
  if (one.of === 'rated') return inverter.p_rated_kW;
  return one.of === 'available' ? state.offered_kW : inverter.s_rated_kVA;
}

function varBase(inverter: Inverter, control: InverterControl, p: number, share: number): number {
  const s = inverter.s_rated_kVA;
  if (control.varBase === 'rating') return s;
  if (control.varBase === 'available') return Math.sqrt(Math.max(0, s * s - p * p));
  return (share >= 0 ? inverter.qInject_max_kvar : inverter.qAbsorb_max_kvar) ?? s;
}
