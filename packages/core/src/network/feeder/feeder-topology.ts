import type { BusIndex } from '../bus-index.ts';
import { shuntAdmittance } from './element-admittance.ts';
import type { Conductor, Feeder, PhaseShunt, Terminal, Transformer } from './feeder.ts';
import { wireTransformer } from './transformer-wiring.ts';

/**
 * Which conductors there are, and which of them a source feeds.
 *
 * A conductor is there when a source, line, switch, transformer or shunt brings it. It is **fed** when closed wires and energised coils lead from it to a
 * source in service, and **held** when wires or a shunt lead from it to earth. A core is energised when one of its coils has both ends fed or held; a point where
 * coils meet is fed when at least two of them are fed or held at their other ends.
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
  const earth = count;
  const nodeOf = (at: BusIndex, c: Conductor): number => (c === 0 ? earth : indexOf(at, c));
  const transformers = feeder.transformers.filter(({ inService }) => inService);
  const { coils, stars, nodes_count } = coilsOf(transformers, nodeOf, count + 1);
  const wires = new Joined(nodes_count);
  for (const { from, to } of closedWires(feeder)) {
    from.conductors.forEach((c, k) => wires.join(nodeOf(from.bus, c), nodeOf(to.bus, to.conductors[k])));
  }
  for (const [star, neutral] of stars) wires.join(star, neutral);
  const held = new Uint8Array(nodes_count);
  held[wires.root(earth)] = 1;
  for (const shunt of feeder.shunts) for (const c of earthedBy(shunt)) held[wires.root(nodeOf(shunt.terminal.bus, c))] = 1;
  const fed = new Uint8Array(nodes_count);
  for (const { terminal, inService } of feeder.sources) {
    if (inService) for (const c of terminal.conductors) if (c !== 0) fed[wires.root(nodeOf(terminal.bus, c))] = 1;
  }
  feedThrough(coils, wires, fed, held, wires.root(earth));
  return {
    count,
    bus: Int32Array.from(bus),
    conductor: Int32Array.from(conductor),
    indexOf,
    fed: Uint8Array.from({ length: count }, (_, i) => fed[wires.root(i)]),
    held: Uint8Array.from({ length: count }, (_, i) => held[wires.root(i)]),
    ...islandsOf(feeder),
  };
}

/** A coil between two nodes: places, earth (the first number after them), points inside transformers. */
interface Coil {
  readonly core: number;
  readonly from: number;
  readonly to: number;
}

/** All coils, cores numbered through; `stars`: points inside that an impedance joins to their conductor. */
function coilsOf(
  transformers: readonly Transformer[],
  nodeOf: (bus: BusIndex, conductor: Conductor) => number,
  firstInside: number,
): { coils: Coil[]; stars: [number, number][]; nodes_count: number } {
  const coils: Coil[] = [];
  const stars: [number, number][] = [];
  let nodes_count = firstInside;
  let cores = 0;
  for (const transformer of transformers) {
    const wiring = wireTransformer(transformer);
    const outside = transformer.windings.flatMap(({ terminal }) => terminal.conductors.map((c) => nodeOf(terminal.bus, c)));
    // points inside, and ends that an open breaker leaves inside
    for (const local of wiring.openNodes) outside[local] = nodes_count++;
    const inside = nodes_count - wiring.terminals_count;
    const node = (local: number): number => (local < wiring.terminals_count ? outside[local] : inside + local);
    for (const { core, from, to } of wiring.coilEnds) coils.push({ core: cores + core, from: node(from), to: node(to) });
    for (const { between } of wiring.neutrals) stars.push([node(between[0].node), node(between[1].node)]);
    nodes_count += wiring.nodes_count - wiring.terminals_count;
    cores += transformer.cores_count;
  }
  return { coils, stars, nodes_count };
}

/** Marks what coils feed until nothing more is. @param fed, held - by root of the joined wires */
function feedThrough(coils: readonly Coil[], wires: Joined, fed: Uint8Array, held: Uint8Array, earth: number): void {
  let changed = true;
  const isFed = (node: number): boolean => fed[wires.root(node)] === 1;
  const isLive = (node: number): boolean => isFed(node) || held[wires.root(node)] === 1;
  const feed = (node: number): void => {
    const root = wires.root(node);
    if (fed[root] === 1 || root === earth) return;
    fed[root] = 1;
    changed = true;
  };
  while (changed) {
    changed = false;
    const energised = new Set<number>();
    for (const { core, from, to } of coils) if ((isFed(from) && isLive(to)) || (isLive(from) && isFed(to))) energised.add(core);
    for (const { core, from, to } of coils) {
      if (!energised.has(core)) continue;
      feed(from);
      feed(to);
    }
    // by root: how many coils arrive from something live, and whether one of them is fed
    const arrivals = new Map<number, { count: number; isFed: boolean }>();
    for (const { from, to } of coils) {
      for (const [here, far] of [
        [from, to],
        [to, from],
      ]) {
        if (isFed(here) || !isLive(far)) continue;
        const root = wires.root(here);
        const before = arrivals.get(root);
        const now = { count: (before?.count ?? 0) + 1, isFed: before?.isFed === true || isFed(far) };
        arrivals.set(root, now);
        if (now.count >= 2 && now.isFed) feed(here);
      }
    }
  }
}

/** Conductors from which a shunt leads to earth. */
function earthedBy(shunt: PhaseShunt): Conductor[] {
  const { n, g_S, b_S } = shuntAdmittance(shunt);
  const { conductors } = shunt.terminal;
  return conductors.filter((_, i) => {
    let [g, b, size] = [0, 0, 0];
    for (let j = 0; j < n; j++) {
      if (conductors[j] !== 0) {
        g += g_S[i * n + j];
        b += b_S[i * n + j];
      }
      size += Math.hypot(g_S[i * n + j], b_S[i * n + j]);
    }
    return Math.hypot(g, b) > 1e-9 * size;
  });
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
    const closed = windings.filter((winding) => inService && winding.closed !== false);
    for (const { terminal } of closed) joined.join(closed[0].terminal.bus, terminal.bus);
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
