import { type Affine, at } from '../problem/affine.ts';
import type { Declaration, StateLaw } from '../problem/declare.ts';
import type { FastLaw, FastStore } from './contract.ts';

/** How fast an inverter follows its command unless told otherwise. */
const LAG_S = 0.05;

/**
 * The fast law of a device, as a reading of its declaration: nothing is stated twice. Power is the declared injection, of at most one input that gives and one that takes; limits are
 * those of the inputs and of the capability; a store is the one state that these inputs drive. Other states, such as the layers by which a battery counts its cycles, are a schedule's
 * bookkeeping: they, rows, ramps and totals are not read, and a command that comes from a schedule keeps them.
 * @param t - step whose limits hold
 * @returns undefined when the declared law has no such form: power that depends on states, several inputs of one sign, several states but not one that power drives
 */
export function fastLaw(declared: Declaration, t: number, lag_s = LAG_S): FastLaw | undefined {
  const power = sumOn(declared.p_kW, t);
  const inputs = declared.inputs.filter(({ variable }) => (power.of.get(variable.index) ?? 0) !== 0);
  const isOfInputs = [...power.of.keys()].every((index) => inputs.some(({ variable }) => variable.index === index));
  const giving = inputs.filter(({ variable }) => power.of.get(variable.index)! > 0);
  const taking = inputs.filter(({ variable }) => power.of.get(variable.index)! < 0);
  if (!isOfInputs || giving.length > 1 || taking.length > 1) return undefined;
  const driven = declared.states.filter(({ rate }) =>
    rate.terms.some(({ variable }) => inputs.some((input) => input.variable === variable)),
  );
  if (declared.states.length > 1 && driven.length !== 1) return undefined;
  let p_min_kW = power.constant;
  let p_max_kW = power.constant;
  for (const { variable, lower, upper } of inputs) {
    const slope = power.of.get(variable.index)!;
    p_min_kW += slope * at(slope > 0 ? lower : upper, t);
    p_max_kW += slope * at(slope > 0 ? upper : lower, t);
  }
  const state = driven[0] ?? declared.states[0];
  const store = state === undefined ? undefined : storeOf(state, t, power, giving[0]?.variable.index, taking[0]?.variable.index);
  if (store === 'other') return undefined;
  const s_max_kVA = declared.circles.reduce((least, circle) => Math.min(least, circle.s_max_kVA), Infinity);
  return {
    p_min_kW: Math.max(p_min_kW, -s_max_kVA),
    p_max_kW: Math.min(p_max_kW, s_max_kVA),
    s_max_kVA,
    hasReactive: declared.q_kvar.length > 0,
    lag_s,
    store,
  };
}

interface Row {
  readonly of: Map<number, number>;
  readonly constant: number;
}

/** Expressions on step t, added up, by index of variable. */
function sumOn(expressions: readonly Affine[], t: number): Row {
  const of = new Map<number, number>();
  let constant = 0;
  for (const expression of expressions) {
    constant += at(expression.constant, t);
    for (const { variable, coefficient } of expression.terms) of.set(variable.index, (of.get(variable.index) ?? 0) + at(coefficient, t));
  }
  return { of, constant };
}

function storeOf(state: StateLaw, t: number, power: Row, giving?: number, taking?: number): FastStore | 'other' {
  const { variable, lower, upper, start, rate } = state;
  const change = sumOn([rate], t);
  const known = [variable.index, giving, taking];
  if ([...change.of.keys()].some((index) => !known.includes(index))) return 'other';
  const per = (index: number | undefined): number => (index === undefined ? 0 : (change.of.get(index) ?? 0) / power.of.get(index)!);
  return {
    e_min_kWh: lower[t],
    e_max_kWh: upper[t],
    e_start_kWh: start,
    giving_frac: per(giving),
    taking_frac: per(taking),
    leak_per_h: -(change.of.get(variable.index) ?? 0),
    idle_kW: change.constant,
  };
}
