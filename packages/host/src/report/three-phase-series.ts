/** The report of a three-phase power flow over time: how voltages and losses went, and where they were worst. */
import { type Case, type Feeder, type Places, usualHigh_pu, usualLow_pu } from '@gridflock/core';
import { phaseName } from '../feeder/branch-rows.ts';
import type { BranchWire } from '../feeder/branch-tally.ts';
import { distanceAxis } from '../feeder/profile-wires.ts';
import { type FeederTally, type StepField, valuesOf } from '../feeder/tally.ts';
import { droppedPanel } from './dropped-panel.ts';
import { feederPage, figures, panel, plainTable } from './feeder-page.ts';
import { type Html, html } from './html.ts';
import { fixed, short } from './page/format.ts';
import { timeBandSvg } from './time-chart.ts';
import { rangeSvg } from './voltage-range.ts';

export interface SeriesReport {
  readonly value: Case;
  readonly feeder: Feeder;
  readonly places: Places;
  readonly wires: readonly BranchWire[];
  readonly status: 'converged' | 'diverged' | 'hunting';
  readonly names: readonly string[];
  readonly step_s: number;
  readonly tally: FeederTally;
  readonly actions: readonly (readonly [time: string, action: string])[];
  readonly kpis: Readonly<Record<string, number | null>>;
  readonly lowest: string;
  readonly highest: string;
  readonly diagnosis: string | undefined;
  readonly version: string;
}

const rowsShown = 16;
const actionsShown = 500;

export function renderSeriesReport(report: SeriesReport): string {
  const { feeder, names, status, value, version, step_s } = report;
  return feederPage({
    title: feeder.name,
    kind: 'three-phase power flow over time',
    status,
    facts: [
      `${names.length} steps of ${short(step_s / 60, 4)} min`,
      `${names[0] ?? ''} – ${names.at(-1) ?? ''}`,
      `${feeder.buses.length} buses, ${report.places.count} conductors`,
    ],
    verdict: verdictOf(report),
    body: [
      keyFigures(report),
      overTime(report),
      rangesPanel(report),
      html`<div class="panels">${[outsidePanel(report), loadedPanel(report), actionsPanel(report)].filter((part) => part !== undefined)}</div>`,
      droppedPanel(value),
    ],
    version,
  });
}

const kpi = ({ kpis }: SeriesReport, name: string): number => kpis[name] ?? Number.NaN;

function verdictOf(report: SeriesReport): string {
  const [loss, source] = [kpi(report, 'energy_loss_kWh'), kpi(report, 'energy_source_kWh')];
  const places = kpi(report, 'places_outside_count');
  const hours = kpi(report, 'below_limit_longest_h') + kpi(report, 'above_limit_longest_h');
  const lost = `${short(loss, 4)} kWh of ${short(source, 4)} kWh are lost (${short((100 * loss) / source, 3)} %).`;
  const volts =
    places === 0
      ? 'Every phase stays within its limits all the time.'
      : `${places} ${places === 1 ? 'phase of a bus leaves its' : 'phases of buses leave their'} limits, the worst for ${short(hours, 4)} h.`;
  return `${report.diagnosis === undefined ? '' : `${report.diagnosis} `}${lost} ${volts}`;
}

function keyFigures(report: SeriesReport): Html {
  return figures([
    {
      title: 'From the source',
      value: fixed(kpi(report, 'energy_source_kWh'), 0),
      unit: 'kWh',
      under: `${short(kpi(report, 'duration_h'), 5)} h`,
    },
    {
      title: 'Losses',
      value: fixed(kpi(report, 'energy_loss_kWh'), 0),
      unit: 'kWh',
      under: `at most ${short(kpi(report, 'loss_max_kW'), 4)} kW`,
    },
    { title: 'Lowest voltage', value: fixed(kpi(report, 'v_min_pu'), 4), unit: 'pu', under: report.lowest },
    { title: 'Highest voltage', value: fixed(kpi(report, 'v_max_pu'), 4), unit: 'pu', under: report.highest },
    { title: 'Longest below limit', value: short(kpi(report, 'below_limit_longest_h'), 4), unit: 'h', under: 'at one phase of a bus' },
    { title: 'Longest above limit', value: short(kpi(report, 'above_limit_longest_h'), 4), unit: 'h', under: 'at one phase of a bus' },
    { title: 'Largest unbalance', value: fixed(100 * kpi(report, 'unbalance_max_frac'), 2), unit: '%', under: 'negative sequence' },
  ]);
}

function overTime({ tally, names }: SeriesReport): Html {
  const field = (name: StepField): Float64Array => Float64Array.from(valuesOf(tally, name));
  const loss = field('loss_kW');
  const source = field('source_kW');
  return panel(
    'Over time',
    'From the lowest to the highest voltage of the feeder; then what the sources give, and what is lost.',
    html`${timeBandSvg({ label: 'Lowest and highest voltage', unit: 'voltage, pu', lower: field('v_min_pu'), upper: field('v_max_pu'), names, limits: [usualLow_pu, usualHigh_pu] }, 1120, 250)}
${timeBandSvg({ label: 'Power from the sources', unit: 'from the sources, kW', lower: source, upper: source, names, fromZero: true }, 1120, 180)}
${timeBandSvg({ label: 'Losses', unit: 'losses, kW', lower: loss, upper: loss, names, fromZero: true }, 1120, 180)}`,
  );
}

function rangesPanel({ feeder, places, tally }: SeriesReport): Html {
  const axis = distanceAxis(feeder);
  const present = [1, 2, 3].filter((c) => places.conductor.includes(c));
  return panel(
    'Where the voltage goes, phase by phase',
    'For every line, the range from the lowest to the highest voltage of the whole run, over the distance from the source.',
    html`<div class="panels thirds">${present.map((c) => html`<figure><h3>phase ${phaseName(c)}</h3>${rangeSvg(feeder, places, tally.extremes, axis, c)}</figure>`)}</div>`,
  );
}

function outsidePanel({ feeder, places, tally, step_s }: SeriesReport): Html {
  const { v_min_pu, v_max_pu, below_count, above_count } = tally.extremes;
  const outside = (k: number): number => (below_count[k] ?? 0) + (above_count[k] ?? 0);
  const order = Array.from({ length: places.count }, (_, k) => k)
    .filter((k) => outside(k) > 0)
    .sort((a, b) => outside(b) - outside(a) || a - b);
  if (order.length === 0) return panel('Outside limits', '', html`<p class="good">No phase leaves its limits.</p>`);
  const hours = (count: number | undefined): string => short(((count ?? 0) * step_s) / 3600, 5);
  return panel(
    'Longest outside limits',
    `${order.length} phases of buses; limits ${usualLow_pu} to ${usualHigh_pu} pu where the feeder names none.`,
    plainTable(
      [
        { title: 'bus' },
        { title: 'phase' },
        { title: 'lowest, pu', number: true },
        { title: 'highest, pu', number: true },
        { title: 'below, h', number: true },
        { title: 'above, h', number: true },
      ],
      order
        .slice(0, rowsShown)
        .map((k) => [
          feeder.buses[places.bus[k] ?? -1]?.id ?? '',
          phaseName(places.conductor[k] ?? 0),
          fixed(v_min_pu[k], 4),
          fixed(v_max_pu[k], 4),
          hours(below_count[k]),
          hours(above_count[k]),
        ]),
    ),
  );
}

/** The branches that come nearest to their ratings, or beyond. */
function loadedPanel({ wires, tally, names, step_s }: SeriesReport): Html | undefined {
  const { loading_max_frac, loading_max_step, over_count } = tally.branches;
  const order = wires
    .map((_, w) => w)
    .filter((w) => (loading_max_step[w] ?? -1) >= 0)
    .sort((a, b) => (loading_max_frac[b] ?? 0) - (loading_max_frac[a] ?? 0) || a - b);
  if (order.length === 0) return undefined;
  const over_count_wires = order.filter((w) => (over_count[w] ?? 0) > 0).length;
  return panel(
    'Most loaded branches',
    `${over_count_wires === 0 ? 'No wire' : over_count_wires} of ${order.length} rated wires ${over_count_wires === 1 || over_count_wires === 0 ? 'goes' : 'go'} beyond the rating; all in branches.csv.`,
    plainTable(
      [
        { title: 'branch' },
        { title: 'phase' },
        { title: 'loading, %', number: true },
        { title: 'over rating, h', number: true },
        { title: 'most loaded at' },
      ],
      order
        .slice(0, rowsShown)
        .map((w) => [
          wires[w]?.id ?? '',
          phaseName(wires[w]?.conductor ?? 0),
          fixed(100 * (loading_max_frac[w] ?? Number.NaN), 1),
          short(((over_count[w] ?? 0) * step_s) / 3600, 5),
          names[loading_max_step[w] ?? -1] ?? '',
        ]),
    ),
  );
}

function actionsPanel({ actions }: SeriesReport): Html | undefined {
  if (actions.length === 0) return undefined;
  const more = actions.length - actionsShown;
  return panel(
    'What the controls did',
    `${actions.length} actions${more > 0 ? `; the first ${actionsShown}, all in actions.csv` : ''}.`,
    html`<ol class="log">${actions.slice(0, actionsShown).map(([time, text]) => html`<li><time>${time}</time>${text}</li>`)}</ol>`,
  );
}
