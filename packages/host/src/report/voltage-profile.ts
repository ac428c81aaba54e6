import type { ProfileWire } from '../feeder/profile-wires.ts';
import { type Html, html, raw } from './html.ts';
import { fixed } from './page/format.ts';
import { decimalsOf, linearTicks } from './page/ticks.ts';

/** A phase of a bus in a profile. */
export interface ProfilePoint {
  readonly conductor: number;
  readonly distance: number;
  readonly v_pu: number;
  /** What a pointer reads. */
  readonly title: string;
}

export interface VoltageProfile {
  readonly wires: readonly ProfileWire[];
  readonly points: readonly ProfilePoint[];
  readonly unit: 'km' | 'lines';
  /** Lowest and highest voltage allowed, where all buses agree. */
  readonly limits: readonly [low_pu: number, high_pu: number];
}

const names = ['', 'a', 'b', 'c'] as const;
const left = 52;
const right = 14;
const top = 14;
const bottom = 40;

export interface Scale {
  x(distance: number): number;
  y(v_pu: number): number;
  readonly width: number;
  readonly height: number;
}

/** Axes, grid and limits of a chart of voltage over distance; the same for a moment and for a range. */
export function profileFrame(
  values: readonly number[],
  far: number,
  unit: string,
  limits: readonly [number, number],
  width: number,
  height: number,
): { readonly scale: Scale; readonly frame: Html } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const room = Math.max(0.004, 0.06 * (high - low));
  [low, high] = [low - room, high + room];
  // a limit that is near is shown, so that the eye sees how near
  for (const limit of limits) {
    if (limit < low && low - limit < 0.5 * (high - low)) low = limit - 0.012 * (high - low) - 0.002;
    if (limit > high && limit - high < 0.5 * (high - low)) high = limit + 0.012 * (high - low) + 0.002;
  }
  const scale: Scale = {
    x: (distance) => left + ((width - left - right) * distance) / (far || 1),
    y: (v_pu) => top + ((height - top - bottom) * (high - v_pu)) / (high - low),
    width,
    height,
  };
  const across = linearTicks(0, far, 8);
  const up = linearTicks(low, high, 6);
  const places = decimalsOf(up);
  const end = width - right;
  const foot = height - bottom;
  const frame = html`${limits.map((limit, k) => {
    if (limit <= low || limit >= high) return undefined;
    const y = scale.y(limit);
    const beyond =
      k === 0
        ? html`<rect class="beyond" x="${left}" y="${px(y)}" width="${end - left}" height="${px(foot - y)}"/>`
        : html`<rect class="beyond" x="${left}" y="${top}" width="${end - left}" height="${px(y - top)}"/>`;
    return html`${beyond}<line class="limit" x1="${left}" x2="${end}" y1="${px(y)}" y2="${px(y)}"/><text class="limit-name" x="${end}" y="${px(k === 0 ? y - 5 : y + 14)}" text-anchor="end">limit ${fixed(limit, 3)}</text>`;
  })}${up.map((tick) => html`<line class="grid" x1="${left}" x2="${end}" y1="${px(scale.y(tick))}" y2="${px(scale.y(tick))}"/><text x="${left - 8}" y="${px(scale.y(tick) + 4)}" text-anchor="end">${fixed(tick, places)}</text>`)}
<line class="axis" x1="${left}" x2="${end}" y1="${foot}" y2="${foot}"/>${across.map(
    (tick) => html`<text x="${px(scale.x(tick))}" y="${foot + 17}" text-anchor="middle">${fixed(tick, decimalsOf(across))}</text>`,
  )}<text x="${end}" y="${foot + 34}" text-anchor="end">${unit === 'km' ? 'km from the source' : 'lines from the source'}</text><text x="0" y="${top - 2}">pu</text>`;
  return { scale, frame };
}

export const px = (value: number): string => value.toFixed(1);

/** Voltage over the distance from the source, phase by phase: each wire a line, each bus a mark, regulators and transformers dashed steps. */
export function profileSvg({ wires, points, unit, limits }: VoltageProfile, width = 1120, height = 430): Html {
  const far = points.reduce((most, { distance }) => Math.max(most, distance), 0);
  const { scale, frame } = profileFrame(
    points.map(({ v_pu }) => v_pu),
    far,
    unit,
    limits,
    width,
    height,
  );
  const drawn = wires.map(({ conductor, kind, from, to }) => {
    const step = kind === 'transformer' ? ' step' : '';
    return `<path class="wire${step} ${names[conductor]}" d="M${px(scale.x(from[0]))} ${px(scale.y(from[1]))}L${px(scale.x(to[0]))} ${px(scale.y(to[1]))}"/>`;
  });
  return html`<div class="scroll"><svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="Voltage of each phase over the distance from the source">${frame}${raw(drawn.join(''))}
${points.map(({ conductor, distance, v_pu, title }) => html`<g class="${names[conductor] ?? ''}">${mark(conductor, scale.x(distance), scale.y(v_pu), 3.2, title)}</g>`)}</svg></div>`;
}

/** Circle, square, triangle: phases are told apart without colour too. */
export function mark(conductor: number, x: number, y: number, r: number, title = ''): Html {
  const name = title === '' ? undefined : html`<title>${title}</title>`;
  if (conductor === 2)
    return html`<rect class="spot" x="${px(x - r)}" y="${px(y - r)}" width="${px(2 * r)}" height="${px(2 * r)}">${name}</rect>`;
  if (conductor === 3)
    return html`<path class="spot" d="M${px(x)} ${px(y - 1.25 * r)}L${px(x + 1.2 * r)} ${px(y + r)}H${px(x - 1.2 * r)}Z">${name}</path>`;
  return html`<circle class="spot" cx="${px(x)}" cy="${px(y)}" r="${px(r)}">${name}</circle>`;
}

export const phaseKey = (conductors: readonly number[]): Html =>
  html`<ul class="key">${conductors.map((c) => html`<li class="${names[c] ?? ''}"><svg viewBox="0 0 12 12" aria-hidden="true">${mark(c, 6, 6, 4.4)}</svg>phase ${names[c] ?? ''}</li>`)}</ul>`;
