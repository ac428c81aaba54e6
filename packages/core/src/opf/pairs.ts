import type { OpfModel } from './model.ts';

/**
 * Two buses with at least one branch between them. Parallel branches see the same two voltages, so they share the product
 * V_from·V_to*; the first of them, the lead, gives the pair its direction.
 */
export interface BusPair {
  readonly from: number;
  readonly to: number;
  /** Positions in `model.branches`; the lead first. */
  readonly branches: readonly number[];
  /** Of the angle at `from` minus that at `to`: what all branches of the pair allow. ±Infinity where nothing limits it. */
  readonly angle_min_rad: number;
  readonly angle_max_rad: number;
}

/** In the order of their leads. @cost O(branches) */
export function pairsOf({ branches, busOf }: OpfModel): BusPair[] {
  const found = new Map<number, { from: number; to: number; branches: number[]; angle_min_rad: number; angle_max_rad: number }>();
  branches.forEach(({ from, to, angle_min_rad, angle_max_rad }, l) => {
    const key = Math.min(from, to) * busOf.length + Math.max(from, to);
    const pair = found.get(key);
    if (pair === undefined) {
      found.set(key, { from, to, branches: [l], angle_min_rad, angle_max_rad });
      return;
    }
    const isTurned = pair.from !== from;
    pair.branches.push(l);
    pair.angle_min_rad = Math.max(pair.angle_min_rad, isTurned ? -angle_max_rad : angle_min_rad);
    pair.angle_max_rad = Math.min(pair.angle_max_rad, isTurned ? -angle_min_rad : angle_max_rad);
  });
  return [...found.values()];
}

/**
 * Pairs walked breadth-first from the references: a spanning forest and the pairs that close its loops.
 * @shape order (live buses, roots first); parentPair (live buses): the pair that leads up, −1 at a root
 */
export interface PairForest {
  readonly order: Int32Array;
  readonly parentPair: Int32Array;
  /** Roots, one per island: a reference where there is one, else the first bus. */
  readonly roots: readonly number[];
  /** The root of the island of each live bus. */
  readonly rootOf: Int32Array;
  /** Positions of the pairs outside the forest; each closes one loop. */
  readonly chords: readonly number[];
}

/** @cost O(buses + pairs) */
export function forestOf(model: OpfModel, pairs: readonly BusPair[]): PairForest {
  const nB = model.busOf.length;
  const at: number[][] = Array.from({ length: nB }, () => []);
  pairs.forEach(({ from, to }, k) => {
    at[from].push(k);
    at[to].push(k);
  });
  const order = new Int32Array(nB);
  const parentPair = new Int32Array(nB).fill(-1);
  const rootOf = new Int32Array(nB).fill(-1);
  const isInForest = new Uint8Array(pairs.length);
  const roots: number[] = [];
  let reached = 0;
  const walk = (root: number): void => {
    if (rootOf[root] >= 0) return;
    roots.push(root);
    rootOf[root] = root;
    let head = reached;
    order[reached++] = root;
    while (head < reached) {
      const b = order[head++];
      for (const k of at[b]) {
        const other = pairs[k].from === b ? pairs[k].to : pairs[k].from;
        if (rootOf[other] >= 0) continue;
        rootOf[other] = root;
        isInForest[k] = 1;
        parentPair[other] = k;
        order[reached++] = other;
      }
    }
  };
  for (let b = 0; b < nB; b++) if (!Number.isNaN(model.reference[b])) walk(b);
  for (let b = 0; b < nB; b++) walk(b);
  return { order, parentPair, roots, rootOf, chords: pairs.flatMap((_, k) => (isInForest[k] ? [] : [k])) };
}
