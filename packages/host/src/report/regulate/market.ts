/** The market: its prices, what each portfolio planned under it, and what every resource earned without and with it. */
import type { PortfolioPlan, RegulateResult } from '@gridflock/core';
import { panel, plainTable } from '../feeder-page.ts';
import { type Html, html } from '../html.ts';
import { fixed, signed } from '../page/format.ts';
import { wallClock } from '../page/ticks.ts';
import { choice } from './choice.ts';
import { stepChartSvg } from './step-chart.ts';

/** More portfolios and resources than these are left to market.csv and resources.csv. */
const portfolios_max_count = 12;
const resources_max_count = 40;

const lineKey = (style: string, text: string): Html =>
  html`<li><svg class="long plot" viewBox="0 0 26 12" aria-hidden="true"><path class="line ${style}" d="M0 6H26"/></svg>${text}</li>`;

const areaKey = (style: string, text: string): Html =>
  html`<li><svg class="long plot" viewBox="0 0 26 12" aria-hidden="true"><path class="line area-part ${style}" d="M0 0H26V12H0Z"/></svg>${text}</li>`;

export function marketPanel(result: RegulateResult): Html | undefined {
  const { market, currency, time } = result;
  const { portfolios, buy_cur_per_kWh, sell_cur_per_kWh } = market;
  if (!hasMarket(result)) return undefined;
  const shown = portfolios.slice(0, portfolios_max_count);
  const prices = stepChartSvg({
    label: `Prices of the market, ${currency} per kWh, over time`,
    unit: `${currency}/kWh`,
    steps: time.steps,
    lines: [
      { values: buy_cur_per_kWh, style: 'hue-1' },
      { values: sell_cur_per_kWh, style: 'hue-0 dashed' },
    ],
    reading: (t) => `${wallClock(time.steps[t] ?? '').time}: buy ${buy_cur_per_kWh[t]}, sell ${sell_cur_per_kWh[t]} ${currency}/kWh`,
  });
  const [without, having] = [totalOf(portfolios, 'revenue_without_cur'), totalOf(portfolios, 'revenue_with_cur')];
  return panel(
    'The market and what portfolios planned under it',
    `${capital(market.structure)} prices. Trading with storage earns the portfolios ${fixed(having, 0)} ${currency}, ${signed(having - without, 0)} against ${fixed(without, 0)} without it.`,
    html`<div class="panels pairs"><figure><h3>Prices</h3>${prices}<ul class="key">${lineKey('hue-1', 'to buy')}${lineKey('hue-0 dashed', 'to sell')}</ul></figure>
<figure><h3>Revenue of portfolios, ${currency}</h3>${portfolioTable(portfolios)}</figure></div>
${
  shown.length > 0 &&
  html`<h3>Plans of portfolios${shown.length < portfolios.length ? ` (${shown.length} of ${portfolios.length}; all in market.csv)` : ''}</h3>
${choice(
  'portfolio',
  'Portfolio',
  shown.map((plan) => ({ label: shortId(plan.id), content: planCharts(result, plan) })),
)}`
}`,
    'market',
  );
}

/** A study without a market has no prices. */
export const hasMarket = ({ market }: RegulateResult): boolean => market.sell_cur_per_kWh.length > 0;

export const totalOf = (plans: readonly PortfolioPlan[], name: 'revenue_without_cur' | 'revenue_with_cur'): number =>
  plans.reduce((total, plan) => total + plan[name], 0);

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
/** What stands after a colon tells portfolios apart. */
const shortId = (id: string): string => id.slice(id.lastIndexOf(': ') < 0 ? 0 : id.lastIndexOf(': ') + 2);

const portfolioTable = (portfolios: readonly PortfolioPlan[]): Html =>
  plainTable(
    [{ title: 'portfolio' }, { title: 'without', number: true }, { title: 'with', number: true }, { title: 'at most', number: true }],
    [
      ...portfolios
        .slice(0, portfolios_max_count)
        .map((plan) => [
          shortId(plan.id),
          ...[plan.revenue_without_cur, plan.revenue_with_cur, plan.bound_cur].map((value) => fixed(value, 1)),
        ]),
      ['all', fixed(totalOf(portfolios, 'revenue_without_cur'), 1), fixed(totalOf(portfolios, 'revenue_with_cur'), 1), ''],
    ],
  );

function planCharts({ time }: RegulateResult, plan: PortfolioPlan): Html {
  const { steps } = time;
  const { p_available_kW, p_offered_kW, p_discharge_kW, p_charge_kW, e_kWh } = plan;
  const charging = p_charge_kW.map((p_kW) => -Math.abs(p_kW));
  const powers = stepChartSvg({
    label: `Powers of ${plan.id}: available, offered, charged and discharged`,
    unit: 'kW',
    steps,
    lines: [
      { values: p_discharge_kW, style: 'hue-1', area: true },
      { values: charging, style: 'hue-3', area: true },
      { values: p_offered_kW, style: 'hue-0' },
      { values: p_available_kW, style: 'hue-2 dashed' },
    ],
    reading: (t) =>
      `${wallClock(steps[t] ?? '').time}: available ${fixed(p_available_kW[t], 1)}, offered ${fixed(p_offered_kW[t], 1)}, discharge ${fixed(p_discharge_kW[t], 1)}, charge ${fixed(charging[t], 1)} kW`,
  });
  const energy = stepChartSvg({
    label: `Energy stored by ${plan.storage} at the end of each step`,
    unit: 'kWh',
    steps,
    lines: [{ values: e_kWh, style: 'hue-4' }],
    reading: (t) => `end of ${wallClock(steps[t] ?? '').time}: ${fixed(e_kWh[t], 1)} kWh`,
  });
  return html`<div class="panels pairs"><figure><h3>Power of ${plan.members.join(', ')} with ${plan.storage}</h3>${powers}
<ul class="key">${lineKey('hue-2 dashed', 'available')}${lineKey('hue-0', 'offered to the grid')}${areaKey('hue-1', 'discharge')}${areaKey('hue-3', 'charge (negative)')}</ul></figure>
<figure><h3>Energy stored, at the end of each step</h3>${energy}</figure></div>`;
}

export function revenuePanel(result: RegulateResult): Html | undefined {
  const { resources, currency } = result;
  if (resources.length === 0 || !hasMarket(result)) return undefined;
  const gain = ({ revenue_with_cur, revenue_without_cur }: (typeof resources)[number]): number => revenue_with_cur - revenue_without_cur;
  const shown = [...resources].sort((a, b) => gain(b) - gain(a) || (a.id < b.id ? -1 : 1)).slice(0, resources_max_count);
  const widest = Math.max(1e-9, ...shown.map((one) => Math.abs(gain(one))));
  const bar = (gain_cur: number): Html => {
    const size = ((50 * Math.abs(gain_cur)) / widest).toFixed(1);
    return html`<span class="bar centred" aria-hidden="true"><i class="${gain_cur < 0 ? 'loss' : 'gain'}" style="${gain_cur < 0 ? 'right' : 'left'}:50%;width:${size}%"></i></span>`;
  };
  return panel(
    'What every resource was paid while it followed',
    `Money over the day in ${currency} in the single-point runs, + is received: energy given at the price to sell, taken at the price to buy. The plans above sell all they can; here every resource gives what the command asks of it.${shown.length < resources.length ? ` The ${shown.length} with the largest gain of ${resources.length}; all in resources.csv.` : ''}`,
    html`<div class="scroll" tabindex="0" role="group" aria-label="Table: revenue of resources"><table class="wide narrow-rows"><thead><tr><th scope="col">Resource</th><th scope="col">Kind, bus</th><th scope="col" class="number">Without</th><th scope="col" class="number">With</th><th scope="col" class="number">Gain</th><th scope="col" class="bars"><span class="unseen">Gain as a bar</span></th></tr></thead><tbody>${shown.map(
      (one) =>
        html`<tr><th scope="row">${one.id}<small>${one.owner}</small></th><td data-label="kind, bus">${one.kind}, ${one.bus}</td><td class="number" data-label="without">${fixed(one.revenue_without_cur, 1)}</td><td class="number" data-label="with">${fixed(one.revenue_with_cur, 1)}</td><td class="number ${gain(one) < -0.05 ? 'bad' : ''}" data-label="gain">${signed(gain(one), 1)}</td><td class="bars">${bar(gain(one))}</td></tr>`,
    )}</tbody></table></div>`,
    'revenue',
  );
}
