import type { BlockBuilder } from '../../../../problem/block-builder.ts';
import { columnsRow, type ComplexRow, constantRow, realColumn } from '../complex-row.ts';
import type { FeederModel } from '../model.ts';
import { conjugate, entry, type Phasor, times, zero } from '../phasor.ts';
import { type HermitianRows, part } from './hermitian.ts';

/**
 * W = v·vᴴ of every bus: squares on the diagonal (column n for node n), products beside it. Behind the source both are known.
 * @shape one per group, in the order of its nodes
 */
export type BusProducts = readonly HermitianRows[];

export function addBusProducts(build: BlockBuilder, { wires, w_min_pu, w_max_pu, nodeName }: FeederModel): BusProducts {
  const known = (node: number): Phasor | undefined => wires.rootVoltage[node];
  wires.nodes.forEach((_, node) => {
    const v = known(node);
    const w = v === undefined ? undefined : v[0] ** 2 + v[1] ** 2;
    build.column(w ?? w_min_pu[node], w ?? w_max_pu[node], () => `voltage limit of ${nodeName(node)}`);
  });
  return wires.groups.map((nodes) =>
    nodes.map((node, i) =>
      nodes.slice(0, i + 1).map((other): ComplexRow => {
        const [v, u] = [known(node), known(other)];
        if (v !== undefined && u !== undefined) return constantRow(node === other ? [v[0] ** 2 + v[1] ** 2, 0] : times(v, conjugate(u)));
        if (node === other) return realColumn(node);
        const column = (): number =>
          build.column(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, () => `product of the voltages of ${nodeName(node)} and ${nodeName(other)}`);
        return columnsRow(column(), column());
      }),
    ),
  );
}

/**
 * M = y·yᴴ of a section, y = (v_f, j) with i = U·j the current that it delivers; y = (1, j) where v_f is the source's, so that the matrix has an inside.
 * Every voltage and current of the section is a row times y.
 * @shape vFrom (f), current (t), vTo (t): rows over y
 */
export interface SectionLift {
  readonly m: HermitianRows;
  readonly vFrom: readonly (readonly Phasor[])[];
  readonly current: readonly (readonly Phasor[])[];
  readonly vTo: readonly (readonly Phasor[])[];
  /** Currents that enter at the from side, without the shunt there. */
  readonly entering: readonly (readonly Phasor[])[];
}

export function addSectionLift(build: BlockBuilder, { wires }: FeederModel, products: BusProducts, s: number): SectionLift {
  const { id, from, to, C, Z, B, delivered: U } = wires.sections[s];
  const isKnown = from[0] < wires.roots_count;
  const feeding = isKnown ? 1 : from.length;
  const size = feeding + U.cols;
  const group = wires.groups[wires.groupOf[from[0]]];
  const w = isKnown ? [[constantRow([1, 0])]] : part(products[wires.groupOf[from[0]]], from.map((node) => group.indexOf(node)));
  const m = bordered(build, w, U.cols, () => id);
  const unit = (k: number, value: Phasor = [1, 0]): Phasor[] => Array.from({ length: size }, (_, j) => (j === k ? value : zero));
  const vFrom = from.map((node, k) => (isKnown ? unit(0, wires.rootVoltage[node]) : unit(k)));
  const current = to.map((_, k) => Array.from({ length: size }, (__, j): Phasor => (j < feeding ? zero : entry(U, k, j - feeding))));
  const weighted = (rows: readonly (readonly Phasor[])[], a: (k: number) => Phasor): Phasor[] =>
    Array.from({ length: size }, (_, j) =>
      rows.reduce<Phasor>((sum, row, k) => {
        const [re, im] = times(a(k), row[j]);
        return [sum[0] + re, sum[1] + im];
      }, zero),
    );
  const vTo = to.map((_, t) => {
    const open = weighted(vFrom, (k) => entry(C, t, k));
    const drop = weighted(current, (k) => entry(Z, t, k));
    return open.map(([re, im], j): Phasor => [re - drop[j][0], im - drop[j][1]]);
  });
  const entering = from.map((_, f) => weighted(current, (k) => entry(B, f, k)));
  return { m, vFrom, current, vTo, entering };
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
