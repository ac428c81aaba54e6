import type { NonlinearProgram, Places } from '../../solvers/nonlinear/program.ts';
import { PlaceList } from '../ac/place-list.ts';
import type { TrackingProblem } from './tracking-problem.ts';

/** Voltages that the equations are still looked at for. */
const V_RANGE_PU = [0.3, 2] as const;
/** A limit given way by less is kept. */
const KEPT = 1e-6;
const NAMED_MAX_COUNT = 8;

/**
 * By how much the limits of the wires must give way so that any set-points will do:
 *
 *   min Σ_b (l_b + h_b) + Σ_l e_l   subject to the equations and regions of `TrackingProblem`, without its aim,
 *   v_b + l_b ≥ v_min,   v_b − h_b ≤ v_max,   |S_end|²/s² − 2·e_l ≤ 1 (or |v|²) at both ends of a rated branch,   l, h, e ≥ 0
 *
 * Above zero no set-points near these keep all limits, and the limits that give way are the ones to look at.
 * @unit per unit; e relative to the rating
 */
export class ReliefProblem implements NonlinearProgram {
  readonly variables_count: number;
  readonly equalities_count: number;
  readonly inequalities_count: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly rangeLower: Float64Array;
  readonly rangeUpper: Float64Array;
  readonly equalityPlaces: Places;
  readonly inequalityPlaces: Places;
  readonly hessianPlaces: Places;
  private readonly inner: TrackingProblem;
  /** Live buses with limits of their own. */
  private readonly buses: readonly number[];
  private readonly ratings: Float64Array;
  private readonly low: number;
  private readonly high: number;
  private readonly excess: number;
  private readonly firstRow: number;
  private readonly jh_count: number;

  /** @param inner - its aim plays no part; one without a command has no variables of its own */
  constructor(inner: TrackingProblem) {
    const { layout, model } = inner.wires;
    this.inner = inner;
    this.buses = [...model.busOf.keys()].filter((b) => Number.isNaN(model.reference[b]));
    this.ratings = Float64Array.from(layout.rated, ({ s_max_pu }) => s_max_pu);
    this.low = inner.variables_count;
    this.high = this.low + this.buses.length;
    this.excess = this.high + this.buses.length;
    this.firstRow = inner.inequalities_count;
    this.jh_count = inner.inequalityPlaces.row.length;
    this.variables_count = this.excess + this.ratings.length;
    this.equalities_count = inner.equalities_count;
    this.inequalities_count = this.firstRow + 2 * this.buses.length;
    this.lower = new Float64Array(this.variables_count);
    this.upper = new Float64Array(this.variables_count).fill(Number.POSITIVE_INFINITY);
    this.lower.set(inner.lower);
    this.upper.set(inner.upper);
    this.rangeLower = new Float64Array(this.inequalities_count).fill(Number.NEGATIVE_INFINITY);
    this.rangeUpper = new Float64Array(this.inequalities_count).fill(Number.POSITIVE_INFINITY);
    this.rangeLower.set(inner.rangeLower);
    this.rangeUpper.set(inner.rangeUpper);
    const h = new PlaceList();
    h.addAll(inner.inequalityPlaces, 0);
    layout.rated.forEach((_, l) => {
      h.add(2 * l, this.excess + l);
      h.add(2 * l + 1, this.excess + l);
    });
    this.buses.forEach((b, k) => {
      [this.lower[layout.v + b], this.upper[layout.v + b]] = V_RANGE_PU;
      this.rangeLower[this.firstRow + 2 * k] = model.v_min_pu[b];
      this.rangeUpper[this.firstRow + 2 * k + 1] = model.v_max_pu[b];
      h.add(this.firstRow + 2 * k, layout.v + b, this.low + k);
      h.add(this.firstRow + 2 * k + 1, layout.v + b, this.high + k);
    });
    this.equalityPlaces = inner.equalityPlaces;
    this.inequalityPlaces = h.places();
    this.hessianPlaces = inner.hessianPlaces;
  }

  functionsInto(x: Float64Array, g: Float64Array, h: Float64Array): number {
    const { inner, buses, ratings, low, high, excess, firstRow } = this;
    const { v } = inner.wires.layout;
    inner.functionsInto(x, g, h);
    let sum = 0;
    for (let l = 0; l < ratings.length; l++) {
      const room = 2 * ratings[l] * ratings[l] * x[excess + l];
      h[2 * l] -= room;
      h[2 * l + 1] -= room;
      sum += x[excess + l];
    }
    for (let k = 0; k < buses.length; k++) {
      h[firstRow + 2 * k] = x[v + buses[k]] + x[low + k];
      h[firstRow + 2 * k + 1] = x[v + buses[k]] - x[high + k];
      sum += x[low + k] + x[high + k];
    }
    return sum;
  }

  derivativesInto(x: Float64Array, gradient: Float64Array, jg: Float64Array, jh: Float64Array): void {
    const { inner, ratings, low, jh_count, buses } = this;
    inner.derivativesInto(x, gradient, jg, jh.subarray(0, jh_count));
    gradient.fill(0, 0, low);
    gradient.fill(1, low);
    let at = jh_count;
    for (let l = 0; l < ratings.length; l++) {
      jh[at++] = -2 * ratings[l] * ratings[l];
      jh[at++] = -2 * ratings[l] * ratings[l];
    }
    for (let k = 0; k < buses.length; k++) {
      jh[at++] = 1;
      jh[at++] = 1;
      jh[at++] = 1;
      jh[at++] = -1;
    }
  }

  hessianInto(x: Float64Array, factor: number, y: Float64Array, lambda: Float64Array, values: Float64Array): void {
    this.inner.hessianInto(x, factor, y, lambda, values);
  }

  equalityName(i: number): string {
    return this.inner.equalityName(i);
  }

  inequalityName(i: number): string {
    if (i < this.firstRow) return this.inner.inequalityName(i);
    const k = i - this.firstRow;
    return `${k % 2 === 0 ? 'lower' : 'upper'} voltage limit of bus ${this.busName(this.buses[k >> 1])}`;
  }

  /** The limits that give way at x, furthest first. */
  given(x: Float64Array): string[] {
    const { buses, low, high, excess, inner } = this;
    const found: { readonly by: number; readonly text: string }[] = [];
    const add = (by: number, limit: string, how: string): void => {
      if (by > KEPT) found.push({ by, text: `${limit}, ${how}` });
    };
    buses.forEach((b, k) => {
      const [under, over] = [x[low + k], x[high + k]];
      add(under, `lower voltage limit of bus ${this.busName(b)}`, `missed by ${under.toPrecision(3)} pu`);
      add(over, `upper voltage limit of bus ${this.busName(b)}`, `exceeded by ${over.toPrecision(3)} pu`);
    });
    inner.wires.layout.rated.forEach(({ branch }, l) => {
      const over = Math.sqrt(1 + 2 * Math.max(0, x[excess + l])) - 1;
      add(over, `rating of branch ${branch.id}`, `exceeded by ${(100 * over).toPrecision(3)} %`);
    });
    return found
      .sort((a, b) => b.by - a.by)
      .slice(0, NAMED_MAX_COUNT)
      .map(({ text }) => text);
  }

  private busName(b: number): string {
    const { model } = this.inner.wires;
    return model.case.network.buses[model.busOf[b]].id;
  }
}
