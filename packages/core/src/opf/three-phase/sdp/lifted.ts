import { type ComplexMatrix, complexMatrix, complexProduct } from '../../../linalg/complex-dense.ts';
import type { BlockBuilder } from '../../../problem/block-builder.ts';
import type { Cone } from '../../../problem/program.ts';
import { addProduct, addRow, constant } from '../../affine.ts';
import { type ComplexRow, columnsRow, constantRow, realColumn } from '../complex-row.ts';
import type { FeederModel } from '../model.ts';
import { entry, type Phasor } from '../phasor.ts';
import { largestOf } from '../two-port.ts';
import type { Section } from '../wires.ts';
import { type Coordinates, coordinatesOf } from './coordinates.ts';
import { addHermitianCone, congruent, type HermitianRows, sandwich } from './hermitian.ts';
import { type LiftLimits, ordinaryLimits } from './limits.ts';

/**
 * Products of the voltages of a bus, in the order of its nodes: X = x·xᴴ of its coordinates, v = T·x, and with it W = v·vᴴ = T·X·Tᴴ. Behind the source x = (1).
 */
export interface BusLift {
  readonly T: ComplexMatrix;
  readonly x: HermitianRows;
  readonly w: HermitianRows;
}

/** Column n for |v|² of node n, within its limits or fixed behind the source. */
export function addSquares(build: BlockBuilder, model: FeederModel): void {
  const { wires, nodeName } = model;
  const { low, high } = ordinaryLimits(model);
  wires.nodes.forEach((_, node) => {
    const v = wires.rootVoltage[node];
    const w = v === undefined ? undefined : v[0] ** 2 + v[1] ** 2;
    build.column(w ?? low[node], w ?? high[node], () => `voltage limit of ${nodeName(node)}`);
  });
}

export function sourceLift({ wires }: FeederModel): BusLift {
  const T = complexMatrix(wires.roots_count, 1);
  wires.rootVoltage.forEach(([re, im], node) => {
    T.re[node] = re;
    T.im[node] = im;
  });
  const x = [[constantRow([1, 0])]];
  return { T, x, w: congruent(T, x) };
}

/** A bus by the coordinates in which a section feeds it. */
function addBusLift(build: BlockBuilder, { wires, feeder }: FeederModel, group: number, T: ComplexMatrix): BusLift {
  const bus = feeder.buses[wires.nodes[wires.groups[group][0]].bus].id;
  const free = (): number =>
    build.column(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, () => `products of the voltages of bus ${bus}`);
  const x = Array.from({ length: T.cols }, (_, i) =>
    Array.from({ length: i + 1 }, (__, j): ComplexRow => (i === j ? realColumn(free()) : columnsRow(free(), free()))),
  );
  return { T, x, w: congruent(T, x) };
}

/** A section in straight expressions of products: what it delivers, what enters it, the products of the voltages that it feeds. */
export interface SectionLift {
  /** S at the conductors that it feeds. */
  readonly delivered: readonly ComplexRow[];
  /** S at the conductors that feed it, without the shunt there. */
  readonly entering: readonly ComplexRow[];
  /** The buses that it feeds, and their X by the section. */
  readonly fed: readonly { readonly group: number; readonly bus: BusLift; readonly x: HermitianRows }[];
  /** M, the rows over its vector that give the currents, and what its first entries are; absent where the section only joins conductors. */
  readonly matrix?: { readonly m: HermitianRows; readonly current: readonly Row[]; readonly feeding: Coordinates };
  /** Cone and ratings. */
  limit(build: BlockBuilder, cones: Cone[]): void;
}

type Row = readonly Phasor[];

/**
 * M = y·yᴴ of a section, y = (x, j): coordinates of the voltages that feed it, and the current that it delivers, i = U·D·j with D so large that j is of size
 * one. Every voltage and current of the section is a row times y. Where it only joins conductors (a switch without impedance), nothing would hold its
 * squared currents, and it passes on powers and voltages.
 */
export function addSectionLift(build: BlockBuilder, model: FeederModel, from: BusLift, limits: LiftLimits, s: number): SectionLift {
  const { wires, nodeName } = model;
  const section = wires.sections[s];
  const { id, to, C, Z, B, delivered: U, ratings } = section;
  const at = section.from.map((node) => wires.groups[wires.groupOf[node]].indexOf(node));
  const feeding = coordinatesOf(selected(from.T, at));
  const w = congruent(feeding.K, from.x);
  const fedBy = (rows: ComplexMatrix, m: HermitianRows): SectionLift['fed'] =>
    [...new Set(to.map((node) => wires.groupOf[node]))].map((group) => {
      const own = [...to.keys()].filter((k) => wires.groupOf[to[k]] === group);
      const { T, K } = coordinatesOf(selected(rows, own));
      return { group, bus: addBusLift(build, model, group, T), x: congruent(K, m) };
    });
  if (section.from[0] >= wires.roots_count && isJoint(section)) return joint(build, section, congruent(feeding.T, w), fedBy(feeding.T, w));

  const m = bordered(build, w, U.cols, () => id);
  const d = w.length;
  const scaled = complexProduct(
    U,
    diagonal(U.cols, (j) => to.reduce((sum, _, k) => sum + Math.hypot(...entry(U, k, j)) * limits.i_max_pu[s][k], 0)),
  );
  const voltage = beside(feeding.T, complexMatrix(at.length, U.cols));
  const current = beside(complexMatrix(to.length, d), scaled);
  const fed = beside(complexProduct(C, feeding.T), negative(complexProduct(Z, scaled)));
  const rows = { voltage: rowsOf(voltage), current: rowsOf(current), fed: rowsOf(fed), taken: rowsOf(complexProduct(B, current)) };
  return {
    delivered: to.map((_, k) => sandwich(rows.fed[k], m, rows.current[k])),
    entering: at.map((_, k) => sandwich(rows.voltage[k], m, rows.taken[k])),
    fed: fedBy(fed, m),
    matrix: { m, current: rows.current, feeding },
    limit(block, cones) {
      for (const { name, i_max_pu, E, F } of ratings) {
        const most =
          section.from.reduce((sum, node, k) => sum + Math.hypot(...entry(E, 0, k)) * limits.v_max_pu[node], 0) +
          to.reduce((sum, _, k) => sum + Math.hypot(...entry(F, 0, k)) * limits.i_max_pu[s][k], 0);
        // What cannot bind would be a row of tiny numbers under a large one.
        if (most <= i_max_pu) continue;
        const [all] = rowsOf(beside(complexProduct(E, feeding.T), complexProduct(F, scaled)));
        addRow(block, sandwich(all, m, all).re, Number.NEGATIVE_INFINITY, i_max_pu * i_max_pu, () => name);
      }
      to.forEach((node, k) => {
        const square = sandwich(rows.current[k], m, rows.current[k]).re;
        addRow(block, square, Number.NEGATIVE_INFINITY, limits.i_max_pu[s][k] ** 2, () => `current of ${id} at ${nodeName(node)}`);
      });
      addHermitianCone(block, cones, m, () => `currents of ${id}`);
    },
  };
}

/** Impedances and departures of C and B from 1 below this make no difference to any voltage. */
const JOINT_PU = 1e-6;

function isJoint({ from, to, C, Z, B }: Section): boolean {
  const isUnit = (m: ComplexMatrix): boolean =>
    m.re.every((re, k) => Math.abs(re - (k % (m.cols + 1) === 0 ? 1 : 0)) < JOINT_PU) && m.im.every((im) => Math.abs(im) < JOINT_PU);
  return from.length === to.length && largestOf(Z) < JOINT_PU && isUnit(C) && isUnit(B);
}

function joint(build: BlockBuilder, { id, to, ratings }: Section, w: HermitianRows, fed: SectionLift['fed']): SectionLift {
  const free = (): number => build.column(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, () => `flow of ${id}`);
  const power = to.map(() => columnsRow(free(), free()));
  return {
    delivered: power,
    entering: power,
    fed,
    limit(rows, cones) {
      for (const { name, i_max_pu, F } of ratings) {
        const k = to.findIndex((_, c) => Math.hypot(...entry(F, 0, c)) > 0.5);
        if (k >= 0) addProduct(rows, cones, constant(i_max_pu * i_max_pu), w[k][k].re, [power[k].re, power[k].im], () => name);
      }
    },
  };
}

/** W with so many more rows: products of what is in W with currents, and of currents. */
export function bordered(build: BlockBuilder, w: HermitianRows, currents_count: number, name: () => string): HermitianRows {
  const free = (what: string): number => build.column(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, () => `${what} of ${name()}`);
  const m = w.map((row) => [...row]);
  const n = w.length;
  for (let k = 0; k < currents_count; k++) {
    const row: ComplexRow[] = [];
    for (let j = 0; j < n + k; j++) row.push(columnsRow(free('product'), free('product')));
    row.push(realColumn(free('squared current')));
    m.push(row);
  }
  return m;
}

const rowsOf = (a: ComplexMatrix): Row[] =>
  Array.from({ length: a.rows }, (_, i) => Array.from({ length: a.cols }, (__, j) => entry(a, i, j)));

/** These rows of A. */
function selected(a: ComplexMatrix, rows: readonly number[]): ComplexMatrix {
  const out = complexMatrix(rows.length, a.cols);
  rows.forEach((row, i) => {
    out.re.set(a.re.subarray(row * a.cols, (row + 1) * a.cols), i * a.cols);
    out.im.set(a.im.subarray(row * a.cols, (row + 1) * a.cols), i * a.cols);
  });
  return out;
}

/** [A B] */
function beside(a: ComplexMatrix, b: ComplexMatrix): ComplexMatrix {
  const out = complexMatrix(a.rows, a.cols + b.cols);
  for (let i = 0; i < a.rows; i++) {
    for (const part of ['re', 'im'] as const) {
      out[part].set(a[part].subarray(i * a.cols, (i + 1) * a.cols), i * out.cols);
      out[part].set(b[part].subarray(i * b.cols, (i + 1) * b.cols), i * out.cols + a.cols);
    }
  }
  return out;
}

const negative = (a: ComplexMatrix): ComplexMatrix => ({ ...a, re: a.re.map((each) => -each), im: a.im.map((each) => -each) });

function diagonal(n: number, value: (k: number) => number): ComplexMatrix {
  const out = complexMatrix(n);
  for (let k = 0; k < n; k++) out.re[k * n + k] = value(k);
  return out;
}
