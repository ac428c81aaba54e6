import { valuesOf } from '../feeder/tally.ts';
import { counted, pairs, type Style, shownNumber, sparkline, table } from './text.ts';
import type { FeederSeries, PlaceAndTime, SeriesDocument } from './three-phase-series.ts';

const worstShown = 8;
const actionsShown = 8;

/** Energy, losses, where and when the voltage is worst, how long it is outside, and how it runs over time. */
export function seriesText(series: FeederSeries, document: SeriesDocument, time_ms: number, style: Style, width: number): string {
  const { feeder, names, tally, step_s } = series;
  const { kpis, status } = document;
  const solved = names.length - document.steps_diverged.length;
  const paint = status === 'converged' ? style.green : style.red;
  const rate = time_ms > 0 ? `, ${shownNumber((1000 * names.length) / time_ms, 3)} steps/s` : '';
  const place = ({ bus, phase, time }: PlaceAndTime): string => `at bus ${bus}, phase ${phase}, ${time}`;
  const hours = (value: number | null | undefined): string => `${shownNumber(value, 4)} h`;
  const low = [...valuesOf(tally, 'v_min_pu')];
  const high = [...valuesOf(tally, 'v_max_pu')];
  return [
    `${style.bold(feeder.name)}: ${paint(status)} in ${solved} of ${counted(names.length, 'step')} of ${stepText(step_s)} (three-phase, ${shownNumber(time_ms / 1000, 3)} s${rate})`,
    ...(document.diagnosis === undefined ? [] : [document.diagnosis]),
    '',
    pairs(
      [
        ['time', `${names[0]} … ${names.at(-1)}`],
        ...(kpis['energy_source_kWh'] === null ? [] : [['from the source', `${shownNumber(kpis['energy_source_kWh'])} kWh`] as const]),
        ['losses', `${shownNumber(kpis['energy_loss_kWh'])} kWh, at most ${shownNumber(kpis['loss_max_kW'], 4)} kW`],
        ['lowest voltage', `${shownNumber(kpis['v_min_pu'], 5)} pu ${place(document.v_min_at)}`],
        ['highest voltage', `${shownNumber(kpis['v_max_pu'], 5)} pu ${place(document.v_max_at)}`],
        ['longest below limit', hours(kpis['below_limit_longest_h'])],
        ['longest above limit', hours(kpis['above_limit_longest_h'])],
        ...loadingPairs(document),
        ['largest unbalance', `${shownNumber(100 * (kpis['unbalance_max_frac'] ?? Number.NaN), 3)} % negative sequence`],
        ...(document.actions.length > 0 ? [['controls', counted(document.actions.length, 'action')] as const] : []),
      ],
      style,
    ),
    ...outsideText(document, style),
    ...overloadedText(document, style),
    ...actionsText(series, style),
    '',
    `${style.dim('lowest voltage over time ')}  ${sparkline(low, width - 28)}`,
    `${style.dim('highest voltage over time')}  ${sparkline(high, width - 28, 'highest')}`,
    `${style.dim('losses over time         ')}  ${sparkline([...valuesOf(tally, 'loss_kW')], width - 28, 'highest')}`,
  ].join('\n');
}

function stepText(step_s: number): string {
  if (step_s % 3600 === 0) return `${step_s / 3600} h`;
  if (step_s % 60 === 0) return `${step_s / 60} min`;
  return `${shownNumber(step_s, 4)} s`;
}

interface Extreme {
  readonly bus: string;
  readonly phase: string;
  readonly v_min_pu: number;
  readonly v_max_pu: number;
  readonly below_h: number;
  readonly above_h: number;
}

function outsideText(document: SeriesDocument, style: Style): string[] {
  const outside = ([...document.extremes] as Extreme[]).filter(({ below_h, above_h }) => below_h + above_h > 0);
  if (outside.length === 0) return ['', style.green('All phases stay within their limits all the time.')];
  const worst = outside.sort((a, b) => b.below_h + b.above_h - a.below_h - a.above_h).slice(0, worstShown);
  return [
    '',
    `${style.bold('longest outside limits')}  ${style.red(`${outside.length} phases of buses`)}`,
    table(
      [
        { title: 'bus' },
        { title: 'phase' },
        { title: 'v_min_pu', right: true },
        { title: 'v_max_pu', right: true },
        { title: 'below_h', right: true },
        { title: 'above_h', right: true },
      ],
      worst.map(({ bus, phase, v_min_pu, v_max_pu, below_h, above_h }) => [
        bus,
        phase,
        v_min_pu.toFixed(4),
        v_max_pu.toFixed(4),
        shownNumber(below_h, 5),
        shownNumber(above_h, 5),
      ]),
      style,
    ),
  ];
}

function loadingPairs({ kpis, loading_max_at }: SeriesDocument): (readonly [string, string])[] {
  if (loading_max_at === null) return [];
  const { branch, phase, time } = loading_max_at;
  const loading = `${shownNumber(100 * (kpis['loading_max_frac'] ?? Number.NaN), 4)} % in branch ${branch}, phase ${phase}, ${time}`;
  return [
    ['largest loading', loading],
    ['longest over rating', `${shownNumber(kpis['over_rating_longest_h'], 4)} h`],
  ];
}

/** Branches beyond their rating, those loaded most first. */
function overloadedText({ branch_extremes }: SeriesDocument, style: Style): string[] {
  const over = [...branch_extremes].filter(({ over_h }) => over_h > 0);
  if (over.length === 0) return [];
  const worst = over.sort((a, b) => (b.loading_max_frac ?? 0) - (a.loading_max_frac ?? 0)).slice(0, worstShown);
  return [
    '',
    `${style.bold('beyond their rating')}  ${style.red(`${over.length} wires of branches`)}`,
    table(
      [
        { title: 'branch' },
        { title: 'phase' },
        { title: 'loading_%', right: true },
        { title: 'over_h', right: true },
        { title: 'most loaded at' },
      ],
      worst.map(({ id, phase, loading_max_frac, over_h, loading_max_time }) => [
        id,
        phase,
        shownNumber(100 * (loading_max_frac ?? Number.NaN), 4),
        shownNumber(over_h, 5),
        loading_max_time ?? '',
      ]),
      style,
    ),
  ];
}

function actionsText({ actions }: FeederSeries, style: Style): string[] {
  if (actions.length === 0) return [];
  const more = actions.length - actionsShown;
  return [
    '',
    style.bold('what the controls did'),
    table(
      [{ title: '' }, { title: '' }],
      actions.slice(0, actionsShown).map(([time, action]) => [time, action]),
      style,
      (cell, _, column) => (column === 0 ? style.dim(cell) : cell),
    ),
    ...(more > 0 ? [style.dim(`and ${counted(more, 'more action')} (--json, or actions.csv of --out)`)] : []),
  ];
}
