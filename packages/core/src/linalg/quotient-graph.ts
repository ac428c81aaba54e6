/**
 * A graph in which eliminated variables stand as elements instead of the edges that they leave behind, as one list of numbers.
 *
 * @shape list (used, with elbow room behind), first and length (n): list[first[i] …+length[i]] belongs to i; first[i] < 0 where i has no list of its own
 */
export interface QuotientGraph {
  readonly n: number;
  list: Int32Array;
  used: number;
  readonly first: Int32Array;
  readonly length: Int32Array;
}

/**
 * Neighbour lists of A + Aᵀ without diagonal and duplicates, with elbow room behind them.
 * @shape colStart (n + 1), rowIndex (nnz)
 * @cost O(nnz)
 */
export function buildQuotientGraph(n: number, colStart: Int32Array, rowIndex: Int32Array): QuotientGraph {
  const first = new Int32Array(n);
  const length = new Int32Array(n);
  const next = new Int32Array(n + 1);
  for (let j = 0; j < n; j++) {
    for (let p = colStart[j]; p < colStart[j + 1]; p++) {
      const i = rowIndex[p];
      if (i === j) continue;
      next[i + 1]++;
      next[j + 1]++;
    }
  }
  for (let i = 0; i < n; i++) next[i + 1] += next[i];
  const raw = new Int32Array(next[n]);
  const start = next.slice();
  for (let j = 0; j < n; j++) {
    for (let p = colStart[j]; p < colStart[j + 1]; p++) {
      const i = rowIndex[p];
      if (i === j) continue;
      raw[next[i]++] = j;
      raw[next[j]++] = i;
    }
  }
  const seen = new Int32Array(n).fill(-1);
  let used = 0;
  for (let i = 0; i < n; i++) {
    first[i] = used;
    for (let p = start[i]; p < start[i + 1]; p++) {
      const j = raw[p];
      if (seen[j] === i) continue;
      seen[j] = i;
      raw[used++] = j;
    }
    length[i] = used - first[i];
  }
  const list = new Int32Array(used + Math.floor(used / 5) + n + 1);
  list.set(raw.subarray(0, used));
  return { n, list, used, first, length };
}

/** Squeezes dead lists out: the head of each live list is replaced by the name of its owner while it moves. */
export function compact(graph: QuotientGraph): void {
  const { n, list, first, length, used } = graph;
  for (let i = 0; i < n; i++) {
    const p = first[i];
    if (p < 0 || length[i] === 0) continue;
    first[i] = list[p];
    list[p] = -2 - i;
  }
  let write = 0;
  for (let p = 0; p < used; ) {
    const owner = -2 - list[p++];
    if (owner < 0) continue;
    list[write] = first[owner];
    first[owner] = write++;
    for (let more = length[owner] - 1; more > 0; more--) list[write++] = list[p++];
  }
  graph.used = write;
}
