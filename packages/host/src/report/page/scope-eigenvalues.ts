/** Eigenvalues over a parameter: the path of each, and where they are at the value that the slider shows. */
import { byId, html, svg } from './elements.ts';
import { fixed, short } from './format.ts';
import { drawAxisTitle, drawValueAxis, hideTip, showTip, widthOf } from './frame.ts';
import type { ScopePage } from './scope-lane.ts';
import { decimalsOf, linearTicks } from './ticks.ts';

/** How far left the near view looks, as a multiple of what oscillates there. */
const near_per_s = 45;

export function showEigenvalues(page: ScopePage): void {
  const { sweep } = page.data.analysis;
  if (!sweep) return;
  const host = byId('chart-eigenvalues');
  const slider = byId('sweep-slider') as HTMLInputElement;
  const text = byId('sweep-text');
  const near = byId('sweep-near') as HTMLInputElement;
  const points = sweep.points.filter(({ re_per_s }) => re_per_s.length > 0);
  const hereAt = Math.max(
    0,
    points.findIndex(({ value }) => Math.abs(value - sweep.here) <= 1e-9 * Math.max(1, Math.abs(sweep.here))),
  );
  slider.max = String(points.length - 1);
  slider.value = String(hereAt);
  let hits: { x: number; y: number; k: number; at: number }[] = [];
  let at = hereAt;

  const draw = (): void => {
    const width = widthOf(host);
    const height = Math.min(480, Math.max(300, Math.round(0.62 * width)));
    const [left, right, top, bottom] = [50, width - 12, 24, height - 34];
    const all = points.flatMap(({ re_per_s, im_rad_per_s }) => re_per_s.map((re, k) => [re, im_rad_per_s[k]!] as const));
    const kept = near.checked ? all.filter(([re]) => re > -near_per_s) : all;
    const lowest = Math.min(...kept.map(([re]) => re), -1);
    const highest = Math.max(...kept.map(([re]) => re), -0.04 * lowest);
    const tallest = Math.max(...kept.map(([, im]) => im), 1) * 1.08;
    const span = highest - lowest;
    const [x0, x1] = [lowest - 0.04 * span, highest + 0.06 * span];
    const x = (re: number): number => left + ((right - left) * (re - x0)) / (x1 - x0);
    const y = (im: number): number => (top + bottom) / 2 - ((bottom - top) / 2) * (im / tallest);
    const layer = svg('g');
    const root = svg(
      'svg',
      {
        viewBox: `0 0 ${width} ${height}`,
        width,
        height,
        role: 'img',
        'aria-label': `Eigenvalues over ${sweep.parameter}; the table of modes below holds those of this study`,
      },
      layer,
    );
    const clip = svg('clipPath', { id: 'clip-eigenvalues' }, svg('rect', { x: left, y: top, width: right - left, height: bottom - top }));
    root.prepend(clip);
    layer.append(svg('rect', { class: 'unstable', x: x(0), y: top, width: Math.max(0, right - x(0)), height: bottom - top }));
    drawValueAxis({ width, height, left, right, top, bottom, layer, y }, linearTicks(-tallest, tallest, 6));
    drawAxisTitle({ width, height, left, right, top, bottom, layer }, 'Im λ, rad/s');
    const ticks = linearTicks(x0, x1, Math.max(3, Math.floor((right - left) / 80)));
    for (const tick of ticks) {
      layer.append(
        svg('line', { class: tick === 0 ? 'zero-line' : 'grid', x1: x(tick), x2: x(tick), y1: top, y2: bottom }),
        svg('text', { class: 'tick', x: x(tick), y: bottom + 15, 'text-anchor': 'middle' }, fixed(tick, decimalsOf(ticks))),
      );
    }
    layer.append(svg('text', { class: 'axis-title', x: right, y: bottom + 30, 'text-anchor': 'end' }, 'Re λ, 1/s'));
    // what is damped by 5 % lies left of this line
    const slope = Math.sqrt(1 / (0.05 * 0.05) - 1);
    const marks = svg('g', { 'clip-path': 'url(#clip-eigenvalues)' });
    for (const sign of [1, -1])
      marks.append(svg('path', { class: 'damping', d: `M${x(0)} ${y(0)}L${x(-tallest / slope)} ${y(sign * tallest)}` }));
    points.forEach(({ re_per_s, im_rad_per_s }, p) => {
      const share = points.length > 1 ? p / (points.length - 1) : 0;
      let path = '';
      re_per_s.forEach((re, k) => {
        for (const im of im_rad_per_s[k] === 0 ? [0] : [im_rad_per_s[k]!, -im_rad_per_s[k]!])
          path += `M${x(re).toFixed(1)} ${y(im).toFixed(1)}h0`;
      });
      const dots = svg('path', { class: 'trail', d: path });
      dots.style.setProperty('--share', `${Math.round(100 * share)}%`);
      marks.append(dots);
    });
    hits = [];
    const cross = (p: number, className: string): void => {
      const { re_per_s, im_rad_per_s } = points[p]!;
      re_per_s.forEach((re, k) => {
        for (const im of im_rad_per_s[k] === 0 ? [0] : [im_rad_per_s[k]!, -im_rad_per_s[k]!]) {
          const [px, py] = [x(re), y(im)];
          marks.append(svg('path', { class: `${className}${re > 1e-4 ? ' bad' : ''}`, d: `M${px - 4.5} ${py - 4.5}l9 9m0 -9l-9 9` }));
          if (p === at) hits.push({ x: px, y: py, k, at: p });
        }
      });
    };
    if (at !== hereAt) cross(hereAt, 'mode here');
    cross(at, 'mode');
    layer.append(marks);
    host.replaceChildren(root);
    describe();
  };
  const describe = (): void => {
    const { value, re_per_s, im_rad_per_s, leading } = points[at]!;
    const first = re_per_s.findIndex((re) => Math.abs(re) > 1e-4);
    const re = re_per_s[first];
    const who = sweep.states[leading[first] ?? -1];
    const verdict =
      re === undefined
        ? ''
        : re > 0
          ? `unstable: doubles in ${short(Math.LN2 / re)} s${im_rad_per_s[first] === 0 ? '' : ` at ${short(im_rad_per_s[first]! / (2 * Math.PI))} Hz`}, led by ${who}`
          : `stable: the slowest mode decays to 1 % in ${short(Math.log(100) / -re)} s, led by ${who}`;
    text.replaceChildren(
      html('strong', {}, `${sweep.parameter} = ${short(value, 4)}`),
      ` ${at === hereAt ? '(this study) ' : ''}– `,
      html('span', { class: re !== undefined && re > 0 ? 'bad' : 'good' }, verdict),
    );
    slider.setAttribute('aria-valuetext', `${short(value, 4)}, ${verdict}`);
  };
  slider.addEventListener('input', () => {
    at = Number(slider.value);
    draw();
  });
  near.addEventListener('change', draw);
  byId('sweep-here').addEventListener('click', () => {
    at = hereAt;
    slider.value = String(hereAt);
    draw();
  });
  host.addEventListener('pointermove', (event) => {
    const box = host.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    let best: (typeof hits)[number] | undefined;
    for (const hit of hits)
      if (Math.hypot(hit.x - px, hit.y - py) < Math.min(14, best ? Math.hypot(best.x - px, best.y - py) : 14)) best = hit;
    if (!best) {
      hideTip();
      return;
    }
    const { re_per_s, im_rad_per_s, leading } = points[best.at]!;
    const [re, im] = [re_per_s[best.k]!, im_rad_per_s[best.k]!];
    const size = Math.hypot(re, im);
    showTip(
      event,
      html('strong', {}, `λ = ${short(re, 4)}${im === 0 ? '' : ` ± ${short(im, 4)}j`} 1/s`),
      html('div', {}, `${short(im / (2 * Math.PI), 3)} Hz, damping ${size === 0 ? '–' : fixed((-100 * re) / size, 0)} %`),
      html('div', {}, `led by ${sweep.states[leading[best.k] ?? -1] ?? 'several states'}`),
    );
  });
  host.addEventListener('pointerleave', hideTip);
  page.store.on(['drawing'], draw);
  draw();
}
