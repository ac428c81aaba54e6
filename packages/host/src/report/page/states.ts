/** What the devices store: one panel per unit (kWh, °C …), one line per state series. */
import { type Device, extent, padded } from './data.ts';
import { byId, html, svg } from './elements.ts';
import { fixed, printedUnit, splitName } from './format.ts';
import { type Page, type Plot, timeChart } from './frame.ts';
import { attachTable } from './table-view.ts';

interface StateSeries {
  readonly device: Device;
  readonly name: string;
  readonly unit: string;
  readonly title: string;
}

/** A state is a point in time, not a mean over a step: nT values stand at the ends of steps, nT + 1 at all borders. */
function statePath(plot: Plot, values: readonly number[], nT: number): string {
  const offset = values.length > nT ? 0 : 1;
  let open = false;
  let path = '';
  values.forEach((value, k) => {
    if (!Number.isFinite(value) || value === null) {
      open = false;
      return;
    }
    path += `${open ? 'L' : 'M'}${plot.x(k + offset).toFixed(1)} ${plot.y(value).toFixed(1)}`;
    open = true;
  });
  return values.length === 1 ? `${path}h0.01` : path;
}

export function showStates(page: Page): void {
  const { data, store } = page;
  const { nT } = data;
  const series: StateSeries[] = [];
  for (const device of data.devices) {
    const names = new Set(data.plans.flatMap((_, k) => Object.keys(data.schedule(k, device.index)?.states ?? {})));
    for (const name of names) {
      const { what, unit } = splitName(name);
      series.push({ device, name, unit, title: names.size > 1 ? `${device.id}, ${what.toLowerCase()}` : device.id });
    }
  }
  const values = (plan: number, { device, name }: StateSeries): readonly number[] => data.schedule(plan, device.index)?.states[name] ?? [];
  const host = byId('chart-states');
  const units = [...new Set(series.map(({ unit }) => unit))];
  if (units.length === 0) host.append(html('p', { class: 'empty' }, 'No device of this study stores energy or heat.'));
  for (const unit of units) {
    const members = series.filter((one) => one.unit === unit);
    const dashes = ['', '6 3', '2 3', '9 3 2 3'];
    const dashOf = (one: StateSeries): string =>
      dashes[members.filter((other) => other.device.kind === one.device.kind).indexOf(one) % dashes.length] ?? '';
    const all = extent(...data.plans.flatMap((_, k) => members.map((one) => values(k, one)))) ?? [0, 1];
    const domain = padded(unit === 'kWh' ? [Math.min(0, all[0]), all[1]] : all, 0.06);
    const chart = html('div', { class: 'chart' });
    const legend = html('ul', { class: 'legend' });
    host.append(chart, legend);
    const printed = printedUnit(unit, data.result.currency) || 'fraction';
    timeChart(page, chart, ['plan', 'device'], {
      height: (width) => (width < 520 ? 190 : units.length === 1 ? 340 : 200),
      yTitle: () => printed,
      domain: () => domain,
      label: () => `${members.length} state series in ${printed} over time, plan ${data.plans[store.view.plan]?.name ?? ''}.`,
      draw(plot) {
        for (const one of members) {
          const dim = store.view.device >= 0 && store.view.device !== one.device.index ? ' dim' : '';
          plot.layer.append(
            svg(
              'path',
              {
                class: `state-line${dim}`,
                d: statePath(plot, values(store.view.plan, one), nT),
                stroke: one.device.colour(page.theme()),
                'stroke-dasharray': dashOf(one),
              },
              svg('title', {}, one.title),
            ),
          );
        }
      },
    });
    const outputs = members.map((one) => {
      const sample = svg('line', { x1: 0, x2: 22, y1: 5, y2: 5, class: 'state-line', 'stroke-dasharray': dashOf(one) });
      const paint = (): void => sample.setAttribute('stroke', one.device.colour(page.theme()));
      paint();
      store.on(['drawing'], paint);
      const value = html('span', { class: 'value' });
      const row = html(
        'li',
        { tabindex: 0 },
        svg('svg', { width: 22, height: 10, 'aria-hidden': 'true' }, sample),
        html('span', { class: 'name' }, one.title),
        value,
      );
      for (const type of ['pointerenter', 'focus']) row.addEventListener(type, () => store.change({ device: one.device.index }));
      for (const type of ['pointerleave', 'blur']) row.addEventListener(type, () => store.change({ device: -1 }));
      legend.append(row);
      return { one, value };
    });
    const read = (): void => {
      for (const { one, value } of outputs) {
        const list = values(store.view.plan, one);
        value.textContent = `${fixed(list[list.length > nT ? store.view.step + 1 : store.view.step], 1)} ${printed}`;
      }
    };
    store.on(['step', 'plan'], read);
    read();
  }
  attachTable(page, byId('table-states'), 'states', ['plan'], () => ({
    caption: `States at the end of each step, plan ${data.plans[store.view.plan]?.name ?? ''}`,
    columns: ['Step', ...series.map(({ device, name }) => `${device.id} ${name}`)],
    rows: data.result.time.steps.map((step, t) => [
      step,
      ...series.map((one) => {
        const list = values(store.view.plan, one);
        return fixed(list[list.length > nT ? t + 1 : t], 3);
      }),
    ]),
  }));
}
