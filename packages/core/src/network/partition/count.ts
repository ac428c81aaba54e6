import type { Atoms } from './atoms.ts';

/**
 * Number of valid partitions by their number of clusters, exactly, without making one: dynamic programming from the ends of the tree.
 *
 * closed_v(k): ways to divide v and all below it into k clusters. open_v(i, r, k): ways in which v's cluster, not finished yet, has r
 * resources (those beyond the least number count as the least number) and reaches into i children (0, 1, more), with k clusters finished below.
 * A child is cut off (closed) or joined (open); v is closed when r is enough.
 * @returns number of partitions at [number of clusters]
 * @cost  O(atoms·(least number)²·clusters²) products of whole numbers of any size
 */
export function countPartitions(atoms: Atoms): readonly bigint[] {
  const { parent, children, resources_count, resources_min_count: least, isTrimmed } = atoms;
  const closed: bigint[][] = [];
  const joined: bigint[][][] = [];
  let all: bigint[] = [1n];
  for (let v = parent.length - 1; v >= 0; v--) {
    let open = emptyTable(least);
    open[0][Math.min(least, resources_count[v])] = [1n];
    let unassigned: bigint[] = isTrimmed && resources_count[v] === 0 ? [1n] : [];
    for (const u of children[v]) {
      const next = emptyTable(least);
      for (let i = 0; i < 3; i++) {
        for (let r = 0; r <= least; r++) {
          addProduct(next[i][r], open[i][r], closed[u]);
          const more = Math.min(2, i + 1);
          for (let s = 0; s <= least; s++) addProduct(next[more][Math.min(least, r + s)], open[i][r], joined[u][s]);
        }
      }
      open = next;
      unassigned = product(unassigned, closed[u]);
    }
    // A bus without resources is in a trimmed cluster only between others: two children at its top, one child elsewhere.
    const isBare = isTrimmed && resources_count[v] === 0;
    closed[v] = unassigned;
    for (let i = isBare ? 2 : 0; i < 3; i++) addProduct(closed[v], open[i][least], [0n, 1n]);
    joined[v] = Array.from({ length: least + 1 }, () => []);
    for (let i = isBare ? 1 : 0; i < 3; i++) for (let r = 0; r <= least; r++) addProduct(joined[v][r], open[i][r], [1n]);
    if (parent[v] < 0) all = product(all, closed[v]);
  }
  return all;
}

const emptyTable = (least: number): bigint[][][] => Array.from({ length: 3 }, () => Array.from({ length: least + 1 }, () => []));

/** into(k) += Σ a(i)·b(k − i); lists grow as needed. */
function addProduct(into: bigint[], a: readonly bigint[], b: readonly bigint[]): void {
  for (let i = 0; i < a.length; i++) {
    if (a[i] === 0n) continue;
    for (let j = 0; j < b.length; j++) {
      while (into.length <= i + j) into.push(0n);
      into[i + j] += a[i] * b[j];
    }
  }
}

function product(a: readonly bigint[], b: readonly bigint[]): bigint[] {
  const into: bigint[] = [];
  addProduct(into, a, b);
  return into;
}
