import type { Atoms } from './atoms.ts';
import type { DistanceReading } from './electrical-distance.ts';

/**
 * Every cluster that can occur in a valid partition, by its topmost atom: its distance, and where the tree goes on below it.
 *
 * Cluster c with top v: `distance[c]`, `weight[c]` (its share in the distance of a partition), and the tops below it,
 * `tops[start[c]] … tops[start[c + 1] − 1]`. Weight 0 and distance 0 stand for "v stays unassigned".
 * @shape first (atoms + 1): clusters with top v are first[v] … first[v + 1] − 1; distance, weight (clusters); start (clusters + 1)
 */
export interface Clusters {
  readonly atoms: Atoms;
  readonly reading: DistanceReading;
  readonly first: Int32Array;
  readonly distance: Float64Array;
  readonly weight: Float64Array;
  readonly start: Int32Array;
  readonly tops: Int32Array;
}

/**
 * Grows every cluster from its top: child by child it is decided whether the edge is cut. An edge is cut only if enough resources
 * can still be reached without it, so that every way ends in a cluster and none in vain.
 * @param dd - electrical distances, flat over all buses
 * @returns nothing when there are more than `clusters_max_count`
 * @cost  O(atoms) per cluster
 */
export function buildClusters(atoms: Atoms, dd: Float64Array, reading: DistanceReading, clusters_max_count: number): Clusters | undefined {
  const { parent, children, resources_count, below_count, resources_min_count, isTrimmed } = atoms;
  const atoms_count = parent.length;
  const { pairs, buses_count } = distancesBetween(atoms, dd);
  const first = new Int32Array(atoms_count + 1);
  const distance: number[] = [];
  const weight: number[] = [];
  const start: number[] = [0];
  const tops: number[] = [];
  const members: number[] = [];
  const cut: number[] = [];
  /** Atoms to decide on, the next one last. */
  const open: number[] = [];
  const joinedChildren_count = new Int32Array(atoms_count);
  const openChildren_count = new Int32Array(atoms_count);
  let sum = 0;
  let size = 0;
  let reach_count = 0;
  let top = 0;

  const isBare = (v: number): boolean => isTrimmed && resources_count[v] === 0;
  const neededChildren_count = (v: number): number => (isBare(v) ? (v === top ? 2 : 1) : 0);
  const keep = (ofDistance: number, ofWeight: number): void => {
    distance.push(ofDistance);
    weight.push(ofWeight);
    tops.push(...cut);
    start.push(tops.length);
  };
  const join = (v: number): number => {
    const before = sum;
    sum += pairs[v * atoms_count + v];
    for (const u of members) sum += pairs[v * atoms_count + u];
    members.push(v);
    size += buses_count[v];
    joinedChildren_count[v] = 0;
    openChildren_count[v] = children[v].length;
    for (let k = children[v].length - 1; k >= 0; k--) open.push(children[v][k]);
    return before;
  };
  const leave = (v: number, before: number): void => {
    open.length -= children[v].length;
    members.pop();
    size -= buses_count[v];
    sum = before;
  };
  /** @returns false when there are too many */
  const decide = (): boolean => {
    if (open.length === 0) {
      keep(sum / (size * size), reading === 'mean' ? 1 : size);
      return distance.length <= clusters_max_count;
    }
    const v = open.pop()!;
    const up = parent[v];
    openChildren_count[up]--;
    let goesOn = true;
    const others_count = joinedChildren_count[up] + openChildren_count[up];
    if (reach_count - below_count[v] >= resources_min_count && others_count >= neededChildren_count(up)) {
      reach_count -= below_count[v];
      cut.push(v);
      goesOn = decide();
      cut.pop();
      reach_count += below_count[v];
    }
    if (goesOn) {
      joinedChildren_count[up]++;
      const before = join(v);
      goesOn = decide();
      leave(v, before);
      joinedChildren_count[up]--;
    }
    openChildren_count[up]++;
    open.push(v);
    return goesOn;
  };

  for (top = 0; top < atoms_count; top++) {
    first[top] = distance.length;
    if (isBare(top)) {
      cut.push(...children[top]);
      keep(0, 0);
      cut.length = 0;
      if (children[top].length < 2) continue;
    }
    reach_count = below_count[top];
    const before = join(top);
    if (!decide()) return undefined;
    leave(top, before);
  }
  first[atoms_count] = distance.length;
  return {
    atoms,
    reading,
    first,
    distance: Float64Array.from(distance),
    weight: Float64Array.from(weight),
    start: Int32Array.from(start),
    tops: Int32Array.from(tops),
  };
}

/**
 * Sums of dd between atoms, both ways: the sum over a cluster is that over its atoms and pairs of atoms.
 * @shape pairs [a][b]: Σ dd_ij + dd_ji over i in a, j in b; on the diagonal Σ dd_ij
 */
function distancesBetween({ atomOf, parent }: Atoms, dd: Float64Array): { pairs: Float64Array; buses_count: Int32Array } {
  const n = atomOf.length;
  const m = parent.length;
  const pairs = new Float64Array(m * m);
  const buses_count = new Int32Array(m);
  for (let i = 0; i < n; i++) {
    const a = atomOf[i];
    if (a < 0) continue;
    buses_count[a]++;
    for (let j = 0; j < n; j++) {
      const b = atomOf[j];
      if (b < 0) continue;
      pairs[a * m + b] += dd[i * n + j];
      if (a !== b) pairs[b * m + a] += dd[i * n + j];
    }
  }
  return { pairs, buses_count };
}
