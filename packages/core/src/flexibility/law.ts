/**
 * A declaration as its port sees it, where that can be said in closed form.
 *
 * On one step a law allows a region of (p, q) that needs no memory: box limits of the inputs, circles and rows, written in p and q. It
 * remembers at most one thing: a *store*, x⁺ = φ·x + γ·(h(p) + d + w) with h monotone in p (a state with limits, or a total over a
 * window, which counts up), or a *ramp*, which remembers the power before. Inputs that neither port shows are either *soft*, taken up
 * by nothing but rows that they loosen (comfort at a price, an epigraph): then they stand at the limit that loosens them; or *free*
 * within limits in the rate of the store (spill).
 *
 * | symbol | name | meaning |
 * |---|---|---|
 * | p₀ | base_kW | power when all active inputs are zero |
 * | h(p) | rise, fall | rise·(p − p₀) above p₀, fall·(p − p₀) below: two where charging and discharging lose energy |
 * | d | freeLow, freeHigh | what free inputs add to the rate |
 * | w | drift | rate at rest |
 * | φ, γ | keep, gain | exact hold of the state over a step, as in `problem/discretise.ts` |
 *
 * Two inputs of opposite sign that exclude each other are one power; p says which of them is on, so that a battery never burns energy
 * by doing both. Whatever is not of this form has no plain law, and the reason is given; `program-follower.ts` takes it.
 */
import { type Affine, at, type Coefficient, sum, type Variable } from '../problem/affine.ts';
import type { Declaration, InputLaw } from '../problem/declare.ts';
import { holds } from '../problem/discretise.ts';
import type { HalfPlane } from './region.ts';
import { unitPlane } from './shape.ts';
import { type LooseRow, withoutSoftInputs } from './soft.ts';

/** Limits of one step before anything is remembered. */
export interface StepLimits {
  readonly halfPlanes: readonly HalfPlane[];
  readonly s_max_kVA: number;
  readonly p_low_kW: number;
  readonly p_high_kW: number;
}

/** @shape all arrays (steps) */
export interface StoreLaw {
  readonly kind: 'store';
  readonly name: string;
  readonly start: number;
  readonly keep: Float64Array;
  readonly gain: Float64Array;
  readonly drift: Float64Array;
  readonly rise: Float64Array;
  readonly fall: Float64Array;
  readonly base_kW: Float64Array;
  readonly freeLow: Float64Array;
  readonly freeHigh: Float64Array;
  /** Limits of the state at the end of each step. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** y = slope·p + offset changes by at most `down` and `up` from step to step. */
export interface RampLaw {
  readonly kind: 'ramp';
  readonly before: number | undefined;
  readonly down: number;
  readonly up: number;
  readonly slope: Float64Array;
  readonly offset: Float64Array;
}

export interface PlainLaw {
  readonly steps: readonly StepLimits[];
  readonly memory: StoreLaw | RampLaw | undefined;
  /** The inputs behind the ports, to follow states that have no limits. */
  readonly ports: Ports;
}

/** How p and q are made of inputs. */
export interface Ports {
  readonly p: Affine;
  readonly q: Affine;
  /** None, one, or two that exclude each other. */
  readonly active: readonly InputLaw[];
  readonly reactive: InputLaw | undefined;
  /** In neither port. */
  readonly free: readonly InputLaw[];
}

/** Why a declaration has no plain law; in words that complete "because". */
export class NotPlain {
  readonly because: string;
  constructor(because: string) {
    this.because = because;
  }
}

/** The plain law of a declaration, or why it has none. */
export function plainLaw(declared: Declaration): PlainLaw | NotPlain {
  try {
    const { rows, soft } = withoutSoftInputs(declared);
    const ports = portsOf(declared, soft);
    const steps = stepsOf(declared, ports, rows);
    return { steps, memory: memoryOf(declared, ports), ports };
  } catch (reason) {
    if (reason instanceof NotPlain) return reason;
    throw reason;
  }
}

const coefficientOf = (expression: Affine, variable: Variable): Coefficient =>
  expression.terms.find((term) => term.variable === variable)?.coefficient ?? 0;

const holdsState = (expression: Affine): boolean => expression.terms.some(({ variable }) => variable.role === 'state');

function portsOf(declared: Declaration, soft: ReadonlySet<Variable>): Ports {
  const p = sum(...declared.p_kW);
  const q = sum(...declared.q_kvar);
  if (holdsState(p) || holdsState(q)) throw new NotPlain('a state is injected');
  const within = (expression: Affine, { variable }: InputLaw): boolean => expression.terms.some((term) => term.variable === variable);
  const inputs = declared.inputs.filter(({ variable }) => !soft.has(variable));
  const active = inputs.filter((input) => within(p, input));
  const others = inputs.filter((input) => !within(p, input));
  const reactive = others.filter((input) => within(q, input));
  if (reactive.length > 1) throw new NotPlain('more than one input makes reactive power alone');
  if (active.length > 2) throw new NotPlain('more than two inputs make active power');
  const [pair] = declared.exclusives;
  if (declared.exclusives.length > 1 || (pair && !(active.length === 2 && active.every(({ variable }) => pair.includes(variable))))) {
    throw new NotPlain('inputs exclude each other that are not the two that make active power');
  }
  if (active.length === 2 && !pair) throw new NotPlain('two inputs make active power and do not exclude each other');
  return { p, q, active, reactive: reactive[0], free: others.filter((input) => !within(q, input)) };
}

/** An expression along p on one step: rest + rise·(p − p₀)₊ + fall·(p − p₀)₋. */
interface AlongP {
  readonly rest: number;
  readonly rise: number;
  readonly fall: number;
}

/** The part of an expression that active inputs make. */
function alongP(expression: Affine, { p, active }: Ports, t: number): AlongP {
  let rise = 0;
  let fall = 0;
  for (const { variable } of active) {
    const perInput = at(coefficientOf(p, variable), t);
    if (perInput === 0) throw new NotPlain(`"${variable.name}" does not act on step ${t}`);
    const slope = at(coefficientOf(expression, variable), t) / perInput;
    if (active.length === 1 || perInput > 0) rise = slope;
    if (active.length === 1 || perInput < 0) fall = slope;
  }
  return { rest: at(expression.constant, t), rise, fall };
}

function straight(expression: Affine, ports: Ports, t: number): number {
  const { rise, fall } = alongP(expression, ports, t);
  if (Math.abs(rise - fall) > 1e-12 * (1 + Math.abs(rise))) throw new NotPlain('a limit is not linear in active power');
  return rise;
}

/** Limits of p on a step, by the limits of the inputs that make it. */
function activeLimits({ p, active }: Ports, t: number): readonly [low: number, high: number] {
  const base = at(p.constant, t);
  let low = base;
  let high = base;
  for (const { variable, lower, upper } of active) {
    const slope = at(coefficientOf(p, variable), t);
    const ends = [slope * at(lower, t), slope * at(upper, t)].map((end) => (Number.isNaN(end) ? 0 : end));
    if (active.length === 2 && at(lower, t) !== 0) throw new NotPlain(`"${variable.name}" excludes another and cannot be zero`);
    low += Math.min(ends[0], ends[1]);
    high += Math.max(ends[0], ends[1]);
  }
  if (active.length === 2 && at(coefficientOf(p, active[0].variable), t) * at(coefficientOf(p, active[1].variable), t) >= 0) {
    throw new NotPlain('inputs that exclude each other act in the same direction');
  }
  return [low, high];
}

function stepsOf(declared: Declaration, ports: Ports, rows: readonly LooseRow[]): StepLimits[] {
  const steps: StepLimits[] = [];
  for (let t = 0; t < declared.steps_count; t++) {
    const limits = stepLimits(declared, ports, rows, t);
    // Steps that say the same share one object, which a long horizon of equal steps is glad of.
    const before = steps[t - 1];
    steps.push(before && sameLimits(before, limits) ? before : limits);
  }
  return steps;
}

function sameLimits(x: StepLimits, y: StepLimits): boolean {
  return (
    x.s_max_kVA === y.s_max_kVA &&
    x.p_low_kW === y.p_low_kW &&
    x.p_high_kW === y.p_high_kW &&
    x.halfPlanes.length === y.halfPlanes.length &&
    x.halfPlanes.every(({ a, b, c_kVA }, k) => a === y.halfPlanes[k].a && b === y.halfPlanes[k].b && c_kVA === y.halfPlanes[k].c_kVA)
  );
}

function stepLimits(declared: Declaration, ports: Ports, rows: readonly LooseRow[], t: number): StepLimits {
  const { p, q, reactive } = ports;
  const p0 = at(p.constant, t);
  const [p_low_kW, p_high_kW] = activeLimits(ports, t);
  let s_max_kVA = Infinity;
  for (const circle of declared.circles) {
    if (!sameOnStep(circle.p, p, t) || !sameOnStep(circle.q, q, t)) throw new NotPlain('a circle bounds something else than the ports');
    s_max_kVA = Math.min(s_max_kVA, circle.s_max_kVA);
  }

  // q = q₀ + κ·(p − p₀) + c·v
  const kappa = straight(q, ports, t);
  const q0 = at(q.constant, t);
  const c = reactive ? at(coefficientOf(q, reactive.variable), t) : 0;
  if (reactive && c === 0) throw new NotPlain(`"${reactive.variable.name}" does not act on step ${t}`);
  const vEnds = reactive ? [c * at(reactive.lower, t), c * at(reactive.upper, t)] : [0, 0];
  const [vLow, vHigh] = [Math.min(...vEnds), Math.max(...vEnds)];
  const halfPlanes: HalfPlane[] = [];
  const limit = (a: number, b: number, c_kVA: number): void => {
    if (c_kVA < Infinity) halfPlanes.push(unitPlane({ a, b, c_kVA }));
  };
  const rest = q0 - kappa * p0;
  const idle = kappa === 0 && vHigh + q0 >= s_max_kVA && vLow + q0 <= -s_max_kVA;
  if (!idle) {
    limit(-kappa, 1, vHigh + rest);
    limit(kappa, -1, -(vLow + rest));
  }

  // r₀ + k·(p − p₀) + j·v between limits, v put back into q
  for (const { of, lower, upper } of rows) {
    if (holdsState(of)) throw new NotPlain('a row binds a state');
    if (ports.free.some(({ variable }) => at(coefficientOf(of, variable), t) !== 0)) throw new NotPlain('a row binds a hidden input');
    const b = reactive ? at(coefficientOf(of, reactive.variable), t) / c : 0;
    const k = straight(of, ports, t);
    const a = k - b * kappa;
    const constant = at(of.constant, t) - k * p0 - b * rest;
    if (a === 0 && b === 0) {
      if (constant > upper[t] + 1e-9 || constant < lower[t] - 1e-9) halfPlanes.push({ a: 1, b: 0, c_kVA: -Infinity });
      continue;
    }
    limit(a, b, upper[t] - constant);
    limit(-a, -b, constant - lower[t]);
  }
  return { halfPlanes, s_max_kVA, p_low_kW, p_high_kW };
}

function sameOnStep(x: Affine, y: Affine, t: number): boolean {
  if (at(x.constant, t) !== at(y.constant, t)) return false;
  const variables = new Set([...x.terms, ...y.terms].map(({ variable }) => variable));
  return [...variables].every((variable) => at(coefficientOf(x, variable), t) === at(coefficientOf(y, variable), t));
}

function memoryOf(declared: Declaration, ports: Ports): StoreLaw | RampLaw | undefined {
  const bounded = declared.states.filter(({ lower, upper }) => lower.some((v) => v > -Infinity) || upper.some((v) => v < Infinity));
  if (bounded.length + declared.totals.length + declared.ramps.length > 1) throw new NotPlain('it remembers more than one thing');
  if (bounded.length === 1) return stateStore(declared, ports, bounded[0]);
  if (declared.totals.length === 1) return totalStore(declared, ports);
  if (declared.ramps.length === 1) return rampLaw(declared, ports);
  return undefined;
}

/** The rate of a store along p, with what free inputs add to it; `on` is 1 where it counts. */
function rates(declared: Declaration, ports: Ports, of: Affine, on: (t: number) => number) {
  const nT = declared.steps_count;
  const made = () => new Float64Array(nT);
  const law = { drift: made(), rise: made(), fall: made(), base_kW: made(), freeLow: made(), freeHigh: made() };
  const { reactive, free } = ports;
  for (let t = 0; t < nT; t++) {
    law.base_kW[t] = at(ports.p.constant, t);
    if (on(t) === 0) continue;
    if (reactive && at(coefficientOf(of, reactive.variable), t) !== 0) throw new NotPlain('reactive power fills a store');
    const { rest, rise, fall } = alongP(of, ports, t);
    if (rise * fall < 0) throw new NotPlain('a store is filled both by more and by less power');
    law.drift[t] = rest;
    law.rise[t] = rise;
    law.fall[t] = fall;
    for (const { variable, lower, upper } of free) {
      const slope = at(coefficientOf(of, variable), t);
      if (slope === 0) continue;
      const ends = [slope * at(lower, t), slope * at(upper, t)];
      law.freeLow[t] += Math.min(...ends);
      law.freeHigh[t] += Math.max(...ends);
    }
  }
  return law;
}

function stateStore(declared: Declaration, ports: Ports, state: Declaration['states'][number]): StoreLaw {
  const { states, steps_count: nT } = declared;
  const own = states.indexOf(state);
  if (state.rate.terms.some(({ variable }) => variable.role === 'state' && variable !== state.variable)) {
    throw new NotPlain('a state with limits follows another state');
  }
  const hidden = ports.free.map(({ variable }) => variable);
  for (const other of states) {
    if (other !== state && other.rate.terms.some(({ variable }) => hidden.includes(variable))) {
      throw new NotPlain('a hidden input moves more than one state');
    }
  }
  const n = states.length;
  const held = holds(declared);
  return {
    kind: 'store',
    name: state.variable.name,
    start: state.start,
    keep: Float64Array.from(held, ({ phi }) => phi[own * n + own]),
    gain: Float64Array.from(held, ({ gamma }) => gamma[own * n + own]),
    ...rates(declared, ports, state.rate, () => 1),
    lower: Float64Array.from({ length: nT }, (_, t) => state.lower[t]),
    upper: Float64Array.from({ length: nT }, (_, t) => state.upper[t]),
  };
}

/** A total is a state that counts up from zero within its window and must have arrived at the end of it. */
function totalStore(declared: Declaration, ports: Ports): StoreLaw {
  const { steps_count: nT, dt_h } = declared;
  const [total] = declared.totals;
  if (holdsState(total.of)) throw new NotPlain('a total adds up a state');
  const due = Math.max(0, total.to - 1);
  const lower = new Float64Array(nT).fill(-Infinity);
  const upper = new Float64Array(nT).fill(Infinity);
  lower[due] = total.lower;
  upper[due] = total.upper;
  return {
    kind: 'store',
    name: total.name,
    start: 0,
    keep: new Float64Array(nT).fill(1),
    gain: new Float64Array(nT).fill(dt_h),
    ...rates(declared, ports, total.of, (t) => (t >= total.from && t < total.to ? 1 : 0)),
    lower,
    upper,
  };
}

function rampLaw(declared: Declaration, ports: Ports): RampLaw {
  const { steps_count: nT, dt_h } = declared;
  const [ramp] = declared.ramps;
  if (holdsState(ramp.of)) throw new NotPlain('a ramp binds a state');
  const seen = new Set(ports.active.map(({ variable }) => variable));
  if (ramp.of.terms.some(({ variable }) => !seen.has(variable))) throw new NotPlain('a ramp binds something else than active power');
  const slope = Float64Array.from({ length: nT }, (_, t) => straight(ramp.of, ports, t));
  if (slope.some((k) => k === 0)) throw new NotPlain('a ramp binds something else than active power');
  return {
    kind: 'ramp',
    before: ramp.before,
    down: ramp.down_per_h * dt_h,
    up: ramp.up_per_h * dt_h,
    slope,
    offset: Float64Array.from({ length: nT }, (_, t) => at(ramp.of.constant, t) - slope[t] * at(ports.p.constant, t)),
  };
}
