/** Pictures over a quantity other than time: steps, points, and how often a value occurs. */
import { type Html, html } from '../html.ts';
import { fixed } from '../page/format.ts';
import { decimalsOf, linearTicks } from '../page/ticks.ts';
import { px } from '../voltage-profile.ts';

export interface PointChart {
  readonly label: string;
  readonly xName: string;
  readonly yName: string;
  readonly x: readonly [low: number, high: number];
  readonly y: readonly [low: number, high: number];
  readonly size: 'half' | 'small';
}

export interface PointScale {
  x(value: number): number;
  y(value: number): number;
  readonly top: number;
  readonly foot: number;
  readonly end: number;
}

const sizes = { half: [640, 280], small: [430, 220] } as const;
const left = 58;
const right = 14;
const top = 24;
const bottom = 44;

/** Axes with names and units; the picture itself is what `draw` returns. */
export function pointChartSvg(chart: PointChart, draw: (scale: PointScale) => Html): Html {
  const [width, height] = sizes[chart.size];
  const [end, foot] = [width - right, height - bottom];
  const [xLow, xHigh] = chart.x;
  const [yLow, yHigh] = chart.y;
  const scale: PointScale = {
    x: (value) => left + ((end - left) * (value - xLow)) / (xHigh - xLow || 1),
    y: (value) => top + ((foot - top) * (yHigh - value)) / (yHigh - yLow || 1),
    top,
    foot,
    end,
  };
  const across = linearTicks(xLow, xHigh, chart.size === 'half' ? 7 : 4);
  const up = linearTicks(yLow, yHigh, 4);
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${chart.label}"><svg class="plot ${chart.size}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${chart.label}">
${up.map((tick) => html`<line class="grid" x1="${left}" x2="${end}" y1="${px(scale.y(tick))}" y2="${px(scale.y(tick))}"/><text x="${left - 8}" y="${px(scale.y(tick) + 4)}" text-anchor="end">${fixed(tick, decimalsOf(up))}</text>`)}
<line class="axis" x1="${left}" x2="${end}" y1="${foot}" y2="${foot}"/>
${across.map((tick) => html`<text x="${px(scale.x(tick))}" y="${foot + 17}" text-anchor="middle">${fixed(tick, decimalsOf(across))}</text>`)}
<text x="${end}" y="${foot + 36}" text-anchor="end">${chart.xName}</text><text x="0" y="11">${chart.yName}</text>
${draw(scale)}</svg></div>`;
}

/** How many values fall into each of `bins_count` equal parts of [low, high]; the last part is closed. */
export function histogram(values: readonly number[], low: number, high: number, bins_count: number): Int32Array {
  const counts = new Int32Array(bins_count);
  for (const value of values) {
    const at = Math.floor(((value - low) / (high - low || 1)) * bins_count);
    counts[Math.min(bins_count - 1, Math.max(0, at))]! += 1;
  }
  return counts;
}
