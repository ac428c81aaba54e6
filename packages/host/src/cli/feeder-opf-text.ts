import type { Feeder, FeederAcCheck, FeederOpfPlace, FeederOpfResult } from '@gridflock/core';
import { phaseName } from '../feeder/branch-rows.ts';
import { counted, pairs, type Style, shownNumber, table } from './text.ts';

const rowsShown = 12;

type Line = readonly [string, string];

const isAnswered = ({ status }: FeederOpfResult): boolean => status === 'optimal' || status === 'almost-optimal';

/** What a person wants to know of an optimal power flow by phases: solved or not, cost, prices and why they differ, whether the power flow agrees. */
export function feederOpfText(feeder: Feeder, result: FeederOpfResult, time_ms: number, style: Style): string {
  const status = result.status === 'optimal' ? style.green(result.status) : style.red(result.status);
  const work = [result.formulation, counted(result.iterations_count, 'iteration'), `${shownNumber(time_ms, 3)} ms`];
  const lines = [`${style.bold(feeder.name)}: ${status} (${work.join(', ')})`, ...result.notes, ...conflictLines(result.conflict)];
  const { recovered } = result;
  if (!isAnswered(result) && recovered === undefined) return lines.join('\n');
  if (isAnswered(result)) lines.push(pairs([...pointLines(feeder, result), ...relaxationLines(result)], style));
  const best = recovered !== undefined && isAnswered(recovered) ? recovered : result;
  if (recovered !== undefined) {
    lines.push('', style.bold('power flow next to it'));
    if (best === recovered) lines.push(pairs(pointLines(feeder, recovered), style));
    else lines.push(`none found: ${style.red(recovered.status)}`, ...conflictLines(recovered.conflict));
  }
  if (!isAnswered(best)) return lines.join('\n');
  lines.push('', style.bold(best === result ? 'powers' : 'powers of the power flow'), powerTable(feeder, best, style));
  return lines.join('\n');
}

const conflictLines = (names: readonly string[]): string[] => [
  ...names.slice(0, rowsShown).map((name) => `conflicts: ${name}`),
  ...(names.length > rowsShown ? [`and ${counted(names.length - rowsShown, 'more limit')}; --json names all`] : []),
];

function pointLines(feeder: Feeder, result: FeederOpfResult): Line[] {
  const { acCheck } = result.certificate;
  const name = ({ bus, conductor }: FeederOpfPlace): string => `${feeder.buses[bus]?.id ?? ''}, phase ${phaseName(conductor)}`;
  const [low, high] = extremes(result.places, ({ v_pu }) => v_pu);
  return [
    ['cost', `${shownNumber(result.objective_cur_per_h, 8)} cur/h`],
    ['losses', `${shownNumber(result.loss_kW)} kW`],
    ...(low === undefined || high === undefined
      ? []
      : [['voltages', `${low.v_pu.toFixed(4)} pu at ${name(low)} … ${high.v_pu.toFixed(4)} pu at ${name(high)}`] as const]),
    ...priceLines(result, name),
    ...(acCheck === undefined ? [] : [['power flow check', checkText(acCheck)] as const]),
  ];
}

function extremes(places: readonly FeederOpfPlace[], of: (place: FeederOpfPlace) => number): [FeederOpfPlace?, FeederOpfPlace?] {
  const known = places.filter((place) => Number.isFinite(of(place)));
  const first = known[0];
  if (first === undefined) return [];
  return [
    known.reduce((best, each) => (of(each) < of(best) ? each : best), first),
    known.reduce((best, each) => (of(each) > of(best) ? each : best), first),
  ];
}

function priceLines({ places, objective }: FeederOpfResult, name: (place: FeederOpfPlace) => string): Line[] {
  const [low, high] = extremes(places, ({ price_cur_per_kWh }) => price_cur_per_kWh);
  if (low === undefined || high === undefined) return [];
  const unit = objective === 'loss' ? 'kW/kW' : 'cur/kWh';
  return [
    ['prices', `${shownNumber(low.price_cur_per_kWh, 5)} … ${shownNumber(high.price_cur_per_kWh, 5)} ${unit}`],
    ['lowest price', `${shownNumber(low.price_cur_per_kWh, 5)} at ${name(low)}${partsText(low)}`],
    ['highest price', `${shownNumber(high.price_cur_per_kWh, 5)} at ${name(high)}${partsText(high)}`],
  ];
}

const parts = [
  ['energy_cur_per_kWh', 'energy'],
  ['loss_cur_per_kWh', 'losses'],
  ['congestion_cur_per_kWh', 'congestion'],
  ['voltage_cur_per_kWh', 'voltage limits'],
] as const;

/** `: energy 0.02 + losses 0.003`; what is nothing beside the price is left out. */
function partsText(place: FeederOpfPlace): string {
  const shown = parts.filter(([key]) => Math.abs(place[key]) > 1e-5 * Math.abs(place.price_cur_per_kWh));
  if (shown.length === 0) return '';
  const terms = shown.map(
    ([key, name], k) => `${place[key] < 0 ? '− ' : k === 0 ? '' : '+ '}${name} ${shownNumber(Math.abs(place[key]), 4)}`,
  );
  return `: ${terms.join(' ')}`;
}

/** Below these a person need not know. */
const small = { v_pu: 1e-5, power_kW: 0.05 };

function checkText({
  converged,
  v_violation_max_pu,
  v_difference_max_pu,
  unbalance_max_frac,
  loading_max_frac,
  sourceShift_kW,
}: FeederAcCheck): string {
  if (!converged) return 'does not converge at this dispatch';
  return [
    v_violation_max_pu <= small.v_pu ? 'voltages within limits' : `voltage outside by ${shownNumber(v_violation_max_pu, 3)} pu`,
    v_difference_max_pu <= small.v_pu ? 'and as planned' : `and up to ${shownNumber(v_difference_max_pu, 2)} pu from the plan`,
    sourceShift_kW <= small.power_kW ? 'source as planned' : `source differs by ${shownNumber(sourceShift_kW, 4)} kW`,
    `unbalance ${shownNumber(100 * unbalance_max_frac, 3)} %`,
    ...(loading_max_frac > 0 ? [`fullest line ${shownNumber(100 * loading_max_frac, 3)} %`] : []),
  ].join(', ');
}

function relaxationLines({ formulation, certificate: { relaxation }, recovered, objective }: FeederOpfResult): Line[] {
  if (relaxation === undefined)
    return formulation === 'three-phase-sdp' ? [['relaxation', 'not judged, because the search ended early']] : [];
  if (relaxation.isExact) return [['relaxation', 'exact: this is a power flow, and no other is better']];
  const unit = objective === 'loss' ? 'kW' : 'cur/h';
  const gap =
    relaxation.gap_frac === undefined
      ? recovered === undefined
        ? 'not asked for'
        : 'unknown'
      : `${shownNumber(100 * relaxation.gap_frac, 3)} % from the bound to the power flow below`;
  return [
    [
      'relaxation',
      `not exact: it invents losses of ${shownNumber(relaxation.inventedLoss_kW, 4)} kW, rank gap ${shownNumber(relaxation.rankGap_max_frac, 2)}`,
    ],
    ...(Number.isFinite(relaxation.bound)
      ? [['bound', `${shownNumber(relaxation.bound, 8)} ${unit}: no power flow is better`] as const]
      : []),
    ['gap', gap],
  ];
}

function powerTable(feeder: Feeder, { source, units }: FeederOpfResult, style: Style): string {
  const rows = [
    ...source.powers.map((power) => ({ id: source.id, bus: '', cost: Number.NaN, power })),
    ...units.flatMap(({ id, bus, cost_cur_per_h, powers }) =>
      powers.map((power, k) => ({ id, bus: feeder.buses[bus]?.id ?? '', cost: k === 0 ? cost_cur_per_h : Number.NaN, power })),
    ),
  ];
  const shown = rows.slice(0, 3 + rowsShown);
  const text = table(
    [
      { title: 'unit' },
      { title: 'bus' },
      { title: 'phase' },
      { title: 'p_kW', right: true },
      { title: 'q_kvar', right: true },
      { title: 'cur/h', right: true },
    ],
    shown.map(({ id, bus, cost, power }) => [
      id,
      bus,
      phaseName(power.conductor),
      shownNumber(power.p_kW, 5),
      shownNumber(power.q_kvar, 5),
      Number.isNaN(cost) ? '' : shownNumber(cost, 5),
    ]),
    style,
  );
  return rows.length > shown.length ? `${text}\nand ${counted(rows.length - shown.length, 'more row')}; --json has all` : text;
}
