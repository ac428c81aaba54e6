import type { ProfileWire } from '../feeder/profile-wires.ts';
import { phasePaint } from './phase-paint.ts';
import { type Style, shownNumber } from './text.ts';

const letters = ' abc';
const several = '∙';
const labelSize = 7;

/**
 * Voltage of each phase over the distance from the source, in characters: a letter for each bus, dots for the wires between them, ∙ where phases meet.
 *
 * @param unit - of the distance, as it stands under the axis
 */
export function voltagePlot(wires: readonly ProfileWire[], unit: string, width: number, height: number, style: Style): string[] {
  const columns = width - labelSize - 1;
  const far = wires.reduce((most, { from, to }) => Math.max(most, from[0], to[0]), 0);
  const values = wires.flatMap(({ from, to }) => [from[1], to[1]]);
  const [low, high] = bounds(values);
  if (wires.length === 0 || columns < 20 || !(far > 0) || !(high > low)) return [];
  const column = (distance: number): number => Math.round((distance / far) * (columns - 1));
  const row = (v_pu: number): number => Math.round(((high - v_pu) / (high - low)) * (height - 1));
  const cells = Array.from({ length: height }, () => new Array<{ phase: number; isBus: boolean } | undefined>(columns));
  const put = (distance: number, v_pu: number, phase: number, isBus: boolean): void => {
    const line = cells[row(v_pu)];
    const at = column(distance);
    const here = line?.[at];
    if (line === undefined || (here?.isBus === true && !isBus)) return;
    line[at] = { phase: here !== undefined && here.phase !== phase && here.isBus === isBus ? 0 : phase, isBus };
  };
  for (const { conductor, from, to } of wires) {
    const pieces = Math.max(1, Math.abs(column(to[0]) - column(from[0])));
    for (let k = 1; k < pieces; k++) {
      const part = k / pieces;
      put(from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1]), conductor, false);
    }
  }
  for (const { conductor, from, to } of wires) for (const end of [from, to]) put(end[0], end[1], conductor, true);
  const labels = new Map(ticksOf(low, high).map((tick) => [row(tick), tick.toFixed(3)]));
  const body = cells.map((line, r) => {
    const label = labels.get(r);
    const axis = label === undefined ? `${' '.repeat(labelSize)}│` : `${label.padStart(labelSize - 1)} ┤`;
    const drawn = Array.from(line, (cell) => {
      if (cell === undefined) return label === undefined ? ' ' : style.dim('·');
      if (cell.phase === 0) return cell.isBus ? several : style.dim(several);
      return phasePaint(style, cell.phase)(cell.isBus ? (letters[cell.phase] ?? '?') : '.');
    });
    return `${style.dim(axis)}${drawn.join('')}`.trimEnd();
  });
  const end = `${shownNumber(far, 3)} ${unit}`;
  const foot = `${' '.repeat(labelSize)}└${'─'.repeat(columns)}`;
  const scale = `${' '.repeat(labelSize + 1)}0${end.padStart(columns - 1)}`;
  return [...body, style.dim(foot), style.dim(scale)];
}

/** Lowest and highest, widened so that nothing lies on the frame. */
function bounds(values: readonly number[]): readonly [low: number, high: number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const room = Math.max(0.002, 0.04 * (high - low));
  return [low - room, high + room];
}

const steps = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

/** Round values, about four of them. */
function ticksOf(low: number, high: number): number[] {
  const step = steps.find((each) => (high - low) / each <= 5) ?? 1;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, k) => (first + k) * step);
}
