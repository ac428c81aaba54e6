import type { Reading } from './reading.ts';
import { flagOf, has, numberOf, type Row, wordOf, wrong } from './tables.ts';

/** What the changers of a transformer make of it. */
export interface Taps {
  /** Turns of a side relative to its rated voltage. */
  readonly turnsOf: (side: string) => number;
  /** By how much they turn the voltage, added to the shift of the transformer. */
  readonly shift_deg: number;
  /** Range of the side with the first changer, where it has one. */
  readonly range?: { readonly side: string; readonly min_pu: number; readonly max_pu: number; readonly steps_count: number } | undefined;
  /** Short-circuit values at this position, where a table gives them. */
  readonly vk_frac?: number | undefined;
  readonly vkr_frac?: number | undefined;
}

/**
 * Changers of the kind Ratio or Symmetrical: each position adds step_percent of the rated voltage, turned by step_degree. An ideal phase shifter turns it by step_degree a
 * position, or by a chord of step_percent. With a tap table, the row of the position gives ratio and angle. Turning the low side counts backwards.
 */
export function readTaps(row: Row, reading: Reading, sides: readonly string[]): Taps {
  const turns = new Map(sides.map((side) => [side, 1]));
  let shift_deg = 0;
  const changer = `${row.table} ${row.index}`;
  let fromTable: Row | undefined;
  if (flagOf(row, 'tap_dependency_table', false) && has(row, 'id_characteristic_table')) {
    const id = numberOf(row, 'id_characteristic_table');
    const step = numberOf(row, 'tap_pos', 0);
    fromTable = reading
      .rows('trafo_characteristic_table')
      .find((each) => numberOf(each, 'id_characteristic', Number.NaN) === id && numberOf(each, 'step', Number.NaN) === step);
    if (fromTable === undefined) reading.approximated(changer, row, `its tap table ${id} has no step ${step}: taken as it is rated`);
  }
  if (wordOf(row, 'tap_changer_type') === 'tabular' && fromTable === undefined && !flagOf(row, 'tap_dependency_table', false))
    reading.approximated(changer, row, 'its tap changer follows a table that it does not use: taken as one of ratio');
  if (flagOf(row, 'tap_at_star_point', false))
    reading.approximated(changer, row, 'its tap changer at the star point is taken as one at the terminals');
  for (const t of ['', '2']) {
    const side = wordOf(row, `tap${t}_side`);
    if (side !== '' && !turns.has(side)) throw wrong(row, `tap${t}_side`, `one of ${sides.join(', ')}`);
    if (side === '' || !has(row, `tap${t}_pos`)) continue;
    if (t === '' && fromTable !== undefined) {
      turns.set(side, numberOf(fromTable, 'voltage_ratio', 1));
      shift_deg += directionOf(side) * numberOf(fromTable, 'angle_deg', 0);
      continue;
    }
    const positions = numberOf(row, `tap${t}_pos`) - numberOf(row, `tap${t}_neutral`, 0);
    const change = changeAt(row, t, positions);
    turns.set(side, (turns.get(side) ?? 1) * change.turns);
    shift_deg += directionOf(side) * change.angle_deg;
  }
  return {
    turnsOf: (side) => turns.get(side) ?? 1,
    shift_deg,
    range: fromTable === undefined ? rangeOf(row, reading, turns) : undefined,
    ...(fromTable !== undefined && has(fromTable, 'vk_percent') ? { vk_frac: numberOf(fromTable, 'vk_percent') / 100 } : {}),
    ...(fromTable !== undefined && has(fromTable, 'vkr_percent') ? { vkr_frac: numberOf(fromTable, 'vkr_percent') / 100 } : {}),
  };
}

const directionOf = (side: string): 1 | -1 => (side === 'hv' ? 1 : -1);

const degrees = (radians: number): number => (radians * 180) / Math.PI;

/** Magnitude and angle of 1 + n·step·e^jθ; an ideal phase shifter keeps the magnitude. */
function changeAt(row: Row, t: string, positions: number): { readonly turns: number; readonly angle_deg: number } {
  const kind = wordOf(row, `tap${t}_changer_type`);
  if (!['', 'ratio', 'symmetrical', 'ideal', 'tabular'].includes(kind))
    throw wrong(row, `tap${t}_changer_type`, 'Ratio, Symmetrical, Ideal or Tabular');
  const isIdeal = kind === 'ideal' || (kind === '' && flagOf(row, `tap${t}_phase_shifter`, false));
  const step = numberOf(row, `tap${t}_step_percent`, 0) / 100;
  const step_deg = numberOf(row, `tap${t}_step_degree`, 0);
  if (isIdeal) return { turns: 1, angle_deg: step_deg === 0 ? degrees(2 * Math.asin((positions * step) / 2)) : positions * step_deg };
  const angle = (step_deg * Math.PI) / 180;
  const [re, im] = [1 + positions * step * Math.cos(angle), positions * step * Math.sin(angle)];
  return { turns: Math.hypot(re, im), angle_deg: degrees(Math.atan2(im, re)) };
}

function rangeOf(row: Row, reading: Reading, turns: ReadonlyMap<string, number>): Taps['range'] {
  const side = wordOf(row, 'tap_side');
  if (!turns.has(side) || !['tap_pos', 'tap_min', 'tap_max', 'tap_step_percent'].every((name) => has(row, name))) return undefined;
  const [min, max] = [numberOf(row, 'tap_min'), numberOf(row, 'tap_max')];
  const steps_count = Math.round(Math.abs(max - min));
  const step = numberOf(row, 'tap_step_percent') / 100;
  if (steps_count === 0 || step === 0 || wordOf(row, 'tap_changer_type') === 'ideal' || numberOf(row, 'tap_step_degree', 0) !== 0)
    return undefined;
  const neutral = numberOf(row, 'tap_neutral', 0);
  const ends = [1 + (min - neutral) * step, 1 + (max - neutral) * step];
  if (Math.min(...ends) <= 0) {
    reading.approximated(`${row.table} ${row.index}`, row, 'its tap range reaches below zero turns and is left out');
    return undefined;
  }
  return { side, min_pu: Math.min(...ends), max_pu: Math.max(...ends), steps_count };
}
