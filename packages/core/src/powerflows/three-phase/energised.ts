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
    const { n, g_S, b_S } = wire.admittance;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) if (g_S[i * n + j] !== 0 || b_S[i * n + j] !== 0) join(wire.places[i], wire.places[j]);
    }
  }
  const fed = (): Uint8Array => {
    const live = new Set<number>();
    for (const source of feeder.sources) {
      if (source.inService) for (const place of placesOf(places, source.terminal)) if (place >= 0) live.add(root(place));
    }
    return Uint8Array.from(parent, (_, i) => (live.has(root(i)) ? 1 : 0));
  };
  const byWires = fed();
  for (const { from, to } of injections) join(from, to);
  return { byWires, byAny: fed() };
}
