import type { DelayMapResult } from '../../wire/simulate-result.ts';
import type { Group } from './groups.ts';
import { LateLoop } from './late-loop.ts';
import type { Prepared } from './prepare.ts';

/** From an eighth to eight times the speed of the study, half an octave apart. */
const SPEEDS = Array.from({ length: 13 }, (_, k) => 2 ** ((k - 6) / 2));
const DELAYS_COUNT = 8;
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
  // twice what is borne at the speed of the study
  const here_s = margin_s[SPEEDS.indexOf(1)] ?? prepared.document.analysis.delay_s;
  const top_s = Math.max(2 * Math.min(here_s, LIMIT_S / 2), 1.5 * prepared.document.analysis.delay_s);
  const delay_s = Array.from({ length: DELAYS_COUNT + 1 }, (_, k) => (k * top_s) / DELAYS_COUNT);
  const re_per_s: number[][] = [];
  const columns = group.devices.length > AGENTS_FOR_FIELD ? [] : SPEEDS.filter((_, k) => k % FIELD_EVERY === 0);
  for (const speed_frac of columns) {
    await breathe('delay map');
    re_per_s.push(delay_s.map((late_s) => loop.rightmost_per_s(speed_frac, late_s)));
  }
  return { parameter: loop.parameter, speed_frac: SPEEDS, margin_s, field: { speed_frac: columns, delay_s, re_per_s } };
}
