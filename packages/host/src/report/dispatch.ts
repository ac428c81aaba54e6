/** The report of a dispatch study: one HTML file without script, self-contained, the same bytes for the same result. */
import type { DispatchResult } from '@gridflock/core';
import { costStyle } from './dispatch/costs.ts';
import { explanationPanel, fansPanel, plansPanel, replayPanel, schedulesPanel } from './dispatch/plans.ts';
import { certificateRow, notesPanel, provenancePanel } from './evidence.ts';
import { type Figure, feederPage, figures, panel, plainTable } from './feeder-page.ts';
import { type Html, html } from './html.ts';
import { fixed, short } from './page/format.ts';
import { regulateStyle } from './regulate/style.ts';
import { checksList, horizonText } from './summary.ts';

export function renderDispatchReport(result: DispatchResult): string {
  const { devices, feeder, plans, provenance, replays, explanation } = result;
  return feederPage({
    title: result.title,
    kind: `study ${result.study}`,
    status: result.status,
    facts: [result.network, horizonText(result), `${devices.length} devices`, `${feeder.buses.length} buses`],
    verdict: explanation.sentences.slice(0, 2).join(' '),
    body: [
      figures(keyFigures(result)),
      checksList(result),
      explanationPanel(result),
      plansPanel(result),
      replayPanel(result),
      fansPanel(result),
      schedulesPanel(result),
      scenariosPanel(result),
      notesPanel(result),
      html`<div class="panels">${certificatePanel(result)}${provenancePanel(result, [['Strategy', plans[0]?.title ?? '']])}</div>`,
    ],
    version: provenance.version,
    style: regulateStyle(Math.max(plans.length, replays.length, 1)) + costStyle,
  });
}

function keyFigures({ plans, currency, replays, explanation, kpis }: DispatchResult): Figure[] {
  const adopted = plans[0];
  const replayed = replays[0]?.plans[0];
  const first = explanation.worst[0];
  const under =
    { forecast: 'if the forecast comes true', scenarios: 'on average', ball: 'under the worst law near', set: 'at most, within its set' }[
      adopted?.knows ?? ''
    ] ?? '';
  const value = (number: number | null | undefined): string => (number === null || number === undefined ? '–' : fixed(number, 0));
  return [
    { title: `Promise of ${adopted?.name ?? 'the plan'}`, value: value(adopted?.cost_cur), unit: currency, under },
    ...(replayed
      ? [
          { title: 'Mean over samples', value: value(replayed.mean_cur), unit: currency, under: `worst ${value(replayed.worst_cur)}` },
          { title: 'Short of power', value: fixed(100 * replayed.short_frac, 1), unit: '%', under: 'of samples' },
        ]
      : []),
    ...(first
      ? [
          {
            title: 'Worst hour',
            value: fixed(first.harm_cur, 0),
            unit: currency,
            under: `${first.quantity}, ${short(first.value)} for ${short(first.expected)}`,
          },
        ]
      : []),
    ...(kpis['stochasticSolution_cur'] === undefined
      ? []
      : [
          {
            title: 'Worth of scenarios',
            value: fixed(Math.max(0, kpis['stochasticSolution_cur']), 2),
            unit: currency,
            under: `perfect knowledge ${fixed(Math.max(0, kpis['perfectInformation_cur'] ?? 0), 2)}`,
          },
        ]),
  ];
}

function scenariosPanel({ scenarios }: DispatchResult): Html | undefined {
  if (!scenarios) return undefined;
  const percent = (share: number): string => `${fixed(100 * share, 1)} %`;
  return panel(
    'Where the scenarios come from',
    `${fixed(scenarios.drawn_count)} drawn (${scenarios.method}), ${fixed(scenarios.kept_count)} kept (${scenarios.reduction}).`,
    plainTable(
      [{ title: 'what the reduction lost' }, { title: '', number: true }],
      [
        ['Kantorovich distance, relative to keeping a single one', percent(scenarios.distance_frac)],
        ['mean, against that of all drawn', percent(scenarios.meanError_frac)],
        ['standard deviation, against that of all drawn', percent(scenarios.deviationError_frac)],
        ['mean, against the forecast', percent(scenarios.meanFromForecast_frac)],
      ],
    ),
    'scenarios',
  );
}

function certificatePanel({ certificate, kpis, currency }: DispatchResult): Html {
  return html`<section class="panel" id="certificate" aria-labelledby="h-certificate"><h2 id="h-certificate">Certificate and figures</h2>
  <dl class="figures">${[...Object.entries(certificate), ...Object.entries(kpis)].map((entry) => certificateRow(entry, currency))}</dl></section>`;
}
