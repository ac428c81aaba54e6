/** Everything about one bus beside the drawing: the same facts as the hover note, reachable by keyboard. */
import { inkOn } from './colour.ts';
import { type Device, extent, padded } from './data.ts';
import { byId, html, svg } from './elements.ts';
import { fixed, signed } from './format.ts';
import { type Page, stepPath } from './frame.ts';
import { sideOf } from './limits.ts';

export function showBusPanel(page: Page, devicesAt: readonly (readonly Device[])[], slack: number): void {
  const { data, store } = page;
  const { result, nT } = data;
  const { buses } = result.feeder;
  const select = byId('bus-select') as HTMLSelectElement;
  select.append(
    ...buses.map((bus, b) => {
      const owners = [...new Set(devicesAt[b]!.map((device) => device.owner))].join(', ');
      return html('option', { value: b }, `Bus ${bus.id}${b === slack ? ' (grid)' : owners === '' ? '' : ` (${owners})`}`);
    }),
  );
  select.addEventListener('change', () => store.change({ bus: Number(select.value) }));

  const facts = byId('bus-facts');
  const spark = byId('bus-spark');
  const list = byId('bus-devices');
  const width = 256;
  const height = 74;
  const draw = (): void => {
    const { bus, plan, step } = store.view;
    const limits = buses[bus];
    if (!limits) return;
    const rows = data.plans.map(({ ac }) => ac.v_pu[bus] ?? []);
    const [low, high] = padded(extent(...rows, [limits.v_min_pu, limits.v_max_pu]) ?? [0.9, 1.1], 0.06);
    const x = (t: number): number => (width * t) / Math.max(1, nT);
    const y = (v: number): number => height - ((v - low) / (high - low || 1)) * height;
    const limit = (v: number): SVGElement => svg('line', { class: 'limit', x1: 0, x2: width, y1: y(v), y2: y(v) });
    const cursor = svg('rect', { class: 'cursor', x: x(step), y: 0, width: Math.max(1.5, x(1)), height });
    const others = rows.flatMap((row, k) => (k === plan ? [] : [svg('path', { class: 'spark-line other', d: stepPath({ x, y }, row) })]));
    spark.replaceChildren(
      svg(
        'svg',
        {
          viewBox: `0 -2 ${width} ${height + 4}`,
          width: '100%',
          height: height + 4,
          preserveAspectRatio: 'none',
          role: 'img',
          'aria-label': `Voltage of bus ${limits.id} over time in all plans`,
        },
        cursor,
        limit(limits.v_min_pu),
        limit(limits.v_max_pu),
        ...others,
        svg('path', { class: 'spark-line', d: stepPath({ x, y }, rows[plan] ?? []) }),
      ),
    );
    const v = rows[plan]?.[step];
    const state =
      v === undefined || v === null
        ? ''
        : (['▼ below the limit', '✓ inside', '▲ above the limit'][sideOf(v, limits, data.result.voltageTolerance_pu) + 1] ?? '');
    const priced = data.plans[plan]?.price_cur_per_kWh?.[bus]?.[step];
    const entries: [string, string, string?][] = [
      ['Voltage', `${fixed(v, 4)} pu`, state.startsWith('✓') ? 'good' : 'bad'],
      ['Limits', `${limits.v_min_pu} to ${limits.v_max_pu} pu`],
      ['Price', priced === undefined ? 'none in this plan' : `${fixed(priced, 4)} ${result.currency}/kWh`],
    ];
    facts.replaceChildren(
      ...entries.flatMap(([name, value, mark]) => [
        html('dt', {}, name),
        html('dd', {}, value, ...(mark && state !== '' ? [html('small', { class: mark }, ` ${state}`)] : [])),
      ]),
    );
    const here = devicesAt[bus] ?? [];
    list.replaceChildren(
      ...(here.length === 0
        ? [html('li', { class: 'empty' }, bus === slack ? 'The upstream grid feeds in here.' : 'No flexible device at this bus.')]
        : here.map((device) => {
            const box = html('i', { class: 'letters' }, device.letters);
            const colour = device.colour(page.theme());
            box.style.background = colour;
            box.style.color = inkOn(colour);
            return html(
              'li',
              {},
              box,
              html('span', { class: 'name' }, device.id, html('small', {}, device.owner)),
              html('span', { class: 'value' }, `${signed(data.schedule(plan, device.index)?.p_kW[step], 1)} kW`),
            );
          })),
    );
    select.value = String(bus);
  };
  store.on(['bus', 'plan', 'step', 'drawing'], draw);
  draw();
}
