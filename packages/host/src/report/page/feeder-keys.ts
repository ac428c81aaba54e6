/** The keys under the drawing of the feeder. */
import { inkOn, voltageGradient } from './colour.ts';
import { byId, html, svg } from './elements.ts';
import type { Page } from './frame.ts';
import { triangle } from './voltage.ts';

/** The scale of the voltage colours, and what widths, dashes, arrows and triangles mean. */
export function showScale(page: Page): void {
  const { v_min_pu, v_max_pu, same } = page.data.limits;
  const gradient = svg('linearGradient', { id: 'voltage-ramp' });
  const paint = (): void => {
    const stops = voltageGradient(page.theme());
    gradient.replaceChildren(...stops.map((stop, k) => svg('stop', { offset: k / (stops.length - 1), 'stop-color': stop })));
  };
  paint();
  page.store.on(['drawing'], paint);
  const ramp = svg(
    'svg',
    { width: 170, height: 12, 'aria-hidden': 'true' },
    svg('defs', {}, gradient),
    svg('rect', { width: 170, height: 12, rx: 2, fill: 'url(#voltage-ramp)' }),
  );
  const mark = (down: 1 | -1): SVGElement =>
    svg('svg', { width: 12, height: 12, 'aria-hidden': 'true' }, svg('path', { class: 'violation', d: triangle(6, 6, down) }));
  const line = (kind: string): SVGElement =>
    svg('svg', { width: 26, height: 10, 'aria-hidden': 'true' }, svg('path', { class: kind, d: 'M1 5H25' }));
  byId('scale-feeder').append(
    html('span', { class: 'key' }, mark(1), 'below limit'),
    html('span', { class: 'key' }, same ? String(v_min_pu) : 'lower limit', ramp, same ? `${v_max_pu} pu` : 'upper limit'),
    html('span', { class: 'key' }, mark(-1), 'above limit'),
    html(
      'span',
      { class: 'key' },
      svg('svg', { width: 26, height: 10, 'aria-hidden': 'true' }, svg('path', { class: 'wire sample', d: 'M0 4.5L26 1V9L0 5.5Z' })),
      'width: power',
    ),
    html(
      'span',
      { class: 'key' },
      svg(
        'svg',
        { width: 26, height: 10, 'aria-hidden': 'true' },
        svg('path', { class: 'wire thin', d: 'M1 5H25' }),
        svg('path', { class: 'reverse', d: 'M16 1L10.5 5L16 9' }),
      ),
      'towards the grid',
    ),
    ...(page.data.plans.some((plan) => plan.ac.loading_frac.some((row) => row.some((share) => share !== null && share > 1)))
      ? [html('span', { class: 'key' }, line('wire thin overloaded'), 'overloaded')]
      : []),
    ...(page.data.result.feeder.branches.some((branch) => !branch.inService)
      ? [html('span', { class: 'key' }, line('wire tie'), 'open tie')]
      : []),
  );
}

/** What the letters in the drawing mean. */
export function showLetters(page: Page): void {
  const kinds = new Map(page.data.devices.map((device) => [device.kind, device]));
  byId('letters-feeder').append(
    ...[...kinds].map(([kind, device]) => {
      const box = html('i', { class: 'letters' }, device.letters);
      const paint = (): void => {
        const colour = device.colour(page.theme());
        box.style.background = colour;
        box.style.color = inkOn(colour);
      };
      paint();
      page.store.on(['drawing'], paint);
      return html('span', { class: 'key' }, box, kind);
    }),
  );
}
