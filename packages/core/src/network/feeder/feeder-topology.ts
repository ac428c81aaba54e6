import type { BusIndex } from '../bus-index.ts';
import { shuntAdmittance } from './element-admittance.ts';
import type { Conductor, Feeder, Terminal, Transformer } from './feeder.ts';
import { wireTransformer } from './transformer-wiring.ts';

/**
 * Which conductors there are, and which of them a source feeds.
 *
 * A conductor is there when a source, line, switch, transformer or shunt brings it. It is **fed** when closed wires and energised coils lead from it to a
 * source in service, and **held** when wires or a shunt lead from it to earth. A core is energised when one of its coils has both ends fed or held; a point where
 * coils of a winding meet is fed when at least two of them are fed from their other ends.
 * @shape bus, conductor, fed, held: one per place
 */
export interface FeederTopology {
  readonly count: number;
  readonly bus: Int32Array;
  readonly conductor: Int32Array;
  /** Place of a conductor; −1 for earth and for what nothing brings. */
  indexOf(bus: BusIndex, conductor: Conductor): number;
  readonly fed: Uint8Array;
  readonly held: Uint8Array;
  /** Number of the island of each bus: buses that closed wires or transformers in service join, whatever the conductors. @shape [bus] */
  readonly island: Int32Array;
  readonly islands_count: number;
  /** Islands in which no source in service stands. */
  readonly unsuppliedIslands: readonly number[];
}

/** @cost O(conductors · depth of transformers behind each other) */
export function buildFeederTopology(feeder: Feeder): FeederTopology {
  const { bus, conductor, indexOf } = placesOf(feeder);
  const count = bus.length;
  const wires = new Joined(count + 1);
  const nodeOf = (at: BusIndex, c: Conductor): number => (c === 0 ? count : indexOf(at, c));
  for (const { from, to } of closedWires(feeder)) {
    from.conductors.forEach((c, k) => wires.join(nodeOf(from.bus, c), nodeOf(to.bus, to.conductors[k])));
  }
  for (const shunt of feeder.shunts) {
    const { n, g_S, b_S } = shuntAdmittance(shunt);
    shunt.terminal.conductors.forEach((c, i) => {
      let [g, b, size] = [0, 0, 0];
      for (let j = 0; j < n; j++) {
        const isEarth = shunt.terminal.conductors[j] === 0;
        g += isEarth ? 0 : g_S[i * n + j];
        b += isEarth ? 0 : b_S[i * n + j];
        size += Math.hypot(g_S[i * n + j], b_S[i * n + j]);
      }
      if (Math.hypot(g, b) > 1e-9 * size) wires.join(nodeOf(shunt.terminal.bus, c), count);
    });
  }
  const fedGroup = new Uint8Array(count + 1);
  for (const { terminal, inService } of feeder.sources) {
    if (inService) for (const c of terminal.conductors) if (c !== 0) fedGroup[wires.root(nodeOf(terminal.bus, c))] = 1;
  }
  const earth = wires.root(count);
  const isLive = (node: number): boolean => wires.root(node) === earth || fedGroup[wires.root(node)] === 1;
  const feed = (node: number): boolean => {
    const root = wires.root(node);
    if (fedGroup[root] === 1) return false;
    fedGroup[root] = 1;
    return root !== earth;
  };
  const coils = feeder.transformers.filter(({ inService }) => inService).map((transformer) => new Coils(transformer, nodeOf));
  for (let changed = true; changed; ) {
    changed = false;
    for (const each of coils) if (each.pass(isLive, feed)) changed = true;
  }
  const islands = islandsOf(feeder);
  return {
    count,
    bus: Int32Array.from(bus),
    conductor: Int32Array.from(conductor),
    indexOf,
    fed: Uint8Array.from({ length: count }, (_, i) => fedGroup[wires.root(i)]),
    held: Uint8Array.from({ length: count }, (_, i) => (wires.root(i) === earth ? 1 : 0)),
    ...islands,
  };
}

/** Coils of one transformer in service; points inside that stand on no bus are remembered here. */
class Coils {
  private readonly ends: readonly { readonly winding: number; readonly core: number; readonly from: number; readonly to: number }[];
  private readonly nodes: readonly number[];
  private readonly inside: Uint8Array;

  constructor(transformer: Transformer, nodeOf: (bus: BusIndex, conductor: Conductor) => number) {
    const wiring = wireTransformer(transformer);
    this.ends = wiring.coilEnds;
    this.nodes = transformer.windings.flatMap(({ terminal }) => terminal.conductors.map((c) => nodeOf(terminal.bus, c)));
    this.inside = new Uint8Array(wiring.nodes_count);
    // a star point behind an impedance is held as its conductor is
    this.behind = new Map(wiring.neutrals.map(({ between }) => [between[0].node, between[1].node]));
  }

  private readonly behind: ReadonlyMap<number, number>;

  /** @returns whether anything outside was fed that was not before */
  pass(isLive: (node: number) => boolean, feed: (node: number) => boolean): boolean {
    let changed = false;
    const live = (local: number): boolean => {
      const outside = this.nodes[this.behind.get(local) ?? local];
      return this.inside[local] === 1 || (outside !== undefined && isLive(outside));
    };
    const reach = (local: number): void => {
      if (local < this.nodes.length) changed = feed(this.nodes[local]) || changed;
      else if (this.inside[local] === 0) {
        this.inside[local] = 1;
        changed = true;
      }
    };
    for (const { core } of this.ends.filter(({ from, to }) => live(from) && live(to))) {
      for (const coil of this.ends) {
        if (coil.core !== core) continue;
        reach(coil.from);
        reach(coil.to);
      }
    }
    const arrivals = new Map<string, number>();
    for (const { winding, from, to } of this.ends) {
      for (const [here, far] of [
        [from, to],
        [to, from],
      ]) {
        if (!live(far)) continue;
        const key = `${winding} ${here}`;
        arrivals.set(key, (arrivals.get(key) ?? 0) + 1);
        if (arrivals.get(key) === 2 && !live(here)) reach(here);
      }
    }
    return changed;
  }
}

/** Closed lines and switches; a line that is open at one end joins nothing. */
function closedWires(feeder: Feeder): { from: Terminal; to: Terminal }[] {
  return [...feeder.lines.filter(({ closedFrom, closedTo }) => closedFrom && closedTo), ...feeder.switches.filter(({ closed }) => closed)];
}

function placesOf(feeder: Feeder): { bus: number[]; conductor: number[]; indexOf: FeederTopology['indexOf'] } {
  const there: Set<Conductor>[] = feeder.buses.map(() => new Set());
  const bring = ({ bus, conductors }: Terminal): void => {
    for (const c of conductors) if (c !== 0) there[bus].add(c);
  };
  for (const { terminal } of [...feeder.sources, ...feeder.shunts]) bring(terminal);
  for (const { from, to } of [...feeder.lines, ...feeder.switches]) {
    bring(from);
    bring(to);
  }
  for (const { windings } of feeder.transformers) for (const { terminal } of windings) bring(terminal);
  const bus: number[] = [];
  const conductor: number[] = [];
  const index = there.map((conductors, b) => {
    const here = new Map<Conductor, number>();
    for (const c of [...conductors].sort((x, y) => x - y)) {
      here.set(c, bus.length);
      bus.push(b);
      conductor.push(c);
    }
    return here;
  });
  return { bus, conductor, indexOf: (b, c) => index[b]?.get(c) ?? -1 };
}

function islandsOf(feeder: Feeder): Pick<FeederTopology, 'island' | 'islands_count' | 'unsuppliedIslands'> {
  const joined = new Joined(feeder.buses.length);
  for (const { from, to } of closedWires(feeder)) joined.join(from.bus, to.bus);
  for (const { windings, inService } of feeder.transformers) {
    if (inService) for (const { terminal } of windings) joined.join(windings[0].terminal.bus, terminal.bus);
  }
  const numberOf = new Map<number, number>();
  const island = Int32Array.from(feeder.buses, (_, b) => {
    const root = joined.root(b);
    const number = numberOf.get(root) ?? numberOf.size;
    numberOf.set(root, number);
    return number;
  });
  const supplied = new Set(feeder.sources.filter(({ inService }) => inService).map(({ terminal }) => island[terminal.bus]));
  return { island, islands_count: numberOf.size, unsuppliedIslands: [...numberOf.values()].filter((number) => !supplied.has(number)) };
}

/** Disjoint sets with path halving. @source Tarjan, van Leeuwen, J. ACM 31 (1984) */
class Joined {
  private readonly parent: Int32Array;

  constructor(count: number) {
    this.parent = Int32Array.from({ length: count }, (_, i) => i);
  }

  root(node: number): number {
    const { parent } = this;
    while (parent[node] !== node) {
      parent[node] = parent[parent[node]];
      node = parent[node];
    }
    return node;
  }

  join(a: number, b: number): void {
    this.parent[this.root(a)] = this.root(b);
  }
}
