import type { RandomStream } from '../../base/random.ts';
import type { Clusters } from './clusters.ts';
import { distanceOf } from './search.ts';

/**
 * Distances of valid partitions drawn with equal probability, for feeders with too many to list: the fraction of draws up to λ times
 * their number estimates how many are that near, with a relative deviation of √((1 − f)/(f·draws)), f the fraction.
 *
 * Of the ways to divide v and what lies below, ways_v = Σ_c Π ways_u over the clusters c at v and the tops u below c; a
 * cluster is drawn with probability Π ways_u/ways_v, from the roots down.
 * @returns distances in the order of drawing
 * @cost  O(clusters + tops), then O(log clusters) per cluster of a draw
 */
export function drawDistances(clusters: Clusters, draws_count: number, stream: RandomStream): Float64Array {
  const { atoms, first, start, tops } = clusters;
  const { parent } = atoms;
  const ways = new Float64Array(parent.length);
  /** Σ of the ways of the clusters of one top, up to and with this one. */
  const upTo = new Float64Array(clusters.distance.length);
  for (let v = parent.length - 1; v >= 0; v--) {
    for (let c = first[v]; c < first[v + 1]; c++) {
      let product = 1;
      for (let k = start[c]; k < start[c + 1]; k++) product *= ways[tops[k]];
      ways[v] += product;
      upTo[c] = ways[v];
    }
  }
  const roots = [...parent.keys()].filter((v) => parent[v] < 0);
  const chosen: number[] = [];
  const pending: number[] = [];
  return Float64Array.from({ length: draws_count }, () => {
    chosen.length = 0;
    pending.push(...roots);
    while (pending.length > 0) {
      const v = pending.pop()!;
      const wanted = stream.uniform() * ways[v];
      let low = first[v];
      let high = first[v + 1] - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (upTo[middle] > wanted) high = middle;
        else low = middle + 1;
      }
      chosen.push(low);
      for (let k = start[low]; k < start[low + 1]; k++) pending.push(tops[k]);
    }
    return distanceOf(clusters, chosen, chosen.length);
  });
}
