import type { RandomStream } from '../base/random.ts';

/**
 * Points of a square of side √N with a grid of unit cells over it, one point to a cell on average.
 * @shape x, y (points), sorted by cells; cellStart (columns² + 1): the points of cell (column, row) have the numbers from
 * cellStart[row·columns + column] on. Every second row of cells runs backwards in this numbering (`cellAt`).
 */
export interface PlanePoints {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly columns: number;
  readonly cellStart: Int32Array;
}

/** Rows of cells are walked to and fro, so that consecutive numbers are neighbours. */
const cellAt = (columns: number, column: number, row: number): number => row * columns + (row % 2 === 0 ? column : columns - 1 - column);

/** N points, uniform in [0, √N]², numbered cell after cell. */
export function scatterPoints(count: number, { between }: RandomStream): PlanePoints {
  const side = Math.sqrt(count);
  const columns = Math.max(1, Math.ceil(side));
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  const cell = new Int32Array(count);
  const cellStart = new Int32Array(columns * columns + 1);
  for (let i = 0; i < count; i++) {
    x[i] = between(0, side);
    y[i] = between(0, side);
    cell[i] = cellAt(columns, Math.floor(x[i]), Math.floor(y[i]));
    cellStart[cell[i] + 1]++;
  }
  for (let c = 0; c < columns * columns; c++) cellStart[c + 1] += cellStart[c];
  const next = Int32Array.from(cellStart);
  const sorted = { x: new Float64Array(count), y: new Float64Array(count), columns, cellStart };
  for (let i = 0; i < count; i++) {
    const k = next[cell[i]]++;
    sorted.x[k] = x[i];
    sorted.y[k] = y[i];
  }
  return sorted;
}

/**
 * Ends of the edges of the Euclidean minimum spanning tree, [edge][end].
 *
 * Kruskal's algorithm ring by ring: pairs up to distance 1.5, then those up to 3, 6 … whose ends are not connected yet, each ring
 * sorted by length. Rings come in the order of length, so the tree is exact. With one point to a unit of area the longest edge is
 * about √(ln N/π), so two rings nearly always do: O(N log N).
 */
export function spanningTree(points: PlanePoints): Int32Array {
  const count = points.x.length;
  const edges = new Int32Array(2 * Math.max(0, count - 1));
  const parent = Int32Array.from({ length: count }, (_, i) => i);
  const rootOf = (i: number): number => {
    let root = i;
    while (parent[root] !== root) {
      parent[root] = parent[parent[root]];
      root = parent[root];
    }
    return root;
  };
  let found = 0;
  for (let inner = 0, outer = 1.5; found < count - 1; inner = outer, outer *= 2) {
    const pairs = ring(points, inner, outer, (i, j) => rootOf(i) !== rootOf(j));
    for (const k of pairs.order) {
      const a = rootOf(pairs.from[k]);
      const b = rootOf(pairs.to[k]);
      if (a === b) continue;
      parent[b] = a;
      edges[2 * found] = pairs.from[k];
      edges[2 * found + 1] = pairs.to[k];
      found++;
    }
  }
  return edges;
}

interface Pairs {
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** Places in `from` and `to`, shortest pair first. */
  readonly order: Uint32Array;
}

/** Wanted pairs at a distance in (inner, outer]; from 0 on those at distance 0 too. */
function ring(points: PlanePoints, inner: number, outer: number, isWanted: (i: number, j: number) => boolean): Pairs {
  const { x, y, columns, cellStart } = points;
  const reach = Math.min(columns, Math.ceil(outer));
  const from: number[] = [];
  const to: number[] = [];
  const length2: number[] = [];
  for (let i = 0; i < x.length; i++) {
    const column = Math.floor(x[i]);
    const row = Math.floor(y[i]);
    for (let r = Math.max(0, row - reach); r <= Math.min(columns - 1, row + reach); r++) {
      for (let c = Math.max(0, column - reach); c <= Math.min(columns - 1, column + reach); c++) {
        const cell = cellAt(columns, c, r);
        for (let j = Math.max(i + 1, cellStart[cell]); j < cellStart[cell + 1]; j++) {
          const d2 = (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2;
          if (d2 > outer * outer || (inner > 0 && d2 <= inner * inner) || !isWanted(i, j)) continue;
          from.push(i);
          to.push(j);
          length2.push(d2);
        }
      }
    }
  }
  const keys = Float64Array.from(length2);
  const order = Uint32Array.from(keys, (_, k) => k).sort((a, b) => keys[a] - keys[b] || a - b);
  return { from, to, order };
}

/** Chance of a line between points at distance r, by its square: 0.8·min(1, 0.25²/r²). */
const chance = (distance2: number): number => 0.8 * Math.min(1, 0.0625 / distance2);

/**
 * Ends of the tree's edges, then of further lines drawn between all pairs of points, each with its own chance.
 *
 * There are N²/2 pairs, so they are not visited. For each of the ~2·N displacements between cells the chance has a bound q. Candidates
 * (a point i, the s-th place in the cell at this displacement from i's) are reached by jumps with a geometric distribution, which
 * makes each a candidate with chance q, independently; a candidate is a line with chance(r)/q if there is a point at its
 * place. Every pair is met at exactly one displacement, so the law is exact, and the cost O(N log N).
 */
export function randomLines(points: PlanePoints, tree: Int32Array, random: RandomStream): Int32Array {
  const { x, y, columns, cellStart } = points;
  const count = points.x.length;
  const lines = Array.from(tree);
  const key = (i: number, j: number): number => Math.min(i, j) * count + Math.max(i, j);
  const inTree = new Set<number>();
  for (let k = 0; k < tree.length; k += 2) inTree.add(key(tree[k], tree[k + 1]));
  let places = 0;
  for (let c = 0; c < columns * columns; c++) places = Math.max(places, cellStart[c + 1] - cellStart[c]);
  for (let up = 0; up < columns; up++) {
    for (let along = up === 0 ? 0 : 1 - columns; along < columns; along++) {
      const q = chance(Math.max(0, Math.abs(along) - 1) ** 2 + Math.max(0, up - 1) ** 2);
      const stride = Math.log1p(-q);
      const most = count * places;
      for (let at = jump(random, stride); at < most; at += 1 + jump(random, stride)) {
        const i = Math.floor(at / places);
        const column = Math.floor(x[i]) + along;
        const row = Math.floor(y[i]) + up;
        if (column < 0 || column >= columns || row >= columns) continue;
        const cell = cellAt(columns, column, row);
        const j = cellStart[cell] + (at % places);
        // within one cell a pair has two orders; the rising one counts
        if (j >= cellStart[cell + 1] || (up === 0 && along === 0 && j <= i)) continue;
        const d2 = (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2;
        if (random.uniform() * q < chance(d2) && !inTree.has(key(i, j))) lines.push(i, j);
      }
    }
  }
  return Int32Array.from(lines);
}

/** How many candidates in a row fail: geometric, by inversion. */
const jump = ({ uniform }: RandomStream, stride: number): number => Math.floor(Math.log1p(-uniform()) / stride);
