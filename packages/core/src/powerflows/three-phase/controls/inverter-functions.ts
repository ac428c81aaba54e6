import type { Curve, InverterControl, InverterFunction, InverterRate } from '../../../network/feeder/controls.ts';
import type { Inverter } from '../../../network/feeder/feeder.ts';
import { type InverterPower, ownReactive, reactiveOf, withinInverter } from '../setpoints.ts';
import type { InverterMemory, InverterPast } from './inverter-memory.ts';

type VoltVar = Extract<InverterFunction, { kind: 'volt-var' }>;

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
  readonly offered_kW: number;
  /** Present reactive power, which voltage regulation moves from. */
  readonly q_kvar: number;
  /** Steps before, and how long the present one is; absent in a snapshot. */
  readonly memory?: InverterMemory | undefined;
  readonly step_s?: number | undefined;
}

/** Powers within the inverter's limits, and what the next step has to know of how they came about. */
export interface InverterAnswer extends InverterPower {
  readonly past: InverterPast;
}

/** Gain of voltage regulation: share of the rating per unit of voltage that is missing. Only the way to the set point depends on it. */
const REGULATION_PER_PU = 10;

/** Over so much voltage dynamic reactive current comes in beyond its dead band, so that an inverter can settle on the edge. */
const EDGE_PU = 3e-4;

/**
 * The powers that the functions ask for at this voltage: watts first (volt-watt), then vars from volt, watt or a fixed value, then limits by priority.
 *
 *   volt-watt  p ≤ y(v)·base    volt-var  q = y(v)·varBase    watt-var  q = y(p/p_rated)·varBase
 *   watt-pf    q of the power factor y(p/p_rated)             voltage-regulation  q ← q + K·(v_set − v)
 *   volt-var with hysteresis  q = max(y(v + h), min(y(v), q of the step before))·varBase
 *   dynamic reactive current  q = −gain·(v − mean of v)·varBase below v_low and above v_high
 *   lag  x ← x₀ + (x − x₀)·(1 − e^(−Δt/τ))                    ramp  |x − x₀| ≤ limit·base·Δt      (x: vars, limit of watts; x₀: of the step before)
 *
 * varBase: the rating; the largest vars of that sign; or what the circle leaves beside p. In a snapshot nothing is remembered: no hysteresis, no change from a mean.
 * @source IEEE Std 1547-2018, 5.3.2 to 5.3.5 and 5.4.2; IEC TR 61850-90-7, functions VV with hysteresis and TV31
 */
export function inverterTarget(inverter: Inverter, control: InverterControl, state: InverterState): InverterAnswer {
  const { functions } = control;
  const past = state.memory?.past;
  const v_pu = lookedAt_pu(control, state);
  let pLimit_kW = Number.POSITIVE_INFINITY;
  for (const one of functions)
    if (one.kind === 'volt-watt') pLimit_kW = Math.min(pLimit_kW, curveAt(one.curve, v_pu) * wattBase(inverter, one, state));
  if (pLimit_kW < Number.POSITIVE_INFINITY)
    pLimit_kW = followed(control.rate, pLimit_kW, past?.pLimit_kW, inverter.p_rated_kW, state.step_s);
  const p = state.offered_kW > 0 ? Math.min(state.offered_kW, pLimit_kW) : state.offered_kW;

  const setting = functions.filter(({ kind }) => kind !== 'volt-watt' && kind !== 'dynamic-reactive-current');
  const voltVar = functions.find((one) => one.kind === 'volt-var');
  const voltVar_frac = voltVar && withHysteresis(voltVar, v_pu, past?.voltVar_frac);
  let asked_kvar = setting.length === 0 ? ownReactive(inverter, p) : 0;
  if (voltVar_frac !== undefined) asked_kvar += voltVar_frac * varBase(inverter, control, p, voltVar_frac);
  for (const one of functions) asked_kvar += reactive(inverter, control, one, state, p);
  asked_kvar = followed(control.rate, asked_kvar, past?.asked_kvar, varBase(inverter, control, p, asked_kvar), state.step_s);
  return { ...withinInverter(inverter, p, asked_kvar), past: { voltVar_frac, asked_kvar, pLimit_kW } };
}

/** The voltage that curves of voltage look at. */
function lookedAt_pu({ mean }: InverterControl, { v_pu, memory }: InverterState): number {
  const mean_pu = mean && memory?.mean_pu(mean.window_s);
  if (mean === undefined || mean_pu === undefined) return v_pu;
  return mean.use === 'base' ? v_pu / mean_pu : mean_pu;
}

function withHysteresis({ curve, hysteresis_pu = 0 }: VoltVar, v_pu: number, before_frac: number | undefined): number {
  const rising_frac = curveAt(curve, v_pu);
  if (hysteresis_pu === 0 || before_frac === undefined) return rising_frac;
  const falling_frac = curveAt(curve, v_pu + hysteresis_pu);
  return Math.max(Math.min(rising_frac, falling_frac), Math.min(Math.max(rising_frac, falling_frac), before_frac));
}

function followed(
  rate: InverterRate | undefined,
  target: number,
  before: number | undefined,
  base: number,
  step_s: number | undefined,
): number {
  if (rate === undefined || before === undefined || step_s === undefined || !Number.isFinite(before)) return target;
  if (rate.kind === 'lag') return rate.tau_s > 0 ? before + (target - before) * (1 - Math.exp(-step_s / rate.tau_s)) : target;
  const reach = rate.limit_per_s * base * step_s;
  return Math.max(before - reach, Math.min(before + reach, target));
}

/** Vars of every function but volt-var. */
function reactive(inverter: Inverter, control: InverterControl, one: InverterFunction, state: InverterState, p: number): number {
  const onBase = (share: number) => share * varBase(inverter, control, p, share);
  switch (one.kind) {
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
      const mean_pu = state.memory?.mean_pu(one.window_s);
      if (mean_pu === undefined) return 0;
      const below_frac = Math.min(1, Math.max(0, (one.v_low_pu - state.v_pu) / EDGE_PU));
      const above_frac = Math.min(1, Math.max(0, (state.v_pu - one.v_high_pu) / EDGE_PU));
      const gain_pu = one.gainLow_pu * below_frac + one.gainHigh_pu * above_frac;
      return onBase(Math.min(1, Math.max(-1, -gain_pu * (state.v_pu - mean_pu))));
    }
    case 'volt-var':
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
