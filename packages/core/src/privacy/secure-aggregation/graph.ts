import { fillKeystream, keyWords } from '../chacha20.ts';

/**
 * Who shares masks with whom: a ring on which each member is joined to its k/2 next on either side, members put on it in random
 * order; or all with all, when k = n − 1.
 *
 * The ring is fixed after the corrupt and the lost are, so that these lie on it at random. It falls apart only where two separate runs
 * of k/2 neighbours are all lost or corrupt; one run leaves a chain.
 * @source Bell, Bonawitz, Gascón, Lepoint, Raykova (2020), Secure Single-Server Aggregation with (Poly)Logarithmic Overhead, CCS, §3
 * (Harary graphs whose nodes are permuted at random)
 */
export interface NeighbourGraph {
  /** Neighbours of each member, ascending. */
  readonly neighbours: readonly (readonly number[])[];
}

/**
 * @param degree_count - even, or n − 1
 * @param order - a random order of the members: place on the ring → member
 */
export function neighbourGraph(order: readonly number[], degree_count: number): NeighbourGraph {
  const n = order.length;
  const neighbours: number[][] = order.map(() => []);
  if (degree_count >= n - 1) {
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (i !== j) neighbours[i].push(j);
    return { neighbours };
  }
  for (let place = 0; place < n; place++) {
    for (let step = 1; step <= degree_count / 2; step++) {
      const other = (place + step) % n;
      neighbours[order[place]].push(order[other]);
      neighbours[order[other]].push(order[place]);
    }
  }
  for (const list of neighbours) list.sort((a, b) => a - b);
  return { neighbours };
}

/** A random order of 0 … n − 1 (Fisher–Yates). @param below - a whole number, uniform on 0 … n − 1 */
export function randomOrder(n: number, below: (n: number) => number): number[] {
  const order = Array.from({ length: n }, (_, k) => k);
  for (let last = n - 1; last > 0; last--) {
    const k = below(last + 1);
    [order[last], order[k]] = [order[k], order[last]];
  }
  return order;
}

/** Whole numbers uniform on 0 … n − 1 from a seed of 32 bytes, each for its own n: the same seed gives the same. */
export function indicesOf(seed: Uint8Array): (n: number) => number {
  const key = keyWords(seed);
  const words = new Uint32Array(16);
  let drawn = 0;
  return (n) => {
    const whole = Math.floor(2 ** 32 / n) * n;
    for (;;) {
      if (drawn % 16 === 0) fillKeystream(key, drawn / 16, 0, 0, words);
      const value = words[drawn++ % 16];
      if (value < whole) return value % n;
    }
  };
}
