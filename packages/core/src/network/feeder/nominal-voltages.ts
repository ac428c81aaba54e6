import type { Feeder, Terminal, Transformer } from './feeder.ts';
import type { FeederTopology } from './feeder-topology.ts';
import { type Combination, type TransformerWiring, wireTransformer } from './transformer-wiring.ts';

/**
 * Where the voltage of every conductor would point without load, as a multiple of the nominal voltage to earth of its bus (0, 1, √3 or 2, nearest).
 *
 * Sources first; wires carry it on; a transformer carries it from coils whose ends are known to the other coils on their cores, by rated voltages. Coils that nothing
 * ties to a known conductor are put, all that touch together, so that their conductors add up to nothing. What nothing reaches is given what its number says: phases
 * 1 2 3 at 0°, −120°, 120°, everything else nothing.
 * @shape re, im, known [place of the topology]
 */
export interface NominalVoltages {
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** 1 where a source's voltage arrived. */
  readonly known: Uint8Array;
  /** Places whose voltage is none of these multiples by more than a quarter. */
  readonly odd: readonly number[];
  /** Of the conductors of a terminal; earth is nothing. */
  at(terminal: Terminal): { readonly re: number; readonly im: number }[];
}

export function nominalVoltages(feeder: Feeder, topology: FeederTopology): NominalVoltages {
  const spread = new Spread(feeder, topology);
  spread.run();
  const { re, im, known } = spread;
  const odd: number[] = [];
  for (let i = 0; i < topology.count; i++) {
    const nominal_V = (feeder.buses[topology.bus[i]].v_base_kV * 1000) / Math.sqrt(3);
    const c = topology.conductor[i];
    if (known[i] === 0 && c <= 3) {
      re[i] = Math.cos((-2 * Math.PI * (c - 1)) / 3);
      im[i] = Math.sin((-2 * Math.PI * (c - 1)) / 3);
      continue;
    }
    const size = Math.hypot(re[i], im[i]);
    const multiple = [0, 1, Math.sqrt(3), 2].reduce((best, m) =>
      Math.abs(m - size / nominal_V) < Math.abs(best - size / nominal_V) ? m : best,
    );
    if (Math.abs(multiple - size / nominal_V) > 0.25) odd.push(i);
    re[i] = size === 0 ? 0 : (re[i] / size) * multiple;
    im[i] = size === 0 ? 0 : (im[i] / size) * multiple;
  }
  const at = ({ bus, conductors }: Terminal) =>
    conductors.map((c) => {
      const place = topology.indexOf(bus, c);
      return place < 0 ? { re: 0, im: 0 } : { re: re[place], im: im[place] };
    });
  return { re, im, known, odd, at };
}

/** Below this part of the nominal voltage that of a source would be taken for none at all. */
const SAG_FRAC = 0.75;

/** Volts of the places, as they become known. */
class Spread {
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly known: Uint8Array;
  private readonly feeder: Feeder;
  private readonly topology: FeederTopology;
  private changed = true;
  /** Coils of known voltage between two places that are not known yet. */
  private free: { readonly from: number; readonly to: number; readonly step: readonly [number, number] }[] = [];

  constructor(feeder: Feeder, topology: FeederTopology) {
    this.feeder = feeder;
    this.topology = topology;
    this.re = new Float64Array(topology.count);
    this.im = new Float64Array(topology.count);
    this.known = new Uint8Array(topology.count);
  }

  run(): void {
    const { feeder, topology } = this;
    for (const { terminal, e_kV, angle_deg, inService } of feeder.sources) {
      if (!inService) continue;
      const nominal_V = (1000 * feeder.buses[terminal.bus].v_base_kV) / Math.sqrt(3);
      terminal.conductors.forEach((c, k) => {
        const angle_rad = (angle_deg[k] * Math.PI) / 180;
        // a source in a deep sag still stands for the nominal voltage
        const e_V = e_kV[k] > 0 ? Math.max(1000 * e_kV[k], nominal_V * SAG_FRAC) : 0;
        this.tell(topology.indexOf(terminal.bus, c), e_V * Math.cos(angle_rad), e_V * Math.sin(angle_rad));
      });
    }
    const wires = [
      ...feeder.lines.filter(({ closedFrom, closedTo }) => closedFrom && closedTo),
      ...feeder.switches.filter(({ closed }) => closed),
    ];
    const next: number[][] = Array.from({ length: topology.count }, () => []);
    for (const { from, to } of wires) {
      from.conductors.forEach((c, k) => {
        const [a, b] = [topology.indexOf(from.bus, c), topology.indexOf(to.bus, to.conductors[k])];
        if (a < 0 || b < 0) return;
        next[a].push(b);
        next[b].push(a);
      });
    }
    const transformers = feeder.transformers
      .filter(({ inService }) => inService)
      .map((transformer) => ({ transformer, wiring: wireTransformer(transformer) }));
    while (this.changed) {
      this.changed = false;
      this.free = [];
      this.along(next);
      for (const { transformer, wiring } of transformers) this.across(transformer, wiring);
      if (!this.changed) this.settleFree();
    }
  }

  private tell(place: number, re: number, im: number): void {
    if (place < 0 || this.known[place] === 1) return;
    this.re[place] = re;
    this.im[place] = im;
    this.known[place] = 1;
    this.changed = true;
  }

  private along(next: readonly (readonly number[])[]): void {
    const queue = [...this.known.keys()].filter((i) => this.known[i] === 1);
    for (let head = 0; head < queue.length; head++) {
      const here = queue[head];
      for (const there of next[here]) {
        if (this.known[there] === 1) continue;
        this.tell(there, this.re[here], this.im[here]);
        queue.push(there);
      }
    }
  }

  /** From windings whose coils have known ends to all others. */
  private across({ windings, cores_count }: Transformer, wiring: TransformerWiring): void {
    const { topology } = this;
    const places: (number | undefined)[] = windings.flatMap(({ terminal }) =>
      terminal.conductors.map((c) => (c === 0 ? -2 : topology.indexOf(terminal.bus, c))),
    );
    // nothing comes from or goes to a winding that is open
    for (const node of wiring.openNodes) places[node] = -1;
    // a star point has no voltage until a source says otherwise; of a single coil only one that is not a phase
    const isStar = (winding: number, node: number): boolean =>
      windings[winding].connection === 'wye' && (cores_count > 1 || places[node] === undefined || topology.conductor[places[node]] > 3);
    const stars = new Set(wiring.coilEnds.filter(({ winding, to }) => isStar(winding, to)).map(({ to }) => to));
    const voltage = (node: number): [number, number] | undefined => {
      const place = places[node];
      if (place === -2 || place === undefined) return [0, 0];
      if (this.known[place] === 1) return [this.re[place], this.im[place]];
      return stars.has(node) ? [0, 0] : undefined;
    };
    const flux: ([number, number] | undefined)[] = Array.from({ length: cores_count }, () => undefined);
    wiring.coils.forEach((cores, w) => {
      cores.forEach((coil, core) => {
        const ends = coil.map(({ node }) => voltage(node));
        if (flux[core] !== undefined || ends.includes(undefined)) return;
        const sum = coil.reduce<[number, number]>(
          ([re, im], { factor }, k) => [re + factor * ends[k]![0], im + factor * ends[k]![1]],
          [0, 0],
        );
        if (Math.hypot(...sum) > 1e-3 * wiring.vCoil_V[w]) flux[core] = [sum[0] / wiring.vCoil_V[w], sum[1] / wiring.vCoil_V[w]];
      });
    });
    wiring.coils.forEach((cores, w) => {
      if (cores[0].length > 2) return this.turned(cores, flux, wiring.vCoil_V[w], places);
      cores.forEach((coil, core) => {
        const u = flux[core];
        if (u === undefined) return;
        const [a, b] = coil;
        const scale = wiring.vCoil_V[w] / a.factor;
        const [va, vb] = [voltage(a.node), voltage(b.node)];
        const [from, to] = [places[a.node], places[b.node]];
        if (va !== undefined) this.tell(to ?? -1, va[0] - scale * u[0], va[1] - scale * u[1]);
        if (vb !== undefined) this.tell(from ?? -1, vb[0] + scale * u[0], vb[1] + scale * u[1]);
        if (va === undefined && vb === undefined && from !== undefined && to !== undefined && from >= 0 && to >= 0)
          this.free.push({ from, to, step: [scale * u[0], scale * u[1]] });
      });
    });
    for (const star of stars) if (places[star] !== undefined) this.tell(places[star], 0, 0);
  }

  /** A phase shifter: its coils are a rotation, which is undone by its transpose. */
  private turned(
    cores: readonly Combination[],
    flux: readonly ([number, number] | undefined)[],
    vCoil_V: number,
    places: readonly (number | undefined)[],
  ): void {
    if (flux.includes(undefined)) return;
    for (const { node } of cores[0].slice(0, 3)) {
      const factors = cores.map((coil) => coil.find((each) => each.node === node)!.factor * vCoil_V);
      const sum = (part: 0 | 1): number => factors.reduce((total, factor, core) => total + factor * flux[core]![part], 0);
      this.tell(places[node] ?? -1, sum(0), sum(1));
    }
  }

  /** All free coils that touch the first one, about their common middle. */
  private settleFree(): void {
    if (this.free.length === 0) return;
    const found = new Map<number, readonly [number, number]>([[this.free[0].from, [0, 0]]]);
    for (let before = 0; before < found.size; ) {
      before = found.size;
      for (const { from, to, step } of this.free) {
        const [va, vb] = [found.get(from), found.get(to)];
        if (va !== undefined && vb === undefined) found.set(to, [va[0] - step[0], va[1] - step[1]]);
        else if (vb !== undefined && va === undefined) found.set(from, [vb[0] + step[0], vb[1] + step[1]]);
      }
    }
    let [re, im] = [0, 0];
    for (const v of found.values()) [re, im] = [re + v[0] / found.size, im + v[1] / found.size];
    for (const [place, v] of found) this.tell(place, v[0] - re, v[1] - im);
  }
}
