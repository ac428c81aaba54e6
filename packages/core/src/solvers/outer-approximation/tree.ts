import type { Plans } from './plans.ts';

/** A part of the program: its whole variables within these bounds, and what is proven there. */
export interface Branch {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly bound: number;
}

const WHOLE = 1e-6;

/**
 * Parts of the program that cover it, for branch and bound over the conic relaxation. The least of their bounds is a bound of
 * the whole.
 * @source Dakin, A tree-search algorithm for mixed integer programming problems, Computer J. 8 (1965)
 */
export class Tree {
  private readonly columns: readonly number[];
  private readonly open: Branch[];
  /** Least bound of the parts that need no branching any more: their relaxation was whole. */
  private closed = Number.POSITIVE_INFINITY;

  constructor(plans: Plans, root: Branch) {
    this.columns = plans.columns;
    this.open = [root];
  }

  get bound(): number {
    return this.open.reduce((least, { bound }) => Math.min(least, bound), this.closed);
  }

  /** The next part: down the last one while no point is known, then the one with the least bound. */
  take(hasPoint: boolean): Branch | undefined {
    let at = this.open.length - 1;
    if (hasPoint) for (const [k, { bound }] of this.open.entries()) if (bound < this.open[at].bound) at = k;
    return this.open.splice(at, 1)[0];
  }

  /** A part that was taken and not answered. */
  putBack(branch: Branch): void {
    this.open.push(branch);
  }

  /** Splits a part where its relaxation, solved by x, is least whole. The nearer half goes first. False if x is whole. */
  split({ lower, upper }: Branch, x: Float64Array, bound: number): boolean {
    let column = -1;
    let farthest = WHOLE;
    for (const j of this.columns) {
      const distance = Math.abs(x[j] - Math.round(x[j]));
      if (distance <= farthest) continue;
      farthest = distance;
      column = j;
    }
    if (column < 0) {
      this.closed = Math.min(this.closed, bound);
      return false;
    }
    const down = { lower, upper: upper.with(column, Math.floor(x[column])), bound };
    const up = { lower: lower.with(column, Math.ceil(x[column])), upper, bound };
    if (x[column] - Math.floor(x[column]) > 0.5) this.open.push(down, up);
    else this.open.push(up, down);
    return true;
  }
}
