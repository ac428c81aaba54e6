import type { FeederParts } from '../../network/feeder/feeder-parts.ts';
import { has, idOf, isOn, numberOf, type Row, type Scenario } from './dataset.ts';
import type { Reading } from './reading.ts';

type RegulatorPart = NonNullable<FeederParts['regulators']>[number];

const firstDelay_s = 15;

/** `WindingType` of a delta. */
const delta = 2;

const windingColumn = (transformer: Row, side: number): string =>
  has(transformer, 'winding_1') ? `winding_${side + 1}` : side === 0 ? 'winding_from' : 'winding_to';

/**
 * Holds the voltage of one winding's node within u_set ± u_band/2 by the tap of its transformer. Compensation is in ohm: 1 A through a current
 * transformer of 1 A. power-grid-model knows no delays, but lets regulators act from the sources outwards: each waits longer than those before it.
 *
 * @param rank - regulated transformers between a source and this one
 */
export function readTapRegulator(
  row: Row,
  reading: Reading,
  transformers: ReadonlyMap<string, Row>,
  rank: number,
): RegulatorPart | undefined {
  const id = idOf(row);
  const transformer = idOf(row, 'regulated_object');
  const regulated = transformers.get(transformer);
  if (regulated === undefined) {
    reading.drop(`transformer_tap_regulator ${id}`, row, `it regulates ${transformer}, which is no transformer here`);
    return undefined;
  }
  const side = numberOf(row, 'control_side');
  // between the phases of a delta the relay sees √3 times the voltage, 30° ahead, of what it sees at a star; its compensation turns with it
  const isDelta = numberOf(regulated, windingColumn(regulated, side)) === delta;
  const perPhase = isDelta ? 1 : 1 / Math.sqrt(3);
  const [r, x] = [numberOf(row, 'line_drop_compensation_r', 0), numberOf(row, 'line_drop_compensation_x', 0)];
  const h = Math.sqrt(3) / 2;
  return {
    id,
    transformer,
    windingMeasured: side,
    windingMoved: numberOf(regulated, 'tap_side', 0),
    v_set_V: numberOf(row, 'u_set') * perPhase,
    band_V: numberOf(row, 'u_band') * perPhase,
    ptRatio: 1,
    ctRating_A: 1,
    r_V: isDelta ? Math.sqrt(3) * (h * r - x / 2) : r,
    x_V: isDelta ? Math.sqrt(3) * (r / 2 + h * x) : x,
    delay_s: firstDelay_s * (1 + rank),
    tapDelay_s: 2,
    tapsPerChange_count: 1,
    reversible: false,
    enabled: isOn(row),
  };
}

/** How many regulated transformers stand between the nearest source and each, by id; those without a source count as first. */
export function ranksOf(scenario: Scenario): ReadonlyMap<string, number> {
  const rows = (component: string): readonly Row[] => scenario.get(component) ?? [];
  const regulated = new Set(rows('transformer_tap_regulator').map((row) => idOf(row, 'regulated_object')));
  const branches = branchComponents.flatMap((component) =>
    rows(component).map((row) => {
      const ends = ['from', 'to', '1', '2', '3'].flatMap((end) => {
        const [node, status] = end.length > 1 ? [`${end}_node`, `${end}_status`] : [`node_${end}`, `status_${end}`];
        return has(row, node) && isOn(row, status) ? [idOf(row, node)] : [];
      });
      return { id: idOf(row), ends, length: regulated.has(idOf(row)) ? 1 : 0 };
    }),
  );
  const distance = new Map(rows('source').map((row) => [idOf(row, 'node'), 0]));
  const ranks = new Map<string, number>();
  // the number of regulated transformers in a row is small: go over the branches until nothing comes nearer
  for (let moved = true; moved; ) {
    moved = false;
    for (const { id, ends, length } of branches) {
      const nearest = Math.min(...ends.map((node) => distance.get(node) ?? Infinity));
      if (nearest === Infinity) continue;
      ranks.set(id, nearest);
      for (const node of ends) {
        if ((distance.get(node) ?? Infinity) <= nearest + length) continue;
        distance.set(node, nearest + length);
        moved = true;
      }
    }
  }
  return ranks;
}

const branchComponents = ['line', 'asym_line', 'link', 'generic_branch', 'transformer', 'three_winding_transformer'] as const;
