import { buildNetwork } from '../build.ts';
import type { Case, Network } from '../network.ts';
import { buildTopology, type Topology } from '../topology.ts';
import {
  addLine,
  addShunt,
  addSwitch,
  admittanceAtNominal,
  approximate,
  type BalancedDraft,
  impedanceAsOnePhase,
  pushWire,
} from './balanced-branches.ts';
import { addGenerator, addInverter, addLoad, type BalancedInjections } from './balanced-injections.ts';
import { addTransformer } from './balanced-transformers.ts';
import { shuntAdmittance } from './element-admittance.ts';
import type { Feeder, VoltageSource } from './feeder.ts';
import { buildFeederTopology, type FeederTopology } from './feeder-topology.ts';
import { mergePhases } from './merge-phases.ts';
import { nominalVoltages } from './nominal-voltages.ts';

export interface BalancedOptions {
  /** The power of ten above the sum of all loads, generators and inverters when absent. */
  readonly s_base_kVA?: number | undefined;
}

/**
 * One phase that stands for three: the positive-sequence network of a feeder and its operating point, controls as they stand.
 *
 * Exact for what is balanced. The rest keeps its total power: a single-phase line carries a third of the current of its equivalent and so stands with three times its
 * impedance, unequal loads count by their sum. Each approximation is a warning that names its elements.
 *
 * The first buses are those of the feeder in its order; buses of three-winding transformers (`<id> star`) and behind the impedances of sources (`<id> source`) follow.
 * What nothing feeds is isolated.
 * @throws the codes of `buildNetwork`
 * @source Kersting, Distribution System Modeling and Analysis (4th ed.), section 4.1.9 (sequence impedances)
 */
export function balancedCase(feeder: Feeder, { s_base_kVA = baseAbove(feeder) }: BalancedOptions = {}): Case {
  const topology = buildFeederTopology(feeder);
  const draft: BalancedDraft = {
    feeder,
    s_base_kVA,
    nominal: nominalVoltages(feeder, topology),
    buses: feeder.buses.map(({ v_min_pu = 0.9, v_max_pu = 1.1, ...bus }) => ({ ...bus, v_min_pu, v_max_pu })),
    branches: [],
    shunts: [],
    banks: new Map(),
    approximated: new Map(),
  };
  const into: BalancedInjections = {
    p_kW: new Float64Array(feeder.buses.length),
    q_kvar: new Float64Array(feeder.buses.length),
    generators: [],
  };
  reportOddConductors(draft, topology);
  for (const line of feeder.lines) addLine(draft, line);
  for (const element of feeder.switches) addSwitch(draft, element);
  for (const transformer of feeder.transformers) addTransformer(draft, transformer);
  for (const shunt of feeder.shunts) {
    const { g_S, b_S } = shuntAdmittance(shunt);
    addShunt(draft, shunt.terminal.bus, admittanceAtNominal(draft, shunt.terminal, g_S), admittanceAtNominal(draft, shunt.terminal, b_S));
  }
  for (const load of feeder.loads) addLoad(draft, into, topology, load);
  for (const generator of feeder.generators) addGenerator(draft, into, topology, generator);
  for (const inverter of feeder.inverters) addInverter(draft, into, topology, inverter);
  const held = feeder.sources.filter(({ inService }) => inService).map((source) => addSource(draft, source));
  const oddities: string[] = [];
  const branches = mergePhases(draft);
  const ids = distinct(branches.map(({ id }) => id));
  const network = buildNetwork(
    {
      name: feeder.name,
      s_base_kVA,
      buses: draft.buses,
      branches: branches.map((branch, l) => ({ ...branch, id: ids[l] })),
      shunts: draft.shunts,
      source: feeder.source,
    },
    { negativeImpedance: 'warning', warn: (text) => oddities.push(text) },
  );
  const nB = network.buses.length;
  const indexOf = new Map(network.buses.map(({ id }, b) => [id, b]));
  const slacks: number[] = [];
  const v_start_pu = new Float64Array(nB).fill(1);
  const angle_start_deg = new Float64Array(nB).fill(held[0]?.angle_deg ?? 0);
  for (const { bus, v_pu, angle_deg } of held) {
    const b = indexOf.get(bus)!;
    if (!slacks.includes(b)) slacks.push(b);
    v_start_pu[b] = v_pu;
    angle_start_deg[b] = angle_deg;
  }
  const { island, unsuppliedIslands, order, parent, parentBranch } = buildTopology(network, slacks);
  startWithoutLoad(network, { order, parent, parentBranch }, v_start_pu, angle_start_deg);
  const isolated = Array.from({ length: nB }, (_, b) => b).filter((b) => unsuppliedIslands.includes(island[b]));
  const fed = new Set([...topology.bus].filter((_, i) => topology.fed[i] === 1));
  const lost = isolated.filter((b) => fed.has(b)).map((b) => network.buses[b].id);
  const warnings = [...draft.approximated].map(([how, names]) => `${how}: ${listed(names)}`);
  if (lost.length > 0)
    warnings.unshift(`Buses that are fed, but not through anything that one phase can say, are left out: ${listed(lost)}`);
  return Object.freeze({
    network,
    operatingPoint: Object.freeze({
      p_kW: longer(into.p_kW, nB),
      q_kvar: longer(into.q_kvar, nB),
      generators: Object.freeze(into.generators),
      slacks: Object.freeze(slacks),
      v_start_pu,
      angle_start_deg,
      isolated: Object.freeze(isolated),
    }),
    feeder,
    dropped: [],
    warnings: [...warnings, ...oddities],
  });
}

/** Conductors whose nominal voltage does not go with their bus: the middle of an autotransformer that stands on one bus, for example. */
function reportOddConductors(draft: BalancedDraft, topology: FeederTopology): void {
  const name = (i: number): string => `${draft.feeder.buses[topology.bus[i]].id}.${topology.conductor[i]}`;
  for (const i of draft.nominal.odd)
    approximate(draft, 'Conductors at another voltage than their bus are taken as if they had none', name(i));
  for (let i = 0; i < topology.count; i++) {
    if (topology.fed[i] === 1 && draft.nominal.known[i] === 0)
      approximate(draft, 'Conductors whose voltage without load is not plain are taken as phases 1 2 3, or as neutrals', name(i));
  }
}

/** A base of the size of the powers, so that rounding of small impedances stays below the power flow's tolerance. */
function baseAbove({ loads, generators, inverters }: Feeder): number {
  let sum_kVA = 0;
  for (const { p_kW, q_kvar } of [...loads, ...generators]) for (let k = 0; k < p_kW.length; k++) sum_kVA += Math.hypot(p_kW[k], q_kvar[k]);
  for (const { s_rated_kVA } of inverters) sum_kVA += s_rated_kVA;
  return sum_kVA > 0 ? Number(`1e${Math.ceil(Math.log10(sum_kVA))}`) : 1000;
}

/** The slack of a source: its own bus, or one behind its impedance. Voltage: the positive sequence of what it gives. */
function addSource(draft: BalancedDraft, source: VoltageSource): { bus: string; v_pu: number; angle_deg: number } {
  const { id, v_base_kV } = draft.feeder.buses[source.terminal.bus];
  const n = source.terminal.conductors.length;
  // each conductor turned to where phase a points
  let [re, im, count] = [0, 0, 0];
  source.terminal.conductors.forEach((c, k) => {
    if (c < 1 || c > 3) return;
    const angle_rad = ((source.angle_deg[k] + 120 * (c - 1)) * Math.PI) / 180;
    re += source.e_kV[k] * Math.cos(angle_rad);
    im += source.e_kV[k] * Math.sin(angle_rad);
    count++;
  });
  const v_pu = (Math.hypot(re, im) / Math.max(1, count)) * (Math.sqrt(3) / v_base_kV);
  const angle_deg = (Math.atan2(im, re) * 180) / Math.PI;
  if ((source.r_ohm === undefined && source.x_ohm === undefined) || holdsPositiveSequence(source)) return { bus: id, v_pu, angle_deg };
  const zero = new Array<number>(n * n).fill(0);
  const behind = distinct([...draft.buses.map((bus) => bus.id), `${source.id} source`]).at(-1)!;
  draft.buses.push({ id: behind, v_base_kV, v_min_pu: 0, v_max_pu: 2 });
  pushWire(draft, {
    id: `${source.id} impedance`,
    from: behind,
    to: id,
    r_pu: impedanceAsOnePhase(draft, source.terminal, source.r_ohm ?? zero),
    x_pu: impedanceAsOnePhase(draft, source.terminal, source.x_ohm ?? zero),
  });
  return { bus: behind, v_pu, angle_deg };
}

/** Voltages as the turns of the transformers give them from the slacks on: taps stand far from 1, and their small impedances would take a flat start for a short circuit. */
function startWithoutLoad(
  { branches }: Network,
  { order, parent, parentBranch }: Pick<Topology, 'order' | 'parent' | 'parentBranch'>,
  v_start_pu: Float64Array,
  angle_start_deg: Float64Array,
): void {
  for (const b of order) {
    if (parent[b] < 0) continue;
    const { from, ratio, shift_deg } = branches[parentBranch[b]];
    const isForward = from === parent[b];
    v_start_pu[b] = v_start_pu[parent[b]] * (isForward ? 1 / ratio : ratio);
    angle_start_deg[b] = angle_start_deg[parent[b]] + (isForward ? -shift_deg : shift_deg);
  }
}

/** Negligible beside the impedance of a source in its other sequences. */
const held_frac = 1e-4;

/**
 * A source whose voltage only an unbalanced current moves, as pandapower's external grids: Z₁ = Σ z_ij·e^j(θ_j − θ_i)/3 is nothing beside the rest of a matrix that
 * is not symmetric.
 */
function holdsPositiveSequence({ terminal, r_ohm = [], x_ohm = [] }: VoltageSource): boolean {
  if (terminal.conductors.join() !== '1,2,3') return false;
  let [re, im, most] = [0, 0, 0];
  for (let k = 0; k < 9; k++) {
    const turn = ((Math.floor(k / 3) - (k % 3)) * 2 * Math.PI) / 3;
    const [r, x] = [r_ohm[k] ?? 0, x_ohm[k] ?? 0];
    re += (r * Math.cos(turn) - x * Math.sin(turn)) / 3;
    im += (x * Math.cos(turn) + r * Math.sin(turn)) / 3;
    most = Math.max(most, Math.hypot(r, x));
  }
  return Math.hypot(re, im) <= held_frac * most;
}

function longer(values: Float64Array, length: number): Float64Array {
  const copy = new Float64Array(length);
  copy.set(values);
  return copy;
}

/** The same names, a number after those that were there already: lines and transformers may share ids, branches may not. */
function distinct(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.map((name) => {
    let id = name;
    for (let k = 2; seen.has(id); k++) id = `${name} ${k}`;
    seen.add(id);
    return id;
  });
}

function listed(names: readonly string[]): string {
  const all = [...new Set(names)];
  return all.length <= 6 ? all.join(', ') : `${all.slice(0, 5).join(', ')} and ${all.length - 5} more`;
}
