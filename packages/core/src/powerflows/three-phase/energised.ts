import type { ElementAdmittance } from '../../network/feeder/element-admittance.ts';
import type { Feeder } from '../../network/feeder/feeder.ts';
import type { Places } from './contract.ts';
import type { Wire } from './elements.ts';
import type { Injection } from './injections.ts';
import { placesOf } from './places.ts';

/**
 * Which places have a voltage: joined to a source through wires, or through wires and loads.
 *
 * What only loads hold (a neutral that ends in a star point, say) is solved with the whole rated admittance of these loads in the nodal matrix,
 * which would have no pivot there otherwise.
 * @shape byWires, byAny [place]: 1 or 0
 */
export interface Energised {
  readonly byWires: Uint8Array;
  readonly byAny: Uint8Array;
}

export function findEnergised(feeder: Feeder, places: Places, wires: readonly Wire[], injections: readonly Injection[]): Energised {
  const parent = Int32Array.from({ length: places.count }, (_, i) => i);
  const root = (i: number): number => {
    let r = i;
    while (parent[r] !== r) r = parent[r];
    for (let k = i; parent[k] !== r; ) {
      const next = parent[k];
      parent[k] = r;
      k = next;
    }
    return r;
  };
  const join = (i: number, j: number) => {
    if (i >= 0 && j >= 0) parent[root(i)] = root(j);
  };
  for (const wire of wires) {
    if (wire.admittance === undefined) continue;
    const pairs = joinedRows(wire.admittance);
    for (let k = 0; k < pairs.length; k += 2) join(wire.places[pairs[k]], wire.places[pairs[k + 1]]);
  }
  const fed = (): Uint8Array => {
    const isLive = new Uint8Array(places.count);
    for (const source of feeder.sources) {
      if (source.inService) for (const place of placesOf(places, source.terminal)) if (place >= 0) isLive[root(place)] = 1;
    }
    const found = new Uint8Array(places.count);
    for (let i = 0; i < places.count; i++) found[i] = isLive[root(i)];
    return found;
  };
  const byWires = fed();
  for (const { from, to } of injections) join(from, to);
  return { byWires, byAny: fed() };
}

/** Pairs for as long as their admittance lives: most wires stay as they are from one feeder to the next. */
const knownPairs = new WeakMap<ElementAdmittance, readonly number[]>();

/** Pairs of rows, not those of earth, whose chain joins all rows between which something may flow; one pair after another. */
function joinedRows(admittance: ElementAdmittance): readonly number[] {
  const known = knownPairs.get(admittance);
  if (known !== undefined) return known;
  const { ends, n, g_S, b_S } = admittance;
  const conductorOf = ends.flatMap(({ conductors }) => conductors);
  const group = Array.from({ length: n }, (_, i) => i);
  const pairs: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (conductorOf[i] === 0 || conductorOf[j] === 0) continue;
      if ((g_S[i * n + j] === 0 && b_S[i * n + j] === 0) || group[i] === group[j]) continue;
      const [mine, theirs] = [group[i], group[j]];
      for (let k = 0; k < n; k++) if (group[k] === mine) group[k] = theirs;
      pairs.push(i, j);
    }
  }
  knownPairs.set(admittance, pairs);
  return pairs;
}
