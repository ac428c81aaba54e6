import type { FeederParts } from '../../network/feeder/feeder-parts.ts';
import { idOf, isOn, numberOf, type Row } from './dataset.ts';
import type { Reading } from './reading.ts';

type RegulatorPart = NonNullable<FeederParts['regulators']>[number];

/**
 * Holds the voltage of one winding's node within u_set ± u_band/2 by the tap of its transformer. Compensation is in ohm: 1 A through a current
 * transformer of 1 A. power-grid-model knows no delays; what ours wait for decides nothing with one regulator, and an order with several.
 */
export function readTapRegulator(row: Row, reading: Reading, transformers: ReadonlyMap<string, Row>): RegulatorPart | undefined {
  const id = idOf(row);
  const transformer = idOf(row, 'regulated_object');
  const regulated = transformers.get(transformer);
  if (regulated === undefined) {
    reading.drop(`transformer_tap_regulator ${id}`, row, `it regulates ${transformer}, which is no transformer here`);
    return undefined;
  }
  const perPhase = 1 / Math.sqrt(3);
  return {
    id,
    transformer,
    windingMeasured: numberOf(row, 'control_side'),
    windingMoved: numberOf(regulated, 'tap_side', 0),
    v_set_V: numberOf(row, 'u_set') * perPhase,
    band_V: numberOf(row, 'u_band') * perPhase,
    ptRatio: 1,
    ctRating_A: 1,
    r_V: numberOf(row, 'line_drop_compensation_r', 0),
    x_V: numberOf(row, 'line_drop_compensation_x', 0),
    delay_s: 15,
    tapDelay_s: 2,
    tapsPerChange_count: 1,
    reversible: false,
    enabled: isOn(row),
  };
}
