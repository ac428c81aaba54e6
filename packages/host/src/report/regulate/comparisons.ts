/** Ours beside what others do or published: runs, ways to describe a cluster, the paper's numbers, the safe set of commands. */
import type { RegulateResult } from '@gridflock/core';
import { panel, plainTable } from '../feeder-page.ts';
import { type Html, html } from '../html.ts';
import { fixed, short } from '../page/format.ts';
import { wallClock } from '../page/ticks.ts';
import { percent } from './clusters.ts';
import { stepChartSvg } from './step-chart.ts';

const lowest = (values: readonly number[]): number => values.reduce((best, value) => Math.min(best, value), Number.POSITIVE_INFINITY);
const highest = (values: readonly number[]): number => values.reduce((best, value) => Math.max(best, value), Number.NEGATIVE_INFINITY);

export function runsPanel({ runs, time }: RegulateResult): Html {
  const hours = (steps: readonly number[]): string =>
    steps.length === 0
      ? 'never'
      : steps.length > 6
        ? `${steps.length} steps`
        : steps.map((t) => wallClock(time.steps[t] ?? '').time).join(', ');
  return panel(
    'How well each way follows',
    'Errors are the mean of |response − command| / |command| over the steps, as in the paper; commands beyond the band are included: what could not be reached counts.',
    plainTable(
      [
        { title: 'run' },
        { title: 'active error', number: true },
        { title: 'reactive error', number: true },
        { title: 'held at the edge', number: true },
        { title: 'voltage, pu', number: true },
        { title: 'losses, kWh', number: true },
      ],
      runs.map((run) => [
        run.name,
        percent(run.p_error_frac),
        percent(run.q_error_frac),
        hours(run.saturated),
        `${run.v_violation_max_pu > 1e-6 ? '!' : ''}${fixed(lowest(run.v_min_pu), 3)} to ${fixed(highest(run.v_max_pu), 3)}`,
        fixed(
          run.loss_kW.reduce((total, loss_kW) => total + loss_kW * time.dt_h, 0),
          0,
        ),
      ]),
    ),
    'runs',
  );
}

export function characteristicsPanel({ characteristics }: RegulateResult): Html | undefined {
  if (characteristics.length === 0) return undefined;
  return panel(
    'Ways to describe a cluster',
    'How much of what a cluster can do its description keeps, what it costs to send, and how well commands are followed with it. Area: mean over clusters and steps, against the exact region.',
    plainTable(
      [
        { title: 'description' },
        { title: 'area kept', number: true },
        { title: 'every point deliverable' },
        { title: 'numbers per cluster and step', number: true },
        { title: 'active error', number: true },
        { title: 'reactive error', number: true },
      ],
      characteristics.map((one) => [
        `${one.name}: ${one.about}`,
        percent(one.area_frac),
        one.guaranteed ? '✓ guaranteed' : 'not guaranteed',
        fixed(one.numbers_per_cluster_count),
        percent(one.p_error_frac),
        percent(one.q_error_frac),
      ]),
    ),
    'characteristics',
  );
}

export function overTimePanel({ overTime = [] }: RegulateResult): Html | undefined {
  if (overTime.length === 0) return undefined;
  return panel(
    'The same over the whole day',
    'What all resources can do together when energy, ramps and end conditions couple the steps; active power. Width: mean over random directions, against the exact set. Commands: drawn from each description, then tried.',
    plainTable(
      [
        { title: 'description' },
        { title: 'width', number: true },
        { title: 'every point deliverable' },
        { title: 'numbers per cluster', number: true },
        { title: 'commands that fail', number: true },
        { title: 'energy missing, kWh', number: true },
      ],
      overTime.map((one) => [
        `${one.name}: ${one.about}`,
        percent(one.width_frac),
        one.guaranteed ? '✓ guaranteed' : 'not guaranteed',
        fixed(one.numbers_per_cluster_count),
        percent(one.failed_frac),
        short(one.shortfall_kWh),
      ]),
    ),
    'over-time',
  );
}

export function publishedPanel({ published }: RegulateResult): Html | undefined {
  if (published.length === 0) return undefined;
  const sources = [...new Set(published.map(({ source }) => source))];
  const number = (value: number, unit: string): string =>
    unit === '%' ? percent(value / 100) : `${short(value, 4)}${unit === '' ? '' : ` ${unit}`}`;
  const rows = published.map(
    ({ what, published: theirs, ours, unit, explanation }, k) =>
      html`<tr><td>${what}</td><td class="number">${number(theirs, unit)}</td><td class="number">${number(ours, unit)}</td>${explanationCell(
        published.map((one) => one.explanation),
        explanation,
        k,
      )}</tr>
`,
  );
  return panel(
    'Published, and ours',
    'A number of the paper, ours beside it, and why they differ.',
    html`<div class="scroll" tabindex="0" role="group" aria-label="Table: published numbers and ours"><table class="plain"><thead><tr><th scope="col">what</th><th scope="col" class="number">published</th><th scope="col" class="number">ours</th><th scope="col" class="after-number">why</th></tr></thead><tbody>${rows}</tbody></table></div>
<ul class="notes">${sources.map((source) => html`<li>${source}</li>`)}</ul>`,
    'published',
  );
}

/** An explanation that neighbouring rows share stands once, beside all of them. */
function explanationCell(all: readonly string[], explanation: string, k: number): Html | undefined {
  if (all[k - 1] === explanation) return undefined;
  let rows = 1;
  while (all[k + rows] === explanation) rows++;
  return html`<td class="text after-number" rowspan="${rows}">${explanation}</td>`;
}

export function constraintPanel({ constraintSet, time }: RegulateResult): Html | undefined {
  if (constraintSet === undefined) return undefined;
  const { low_kW, high_kW, tracking, samples_count, confidence_frac, violation_max_frac } = constraintSet;
  const chart = stepChartSvg({
    label: 'Safe change of aggregate power over time',
    unit: 'kW',
    steps: time.steps,
    band: { lower: low_kW, upper: high_kW },
    lines: [],
    reading: (t) => `${wallClock(time.steps[t] ?? '').time}: ${fixed(low_kW[t], 0)} to ${fixed(high_kW[t], 0)} kW`,
  });
  return panel(
    'The safe set that the utility publishes',
    `From ${fixed(samples_count)} samples: with confidence ${percent(confidence_frac)}, an aggregate command inside the band violates a limit of the network with a probability of at most ${percent(violation_max_frac)}. No data of the network leave the utility.`,
    html`<div class="panels pairs"><figure><h3>Aggregate change of power that is safe</h3>${chart}</figure>
<figure><h3>Three ways to act</h3>${plainTable(
      [{ title: 'way' }, { title: 'asked less delivered, rms, kW', number: true }, { title: 'steps with a violation', number: true }],
      tracking.map(({ name, rmse_kW, violation_frac }) => [
        name,
        short(rmse_kW, 4),
        `${violation_frac > violation_max_frac ? '!' : ''}${percent(violation_frac)}`,
      ]),
    )}</figure></div>`,
    'constraint-set',
  );
}
