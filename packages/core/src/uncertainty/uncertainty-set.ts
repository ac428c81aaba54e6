import { InputError } from '../base/errors.ts';
import { fromTriplets, multiplyInto, SparseBuilder, type SparseMatrix } from '../linalg/sparse.ts';

/**
 * What may happen, without saying how likely: the bounded polyhedron
 *
 *   { u = offset + A·v :  lower ≤ v ≤ upper,  F·v ≤ limit }
 *
 * Coordinates v are the set's own; a box has v = u, a set with a count of deviations has v = how far each symbol deviates.
 * @shape offset (s), A s × n, lower, upper (n) finite, F m × n, limit (m)
 */
export interface UncertaintySet {
  readonly offset: Float64Array;
  readonly map: SparseMatrix;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly rows: SparseMatrix;
  readonly limit: Float64Array;
}

/** A row that ties coordinates together: least ≤ Σ weights_k·v_{at_k} ≤ most. */
export interface Budget {
  readonly at: readonly number[];
  readonly weights: readonly number[];
  readonly least?: number;
  readonly most?: number;
}

/**
 * Every symbol between its own bounds, with budgets on weighted sums: μ_l ≤ Σ u/Σ û ≤ μ_u has weights 1/Σ û.
 * @throws {InputError} SET_EMPTY, SET_UNBOUNDED, where bounds cross or are not finite, or no v could keep a budget
 */
export function boxSet(lower: ArrayLike<number>, upper: ArrayLike<number>, budgets: readonly Budget[] = []): UncertaintySet {
  const size = lower.length;
  const places = Array.from({ length: size }, (_, j) => j);
  return setOf(
    new Float64Array(size),
    fromTriplets(size, size, places, places, new Float64Array(size).fill(1)),
    Float64Array.from(lower),
    Float64Array.from(upper),
    budgets,
  );
}

/**
 * The forecast with deviations: u = forecast + deviation∘v, 0 ≤ v ≤ 1, and of the symbols in each group together at most
 * `deviations_max_count` full ones. A deviation points to the side that is feared; its sign says which.
 * @source Bertsimas, Sim, The price of robustness, Operations Research 52(1) (2004), section 2
 */
export function deviationSet(
  forecast: ArrayLike<number>,
  deviation: ArrayLike<number>,
  groups: readonly { readonly at: readonly number[]; readonly deviations_max_count: number }[] = [],
): UncertaintySet {
  const size = forecast.length;
  const places = Array.from({ length: size }, (_, j) => j);
  const budgets = groups.map(({ at, deviations_max_count }) => ({ at, weights: at.map(() => 1), most: deviations_max_count }));
  const map = fromTriplets(size, size, places, places, deviation);
  return setOf(Float64Array.from(forecast), map, new Float64Array(size), new Float64Array(size).fill(1), budgets);
}

/**
 * Deviations to both sides: forecast_j − down_j ≤ u_j ≤ forecast_j + up_j, and of the symbols in each group together at most
 * `deviations_max_count` full ones, whichever side they take.
 *
 *   u = forecast + up∘v⁺ − down∘v⁻,   0 ≤ v⁺, v⁻ ≤ 1,   Σ_{j in group} (v⁺_j + v⁻_j) ≤ count
 *
 * Coordinates are v⁺, then v⁻. Corners are whole where counts are.
 */
export function twoSidedDeviationSet(
  forecast: ArrayLike<number>,
  down: ArrayLike<number>,
  up: ArrayLike<number>,
  groups: readonly { readonly at: readonly number[]; readonly deviations_max_count: number }[] = [],
): UncertaintySet {
  const size = forecast.length;
  const places = Array.from({ length: size }, (_, j) => j);
  const values = [...Array.from(up), ...Array.from(down, (value) => -value)];
  const map = fromTriplets(size, 2 * size, [...places, ...places], [...values.keys()], values);
  const budgets = groups.map(({ at, deviations_max_count }) => ({
    at: [...at, ...at.map((j) => size + j)],
    weights: [...at, ...at].map(() => 1),
    most: deviations_max_count,
  }));
  return setOf(Float64Array.from(forecast), map, new Float64Array(2 * size), new Float64Array(2 * size).fill(1), budgets);
}

/**
 * Sets that do not know of each other: what one allows goes with everything another allows. Symbols stand in the order of the sets.
 */
export function productSet(sets: readonly UncertaintySet[]): UncertaintySet {
  const joined = (of: (set: UncertaintySet) => Float64Array): Float64Array => Float64Array.from(sets.flatMap((set) => [...of(set)]));
  const diagonal = (of: (set: UncertaintySet) => SparseMatrix): SparseMatrix => {
    const build = new SparseBuilder();
    let [row, column] = [0, 0];
    for (const set of sets) {
      build.place(of(set), row, column);
      row += of(set).rows_count;
      column += of(set).cols_count;
    }
    return build.build(row, column);
  };
  return {
    offset: joined(({ offset }) => offset),
    map: diagonal(({ map }) => map),
    lower: joined(({ lower }) => lower),
    upper: joined(({ upper }) => upper),
    rows: diagonal(({ rows }) => rows),
    limit: joined(({ limit }) => limit),
  };
}

/** The symbols at a point of a set. */
export function outcomeAt({ offset, map }: UncertaintySet, v: Float64Array): Float64Array {
  const u = Float64Array.from(offset);
  multiplyInto(map, v, u, 1, 1);
  return u;
}

/** The rows of a set: which coordinates a budget weighs. */
export function budgetsOf({ rows, limit }: UncertaintySet): { readonly at: number; readonly value: number }[][] {
  const budgets: { at: number; value: number }[][] = Array.from(limit, () => []);
  for (let j = 0; j < rows.cols_count; j++) {
    for (let p = rows.colStart[j]; p < rows.colStart[j + 1]; p++) {
      if (rows.values[p] !== 0) budgets[rows.rowIndex[p]].push({ at: j, value: rows.values[p] });
    }
  }
  return budgets;
}

/** Whether coordinates lie in a set, within a tolerance. */
export function holds({ lower, upper, rows, limit }: UncertaintySet, v: Float64Array, tolerance = 1e-9): boolean {
  if (v.some((value, j) => value < lower[j] - tolerance || value > upper[j] + tolerance)) return false;
  const sums = new Float64Array(limit.length);
  multiplyInto(rows, v, sums);
  return sums.every((value, i) => value <= limit[i] + tolerance * Math.max(1, Math.abs(limit[i])));
}

function setOf(
  offset: Float64Array,
  map: SparseMatrix,
  lower: Float64Array,
  upper: Float64Array,
  budgets: readonly Budget[],
): UncertaintySet {
  lower.forEach((value, j) => {
    if (!Number.isFinite(value) || !Number.isFinite(upper[j])) {
      refuse('SET_UNBOUNDED', `Symbol ${j} of an uncertainty set lies between ${value} and ${upper[j]}`, 'Give finite bounds.');
    }
    if (value > upper[j])
      refuse('SET_EMPTY', `Symbol ${j} of an uncertainty set has bounds ${value} and ${upper[j]}, which cross`, 'Swap them.');
  });
  const triplets = { row: [] as number[], col: [] as number[], value: [] as number[] };
  const limit: number[] = [];
  const add = (budget: Budget, sign: number, most: number): void => {
    budget.at.forEach((j, k) => {
      triplets.row.push(limit.length);
      triplets.col.push(j);
      triplets.value.push(sign * budget.weights[k]);
    });
    limit.push(sign * most);
  };
  budgets.forEach((budget, b) => {
    const { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY } = budget;
    const [low, high] = rangeOf(budget, lower, upper);
    if (!(least <= most && low <= most && least <= high)) {
      const message = `Budget ${b} of an uncertainty set asks for ${least} to ${most}, its symbols can reach ${low} to ${high}`;
      refuse('SET_EMPTY', message, 'Widen the budget, or the bounds of its symbols.');
    }
    if (most < high) add(budget, 1, most);
    if (least > low) add(budget, -1, least);
  });
  const rows = fromTriplets(limit.length, lower.length, triplets.row, triplets.col, triplets.value);
  return { offset, map, lower, upper, rows, limit: Float64Array.from(limit) };
}

function rangeOf({ at, weights }: Budget, lower: Float64Array, upper: Float64Array): [number, number] {
  let [low, high] = [0, 0];
  at.forEach((j, k) => {
    low += Math.min(weights[k] * lower[j], weights[k] * upper[j]);
    high += Math.max(weights[k] * lower[j], weights[k] * upper[j]);
  });
  return [low, high];
}

function refuse(code: string, message: string, hint: string): never {
  throw new InputError({ code, message, hint });
}
