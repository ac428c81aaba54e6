import type { ComplexMatrix } from '../../../linalg/complex-dense.ts';
import type { BlockBuilder } from '../../../problem/block-builder.ts';
import type { Cone } from '../../../problem/program.ts';
import { addProduct, addRow, constant } from '../../affine.ts';
import { type ComplexRow, columnsRow, constantRow, realColumn } from '../complex-row.ts';
import type { FeederModel } from '../model.ts';
import { conjugate, entry, minus, type Phasor, plus, times, zero } from '../phasor.ts';
import { largestOf } from '../two-port.ts';
import type { Section } from '../wires.ts';
import { addHermitianCone, entryOf, type HermitianRows, part, sandwich } from './hermitian.ts';
import { type LiftLimits, ordinaryLimits } from './limits.ts';

/**
 * W = v·vᴴ of every bus: squares on the diagonal (column n for node n), products beside it. Behind the source both are known.
 * @shape one per group, in the order of its nodes
 */
export type BusProducts = readonly HermitianRows[];

export function addBusProducts(build: BlockBuilder, model: FeederModel): BusProducts {
  const { wires, nodeName } = model;
  const { low, high } = ordinaryLimits(model);
  const known = (node: number): Phasor | undefined => wires.rootVoltage[node];
  wires.nodes.forEach((_, node) => {
    const v = known(node);
    const w = v === undefined ? undefined : v[0] ** 2 + v[1] ** 2;
    build.column(w ?? low[node], w ?? high[node], () => `voltage limit of ${nodeName(node)}`);
  });
  return wires.groups.map((nodes) =>
    nodes.map((node, i) =>
      nodes.slice(0, i + 1).map((other): ComplexRow => {
        const [v, u] = [known(node), known(other)];
        if (v !== undefined && u !== undefined) return constantRow(node === other ? [v[0] ** 2 + v[1] ** 2, 0] : times(v, conjugate(u)));
        if (node === other) return realColumn(node);
        const column = (): number =>
          build.column(
            Number.NEGATIVE_INFINITY,
            Number.POSITIVE_INFINITY,
            () => `product of the voltages of ${nodeName(node)} and ${nodeName(other)}`,
          );
        return columnsRow(column(), column());
      }),
    ),
  );
}

/** A section in straight expressions of products: what it delivers, what enters it, the products of the voltages that it feeds. */
export interface SectionLift {
  /** S at the conductors that it feeds. */
  readonly delivered: readonly ComplexRow[];
  /** S at the conductors that feed it, without the shunt there. */
  readonly entering: readonly ComplexRow[];
  fed(i: number, j: number): ComplexRow;
  /** M and the rows over its vector whose products make the above; absent where the section only joins conductors. */
  readonly matrix?: { readonly m: HermitianRows; readonly current: readonly Row[] };
  /** Cone and ratings. */
  limit(build: BlockBuilder, cones: Cone[]): void;
}

type Row = readonly Phasor[];

/**
 * M = y·yᴴ of a section, y = (v_f, j) with i = U·j the current that it delivers; y = (1, j) where v_f is the source's, so that the matrix has an inside.
 * Every voltage and current of the section is a row times y. Where it only joins conductors (a switch without impedance), nothing would hold its squared
 * currents, and it passes on powers and voltages.
 */
export function addSectionLift(
  build: BlockBuilder,
  { wires, nodeName }: FeederModel,
  products: BusProducts,
  limits: LiftLimits,
  s: number,
): SectionLift {
  const section = wires.sections[s];
  const { id, from, to, C, Z, B, delivered: U, ratings } = section;
  const g = wires.groupOf[from[0]];
  const isKnown = from[0] < wires.roots_count;
  if (!isKnown && isJoint(section))
    return joint(
      build,
      section,
      part(
        products[g],
        from.map((node) => wires.groups[g].indexOf(node)),
      ),
    );
  const feeding = isKnown ? 1 : from.length;
  const size = feeding + U.cols;
  const w = isKnown
    ? [[constantRow([1, 0])]]
    : part(
        products[g],
        from.map((node) => wires.groups[g].indexOf(node)),
      );
  const m = bordered(build, w, U.cols, () => id);
  const unit = (k: number, value: Phasor): Row => Array.from({ length: size }, (_, j) => (j === k ? value : zero));
  const weighted = (a: ComplexMatrix, k: number, rows: readonly Row[]): Phasor[] =>
    Array.from({ length: size }, (_, j) => rows.reduce<Phasor>((sum, row, r) => plus(sum, times(entry(a, k, r), row[j])), zero));
  const voltage = from.map((node, k) => (isKnown ? unit(0, wires.rootVoltage[node]) : unit(k, [1, 0])));
  const current = to.map((_, k) => Array.from({ length: size }, (__, j): Phasor => (j < feeding ? zero : entry(U, k, j - feeding))));
  const fedVoltage = to.map((_, k) => {
    const drop = weighted(Z, k, current);
    return weighted(C, k, voltage).map((open, j) => minus(open, drop[j]));
  });
  return {
    delivered: to.map((_, k) => sandwich(fedVoltage[k], m, current[k])),
    entering: from.map((_, k) => sandwich(voltage[k], m, weighted(B, k, current))),
    fed: (i, j) => sandwich(fedVoltage[i], m, fedVoltage[j]),
    matrix: { m, current },
    limit(rows, cones) {
      for (const { name, i_max_pu, E, F } of ratings) {
        const fromCurrent = weighted(F, 0, current);
        const all = weighted(E, 0, voltage).map((each, j) => plus(each, fromCurrent[j]));
        addRow(rows, sandwich(all, m, all).re, Number.NEGATIVE_INFINITY, i_max_pu * i_max_pu, () => name);
      }
      to.forEach((node, k) => {
        const square = sandwich(current[k], m, current[k]).re;
        addRow(rows, square, Number.NEGATIVE_INFINITY, limits.i_max_pu[s][k] ** 2, () => `current of ${id} at ${nodeName(node)}`);
      });
      addHermitianCone(rows, cones, m, () => `currents of ${id}`);
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

function joint(build: BlockBuilder, { id, to, ratings }: Section, w: HermitianRows): SectionLift {
  const free = (): number => build.column(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, () => `flow of ${id}`);
  const power = to.map(() => columnsRow(free(), free()));
  return {
    delivered: power,
    entering: power,
    fed: (i, j) => entryOf(w, i, j),
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
