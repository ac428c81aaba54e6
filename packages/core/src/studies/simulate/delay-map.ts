import type { DelayMapResult } from '../../wire/simulate-result.ts';
import type { Group } from './groups.ts';
import { LateLoop } from './late-loop.ts';
import type { Prepared } from './prepare.ts';

/** From an eighth to eight times the speed of the study, half an octave apart. */
const SPEEDS = Array.from({ length: 13 }, (_, k) => 2 ** ((k - 6) / 2));
/** Parts of the margin at which roots are computed; at all of it the root lies on the axis. */
const SHARES = [0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9];
/** Between two columns of the field lie so many speeds. */
const FIELD_EVERY = 2;
const LIMIT_S = 5;
/** More agents than this: only the limit is computed, not what lies below and above it. */
const AGENTS_FOR_FIELD = 10;

/** Which delays are borne at which speed, and how fast it then settles. */
export async function delayMapOf(
  prepared: Prepared,
  group: Group,
  x: Float64Array,
  breathe: (what: string) => Promise<void>,
): Promise<DelayMapResult> {
  const loop = new LateLoop(prepared, group, x);
  const margin_s: (number | null)[] = [];
  let guess_s = 1;
  for (const speed_frac of SPEEDS) {
    await breathe('delay map');
    const margin = loop.margin_s(speed_frac, guess_s, LIMIT_S);
    margin_s.push(margin ?? null);
    if (margin !== undefined) guess_s = margin;
  }
  const columns =
    group.devices.length > AGENTS_FOR_FIELD ? [] : SPEEDS.map((_, k) => k).filter((k) => k % FIELD_EVERY === 0 && margin_s[k] !== null);
  const re_per_s: number[][] = [];
  for (const k of columns) {
    await breathe('delay map');
    re_per_s.push(SHARES.map((share) => loop.rightmost_per_s(SPEEDS[k], share * margin_s[k]!)));
  }
  return {
    parameter: loop.parameter,
    speed_frac: SPEEDS,
    margin_s,
    field: { speed_frac: columns.map((k) => SPEEDS[k]), share_frac: SHARES, re_per_s },
  };
}
