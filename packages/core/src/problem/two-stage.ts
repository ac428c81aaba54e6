import { InputError } from '../base/errors.ts';
import { multiplyInto, SparseBuilder, type SparseMatrix } from '../linalg/sparse.ts';
import { affine, type Expression, sum, type Variable } from './affine.ts';
import { BlockBuilder } from './block-builder.ts';
import type { Name } from './model.ts';
import type { Program } from './program.ts';

/**
 * A decision in two stages, linear in each of its three kinds of unknowns:
 *
 *   min_{x ∈ X} cᵀx + ρ( min_y qᵀy ),     rowLower ≤ T·x + W·y + (M + Σ_j x_j·D_j)·u ≤ rowUpper,   lower ≤ y ≤ upper
 *
 * x is decided before the symbols u are known and may have whole parts; y reacts and may not. ρ is what a strategy makes of it:
 * expectation over scenarios, worst case over a set, or a mixture.
 *
 * | symbol | is | shape |
 * |---|---|---|
 * | x, c, X | first stage, with its own rows and bounds | `first`, n columns |
 * | y, q | recourse and its cost | k |
 * | u | symbols that become known between the stages; `forecast` is what is expected of them | s |
 * | T, W, M | rows of the recourse | m × n, m × k, m × s |
 * | D | products of a first decision and a symbol | triplets |
 *
 * Recourse costs do not depend on u; a cost with a symbol in it becomes a row (`TwoStageModel.cost`).
 */
export interface TwoStage {
  readonly first: Program;
  readonly cost: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly onFirst: SparseMatrix;
  readonly onRecourse: SparseMatrix;
  readonly onSymbols: SparseMatrix;
  readonly products: readonly Product[];
  readonly rowLower: Float64Array;
  readonly rowUpper: Float64Array;
  readonly forecast: Float64Array;
  /** Columns of y that say by how much a priced row is missed; their sum is zero where the plan holds. */
  readonly shortfalls: Int32Array;
  symbolName(j: number): string;
  columnName(j: number): string;
  rowName(i: number): string;
}

/** value·x·u in a row of the recourse. */
export interface Product {
  readonly row: number;
  readonly first: number;
  readonly symbol: number;
  readonly value: number;
}

export interface DecisionOptions {
  /** Default −Infinity. */
  readonly lower?: number;
  /** Default Infinity. */
  readonly upper?: number;
}

export interface RowOptions {
  /**
   * Cost per unit by which the row may be missed. Recourse is complete when every row that can be hurt has one, and the price
   * bounds the row's multiplier, which worst-case searches need. Missing: the row holds whatever it costs.
   */
  readonly price?: number;
}

/**
 * A `TwoStage` as one writes it on paper: `decide` before, `react` after the `symbol`s are known. A row or cost that has nothing of the
 * second stage in it belongs to the first. Expressions are made by `sum` and `mul`, products of a decision and a symbol by `times`.
 * @throws {InputError} MODEL_INVALID when a variable belongs to another model, a reaction is multiplied by a symbol, or a price is not positive
 */
export class TwoStageModel {
  private readonly first = new BlockBuilder();
  private readonly places: Place[] = [];
  private readonly recourse = new BlockBuilder();
  private readonly onFirst = new SparseBuilder();
  private readonly onSymbols = new SparseBuilder();
  private readonly products: Product[] = [];
  private readonly known = new Map<string, Variable>();
  private readonly symbolNames: string[] = [];
  private readonly forecast: number[] = [];
  private readonly shortfalls: number[] = [];

  /** Decided before anything is known. */
  decide(name: string, options: DecisionOptions & { readonly whole?: boolean } = {}): Variable {
    const { lower = Number.NEGATIVE_INFINITY, upper = Number.POSITIVE_INFINITY, whole = false } = options;
    return this.place(name, { stage: 'first', column: this.first.column(lower, upper, () => name, whole) });
  }

  /** Decided when all symbols are known. */
  react(name: string, options: DecisionOptions = {}): Variable {
    const { lower = Number.NEGATIVE_INFINITY, upper = Number.POSITIVE_INFINITY } = options;
    return this.place(name, { stage: 'recourse', column: this.recourse.column(lower, upper, () => name) });
  }

  /** What is not known beforehand. */
  symbol(name: string, forecast: number): Variable {
    this.symbolNames.push(name);
    this.forecast.push(forecast);
    return this.place(name, { stage: 'symbol', column: this.forecast.length - 1 });
  }

  /** The product of a decision and a symbol, to be used like a variable. */
  times(decision: Variable, symbol: Variable): Variable {
    const [a, b] = [this.placeOf(decision), this.placeOf(symbol)];
    if (a.stage !== 'first' || b.stage !== 'symbol') {
      wrong(
        `"${decision.name}" times "${symbol.name}" is not a first decision times a symbol`,
        'What reacts may not be multiplied by what is uncertain: recourse must be fixed.',
      );
    }
    const key = `${a.column} ${b.column}`;
    const made =
      this.known.get(key) ?? this.place(`${decision.name}·${symbol.name}`, { stage: 'product', column: a.column, symbol: b.column });
    this.known.set(key, made);
    return made;
  }

  equal(name: Name, left: Expression, right: Expression, options: RowOptions = {}): void {
    this.row(name, left, right, 0, 0, options);
  }

  atMost(name: Name, left: Expression, right: Expression, options: RowOptions = {}): void {
    this.row(name, left, right, Number.NEGATIVE_INFINITY, 0, options);
  }

  atLeast(name: Name, left: Expression, right: Expression, options: RowOptions = {}): void {
    this.row(name, left, right, 0, Number.POSITIVE_INFINITY, options);
  }

  /** lower ≤ expression ≤ upper. */
  between(name: Name, expression: Expression, lower: number, upper: number, options: RowOptions = {}): void {
    this.row(name, expression, 0, lower, upper, options);
  }

  /** Adds to the cost that is minimised. A part with symbols in it becomes a reaction that equals it. */
  cost(expression: Expression): void {
    const uncertain: Expression[] = [];
    const { terms, constant } = affine(expression);
    this.first.offset += numberOf(constant);
    for (const term of terms) {
      const { stage, column } = this.placeOf(term.variable);
      const value = numberOf(term.coefficient);
      if (stage === 'first') this.first.cost[column] += value;
      else if (stage === 'recourse') this.recourse.cost[column] += value;
      else uncertain.push({ terms: [term], constant: 0 });
    }
    if (uncertain.length === 0) return;
    const name = `cost ${this.recourse.lower.length}`;
    const equal = this.react(name);
    this.recourse.cost[this.placeOf(equal).column] = 1;
    this.equal(name, equal, sum(...uncertain));
  }

  /**
   * An expression without symbols as one weight per column of x and of y, for costs that are weighed against each other later. Ask when
   * all variables are made.
   * @throws {InputError} MODEL_INVALID when a symbol is in it
   */
  weights(expression: Expression): { readonly first: Float64Array; readonly recourse: Float64Array; readonly constant: number } {
    const { terms, constant } = affine(expression);
    const first = new Float64Array(this.first.lower.length);
    const recourse = new Float64Array(this.recourse.lower.length);
    for (const { variable, coefficient } of terms) {
      const { stage, column } = this.placeOf(variable);
      if (stage === 'first') first[column] += numberOf(coefficient);
      else if (stage === 'recourse') recourse[column] += numberOf(coefficient);
      else wrong(`"${variable.name}" is a symbol, whose weight is not certain`, 'Make a reaction that equals the part with symbols.');
    }
    return { first, recourse, constant: numberOf(constant) };
  }

  build(): TwoStage {
    const second = this.recourse.program();
    const rows_count = second.rowLower.length;
    return {
      first: this.first.program(),
      cost: second.cost,
      lower: second.lower,
      upper: second.upper,
      onFirst: this.onFirst.build(rows_count, this.first.lower.length),
      onRecourse: second.rows,
      onSymbols: this.onSymbols.build(rows_count, this.forecast.length),
      products: [...this.products],
      rowLower: second.rowLower,
      rowUpper: second.rowUpper,
      forecast: Float64Array.from(this.forecast),
      shortfalls: Int32Array.from(this.shortfalls),
      symbolName: (j) => this.symbolNames[j],
      columnName: second.columnName,
      rowName: second.rowName,
    };
  }

  /** Where a variable's number stands in the answer: x, y or u. @throws {InputError} MODEL_INVALID for a product */
  read(variable: Variable, answer: { readonly x: Float64Array; readonly y?: Float64Array; readonly u?: Float64Array }): number {
    const { stage, column } = this.placeOf(variable);
    const values = stage === 'first' ? answer.x : stage === 'recourse' ? answer.y : stage === 'symbol' ? answer.u : undefined;
    return values === undefined ? wrong(`"${variable.name}" has no value in this answer`, 'Ask for x, y or u.') : values[column];
  }

  /** The number that a variable has in an answer; of a product, the product. */
  value(variable: Variable, { x, y, u }: { readonly x: Float64Array; readonly y: Float64Array; readonly u: Float64Array }): number {
    const place = this.placeOf(variable);
    if (place.stage === 'product') return x[place.column] * u[place.symbol];
    return (place.stage === 'first' ? x : place.stage === 'recourse' ? y : u)[place.column];
  }

  /** Whether a variable is decided before anything is known. */
  isFirst(variable: Variable): boolean {
    return this.placeOf(variable).stage === 'first';
  }

  /** The column of y that a reaction is; undefined for what is decided before. */
  reactionColumn(variable: Variable): number | undefined {
    const { stage, column } = this.placeOf(variable);
    return stage === 'recourse' ? column : undefined;
  }

  private row(name: Name, left: Expression, right: Expression, lower: number, upper: number, { price }: RowOptions): void {
    const { terms, constant } = affine(right === 0 ? left : sum(left, { ...negated(right) }));
    const places = terms.map(({ variable, coefficient }) => ({ at: this.placeOf(variable), value: numberOf(coefficient) }));
    const shift = numberOf(constant);
    const label = (): string => (typeof name === 'string' ? name : name());
    if (price !== undefined && !(price > 0)) wrong(`The price of row "${label()}" is ${price}`, 'Give a positive one, or none.');
    if (price === undefined && places.every(({ at }) => at.stage === 'first')) {
      const row = this.first.row(lower - shift, upper - shift, label);
      for (const { at, value } of places) this.first.entry(row, at.column, value);
      return;
    }
    const row = this.recourse.row(lower - shift, upper - shift, label);
    for (const { at, value } of places) {
      if (at.stage === 'product') this.products.push({ row, first: at.column, symbol: at.symbol, value });
      else if (at.stage === 'first') this.onFirst.add(row, at.column, value);
      else if (at.stage === 'recourse') this.recourse.entry(row, at.column, value);
      else this.onSymbols.add(row, at.column, value);
    }
    if (price === undefined) return;
    if (lower > Number.NEGATIVE_INFINITY) this.shortfall(row, 1, price, () => `${label()} lacks`);
    if (upper < Number.POSITIVE_INFINITY) this.shortfall(row, -1, price, () => `${label()} exceeds`);
  }

  private shortfall(row: number, sign: number, price: number, name: () => string): void {
    const column = this.recourse.column(0, Number.POSITIVE_INFINITY, name);
    this.recourse.cost[column] = price;
    this.recourse.entry(row, column, sign);
    this.shortfalls.push(column);
  }

  private place(name: string, place: Place): Variable {
    this.places.push(place);
    return Object.freeze({ name, role: 'decision', index: this.places.length - 1, model: this });
  }

  private placeOf(variable: Variable): Place {
    if ((variable as { model?: unknown }).model !== this)
      wrong(`"${variable.name}" is not of this model`, 'Use variables that this model made.');
    return this.places[variable.index];
  }
}

type Place =
  | { readonly stage: 'first' | 'recourse' | 'symbol'; readonly column: number }
  | { readonly stage: 'product'; readonly column: number; readonly symbol: number };

/** What the rows of the recourse still have to make up for, at a first decision and an outcome: T·x + (M + Σ x_j·D_j)·u. */
export function pressureOf({ onFirst, onSymbols, products, rowLower }: TwoStage, x: Float64Array, u: Float64Array): Float64Array {
  const pressure = new Float64Array(rowLower.length);
  multiplyInto(onFirst, x, pressure);
  multiplyInto(onSymbols, u, pressure, 1, 1);
  for (const { row, first, symbol, value } of products) pressure[row] += value * x[first] * u[symbol];
  return pressure;
}

/** The recourse as a programme of its own, at a first decision and an outcome. */
export function recourseAt(problem: TwoStage, x: Float64Array, u: Float64Array): Program {
  const pressure = pressureOf(problem, x, u);
  return {
    cost: problem.cost,
    offset: 0,
    lower: problem.lower,
    upper: problem.upper,
    rows: problem.onRecourse,
    rowLower: problem.rowLower.map((value, i) => value - pressure[i]),
    rowUpper: problem.rowUpper.map((value, i) => value - pressure[i]),
    columnName: problem.columnName,
    rowName: problem.rowName,
  };
}

function negated(expression: Expression): { terms: { variable: Variable; coefficient: number }[]; constant: number } {
  const { terms, constant } = affine(expression);
  return {
    terms: terms.map(({ variable, coefficient }) => ({ variable, coefficient: -numberOf(coefficient) })),
    constant: -numberOf(constant),
  };
}

function numberOf(coefficient: number | Float64Array): number {
  return typeof coefficient === 'number'
    ? coefficient
    : wrong('A two-stage model takes numbers, got a profile', 'Write one expression per step.');
}

function wrong(message: string, hint: string): never {
  throw new InputError({ code: 'MODEL_INVALID', message, hint });
}
