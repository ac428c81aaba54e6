/** The report of a volt-var study: one HTML file without script, self-contained, the same bytes for the same result. */
import type { VoltVarResult } from '@gridflock/core';
import { certificateRow, notesPanel, provenancePanel } from './evidence.ts';
import { type Figure, feederPage, figures, panel, plainTable } from './feeder-page.ts';
import { type Html, html } from './html.ts';
import { fixed, short } from './page/format.ts';
import { regulateStyle } from './regulate/style.ts';
import { checksList, horizonText } from './summary.ts';
import { positionsPanel, reactivePanel, voltagesPanel } from './volt-var/day.ts';
import { frontPanel, frontStyle } from './volt-var/front.ts';

/** The most alternatives of one choice: the adopted plan and both ends of a front. */
const choices_max_count = 4;

export function renderVoltVarReport(result: VoltVarResult): string {
  const { devices, feeder, plans, adopted, provenance, sentences } = result;
  return feederPage({
    title: result.title,
    kind: `study ${result.study}`,
    status: result.status,
    facts: [result.network, horizonText(result), `${devices.length} inverters`, `${feeder.buses.length} buses`],
    verdict: sentences.slice(0, 2).join(' '),
    body: [
      figures(keyFigures(result)),
      checksList(result),
      frontPanel(result),
      panel('In words', '', html`<ul class="words">${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>`, 'words'),
      plansPanel(result),
      positionsPanel(result),
      voltagesPanel(result),
      reactivePanel(result),
      notesPanel(result),
      html`<div class="panels">${certificatePanel(result)}${provenancePanel(result, [['Strategy', plans[adopted]?.title ?? '']])}</div>`,
    ],
    version: provenance.version,
    style: `${regulateStyle(choices_max_count)}${frontStyle}
.words { margin: 10px 0 0; padding-left: 1.2em; max-width: 112ch; }
.words li { margin: 4px 0; list-style: disc; }
`,
  });
}

function keyFigures({ plans, adopted, front }: VoltVarResult): Figure[] {
  const own = plans[adopted];
  if (!own) return [];
  const { replay } = own;
  return [
    {
      title: front ? 'Losses at the knee' : 'Promised losses',
      value: fixed(own.loss_kWh, 1),
      unit: 'kWh',
      under: knowsText[own.knows] ?? own.knows,
    },
    {
      title: 'Voltages from nominal',
      value: own.deviation_pu === null ? '–' : fixed(100 * own.deviation_pu, 2),
      unit: '%',
      under: 'mean over loads',
    },
    {
      title: 'Moves',
      value: fixed(own.tapMoves_count + own.bankMoves_count.reduce((a, b) => a + b, 0)),
      unit: '',
      under: `${own.tapMoves_count} of the tap changer`,
    },
    ...(replay
      ? [
          {
            title: 'Losses over samples',
            value: fixed(replay.loss_mean_kWh, 1),
            unit: 'kWh',
            under: `worst ${fixed(replay.loss_worst_kWh, 1)}`,
          },
          { title: 'Beyond voltage limits', value: fixed(100 * replay.violating_frac, 1), unit: '%', under: 'of samples' },
        ]
      : []),
  ];
}

const knowsText: Readonly<Record<string, string>> = {
  forecast: 'if the forecast comes true',
  scenarios: 'on average over scenarios',
  set: 'in the worst case of the set',
};

function plansPanel({ plans, size, front }: VoltVarResult): Html | undefined {
  if (front) return undefined;
  const range = (low: number, high: number): string => `${fixed(low, 4)} to ${fixed(high, 4)}`;
  return panel(
    'Plans beside each other',
    `${fixed(size.decisions_count)} decisions of which ${fixed(size.whole_count)} are whole, ${fixed(size.reactions_count)} reactions, ${fixed(size.rows_count)} rows, ${fixed(size.symbols_count)} uncertain numbers.`,
    plainTable(
      [
        { title: 'plan' },
        { title: 'strategy' },
        { title: 'loss, kWh', number: true },
        { title: 'deviation, %', number: true },
        { title: 'gap', number: true },
        { title: 'AC loss, kWh', number: true },
        { title: 'voltages, pu', number: true },
        { title: 'in its worst case', number: true },
        { title: 'sampled loss, kWh', number: true },
        { title: 'worst sample', number: true },
        { title: 'beyond limits', number: true },
      ],
      plans.map((plan) => {
        const [usual, worst] = (['forecast', 'worst'] as const).map((name) => plan.cases.find((one) => one.name === name));
        const of = (one: typeof usual): string =>
          one ? `${one.ac.violations_count > 0 ? '!' : ''}${range(one.ac.v_min_pu, one.ac.v_max_pu)}` : '–';
        return [
          plan.name,
          `${plan.strategy}${plan.exact ? '' : ' (worst case found, not proven)'}`,
          plan.loss_kWh === null ? `!${plan.status}` : fixed(plan.loss_kWh, 1),
          plan.deviation_pu === null ? '–' : fixed(100 * plan.deviation_pu, 3),
          plan.gap_frac === null ? '–' : short(plan.gap_frac),
          fixed(usual?.acLoss_kWh, 1),
          of(usual),
          of(worst),
          fixed(plan.replay?.loss_mean_kWh, 1),
          fixed(plan.replay?.loss_worst_kWh, 1),
          plan.replay ? `${plan.replay.violating_frac > 0 ? '!' : ''}${fixed(100 * plan.replay.violating_frac, 1)} %` : '–',
        ];
      }),
    ),
    'plans',
  );
}

function certificatePanel({ certificate, kpis, scenarios }: VoltVarResult): Html {
  const lost = scenarios ? { scenariosKept_count: scenarios.kept_count, scenarioDistance_frac: scenarios.distance_frac } : {};
  const entries = Object.entries({ ...certificate, ...kpis, ...lost });
  return html`<section class="panel" id="certificate" aria-labelledby="h-certificate"><h2 id="h-certificate">Certificate and figures</h2>
  <dl class="figures">${entries.map((entry) => certificateRow(entry, ''))}</dl></section>`;
}
