import { type Affine, mul, sum, type Variable } from '../../problem/affine.ts';
import { Model } from '../../problem/model.ts';
import { pressureOf, type TwoStage } from '../../problem/two-stage.ts';
import type { ReadySolver, Solution } from '../../solvers/contract.ts';
import { outcomeAt, type UncertaintySet } from '../../uncertainty/uncertainty-set.ts';
import { within } from '../within.ts';
import type { MultiplierBounds } from './multipliers.ts';

/**
 * The recourse by its dual, for one first decision and a set of outcomes, still without the outcome:
 *
 *   max_π  πᵀ(r − T·x − (M + D(x))·offset) + zᵀ(bounds of y),     Wᵀπ + z = q,     worth = −Aᵀ(M + D(x))ᵀπ
 *
 * `worth` says what a unit of each coordinate of the set earns; who searches the worst outcome adds the largest of worthᵀv.
 */
export class DualRecourse {
  readonly model = new Model();
  /** Whether all bounds of multipliers are proven. */
  proven = true;
  readonly set: UncertaintySet;
  /** What a unit of each coordinate earns at the multipliers. */
  readonly worth: readonly Affine[];
  /** The most that the worth of each coordinate can be, either way. */
  readonly strength: readonly number[];

  constructor(problem: TwoStage, set: UncertaintySet, bounds: MultiplierBounds, x: Float64Array, assumed: number) {
    const { model } = this;
    const { rowLower, rowUpper } = problem;
    const pull = pullOf(problem, set, x);
    const touched = new Set(pull.flatMap((column) => column.map(({ row }) => row)));

    // π = plus − minus: what the lower and the upper side of a row are worth
    const dual: Affine[] = [];
    const reach = new Float64Array(rowLower.length);
    const base = pressureOf(problem, x, set.offset);
    for (let i = 0; i < rowLower.length; i++) {
      const [low, high] = touched.has(i) ? bounds.of(i) : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
      const upper = this.side(`π+ ${i}`, rowLower[i], high, touched.has(i) ? assumed : Number.POSITIVE_INFINITY);
      const lower = this.side(`π- ${i}`, rowUpper[i], -low, touched.has(i) ? assumed : Number.POSITIVE_INFINITY);
      const parts = [upper && mul(1, upper.variable), lower && mul(-1, lower.variable)].filter((part) => part !== undefined);
      dual.push(sum(...parts));
      reach[i] = Math.max(upper?.most ?? 0, lower?.most ?? 0);
      if (upper) model.cost(mul(-(rowLower[i] - base[i]), upper.variable));
      if (lower) model.cost(mul(rowUpper[i] - base[i], lower.variable));
    }
    this.stationarity(problem, dual);
    this.worth = pull.map((column) => sum(...column.map(({ row, value }) => mul(-value, dual[row]))));
    this.set = set;
    this.strength = pull.map((column) => column.reduce((most, { row, value }) => most + Math.abs(value) * reach[row], 0));
  }

  /**
   * The outcome, as the corner of the set that is best for the multipliers found: a search with binaries is only good to its own
   * tolerance, and an outcome a little outside of the set may ask for what nobody has to answer.
   */
  outcome(solution: Solution, solver: ReadySolver): Float64Array {
    const reading = this.model.read(solution);
    const { model, v } = within(this.set);
    model.cost(sum(...this.worth.map((expression, j) => mul(-reading.value(expression), v(j)))));
    return outcomeAt(this.set, model.read(solver.solve(model.build())).values(v));
  }

  /** One side of a row that exists, with the most that its multiplier can be. */
  private side(name: string, limit: number, proven: number, assumed: number): { variable: Variable; most: number } | undefined {
    if (!Number.isFinite(limit)) return undefined;
    const isProven = proven < Number.POSITIVE_INFINITY;
    const most = Math.max(0, isProven ? proven : assumed);
    const variable = this.model.variable(name, { lower: 0, upper: most });
    if (!isProven && assumed < Number.POSITIVE_INFINITY) this.proven = false;
    return { variable, most };
  }

  /** Wᵀπ + z = q, with z where y has a bound to be pressed against. */
  private stationarity({ cost, lower, upper, onRecourse }: TwoStage, dual: readonly Affine[]): void {
    const { model } = this;
    for (let j = 0; j < cost.length; j++) {
      const parts: Affine[] = [];
      for (let p = onRecourse.colStart[j]; p < onRecourse.colStart[j + 1]; p++)
        parts.push(mul(onRecourse.values[p], dual[onRecourse.rowIndex[p]]));
      if (Number.isFinite(lower[j])) {
        const z = model.variable(`z+ ${j}`, { lower: 0 });
        parts.push(mul(1, z));
        model.cost(mul(-lower[j], z));
      }
      if (Number.isFinite(upper[j])) {
        const z = model.variable(`z- ${j}`, { lower: 0 });
        parts.push(mul(-1, z));
        model.cost(mul(upper[j], z));
      }
      model.equal(`stationarity ${j}`, sum(...parts), cost[j]);
    }
  }
}

/** One entry of (M + D(x))·A. */
interface Pull {
  readonly row: number;
  readonly value: number;
}

/** (M + D(x))·A by columns: how coordinates of the set press on rows of the recourse. */
function pullOf({ onSymbols, products }: TwoStage, { map }: UncertaintySet, x: Float64Array): Pull[][] {
  const bySymbol: Map<number, number>[] = Array.from({ length: onSymbols.cols_count }, () => new Map());
  for (let j = 0; j < onSymbols.cols_count; j++) {
    for (let p = onSymbols.colStart[j]; p < onSymbols.colStart[j + 1]; p++) bySymbol[j].set(onSymbols.rowIndex[p], onSymbols.values[p]);
  }
  for (const { row, first, symbol, value } of products) bySymbol[symbol].set(row, (bySymbol[symbol].get(row) ?? 0) + value * x[first]);
  return Array.from({ length: map.cols_count }, (_, k) => {
    const column = new Map<number, number>();
    for (let p = map.colStart[k]; p < map.colStart[k + 1]; p++) {
      for (const [row, value] of bySymbol[map.rowIndex[p]]) column.set(row, (column.get(row) ?? 0) + value * map.values[p]);
    }
    return [...column].flatMap(([row, value]) => (value === 0 ? [] : [{ row, value }]));
  });
}
