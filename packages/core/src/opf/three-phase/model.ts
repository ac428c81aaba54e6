import { CombinationError } from '../../base/errors.ts';
import { complexMatrix } from '../../linalg/complex-dense.ts';
import type { Conductor, Feeder, FeederBus, Load } from '../../network/feeder/feeder.ts';
import { lawTable } from '../../powerflows/three-phase/voltage-law.ts';
import type { Bases } from './element-in-phases.ts';
import type { Pair } from './pairs.ts';
import type { FeederOpfOptions } from './settings.ts';
import { type Unit, unitsOf } from './units.ts';
import { isImpedance, type PairLoad } from './voltage-law.ts';
import { behindSource, buildWires, type NodeShunt, type Wires } from './wires.ts';

/**
 * What a three-phase optimal power flow needs of a feeder, in per unit: powers on s_base_kVA per phase, voltages on v_base/√3 of the bus.
 * @shape w_min_pu, w_max_pu (nodes): limits of squared voltages, 0 and Infinity where there are none
 */
export interface FeederModel {
  readonly feeder: Feeder;
  readonly bases: Bases;
  readonly wires: Wires;
  readonly loads: readonly PairLoad[];
  /** Loads that are impedances, as admittances; apart from the shunts of the wires, because what they take is served. */
  readonly loadShunts: readonly NodeShunt[];
  readonly units: readonly Unit[];
  readonly w_min_pu: Float64Array;
  readonly w_max_pu: Float64Array;
  /** In the words of the feeder. */
  nodeName(node: number): string;
}

/** @throws {CombinationError} OPF_NOT_RADIAL, OPF_SOURCES_COUNT, OPF_PHASE_NOT_SUPPLIED @throws {InputError} OPF_UNIT_UNKNOWN */
export function buildFeederModel(feeder: Feeder, options: FeederOpfOptions): FeederModel {
  const bases: Bases = {
    s_base_kVA: powerBase(feeder),
    v_base_V: (bus) => (feeder.buses[bus].v_base_kV * 1000) / Math.sqrt(3),
  };
  const wires = buildWires(feeder, bases, options.hasRatings);
  const loads: PairLoad[] = [];
  const loadShunts: NodeShunt[] = [];
  for (const load of feeder.loads) {
    if (!load.inService) continue;
    const w_rated_pu = ((load.v_rated_kV * 1000) / bases.v_base_V(load.terminal.bus)) ** 2;
    pairsOf(wires, feeder, `load "${load.id}"`, load).forEach((pair, k) => {
      const p_pu = load.p_kW[k] / bases.s_base_kVA;
      const q_pu = load.q_kvar[k] / bases.s_base_kVA;
      const { pLaw, qLaw } = load;
      if (isImpedance(pLaw) && isImpedance(qLaw)) loadShunts.push(impedance(pair, p_pu / w_rated_pu, -q_pu / w_rated_pu));
      else loads.push({ ...pair, p_pu, q_pu, pLaw, qLaw, pTable: lawTable(pLaw, load), qTable: lawTable(qLaw, load), w_rated_pu });
    });
  }
  const units = unitsOf(feeder, options, bases.s_base_kVA, (what, elements) => pairsOf(wires, feeder, what, elements));
  const limit = (value: (bus: FeederBus) => number | undefined, otherwise: number): Float64Array =>
    Float64Array.from(wires.nodes, ({ bus }) =>
      bus === behindSource ? otherwise : (value(feeder.buses[bus]) ?? Math.sqrt(otherwise)) ** 2,
    );
  return {
    feeder,
    bases,
    wires,
    loads,
    loadShunts,
    units,
    w_min_pu: limit((bus) => bus.v_min_pu, 0),
    w_max_pu: limit((bus) => bus.v_max_pu, Number.POSITIVE_INFINITY),
    nodeName(node) {
      const { bus, conductor } = wires.nodes[node];
      return `${bus === behindSource ? 'the source' : `bus ${feeder.buses[bus].id}`}, phase ${phaseName(conductor)}`;
    },
  };
}

/** a, b, c for the conductors 1, 2, 3. */
export const phaseName = (conductor: Conductor): string => 'abc'[conductor - 1] ?? String(conductor);

/** The power of ten next to the largest power of one element, so that powers and currents are about one. */
function powerBase({ loads, generators, inverters }: Feeder): number {
  let largest_kVA = 0;
  const see = (p: readonly number[], q: readonly number[]): void =>
    p.forEach((each, k) => (largest_kVA = Math.max(largest_kVA, Math.hypot(each, q[k] ?? 0))));
  for (const { p_kW, q_kvar } of loads) see(p_kW, q_kvar);
  for (const { p_kW, q_kvar } of generators) see(p_kW, q_kvar);
  for (const { s_rated_kVA } of inverters) see([s_rated_kVA], [0]);
  return largest_kVA > 0 ? 10 ** Math.ceil(Math.log10(largest_kVA)) : 100;
}

/**
 * Between which nodes the elements of a load or unit stand, as `connection` says. A neutral is earth here.
 * @throws {CombinationError} OPF_PHASE_NOT_SUPPLIED
 */
function pairsOf(wires: Wires, feeder: Feeder, what: string, { connection, terminal }: Pick<Load, 'connection' | 'terminal'>): Pair[] {
  const { bus, conductors } = terminal;
  const nodeAt = (conductor: Conductor): number => {
    if (conductor < 1 || conductor > 3) return -1;
    const node = wires.nodeOf(bus, conductor);
    if (node >= 0) return node;
    throw new CombinationError({
      code: 'OPF_PHASE_NOT_SUPPLIED',
      message: `Nothing supplies phase ${phaseName(conductor)} of bus "${feeder.buses[bus].id}", where ${what} stands`,
      hint: 'Close the line or switch that leads there, or take what stands there out of service.',
    });
  };
  const nodes = conductors.map(nodeAt);
  const n = nodes.length;
  const between = (i: number, j: number): Pair => (nodes[i] >= 0 ? { a: nodes[i], b: nodes[j] } : { a: nodes[j], b: -1 });
  if (connection === 'wye') return nodes.slice(0, n - 1).map((_, k) => between(k, n - 1));
  return n === 2 ? [between(0, 1)] : nodes.map((_, k) => between(k, (k + 1) % n));
}

/** g + jb between a and b. */
function impedance({ a, b }: Pair, g: number, susceptance: number): NodeShunt {
  const nodes = b < 0 ? [a] : [a, b];
  const y = complexMatrix(nodes.length);
  for (let i = 0; i < nodes.length; i++) {
    for (let j = 0; j < nodes.length; j++) {
      y.re[i * nodes.length + j] = i === j ? g : -g;
      y.im[i * nodes.length + j] = i === j ? susceptance : -susceptance;
    }
  }
  return { nodes, y };
}
