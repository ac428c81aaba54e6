/** What the feeder could reach, what was asked, and what it did: active and reactive power, without and with the market. */
import type { RegulateResult, RegulationRun } from '@gridflock/core';
import { panel, plainTable } from '../feeder-page.ts';
import { type Html, html } from '../html.ts';
import { fixed } from '../page/format.ts';
import { wallClock } from '../page/ticks.ts';
import { choice } from './choice.ts';
import { roomyRange, stepChartSvg } from './step-chart.ts';

/** More rows than this are left to runs.csv. */
const rows_max_count = 120;

interface Quantity {
  readonly name: string;
  readonly symbol: string;
  readonly unit: string;
  asked(result: RegulateResult): readonly number[];
  low(run: RegulationRun): readonly number[];
  high(run: RegulationRun): readonly number[];
  given(run: RegulationRun): readonly number[];
}

const quantities: readonly Quantity[] = [
  {
    name: 'Active power',
    symbol: 'P',
    unit: 'kW',
    asked: ({ commands }) => commands.p_pcc_kW,
    low: (run) => run.p_low_kW,
    high: (run) => run.p_high_kW,
    given: (run) => run.p_pcc_kW,
  },
  {
    name: 'Reactive power',
    symbol: 'Q',
    unit: 'kvar',
    asked: ({ commands }) => commands.q_pcc_kvar,
    low: (run) => run.q_low_kvar,
    high: (run) => run.q_high_kvar,
    given: (run) => run.q_pcc_kvar,
  },
];

export function bandsPanel(result: RegulateResult): Html {
  const { runs, commands } = result;
  const schemes = [...new Set(runs.map(schemeOf))];
  const ranges = quantities.map((quantity) =>
    roomyRange([quantity.asked(result), ...runs.flatMap((run) => [quantity.low(run), quantity.high(run), quantity.given(run)])]),
  );
  const options = schemes.map((scheme) => {
    const own = runs.filter((run) => schemeOf(run) === scheme);
    const charts = quantities.flatMap((quantity, q) =>
      own.map(
        (run) =>
          html`<figure><h3>${quantity.name}, ${marketText(run)}</h3>${bandChart(result, run, quantity, ranges[q] ?? [0, 1])}</figure>`,
      ),
    );
    return { label: scheme, content: html`<div class="panels pairs">${charts}</div>${own.map((run) => stepsTable(result, run))}` };
  });
  return panel(
    'Reachable bands, commands and responses',
    'Power into the feeder at the point of common coupling (pcc). The band is what the feeder could reach in that hour; a response lies on its command where the two lines are one. All pictures of a quantity share one axis.',
    html`${bandKey}${choice('scheme', 'Way to regulate', options)}
<p class="remark">Commands: ${commands.made}</p>`,
    'bands',
  );
}

export const schemeOf = (run: RegulationRun): string => run.partition ?? 'single point';
export const marketText = (run: RegulationRun): string => (run.withMarket ? 'with the market' : 'without a market');

const bandKey = html`<ul class="key">
<li><svg class="long plot" viewBox="0 0 26 12" aria-hidden="true"><rect class="reach" width="26" height="12"/></svg>reachable band</li>
<li><svg class="long plot" viewBox="0 0 26 12" aria-hidden="true"><path class="line given" d="M0 6H26"/></svg>response, by AC power flow</li>
<li><svg class="long plot" viewBox="0 0 26 12" aria-hidden="true"><path class="line asked" d="M0 6H26"/></svg>command</li>
<li><svg class="long plot" viewBox="0 0 26 12" aria-hidden="true"><path class="held-mark" d="M13 11l-6 -10h12Z"/></svg>command beyond the band: held at its edge</li></ul>`;

function bandChart(result: RegulateResult, run: RegulationRun, quantity: Quantity, range: readonly [number, number]): Html {
  const { steps } = result.time;
  const [asked, low, high, given] = [quantity.asked(result), quantity.low(run), quantity.high(run), quantity.given(run)];
  const held = heldSteps(result, run, quantity);
  return stepChartSvg({
    label: `${quantity.name} at the pcc, ${run.name}: band, command and response; ${held.length === 0 ? 'no command beyond the band' : `${held.length} commands beyond the band`}`,
    unit: quantity.unit,
    steps,
    band: { lower: low, upper: high },
    lines: [
      { values: given, style: 'given' },
      { values: asked, style: 'asked' },
    ],
    held,
    range,
    reading: (t) =>
      `${wallClock(steps[t] ?? '').time}: command ${fixed(asked[t], 0)}, response ${fixed(given[t], 0)}, band ${fixed(low[t], 0)} to ${fixed(high[t], 0)} ${quantity.unit}${held.includes(t) ? '; held at the edge' : ''}`,
  });
}

/** Of the saturated steps those on which this quantity was asked for too much; all of them where neither says. */
function heldSteps(result: RegulateResult, run: RegulationRun, quantity: Quantity): number[] {
  const beyond = (each: Quantity, t: number): boolean => {
    const [asked, low, high] = [each.asked(result)[t] ?? 0, each.low(run)[t] ?? 0, each.high(run)[t] ?? 0];
    return asked < low || asked > high;
  };
  return run.saturated.filter((t) => beyond(quantity, t) || !quantities.some((each) => beyond(each, t)));
}

function stepsTable(result: RegulateResult, run: RegulationRun): Html {
  const { steps } = result.time;
  const shown = Math.min(steps.length, rows_max_count);
  const rows = Array.from({ length: shown }, (_, t) => [
    wallClock(steps[t] ?? '').time,
    ...quantities.flatMap((quantity) =>
      [quantity.low(run), quantity.high(run), quantity.asked(result), quantity.given(run)].map((values) => fixed(values[t], 1)),
    ),
    run.saturated.includes(t) ? 'held at the edge' : '',
  ]);
  const columns = quantities.flatMap(({ symbol, unit }) =>
    ['lowest', 'highest', 'command', 'response'].map((what) => ({ title: `${symbol} ${what}, ${unit}`, number: true })),
  );
  return html`<details class="steps"><summary>${run.name}, step by step${shown < steps.length ? ` (the first ${shown}; all in runs.csv)` : ''}</summary>${plainTable(
    [{ title: 'time' }, ...columns, { title: '' }],
    rows,
  )}</details>`;
}
