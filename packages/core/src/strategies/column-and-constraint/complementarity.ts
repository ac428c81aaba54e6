import { multiplyInto } from '../../linalg/sparse.ts';
import { type Affine, mul, sum, type Variable } from '../../problem/affine.ts';
import { Model } from '../../problem/model.ts';
import type { TwoStage } from '../../problem/two-stage.ts';
import type { ReadySolver, Solution } from '../../solvers/contract.ts';
import { budgetsOf, outcomeAt, type UncertaintySet } from '../../uncertainty/uncertainty-set.ts';
import { react } from '../recourse.ts';
import type { Adversary } from './adversary.ts';
import { MultiplierBounds } from './multipliers.ts';
import { within } from './within.ts';

/**
 * The worst outcome of a polyhedron by one mixed-integer programme, whatever its corners look like. With the recourse by its dual,
 *
 *   max_{u ∈ U} max_π  πᵀ(r − T·x) + zᵀ(bounds of y) − πᵀ(M + D(x))·u,        Wᵀπ + z = q
 *
 * π multiplies u. For a given π the best u solves a linear programme over the set, c_vᵀv with c_v = −Aᵀ(M + D(x))ᵀπ, and that one is
 * replaced by its own optimality conditions, whose products are complementary:
 *
 *   max_v c_vᵀv = limitᵀλ + upperᵀμ − lowerᵀν,     Fᵀλ + μ − ν = c_v,
 *   λ_i > 0 only where a budget is active, μ_j and ν_j only where v_j is at its bound:  one binary each.
 *
 * So there are as many binaries as sides of the set, however large the recourse is. They need bounds: of slacks from the set, of λ, μ, ν
 * from those of π (`MultiplierBounds`). Where π has none, one is assumed, widened while it bites, and the answer is not called exact.
 * @source Zeng, Zhao, Solving two-stage robust optimization problems using a column-and-constraint generation method, OR Letters 41 (2013),
 * section 3.2, with the conditions of the outcome's programme instead of those of the recourse
 */
export function complementarityAdversary(problem: TwoStage, set: UncertaintySet, solver: ReadySolver): Adversary {
  const bounds = new MultiplierBounds(problem, solver);
  const most = 1e3 * firstGuess(problem);
  return {
    worst(x) {
      let assumed = firstGuess(problem);
      for (;;) {
        const search = new Search(problem, set, bounds, x, assumed);
        const solution = solver.solve(search.model.build());
        if (solution.status !== 'optimal' && solution.status !== 'almost-optimal') return undefined;
        const u = search.outcome(solution, solver);
        const found = -solution.objective;
        if (search.proven) return { u, cost: found, exact: true };
        // what was assumed bites when the recourse costs more than multipliers within it can show
        const cost = react(problem, solver, x, u)?.objective ?? Number.POSITIVE_INFINITY;
        const bites = cost > found + 1e-6 * Math.max(1, Math.abs(found));
        if (!bites || cost === Number.POSITIVE_INFINITY || assumed > most) return { u, cost, exact: false };
        assumed *= 10;
      }
    },
  };
}

const firstGuess = ({ cost }: TwoStage): number => 10 * cost.reduce((most, q) => Math.max(most, Math.abs(q)), 1);

class Search {
  readonly model = new Model();
  /** Whether all bounds of multipliers are proven. */
  proven = true;
  private readonly set: UncertaintySet;
  /** What a unit of each coordinate earns at the multipliers. */
  private readonly worth: readonly Affine[];

  constructor(problem: TwoStage, set: UncertaintySet, bounds: MultiplierBounds, x: Float64Array, assumed: number) {
    const { model } = this;
    const { rowLower, rowUpper } = problem;
    const pull = pullOf(problem, set, x);
    const touched = new Set(pull.flatMap((column) => column.map(({ row }) => row)));

    // π = plus − minus: what the lower and the upper side of a row are worth
    const dual: Affine[] = [];
    const reach = new Float64Array(rowLower.length);
    const base = baseOf(problem, set, x);
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
    this.conditions(set, pull, reach);
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

  /** The outcome and the conditions that make it the best for π; adds −(limitᵀλ + upperᵀμ − lowerᵀν) to the cost. */
  private conditions(set: UncertaintySet, pull: readonly Pull[][], reach: Float64Array): void {
    const { model } = this;
    const { lower, upper, rows, limit } = set;
    const v = [...lower.keys()].map((j) => model.variable(`v ${j}`, { lower: lower[j], upper: upper[j] }));
    const strength = pull.map((column) => column.reduce((most, { row, value }) => most + Math.abs(value) * reach[row], 0));
    const budgets = budgetsOf(set);
    const lambdaMost = budgets.map(
      (row) => budgets.length * row.reduce((most, { at, value }) => Math.max(most, strength[at] / Math.abs(value)), 0),
    );
    const lambda = budgets.map((row, i) => {
      const least = row.reduce((total, { at, value }) => total + Math.min(value * lower[at], value * upper[at]), 0);
      const variable = model.variable(`λ ${i}`, { lower: 0, upper: lambdaMost[i] });
      this.complementary(
        `budget ${i}`,
        variable,
        lambdaMost[i],
        sum(limit[i], ...row.map(({ at, value }) => mul(-value, v[at]))),
        limit[i] - least,
      );
      model.cost(mul(-limit[i], variable));
      return variable;
    });
    for (let j = 0; j < v.length; j++) {
      const parts: Affine[] = [this.worth[j]];
      let most = strength[j];
      for (let p = rows.colStart[j]; p < rows.colStart[j + 1]; p++) {
        parts.push(mul(-rows.values[p], lambda[rows.rowIndex[p]]));
        most += Math.abs(rows.values[p]) * lambdaMost[rows.rowIndex[p]];
      }
      const width = upper[j] - lower[j];
      const mu = model.variable(`μ ${j}`, { lower: 0, upper: most });
      const nu = model.variable(`ν ${j}`, { lower: 0, upper: most });
      if (width > 0) {
        this.complementary(`top ${j}`, mu, most, sum(upper[j], mul(-1, v[j])), width);
        this.complementary(`bottom ${j}`, nu, most, sum(v[j], -lower[j]), width);
      }
      model.equal(`outcome ${j}`, sum(...parts, mul(-1, mu), nu), 0);
      model.cost(sum(mul(-upper[j], mu), mul(lower[j], nu)));
    }
  }

  /** multiplier ≤ most·on,  slack ≤ width·(1 − on) */
  private complementary(name: string, multiplier: Variable, most: number, slack: Affine, width: number): void {
    const on = this.model.variable(`on ${name}`, { lower: 0, upper: 1, whole: true });
    this.model.atMost(`${name} multiplier`, multiplier, mul(most, on));
    this.model.atMost(`${name} slack`, sum(slack, mul(width, on)), width);
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

/** T·x + (M + D(x))·offset: what presses on the rows before the set's coordinates move. */
function baseOf({ onFirst, onSymbols, products, rowLower }: TwoStage, { offset }: UncertaintySet, x: Float64Array): Float64Array {
  const base = new Float64Array(rowLower.length);
  multiplyInto(onFirst, x, base);
  multiplyInto(onSymbols, offset, base, 1, 1);
  for (const { row, first, symbol, value } of products) base[row] += value * x[first] * offset[symbol];
  return base;
}
