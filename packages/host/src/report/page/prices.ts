/** What a kWh is worth where and when: bus by time as a heat map, and one bus as a line between the tariff's two prices. */
import { priceGradient, priceRgb } from './colour.ts';
import { extent, padded } from './data.ts';
import { byId, html, place, svg } from './elements.ts';
import { fixed } from './format.ts';
import { hideTip, type Page, showTip, stepPath, timeChart } from './frame.ts';
import { attachTable } from './table-view.ts';

export function showPrices(page: Page): void {
  const { data, store } = page;
  const { result, nT, nB } = data;
  const unit = `${result.currency}/kWh`;
  const priced = () => data.pricedPlan(store.view.plan);
  const prices = () => data.plans[priced()]?.price_cur_per_kWh;
  const busName = (b: number): string => result.feeder.buses[b]?.id ?? '–';
  const range = extent(...data.plans.flatMap((plan) => plan.price_cur_per_kWh ?? [])) ?? [0, 1];
  const share = (value: number): number => (value - range[0]) / (range[1] - range[0] || 1);

  const host = byId('chart-prices');
  if (data.pricedPlan(0) < 0) {
    host.append(html('p', { class: 'empty' }, 'No plan of this result has prices per bus.'));
  } else {
    const canvas = html('canvas', { 'aria-hidden': 'true' });
    host.append(canvas);
    const rowAt = (top: number, bottom: number, y: number): number =>
      Math.min(nB - 1, Math.max(0, Math.floor(((y - top) / (bottom - top)) * nB)));
    timeChart(page, host, ['plan', 'bus'], {
      height: (width) => Math.min(width < 520 ? 380 : 430, Math.max(110, 46 + nB * 11.5)),
      yTitle: () => 'bus',
      domain: () => [nB, 0],
      label: () =>
        `Heat map of the price at ${nB} buses over ${nT} steps, from ${fixed(range[0], 3)} to ${fixed(range[1], 3)} ${unit}. The table below holds the numbers.`,
      axis(plot) {
        const row = (plot.bottom - plot.top) / nB;
        const stride = Math.max(1, Math.ceil(11 / row));
        for (let b = 0; b < nB; b += stride) {
          plot.layer.append(
            svg(
              'text',
              { class: 'tick small', x: plot.left - 6, y: plot.top + (b + 0.5) * row + 3.2, 'text-anchor': 'end' },
              busName(b).slice(0, 7),
            ),
          );
        }
      },
      draw(plot) {
        const table = prices() ?? [];
        const theme = page.theme();
        const width = plot.right - plot.left;
        const height = plot.bottom - plot.top;
        const ratio = Math.min(2, devicePixelRatio || 1);
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(height * ratio);
        // in shares of the chart, which a printer scales
        const ofWidth = (length: number): string => `${(100 * length) / plot.width}%`;
        const ofHeight = (length: number): string => `${(100 * length) / plot.height}%`;
        Object.assign(canvas.style, { left: ofWidth(plot.left), top: ofHeight(plot.top), width: ofWidth(width), height: ofHeight(height) });
        const context = canvas.getContext('2d');
        if (!context) return;
        context.clearRect(0, 0, canvas.width, canvas.height);
        const gap = height / nB > 8 ? ratio * 0.6 : 0;
        for (let b = 0; b < nB; b++) {
          const y0 = Math.round((b * canvas.height) / nB);
          const y1 = Math.round(((b + 1) * canvas.height) / nB);
          for (let t = 0; t < nT; t++) {
            const value = table[b]?.[t];
            if (value === undefined || value === null || !Number.isFinite(value)) continue;
            const [r, g, blue] = priceRgb(theme, share(value));
            context.fillStyle = `rgb(${r.toFixed(0)} ${g.toFixed(0)} ${blue.toFixed(0)})`;
            const x0 = Math.round((t * canvas.width) / nT);
            const x1 = Math.round(((t + 1) * canvas.width) / nT);
            context.fillRect(x0, y0, x1 - x0 - gap, y1 - y0 - gap);
          }
        }
        const row = height / nB;
        plot.layer.append(
          svg('rect', {
            class: 'row-mark',
            x: plot.left - 1,
            y: plot.top + store.view.bus * row - 1,
            width: width + 2,
            height: row + 2,
            rx: 2,
          }),
        );
      },
      point(plot, y, step, clicked, event) {
        if (y === undefined) {
          hideTip();
          return;
        }
        const b = rowAt(plot.top, plot.bottom, y);
        if (clicked) store.change({ bus: b });
        showTip(
          event,
          html('b', {}, `Bus ${busName(b)}`),
          html('span', {}, data.stepText(step)),
          html('span', {}, `${fixed(prices()?.[b]?.[step], 4)} ${unit}`),
        );
      },
    });
    const scale = byId('scale-prices');
    const bar = svg('rect', { width: 160, height: 10, rx: 2, fill: 'url(#price-ramp)' });
    const gradient = svg('linearGradient', { id: 'price-ramp' });
    const paint = (): void => {
      const stops = priceGradient(page.theme());
      gradient.replaceChildren(...stops.map((stop, k) => svg('stop', { offset: k / (stops.length - 1), 'stop-color': stop })));
    };
    paint();
    store.on(['drawing'], paint);
    scale.append(
      html('span', {}, `${fixed(range[0], 3)}`),
      svg('svg', { width: 160, height: 10, 'aria-hidden': 'true' }, svg('defs', {}, gradient), bar),
      html('span', {}, `${fixed(range[1], 3)} ${unit}`),
    );
  }

  const { buy_cur_per_kWh: buy, sell_cur_per_kWh: sell } = result.tariff;
  const lineDomain = padded(extent(range, buy, sell) ?? [0, 1], 0.08);
  const others = () => data.plans.map((_, k) => k).filter((k) => k !== priced() && data.plans[k]?.price_cur_per_kWh);
  timeChart(page, byId('chart-price-line'), ['plan', 'bus'], {
    height: (width) => (width < 520 ? 240 : 330),
    yTitle: () => unit,
    domain: () => lineDomain,
    label: () => `Price at bus ${busName(store.view.bus)} over time between the tariff’s buying and selling price, in ${unit}.`,
    draw(plot) {
      plot.layer.append(
        svg('path', { class: 'tariff buy', d: stepPath(plot, buy) }),
        svg('path', { class: 'tariff sell', d: stepPath(plot, sell) }),
      );
      for (const k of others()) {
        plot.layer.append(
          svg('path', { class: 'price-line other', d: stepPath(plot, data.plans[k]?.price_cur_per_kWh?.[store.view.bus] ?? []) }),
        );
      }
      plot.layer.append(svg('path', { class: 'price-line', d: stepPath(plot, prices()?.[store.view.bus] ?? []) }));
    },
  });
  const readout = byId('readout-prices');
  const note = byId('note-prices');
  const read = (): void => {
    const { step, bus, plan } = store.view;
    const shown = priced();
    const entry = (mark: string, name: string, value: number | undefined): HTMLElement =>
      html(
        'li',
        {},
        html('i', { class: `swatch ${mark}` }),
        html('span', { class: 'name' }, name),
        html('span', { class: 'value' }, fixed(value, 4)),
      );
    readout.replaceChildren(
      ...(shown < 0 ? [] : [entry('price', `Bus ${busName(bus)}, ${data.plans[shown]?.name ?? ''}`, prices()?.[bus]?.[step])]),
      ...others().map((k) =>
        entry('price other', `Bus ${busName(bus)}, ${data.plans[k]?.name ?? ''}`, data.plans[k]?.price_cur_per_kWh?.[bus]?.[step]),
      ),
      entry('tariff-buy', 'Tariff, buying', buy[step]),
      entry('tariff-sell', 'Tariff, selling', sell[step]),
    );
    note.textContent =
      shown >= 0 && shown !== plan
        ? `The ${data.plans[plan]?.name ?? ''} plan has no prices per bus; shown: ${data.plans[shown]?.name ?? ''}.`
        : '';
  };
  store.on(['step', 'bus', 'plan'], read);
  read();

  attachTable(page, byId('table-prices'), 'prices', ['plan'], () => ({
    caption: `Price in ${unit}, plan ${data.plans[priced()]?.name ?? 'none'}`,
    columns: ['Step', 'tariff buy', 'tariff sell', ...(prices() ? result.feeder.buses.map((bus) => `bus ${bus.id}`) : [])],
    rows: result.time.steps.map((step, t) => [
      step,
      fixed(buy[t], 4),
      fixed(sell[t], 4),
      ...(prices() ?? []).map((row) => fixed(row[t], 4)),
    ]),
  }));
  place(host, { 'data-ready': 'yes' });
}
