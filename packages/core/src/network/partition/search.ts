import type { Clusters } from './clusters.ts';

/**
 * Partitions with a distance up to λ, each reached without a step in vain.
 *
 * The mean of cluster distances D_m, with weights w_m, is at most λ exactly when Σ w_m·(D_m − λ) ≤ 0, and this sum is built up cluster by
 * cluster along the tree. best_v is its least value over all ways to divide v and what lies below. A choice of cluster
 * c at v costs excess_c = w_c·(D_c − λ) + Σ best_u over the tops u below c − best_v ≥ 0, and choices with Σ excess up to
 * −Σ best over the roots are the partitions wanted. For the reading `largest` a cluster costs 0 up to λ and is forbidden above.
 *
 * | symbol | variable |
 * |---|---|
 * | best_v | `best[v]` |
 * | the cluster at which it is taken | `bestCluster[v]` |
 * | clusters of v within the budget, by excess, smallest first | `ranked[rankedFrom[v] …]` |
 * | excess_c | `excess[c]` |
 * @cost  O(clusters + tops) to prepare, beside sorting those within the budget; O(clusters of a partition) for each one found
 */
export class PartitionSearch {
  private readonly clusters: Clusters;
  private readonly roots: readonly number[];
  private readonly best: Float64Array;
  private readonly excess: Float64Array;
  private readonly bestCluster: Int32Array;
  private readonly ranked: Int32Array;
  private readonly rankedFrom: Int32Array;
  private readonly lambda: number;
  private readonly budget: number;

  constructor(clusters: Clusters, lambda: number) {
    const { atoms, first, distance, start, tops } = clusters;
    this.clusters = clusters;
    this.lambda = lambda;
    this.roots = [...atoms.parent.keys()].filter((v) => atoms.parent[v] < 0);
    this.best = new Float64Array(atoms.parent.length).fill(Number.POSITIVE_INFINITY);
    this.bestCluster = new Int32Array(atoms.parent.length).fill(-1);
    this.excess = new Float64Array(distance.length);
    const { best, bestCluster, excess } = this;
    let size = 0;
    for (let v = best.length - 1; v >= 0; v--) {
      for (let c = first[v]; c < first[v + 1]; c++) {
        let cost = this.costOf(c);
        for (let k = start[c]; k < start[c + 1]; k++) cost += best[tops[k]];
        excess[c] = cost;
        if (cost >= best[v]) continue;
        best[v] = cost;
        bestCluster[v] = c;
      }
      if (bestCluster[v] < 0) continue;
      size = Math.max(size, Math.abs(best[v]));
      for (let c = first[v]; c < first[v + 1]; c++) excess[c] -= best[v];
    }
    // Sums carry rounding; the distance of each partition is measured again before it is handed out.
    this.budget = 1e-12 * (1 + size * this.roots.length) - this.roots.reduce((sum, v) => sum + best[v], 0);
    const ranked: number[] = [];
    this.rankedFrom = new Int32Array(best.length + 1);
    for (let v = 0; v < best.length; v++) {
      const within: number[] = [];
      for (let c = first[v]; c < first[v + 1]; c++) if (excess[c] <= this.budget) within.push(c);
      within.sort((c, d) => excess[c] - excess[d] || c - d);
      for (const c of within) ranked.push(c);
      this.rankedFrom[v + 1] = ranked.length;
    }
    this.ranked = Int32Array.from(ranked);
  }

  /** The partition for which Σ w·(D − λ) is least; nothing when all are forbidden. */
  least(): { readonly chosen: readonly number[]; readonly distance: number } | undefined {
    const chosen: number[] = [];
    const pending = [...this.roots];
    while (pending.length > 0) {
      const v = pending.pop()!;
      const c = this.bestCluster[v];
      if (c < 0) return undefined;
      chosen.push(c);
      for (let k = this.clusters.start[c]; k < this.clusters.start[c + 1]; k++) pending.push(this.clusters.tops[k]);
    }
    return { chosen, distance: distanceOf(this.clusters, chosen, chosen.length) };
  }

  /**
   * Hands every partition with distance ≤ λ to `visit`: chosen[0 … count − 1] are clusters, valid during the call.
   * @param visit - returns false to stop
   * @returns false when stopped
   */
  visit(visit: (chosen: Int32Array, count: number, distance: number) => boolean): boolean {
    const { start, tops, atoms } = this.clusters;
    const { bestCluster, excess, ranked, rankedFrom, lambda } = this;
    const chosen = new Int32Array(atoms.parent.length);
    const pending = Int32Array.from({ length: atoms.parent.length + 1 }, (_, k) => this.roots[k] ?? -1);
    if (this.roots.some((v) => bestCluster[v] < 0)) return true;
    const walk = (depth: number, waiting: number, budget: number): boolean => {
      if (waiting === 0) {
        const distance = distanceOf(this.clusters, chosen, depth);
        return distance <= lambda ? visit(chosen, depth, distance) : true;
      }
      const v = pending[waiting - 1];
      for (let k = rankedFrom[v]; k < rankedFrom[v + 1]; k++) {
        const c = ranked[k];
        if (!(excess[c] <= budget)) break;
        chosen[depth] = c;
        let now = waiting - 1;
        for (let t = start[c]; t < start[c + 1]; t++) pending[now++] = tops[t];
        if (!walk(depth + 1, now, budget - excess[c])) return false;
      }
      pending[waiting - 1] = v;
      return true;
    };
    return walk(0, this.roots.length, this.budget);
  }

  private costOf(c: number): number {
    const { distance, weight, reading } = this.clusters;
    if (reading === 'largest') return distance[c] <= this.lambda ? 0 : Number.POSITIVE_INFINITY;
    return weight[c] === 0 ? 0 : weight[c] * (distance[c] - this.lambda);
  }
}

/** Distance of the partition that consists of these clusters. */
export function distanceOf({ distance, weight, reading }: Clusters, chosen: ArrayLike<number>, count: number): number {
  let sum = 0;
  let total = 0;
  let largest = 0;
  for (let k = 0; k < count; k++) {
    sum += weight[chosen[k]] * distance[chosen[k]];
    total += weight[chosen[k]];
    largest = Math.max(largest, distance[chosen[k]]);
  }
  return reading === 'largest' ? largest : sum / total;
}

/** Cluster number of each bus for clusters chosen by a search, not yet canonical; −1 where unassigned. */
export function labelsOf({ atoms, weight, first }: Clusters, chosen: ArrayLike<number>, count: number): Int32Array {
  const { parent, atomOf } = atoms;
  const own = new Int32Array(parent.length).fill(-2);
  const topOf = (c: number): number => {
    let low = 0;
    let high = parent.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (first[middle] <= c) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  for (let k = 0; k < count; k++) own[topOf(chosen[k])] = weight[chosen[k]] > 0 ? k : -1;
  // Whatever hangs below a cluster or an unassigned atom without being of it is a top itself; the others follow their parent.
  for (let v = 0; v < parent.length; v++) if (own[v] === -2) own[v] = own[parent[v]];
  return atomOf.map((v) => (v < 0 ? -1 : own[v]));
}
