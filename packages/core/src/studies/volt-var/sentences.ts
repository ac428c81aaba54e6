import { stepLocalTime } from '../../base/time-grid.ts';
import type { VoltVarPlan } from '../../wire/volt-var-result.ts';
import type { Ingredients } from './ingredients.ts';

/** The result in words, for readers who will not look at tables. */
export function sentencesOf(all: Ingredients, plans: readonly VoltVarPlan[]): string[] {
  const { adopted, front } = all;
  const own = plans[adopted];
  if (own.loss_kWh === null || own.deviation_pu === null) return [`There is no plan: ${own.status}.`];
  const when =
    { forecast: 'if the forecast comes true', scenarios: 'on average over its scenarios', set: 'in the worst case of its set' }[
      own.knows
    ] ?? '';
  const banks = own.bankMoves_count.reduce((a, b) => a + b, 0);
  return [
    ...(front ? frontSentences(plans, adopted) : []),
    `The adopted plan${front ? ', the knee of the front,' : ''} loses ${short(own.loss_kWh)} kWh and lets voltages lie ${short(100 * own.deviation_pu)} % from nominal, ${when}; ` +
      `its tap changer moves ${counted(own.tapMoves_count, 'position')} and its banks ${counted(banks, 'step')}.`,
    ...worstSentence(all, own),
    ...informationSentence(all),
    ...replaySentences(own),
  ];
}

function frontSentences(plans: readonly VoltVarPlan[], knee: number): string[] {
  const [first, last, own] = [plans[0], plans[plans.length - 1], plans[knee]];
  if (plans.length === 1) return ['One plan is best in both costs: there is nothing to trade.'];
  const range = `Between least loss and least deviation lie ${plans.length} plans: from ${short(first.loss_kWh!)} kWh and ${percent(first.deviation_pu!)} to ${short(last.loss_kWh!)} kWh and ${percent(last.deviation_pu!)}.`;
  if (plans.length < 3) return [range];
  const bought = (first.deviation_pu! - own.deviation_pu!) / (first.deviation_pu! - last.deviation_pu!);
  const paid = (own.loss_kWh! - first.loss_kWh!) / (last.loss_kWh! - first.loss_kWh!);
  return [
    range,
    `The knee buys ${Math.round(100 * bought)} % of what deviation can fall for ${Math.round(100 * paid)} % of what that costs in losses.`,
  ];
}

/** What of the outcome that a plan fears most differs most from the forecast. */
function worstSentence({ prepared }: Ingredients, { cases, knows }: VoltVarPlan): string[] {
  const worst = cases.find(({ name }) => name === 'worst');
  if (!worst || knows === 'forecast') return [];
  const { quantities, grid, given } = prepared;
  const weight = (q: number): number => {
    const zone = q % given.zones_count;
    return quantities[q].kind === 'load'
      ? given.p_load_kW.reduce((sum, p, b) => sum + (given.zone[b] === zone ? p : 0), 0)
      : given.inverters.reduce((sum, { bus, p_max_kW }) => sum + (given.zone[bus] === zone ? p_max_kW : 0), 0);
  };
  const parts = quantities
    .flatMap(({ kind, zone, forecast }, q) => {
      const size = weight(q);
      return Array.from(forecast, (expected, t) => ({
        kind,
        zone,
        t,
        expected,
        value: worst.outcome[q][t],
        change_kW: size * (worst.outcome[q][t] - expected),
      }));
    })
    .filter(({ change_kW }) => Math.abs(change_kW) > 1e-6)
    .sort((a, b) => Math.abs(b.change_kW) - Math.abs(a.change_kW));
  if (parts.length === 0) return ['What it fears most is the forecast itself.'];
  const words = parts.slice(0, 3).map(({ kind, zone, t, expected, value, change_kW }) => {
    const share = expected > 0 ? `${short(Math.abs(100 * (value / expected - 1)))} % ` : '';
    return `${kind} of ${zone} at ${stepLocalTime(grid, t).slice(11, 16)} ${share}${change_kW > 0 ? 'above' : 'below'} its forecast (${short(Math.abs(change_kW))} kW)`;
  });
  const rest = parts.length > 3 ? `, and ${counted(parts.length - 3, 'smaller deviation')}` : '';
  return [`What it fears most: ${words.join(', ')}${rest}.`];
}

function informationSentence({ information }: Ingredients): string[] {
  if (!information) return [];
  const { rp, eev } = information;
  const share = (eev - rp) / Math.max(1e-9, Math.abs(rp));
  return share > 1e-5
    ? [`Planning for the mean of the scenarios alone would cost ${short(100 * share)} % more on them.`]
    : ['Planning for the mean of the scenarios alone would cost the same on them: inverters make up for what is not known.'];
}

function replaySentences({ replay }: VoltVarPlan): string[] {
  if (!replay || replay.loss_mean_kWh === null) return [];
  const beyond =
    replay.violating_frac === 0
      ? 'no voltage leaves its limits'
      : `voltages leave their limits in ${short(100 * replay.violating_frac)} % of them, by at most ${short(replay.beyond_max_pu)} pu`;
  return [
    `Over ${replay.samples_count} fresh samples an AC power flow finds losses of ${short(replay.loss_mean_kWh)} kWh on average and ${short(replay.loss_worst_kWh!)} kWh at worst; ${beyond}.`,
  ];
}

const short = (value: number): string => String(Number(value.toPrecision(4)));
const percent = (pu: number): string => `${short(100 * pu)} %`;
const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
