/** Who produces and who consumes at each step: generation stacked above zero, consumption below, the import as a line. */
import { extent, padded } from './data.ts';
import { byId, html, svg } from './elements.ts';
import { fixed } from './format.ts';
import { type Page, stepBand, stepPath, timeChart } from './frame.ts';
import { attachTable } from './table-view.ts';

const finite = (value: number | undefined): number => (value !== undefined && Number.isFinite(value) ? value : 0);

export function showSchedule(page: Page): void {
  const { data, store } = page;
  const { result, nT, devices } = data;
  const kinds = [...new Set(devices.map((device) => device.kind))];
  const stacked = [...devices].sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || a.index - b.index);
  const power = (plan: number, device: number, t: number): number => finite(data.schedule(plan, device)?.p_kW[t]);

  // one vertical scale for all plans, so that switching between them compares
  const sums: number[] = [0];
  data.plans.forEach((plan, k) => {
    for (let t = 0; t < nT; t++) {
      let up = 0;
      let down = finite(result.load_kW[t]);
      for (const { index } of devices) {
        const p = power(k, index, t);
        if (p > 0) up += p;
        else down += p;
      }
      sums.push(up, down, finite(plan.ac.p_import_kW[t]));
    }
  });
  const domain = padded(extent(sums) ?? [0, 1], 0.04);

  timeChart(page, byId('chart-schedule'), ['plan', 'device'], {
    height: (width) => (width < 620 ? 320 : Math.min(660, Math.max(380, 76 + 40 * devices.length))),
    yTitle: () => 'kW, + into the network',
    domain: () => domain,
    label: () =>
      `Stacked power of ${devices.length} devices and the load over ${nT} steps, plan ${data.plans[store.view.plan]?.name ?? ''}, with the import as a line. The table below holds the numbers.`,
    draw(plot) {
      const theme = page.theme();
      const up = new Array<number>(nT).fill(0);
      const down = new Array<number>(nT).fill(0);
      const band = (values: (t: number) => number, colour: string | undefined, device: number, title: string): void => {
        const dim = store.view.device >= 0 && store.view.device !== device ? ' dim' : '';
        for (const [base, sign] of [
          [up, 1],
          [down, -1],
        ] as const) {
          const lower = [...base];
          let any = false;
          for (let t = 0; t < nT; t++) {
            const value = values(t);
            if (value * sign > 1e-9) {
              base[t]! += value;
              any = true;
            }
          }
          if (!any) continue;
          plot.layer.append(
            svg(
              'path',
              { class: `area${colour === undefined ? ' load' : ''}${dim}`, d: stepBand(plot, lower, base), fill: colour },
              svg('title', {}, title),
            ),
          );
        }
      };
      band((t) => finite(result.load_kW[t]), undefined, -2, 'Load of the feeder’s other customers');
      for (const device of stacked) {
        band((t) => power(store.view.plan, device.index, t), device.colour(theme), device.index, `${device.id} (${device.owner})`);
      }
      const zero = plot.y(0);
      const line = stepPath(plot, data.plans[store.view.plan]?.ac.p_import_kW ?? []);
      plot.layer.append(
        svg('line', { class: 'grid zero', x1: plot.left, x2: plot.right, y1: zero, y2: zero }),
        svg('path', { class: 'import halo', d: line }),
        svg('path', { class: 'import', d: line }),
      );
    },
  });

  // the legend is also the reading at the cursor
  const legend = byId('legend-schedule');
  const outputs: (() => void)[] = [];
  const item = (mark: HTMLElement, name: string, owner: string, value: () => number | undefined, device: number): void => {
    const output = html('span', { class: 'value' });
    const row = html(
      'li',
      { tabindex: device >= 0 ? 0 : undefined },
      mark,
      html('span', { class: 'name' }, name),
      html('span', { class: 'owner' }, owner),
      output,
    );
    if (device >= 0) {
      for (const type of ['pointerenter', 'focus']) row.addEventListener(type, () => store.change({ device }));
      for (const type of ['pointerleave', 'blur']) row.addEventListener(type, () => store.change({ device: -1 }));
    }
    outputs.push(() => {
      output.textContent = fixed(value(), 1);
    });
    legend.append(row);
  };
  const plan = () => data.plans[store.view.plan];
  item(html('i', { class: 'swatch line' }), 'Import from upstream', '', () => plan()?.ac.p_import_kW[store.view.step], -1);
  item(html('i', { class: 'swatch load' }), 'Load, other customers', '', () => result.load_kW[store.view.step], -1);
  for (const device of stacked) {
    const mark = html('i', { class: 'swatch' });
    const paint = (): void => {
      mark.style.background = device.colour(page.theme());
    };
    paint();
    store.on(['drawing'], paint);
    item(mark, device.id, device.owner, () => data.schedule(store.view.plan, device.index)?.p_kW[store.view.step], device.index);
  }
  item(html('i', { class: 'swatch none' }), 'Losses in the wires', '', () => plan()?.ac.loss_kW[store.view.step], -1);
  const read = (): void => {
    for (const output of outputs) output();
  };
  store.on(['step', 'plan'], read);
  read();

  attachTable(page, byId('table-schedule'), 'schedule', ['plan'], () => ({
    caption: `Power in kW, + into the network, plan ${plan()?.name ?? ''}; import as bought from upstream`,
    columns: ['Step', 'import', 'load', 'losses', ...stacked.map((device) => device.id)],
    rows: result.time.steps.map((step, t) => [
      step,
      fixed(plan()?.ac.p_import_kW[t], 2),
      fixed(result.load_kW[t], 2),
      fixed(plan()?.ac.loss_kW[t], 2),
      ...stacked.map((device) => fixed(data.schedule(store.view.plan, device.index)?.p_kW[t], 2)),
    ]),
  }));
}
