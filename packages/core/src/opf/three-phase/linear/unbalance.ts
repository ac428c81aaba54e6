import type { BlockBuilder } from '../../../problem/block-builder.ts';
import type { AffineRow, Cone } from '../../../problem/program.ts';
import { addCone, addRow, combine } from '../../affine.ts';
import { type ComplexRow, columnsRow, combineRows } from '../complex-row.ts';
import type { FeederModel } from '../model.ts';
import { entry, type Phasor } from '../phasor.ts';
import { sequenceGroups, sequenceOf, sequenceRows } from '../sequence-voltages.ts';

/** Columns of the complex voltage of each node, and the rows that say what it is. Empty without a limit. */
export interface VoltageRows {
  readonly columns: readonly (readonly [re: number, im: number])[];
  readonly rows: readonly number[];
}

/**
 * |v₂| ≤ κ·|v₁| at every bus with three phases: complex voltages follow from v_t = C·v_f − Z·i, which is linear in the currents; |v₁| is taken along the direction that it
 * has at v.
 */
export function addUnbalance(
  build: BlockBuilder,
  cones: Cone[],
  model: FeederModel,
  v: readonly Phasor[],
  currents: readonly (readonly ComplexRow[])[],
  unbalance_max_frac: number | undefined,
): VoltageRows {
  if (unbalance_max_frac === undefined) return { columns: [], rows: [] };
  const { wires, nodeName } = model;
  const columns = wires.nodes.map((_, node): [number, number] => {
    const known = wires.rootVoltage[node];
    const column = (part: 0 | 1): number =>
      build.column(
        known?.[part] ?? Number.NEGATIVE_INFINITY,
        known?.[part] ?? Number.POSITIVE_INFINITY,
        () => `voltage of ${nodeName(node)}`,
      );
    return [column(0), column(1)];
  });
  const voltage = columns.map(([re, im]) => columnsRow(re, im));
  const rows = wires.sections.flatMap(({ from, to, C, Z }, s) =>
    to.flatMap((node, k) => {
      const { re, im } = combineRows(
        [[1, 0], voltage[node]],
        ...from.map((feeding, j): [Phasor, ComplexRow] => [[-entry(C, k, j)[0], -entry(C, k, j)[1]], voltage[feeding]]),
        ...to.map((_, j): [Phasor, ComplexRow] => [entry(Z, k, j), currents[s][j]]),
      );
      return [re, im].map((part) => addRow(build, part, 0, 0, () => `voltage of ${nodeName(node)}`));
    }),
  );
  const { positive, negative } = sequenceRows;
  const ofThree = (row: readonly Phasor[], nodes: readonly number[]): ComplexRow =>
    combineRows(...row.map((a, k) => [a, voltage[nodes[k]]] as const));
  for (const { bus, nodes } of sequenceGroups(wires)) {
    const along = sequenceOf(
      positive,
      nodes.map((node) => v[node]),
    );
    const size = Math.hypot(...along);
    const v1 = ofThree(positive, nodes);
    const height: AffineRow = combine([(unbalance_max_frac * along[0]) / size, v1.re], [(unbalance_max_frac * along[1]) / size, v1.im]);
    const v2 = ofThree(negative, nodes);
    addCone(build, cones, [height, v2.re, v2.im], () => `unbalance limit of bus ${model.feeder.buses[bus].id}`);
  }
  return { columns, rows };
}
