import { stepLocalTime } from '../../base/time-grid.ts';
import type { DecidedPlan, Explanation, ReplayGroup } from '../../wire/dispatch-result.ts';
import type { Prepared } from './prepare.ts';

/** The explanation in words, for readers who will not look at tables. */
export function sentencesOf(
  { document, grid }: Prepared,
  plans: readonly DecidedPlan[],
  replays: readonly ReplayGroup[],
  { worst, stores, budgets }: Omit<Explanation, 'sentences'>,
): string[] {
  const { currency } = document;
  const adopted = plans[0];
  if (adopted.cost_cur === null) return [`There is no plan: ${adopted.status}.`];
  const money = (value: number): string => `${value.toFixed(2)} ${currency}`;
  const hour = (step: number): string => stepLocalTime(grid, step).slice(11, 16);
  const promise =
    {
      forecast: 'if the forecast comes true',
      scenarios: 'on average over its scenarios',
      ball: 'on average under the worst law near its scenarios',
      set: 'at most, within its set',
    }[adopted.knows] ?? '';
  const sentences = [`The plan "${adopted.name}" costs ${money(adopted.cost_cur)} ${promise}.`];
  const first = worst[0];
  if (first) {
    const others =
      new Set(worst.map(({ quantity }) => quantity)).size > 1
        ? `, ${worst.length} deviations in all`
        : `, ${worst.length} such hours in all`;
    const where = first.value > first.expected ? 'more' : 'less';
    sentences.push(
      `What hurts most in its worst case is ${first.quantity} at ${hour(first.step)}: ${short(first.value)} instead of ${short(first.expected)}, ` +
        `that is ${short(Math.abs(first.value - first.expected))} ${where}, which costs ${money(first.harm_cur)}${others}.`,
    );
  }
  for (const { quantity, from_count, added_cur } of budgets) {
    sentences.push(
      added_cur > 0.005
        ? `To guard against one more hour of ${quantity} than ${short(from_count)} would add ${money(added_cur)}.`
        : `To guard against one more hour of ${quantity} than ${short(from_count)} would add nothing.`,
    );
  }
  for (const { device, saved_cur } of stores) {
    sentences.push(
      saved_cur > 5e-5
        ? `One more kWh in ${device} would save ${saved_cur.toFixed(3)} ${currency} in the worst case.`
        : `More room in ${device} would save nothing in the worst case.`,
    );
  }
  const group = replays[0];
  const own = group?.plans.find(({ plan }) => plan === adopted.name);
  if (group && own) {
    const others = group.plans.filter(({ plan }) => plan !== adopted.name);
    const alike = others.filter((other) => isAlike(own.mean_cur, other.mean_cur) && isAlike(own.worst_cur, other.worst_cur));
    const names = (list: typeof others): string => list.map(({ plan }) => `"${plan}"`).join(' and ');
    if (alike.length > 0) {
      sentences.push(
        `Over ${group.samples_count} fresh samples it costs ${money(own.mean_cur)} on average and ${money(own.worst_cur)} at worst, as ${names(alike)} would: ` +
          'what they decide ahead serves these samples equally well.',
      );
    }
    for (const other of others.filter((each) => !alike.includes(each))) {
      const cheaper = own.mean_cur < other.mean_cur;
      sentences.push(
        `Over ${group.samples_count} fresh samples it costs ${money(own.mean_cur)} on average, ${money(Math.abs(own.mean_cur - other.mean_cur))} ` +
          `${cheaper ? 'less' : 'more'} than "${other.plan}", and at worst ${money(own.worst_cur)} against ${money(other.worst_cur)}.`,
      );
    }
    const flattered = group.plans.find(
      ({ short_frac, meanOfGood_cur, mean_cur }) => short_frac > 0 && meanOfGood_cur !== null && mean_cur - meanOfGood_cur > 0.005,
    );
    if (flattered) {
      sentences.push(
        `Leaving out the ${(100 * flattered.short_frac).toFixed(1)} % of samples in which "${flattered.plan}" is short would show it ` +
          `${money(flattered.mean_cur - flattered.meanOfGood_cur!)} cheaper than it is.`,
      );
    }
    if (own.rolled) {
      const { samples_count, mean_cur, hindsight_cur } = own.rolled;
      sentences.push(
        mean_cur === null || hindsight_cur === null
          ? `Carried through step by step, none of ${samples_count} samples has a reaction on every step.`
          : `Carried through step by step, each known only when it comes, ${samples_count} of them cost ${money(mean_cur)} on average, ` +
              `${money(mean_cur - hindsight_cur)} more than with all known from the start.`,
      );
    }
  }
  return sentences;
}

/** The same to the cent, or to a millionth. */
const isAlike = (a: number, b: number): boolean => Math.abs(a - b) < Math.max(0.005, 1e-6 * Math.abs(a));

const short = (value: number): string => String(Number(value.toPrecision(4)));
