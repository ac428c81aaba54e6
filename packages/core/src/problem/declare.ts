import { BugError } from '../base/errors.ts';
import { type QuantityName, unitOfName } from '../base/units.ts';
import { type Affine, affine, type Coefficient, type Expression, type Variable } from './affine.ts';

/**
 * What a device (or anything else that lives in time) says about itself, once, in continuous time.
 *
 * Units are the house units: kW, kvar, kWh, h, study currency. Inputs are constant on a step. Readings of a declaration:
 * `buildBlock` (optimisation), `derivative` (simulation), oracles (prox, response, range).
 */
export interface DeclarationModel {
  /** Length of a step in hours. */
  readonly dt_h: number;
  readonly steps_count: number;
  /** A decision that holds its value on each step, lower ≤ u ≤ upper. */
  input(name: QuantityName, lower: Coefficient, upper: Coefficient): Variable;
  /** A quantity with a rate; its limits hold at the end of each step. */
  state(name: QuantityName, lower: Coefficient, upper: Coefficient, start: number): Variable;
  /** d(state)/dt = expression, in the state's unit per hour. */
  rate(state: Variable, expression: Expression): void;
  /** Active power into the network, kW. Adds up over calls. */
  inject(expression: Expression): void;
  /** Reactive power into the network, kvar. Adds up over calls. */
  injectReactive(expression: Expression): void;
  /** The intention that at most one of two non-negative inputs is above zero. A bridge makes it binary, or relaxes and reports it. */
  exclusive(a: Variable, b: Variable): void;
  /** The intention that an input is a whole number. A bridge makes it one, or relaxes and reports it. */
  whole(variable: Variable): void;
  /** Adds a rate of cost, currency per hour. States are read at the end of the step. */
  cost(expression: Expression): void;
  /** Adds weight · expression², currency per hour; weight ≥ 0. */
  costSquare(weight: Coefficient, expression: Expression): void;
  /** lower ≤ expression ≤ upper on every step. */
  keep(name: string, expression: Expression, lower: Coefficient, upper: Coefficient): void;
  /** p² + q² ≤ s²: what an inverter can do. A bridge writes it as a polygon inside the circle. */
  capability(p: Expression, q: Expression, s_max_kVA: number): void;
  /** lower ≤ ∫ expression dt ≤ upper over the steps from ≤ t < to. */
  total(name: string, expression: Expression, lower: number, upper: number, window: { from: number; to: number }): void;
  /** −down ≤ d(expression)/dt ≤ up between steps, per hour; `before` is the value ahead of the first step, if known. */
  ramp(name: string, expression: Expression, down_per_h: number, up_per_h: number, before?: number): void;
  /** lower ≤ state ≤ upper at the end of step t (tightens the state's own limits). */
  atEndOf(t: number, state: Variable, lower: number, upper: number): void;
}

export interface InputLaw {
  readonly variable: Variable;
  readonly lower: Coefficient;
  readonly upper: Coefficient;
}

export interface StateLaw {
  readonly variable: Variable;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly start: number;
  rate: Affine;
}

/** The finished declaration: data, no behaviour. */
export interface Declaration {
  readonly dt_h: number;
  readonly steps_count: number;
  readonly variables: readonly Variable[];
  readonly inputs: readonly InputLaw[];
  readonly states: readonly StateLaw[];
  readonly p_kW: readonly Affine[];
  readonly q_kvar: readonly Affine[];
  readonly exclusives: readonly (readonly [Variable, Variable])[];
  readonly wholes: readonly Variable[];
  readonly costs: readonly Affine[];
  readonly squares: readonly { readonly weight: Coefficient; readonly of: Affine }[];
  readonly rows: readonly { readonly name: string; readonly of: Affine; readonly lower: Coefficient; readonly upper: Coefficient }[];
  readonly circles: readonly { readonly p: Affine; readonly q: Affine; readonly s_max_kVA: number }[];
  readonly totals: readonly {
    readonly name: string;
    readonly of: Affine;
    readonly lower: number;
    readonly upper: number;
    readonly from: number;
    readonly to: number;
  }[];
  readonly ramps: readonly {
    readonly name: string;
    readonly of: Affine;
    readonly down_per_h: number;
    readonly up_per_h: number;
    readonly before?: number | undefined;
  }[];
}

/**
 * Runs `declare` against a fresh model and returns what it said.
 * @throws {BugError} DECLARATION_INVALID when a declaration contradicts itself (a fault of the device's author)
 */
export function declaration(time: { dt_h: number; steps_count: number }, declare: (m: DeclarationModel) => void): Declaration {
  const { dt_h, steps_count } = time;
  const variables: Variable[] = [];
  const inputs: InputLaw[] = [];
  const states: StateLaw[] = [];
  const said = {
    p_kW: [] as Affine[],
    q_kvar: [] as Affine[],
    exclusives: [] as [Variable, Variable][],
    wholes: [] as Variable[],
    costs: [] as Affine[],
    squares: [] as Declaration['squares'][number][],
    rows: [] as Declaration['rows'][number][],
    circles: [] as Declaration['circles'][number][],
    totals: [] as Declaration['totals'][number][],
    ramps: [] as Declaration['ramps'][number][],
  };
  const wrong = (message: string): never => {
    throw new BugError({ code: 'DECLARATION_INVALID', message });
  };
  const variable = (name: string, role: Variable['role']): Variable => {
    if (unitOfName(name) === undefined) wrong(`Variable "${name}" has no unit suffix`);
    if (variables.some((v) => v.name === name)) wrong(`Variable "${name}" is declared twice`);
    const made: Variable = Object.freeze({ name, role, index: variables.length });
    variables.push(made);
    return made;
  };
  const perStep = (value: Coefficient): Float64Array =>
    typeof value === 'number' ? new Float64Array(steps_count).fill(value) : Float64Array.from(value);
  const law = (state: Variable): StateLaw =>
    states.find((s) => s.variable === state) ?? wrong(`"${state.name}" is not a state of this model`);

  declare({
    dt_h,
    steps_count,
    input(name, lower, upper) {
      const made = variable(name, 'input');
      inputs.push({ variable: made, lower, upper });
      return made;
    },
    state(name, lower, upper, start) {
      const made = variable(name, 'state');
      states.push({ variable: made, lower: perStep(lower), upper: perStep(upper), start, rate: affine(0) });
      return made;
    },
    rate(state, expression) {
      law(state).rate = affine(expression);
    },
    inject: (expression) => said.p_kW.push(affine(expression)),
    injectReactive: (expression) => said.q_kvar.push(affine(expression)),
    exclusive: (a, b) => said.exclusives.push([a, b]),
    whole: (input) => said.wholes.push(input),
    cost: (expression) => said.costs.push(affine(expression)),
    costSquare: (weight, expression) => said.squares.push({ weight, of: affine(expression) }),
    keep: (name, expression, lower, upper) => said.rows.push({ name, of: affine(expression), lower, upper }),
    capability: (p, q, s_max_kVA) => said.circles.push({ p: affine(p), q: affine(q), s_max_kVA }),
    total: (name, expression, lower, upper, window) =>
      said.totals.push({ name, of: affine(expression), lower, upper, from: window.from, to: window.to }),
    ramp: (name, expression, down_per_h, up_per_h, before) =>
      said.ramps.push({ name, of: affine(expression), down_per_h, up_per_h, before }),
    atEndOf(t, state, lower, upper) {
      const s = law(state);
      s.lower[t] = Math.max(s.lower[t], lower);
      s.upper[t] = Math.min(s.upper[t], upper);
    },
  });
  return { dt_h, steps_count, variables, inputs, states, ...said };
}
