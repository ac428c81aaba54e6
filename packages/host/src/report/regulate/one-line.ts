/** The feeder in one line, its clusters coloured, its resources marked. */
import type { ChosenPartition, FeederDrawing, RegulateResult } from '@gridflock/core';
import { type Html, html, raw } from '../html.ts';
import { type FeederLayout, layOutFeeder } from '../page/feeder-layout.ts';
import { px } from '../voltage-profile.ts';
import { hueClass } from './style.ts';

const columnWidth = 62;
const laneHeight = 76;
const radius = 12;
const margin = { left: 34, right: 60, top: 40, bottom: 34 };
/** More of a resource's name than this would run into the next bus. */
const name_max_length = 9;

/** A, B … Z, AA, AB … */
export function clusterLetter(k: number): string {
  const last = String.fromCharCode(65 + (k % 26));
  return k < 26 ? last : clusterLetter(Math.floor(k / 26) - 1) + last;
}

export function oneLineSvg(feeder: FeederDrawing, resources: RegulateResult['resources'], partition: ChosenPartition): Html {
  const index = new Map(feeder.buses.map(({ id }, k) => [id, k]));
  const edges = feeder.branches.map(({ from, to, inService }) => ({ from: index.get(from) ?? -1, to: index.get(to) ?? -1, inService }));
  const layout = layOutFeeder(feeder.buses.length, edges, index.get(feeder.slack) ?? -1);
  const width = Math.max(640, margin.left + margin.right + (layout.columns - 1) * columnWidth);
  const height = margin.top + margin.bottom + (layout.laneMax - layout.laneMin) * laneHeight;
  const place = (bus: number): Point => {
    const { column, lane } = layout.places[bus] ?? { column: 0, lane: 0 };
    return { x: margin.left + column * columnWidth, y: margin.top + (lane - layout.laneMin) * laneHeight };
  };
  const clusterOf = new Map(partition.clusters.flatMap(({ buses }, c) => buses.map((id) => [index.get(id) ?? -1, c] as const)));
  const atBus = new Map<number, string[]>();
  for (const { id, bus } of resources) {
    const k = index.get(bus) ?? -1;
    atBus.set(k, [...(atBus.get(k) ?? []), id]);
  }
  const wires = wiresOf(layout, place);
  const hulls = partition.clusters.map((_, c) => {
    const inside = [...clusterOf].filter(([, cluster]) => cluster === c).map(([bus]) => bus);
    const joined = inside.flatMap((bus) => (clusterOf.get(layout.parents[bus] ?? -1) === c ? (wires.get(bus) ?? []) : []));
    const dots = inside.map((bus) => `M${px(place(bus).x)} ${px(place(bus).y)}h0`);
    return html`<path class="hull ${hueClass(c)}" d="${raw([...joined, ...dots].join(''))}"/>`;
  });
  const title = `${feeder.name} in ${partition.clusters.length} clusters: ${partition.clusters
    .map(({ buses }, c) => `${clusterLetter(c)} has ${buses.length} ${buses.length === 1 ? 'bus' : 'buses'}`)
    .join(', ')}`;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Drawing of the feeder"><svg class="plot oneline" style="min-width:${Math.round(0.8 * width)}px;max-width:${Math.round(1.3 * width)}px" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
<g class="hulls">${hulls}</g><path class="branch" d="${raw([...wires.values()].join(''))}"/>
${feeder.buses.map(({ id }, bus) => busMark(id, place(bus), clusterOf.get(bus), atBus.get(bus) ?? [], id === feeder.slack))}
${partition.clusters.map(({ buses }, c) => {
  const head = buses.map((id) => index.get(id) ?? -1).find((bus) => clusterOf.get(layout.parents[bus] ?? -1) !== c) ?? -1;
  const { x, y } = place(head);
  return head < 0
    ? undefined
    : html`<text class="cluster-id ${hueClass(c)}" x="${px(x - 12)}" y="${px(y - 18)}" text-anchor="end">${clusterLetter(c)}</text>`;
})}</svg></div>`;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Per bus the wire that feeds it. */
function wiresOf(layout: FeederLayout, place: (bus: number) => Point): Map<number, string> {
  const wires = new Map<number, string>();
  layout.parents.forEach((parent, bus) => {
    if (parent < 0) return;
    const [from, to] = [place(parent), place(bus)];
    const bend = layout.places[bus]?.aside === true ? `H${px(from.x + columnWidth / 2)}` : '';
    wires.set(bus, `M${px(from.x)} ${px(from.y)}${bend}V${px(to.y)}H${px(to.x)}`);
  });
  return wires;
}

function busMark(id: string, { x, y }: Point, cluster: number | undefined, held: readonly string[], isSlack: boolean): Html {
  const hue = cluster === undefined ? '' : hueClass(cluster);
  const holds = held.length > 0 && cluster !== undefined;
  const title = `bus ${id}${cluster === undefined ? '' : `, cluster ${clusterLetter(cluster)}`}${held.length === 0 ? '' : `: ${held.join(', ')}`}`;
  const shape = isSlack
    ? html`<rect class="spot" x="${px(x - radius)}" y="${px(y - radius)}" width="${2 * radius}" height="${2 * radius}"><title>${title}, from the grid above</title></rect>`
    : html`<circle class="spot${holds ? ' holds' : ''}" cx="${px(x)}" cy="${px(y)}" r="${radius}"><title>${title}</title></circle>`;
  return html`<g class="${hue}">${shape}<text class="bus-id${holds ? ' on' : ''}" x="${px(x)}" y="${px(y + 3.6)}" text-anchor="middle" pointer-events="none">${cut(id, 4)}</text>${
    held.length === 0
      ? undefined
      : html`<text class="resource-id" x="${px(x + 4)}" y="${px(y + radius + 15)}" text-anchor="start">${namesAt(held)}</text>`
  }</g>`;
}

/** Each bus has room for one name: of several resources the first and how many more, or only how many. */
function namesAt(held: readonly string[]): string {
  const [first = '', ...more] = held;
  if (more.length === 0) return cut(first, name_max_length);
  const names = `${first} +${more.length}`;
  return names.length <= name_max_length ? names : `${held.length} units`;
}

const cut = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, length - 1)}…`);
