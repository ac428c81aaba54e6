import type { Ends, Pair, Point } from './contract.ts';

/** Costs as shares of the ends' ranges: (0, 1) at the first end, (1, 0) at the second. */
export class Scale {
  readonly best: Pair<number>;
  readonly range: Pair<number>;

  constructor([first, second]: Ends<unknown>) {
    this.best = [first.costs[0], second.costs[1]];
    this.range = [second.costs[0] - first.costs[0], first.costs[1] - second.costs[1]];
  }

  shares({ costs }: Point<unknown>): Pair<number> {
    return [(costs[0] - this.best[0]) / this.range[0], (costs[1] - this.best[1]) / this.range[1]];
  }

  /** Weights of the costs themselves for weights of their shares. */
  weights([a, b]: Pair<number>): Pair<number> {
    return [a / this.range[0], b / this.range[1]];
  }

  /** Costs at given shares; an infinite share is no limit. */
  costs([a, b]: Pair<number>): Pair<number> {
    return [this.best[0] + a * this.range[0], this.best[1] + b * this.range[1]];
  }
}
