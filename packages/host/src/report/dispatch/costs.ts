/** What every plan came to over the samples: ranges on one axis, its promise marked. */
import type { DispatchResult, ReplayGroup } from '@gridflock/core';
import { type Html, html, raw } from '../html.ts';
import { fixed } from '../page/format.ts';
import { decimalsOf, linearTicks } from '../page/ticks.ts';
import { hueClass } from '../regulate/style.ts';
import { px } from '../voltage-profile.ts';

const width = 1120;
const left = 150;
const right = 22;
const rowHeight = 34;
const top = 8;

/** One axis for all groups of a result, so that they may be compared. */
export function costRange({ replays, plans }: DispatchResult): readonly [low: number, high: number] {
  const values = [
    ...replays.flatMap((group) => group.plans.flatMap(({ quantiles_cur }) => [...quantiles_cur])),
    ...plans.flatMap(({ cost_cur }) => (cost_cur === null ? [] : [cost_cur])),
  ];
  if (values.length === 0) return [0, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = 0.04 * (high - low) || 1;
  return [low - room, high + room];
}

export function costChart(result: DispatchResult, group: ReplayGroup, [low, high]: readonly [number, number]): Html {
  const height = top + rowHeight * group.plans.length + 26;
  const x = (value: number): number => left + ((width - left - right) * (value - low)) / (high - low);
  const foot = height - 26;
  const ticks = linearTicks(low, high, 5);
  const promised = (plan: string): number | null => result.plans.find(({ name }) => name === plan)?.cost_cur ?? null;
  const label = `Costs of ${group.plans.length} plans over ${group.samples_count} samples, in ${result.currency}`;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${label}"><svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
${ticks.map((tick) => html`<line class="grid" x1="${px(x(tick))}" x2="${px(x(tick))}" y1="${top}" y2="${foot}"/><text x="${px(x(tick))}" y="${foot + 18}" text-anchor="middle">${fixed(tick, decimalsOf(ticks))}</text>`)}
${group.plans.map(({ plan, quantiles_cur: q, mean_cur }, k) => {
  const y = top + rowHeight * (k + 0.5);
  const at = (share: number): number => x(q[Math.round(20 * share)] ?? mean_cur);
  const promise = promised(plan);
  return html`<g class="${hueClass(k)}"><title>${plan}: 5 to 95 % of samples cost ${fixed(q[1], 1)} to ${fixed(q[19], 1)}, mean ${fixed(mean_cur, 1)}, worst ${fixed(q[20], 1)}${promise === null ? '' : `, promised ${fixed(promise, 1)}`}</title>
<text class="name" x="${left - 10}" y="${px(y + 4)}" text-anchor="end">${clipped(plan)}</text>
<path class="cost-range" d="${raw(`M${px(at(0))} ${px(y)}H${px(at(1))}`)}"/>
<rect class="cost-most" x="${px(at(0.05))}" y="${px(y - 7)}" width="${px(Math.max(1, at(0.95) - at(0.05)))}" height="14"/>
<rect class="cost-half" x="${px(at(0.25))}" y="${px(y - 7)}" width="${px(Math.max(1, at(0.75) - at(0.25)))}" height="14"/>
<path class="cost-mean" d="${raw(`M${px(x(mean_cur))} ${px(y - 10)}V${px(y + 10)}`)}"/>
${promise === null ? undefined : html`<path class="cost-promise" d="${raw(`M${px(x(promise))} ${px(y - 5)}l5 5l-5 5l-5 -5Z`)}"/>`}</g>`;
})}
<line class="axis" x1="${left}" x2="${width - right}" y1="${foot}" y2="${foot}"/></svg></div>`;
}

const clipped = (name: string): string => (name.length > 18 ? `${name.slice(0, 17)}…` : name);

export const costKey = html`<ul class="key">
<li><svg class="long plot" viewBox="0 0 26 12" aria-hidden="true"><path class="cost-range" d="M0 6H26"/><rect class="cost-most" x="5" y="1" width="16" height="10"/></svg>all samples, and 90 % of them</li>
<li><svg class="long plot" viewBox="0 0 26 12" aria-hidden="true"><rect class="cost-half" x="5" y="1" width="16" height="10"/></svg>the middle half</li>
<li><svg class="long plot" viewBox="0 0 26 12" aria-hidden="true"><path class="cost-mean" d="M13 0V12"/></svg>mean</li>
<li><svg class="long plot" viewBox="0 0 26 12" aria-hidden="true"><path class="cost-promise" d="M13 1l5 5l-5 5l-5 -5Z"/></svg>what the plan promised</li></ul>`;

export const costStyle = `
.plot .cost-range { stroke: var(--hue, var(--accent)); stroke-width: 1.4; fill: none; }
.plot .cost-most { fill: var(--hue, var(--accent)); opacity: 0.28; }
.plot .cost-half { fill: var(--hue, var(--accent)); opacity: 0.6; }
.plot .cost-mean { stroke: var(--ink); stroke-width: 2; fill: none; }
.plot .cost-promise { fill: var(--surface); stroke: var(--bad); stroke-width: 1.8; }
.words { margin: 10px 0 0; padding-left: 1.2em; max-width: 112ch; }
.words li { margin: 4px 0; list-style: disc; }
`;
