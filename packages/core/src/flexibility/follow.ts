import { BugError, CombinationError } from '../base/errors.ts';
import { at, type Coefficient } from '../problem/affine.ts';
import type { Declaration } from '../problem/declare.ts';
import { type Hold, holds } from '../problem/discretise.ts';
import type { ReadySolver } from '../solvers/contract.ts';
import type { Follower } from './follower.ts';
import { NotPlain, type PlainLaw, plainLaw, type StepLimits } from './law.ts';
import { type ActiveRange, firstDeadEnd, type Memory, RampMemory, StoreMemory, viableRamp, viableStore } from './memory.ts';
import { noPlan } from './no-plan.ts';
import { followProgram } from './program-follower.ts';
import { project } from './project.ts';
import type { PowerPoint, PowerRegion, PowerWeights } from './region.ts';
import { activeRange } from './shape.ts';

export interface FollowOptions {
  /** For laws that have no closed form: takes linear programs. */
  readonly solver?: ReadySolver;
}

/**
 * Follows a declared law from its first step. In closed form where the law is plain (`law.ts`), which nearly all kinds of the
 * catalogue are; else by linear programs over the rest of the horizon. What a law with whole choices can do on a step is no convex region.
 * @param id - for messages
 * @throws {InputError} FLEXIBILITY_NO_PLAN when no plan keeps the law
 * @throws {CombinationError} FLEXIBILITY_LAW when the law has no closed form and no solver was given, or none can help
 */
export function follow(id: string, declared: Declaration, options: FollowOptions = {}): Follower {
  if (declared.wholes.length > 0) throw isWhole(id);
  const law = plainLaw(declared);
  if (law instanceof NotPlain) return followProgram(id, declared, law.because, options.solver);
  const ranges = rangesOf(id, law);
  const { memory } = law;
  let remembers: Memory | undefined;
  if (memory) {
    const viable = memory.kind === 'store' ? viableStore(memory, ranges) : viableRamp(memory, ranges);
    const deadEnd = firstDeadEnd(viable);
    if (deadEnd !== undefined) throw noPlan(id, deadEnd);
    remembers = memory.kind === 'store' ? new StoreMemory(memory, viable) : new RampMemory(memory, viable);
  }
  const follower = new PlainFollower({ id, declared, law, ranges, states: new States(declared, law) }, remembers);
  if (declared.steps_count > 0) follower.region();
  return follower;
}

const isWhole = (id: string): CombinationError =>
  new CombinationError({
    code: 'FLEXIBILITY_LAW',
    message: `"${id}" has whole choices (levels, on and off), so what it can do is no region that could be followed`,
    hint: 'Leave it out of this study, or give it parameters without whole choices.',
  });

/** Range of power of each step by itself; steps that share limits share the range. */
function rangesOf(id: string, { steps }: PlainLaw): readonly ActiveRange[] {
  const known = new Map<StepLimits, ActiveRange>();
  return steps.map((limits, t) => {
    const before = known.get(limits);
    if (before) return before;
    const range = activeRange(limits.halfPlanes, limits.s_max_kVA, limits.p_low_kW, limits.p_high_kW);
    if (!range) throw noPlan(id, t);
    const made = { low_kW: range.p_min_kW, high_kW: range.p_max_kW };
    known.set(limits, made);
    return made;
  });
}

/** What does not change while a law is followed. */
interface Followed {
  readonly id: string;
  readonly declared: Declaration;
  readonly law: PlainLaw;
  readonly ranges: readonly ActiveRange[];
  readonly states: States;
}

class PlainFollower implements Follower {
  readonly id: string;
  readonly steps_count: number;
  step = 0;
  private readonly followed: Followed;
  private readonly memory: Memory | undefined;
  private x: Float64Array;
  private now: PowerRegion | undefined;

  constructor(followed: Followed, memory: Memory | undefined, x = followed.states.start) {
    this.id = followed.id;
    this.steps_count = followed.declared.steps_count;
    this.followed = followed;
    this.memory = memory;
    this.x = x;
  }

  region(): PowerRegion {
    if (this.now) return this.now;
    const t = this.step;
    if (t >= this.steps_count) throw new BugError({ code: 'FLEXIBILITY_OVER', message: `"${this.id}" has no step after its last` });
    const { law, ranges } = this.followed;
    const { halfPlanes, s_max_kVA } = law.steps[t];
    const range = { low_kW: ranges[t].low_kW, high_kW: ranges[t].high_kW };
    this.memory?.narrow(t, range);
    if (!(range.low_kW <= range.high_kW)) {
      // Rounding may close a range to less than a point; a law that cannot be kept closes it further.
      const size = 1 + Math.abs(ranges[t].low_kW) + Math.abs(ranges[t].high_kW);
      if (!(range.low_kW - range.high_kW <= 1e-7 * size)) throw noPlan(this.id, t);
      range.low_kW = Math.min(Math.max(0.5 * (range.low_kW + range.high_kW), ranges[t].low_kW), ranges[t].high_kW);
      range.high_kW = range.low_kW;
    }
    this.now = { halfPlanes, s_max_kVA, p_min_kW: range.low_kW, p_max_kW: range.high_kW };
    return this.now;
  }

  advance(asked: PowerPoint, weights?: PowerWeights): PowerPoint {
    const done = project(this.region(), asked, weights);
    this.x = this.followed.states.after(this.x, this.step, done);
    this.memory?.move(this.step, done.p_kW);
    this.step++;
    this.now = undefined;
    return done;
  }

  state(): ReadonlyMap<string, number> {
    const { declared, law } = this.followed;
    const values = new Map(declared.states.map(({ variable }, i) => [variable.name, this.x[i]]));
    const value = this.memory?.value();
    if (law.memory?.kind === 'store' && value !== undefined) values.set(law.memory.name, value);
    return values;
  }

  copy(): Follower {
    const other = new PlainFollower(this.followed, this.memory?.copy(), this.x);
    other.step = this.step;
    return other;
  }
}

/** Moves the states that have no limits, by x⁺ = Φ·x + Γ·f as the block does. A store moves by itself. */
class States {
  readonly start: Float64Array;
  private readonly declared: Declaration;
  private readonly law: PlainLaw;
  private readonly held: readonly Hold[];

  constructor(declared: Declaration, law: PlainLaw) {
    this.declared = declared;
    this.law = law;
    this.start = Float64Array.from(declared.states, ({ start }) => start);
    const alone = declared.states.length === 0 || (declared.states.length === 1 && law.memory?.kind === 'store');
    this.held = alone ? [] : holds(declared);
  }

  after(x: Float64Array, t: number, { p_kW, q_kvar }: PowerPoint): Float64Array {
    if (this.held.length === 0) return x;
    const { states } = this.declared;
    const n = states.length;
    const { phi, gamma } = this.held[t];
    const inputs = this.inputsAt(t, p_kW, q_kvar);
    const next = new Float64Array(n);
    for (let j = 0; j < n; j++) {
      let rate = at(states[j].rate.constant, t);
      for (const { variable, coefficient } of states[j].rate.terms) {
        if (variable.role === 'input') rate += at(coefficient, t) * inputs[variable.index];
      }
      for (let i = 0; i < n; i++) next[i] += phi[i * n + j] * x[j] + gamma[i * n + j] * rate;
    }
    return next;
  }

  /** Inputs by variable, from what was injected; free ones stand at their limit nearest to zero. */
  private inputsAt(t: number, p_kW: number, q_kvar: number): Float64Array {
    const { p, q, active, reactive, free } = this.law.ports;
    const inputs = new Float64Array(this.declared.variables.length);
    const slopeOf = (terms: typeof p.terms, index: number): Coefficient =>
      terms.find(({ variable }) => variable.index === index)?.coefficient ?? 0;
    const above = p_kW - at(p.constant, t);
    let rest = q_kvar - at(q.constant, t);
    for (const { variable } of active) {
      const slope = at(slopeOf(p.terms, variable.index), t);
      if (active.length === 2 && above * slope < 0) continue;
      inputs[variable.index] = above / slope;
      rest -= at(slopeOf(q.terms, variable.index), t) * inputs[variable.index];
    }
    if (reactive) inputs[reactive.variable.index] = rest / at(slopeOf(q.terms, reactive.variable.index), t);
    for (const { variable, lower, upper } of free) inputs[variable.index] = Math.min(Math.max(0, at(lower, t)), at(upper, t));
    return inputs;
  }
}
