import type { AcCheck, Case, OpfResult, PriceParts, Relaxation } from '@gridflock/core';
import { isDispatch } from './opf-document.ts';
import { counted, pairs, type Style, shownNumber, table } from './text.ts';

const rowsShown = 12;

type Line = readonly [string, string];

/** What a person wants to know of an optimal power flow: solved or not, cost, prices and why they differ, whether it holds in AC. */
export function opfText(value: Case, result: OpfResult, time_ms: number, style: Style): string {
  const { relaxation } = result.certificate;
  const status = result.status === 'optimal' ? style.green(result.status) : style.red(result.status);
  const lines = [
    `${style.bold(value.network.name)}: ${status} (${result.formulation}, ${counted(result.iterations_count, 'iteration')}, ${shownNumber(time_ms, 3)} ms)`,
    ...result.notes,
    ...conflictLines(result.conflict),
  ];
  if (result.status === 'unbounded') lines.push('Nothing bounds the objective: some power limit is infinite where more power pays.');
  if (!isDispatch(result)) return [...lines, ...searchLines(result)].join('\n');
  lines.push(pairs([...pointLines(value, result), ...relaxationLines(result, relaxation)], style));

  const { recovered } = result;
  const isRecovered = recovered?.status === 'optimal' || recovered?.status === 'almost-optimal';
  if (recovered !== undefined) {
    lines.push('', style.bold('AC point next to it'));
    if (isRecovered) lines.push(pairs(pointLines(value, recovered), style));
    else lines.push(`none found: ${style.red(recovered.status)}`, ...conflictLines(recovered.conflict));
  }
  lines.push('', style.bold(isRecovered ? 'largest generators of the AC point' : 'largest generators'));
  lines.push(generatorTable(value, isRecovered ? recovered : result, style));
  return lines.join('\n');
}

/** Where a limit ended the search too early. */
const searchLines = ({ status, certificate }: OpfResult): string[] =>
  status === 'infeasible' || status === 'unbounded' || status === 'failed'
    ? []
    : [
        `No dispatch was found by then: the last point misses the equations and limits by up to ${shownNumber(certificate.primalResidual, 2)} per unit.`,
      ];

const conflictLines = (names: readonly string[]): string[] => [
  ...names.slice(0, rowsShown).map((name) => `conflicts: ${name}`),
  ...(names.length > rowsShown ? [`and ${counted(names.length - rowsShown, 'more limit')}; --json names all`] : []),
];

function pointLines(value: Case, result: OpfResult): Line[] {
  const { acCheck } = result.certificate;
  return [
    ['cost', `${shownNumber(result.objective_cur_per_h, 8)} cur/h`],
    ['losses', `${shownNumber(result.loss_kW)} kW`],
    ...priceLines(value, result),
    ...(acCheck === undefined ? [] : [['power flow check', checkText(acCheck)] as const]),
  ];
}

/** Below these a person need not know. */
const small = { v_pu: 1e-6, power_kW: 1e-2, angle_deg: 1e-3, price_cur_per_kWh: 1e-9 };
/** Of the apparent power that a relaxation invents; less active power than that is not worth a word. */
const smallShare = 1e-4;

function checkText({ converged, v_violation_max_pu, slackShift_max_kW }: AcCheck): string {
  if (!converged) return 'does not converge at this dispatch';
  const voltage =
    v_violation_max_pu <= small.v_pu ? 'voltages within limits' : `voltage outside by ${shownNumber(v_violation_max_pu, 3)} pu`;
  const slack = slackShift_max_kW <= small.power_kW ? 'slack as planned' : `slack differs by ${shownNumber(slackShift_max_kW, 4)} kW`;
  return `${voltage}, ${slack}`;
}

/** Prices that differ by less, relative to them, are one price. */
const sameShare = 1e-6;

/** The range of prices, and what makes the highest one. */
function priceLines({ network }: Case, { price_cur_per_kWh: prices, priceParts, objective }: OpfResult): Line[] {
  const priced = network.buses.map((_, b) => b).filter((b) => Number.isFinite(prices[b] ?? Number.NaN));
  const first = priced[0];
  if (first === undefined) return [];
  const price = (b: number): number => prices[b] ?? Number.NaN;
  const low = priced.reduce((best, b) => (price(b) < price(best) ? b : best), first);
  const high = priced.reduce((best, b) => (price(b) > price(best) ? b : best), first);
  const unit = objective === 'loss' ? 'kW/kW' : 'cur/kWh';
  const scale = Math.max(Math.abs(price(low)), Math.abs(price(high)));
  if (scale < small.price_cur_per_kWh) return [['prices', `0 ${unit} at every bus`]];
  if (price(high) - price(low) <= sameShare * scale) return [['prices', `${shownNumber(price(high), 5)} ${unit} at every bus`]];
  return [
    ['prices', `${shownNumber(price(low), 5)} … ${shownNumber(price(high), 5)} ${unit}`],
    ['highest price', `${shownNumber(price(high), 5)} at bus ${network.buses[high]?.id}: ${partsText(priceParts, high, price(high))}`],
  ];
}

const partNames: readonly (readonly [keyof PriceParts, string])[] = [
  ['energy_cur_per_kWh', 'energy'],
  ['loss_cur_per_kWh', 'losses'],
  ['congestion_cur_per_kWh', 'congestion'],
  ['voltage_cur_per_kWh', 'voltage limits'],
  ['reactive_cur_per_kWh', 'reactive power'],
];

/** `energy 0.02 + losses 0.003`; what is nothing beside the price is left out. */
function partsText(parts: PriceParts, b: number, price: number): string {
  const shown = partNames
    .map(([key, name]) => ({ name, value: parts[key][b] ?? Number.NaN }))
    .filter(({ value }) => Number.isFinite(value) && Math.abs(value) > 1e-5 * Math.abs(price));
  if (shown.length === 0) return 'no split';
  return shown
    .map(({ name, value }, k) => {
      const sign = value < 0 ? '− ' : k === 0 ? '' : '+ ';
      return `${sign}${name} ${shownNumber(Math.abs(value), 4)}`;
    })
    .join(' ');
}

/** Where no active power is invented, all of the apparent power is reactive. */
function inventionText({ inventedLoss_kW, inventedPower_kVA }: Relaxation): string {
  const power = shownNumber(inventedPower_kVA, 4);
  if (Math.abs(inventedLoss_kW) <= Math.max(small.power_kW, smallShare * inventedPower_kVA))
    return `it invents reactive losses of ${power} kvar`;
  return `it invents losses of ${shownNumber(inventedLoss_kW, 4)} kW (${power} kVA with reactive ones)`;
}

function relaxationLines({ formulation, recovered, objective }: OpfResult, relaxation: Relaxation | undefined): Line[] {
  if (formulation !== 'soc') return [];
  if (relaxation === undefined)
    return [['relaxation', 'not judged, because the search ended early: this is neither a bound nor an AC point']];
  if (relaxation.isExact) return [['relaxation', 'exact: this is an AC point, and no other is better']];
  const degrees = (relaxation.loopMismatch_max_rad * 180) / Math.PI;
  const { gap_frac } = relaxation;
  const reasons = [
    ...(relaxation.inventedPower_kVA > small.power_kW ? [inventionText(relaxation)] : []),
    ...(degrees > small.angle_deg ? [`angles miss by ${shownNumber(degrees, 3)}° around a loop`] : []),
  ];
  const noPoint = recovered === undefined ? 'not asked for' : 'unknown: no AC point was found';
  return [
    ['relaxation', `not exact: ${reasons.length > 0 ? reasons.join(', ') : 'the power flow differs'}`],
    ['bound', `${shownNumber(relaxation.bound, 8)} ${objective === 'loss' ? 'kW' : 'cur/h'}: no AC point is better`],
    ['gap', gap_frac === undefined ? noPoint : `${shownNumber(100 * gap_frac, 3)} % from the bound to the AC point below`],
  ];
}

const settled = (price = Number.NaN): number => (Math.abs(price) < small.price_cur_per_kWh ? 0 : price);

function generatorTable({ network, operatingPoint }: Case, result: OpfResult, style: Style): string {
  const order = operatingPoint.generators
    .map((_, d) => d)
    .sort((a, b) => Math.abs(result.p_kW[b] ?? 0) - Math.abs(result.p_kW[a] ?? 0) || a - b)
    .slice(0, rowsShown);
  return table(
    [
      { title: 'generator' },
      { title: 'bus' },
      { title: 'p_kW', right: true },
      { title: 'q_kvar', right: true },
      { title: 'cost_cur_per_h', right: true },
      { title: result.objective === 'loss' ? 'price_kW_per_kW' : 'price_cur_per_kWh', right: true },
    ],
    order.map((d) => {
      const generator = operatingPoint.generators[d];
      const bus = generator?.bus ?? -1;
      return [
        generator?.id ?? '',
        network.buses[bus]?.id ?? '',
        shownNumber(result.p_kW[d]),
        shownNumber(result.q_kvar[d]),
        shownNumber(result.cost_cur_per_h[d], 6),
        shownNumber(settled(result.price_cur_per_kWh[bus]), 5),
      ];
    }),
    style,
  );
}
