/** Several series over time in one picture: bands, lines, marks, and what a pointer reads at each step. */
import { type Html, html, raw } from '../html.ts';
import { fixed } from '../page/format.ts';
import { decimalsOf, linearTicks, timeTicks } from '../page/ticks.ts';
import { bandPath, gathered, pieces_max_count, stepPath } from '../time-chart.ts';
import { px } from '../voltage-profile.ts';

export interface StepChart {
  /** What the picture shows, for those who do not see it. */
  readonly label: string;
  readonly unit: string;
  readonly steps: readonly string[];
  readonly band?: { readonly lower: readonly number[]; readonly upper: readonly number[] };
  readonly lines: readonly StepLine[];
  /** Steps to be marked. */
  readonly held?: readonly number[];
  /** Range of the axis, where several pictures share it; else what is drawn. */
  readonly range?: readonly [low: number, high: number];
  /** Text per step, read by pointing at it. */
  readonly reading?: (step: number) => string;
  readonly size?: 'half' | 'small';
}

export interface StepLine {
  readonly values: readonly number[];
  /** Names of classes in the style sheet. */
  readonly style: string;
  /** What lies between it and zero is filled, and no line drawn. */
  readonly area?: boolean;
}

/** Width and height in the picture's own units: drawn about as large, so that text keeps its size. */
const sizes = { half: [640, 250], small: [430, 190] } as const;
const left = 58;
const right = 12;
const top = 22;
const bottom = 26;
/** Beyond this many steps a pointer could not hit one. */
const readings_max_count = 200;

export function stepChartSvg(chart: StepChart): Html {
  const { steps, lines, band, held = [], reading } = chart;
  const count = steps.length;
  if (count === 0) return html``;
  const size = chart.size ?? 'half';
  const [width, height] = sizes[size];
  const [low, high] = chart.range ?? roomyRange([...lines.map(({ values }) => values), band?.lower ?? [], band?.upper ?? []]);
  const x = (k: number): number => left + ((width - left - right) * k) / count;
  const y = (value: number): number => top + ((height - top - bottom) * (high - value)) / (high - low);
  const [end, foot] = [width - right, height - bottom];
  const up = linearTicks(low, high, 4);
  const across: Across = (k, parts) => x((k * count) / parts);
  // marks of neighbouring steps stay apart
  const mark = Math.min(5, 0.42 * (x(1) - x(0)));
  const long = count > pieces_max_count;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${chart.label}"><svg class="plot ${size}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${chart.label}">
${held.map((t) => html`<rect class="held" x="${px(x(t))}" y="${top}" width="${px(x(t + 1) - x(t))}" height="${foot - top}"/>`)}
${up.map((tick) => html`<line class="${tick === 0 ? 'zero' : 'grid'}" x1="${left}" x2="${end}" y1="${px(y(tick))}" y2="${px(y(tick))}"/><text x="${left - 8}" y="${px(y(tick) + 4)}" text-anchor="end">${fixed(tick, decimalsOf(up))}</text>`)}
${band === undefined ? undefined : raw(bandPaths(band, across, y))}
${lines.map(({ values, style, area }) =>
  area === true
    ? html`<path class="line area-part ${style}" d="${raw(areaPath(values, across, y))}"/>`
    : html`<path class="line ${style}${long ? ' filled' : ''}" d="${raw(linePath(values, across, y))}"/>`,
)}
${held.map((t) => html`<path class="held-mark" d="M${px((x(t) + x(t + 1)) / 2)} ${top}l${px(-mark)} -9h${px(2 * mark)}Z"/>`)}
<line class="axis" x1="${left}" x2="${end}" y1="${foot}" y2="${foot}"/>
${timeTicks(steps, size === 'half' ? 8 : 5).map(({ step, text }) => html`<text x="${px(x(step))}" y="${foot + 18}" text-anchor="${step === 0 ? 'start' : x(step) > end - 20 ? 'end' : 'middle'}">${text}</text>`)}
<text x="0" y="11">${chart.unit}</text>
${
  reading === undefined || count > readings_max_count
    ? undefined
    : steps.map(
        (_, t) =>
          html`<rect class="reader" x="${px(x(t))}" y="${top}" width="${px(x(t + 1) - x(t))}" height="${foot - top}"><title>${reading(t)}</title></rect>`,
      )
}</svg></div>`;
}

/** From the lowest to the highest of all values, with a little room; never empty. */
export function roomyRange(lists: readonly (readonly number[])[]): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const list of lists) {
    for (const value of list) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (!(Number.isFinite(low) && Number.isFinite(high))) return [0, 1];
  const room = 0.05 * (high - low) || 0.05 * Math.abs(high) || 1;
  return [low === 0 ? 0 : low - room, high === 0 ? 0 : high + room];
}

type Across = (k: number, parts: number) => number;

/** A line of steps; where there are too many, the range of each piece. */
function linePath(values: readonly number[], x: Across, y: (value: number) => number): string {
  if (values.length <= pieces_max_count) return stepPath(Float64Array.from(values), (k) => x(k, values.length), y);
  const { lower, upper } = gathered(Float64Array.from(values), Float64Array.from(values));
  return bandPath(lower, upper, (k) => x(k, upper.length), y);
}

function areaPath(values: readonly number[], x: Across, y: (value: number) => number): string {
  const list = Float64Array.from(values);
  const { lower, upper } = gathered(
    list.map((value) => Math.min(value, 0)),
    list.map((value) => Math.max(value, 0)),
  );
  return bandPath(lower, upper, (k) => x(k, upper.length), y);
}

function bandPaths(
  band: { readonly lower: readonly number[]; readonly upper: readonly number[] },
  x: Across,
  y: (v: number) => number,
): string {
  const { lower, upper } = gathered(Float64Array.from(band.lower), Float64Array.from(band.upper));
  const at = (k: number): number => x(k, upper.length);
  return `<path class="reach" d="${bandPath(lower, upper, at, y)}"/><path class="reach-edge" d="${stepPath(upper, at, y)}"/><path class="reach-edge" d="${stepPath(lower, at, y)}"/>`;
}
