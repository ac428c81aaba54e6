/** The clusters on the feeder, how many ways there are to draw them, and how well each follows random commands. */
import type { ChosenPartition, RegulateResult, ScreeningResult } from '@gridflock/core';
import { panel } from '../feeder-page.ts';
import { type Html, html, raw } from '../html.ts';
import { fixed, short } from '../page/format.ts';
import { px } from '../voltage-profile.ts';
import { choice } from './choice.ts';
import { clusterLetter, oneLineSvg } from './one-line.ts';
import { histogram, type PointScale, pointChartSvg } from './point-chart.ts';
import { roomyRange } from './step-chart.ts';
import { hueClass } from './style.ts';

export function clustersPanel(result: RegulateResult): Html {
  const { feeder, resources, partitions } = result;
  return panel(
    'The feeder and its clusters',
    'Each colour and letter is a cluster: buses joined to each other, with resources enough to act. Filled buses hold resources, named below them; the square is the grid above. Open ties are not drawn.',
    choice(
      'partition',
      'Partition',
      partitions.chosen.map((partition) => ({
        label: `${partition.name} (${partition.clusters.length})`,
        content: html`<p class="lede">${partition.clusters.length} clusters, mean electrical distance ${short(partition.distance)}.</p>${oneLineSvg(feeder, resources, partition)}${clusterList(partition)}`,
      })),
    ),
    'clusters',
  );
}

const clusterList = ({ clusters }: ChosenPartition): Html =>
  html`<ul class="clusters">${clusters.map(
    ({ buses, resources }, c) =>
      html`<li class="${hueClass(c)}"><b>${clusterLetter(c)}</b><strong>${resources.length === 0 ? 'no resource' : listed(resources, 24)}</strong> · ${buses.length === 1 ? 'bus' : `${buses.length} buses:`} ${listed(buses, 48)}</li>`,
  )}</ul>`;

/** The first of many, and how many more. */
const listed = (ids: readonly string[], most_count: number): string =>
  ids.length <= most_count ? ids.join(', ') : `${ids.slice(0, most_count).join(', ')} and ${ids.length - most_count} more`;

export function partitionsPanel(result: RegulateResult): Html {
  const { curve, byClusters, method, distanceMax, valid_count, screened_count, draws_count } = result.partitions;
  const how =
    method === 'exact'
      ? `All ${fixed(valid_count)} were found, one by one`
      : `${fixed(valid_count)} were found in ${fixed(draws_count)} draws`;
  return panel(
    'How many partitions there are',
    `${how}; ${fixed(screened_count)} have a mean electrical distance up to λ_max = ${distanceMax}, as the study asks.`,
    html`<div class="panels pairs"><figure><h3>Partitions up to a mean electrical distance</h3>${curveSvg(curve, distanceMax)}
<ul class="key"><li><svg class="long plot" viewBox="0 0 26 12" aria-hidden="true"><path class="line" d="M0 6H26"/></svg>ours</li>${
      curve.some(({ published }) => published !== undefined) &&
      html`<li><svg class="plot" viewBox="0 0 12 12" aria-hidden="true"><circle class="dot published" cx="6" cy="6" r="5"/></svg>published</li>`
    }</ul></figure>
<figure><h3>Valid partitions by number of clusters</h3>${byClustersSvg(byClusters)}</figure></div>`,
    'partitions',
  );
}

function curveSvg(curve: RegulateResult['partitions']['curve'], distanceMax: number): Html {
  const most = curve.reduce((best, { count, published }) => Math.max(best, count, published ?? 0), 1);
  const [first, last] = [curve[0]?.lambda ?? 0, curve.at(-1)?.lambda ?? 1];
  return pointChartSvg(
    {
      label: 'Number of partitions over the largest mean electrical distance allowed',
      xName: 'λ_max, no unit',
      yName: 'partitions',
      x: [first, last],
      y: [0, 1.06 * most],
      size: 'half',
    },
    ({ x, y, top, foot, end }) => {
      const path = curve
        .map(({ lambda, count }, k) => (k === 0 ? `M${px(x(lambda))} ${px(y(count))}` : `H${px(x(lambda))}V${px(y(count))}`))
        .join('');
      const at = x(distanceMax);
      const near = at > end - 130;
      return html`<path class="line" d="${raw(path)}"/>${
        distanceMax >= first &&
        distanceMax <= last &&
        html`<line class="at" x1="${px(at)}" x2="${px(at)}" y1="${top}" y2="${foot}"/><text class="at-name" x="${px(at + (near ? -6 : 6))}" y="${foot - 8}" text-anchor="${near ? 'end' : 'start'}">λ_max of this study</text>`
      }${curve.flatMap(({ lambda, count, published }) =>
        published === undefined
          ? []
          : [
              html`<circle class="dot" cx="${px(x(lambda))}" cy="${px(y(count))}" r="4"><title>λ_max ${short(lambda)}: ${fixed(count)} by us</title></circle><circle class="dot published" cx="${px(x(lambda))}" cy="${px(y(published))}" r="5"><title>λ_max ${short(lambda)}: ${fixed(published)} published, ${fixed(count)} by us</title></circle><text class="name" x="${px(x(lambda) + 9)}" y="${px(Math.min(y(published) + 4, foot - 3))}">${fixed(published)}</text><text class="name" x="${px(x(lambda) - 8)}" y="${px(y(count) - 7)}" text-anchor="end">${fixed(count)}</text>`,
            ],
      )}`;
    },
  );
}

function byClustersSvg(rows: RegulateResult['partitions']['byClusters']): Html {
  const most = rows.reduce((best, { count }) => Math.max(best, count), 1);
  const counts = rows.map(({ clusters_count }) => clusters_count);
  const [first, last] = [Math.min(...counts, 1), Math.max(...counts, 1)];
  return pointChartSvg(
    {
      label: 'Number of valid partitions by number of clusters',
      xName: 'clusters',
      yName: 'partitions',
      x: [first - 0.6, last + 0.6],
      y: [0, 1.1 * most],
      size: 'half',
    },
    ({ x, y, foot }) =>
      html`${rows.map(
        ({ clusters_count, count }) =>
          html`<rect class="column" x="${px(x(clusters_count - 0.32))}" width="${px(x(0.64) - x(0))}" y="${px(y(count))}" height="${px(foot - y(count))}"/><text class="name" x="${px(x(clusters_count))}" y="${px(y(count) - 6)}" text-anchor="middle">${fixed(count)}</text>`,
      )}`,
  );
}

export function screeningPanel({ screening }: RegulateResult): Html | undefined {
  if (screening === undefined || screening.partitions.length === 0) return undefined;
  const { partitions, single, commands_count, partitions_count, kept_count, error_max_frac } = screening;
  const p_percent = partitions.map(({ p_error_frac }) => 100 * p_error_frac);
  const q_percent = partitions.map(({ q_error_frac }) => 100 * q_error_frac);
  return panel(
    'Errors of many partitions',
    `Mean error of ${fixed(partitions_count)} partitions under ${fixed(commands_count)} random commands each; ${fixed(kept_count)} keep within ${short(100 * error_max_frac)} %. Single point: active ${percent(single.p_error_frac)}, reactive ${percent(single.q_error_frac)}.`,
    html`<div class="panels thirds"><figure><h3>Active power</h3>${errorsSvg('active', p_percent)}</figure>
<figure><h3>Reactive power</h3>${errorsSvg('reactive', q_percent)}</figure>
<figure><h3>Active error and electrical distance${partitions.length > points_max_count && ` (${points_max_count} of ${partitions.length})`}</h3>${scatterSvg(screening)}</figure></div>
<ul class="key"><li><svg class="plot" viewBox="0 0 12 12" aria-hidden="true"><circle class="dot" cx="6" cy="6" r="5"/></svg>kept</li><li><svg class="plot" viewBox="0 0 12 12" aria-hidden="true"><circle class="dot hollow" cx="6" cy="6" r="4"/></svg>not kept: error above the limit</li></ul>`,
    'screening',
  );
}

/** Per cent, and no digits where it is a rounding. */
export const percent = (frac: number | undefined): string =>
  frac === undefined ? '–' : Math.abs(frac) < 5e-7 ? '0 %' : `${short(100 * frac, 3)} %`;

function errorsSvg(name: string, errors_percent: readonly number[]): Html {
  const high = Math.max(1e-9, ...errors_percent.map((error) => 1.02 * error));
  const bins = Math.min(20, Math.max(5, Math.ceil(2 * Math.sqrt(errors_percent.length))));
  const counts = histogram(errors_percent, 0, high, bins);
  const most = Math.max(1, ...counts);
  return pointChartSvg(
    {
      label: `Distribution of the ${name} error over partitions`,
      xName: `mean ${name} error, %`,
      yName: 'partitions',
      x: [0, high],
      y: [0, 1.1 * most],
      size: 'small',
    },
    ({ x, y, foot }) =>
      html`${[...counts].map((count, k) => {
        const [from, to] = [(high * k) / bins, (high * (k + 1)) / bins];
        return count === 0
          ? undefined
          : html`<rect class="column" x="${px(x(from) + 0.7)}" width="${px(x(to) - x(from) - 1.4)}" y="${px(y(count))}" height="${px(foot - y(count))}"><title>${short(from)} to ${short(to)} %: ${count} partitions</title></rect>`;
      })}`,
  );
}

/** More points than this are too many to tell apart or to store: so many are drawn, evenly chosen; all are in screening.csv. */
const points_max_count = 1500;

function scatterSvg({ partitions }: ScreeningResult): Html {
  const count = Math.min(partitions.length, points_max_count);
  const shown = Array.from({ length: count }, (_, k) => partitions[Math.floor((k * partitions.length) / count)]).filter(
    (one) => one !== undefined,
  );
  const [, high] = roomyRange([[0], shown.map(({ p_error_frac }) => 100 * p_error_frac)]);
  const draw = ({ x, y }: PointScale): Html =>
    html`${shown.map(
      ({ distance, clusters_count, p_error_frac, kept }) =>
        html`<circle class="dot${kept ? '' : ' hollow'}" cx="${px(x(distance))}" cy="${px(y(100 * p_error_frac))}" r="3.4"><title>${clusters_count} clusters, distance ${short(distance)}: ${percent(p_error_frac)}</title></circle>`,
    )}`;
  return pointChartSvg(
    {
      label: 'Active error of each partition over its mean electrical distance',
      xName: 'mean electrical distance, no unit',
      yName: 'mean active error, %',
      x: roomyRange([shown.map(({ distance }) => distance)]),
      y: [0, high],
      size: 'small',
    },
    draw,
  );
}
