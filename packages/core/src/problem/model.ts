import { InputError } from '../base/errors.ts';
import { SparseBuilder } from '../linalg/sparse.ts';
import { affine, type Coefficient, type Expression, mul, sum, type Variable } from './affine.ts';
import type { Block, Port, RelaxedIntention, Trajectory } from './block.ts';
import { BlockBuilder } from './block-builder.ts';
import { type AffineRow, type ConeKind, type Program, rotatedCone, semidefiniteCone } from './program.ts';

/** A name, or how to make it when somebody has to read it. */
export type Name = string | (() => string);

/** A limit, the same for a whole family or one for each member. */
export type Limit = number | ((...index: number[]) => number);

export interface VariableOptions {
  /** Default −Infinity. */
  readonly lower?: Limit;
  /** Default Infinity. */
  readonly upper?: Limit;
  /** Whole numbers only. */
  readonly whole?: boolean;
}

/** How one index of a family runs: 0 … n − 1, or over labels, which then stand in the names. */
export type IndexSet = number | readonly (string | number)[];

/** Variables under one name: `p(l, t)` is the variable at these positions of its index sets. */
export interface Family {
  (...index: number[]): Variable;
  readonly variables: readonly Variable[];
}

/** A row of the model, or the rows of a cone, as `Reading.dual` wants it. */
export interface Constraint {
  readonly rows: Int32Array;
}

/** What `Model.read` needs of a solution. */
export interface Answer {
  readonly x: Float64Array;
  readonly rowDual: Float64Array;
}

/** A solution in the words of its model. */
export interface Reading {
  value(expression: Expression): number;
  /** In the order of the family: its last index runs fastest. */
  values(family: Family): Float64Array;
  /** Increase of the optimal cost per unit of increase of the right side. */
  dual(constraint: Constraint): number;
  /** Every variable by its name. */
  byName(): Map<string, number>;
}

/**
 * An optimisation problem as one writes it on paper: named variables, constraints and cones over affine expressions.
 *
 *   min Σ costs   subject to   rows, cones, bounds, whole variables
 *
 * Expressions are made by `sum` and `mul` from variables and numbers. `build` gives the `Program` that solvers take, `read`
 * a solution by the model's own names, `block` a part that meets others at ports.
 * @throws {InputError} MODEL_INVALID when a variable belongs to another model, a family is given twice, or a cone is none
 */
export class Model {
  /** Put before all names, when not empty. */
  readonly name: string;
  private readonly builder = new BlockBuilder();
  private readonly families = new Set<string>();

  constructor(name = '') {
    this.name = name;
  }

  /** One variable. */
  variable(name: string, options: VariableOptions = {}): Variable {
    return this.variables(name, [], options)();
  }

  /**
   * A family of variables over index sets: `variables('p_kW', [lines, 24])` names `p_kW[line 7,3]`. A function of the
   * positions names them otherwise.
   */
  variables(name: string | ((...index: number[]) => string), over: readonly IndexSet[], options: VariableOptions = {}): Family {
    const nameAt = typeof name === 'string' ? namesOver(name, over) : name;
    const title = typeof name === 'string' ? name : nameAt(...over.map(() => 0));
    if (this.families.has(title)) wrong(`Two families of variables are called "${title}"`, 'Give each a name of its own.');
    this.families.add(title);
    const sizes = over.map((set) => (typeof set === 'number' ? set : set.length));
    const index = sizes.map(() => 0);
    const variables: Decision[] = [];
    for (let left = sizes.reduce((product, size) => product * size, 1); left > 0; left--) {
      const own = [...index];
      const label = (): string => this.named(nameAt(...own));
      const column = this.builder.column(
        limitAt(options.lower ?? Number.NEGATIVE_INFINITY, own),
        limitAt(options.upper ?? Number.POSITIVE_INFINITY, own),
        label,
        options.whole ?? false,
      );
      variables.push(new Decision(this, column, label));
      for (let s = index.length - 1; s >= 0 && ++index[s] === sizes[s]; s--) index[s] = 0;
    }
    const at = (...position: number[]): Variable => {
      let place = 0;
      for (let s = 0; s < sizes.length; s++) place = place * sizes[s] + position[s];
      return variables[place] ?? wrong(`"${title}" has nothing at [${position.join(',')}]`, `Its indices run over ${sizes.join(' × ')}.`);
    };
    return Object.assign(at, { variables });
  }

  /** left = right */
  equal(name: Name, left: Expression, right: Expression): Constraint {
    return this.row(name, left, right, 0, 0);
  }

  /** left ≤ right */
  atMost(name: Name, left: Expression, right: Expression): Constraint {
    return this.row(name, left, right, Number.NEGATIVE_INFINITY, 0);
  }

  /** left ≥ right */
  atLeast(name: Name, left: Expression, right: Expression): Constraint {
    return this.row(name, left, right, 0, Number.POSITIVE_INFINITY);
  }

  /** lower ≤ expression ≤ upper */
  between(name: Name, expression: Expression, lower: number, upper: number): Constraint {
    return this.row(name, expression, 0, lower, upper);
  }

  /** height ≥ √(Σ vector²) */
  cone(name: Name, height: Expression, vector: readonly Expression[]): Constraint {
    return this.inCone('second-order', name, [height, ...vector].map(this.toRow));
  }

  /** u·v ≥ Σ w², u ≥ 0, v ≥ 0: a rotated second-order cone, without the factor 2 that it has in its standard form. */
  product(name: Name, u: Expression, v: Expression, w: readonly Expression[]): Constraint {
    const longer = w.map((part) => this.toRow(mul(Math.SQRT2, part)));
    return this.inCone('second-order', name, rotatedCone(this.toRow(u), this.toRow(v), longer));
  }

  /** u ≥ v·exp(w/v), v > 0 */
  exponential(name: Name, u: Expression, v: Expression, w: Expression): Constraint {
    return this.inCone('exponential', name, [u, v, w].map(this.toRow));
  }

  /** u^α·v^(1−α) ≥ |w|, u ≥ 0, v ≥ 0, with 0 < α < 1 */
  power(name: Name, u: Expression, v: Expression, w: Expression, exponent: number): Constraint {
    if (!(exponent > 0 && exponent < 1)) {
      wrong(`The exponent of the power cone "${this.nameOf(name)()}" is ${exponent}`, 'Give one between 0 and 1.');
    }
    return this.inCone('power', name, [u, v, w].map(this.toRow), exponent);
  }

  /**
   * A symmetric matrix is positive semidefinite.
   * @param lower - its lower triangle, row by row: [[a₀₀], [a₁₀, a₁₁], …]
   */
  semidefinite(name: Name, lower: readonly (readonly Expression[])[]): Constraint {
    const odd = lower.findIndex((row, i) => row.length !== i + 1);
    if (odd >= 0) {
      const message = `Row ${odd} of the lower triangle of "${this.nameOf(name)()}" must have length ${odd + 1}, got ${lower[odd].length}`;
      wrong(message, 'Give [[a00], [a10, a11], …].');
    }
    const byColumns = lower.flatMap((_, j) => lower.slice(j).map((row) => this.toRow(row[j])));
    return this.inCone('positive-semidefinite', name, semidefiniteCone(byColumns));
  }

  /** Adds to the cost that is minimised. */
  cost(expression: Expression): void {
    const { columns, values, constant } = this.toRow(expression);
    for (let k = 0; k < columns.length; k++) this.builder.cost[columns[k]] += values[k];
    this.builder.offset += constant;
  }

  /** Adds weight·expression² to the cost; convex for weight ≥ 0, and solvers refuse the rest. */
  costSquare(weight: number, expression: Expression): void {
    const { columns, values, constant } = this.toRow(expression);
    this.builder.square(weight, columns, values, constant);
  }

  build(): Program {
    return this.builder.program();
  }

  read({ x, rowDual }: Answer): Reading {
    const value = (expression: Expression): number => {
      const { columns, values, constant } = this.toRow(expression);
      return columns.reduce((total, j, k) => total + values[k] * x[j], constant);
    };
    return {
      value,
      values: (family) => Float64Array.from(family.variables, (variable) => x[this.columnOf(variable)]),
      dual: ({ rows }) => rowDual[rows[0]],
      byName: () => new Map(Array.from(x, (number, j) => [this.builder.columnName(j), number])),
    };
  }

  /**
   * The model as a part of a larger problem.
   * @param ports - by name: unit and value at every step
   * @param trajectories - by name: one variable per step, to be read by name after solving
   */
  block(
    ports: readonly { readonly name: string; readonly unit: Port['unit']; readonly of: readonly Expression[] }[],
    trajectories: ReadonlyMap<string, readonly Variable[]> = new Map(),
    relaxed: readonly RelaxedIntention[] = [],
  ): Block {
    const program = this.build();
    return {
      name: this.name,
      program,
      ports: ports.map(({ name, unit, of }) => {
        const map = new SparseBuilder();
        const offset = new Float64Array(of.length);
        of.forEach((expression, t) => {
          const { columns, values, constant } = this.toRow(expression);
          for (let k = 0; k < columns.length; k++) map.add(t, columns[k], values[k]);
          offset[t] = constant;
        });
        return { name, unit, map: map.build(of.length, program.cost.length), offset };
      }),
      trajectories: Array.from(trajectories, ([name, variables]): Trajectory => {
        return { name, role: 'decision', columns: Int32Array.from(variables, (variable) => this.columnOf(variable)) };
      }),
      relaxed,
    };
  }

  private row(name: Name, left: Expression, right: Expression, lower: number, upper: number): Constraint {
    const { columns, values, constant } = this.toRow(right === 0 ? left : sum(left, mul(-1, right)));
    const row = this.builder.row(lower - constant, upper - constant, this.nameOf(name));
    for (let k = 0; k < columns.length; k++) this.builder.entry(row, columns[k], values[k]);
    return { rows: Int32Array.of(row) };
  }

  private inCone(kind: ConeKind, name: Name, parts: readonly AffineRow[], exponent?: number): Constraint {
    const label = this.nameOf(name);
    const rows = Int32Array.from(parts, ({ columns, values, constant }) => {
      const row = this.builder.row(-constant, -constant, label);
      for (let k = 0; k < columns.length; k++) this.builder.entry(row, columns[k], values[k]);
      return row;
    });
    this.builder.cone(kind, rows, exponent);
    return { rows };
  }

  private readonly toRow = (expression: Expression): AffineRow => {
    const { terms, constant } = affine(expression);
    const columns = new Array<number>(terms.length);
    const values = new Array<number>(terms.length);
    for (let k = 0; k < terms.length; k++) {
      columns[k] = this.columnOf(terms[k].variable);
      values[k] = numberOf(terms[k].coefficient);
    }
    return { columns, values, constant: numberOf(constant) };
  };

  private columnOf(variable: Variable): number {
    if (!(variable instanceof Decision && variable.model === this)) {
      wrong(
        `"${variable.name}" is not a variable of ${this.name === '' ? 'this model' : `the model "${this.name}"`}`,
        'Use variables that this model made.',
      );
    }
    return variable.index;
  }

  private named(text: string): string {
    return this.name === '' ? text : `${this.name}.${text}`;
  }

  private nameOf(name: Name): () => string {
    return () => this.named(typeof name === 'string' ? name : name());
  }
}

/** One unknown number; its name is made when somebody reads it. */
class Decision implements Variable {
  readonly role = 'decision';
  readonly model: Model;
  readonly index: number;
  private readonly label: () => string;

  constructor(model: Model, index: number, label: () => string) {
    this.model = model;
    this.index = index;
    this.label = label;
  }

  get name(): string {
    return this.label();
  }
}

const limitAt = (limit: Limit, index: readonly number[]): number => (typeof limit === 'number' ? limit : limit(...index));

/** `name[label,label]`, or the bare name of a single variable. */
function namesOver(name: string, over: readonly IndexSet[]): (...index: number[]) => string {
  const labelOf = (set: IndexSet, k: number): string | number => (typeof set === 'number' ? k : set[k]);
  return (...index) => (index.length === 0 ? name : `${name}[${index.map((k, s) => labelOf(over[s], k)).join(',')}]`);
}

function numberOf(coefficient: Coefficient): number {
  if (typeof coefficient === 'number') return coefficient;
  return wrong(
    'A model takes numbers, got a profile of one number per step',
    'Write one expression per step, with the number of that step.',
  );
}

function wrong(message: string, hint: string): never {
  throw new InputError({ code: 'MODEL_INVALID', message, hint });
}
