import type { BlockBuilder } from '../../problem/block-builder.ts';
import { budgetsOf, type UncertaintySet } from '../../uncertainty/uncertainty-set.ts';

/** Σ values_k · x_{columns_k} + shift, over the columns of the programme being written. */
export class Terms {
  readonly columns: number[] = [];
  readonly values: number[] = [];
  shift = 0;

  add(column: number, value: number): void {
    if (value === 0) return;
    this.columns.push(column);
    this.values.push(value);
  }

  get isNothing(): boolean {
    return this.columns.length === 0 && this.shift === 0;
  }
}

/** constant + Σ_k slopes_k · w_k, where w is how far the coordinates of a set are above their lower bounds. */
export class UncertainTerms {
  readonly constant = new Terms();
  readonly slopes: readonly Terms[];

  constructor(coordinates_count: number) {
    this.slopes = Array.from({ length: coordinates_count }, () => new Terms());
  }
}

/** Where the multipliers of a guarded row stand: those of its coordinates' rows, divided by its own, are the outcome that it is held against. */
export interface Guard {
  readonly event: number;
  /** Absent where the cost itself is guarded; its multiplier is the probability. */
  readonly row: number | undefined;
  readonly coordinateRows: ReadonlyMap<number, number>;
}

/**
 * Writes rows that hold for every outcome of a set as finitely many rows, by the duality of linear programming: with
 * W = { 0 ≤ w ≤ width, F·w ≤ room },
 *
 *   a₀ + max_{w ∈ W} aᵀw ≤ b    ⇔    a₀ + widthᵀβ + roomᵀπ ≤ b,   β + Fᵀπ ≥ a,   β, π ≥ 0
 *
 * | symbol | is | shape |
 * |---|---|---|
 * | w | coordinates of the set above their lower bounds; those without width are constants | n |
 * | a₀, a | affine in the columns of the programme: decisions, rules | 1, n |
 * | F, room | budgets of the set; what its lower bounds leave of them | m × n, m |
 * | β, π | prices of the set's bounds and budgets, columns of their own for each row | n, m |
 *
 * Only coordinates that a row has, and those that share a budget with them, are written.
 * @source Ben-Tal, Goryashko, Guslitzer, Nemirovski, Adjustable robust solutions of uncertain linear programs, Math. Program. 99 (2004), section 3
 */
export class RobustRows {
  readonly guards: Guard[] = [];
  private readonly builder: BlockBuilder;
  private readonly event: number;
  private readonly width: Float64Array;
  private readonly budgets: readonly (readonly { readonly at: number; readonly value: number }[])[];
  private readonly room: Float64Array;
  /** Budgets that weigh a coordinate. */
  private readonly budgetsAt: readonly (readonly number[])[];

  constructor(builder: BlockBuilder, event: number, set: UncertaintySet) {
    this.builder = builder;
    this.event = event;
    this.width = set.upper.map((value, k) => value - set.lower[k]);
    this.budgets = budgetsOf(set);
    this.room = set.limit.map((value, b) => value - this.budgets[b].reduce((sum, each) => sum + each.value * set.lower[each.at], 0));
    const budgetsAt: number[][] = Array.from(this.width, () => []);
    this.budgets.forEach((budget, b) => {
      for (const { at } of budget) budgetsAt[at].push(b);
    });
    this.budgetsAt = budgetsAt;
  }

  /** least ≤ terms ≤ most for all outcomes. An equality holds identically: its constant is the value, its slopes are zero. */
  hold(terms: UncertainTerms, least: number, most: number, name: () => string): void {
    if (least === most) {
      this.plain(terms.constant, 1, least, most, name);
      terms.slopes.forEach((slope, k) => {
        if (this.width[k] > 0 && !slope.isNothing) this.plain(slope, 1, 0, 0, () => `${name()} along coordinate ${k}`);
      });
      return;
    }
    if (most < Number.POSITIVE_INFINITY) this.guard(terms, 1, most, name);
    if (least > Number.NEGATIVE_INFINITY) this.guard(terms, -1, -least, name);
  }

  /** Adds weight · max over all outcomes of the terms to the cost; the shift of their constant is left out. */
  pay(terms: UncertainTerms, weight: number, name: () => string): void {
    const { cost } = this.builder;
    terms.constant.columns.forEach((column, p) => void (cost[column] += weight * terms.constant.values[p]));
    if (weight === 0) return;
    const worst = this.worst(terms, 1, name);
    worst.terms.columns.forEach((column, p) => void (cost[column] += weight * worst.terms.values[p]));
    this.guards.push({ event: this.event, row: undefined, coordinateRows: worst.coordinateRows });
  }

  /** sign·terms ≤ most */
  private guard(terms: UncertainTerms, sign: number, most: number, name: () => string): void {
    const row = this.plain(terms.constant, sign, Number.NEGATIVE_INFINITY, most, name);
    const worst = this.worst(terms, sign, name);
    worst.terms.columns.forEach((column, p) => void this.builder.entry(row, column, worst.terms.values[p]));
    this.guards.push({ event: this.event, row, coordinateRows: worst.coordinateRows });
  }

  /** widthᵀβ + roomᵀπ, an upper limit of the slopes' part over the set, with the rows that make it one. */
  private worst(
    { slopes }: UncertainTerms,
    sign: number,
    name: () => string,
  ): { readonly terms: Terms; readonly coordinateRows: Map<number, number> } {
    const terms = new Terms();
    const { coordinates, budgets } = this.concerned(slopes);
    const coordinateRows = new Map<number, number>();
    for (const k of coordinates) {
      const beta = this.builder.column(0, Number.POSITIVE_INFINITY, () => `price of coordinate ${k} in ${name()}`);
      const row = this.plain(slopes[k], -sign, 0, Number.POSITIVE_INFINITY, () => `${name()} against coordinate ${k}`);
      this.builder.entry(row, beta, 1);
      terms.add(beta, this.width[k]);
      coordinateRows.set(k, row);
    }
    for (const b of budgets) {
      const pi = this.builder.column(0, Number.POSITIVE_INFINITY, () => `price of budget ${b} in ${name()}`);
      terms.add(pi, this.room[b]);
      for (const { at, value } of this.budgets[b]) {
        const row = coordinateRows.get(at);
        if (row !== undefined) this.builder.entry(row, pi, value);
      }
    }
    return { terms, coordinateRows };
  }

  /** Coordinates with width that slopes have, or that are tied to them by budgets, and these budgets; both rising. */
  private concerned(slopes: readonly Terms[]): { readonly coordinates: number[]; readonly budgets: number[] } {
    const coordinates = new Set<number>();
    const budgets = new Set<number>();
    const open = [...slopes.keys()].filter((k) => !slopes[k].isNothing);
    for (let k = open.pop(); k !== undefined; k = open.pop()) {
      if (this.width[k] === 0 || coordinates.has(k)) continue;
      coordinates.add(k);
      for (const b of this.budgetsAt[k]) {
        if (budgets.has(b)) continue;
        budgets.add(b);
        for (const { at } of this.budgets[b]) open.push(at);
      }
    }
    const rising = (set: Set<number>): number[] => [...set].sort((a, b) => a - b);
    return { coordinates: rising(coordinates), budgets: rising(budgets) };
  }

  /** least ≤ sign·terms ≤ most, as a row. */
  private plain(terms: Terms, sign: number, least: number, most: number, name: () => string): number {
    const row = this.builder.row(least - sign * terms.shift, most - sign * terms.shift, name);
    terms.columns.forEach((column, p) => void this.builder.entry(row, column, sign * terms.values[p]));
    return row;
  }
}
