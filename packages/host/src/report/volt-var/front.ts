/** The front of a volt-var study: its points, its knee, and what others report of theirs. */
import type { VoltVarResult } from '@gridflock/core';
import { panel, plainTable } from '../feeder-page.ts';
import { type Html, html, raw } from '../html.ts';
import { fixed, short } from '../page/format.ts';
import { pointChartSvg } from '../regulate/point-chart.ts';
import { roomyRange } from '../regulate/step-chart.ts';
import { px } from '../voltage-profile.ts';

export function frontPanel(result: VoltVarResult): Html | undefined {
  const { front, plans, adopted, size } = result;
  if (!front) return undefined;
  return panel(
    'Losses against voltages',
    `Each point is a plan of its own that no other beats in both. ${front.title}; ${fixed(front.questions_count)} problems of ${fixed(size.rows_count)} rows answered in ${fixed(front.time_s, 1)} s, ${fixed(front.dominated_count)} answers left out as dominated. The knee is adopted.`,
    html`<figure class="front">${chart(result)}</figure>${plainTable(
      [
        { title: 'plan' },
        { title: 'loss, kWh', number: true },
        { title: 'deviation, %', number: true },
        { title: 'tap, pu', number: true },
        { title: 'bank steps', number: true },
        { title: 'sampled loss, kWh', number: true },
        { title: 'beyond limits', number: true },
      ],
      plans.map((plan, k) => [
        k === adopted ? `${plan.name} (knee)` : plan.name,
        fixed(plan.loss_kWh, 2),
        fixed(100 * (plan.deviation_pu ?? 0), 3),
        spanOf(
          plan.taps.map((tap) => result.taps_pu[tap] ?? Number.NaN),
          4,
        ),
        plan.steps.map((steps) => spanOf(steps, 0)).join(' + '),
        fixed(plan.replay?.loss_mean_kWh, 2),
        `${(plan.replay?.violating_frac ?? 0) > 0 ? '!' : ''}${fixed(100 * (plan.replay?.violating_frac ?? 0), 1)} %`,
      ]),
    )}${publishedTable(result)}`,
    'front',
  );
}

function spanOf(values: readonly number[], digits: number): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? fixed(low, digits) : `${fixed(low, digits)} to ${fixed(high, digits)}`;
}

function chart({ plans, adopted }: VoltVarResult): Html {
  const places = plans.map(({ loss_kWh, deviation_pu }) => [loss_kWh ?? Number.NaN, 100 * (deviation_pu ?? Number.NaN)] as const);
  const label = `Front of ${plans.length} plans: deviation of voltages over losses`;
  return pointChartSvg(
    {
      label,
      xName: 'losses, kWh',
      yName: 'deviation, % of nominal',
      x: roomyRange([places.map(([loss]) => loss)]),
      y: roomyRange([places.map(([, deviation]) => deviation)]),
      size: 'half',
    },
    (scale) => {
      const at = ([loss, deviation]: readonly [number, number]): string => `${px(scale.x(loss))} ${px(scale.y(deviation))}`;
      return html`<path class="line" d="${raw(`M${places.map(at).join('L')}`)}"/>${places.map(
        ([loss, deviation], k) =>
          html`<circle class="dot${k === adopted ? ' knee' : ''}" cx="${px(scale.x(loss))}" cy="${px(scale.y(deviation))}" r="${k === adopted ? 7 : 4.5}"><title>${plans[k]?.name ?? ''}: ${short(loss)} kWh, ${short(deviation)} %</title></circle>`,
      )}${knee(places[adopted], scale.x, scale.y)}`;
    },
  );
}

function knee(place: readonly [number, number] | undefined, x: (v: number) => number, y: (v: number) => number): Html | undefined {
  return place && html`<text class="name" x="${px(x(place[0]) + 12)}" y="${px(y(place[1]) - 8)}">knee</text>`;
}

function publishedTable({ published, front, plans, size }: VoltVarResult): Html | undefined {
  if (published.length === 0 || !front) return undefined;
  return html`<h3>Beside what is published</h3><p class="lede">A reference scenario, not a reproduction: the published model, its data and its machine are not ours, so these times are context and no race.</p>${plainTable(
    [{ title: 'method' }, { title: 'whose' }, { title: 'points', number: true }, { title: 'seconds', number: true }, { title: 'size' }],
    [
      [
        front.method,
        'this run',
        fixed(plans.length),
        fixed(front.time_s, 1),
        `${fixed(size.decisions_count)} decisions, ${fixed(size.reactions_count)} reactions, ${fixed(size.rows_count)} rows, ${fixed(size.symbols_count)} uncertain numbers`,
      ],
      ...published.map(({ method, source, points_count, time_s }) => [method, source, fixed(points_count), fixed(time_s), 'not published']),
    ],
  )}`;
}

export const frontStyle = `
figure.front { max-width: 720px; }
.plot .dot.knee { fill: var(--bad); }
`;
