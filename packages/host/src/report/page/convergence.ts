/** How the agents came to agree: both residuals on log scales with their tolerances, and the penalty rho, round by round. */
import { extent } from './data.ts';
import { byId, html, svg } from './elements.ts';
import { fixed, short, superscript } from './format.ts';
import { drawAxisTitle, type Page, widthOf } from './frame.ts';
import { attachTable } from './table-view.ts';
import { decadeTicks, linearTicks } from './ticks.ts';

const power = (tick: number): string => {
  const exponent = Math.floor(Math.log10(tick) + 1e-9);
  if (exponent >= -2 && exponent <= 3) return String(Number(tick.toPrecision(1)));
  const factor = Math.round(tick / 10 ** exponent);
  return `${factor === 1 ? '' : `${factor}·`}10${superscript(exponent)}`;
};

export function showConvergence(page: Page): void {
  const { negotiation, currency } = page.data.result;
  const { history, tolerance } = negotiation;
  const host = byId('chart-convergence');
  const readout = byId('readout-convergence');
  if (history.length === 0) {
    host.append(html('p', { class: 'empty' }, 'No round was run.'));
    return;
  }
  const panels = [
    {
      name: 'Primal residual',
      unit: 'kW',
      values: history.map((round) => round.primalResidual_kW),
      limit: tolerance.primal_kW,
      mark: 'primal',
    },
    {
      name: 'Dual residual',
      unit: `${currency}/kWh`,
      values: history.map((round) => round.dualResidual_cur_per_kWh),
      limit: tolerance.dual_cur_per_kWh,
      mark: 'dual',
    },
    { name: 'Penalty rho', unit: `${currency}/kW²h`, values: history.map((round) => round.rho), limit: undefined, mark: 'rho' },
  ];
  const first = history[0]!.round;
  const last = history[history.length - 1]!.round;
  let chosen = history.length - 1;
  let cursors: SVGLineElement[] = [];
  let xOf: (round: number) => number = () => 0;

  const read = (): void => {
    const round = history[chosen];
    if (!round) return;
    for (const cursor of cursors) {
      cursor.setAttribute('x1', String(xOf(round.round)));
      cursor.setAttribute('x2', String(xOf(round.round)));
    }
    readout.replaceChildren(
      html('li', {}, html('span', { class: 'name' }, `Round ${round.round} of ${last}`)),
      ...panels.map(({ name, unit, values, mark, limit }) =>
        html(
          'li',
          {},
          html('i', { class: `swatch ${mark}` }),
          html('span', { class: 'name' }, name),
          html(
            'span',
            { class: 'value' },
            `${short(values[chosen], 3)} ${unit}${limit === undefined ? '' : values[chosen]! <= limit ? ' ✓' : ''}`,
          ),
        ),
      ),
    );
  };
  const draw = (): void => {
    const width = widthOf(host);
    const left = 46;
    const right = width - 12;
    xOf = (round) => left + ((right - left) * (round - first)) / Math.max(1, last - first);
    cursors = [];
    const rounds = linearTicks(first, last, Math.max(2, Math.floor((right - left) / 70))).filter((tick) => Number.isInteger(tick));
    const drawings = panels.map(({ name, unit, values, limit, mark }, k) => {
      const height = k === 2 ? 108 : 158;
      const lowest = k === panels.length - 1;
      const top = 22;
      const bottom = height - (lowest ? 24 : 10);
      const positive = values.filter((value) => value > 0 && Number.isFinite(value));
      const range = extent(positive, limit !== undefined && limit > 0 ? [limit] : []) ?? [1e-3, 1];
      const low = Math.log10(range[0]) - 0.15;
      const high = Math.max(low + 0.5, Math.log10(range[1]) + 0.15);
      const y = (value: number): number => bottom - ((bottom - top) * (Math.log10(Math.max(value, 10 ** low)) - low)) / (high - low);
      const layer = svg('g');
      drawAxisTitle({ width, height, left, right, top, bottom, layer }, `${name}, ${unit}`);
      for (const tick of decadeTicks(10 ** low, 10 ** high, Math.max(2, Math.floor((bottom - top) / 26)))) {
        layer.append(
          svg('line', { class: 'grid', x1: left, x2: right, y1: y(tick), y2: y(tick) }),
          svg('text', { class: 'tick', x: left - 6, y: y(tick) + 3.5, 'text-anchor': 'end' }, power(tick)),
        );
      }
      if (limit !== undefined && limit > 0) {
        layer.append(
          svg('line', { class: 'limit', x1: left, x2: right, y1: y(limit), y2: y(limit) }),
          svg('text', { class: 'tick limit-text', x: right, y: 11, 'text-anchor': 'end' }, `╌╌ tolerance ${short(limit)}`),
        );
      }
      const path = values.map((value, i) => `${i === 0 ? 'M' : 'L'}${xOf(history[i]!.round).toFixed(1)} ${y(value).toFixed(1)}`).join('');
      layer.append(svg('path', { class: `residual ${mark}`, d: values.length > 1 ? path : `${path}h0.01` }));
      const cursor = svg('line', { class: 'cursor-line', y1: top, y2: bottom, x1: left, x2: left });
      cursors.push(cursor);
      layer.append(cursor, svg('line', { class: 'axis', x1: left, x2: right, y1: bottom, y2: bottom }));
      if (lowest) {
        for (const tick of rounds)
          layer.append(svg('text', { class: 'tick', x: xOf(tick), y: bottom + 16, 'text-anchor': 'middle' }, fixed(tick)));
      }
      return svg(
        'svg',
        {
          viewBox: `0 0 ${width} ${height}`,
          width,
          height,
          role: 'img',
          'aria-label': `${name} in ${unit} from round ${first} to ${last}, last value ${short(values[values.length - 1])}`,
        },
        layer,
      );
    });
    host.replaceChildren(...drawings);
    read();
  };
  const point = (event: PointerEvent): void => {
    const x = event.clientX - host.getBoundingClientRect().left;
    let best = 0;
    history.forEach((round, i) => {
      if (Math.abs(xOf(round.round) - x) < Math.abs(xOf(history[best]!.round) - x)) best = i;
    });
    chosen = best;
    read();
  };
  host.addEventListener('pointermove', point);
  host.addEventListener('pointerdown', point);
  host.addEventListener('pointerleave', () => {
    chosen = history.length - 1;
    read();
  });
  page.store.on(['drawing'], draw);
  draw();
  attachTable(page, byId('table-convergence'), 'convergence', [], () => ({
    caption: 'Residuals of each round',
    columns: ['Round', 'primal residual, kW', `dual residual, ${currency}/kWh`, `rho, ${currency}/kW²h`],
    rows: history.map((round) => [
      String(round.round),
      short(round.primalResidual_kW, 4),
      short(round.dualResidual_cur_per_kWh, 4),
      short(round.rho, 4),
    ]),
  }));
}
