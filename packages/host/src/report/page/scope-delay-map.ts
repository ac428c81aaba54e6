/** Speed of the gains against delay of measurements: what is stable, how fast it settles, where this study stands and what is advised. */
import { byId, html, svg } from './elements.ts';
import { fixed, short } from './format.ts';
import { drawAxisTitle, drawValueAxis, hideTip, showTip, widthOf } from './frame.ts';
import type { ScopePage } from './scope-lane.ts';
import { linearTicks } from './ticks.ts';

export function showDelayMap(page: ScopePage): void {
  const { delayMap: map, advice } = page.data.analysis;
  if (!map) return;
  const host = byId('chart-delay-map');
  const speeds = map.speed_frac;
  const { field } = map;
  const group = page.data.groups.find(({ name }) => map.parameter.startsWith(`${name}.`));
  const here_s = group?.measureDelay_s ?? 0;
  const top_s = 2 * Math.min(2.5, Math.max(map.margin_s[speeds.indexOf(1)] ?? 0, 0.6 * here_s, 0.8 * (advice?.delay_s ?? 0)));
  /** Where a speed stands between those of a list, on a logarithmic scale. */
  const between = (list: readonly number[], speed: number): readonly [at: number, share: number] => {
    let k = 0;
    while (k < list.length - 2 && list[k + 1]! <= speed) k++;
    const share = Math.log(speed / list[k]!) / Math.log(list[k + 1]! / list[k]!);
    return [k, Math.min(1, Math.max(0, share))];
  };
  const marginAt = (speed: number): number => {
    const [k, share] = between(speeds, speed);
    const [a, b] = [map.margin_s[k] ?? 0, map.margin_s[k + 1] ?? 0];
    return a > 0 && b > 0 ? a ** (1 - share) * b ** share : (1 - share) * a + share * b;
  };
  /** Rate of decay below the limit, by parts of the margin, which is where it is smooth; undefined where nothing is known. */
  const rateAt = (speed: number, delay_s: number): number | undefined => {
    const part = delay_s / marginAt(speed);
    if (field.speed_frac.length < 2 || !(part < 1)) return undefined;
    const [s, a] = between(field.speed_frac, speed);
    const rows = [...field.share_frac, 1];
    let d = 0;
    while (d < rows.length - 2 && rows[d + 1]! <= part) d++;
    const b = (part - rows[d]!) / (rows[d + 1]! - rows[d]!);
    const rate = (i: number, j: number): number => field.re_per_s[s + i]![d + j] ?? 0;
    return (1 - a) * ((1 - b) * rate(0, 0) + b * rate(0, 1)) + a * ((1 - b) * rate(1, 0) + b * rate(1, 1));
  };
  const draw = (): void => {
    const width = widthOf(host);
    const height = Math.min(440, Math.max(300, Math.round(0.62 * width)));
    const [left, right, top, bottom] = [50, width - 16, 24, height - 34];
    const x = (speed: number): number => left + ((right - left) * Math.log(speed / speeds[0]!)) / Math.log(speeds.at(-1)! / speeds[0]!);
    const y = (delay_s: number): number => bottom - ((bottom - top) * delay_s) / top_s;
    const layer = svg('g');
    const root = svg(
      'svg',
      {
        viewBox: `0 0 ${width} ${height}`,
        width,
        height,
        role: 'img',
        'aria-label': 'Delay of measurements that is borne, over the speed of the gains',
      },
      layer,
    );
    root.prepend(svg('clipPath', { id: 'clip-map' }, svg('rect', { x: left, y: top, width: right - left, height: bottom - top })));
    const shade = svg('g', { 'clip-path': 'url(#clip-map)' });
    const cells = [48, 34] as const;
    if (field.speed_frac.length > 1) {
      for (let i = 0; i < cells[0]; i++) {
        const speed = speeds[0]! * (speeds.at(-1)! / speeds[0]!) ** ((i + 0.5) / cells[0]);
        for (let j = 0; j < cells[1]; j++) {
          const rate = rateAt(speed, ((j + 0.5) * top_s) / cells[1]);
          if (rate === undefined || rate >= 0) continue;
          // settled within a second is full colour, after half a minute none
          const strength = Math.min(1, Math.max(0, 1 - Math.log(Math.log(100) / -rate) / Math.log(30)));
          const cell = svg('rect', {
            class: 'settling',
            x: left + (i * (right - left)) / cells[0],
            y: bottom - ((j + 1) * (bottom - top)) / cells[1],
            width: (right - left) / cells[0],
            height: (bottom - top) / cells[1],
          });
          cell.style.opacity = (0.06 + 0.5 * strength).toFixed(3);
          shade.append(cell);
        }
      }
    }
    const curve = (factor: number): string =>
      speeds.map((speed, k) => `${k === 0 ? 'M' : 'L'}${x(speed).toFixed(1)} ${y(factor * (map.margin_s[k] ?? 0)).toFixed(1)}`).join('');
    shade.append(
      svg('path', { class: 'beyond', d: `${curve(1)}L${right} ${top - 400}L${left} ${top - 400}Z` }),
      svg('path', { class: 'margin', d: curve(1) }),
      ...(advice ? [svg('path', { class: 'margin used', d: curve(advice.used_frac) })] : []),
    );
    layer.append(shade);
    drawValueAxis({ width, height, left, right, top, bottom, layer, y: (ms) => y(ms / 1000) }, linearTicks(0, 1000 * top_s, 6));
    drawAxisTitle({ width, height, left, right, top, bottom, layer }, 'delay of measurements, ms');
    for (const speed of speeds.filter((each) => Math.abs(Math.log2(each) - Math.round(Math.log2(each))) < 1e-9)) {
      layer.append(
        svg('line', { class: 'grid', x1: x(speed), x2: x(speed), y1: top, y2: bottom }),
        svg('text', { class: 'tick', x: x(speed), y: bottom + 15, 'text-anchor': 'middle' }, speed >= 1 ? `×${speed}` : `÷${1 / speed}`),
      );
    }
    layer.append(svg('text', { class: 'axis-title', x: right, y: bottom + 30, 'text-anchor': 'end' }, 'all gains of this study times'));
    const spot = (speed: number, delay_s: number, className: string, name: string, below: boolean): void => {
      const [px, py] = [x(Math.min(speeds.at(-1)!, Math.max(speeds[0]!, speed))), y(Math.min(delay_s, top_s))];
      const end = px > right - 90;
      layer.append(
        svg('circle', { class: `spot ${className}`, cx: px, cy: py, r: 5.5 }),
        svg(
          'text',
          { class: 'spot-name', x: end ? px - 10 : px + 10, y: below ? py + 15 : py - 7, 'text-anchor': end ? 'end' : 'start' },
          name,
        ),
      );
    };
    spot(1, here_s, 'here', 'this study', false);
    if (advice?.speed_frac)
      spot(
        advice.speed_frac,
        advice.delay_s,
        'advised',
        'advised',
        Math.abs(x(advice.speed_frac) - x(1)) < 90 && Math.abs(y(advice.delay_s) - y(here_s)) < 26,
      );
    host.replaceChildren(root);
    host.onpointermove = (event) => {
      const box = host.getBoundingClientRect();
      const [px, py] = [event.clientX - box.left, event.clientY - box.top];
      if (px < left || px > right || py < top || py > bottom) {
        hideTip();
        return;
      }
      const speed = speeds[0]! * (speeds.at(-1)! / speeds[0]!) ** ((px - left) / (right - left));
      const delay_s = ((bottom - py) * top_s) / (bottom - top);
      const rate = rateAt(speed, delay_s);
      const isBorne = delay_s < marginAt(speed);
      const words = !isBorne
        ? `unstable: it bears ${fixed(1000 * marginAt(speed), 0)} ms`
        : rate === undefined
          ? 'stable'
          : `settles to 1 % in ${short(Math.log(100) / -rate, 2)} s`;
      showTip(event, html('strong', {}, `gains ×${short(speed, 3)}, ${fixed(1000 * delay_s, 0)} ms`), html('div', {}, words));
    };
  };
  host.addEventListener('pointerleave', hideTip);
  page.store.on(['drawing'], draw);
  draw();
}
