/** One picture of the oscilloscope: lines of one unit over the shared window of time. */
import { extent, padded } from './data.ts';
import { html, svg } from './elements.ts';
import { fixed } from './format.ts';
import { widthOf } from './frame.ts';
import type { ScopeData, ScopeStore } from './scope-store.ts';
import { decimalsOf, linearTicks } from './ticks.ts';

export interface LaneLine {
  readonly of: string;
  readonly time_s: readonly number[];
  readonly values: readonly number[];
  /** Of the run that is compared with. */
  readonly isOther: boolean;
}

export interface LaneSpec {
  readonly title: string;
  readonly unit: string;
  readonly target: { readonly value: number; readonly band: number } | null;
  lines(): readonly LaneLine[];
}

export interface ScopePage {
  readonly data: ScopeData;
  readonly store: ScopeStore;
  colour(of: string): string;
}

const left = 58;
const right = 8;
const top = 10;
const bottom = 20;

/** Row of the last record at or before a time. */
export function rowAt(time_s: readonly number[], t_s: number): number {
  let [low, high] = [0, time_s.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (time_s[middle]! <= t_s + 1e-9) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** What is common to all pictures over time: their horizontal scale, markers of events, the cursor, and dragging. */
export interface LaneFrame {
  readonly width: number;
  readonly height: number;
  readonly root: SVGSVGElement;
  x(t_s: number): number;
}

/** Draws a lane in `host`; its reading stands in `reading`. */
export function showLane(page: ScopePage, host: HTMLElement, reading: HTMLElement, spec: LaneSpec): void {
  const { store } = page;
  const outputs = new Map<string, HTMLElement>();
  const fillReading = (): void => {
    outputs.clear();
    reading.replaceChildren();
    for (const { of, isOther } of spec.lines()) {
      if (isOther) continue;
      const value = html('span', { class: 'value' });
      const item = html(
        'button',
        { type: 'button', class: 'trace', 'aria-pressed': String(!store.view.hidden.has(of)) },
        html('i'),
        of,
        value,
      );
      item.style.setProperty('--trace', page.colour(of));
      item.addEventListener('pointerenter', () => store.change({ raised: of }));
      item.addEventListener('pointerleave', () => store.change({ raised: undefined }));
      item.addEventListener('click', () => {
        const hidden = new Set(store.view.hidden);
        if (!hidden.delete(of)) hidden.add(of);
        store.change({ hidden });
      });
      outputs.set(of, value);
      reading.append(item);
    }
  };
  let decimals = 2;
  const read = (): void => {
    const { cursor_s, to_s, hidden } = store.view;
    for (const { of, isOther, time_s, values } of spec.lines()) {
      if (isOther) continue;
      const output = outputs.get(of);
      if (output) output.textContent = fixed(values[rowAt(time_s, cursor_s ?? to_s)], Math.min(6, decimals + 1));
      output?.parentElement?.setAttribute('aria-pressed', String(!hidden.has(of)));
    }
  };
  const draw = (): void => {
    const { from_s, to_s, hidden, raised } = store.view;
    const lines = spec.lines().filter(({ of }) => !hidden.has(of));
    const windows = lines.map(({ time_s, values }) => values.slice(rowAt(time_s, from_s), rowAt(time_s, to_s) + 1));
    const [low, high] = padded(extent(...windows) ?? [0, 1], 0.06);
    const frame = laneFrame(page, host, heightOf(widthOf(host)), spec.title);
    const y = (value: number): number => frame.height - bottom - ((frame.height - top - bottom) * (value - low)) / (high - low || 1);
    const layer = svg('g');
    const clipId = `clip-${host.id}`;
    const lanes = svg('g', { 'clip-path': `url(#${clipId})` });
    layer.append(
      svg('clipPath', { id: clipId }, svg('rect', { x: left, y: 0, width: frame.width - left - right, height: frame.height - bottom })),
    );
    const ticks = linearTicks(low, high, 4);
    decimals = decimalsOf(ticks);
    for (const tick of ticks) {
      layer.append(
        svg('line', { class: 'grid', x1: left, x2: frame.width - right, y1: y(tick), y2: y(tick) }),
        svg('text', { class: 'tick', x: left - 6, y: y(tick) + 3.5, 'text-anchor': 'end' }, fixed(tick, decimals)),
      );
    }
    if (spec.target && spec.target.value + spec.target.band > low && spec.target.value - spec.target.band < high) {
      const [above, below] = [
        y(Math.min(high, spec.target.value + spec.target.band)),
        y(Math.max(low, spec.target.value - spec.target.band)),
      ];
      layer.append(
        svg('rect', { class: 'target', x: left, y: above, width: frame.width - left - right, height: Math.max(1, below - above) }),
      );
    }
    for (const line of lines) {
      const path = svg('path', {
        class: `trace${line.isOther ? ' other' : ''}${raised !== undefined && raised !== line.of ? ' dim' : ''}`,
        d: pathOf(line, from_s, to_s, frame, y),
      });
      path.style.stroke = page.colour(line.of);
      lanes.append(path);
    }
    layer.append(lanes);
    frame.root.prepend(layer);
    read();
  };
  store.on(['from_s', 'to_s', 'hidden', 'raised', 'other', 'drawing'], draw);
  store.on(['cursor_s', 'from_s', 'to_s', 'hidden', 'drawing'], read);
  store.on(['drawing'], fillReading);
  fillReading();
  draw();
}

const heightOf = (width: number): number => (width < 480 ? 132 : 156);

/** The picture anew: axis of time, markers of events, cursor, selection; listens to the pointer. */
export function laneFrame(page: ScopePage, host: HTMLElement, height: number, label: string): LaneFrame {
  const { data, store } = page;
  const { from_s, to_s } = store.view;
  const width = widthOf(host);
  const x = (t_s: number): number => left + ((width - left - right) * (t_s - from_s)) / (to_s - from_s || 1);
  const root = svg('svg', {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'aria-label': `${label} from ${from_s} to ${to_s} s`,
  });
  const foot = height - bottom;
  const ticks = linearTicks(from_s, to_s, Math.max(3, Math.floor((width - left) / 70)));
  const decimals = decimalsOf(ticks);
  ticks.forEach((tick, k) => {
    root.append(
      svg('line', { class: 'tick-mark', x1: x(tick), x2: x(tick), y1: foot, y2: foot + 4 }),
      svg(
        'text',
        { class: 'tick', x: x(tick), y: foot + 15, 'text-anchor': x(tick) > width - 24 ? 'end' : 'middle' },
        `${fixed(tick, decimals)}${k === ticks.length - 1 ? ' s' : ''}`,
      ),
    );
  });
  root.append(svg('line', { class: 'axis', x1: left, x2: width - right, y1: foot, y2: foot }));
  data.events.forEach(({ at_s }) => {
    if (at_s >= from_s && at_s <= to_s) root.append(svg('line', { class: 'event', x1: x(at_s), x2: x(at_s), y1: 0, y2: foot }));
  });
  const cursor = svg('line', { class: 'cursor-line', y1: 0, y2: foot, x1: 0, x2: 0, visibility: 'hidden' });
  const selection = svg('rect', { class: 'selection', y: 0, height: foot, x: 0, width: 0, visibility: 'hidden' });
  root.append(selection, cursor);
  for (const old of host.querySelectorAll(':scope > svg')) old.remove();
  host.append(root);
  frames.set(host, { x, cursor, selection });
  return { width, height, root, x };
}

interface Marks {
  x(t_s: number): number;
  readonly cursor: SVGLineElement;
  readonly selection: SVGRectElement;
}

const frames = new Map<HTMLElement, Marks>();

/** Moves cursor and selection of every lane, and lets the pointer move them. Call once per lane. */
export function followPointer(page: ScopePage, host: HTMLElement, whole: readonly [number, number]): void {
  const { store } = page;
  const timeAt = (event: PointerEvent): number => {
    const { from_s, to_s } = store.view;
    const share = (event.clientX - host.getBoundingClientRect().left - left) / (widthOf(host) - left - right);
    return from_s + Math.min(1, Math.max(0, share)) * (to_s - from_s);
  };
  let begin: { x: number; t_s: number } | undefined;
  host.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    begin = { x: event.clientX, t_s: timeAt(event) };
    host.setPointerCapture(event.pointerId);
  });
  host.addEventListener('pointermove', (event) => {
    const t_s = timeAt(event);
    const isDragging = begin !== undefined && Math.abs(event.clientX - begin.x) > 5;
    store.change({ cursor_s: t_s, drag: isDragging ? [Math.min(begin!.t_s, t_s), Math.max(begin!.t_s, t_s)] : undefined });
  });
  host.addEventListener('pointerup', () => {
    const { drag } = store.view;
    begin = undefined;
    if (drag && drag[1] - drag[0] > 1e-4 * (whole[1] - whole[0])) store.change({ from_s: drag[0], to_s: drag[1], drag: undefined });
    else store.change({ drag: undefined });
  });
  for (const type of ['pointercancel', 'pointerleave'] as const) {
    host.addEventListener(type, () => {
      if (type === 'pointercancel') begin = undefined;
      if (begin === undefined) store.change({ cursor_s: undefined, drag: undefined });
    });
  }
  host.addEventListener('dblclick', () => store.change({ from_s: whole[0], to_s: whole[1] }));
  const mark = (): void => {
    const marks = frames.get(host);
    if (!marks) return;
    const { cursor_s, drag } = store.view;
    marks.cursor.setAttribute('visibility', cursor_s === undefined ? 'hidden' : 'visible');
    if (cursor_s !== undefined) for (const name of ['x1', 'x2']) marks.cursor.setAttribute(name, marks.x(cursor_s).toFixed(1));
    marks.selection.setAttribute('visibility', drag ? 'visible' : 'hidden');
    if (drag) {
      marks.selection.setAttribute('x', marks.x(drag[0]).toFixed(1));
      marks.selection.setAttribute('width', (marks.x(drag[1]) - marks.x(drag[0])).toFixed(1));
    }
  };
  store.on(['cursor_s', 'drag', 'from_s', 'to_s', 'drawing', 'hidden', 'raised', 'other'], mark);
}

/** The line in the window; where there are more records than pixels, lowest and highest of each pixel. */
function pathOf({ time_s, values }: LaneLine, from_s: number, to_s: number, { x, width }: LaneFrame, y: (value: number) => number): string {
  const first = rowAt(time_s, from_s);
  const last = Math.min(values.length - 1, rowAt(time_s, to_s) + 1);
  const point = (t: number): string => `${x(time_s[t]!).toFixed(1)} ${y(values[t]!).toFixed(1)}`;
  const count = last - first + 1;
  const pixels = width - left - right;
  if (count <= 3 * pixels) {
    let path = '';
    for (let t = first; t <= last; t++) path += `${t === first ? 'M' : 'L'}${point(t)}`;
    return path;
  }
  let path = `M${point(first)}`;
  for (let pixel = 0; pixel < pixels; pixel++) {
    const begin = first + Math.floor((pixel * count) / pixels);
    const end = Math.min(last, first + Math.floor(((pixel + 1) * count) / pixels));
    let [lowest, highest] = [begin, begin];
    for (let t = begin; t <= end; t++) {
      if (values[t]! < values[lowest]!) lowest = t;
      if (values[t]! > values[highest]!) highest = t;
    }
    path += `L${point(Math.min(lowest, highest))}L${point(Math.max(lowest, highest))}`;
  }
  return path;
}
