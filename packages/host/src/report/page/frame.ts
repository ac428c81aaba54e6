/** The paper under every chart: axes, grid, units, and the time cursor that all charts share. */
import type { Theme } from './colour.ts';
import type { Data } from './data.ts';
import { html, svg } from './elements.ts';
import { fixed } from './format.ts';
import type { Store } from './state.ts';
import { decimalsOf, linearTicks, timeTicks } from './ticks.ts';

export interface Page {
  readonly data: Data;
  readonly store: Store;
  theme(): Theme;
}

export interface Box {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Plot extends Box {
  readonly root: SVGSVGElement;
  readonly layer: SVGGElement;
  /** Left edge of a step (a step holds on [t, t + 1)). */
  x(step: number): number;
  y(value: number): number;
}

export interface TimeChartSpec {
  height(width: number): number;
  /** What the numbers are, with the unit; printed above the axis. */
  readonly yTitle: () => string;
  domain(): readonly [number, number];
  draw(plot: Plot): void;
  /** Replaces the numbers of the vertical axis. */
  axis?(plot: Plot): void;
  /** Where in the plot the pointer is, for views that read the vertical place too. */
  point?(plot: Plot, y: number | undefined, step: number, clicked: boolean, event: PointerEvent): void;
  readonly label: () => string;
  readonly marginLeft?: number;
}

export function widthOf(host: HTMLElement): number {
  return Math.max(240, Math.floor(host.clientWidth));
}

export function drawAxisTitle(plot: Box & { layer: SVGGElement }, text: string): void {
  plot.layer.append(svg('text', { class: 'axis-title', x: 0, y: 11 }, text));
}

export function drawValueAxis(
  plot: Box & { layer: SVGGElement; y(value: number): number },
  ticks: readonly number[],
  decimals = decimalsOf(ticks),
): void {
  for (const tick of ticks) {
    const y = plot.y(tick);
    plot.layer.append(
      svg('line', { class: tick === 0 ? 'grid zero' : 'grid', x1: plot.left, x2: plot.right, y1: y, y2: y }),
      svg('text', { class: 'tick', x: plot.left - 6, y: y + 3.5, 'text-anchor': 'end' }, fixed(tick, decimals)),
    );
  }
}

function drawTimeAxis(plot: Plot, steps: readonly string[]): void {
  const ticks = timeTicks(steps, Math.floor((plot.right - plot.left) / 52));
  for (const { step, text } of ticks) {
    const x = plot.x(step);
    plot.layer.append(
      svg('line', { class: 'tick-mark', x1: x, x2: x, y1: plot.bottom, y2: plot.bottom + 4 }),
      svg('text', { class: 'tick', x, y: plot.bottom + 16, 'text-anchor': x < plot.left + 14 ? 'start' : 'middle' }, text),
    );
  }
  plot.layer.append(svg('line', { class: 'axis', x1: plot.left, x2: plot.right, y1: plot.bottom, y2: plot.bottom }));
}

/** A chart over time in `host`: drawn anew when `keys` change, its cursor moves with the shared step. */
export function timeChart(
  page: Page,
  host: HTMLElement,
  keys: readonly ('plan' | 'bus' | 'device' | 'pinned')[],
  spec: TimeChartSpec,
): void {
  const { data, store } = page;
  let plot: Plot | undefined;
  let cursor: SVGRectElement | undefined;

  const moveCursor = (): void => {
    if (!plot || !cursor || data.nT === 0) return;
    const { step, pinned } = store.view;
    const x = plot.x(step);
    cursor.setAttribute('x', x.toFixed(2));
    cursor.setAttribute('width', Math.max(1.5, plot.x(step + 1) - x).toFixed(2));
    cursor.classList.toggle('pinned', step === pinned);
  };
  const draw = (): void => {
    const width = widthOf(host);
    const height = spec.height(width);
    const left = spec.marginLeft ?? 46;
    const box: Box = { width, height, left, right: width - 10, top: 22, bottom: height - 24 };
    const [low, high] = spec.domain();
    const layer = svg('g');
    const root = svg('svg', { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': spec.label() }, layer);
    const nT = Math.max(1, data.nT);
    const drawn: Plot = {
      ...box,
      root,
      layer,
      x: (step) => box.left + ((box.right - box.left) * step) / nT,
      y: (value) => box.bottom - ((box.bottom - box.top) * (value - low)) / (high - low || 1),
    };
    drawAxisTitle(drawn, spec.yTitle());
    if (spec.axis) spec.axis(drawn);
    else drawValueAxis(drawn, linearTicks(low, high, Math.max(3, Math.round((box.bottom - box.top) / 42))));
    drawTimeAxis(drawn, data.result.time.steps);
    cursor = svg('rect', { class: 'cursor', x: 0, y: box.top, width: 2, height: box.bottom - box.top });
    spec.draw(drawn);
    layer.append(cursor);
    plot = drawn;
    for (const old of host.querySelectorAll(':scope > svg')) old.remove();
    host.append(root);
    moveCursor();
  };
  const stepAt = (event: PointerEvent): number | undefined => {
    if (!plot || data.nT === 0) return undefined;
    const at = event.clientX - host.getBoundingClientRect().left;
    if (at < plot.left - 4 || at > plot.right + 4) return undefined;
    const share = (at - plot.left) / (plot.right - plot.left);
    return Math.min(data.nT - 1, Math.max(0, Math.floor(share * data.nT)));
  };
  const onPoint = (event: PointerEvent, clicked: boolean): void => {
    const step = stepAt(event);
    if (step === undefined || !plot) return;
    store.change(clicked ? { step, pinned: step, playing: false } : { step });
    const y = event.clientY - host.getBoundingClientRect().top;
    spec.point?.(plot, y >= plot.top && y <= plot.bottom ? y : undefined, step, clicked, event);
  };
  host.addEventListener('pointermove', (event) => onPoint(event, false));
  host.addEventListener('pointerdown', (event) => {
    if (event.button === 0) onPoint(event, true);
  });
  host.addEventListener('pointerleave', () => {
    store.change({ step: store.view.pinned });
    hideTip();
  });
  store.on(['drawing', ...keys], draw);
  store.on(['step', 'pinned'], moveCursor);
  draw();
}

/** Path of a value that holds over each step; gaps where it is not a number. */
export function stepPath(plot: Pick<Plot, 'x' | 'y'>, values: readonly (number | null | undefined)[]): string {
  let path = '';
  let open = false;
  values.forEach((value, t) => {
    if (value === null || value === undefined || !Number.isFinite(value)) {
      open = false;
      return;
    }
    const y = plot.y(value).toFixed(1);
    path += `${open ? 'L' : 'M'}${plot.x(t).toFixed(1)} ${y}H${plot.x(t + 1).toFixed(1)}`;
    open = true;
  });
  return path;
}

/** Closed path between two lists that hold over each step. */
export function stepBand(plot: Pick<Plot, 'x' | 'y'>, lower: readonly number[], upper: readonly number[]): string {
  const forth = upper.map(
    (value, t) => `${t === 0 ? 'M' : 'L'}${plot.x(t).toFixed(1)} ${plot.y(value).toFixed(1)}H${plot.x(t + 1).toFixed(1)}`,
  );
  const back = lower.map((_, k) => {
    const t = lower.length - 1 - k;
    return `L${plot.x(t + 1).toFixed(1)} ${plot.y(lower[t]!).toFixed(1)}H${plot.x(t).toFixed(1)}`;
  });
  return lower.length === 0 ? '' : `${forth.join('')}${back.join('')}Z`;
}

let tip: HTMLElement | undefined;

/** One floating note for the whole page, near the pointer and inside the window. */
export function showTip(event: PointerEvent | { clientX: number; clientY: number }, ...content: Node[]): void {
  if (!tip) {
    tip = html('div', { class: 'tip', role: 'presentation', 'aria-hidden': 'true' });
    document.body.append(tip);
  }
  tip.replaceChildren(...content);
  tip.style.display = 'block';
  const { width, height } = tip.getBoundingClientRect();
  const x = event.clientX + 16 + width > innerWidth - 8 ? event.clientX - width - 16 : event.clientX + 16;
  const y = Math.min(innerHeight - height - 8, Math.max(8, event.clientY - height / 2));
  tip.style.transform = `translate(${Math.max(8, x).toFixed(0)}px, ${y.toFixed(0)}px)`;
}

export function hideTip(): void {
  if (tip) tip.style.display = 'none';
}
