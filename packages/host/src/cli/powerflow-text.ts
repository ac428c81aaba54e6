import type { Case, PowerFlowResult } from '@gridflock/core';
import { type PowerFlowDocument, type PowerFlowSeries, voltageRange } from './powerflow-document.ts';
import { counted, pairs, type Style, shownNumber, sparkline, table } from './text.ts';

const worstShown = 8;
/** A generator that holds its bus at the limit is not outside. */
const rounding_pu = 1e-6;

/** What a person wants to know of a power flow: solved or not, losses, where the voltage is worst, how it runs along. */
export function powerFlowText(value: Case, result: PowerFlowResult, time_ms: number, style: Style, width: number): string {
  const { network, operatingPoint } = value;
  const isolated = new Set<number>(operatingPoint.isolated);
  const slacks = new Set<number>(operatingPoint.slacks);
  const { low, high } = voltageRange(result.v_pu, isolated);
  const id = (bus: number): string => network.buses[bus]?.id ?? '–';
  const converged = result.status === 'converged';
  const lines = [
    `${style.bold(network.name)}: ${converged ? style.green('converged') : style.red('diverged')} (${result.method}, ${counted(result.iterations_count, 'iteration')}, ${shownNumber(time_ms, 3)} ms)`,
  ];
  if (result.diagnosis !== undefined) lines.push(result.diagnosis);
  const slack_kW = operatingPoint.slacks.reduce((total, bus) => total + (result.p_kW[bus] ?? 0), 0);
  lines.push(
    pairs(
      [
        ['losses', `${shownNumber(result.loss_kW)} kW, ${shownNumber(result.loss_kvar)} kvar`],
        ['from the slack', `${shownNumber(slack_kW)} kW at bus ${operatingPoint.slacks.slice(0, 6).map(id).join(', ')}`],
        ['lowest voltage', `${shownNumber(result.v_pu[low], 5)} pu at bus ${id(low)}`],
        ['highest voltage', `${shownNumber(result.v_pu[high], 5)} pu at bus ${id(high)}`],
        ['largest mismatch', `${shownNumber(result.mismatch_max_kVA, 3)} kVA`],
        ...(result.atReactiveLimit.length > 0 ? [['at reactive limit', result.atReactiveLimit.slice(0, 12).join(', ')] as const] : []),
      ],
      style,
    ),
  );
  const order = network.buses
    .map((_, b) => b)
    .filter((b) => !isolated.has(b) && !slacks.has(b))
    .sort((a, b) => margin(value, result, a) - margin(value, result, b) || a - b)
    .slice(0, worstShown);
  const outside = (b: number): boolean => margin(value, result, b) < -rounding_pu;
  lines.push(
    '',
    style.bold('worst voltages'),
    table(
      [
        { title: 'bus' },
        { title: 'v_pu', right: true },
        { title: 'limits_pu', right: true },
        { title: 'v_V', right: true },
        { title: 'angle_deg', right: true },
        { title: '' },
      ],
      order.map((b) => [
        id(b),
        (result.v_pu[b] ?? Number.NaN).toFixed(5),
        `${shownNumber(network.buses[b]?.v_min_pu, 4)} … ${shownNumber(network.buses[b]?.v_max_pu, 4)}`,
        ((result.v_pu[b] ?? Number.NaN) * (network.buses[b]?.v_base_kV ?? 0) * 1000).toFixed(1),
        (((result.angle_rad[b] ?? Number.NaN) * 180) / Math.PI).toFixed(3),
        outside(b) ? 'outside' : '',
      ]),
      style,
      (cell, row, column) => (column === 5 || (column === 1 && outside(order[row] ?? -1)) ? style.red(cell) : cell),
    ),
    '',
    `${style.dim('voltage, first to last bus')}  ${sparkline(
      [...result.v_pu].filter((_, b) => !isolated.has(b)),
      width - 29,
    )}`,
  );
  return lines.join('\n');
}

/** Distance to the nearer voltage limit; negative outside. */
function margin({ network }: Case, { v_pu }: PowerFlowResult, b: number): number {
  const bus = network.buses[b];
  const v = v_pu[b] ?? Number.NaN;
  return bus === undefined ? Number.POSITIVE_INFINITY : Math.min(v - bus.v_min_pu, bus.v_max_pu - v);
}

export function seriesText(
  { network }: Case,
  series: PowerFlowSeries,
  steps: readonly string[],
  document: PowerFlowDocument,
  time_ms: number,
  style: Style,
  width: number,
): string {
  const solved = steps.length - series.diverged.length;
  const at = (values: readonly number[], better: (a: number, b: number) => boolean): number =>
    values.reduce((best, value, t) => (better(value, values[best] ?? Number.NaN) ? t : best), 0);
  const low = at(series.v_min_pu, (a, b) => a < b);
  const high = at(series.v_max_pu, (a, b) => a > b);
  const lossy = at(series.loss_kW, (a, b) => a > b);
  const state = series.diverged.length === 0 ? style.green('converged') : style.red('diverged');
  return [
    `${style.bold(network.name)}: ${state} in ${solved} of ${counted(steps.length, 'step')} (${document.method}, ${shownNumber(time_ms, 3)} ms)`,
    ...(document.diagnosis === undefined ? [] : [document.diagnosis]),
    pairs(
      [
        ['time', `${steps[0]} … ${steps.at(-1)}`],
        ['largest losses', `${shownNumber(series.loss_kW[lossy])} kW at ${steps[lossy]}`],
        ['lowest voltage', `${shownNumber(series.v_min_pu[low], 5)} pu at bus ${series.v_min_bus[low]}, ${steps[low]}`],
        ['highest voltage', `${shownNumber(series.v_max_pu[high], 5)} pu at bus ${series.v_max_bus[high]}, ${steps[high]}`],
      ],
      style,
    ),
    '',
    `${style.dim('lowest voltage over time')}  ${sparkline(series.v_min_pu, width - 27)}`,
    `${style.dim('losses over time        ')}  ${sparkline(series.loss_kW, width - 27)}`,
  ].join('\n');
}
