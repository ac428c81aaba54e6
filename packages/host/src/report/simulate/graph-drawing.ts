import type { SimulateResult } from '@gridflock/core';
import { type Html, html, raw } from '../html.ts';
import { px } from '../voltage-profile.ts';

type Group = SimulateResult['groups'][number];

const size = 240;
const middle = size / 2;
const radius = 86;
/** More agents than this are a cloud of dots. */
const named_max_count = 16;

/** Who hears whom: agents on a circle, a line where both hear each other, an arrow where only one does. */
export function graphDrawing({ name, devices, links, parameters }: Group, leaders: string | undefined): Html {
  const n = devices.length;
  const at = (k: number): readonly [number, number] => {
    const angle = -Math.PI / 2 + (2 * Math.PI * k) / Math.max(1, n);
    return [middle + radius * Math.cos(angle), middle + radius * Math.sin(angle)];
  };
  const place = new Map(devices.map((device, k) => [device, k]));
  const has = new Set(links.map(({ from, to }) => `${from}>${to}`));
  const pins = leaders === undefined ? 0 : (parameters[leaders] ?? 0);
  const leads = (k: number): boolean => (typeof pins === 'number' ? pins : (pins[k] ?? 0)) > 0;
  const agent = n > named_max_count ? 4 : 8;
  return html`<svg class="plot" viewBox="0 0 ${size} ${size}" role="img" aria-label="Communication graph of ${name}: ${n} agents, ${links.length} links">
<defs><marker id="arrow-${name}" viewBox="0 0 8 8" refX="15" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8Z" fill="currentColor"/></marker></defs>
${links.map(({ from, to }) => {
  const isMutual = has.has(`${to}>${from}`);
  const [i, j] = [place.get(from) ?? 0, place.get(to) ?? 0];
  if (isMutual && i > j) return undefined;
  const [[x1, y1], [x2, y2]] = [at(i), at(j)];
  return html`<line class="link" x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}"${isMutual ? undefined : raw(` marker-end="url(#arrow-${name})"`)}/>`;
})}
${devices.map((device, k) => {
  const [x, y] = at(k);
  const out = 1 + 20 / radius;
  const [tx, ty] = [middle + (x - middle) * out, middle + (y - middle) * out];
  return html`<circle class="agent${leads(k) ? ' leads' : ''}" cx="${px(x)}" cy="${px(y)}" r="${agent}"/>${n > named_max_count ? undefined : html`<text x="${px(tx)}" y="${px(ty + 4)}" text-anchor="${Math.abs(tx - middle) < 12 ? 'middle' : tx > middle ? 'start' : 'end'}">${device}</text>`}`;
})}</svg>`;
}
