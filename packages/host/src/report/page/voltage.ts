/** The band between the lowest and the highest voltage of the feeder over time, one panel per plan, same scale. */
import { extent, padded } from './data.ts';
import { byId, html, svg } from './elements.ts';
import { fixed } from './format.ts';
import { type Page, stepBand, stepPath, timeChart } from './frame.ts';
import { sideOf } from './limits.ts';
import { attachTable } from './table-view.ts';

export function showVoltage(page: Page): void {
  const { data, store } = page;
  const { result, nT } = data;
  const { buses } = result.feeder;
  const { v_min_pu: vMin, v_max_pu: vMax } = data.limits;
  const envelopes = data.plans.map(({ ac }) => {
    const low: number[] = [];
    const high: number[] = [];
    let outside = 0;
    for (let t = 0; t < nT; t++) {
      const range = extent(ac.v_pu.map((row) => row[t])) ?? [Number.NaN, Number.NaN];
      low.push(range[0]);
      high.push(range[1]);
      if (buses.some((bus, b) => sideOf(ac.v_pu[b]?.[t], bus, data.result.voltageTolerance_pu) !== 0)) outside++;
    }
    return { low, high, outside };
  });
  const domain = padded(extent([vMin, vMax], ...envelopes.flatMap(({ low, high }) => [low, high])) ?? [0.9, 1.1], 0.08);
  const host = byId('chart-voltage');
  data.plans.forEach((plan, k) => {
    const { low, high, outside } = envelopes[k]!;
    const verdict = !plan.ac.converged
      ? 'AC power flow did not converge'
      : outside === 0
        ? 'inside the limits at every step'
        : `outside at ${outside} of ${nT} steps`;
    const panel = html('figure', { class: 'small-multiple' });
    const readout = html('span', { class: 'value' });
    const chart = html('div', { class: 'chart' });
    panel.append(
      html(
        'figcaption',
        {},
        html('b', {}, plan.name),
        html(
          'span',
          { class: outside === 0 && plan.ac.converged ? 'good' : 'bad' },
          `${outside === 0 && plan.ac.converged ? '✓' : '▲'} ${verdict}`,
        ),
        readout,
      ),
      chart,
    );
    host.append(panel);
    const mark = (): void => {
      panel.classList.toggle('current', store.view.plan === k);
    };
    const read = (): void => {
      const { step, bus } = store.view;
      readout.textContent = `${fixed(low[step], 4)} … ${fixed(high[step], 4)} pu · bus ${buses[bus]?.id ?? '–'}: ${fixed(plan.ac.v_pu[bus]?.[step], 4)}`;
    };
    store.on(['plan'], mark);
    store.on(['step', 'bus'], read);
    mark();
    read();
    timeChart(page, chart, ['bus'], {
      height: (width) => (width < 520 ? 190 : 210),
      yTitle: () => 'pu, lowest to highest bus',
      domain: () => domain,
      label: () => `Lowest and highest voltage over time, plan ${plan.name}: ${verdict}. Limits ${vMin} and ${vMax} pu.`,
      draw(plot) {
        const outsideLow = { y: plot.y(vMin), height: Math.max(0, plot.bottom - plot.y(vMin)) };
        const outsideHigh = { y: plot.top, height: Math.max(0, plot.y(vMax) - plot.top) };
        for (const zone of [outsideLow, outsideHigh]) {
          plot.layer.append(svg('rect', { class: 'forbidden', x: plot.left, width: plot.right - plot.left, ...zone }));
        }
        const known = low.map((value) => Number.isFinite(value));
        if (known.every(Boolean)) plot.layer.append(svg('path', { class: 'envelope', d: stepBand(plot, low, high) }));
        plot.layer.append(
          svg('path', { class: 'envelope-edge', d: stepPath(plot, low) }),
          svg('path', { class: 'envelope-edge', d: stepPath(plot, high) }),
          svg('path', { class: 'bus-line', d: stepPath(plot, plan.ac.v_pu[store.view.bus] ?? []) }),
        );
        for (const limit of [vMin, vMax]) {
          plot.layer.append(svg('line', { class: 'limit', x1: plot.left, x2: plot.right, y1: plot.y(limit), y2: plot.y(limit) }));
        }
        // where the band leaves the limits: triangles, at most one per 14 px
        let lastDown = -99;
        let lastUp = -99;
        for (let t = 0; t < nT; t++) {
          const x = (plot.x(t) + plot.x(t + 1)) / 2;
          if (sideOf(low[t], data.limits, data.result.voltageTolerance_pu) < 0 && x - lastDown > 14) {
            plot.layer.append(svg('path', { class: 'violation', d: triangle(x, Math.min(plot.bottom - 6, plot.y(low[t]!) + 8), 1) }));
            lastDown = x;
          }
          if (sideOf(high[t], data.limits, data.result.voltageTolerance_pu) > 0 && x - lastUp > 14) {
            plot.layer.append(svg('path', { class: 'violation', d: triangle(x, Math.max(plot.top + 6, plot.y(high[t]!) - 8), -1) }));
            lastUp = x;
          }
        }
      },
    });
  });
  attachTable(page, byId('table-voltage'), 'voltages', ['plan'], () => ({
    caption: `Voltage in pu from the AC power flow, plan ${data.plans[store.view.plan]?.name ?? ''}`,
    columns: ['Step', 'lowest', 'highest', ...buses.map((bus) => `bus ${bus.id}`)],
    rows: result.time.steps.map((step, t) => [
      step,
      fixed(envelopes[store.view.plan]?.low[t], 4),
      fixed(envelopes[store.view.plan]?.high[t], 4),
      ...buses.map((_, b) => fixed(data.plans[store.view.plan]?.ac.v_pu[b]?.[t], 4)),
    ]),
  }));
}

/** A triangle that points down (1) or up (−1), centred. */
export function triangle(x: number, y: number, down: 1 | -1, size = 5): string {
  return `M${(x - size).toFixed(1)} ${(y - down * size * 0.8).toFixed(1)}H${(x + size).toFixed(1)}L${x.toFixed(1)} ${(y + down * size * 0.9).toFixed(1)}Z`;
}
