/**
 * What a plain law can inject over a whole horizon, p ∈ ℝᵀ, asked by directions: a price signal λ ∈ ℝᵀ is answered with the trajectory
 * that maximises λᵀp. Reactive power binds nothing from step to step and is left to the regions of single steps.
 *
 *   p = p₀ + u − v,  0 ≤ u, v,  p_low ≤ p ≤ p_high
 *   x⁺ = φ·x + γ·(rise·u − fall·v + d + w)       x ≥ lower, x ≤ upper
 *
 * With losses (rise < fall, as of a battery) what a battery can do is not convex: of two plans that it can keep, the mean loses less
 * energy and may overfill it. *Safe* answers therefore come from a convex set inside: the lower limit is held by x, the upper one by
 * y⁺ = φ·y + γ·(m·(u − v) + d + w) with m = −√(rise·fall), never below the true energy because h is concave. Every mean of safe
 * answers can be kept. *Bold* answers hold both limits by x and may burn energy: what they reach is never less than the exact set, so
 * that they judge the others.
 *
 * @cost one linear program with up to five columns per step for each answer
 * @source relaxation by simultaneous charging as in Almassalkhi, Hiskens, IEEE Trans. Power Syst. 30 (2015); the linear over-estimate
 *   of energy is the supergradient of h at p₀
 */
import { CombinationError, NumericalError } from '../base/errors.ts';
import { SparseBuilder, type SparseMatrix } from '../linalg/sparse.ts';
import type { Declaration } from '../problem/declare.ts';
import type { Program } from '../problem/program.ts';
import type { ReadySolver, Solution } from '../solvers/contract.ts';
import { NotPlain, type PlainLaw, plainLaw, type StoreLaw } from './law.ts';
import { noPlan } from './no-plan.ts';
import { activeRange } from './shape.ts';

export interface HorizonMember {
  readonly id: string;
  readonly steps_count: number;
  readonly dt_h: number;
  /** The trajectory of power with the largest λᵀp, kW per step. @param prices (steps) */
  answer(prices: Float64Array, manner: 'safe' | 'bold'): Float64Array;
  /** The program of bold answers: columns 3·t and 3·t + 1 are u and v; p = base + u − v. */
  readonly program: Program;
  readonly base_kW: Float64Array;
}

/**
 * @throws {CombinationError} FLEXIBILITY_LAW when the law has no closed form
 * @throws {InputError} FLEXIBILITY_NO_PLAN when no plan keeps it
 */
export function horizonMember(id: string, declared: Declaration, solver: ReadySolver): HorizonMember {
  const law = plainLaw(declared);
  if (law instanceof NotPlain) {
    throw new CombinationError({
      code: 'FLEXIBILITY_LAW',
      message: `"${id}" has no closed form over the horizon: ${law.because}`,
      where: id,
      hint: 'Leave it out of the comparison of aggregates over time.',
    });
  }
  const base_kW = Float64Array.from({ length: declared.steps_count }, (_, t) => baseOf(law, t));
  const bold = programOf(id, law, false);
  const safe = isLossy(law.memory) ? programOf(id, law, true) : bold;
  const ask = { bold: solverOf(solver, bold), safe: solverOf(solver, safe) };
  return {
    id,
    steps_count: declared.steps_count,
    dt_h: declared.dt_h,
    program: bold,
    base_kW,
    answer(prices, manner) {
      const cost = new Float64Array((manner === 'safe' ? safe : bold).cost.length);
      prices.forEach((price, t) => {
        cost[3 * t] = -price;
        cost[3 * t + 1] = price;
      });
      const { x } = usable(ask[manner](cost), id);
      return base_kW.map((base, t) => base + x[3 * t] - x[3 * t + 1]);
    },
  };
}

const TIGHT = { tolerance_frac: 1e-9 };

/** Solves a program for changing costs. */
export function solverOf(solver: ReadySolver, program: Program): (cost: Float64Array) => Solution {
  const sequence = solver.sequence?.(program);
  return sequence ? (cost) => sequence.solve({ cost }, TIGHT) : (cost) => solver.solve({ ...program, cost }, TIGHT);
}

/** @throws {InputError | NumericalError} when there is no answer */
export function usable(solution: Solution, id: string): Solution {
  if (solution.status === 'infeasible') throw noPlan(id, 0);
  if (solution.status !== 'optimal' && solution.status !== 'almost-optimal') {
    throw new NumericalError({
      code: 'ORACLE_FAILED',
      message: `The answer of "${id}" to prices could not be computed: status ${solution.status}`,
      where: id,
      hint: 'Look for parameters of very different size.',
    });
  }
  return solution;
}

const isLossy = (memory: PlainLaw['memory']): memory is StoreLaw =>
  memory?.kind === 'store' && memory.rise.some((rise, t) => Math.abs(rise - memory.fall[t]) > 1e-12);

/** Where u and v are zero: p₀ of a store, else zero. */
const baseOf = ({ memory }: PlainLaw, t: number): number => (memory?.kind === 'store' ? memory.base_kW[t] : 0);

function programOf(id: string, law: PlainLaw, safe: boolean): Program {
  const nT = law.steps.length;
  const { memory } = law;
  const store = memory?.kind === 'store' ? memory : undefined;
  const n = 3 * nT + (store ? nT : 0) + (safe ? nT : 0);
  const lower = new Float64Array(n);
  const upper = new Float64Array(n);
  const rows = new SparseBuilder();
  const rowLower: number[] = [];
  const rowUpper: number[] = [];
  const row = (low: number, high: number, ...terms: readonly (readonly [column: number, value: number])[]): void => {
    for (const [column, value] of terms) if (value !== 0) rows.add(rowLower.length, column, value);
    rowLower.push(low);
    rowUpper.push(high);
  };
  for (let t = 0; t < nT; t++) {
    const [u, v, d, x, y] = [3 * t, 3 * t + 1, 3 * t + 2, 3 * nT + t, 4 * nT + t];
    const limits = law.steps[t];
    const range = activeRange(limits.halfPlanes, limits.s_max_kVA, limits.p_low_kW, limits.p_high_kW);
    if (!range) throw noPlan(id, t);
    const [low, high] = [range.p_min_kW - baseOf(law, t), range.p_max_kW - baseOf(law, t)];
    upper[u] = Math.max(0, high);
    upper[v] = Math.max(0, -low);
    row(low, high, [u, 1], [v, -1]);
    if (high > 0 && low < 0) row(Number.NEGATIVE_INFINITY, 1, [u, 1 / high], [v, -1 / low]);
    if (store) {
      const { keep, gain, drift, rise, fall } = store;
      lower[d] = store.freeLow[t];
      upper[d] = store.freeHigh[t];
      lower[x] = store.lower[t];
      upper[x] = safe ? Number.POSITIVE_INFINITY : store.upper[t];
      const before = t > 0 ? 0 : keep[0] * store.start;
      const right = gain[t] * drift[t] + before;
      row(right, right, [x, 1], [x - 1, t > 0 ? -keep[t] : 0], [u, -gain[t] * rise[t]], [v, gain[t] * fall[t]], [d, -gain[t]]);
      if (safe) {
        const mean = Math.sign(rise[t] + fall[t]) * Math.sqrt(rise[t] * fall[t]);
        lower[y] = Number.NEGATIVE_INFINITY;
        upper[y] = store.upper[t];
        row(right, right, [y, 1], [y - 1, t > 0 ? -keep[t] : 0], [u, -gain[t] * mean], [v, gain[t] * mean], [d, -gain[t]]);
      }
    }
    if (memory?.kind === 'ramp') {
      const { slope, offset, up, down, before } = memory;
      if (t === 0 && before !== undefined) row(before - offset[0] - down, before - offset[0] + up, [u, slope[0]], [v, -slope[0]]);
      if (t > 0) {
        const change = offset[t] - offset[t - 1];
        row(-down - change, up - change, [u, slope[t]], [v, -slope[t]], [u - 3, -slope[t - 1]], [v - 3, slope[t - 1]]);
      }
    }
  }
  return {
    cost: new Float64Array(n),
    offset: 0,
    lower,
    upper,
    rows: rows.build(rowLower.length, n),
    rowLower: Float64Array.from(rowLower),
    rowUpper: Float64Array.from(rowUpper),
    columnName: (j) => `${id} column ${j}`,
    rowName: (i) => `${id} row ${i}`,
  };
}

/** Smallest Σ|Σ_i p_i − command|·dt over all plans of the members, kWh: how much of a command cannot be delivered at best. */
export function shortfallOf(members: readonly HorizonMember[], command: Float64Array, solver: ReadySolver): number {
  const nT = command.length;
  const rows = new SparseBuilder();
  const parts = { lower: [] as number[], upper: [] as number[], rowLower: [] as number[], rowUpper: [] as number[] };
  const missing = Float64Array.from(command);
  const firsts: number[] = [];
  for (const { program, base_kW } of members) {
    const first = parts.lower.length;
    firsts.push(first);
    addBelow(rows, program.rows, parts.rowLower.length, first);
    parts.lower.push(...program.lower);
    parts.upper.push(...program.upper);
    parts.rowLower.push(...program.rowLower);
    parts.rowUpper.push(...program.rowUpper);
    for (let t = 0; t < nT; t++) missing[t] -= base_kW[t];
  }
  const miss = parts.lower.length;
  for (let t = 0; t < nT; t++) {
    const row = parts.rowLower.length;
    for (const first of firsts) {
      rows.add(row, first + 3 * t, 1);
      rows.add(row, first + 3 * t + 1, -1);
    }
    rows.add(row, miss + 2 * t, 1);
    rows.add(row, miss + 2 * t + 1, -1);
    parts.lower.push(0, 0);
    parts.upper.push(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
    parts.rowLower.push(missing[t]);
    parts.rowUpper.push(missing[t]);
  }
  const n = parts.lower.length;
  const cost = new Float64Array(n).fill(1, miss);
  const solution = usable(
    solver.solve(
      {
        cost,
        offset: 0,
        lower: Float64Array.from(parts.lower),
        upper: Float64Array.from(parts.upper),
        rows: rows.build(parts.rowLower.length, n),
        rowLower: Float64Array.from(parts.rowLower),
        rowUpper: Float64Array.from(parts.rowUpper),
        columnName: (j) => `column ${j}`,
        rowName: (i) => `row ${i}`,
      },
      TIGHT,
    ),
    'cluster',
  );
  return Math.max(0, solution.objective) * members[0].dt_h;
}

function addBelow(rows: SparseBuilder, matrix: SparseMatrix, row: number, column: number): void {
  for (let j = 0; j < matrix.cols_count; j++) {
    for (let k = matrix.colStart[j]; k < matrix.colStart[j + 1]; k++) rows.add(row + matrix.rowIndex[k], column + j, matrix.values[k]);
  }
}
