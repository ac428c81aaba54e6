import { type Html, html, raw } from './html.ts';
import { fixed } from './page/format.ts';
import { decimalsOf, linearTicks } from './page/ticks.ts';
import { px } from './voltage-profile.ts';

/** A quantity over time between a lower and an upper value, which may be the same. */
export interface TimeBand {
  readonly label: string;
  readonly unit: string;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** What a step is called. */
  readonly names: readonly string[];
  readonly limits?: readonly number[];
  /** Zero belongs to the picture. */
  readonly fromZero?: boolean;
}

const left = 58;
const right = 14;
const top = 16;
const bottom = 26;
/** More steps than this are gathered: of each piece the lowest and the highest show. */
export const pieces_max_count = 560;

export function timeBandSvg(band: TimeBand, width = 1120, height = 220): Html {
  const { lower, upper } = gathered(band.lower, band.upper);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let k = 0; k < lower.length; k++) {
    if ((lower[k] ?? Number.NaN) < low) low = lower[k] ?? low;
    if ((upper[k] ?? Number.NaN) > high) high = upper[k] ?? high;
  }
  if (!(high >= low)) return html``;
  const room = 0.05 * (high - low) || 0.01 * Math.abs(high) || 1;
  if (band.fromZero === true && low >= 0) low = 0;
  else low -= room;
  high += room;
  const count = lower.length;
  const x = (k: number): number => left + ((width - left - right) * k) / count;
  const y = (value: number): number => top + ((height - top - bottom) * (high - value)) / (high - low);
  const up = linearTicks(low, high, 4);
  const places = decimalsOf(up);
  const end = width - right;
  const foot = height - bottom;
  const ticks = timeMarks(band.names, 8);
  return html`<div class="scroll"><svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="${band.label} over time">
${up.map((tick) => html`<line class="grid" x1="${left}" x2="${end}" y1="${px(y(tick))}" y2="${px(y(tick))}"/><text x="${left - 8}" y="${px(y(tick) + 4)}" text-anchor="end">${fixed(tick, places)}</text>`)}
${(band.limits ?? []).filter((limit) => limit > low && limit < high).map((limit) => html`<line class="limit" x1="${left}" x2="${end}" y1="${px(y(limit))}" y2="${px(y(limit))}"/>`)}
${raw(`<path class="band" d="${bandPath(lower, upper, x, y)}"/><path class="curve" d="${stepPath(upper, x, y)}"/><path class="curve" d="${stepPath(lower, x, y)}"/>`)}
<line class="axis" x1="${left}" x2="${end}" y1="${foot}" y2="${foot}"/>
${ticks.map(({ part, text }) => html`<text x="${px(left + (end - left) * part)}" y="${foot + 18}" text-anchor="${part < 0.02 ? 'start' : part > 0.98 ? 'end' : 'middle'}">${text}</text>`)}
<text x="0" y="${top - 4}">${band.unit}</text></svg></div>`;
}

/** Long series in at most a few hundred pieces: of each its lowest and its highest. */
export function gathered(lower: Float64Array, upper: Float64Array): { lower: Float64Array; upper: Float64Array } {
  const count = Math.min(pieces_max_count, lower.length);
  const found = { lower: new Float64Array(count).fill(Number.NaN), upper: new Float64Array(count).fill(Number.NaN) };
  for (let k = 0; k < count; k++) {
    const end = Math.floor(((k + 1) * lower.length) / count);
    for (let t = Math.floor((k * lower.length) / count); t < end; t++) {
      const [low, high] = [lower[t] ?? Number.NaN, upper[t] ?? Number.NaN];
      if (!((found.lower[k] ?? 0) <= low)) found.lower[k] = low;
      if (!((found.upper[k] ?? 0) >= high)) found.upper[k] = high;
    }
  }
  return found;
}

export function stepPath(values: Float64Array, x: (k: number) => number, y: (value: number) => number): string {
  let path = '';
  let open = false;
  for (const [k, value] of values.entries()) {
    if (Number.isFinite(value)) path += `${open ? 'L' : 'M'}${px(x(k))} ${px(y(value))}H${px(x(k + 1))}`;
    open = Number.isFinite(value);
  }
  return path;
}

export function bandPath(lower: Float64Array, upper: Float64Array, x: (k: number) => number, y: (value: number) => number): string {
  const forth: string[] = [];
  const back: string[] = [];
  for (const [k, value] of upper.entries()) {
    if (!Number.isFinite(value)) continue;
    forth.push(`${px(x(k))} ${px(y(value))}H${px(x(k + 1))}`);
    back.push(`${px(x(k + 1))} ${px(y(lower[k] ?? value))}H${px(x(k))}`);
  }
  return forth.length === 0 ? '' : `M${forth.join('L')}L${back.reverse().join('L')}Z`;
}

/** A few names along the axis, without what all of them share. */
function timeMarks(names: readonly string[], count: number): { part: number; text: string }[] {
  const wanted = Math.min(count, names.length);
  return Array.from({ length: wanted }, (_, k) => {
    const at = Math.round((k * (names.length - 1)) / Math.max(1, wanted - 1));
    return { part: (at + 0.5) / names.length, text: shortName(names[at] ?? '', names.length) };
  });
}

function shortName(name: string, count: number): string {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(name);
  if (parts === null) return name;
  return count > 200 ? (parts[1] ?? name) : `${parts[1]?.slice(5)} ${parts[2]}`;
}
