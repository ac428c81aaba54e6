import type { RegulateResult, RegulationRun } from '@gridflock/core';
import { counted, type Style, shownNumber, sparkline, table } from './text.ts';

const resourcesShown = 12;

/** How well each run followed, what trading brought, and how many partitions there are. */
export function regulateText(result: RegulateResult, style: Style): string {
  const { runs, time, partitions, market, currency, commands } = result;
  const lines = [
    table(
      [
        { title: 'run' },
        { title: 'P error', right: true },
        { title: 'Q error', right: true },
        { title: 'held at the edge', right: true },
        { title: 'voltage, pu', right: true },
        { title: 'losses, kWh', right: true },
      ],
      runs.map((run) => [
        run.name,
        percent(run.p_error_frac),
        percent(run.q_error_frac),
        heldText(run, time.steps),
        voltageText(run),
        lossText(run, time.dt_h),
      ]),
      style,
      (cell, row, column) =>
        column === 3 && (runs[row]?.saturated.length ?? 0) > 0
          ? style.yellow(cell)
          : column === 4 && (runs[row]?.v_violation_max_pu ?? 0) > 1e-6
            ? style.red(cell)
            : cell,
    ),
    '',
    `${style.dim('P command   ')}${sparkline(commands.p_pcc_kW, 48, 'highest')}  ${rangeText(commands.p_pcc_kW)} kW`,
    `${style.dim('Q command   ')}${sparkline(commands.q_pcc_kvar, 48, 'highest')}  ${rangeText(commands.q_pcc_kvar)} kvar`,
    '',
    partitionsText(partitions),
    ...screeningLines(result),
  ];
  if (market.portfolios.length > 0) {
    const [without, having] = [
      market.portfolios.reduce((total, plan) => total + plan.revenue_without_cur, 0),
      market.portfolios.reduce((total, plan) => total + plan.revenue_with_cur, 0),
    ];
    lines.push(
      `Trading under ${market.structure} prices: ${counted(market.portfolios.length, 'portfolio')} earn ${money(having)} ${currency} instead of ${money(without)} (${having >= without ? '+' : ''}${money(having - without)})`,
    );
  }
  lines.push(...revenueLines(result, style));
  return lines.join('\n');
}

/** Two decimals, and no minus before a zero. */
const money = (value: number): string => value.toFixed(2).replace(/^-(0\.00)$/, '$1');

const percent = (frac: number): string => (Math.abs(frac) < 5e-7 ? '0 %' : `${shownNumber(100 * frac, 3)} %`);

function heldText({ saturated }: RegulationRun, steps: readonly string[]): string {
  if (saturated.length === 0) return 'never';
  if (saturated.length > 5) return counted(saturated.length, 'step');
  return saturated.map((t) => /T(\d\d:\d\d)/.exec(steps[t] ?? '')?.[1] ?? String(t)).join(' ');
}

const voltageText = (run: RegulationRun): string => `${extent(run.v_min_pu)[0].toFixed(3)} – ${extent(run.v_max_pu)[1].toFixed(3)}`;
const lossText = (run: RegulationRun, dt_h: number): string =>
  shownNumber(
    run.loss_kW.reduce((total, loss_kW) => total + loss_kW * dt_h, 0),
    4,
  );

function rangeText(values: readonly number[]): string {
  const [low, high] = extent(values);
  return `${shownNumber(low, 4)} … ${shownNumber(high, 4)}`;
}

/** Lowest and highest, without spreading a long list over the stack. */
function extent(values: readonly number[]): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

function partitionsText({ method, valid_count, screened_count, distanceMax, draws_count, chosen }: RegulateResult['partitions']): string {
  const how = method === 'exact' ? 'all found' : `found in ${counted(draws_count ?? 0, 'draw')}`;
  const names = chosen.map(({ name, clusters }) => `${name} (${clusters.length})`).join(', ');
  return `${counted(valid_count, 'valid partition')}, ${how}; ${screened_count} with a mean electrical distance up to ${distanceMax}${names === '' ? '' : `; chosen: ${names}`}`;
}

function screeningLines({ screening }: RegulateResult): string[] {
  if (screening === undefined) return [];
  const { partitions_count, commands_count, kept_count, error_max_frac } = screening;
  return [
    `${counted(partitions_count, 'partition')} tried under ${counted(commands_count, 'random command')}: ${kept_count} keep within ${percent(error_max_frac)}`,
  ];
}

function revenueLines({ resources, currency, market }: RegulateResult, style: Style): string[] {
  if (resources.length === 0 || market.sell_cur_per_kWh.length === 0) return [];
  const gain = ({ revenue_with_cur, revenue_without_cur }: RegulateResult['resources'][number]): number =>
    revenue_with_cur - revenue_without_cur;
  const sorted = [...resources].sort((a, b) => gain(b) - gain(a) || (a.id < b.id ? -1 : 1));
  const text = table(
    [
      { title: 'resource' },
      { title: 'bus' },
      { title: `paid without a market, ${currency}`, right: true },
      { title: 'with', right: true },
      { title: 'gain', right: true },
      { title: 'owner' },
    ],
    sorted
      .slice(0, resourcesShown)
      .map((one) => [one.id, one.bus, money(one.revenue_without_cur), money(one.revenue_with_cur), money(gain(one)), one.owner]),
    style,
  );
  return [
    '',
    text,
    ...(resources.length > resourcesShown ? [style.dim(`and ${resources.length - resourcesShown} more in resources.csv`)] : []),
  ];
}
