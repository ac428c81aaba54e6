import { SparseBuilder, type SparseMatrix } from '../../linalg/sparse.ts';
import { BlockBuilder } from '../../problem/block-builder.ts';
import type { Program } from '../../problem/program.ts';
import type { TwoStage } from '../../problem/two-stage.ts';
import { outcomeAt, type UncertaintySet } from '../../uncertainty/uncertainty-set.ts';
import type { ReactionRule } from '../contract.ts';
import { type Guard, RobustRows, type Terms, UncertainTerms } from './robust-rows.ts';

/** One programme for the first decision, x, and a rule for every event. */
export interface RuleProgram {
  readonly program: Program;
  readonly guards: readonly Guard[];
  /** The rules that stand in an answer. */
  read(answer: Float64Array): ReactionRule[];
}

/**
 * Reactions bound to rules, y = y₀ + Σ_k w_k·Y_k in the coordinates of each event's set (w: above lower bounds), so every row is affine in w for given
 * columns, and linear in the columns for given w:
 *
 *   T·x + W·y₀ + (M + Σ_j x_j·D_j)·c   +   Σ_k w_k·( W·Y_k + (M + Σ_j x_j·D_j)·A_k )    between rowLower and rowUpper,    u = c + A·w
 *
 * Columns: x, then for each event y₀ and the Y_k, then prices of its rows. Bounds of y are rows like any other once y has slopes.
 * @param isStatic - leaves all Y_k at zero
 */
export function ruleProgram(
  problem: TwoStage,
  sets: readonly UncertaintySet[],
  probabilities: readonly number[],
  isStatic: boolean,
): RuleProgram {
  const builder = new BlockBuilder();
  const { first } = problem;
  builder.offset = first.offset;
  for (let j = 0; j < first.cost.length; j++) {
    builder.column(first.lower[j], first.upper[j], () => first.columnName(j), first.integer?.[j] === 1);
    builder.cost[j] = first.cost[j];
  }
  const firstRows = rowsOf(first.rows);
  for (let i = 0; i < first.rowLower.length; i++) {
    const row = builder.row(first.rowLower[i], first.rowUpper[i], () => first.rowName(i));
    for (const { at, value } of firstRows[i]) builder.entry(row, at, value);
  }
  const written = sets.map((set, event) => new EventRule(builder, problem, set, event, isStatic));
  written.forEach((rule, event) => void rule.write(probabilities[event]));
  return {
    program: builder.program(),
    guards: written.flatMap(({ robust }) => robust.guards),
    read: (answer) => written.map((rule) => rule.read(answer)),
  };
}

class EventRule {
  readonly robust: RobustRows;
  private readonly problem: TwoStage;
  private readonly set: UncertaintySet;
  private readonly event: number;
  /** Columns of y₀, and of Y_k by coordinate; −1 where the rule has no slope. */
  private readonly constant: Int32Array;
  private readonly slopes: readonly Int32Array[];

  constructor(builder: BlockBuilder, problem: TwoStage, set: UncertaintySet, event: number, isStatic: boolean) {
    this.problem = problem;
    this.set = set;
    this.event = event;
    this.robust = new RobustRows(builder, event, set);
    const { cost, lower, upper } = problem;
    const wide = [...set.lower.keys()].filter((k) => set.upper[k] > set.lower[k]);
    const bends = (j: number): boolean => !isStatic && wide.length > 0 && lower[j] < upper[j];
    const name = (j: number): string => `${problem.columnName(j)} (event ${event})`;
    this.constant = Int32Array.from(cost, (_, j) =>
      bends(j)
        ? builder.column(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, () => name(j))
        : builder.column(lower[j], upper[j], () => name(j)),
    );
    this.slopes = Array.from(set.lower, () => new Int32Array(cost.length).fill(-1));
    for (const k of wide) {
      for (let j = 0; j < cost.length; j++) {
        if (!bends(j)) continue;
        this.slopes[k][j] = builder.column(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, () => `${name(j)} per coordinate ${k}`);
      }
    }
  }

  write(probability: number): void {
    const { problem, robust } = this;
    const { lower, upper, rowLower, rowUpper } = problem;
    this.rows().forEach(
      (terms, i) => void robust.hold(terms, rowLower[i], rowUpper[i], () => `${problem.rowName(i)} (event ${this.event})`),
    );
    for (let j = 0; j < lower.length; j++) {
      if (this.slopes.every((columns) => columns[j] < 0)) continue;
      const terms = this.terms();
      this.react(terms, j, 1);
      robust.hold(terms, lower[j], upper[j], () => `bounds of ${problem.columnName(j)} (event ${this.event})`);
    }
    const paid = this.terms();
    problem.cost.forEach((value, j) => void this.react(paid, j, value));
    robust.pay(paid, probability, () => `cost (event ${this.event})`);
  }

  /** From w, above the lower bounds, to the set's own coordinates v. */
  read(answer: Float64Array): ReactionRule {
    const { lower } = this.set;
    const constant = Float64Array.from(this.constant, (column) => answer[column]);
    const slopes = this.slopes.map((columns) => Float64Array.from(columns, (column) => (column < 0 ? 0 : answer[column])));
    slopes.forEach((slope, k) => {
      for (let j = 0; j < constant.length; j++) constant[j] -= lower[k] * slope[j];
    });
    return { constant, slopes };
  }

  /** The rows of the recourse as affine functions of w. */
  private rows(): UncertainTerms[] {
    const { problem, set } = this;
    const { onFirst, onRecourse, onSymbols, products, rowLower } = problem;
    const rows = Array.from(rowLower, () => this.terms());
    eachEntry(onFirst, (i, column, value) => void rows[i].constant.add(column, value));
    eachEntry(onRecourse, (i, j, value) => void this.react(rows[i], j, value));
    const lowest = outcomeAt(set, set.lower);
    const bySymbol = rowsOf(set.map);
    const know = (i: number, symbol: number, put: (terms: Terms, value: number) => void): void => {
      put(rows[i].constant, lowest[symbol]);
      for (const { at, value } of bySymbol[symbol]) put(rows[i].slopes[at], value);
    };
    eachEntry(onSymbols, (i, symbol, weight) => {
      know(i, symbol, (terms, value) => void (terms.shift += weight * value));
    });
    for (const { row, first, symbol, value: weight } of products) {
      know(row, symbol, (terms, value) => void terms.add(first, weight * value));
    }
    return rows;
  }

  /** Adds value·y_j. */
  private react(terms: UncertainTerms, j: number, value: number): void {
    terms.constant.add(this.constant[j], value);
    this.slopes.forEach((columns, k) => {
      if (columns[j] >= 0) terms.slopes[k].add(columns[j], value);
    });
  }

  private terms(): UncertainTerms {
    return new UncertainTerms(this.set.lower.length);
  }
}

/** A set that holds one outcome: no coordinates. */
export function singleOutcome(u: Float64Array): UncertaintySet {
  const none = new Float64Array(0);
  const nothing = new SparseBuilder();
  return { offset: u, map: nothing.build(u.length, 0), lower: none, upper: none, rows: nothing.build(0, 0), limit: none };
}

function eachEntry({ cols_count, colStart, rowIndex, values }: SparseMatrix, visit: (i: number, j: number, value: number) => void): void {
  for (let j = 0; j < cols_count; j++) for (let p = colStart[j]; p < colStart[j + 1]; p++) visit(rowIndex[p], j, values[p]);
}

function rowsOf(matrix: SparseMatrix): { readonly at: number; readonly value: number }[][] {
  const rows: { at: number; value: number }[][] = Array.from({ length: matrix.rows_count }, () => []);
  eachEntry(matrix, (i, at, value) => void rows[i].push({ at, value }));
  return rows;
}
