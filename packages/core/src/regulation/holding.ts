import { rounded } from '../base/fixed-point.ts';
import type { Follower } from '../flexibility/follower.ts';
import type { PowerPoint } from '../flexibility/region.ts';
import type { Aggregation } from './contract.ts';

/**
 * What one agent owns in a cluster: one resource, or many of one owner. It stands on the owner's side; limits, states and vectors of
 * single resources stay in here.
 */
export class Holding {
  /** What each resource injected last. */
  readonly injections: PowerPoint[];
  private readonly followers: readonly Follower[];
  private readonly aggregation: Aggregation;
  /** Vectors of the resources, one after another, in values that a masked sum can hold. */
  private readonly vectors: Float64Array;
  private readonly total: Float64Array;
  private injected_kVA: PowerPoint = { p_kW: 0, q_kvar: 0 };
  /** The step that comes next. */
  private step = 0;
  private measured_step = -1;

  constructor(followers: readonly Follower[], aggregation: Aggregation) {
    this.followers = followers;
    this.aggregation = aggregation;
    this.vectors = new Float64Array(followers.length * aggregation.numbers_count);
    this.total = new Float64Array(aggregation.numbers_count);
    this.injections = followers.map(() => ({ p_kW: 0, q_kvar: 0 }));
  }

  /** Sum of the resources' vectors on a step, in kW and kvar. Steps that nobody gave an order for are held through first. */
  measure(step: number): Float64Array {
    while (this.step < step) this.hold();
    if (this.measured_step === step) return this.total;
    const { vectors, total } = this;
    const width = total.length;
    for (let l = 0; l < this.followers.length; l++) this.aggregation.measure(this.followers[l].region(), vectors, l * width);
    total.fill(0);
    for (let i = 0; i < vectors.length; i++) {
      vectors[i] = rounded(vectors[i]);
      total[i % width] += vectors[i];
    }
    this.measured_step = step;
    return total;
  }

  /** Every resource injects its point by the common weights; once per step, whatever is repeated. Returns the sum. */
  inject(step: number, weights: Float64Array): PowerPoint {
    if (step < this.step) return this.injected_kVA;
    this.measure(step);
    const width = this.total.length;
    this.move((l) => this.aggregation.point(this.vectors, l * width, weights));
    return this.injected_kVA;
  }

  /** The end of a step: who has had no order goes on as before, as far as its law lets it. */
  close(step: number): void {
    while (this.step <= step) this.hold();
  }

  private hold(): void {
    this.move((l) => this.injections[l]);
  }

  private move(asked: (l: number) => PowerPoint): void {
    let p_kW = 0;
    let q_kvar = 0;
    for (let l = 0; l < this.followers.length; l++) {
      const injected = this.followers[l].advance(asked(l));
      this.injections[l] = injected;
      p_kW += injected.p_kW;
      q_kvar += injected.q_kvar;
    }
    this.injected_kVA = { p_kW, q_kvar };
    this.step++;
  }
}
