import type { BusIndex, Network } from './network.ts';

/**
 * Who touches whom, as compressed rows over the branches in service.
 * @shape start (buses + 1); bus, branch (2 × branches in service): the other end and the branch that leads there
 */
export interface Adjacency {
  readonly start: Int32Array;
  readonly bus: Int32Array;
  readonly branch: Int32Array;
}

/**
 * A network walked breadth-first from its slacks: a spanning forest, and what the forest leaves over.
 *
 * Branches out of service and branches at isolated buses do not exist here. Islands without a slack are walked last, each
 * from its first bus.
 * @shape per bus: island, parent, parentBranch, depth_count; order (buses that are not isolated, roots first)
 */
export interface Topology {
  readonly adjacency: Adjacency;
  /** Number of the island a bus is in, −1 for an isolated bus. Islands are numbered in the order of `order`. */
  readonly island: Int32Array;
  readonly islands_count: number;
  /** Breadth-first order of the buses; a parent stands before its children. */
  readonly order: Int32Array;
  /** The bus one step nearer to the root; −1 at a root and at isolated buses. */
  readonly parent: Int32Array;
  /** The branch to the parent; −1 where there is none. */
  readonly parentBranch: Int32Array;
  /** Steps from the root; −1 at isolated buses. */
  readonly depth_count: Int32Array;
  /** Branches in service that are not in the forest, in network order: each closes one fundamental loop. */
  readonly chords: Int32Array;
  /** One slack at most in each island, and no loops: the sweep can walk it. */
  readonly isRadial: boolean;
  /** Islands in which no slack stands. */
  readonly unsuppliedIslands: readonly number[];
}

/** @cost O(buses + branches) */
export function buildAdjacency(network: Network, isolated: readonly BusIndex[] = []): Adjacency {
  const nB = network.buses.length;
  const away = new Uint8Array(nB);
  for (const b of isolated) away[b] = 1;
  const start = new Int32Array(nB + 1);
  const { branches } = network;
  const live = (l: number): boolean => branches[l].inService && !away[branches[l].from] && !away[branches[l].to];
  for (let l = 0; l < branches.length; l++) {
    if (!live(l)) continue;
    start[branches[l].from + 1]++;
    start[branches[l].to + 1]++;
  }
  for (let b = 0; b < nB; b++) start[b + 1] += start[b];
  const next = start.slice(0, nB);
  const bus = new Int32Array(start[nB]);
  const branch = new Int32Array(start[nB]);
  for (let l = 0; l < branches.length; l++) {
    if (!live(l)) continue;
    const { from, to } = branches[l];
    bus[next[from]] = to;
    branch[next[from]++] = l;
    bus[next[to]] = from;
    branch[next[to]++] = l;
  }
  return { start, bus, branch };
}

/**
 * Walks the network breadth-first from the slacks.
 *
 * A second slack in an island is a loop through the outside world: it hangs below the tree like any other bus, and
 * `isRadial` is false.
 * @cost O(buses + branches)
 */
export function buildTopology(network: Network, slacks: readonly BusIndex[], isolated: readonly BusIndex[] = []): Topology {
  const nB = network.buses.length;
  const adjacency = buildAdjacency(network, isolated);
  const island = new Int32Array(nB).fill(-1);
  const parent = new Int32Array(nB).fill(-1);
  const parentBranch = new Int32Array(nB).fill(-1);
  const depth_count = new Int32Array(nB).fill(-1);
  const away = new Uint8Array(nB);
  for (const b of isolated) away[b] = 1;
  const order = new Int32Array(nB);
  const inForest = new Uint8Array(network.branches.length);
  let reached = 0;
  let islands_count = 0;
  let doubleSlack = false;

  const walk = (root: number): void => {
    island[root] = islands_count;
    depth_count[root] = 0;
    let head = reached;
    order[reached++] = root;
    while (head < reached) {
      const b = order[head++];
      for (let k = adjacency.start[b]; k < adjacency.start[b + 1]; k++) {
        const other = adjacency.bus[k];
        if (island[other] >= 0) continue;
        island[other] = islands_count;
        parent[other] = b;
        parentBranch[other] = adjacency.branch[k];
        depth_count[other] = depth_count[b] + 1;
        inForest[adjacency.branch[k]] = 1;
        order[reached++] = other;
      }
    }
    islands_count++;
  };

  for (const s of slacks) {
    if (away[s]) continue;
    if (island[s] < 0) walk(s);
    else if (parent[s] >= 0) doubleSlack = true;
  }
  const supplied_count = islands_count;
  for (let b = 0; b < nB; b++) if (!away[b] && island[b] < 0) walk(b);

  const chords: number[] = [];
  for (let l = 0; l < network.branches.length; l++) {
    const { from, to, inService } = network.branches[l];
    if (inService && !inForest[l] && !away[from] && !away[to]) chords.push(l);
  }
  return {
    adjacency,
    island,
    islands_count,
    order: order.slice(0, reached),
    parent,
    parentBranch,
    depth_count,
    chords: Int32Array.from(chords),
    isRadial: chords.length === 0 && !doubleSlack,
    unsuppliedIslands: Array.from({ length: islands_count - supplied_count }, (_, k) => supplied_count + k),
  };
}

/**
 * The fundamental loop that a chord closes: the chord and the two tree paths to where they meet.
 * @param chord - a branch index from `topology.chords`
 * @returns branch indices, the chord first, then up from its from side, then down to its to side
 * @cost O(depth)
 */
export function fundamentalLoop(network: Network, topology: Topology, chord: number): readonly number[] {
  const { parent, parentBranch, depth_count } = topology;
  let a: number = network.branches[chord].from;
  let b: number = network.branches[chord].to;
  const up: number[] = [];
  const down: number[] = [];
  while (a !== b) {
    if (depth_count[a] >= depth_count[b]) {
      up.push(parentBranch[a]);
      a = parent[a];
    } else {
      down.push(parentBranch[b]);
      b = parent[b];
    }
  }
  return [chord, ...up, ...down.reverse()];
}
