/** The report of a regulate study: one HTML file without script, self-contained, the same bytes for the same result. */
import type { RegulateResult, RegulationRun } from '@gridflock/core';
import { certificateRow, notesPanel, provenancePanel } from './evidence.ts';
import { keptPanel, trafficPanel } from './exchange.ts';
import { type Figure, feederPage, figures } from './feeder-page.ts';
import { type Html, html } from './html.ts';
import { bytes, fixed, signed } from './page/format.ts';
import { bandsPanel } from './regulate/bands.ts';
import { clustersPanel, partitionsPanel, percent, screeningPanel } from './regulate/clusters.ts';
import { characteristicsPanel, constraintPanel, overTimePanel, publishedPanel, runsPanel } from './regulate/comparisons.ts';
import { hasMarket, marketPanel, revenuePanel, totalOf } from './regulate/market.ts';
import { regulateStyle } from './regulate/style.ts';
import { checksList, horizonText } from './summary.ts';

export function renderRegulateReport(result: RegulateResult): string {
  const { feeder, resources, partitions, market, provenance, traffic } = result;
  return feederPage({
    title: result.title,
    kind: `study ${result.study}`,
    status: result.status,
    facts: [result.network, horizonText(result), `${resources.length} resources`, `${feeder.buses.length} buses`],
    verdict: verdictOf(result),
    body: [
      figures(keyFigures(result)),
      checksList(result),
      runsPanel(result),
      bandsPanel(result),
      clustersPanel(result),
      partitionsPanel(result),
      screeningPanel(result),
      marketPanel(result),
      revenuePanel(result),
      characteristicsPanel(result),
      overTimePanel(result),
      constraintPanel(result),
      publishedPanel(result),
      traffic.length > 0 && trafficPanel(traffic, trafficLede(result)),
      keptPanel(result),
      notesPanel(result),
      html`<div class="panels">${certificatePanel(result)}${provenancePanel(result, [['Partitions', partitions.method]])}</div>`,
    ].filter((part) => part !== undefined && part !== false),
    version: provenance.version,
    style: regulateStyle(Math.max(result.runs.length, partitions.chosen.length, market.portfolios.length)),
  });
}

const isSingle = (run: RegulationRun): boolean => run.kind === 'single-point';
const mean = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0) / values.length;

/** Errors of single point and, in the mean, of the cluster schemes, on one side of the market. */
function errorsOf({ runs }: RegulateResult, withMarket: boolean): Record<'single' | 'clusters', { p: number; q: number } | undefined> {
  const errors = (own: readonly RegulationRun[]): { p: number; q: number } | undefined =>
    own.length === 0 ? undefined : { p: mean(own.map((run) => run.p_error_frac)), q: mean(own.map((run) => run.q_error_frac)) };
  const side = runs.filter((run) => run.withMarket === withMarket);
  return { single: errors(side.filter(isSingle)), clusters: errors(side.filter((run) => !isSingle(run))) };
}

function verdictOf(result: RegulateResult): string {
  if (result.runs.length === 0) return 'There is no run to show.';
  const { partitions } = result;
  const [alone, traded] = [errorsOf(result, false), errorsOf(result, true)];
  const sentences: string[] = [];
  if (alone.single && alone.clusters)
    sentences.push(
      `Clusters follow the active command to within ${percent(alone.clusters.p)} in the mean; one optimiser that knew everything follows it to within ${percent(alone.single.p)}.`,
    );
  const [before, after] = [alone.clusters ?? alone.single, traded.clusters ?? traded.single];
  if (before && after)
    sentences.push(
      after.p < before.p
        ? `With the market the error falls to ${percent(after.p)}, as storage has moved energy to the hours of high prices.`
        : `With the market the error is ${percent(after.p)}.`,
    );
  const held_count = new Set(result.runs.flatMap(({ saturated }) => saturated)).size;
  if (held_count > 0)
    sentences.push(
      `On ${held_count} of ${result.time.steps.length} steps a command lay beyond what the feeder could reach and was held at the edge.`,
    );
  sentences.push(
    `${fixed(partitions.screened_count)} of ${fixed(partitions.valid_count)} valid partitions have a mean electrical distance up to ${partitions.distanceMax}.`,
  );
  return sentences.join(' ');
}

function keyFigures(result: RegulateResult): Figure[] {
  const { market, currency, partitions, runs } = result;
  const value = (frac: number | undefined): string => percent(frac).replace(/ %$/, '');
  const error = (title: string, errors: ReturnType<typeof errorsOf>, kind: 'p' | 'q'): Figure => ({
    title,
    value: value((errors.clusters ?? errors.single)?.[kind]),
    unit: '%',
    under: errors.clusters ? `clusters; single point ${percent(errors.single?.[kind])}` : 'single point',
  });
  const [alone, traded] = [errorsOf(result, false), errorsOf(result, true)];
  const revenue_cur = totalOf(market.portfolios, 'revenue_with_cur');
  const gain_cur = revenue_cur - totalOf(market.portfolios, 'revenue_without_cur');
  return [
    ...(alone.single || alone.clusters
      ? [error('Active error, no market', alone, 'p'), error('Reactive error, no market', alone, 'q')]
      : []),
    ...(traded.single || traded.clusters ? [error('Active error, market', traded, 'p'), error('Reactive error, market', traded, 'q')] : []),
    ...(hasMarket(result)
      ? [
          {
            title: 'Revenue of portfolios',
            value: fixed(revenue_cur, 0),
            unit: currency,
            under: `planned; ${signed(gain_cur, 0)} by trading`,
          },
        ]
      : []),
    {
      title: 'Partitions near enough',
      value: fixed(partitions.screened_count),
      unit: '',
      under: `of ${fixed(partitions.valid_count)} valid, ${partitions.method === 'exact' ? 'all found' : 'sampled'}`,
    },
    {
      title: 'Steps held at the edge',
      value: runs.length === 0 ? '–' : fixed(Math.max(...runs.map(({ saturated }) => saturated.length))),
      unit: '',
      under: `at most, of ${result.time.steps.length} steps`,
    },
  ];
}

function trafficLede({ traffic }: RegulateResult): string {
  const sum = (name: 'messages_count' | 'bytes_count'): number => traffic.reduce((total, line) => total + line[name], 0);
  return `Every field of every kind of message, as counted on the wire. ${fixed(sum('messages_count'))} messages, ${bytes(sum('bytes_count'))}.`;
}

function certificatePanel({ certificate, kpis, currency }: RegulateResult): Html {
  return html`<section class="panel" id="certificate" aria-labelledby="h-certificate"><h2 id="h-certificate">Certificate and figures</h2>
  <dl class="figures">${[...Object.entries(certificate), ...Object.entries(kpis)].map((entry) => certificateRow(entry, currency))}</dl></section>`;
}
