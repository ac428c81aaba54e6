import { BlockBuilder } from '../../../problem/block-builder.ts';
import type { AffineRow, Cone, Program } from '../../../problem/program.ts';
import { addRow, combine, terms } from '../../affine.ts';
import { type ComplexRow, columnsRow, combineRows } from '../complex-row.ts';
import type { FeederModel } from '../model.ts';
import { across, endShares, type Pair } from '../pairs.ts';
import { conjugate, entry, type Phasor, square, times } from '../phasor.ts';
import { sequenceGroups, sequenceRows } from '../sequence-voltages.ts';
import type { FeederQuestion } from '../settings.ts';
import { addSourceAndObjective, addUnitRatings, addUnits, type UnitColumns } from '../unit-columns.ts';
import { straightened } from '../voltage-law.ts';
import type { NodeShunt } from '../wires.ts';
import { addHermitianCone, entryOf, type HermitianRows, sandwich } from './hermitian.ts';
import { addSectionLift, addSquares, type BusLift, type SectionLift, sourceLift } from './lifted.ts';
import { type LiftLimits, largestOfUnit, largestPower, liftLimits, NOTHING_PU } from './limits.ts';
import { addPairBounds, addPairsLift, type PairBounds, type PairsLift } from './pairs-lift.ts';

/** W = v·vᴴ of every bus. @shape one per group, in the order of its nodes */
type Products = readonly HermitianRows[];

export interface SdpProblem {
  readonly program: Program;
  readonly products: Products;
  readonly lifts: readonly SectionLift[];
  /** Of pairs between phases, by group; absent where there are none. */
  readonly pairs: readonly (PairsLift | undefined)[];
  readonly rootP: readonly number[];
  readonly rootQ: readonly number[];
  readonly units: UnitColumns;
  /** What the source gives at its terminal, by root. */
  readonly imported: readonly ComplexRow[];
  readonly served: AffineRow;
}

/**
 * Branch-flow semidefinite relaxation of a three-phase feeder: products of voltages and currents become matrices, W = v·vᴴ at buses and
 * M = y·yᴴ, y = (v_f, i), at sections, in which every equation of the two-ports is straight:
 *
 *   W_t = [C −Z]·M·[C −Z]ᴴ      S_t = diag([C −Z]·M·[0 1]ᴴ)      S_f = diag([1 0]·M·[0 B]ᴴ) + diag(W·Yᴴ)
 *   Σ given − Σ taken = 0 at every node      |i|² ≤ i_max² is straight in M      |v₂|² ≤ κ²·|v₁|² in W
 *
 * and M ⪰ 0 of rank one, of which the rank is given up. Loads and units between phases have matrices of their own. A point of rank one is a power
 * flow, and then no power flow is better. Balances are rows 0 … 2·nodes − 1, active ones first.
 * @param around - voltages at which laws of loads that are neither constant power nor impedances are straightened
 * @unit per unit inside; cost in cur/h or kW
 * @source Gan, Low, Convex relaxations and linear approximation for optimal power flow in multiphase radial networks, PSCC (2014), section III; Zhao,
 *   Dall'Anese, Low (2017) for pairs between phases
 */
export function buildSdp(model: FeederModel, question: FeederQuestion, around: readonly Phasor[]): SdpProblem {
  const { wires, nodeName } = model;
  const build = new BlockBuilder();
  const cones: Cone[] = [];
  const limits = liftLimits(model, around);
  addSquares(build, model);
  const buses: BusLift[] = [sourceLift(model)];
  const lifts = wires.sections.map(({ from }, s) => {
    const lift = addSectionLift(build, model, buses[wires.groupOf[from[0]]], limits, s);
    for (const { group, bus } of lift.fed) buses[group] = bus;
    return lift;
  });
  const products = buses.map(({ w }) => w);
  const free = (name: () => string): number => build.column(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, name);
  const rootP = wires.rootVoltage.map((_, node) => free(() => `power of the source at ${nodeName(node)}`));
  const rootQ = wires.rootVoltage.map((_, node) => free(() => `reactive power of the source at ${nodeName(node)}`));
  const units = addUnits(build, model);

  const taken: (readonly [Phasor, ComplexRow])[][] = wires.nodes.map(() => []);
  const take = (node: number, row: ComplexRow, factor: Phasor = [1, 0]): void => {
    taken[node].push([factor, row]);
  };
  const given: Phasor = [-1, 0];
  rootP.forEach((column, node) => take(node, columnsRow(column, rootQ[node]), given));
  lifts.forEach(({ delivered, entering }, s) => {
    const { from, to } = wires.sections[s];
    to.forEach((node, k) => take(node, delivered[k], given));
    from.forEach((node, k) => take(node, entering[k]));
  });
  const servedParts: (readonly [number, AffineRow])[] = [];
  const takeShunt = ({ nodes, y }: NodeShunt, isServed: boolean): void =>
    nodes.forEach((node, row) => {
      const power = combineRows(
        ...nodes.map((other, col) => [conjugate(entry(y, row, col)), entryIn(products, wires, node, other)] as const),
      );
      take(node, power);
      if (isServed) servedParts.push([1, power.re]);
    });
  for (const shunt of wires.shunts) takeShunt(shunt, false);
  for (const shunt of model.loadShunts) takeShunt(shunt, true);
  const pairs = addConsumers(build, model, buses, { around, limits, units, take, served: servedParts });
  taken.forEach((parts, node) =>
    addRow(build, negative(combineRows(...parts).re), 0, 0, () => `active power balance of ${nodeName(node)}`),
  );
  taken.forEach((parts, node) =>
    addRow(build, negative(combineRows(...parts).im), 0, 0, () => `reactive power balance of ${nodeName(node)}`),
  );
  pairs.forEach(({ lift, wanted, name }) =>
    lift?.power.forEach((power, k) => {
      addRow(build, combine([1, power.re], [-1, wanted[k].re]), 0, 0, () => `power between phases of ${name}`);
      addRow(build, combine([1, power.im], [-1, wanted[k].im]), 0, 0, () => `reactive power between phases of ${name}`);
    }),
  );

  for (const lift of lifts) {
    addDrops(build, model, lift);
    lift.limit(build, cones);
  }
  pairs.forEach(({ lift, bounds, name }, g) => {
    if (lift === undefined || bounds === undefined) return;
    addPairBounds(build, model, products[g], lift, bounds);
    addHermitianCone(build, cones, lift.m, () => `currents between phases of ${name}`);
  });
  addUnitRatings(build, cones, model, units);
  if (question.unbalance_max_frac !== undefined) addUnbalance(build, model, products, question.unbalance_max_frac);

  const isBehind = wires.sections[0]?.isSource === true;
  const imported = isBehind ? lifts[0].delivered : rootP.map((column, node) => columnsRow(column, rootQ[node]));
  const served = combine(...servedParts);
  addSourceAndObjective(build, model, question, { imported: combine(...imported.map(({ re }) => [1, re] as const)), served, units });
  const program: Program = { ...build.program(), ...(cones.length > 0 ? { cones } : {}) };
  return { program, products, lifts, pairs: pairs.map(({ lift }) => lift), rootP, rootQ, units, imported, served };
}

const negative = (row: AffineRow): AffineRow => combine([-1, row]);

interface ConsumerParts {
  readonly around: readonly Phasor[];
  readonly limits: LiftLimits;
  readonly units: UnitColumns;
  readonly take: (node: number, row: ComplexRow, factor?: Phasor) => void;
  readonly served: (readonly [number, AffineRow])[];
}

interface Consumers {
  readonly lift: PairsLift | undefined;
  readonly bounds?: PairBounds;
  readonly wanted: readonly ComplexRow[];
  readonly name: string;
}

/** Loads and units: to earth directly; between phases by the matrices of their bus, or behind the source with its voltages. */
function addConsumers(
  build: BlockBuilder,
  model: FeederModel,
  buses: readonly BusLift[],
  { around, limits, units, take, served }: ConsumerParts,
): Consumers[] {
  const { wires, feeder } = model;
  const products = buses.map(({ w }) => w);
  const byGroup = wires.groups.map(() => new Map<string, Together>());
  const consume = (pair: Pair, power: ComplexRow, factor: Phasor, power_max_pu: (w: number) => number): void => {
    if (pair.b < 0 || pair.a < wires.roots_count) {
      for (const { node, share } of endShares(wires.rootVoltage, pair)) take(node, power, times(share, factor));
      return;
    }
    const turned = pair.a > pair.b ? { a: pair.b, b: pair.a } : pair;
    const group = byGroup[wires.groupOf[pair.a]];
    const key = `${turned.a} ${turned.b}`;
    const known = group.get(key) ?? { pair: turned, parts: [], largest: [] };
    known.parts.push([factor, power]);
    known.largest.push(power_max_pu);
    group.set(key, known);
  };
  for (const load of model.loads) {
    const w0 = square(across(around, load));
    const { p, q } = straightened(load, squaredIn(products, model, load), w0);
    served.push([1, p]);
    consume(load, { re: p, im: q }, [1, 0], (w) => largestPower(load, w, w0));
  }
  model.units.forEach((unit, d) => {
    unit.pairs.forEach((pair, k) =>
      consume(pair, columnsRow(units.p[d], units.q[d]), [-unit.shares[k], 0], () => Math.abs(unit.shares[k]) * largestOfUnit(unit)),
    );
  });
  return byGroup.map((own, g) => {
    const nodes = wires.groups[g];
    const name = `bus ${feeder.buses[wires.nodes[nodes[0]].bus]?.id ?? ''}`;
    if (own.size === 0) return { lift: undefined, wanted: [], name };
    const all = [...own.values()];
    const pairs = all.map(({ pair }) => pair);
    const power_max_pu = (k: number, w: number): number => all[k].largest.reduce((sum, each) => sum + each(w), 0);
    const i_max_pu = pairs.map((pair, k) => {
      const [low, high] = limits.squares(pair);
      return Math.max(NOTHING_PU, Math.max(power_max_pu(k, low), power_max_pu(k, high)) / Math.sqrt(low));
    });
    const lift = addPairsLift(build, nodes, buses[g], pairs, i_max_pu, () => name);
    lift.taken.forEach((row, k) => take(nodes[k], row));
    const bounds = { nodes, pairs, limits, power_max_pu };
    return { lift, bounds, wanted: all.map(({ parts }) => combineRows(...parts)), name };
  });
}

/** Everything between the same two phases of a bus. */
interface Together {
  readonly pair: Pair;
  readonly parts: (readonly [Phasor, ComplexRow])[];
  readonly largest: ((w: number) => number)[];
}

/** w = |v_a − v_b|², straight in W. */
function squaredIn(products: Products, { wires }: FeederModel, { a, b }: Pair): AffineRow {
  if (b < 0) return entryIn(products, wires, a, a).re;
  const row = wires.groups[wires.groupOf[a]].map((node): Phasor => [node === a ? 1 : node === b ? -1 : 0, 0]);
  return sandwich(row, products[wires.groupOf[a]], row).re;
}

function entryIn(products: Products, { groups, groupOf }: FeederModel['wires'], node: number, other: number): ComplexRow {
  const g = groupOf[node];
  return entryOf(products[g], groups[g].indexOf(node), groups[g].indexOf(other));
}

/** Products of voltages at the buses that a section feeds. */
function addDrops(build: BlockBuilder, { wires, nodeName }: FeederModel, { fed }: SectionLift): void {
  for (const { group, bus, x } of fed) {
    const name = (k: number) => (): string => `voltage drop to ${nodeName(wires.groups[group][k])}`;
    bus.x.forEach((row, i) =>
      row.forEach((own, j) => {
        addRow(build, combine([1, own.re], [-1, x[i][j].re]), 0, 0, name(i));
        if (i !== j) addRow(build, combine([1, own.im], [-1, x[i][j].im]), 0, 0, name(i));
      }),
    );
    wires.groups[group].forEach((node, k) => addRow(build, combine([1, terms([node, 1])], [-1, bus.w[k][k].re]), 0, 0, name(k)));
  }
}

/** |v₂|² − κ²·|v₁|² ≤ 0. */
function addUnbalance(build: BlockBuilder, { wires, feeder }: FeederModel, products: Products, unbalance_max_frac: number): void {
  for (const { bus, nodes } of sequenceGroups(wires)) {
    const g = wires.groupOf[nodes[0]];
    const ordered = (row: readonly Phasor[]): Phasor[] => wires.groups[g].map((node) => row[nodes.indexOf(node)]);
    const size = (row: readonly Phasor[]): AffineRow => sandwich(ordered(row), products[g], ordered(row)).re;
    const over = combine([1, size(sequenceRows.negative)], [-unbalance_max_frac * unbalance_max_frac, size(sequenceRows.positive)]);
    addRow(build, over, Number.NEGATIVE_INFINITY, 0, () => `unbalance limit of bus ${feeder.buses[bus].id}`);
  }
}
