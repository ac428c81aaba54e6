/** The plans of a dispatch study beside each other: promises, bounds, what samples made of them, what they do and when. */
import type { DispatchResult, PlanCase } from '@gridflock/core';
import { panel, plainTable } from '../feeder-page.ts';
import { type Html, html } from '../html.ts';
import { fixed, short } from '../page/format.ts';
import { wallClock } from '../page/ticks.ts';
import { choice } from '../regulate/choice.ts';
import { roomyRange, stepChartSvg } from '../regulate/step-chart.ts';
import { hueClass } from '../regulate/style.ts';
import { costChart, costKey, costRange } from './costs.ts';

const percent = (share: number): string => `${fixed(100 * share, 1)} %`;
const money = (value: number | null): string => (value === null ? '–' : fixed(value, 2));

const knowsText: Readonly<Record<string, string>> = {
  forecast: 'the forecast',
  scenarios: 'scenarios',
  ball: 'scenarios and laws near them',
  set: 'a set',
};

export function plansPanel({ plans, currency, size, uncertain }: DispatchResult): Html {
  const widened = (plan: DispatchResult['plans'][number]): string =>
    plan.knows !== 'set'
      ? ''
      : uncertain
          .map(({ name, forecast, low, high }) => {
            const share = (values: readonly number[]): number =>
              Math.max(0, ...values.map((v, t) => (forecast[t] === 0 ? 0 : Math.abs(v / (forecast[t] ?? 1) - 1))));
            const by = plan.widened[name] ?? 1;
            return `${name} −${short(100 * by * share(low), 3)} / +${short(100 * by * share(high), 3)} %`;
          })
          .join(', ');
  return panel(
    'Plans beside each other',
    `What each plan promises, and what is proven about it. ${fixed(size.decisions_count)} decisions of which ${fixed(size.whole_count)} are whole, ${fixed(size.reactions_count)} reactions, ${fixed(size.rows_count)} rows, ${fixed(size.symbols_count)} uncertain numbers.`,
    plainTable(
      [
        { title: 'plan' },
        { title: 'knows' },
        { title: 'guards against' },
        { title: 'strategy' },
        { title: `promise, ${currency}`, number: true },
        { title: 'no plan costs less than', number: true },
        { title: 'rounds', number: true },
        { title: 'lowest and highest voltage, pu', number: true },
      ],
      plans.map((plan) => [
        plan.name,
        knowsText[plan.knows] ?? plan.knows,
        widened(plan),
        `${plan.strategy}${plan.exact ? '' : ' (worst case found, not proven)'}`,
        plan.cost_cur === null ? `!${plan.status}` : money(plan.cost_cur),
        money(plan.bound_cur),
        fixed(plan.rounds.length),
        plan.cases.length === 0
          ? '–'
          : `${plan.cases.some(({ ac }) => ac.violations_count > 0) ? '!' : ''}${fixed(Math.min(...plan.cases.map(({ ac }) => ac.v_min_pu)), 3)} to ${fixed(Math.max(...plan.cases.map(({ ac }) => ac.v_max_pu)), 3)}`,
      ]),
    ),
    'plans',
  );
}

export function replayPanel(result: DispatchResult): Html {
  const range = costRange(result);
  const options = result.replays.map((group) => ({
    label: group.errors_frac === 1 ? 'errors as they are' : `errors × ${short(group.errors_frac)}`,
    content: html`${costChart(result, group, range)}${plainTable(
      [
        { title: 'plan' },
        { title: `mean, ${result.currency}`, number: true },
        { title: 'mean of good samples only', number: true },
        { title: 'worst', number: true },
        { title: 'short of power', number: true },
        { title: 'no reaction', number: true },
        { title: `cheaper than ${result.plans[0]?.name ?? ''}`, number: true },
      ],
      group.plans.map((each, k) => [
        each.plan,
        money(each.mean_cur),
        money(each.meanOfGood_cur),
        money(each.worst_cur),
        `${each.short_frac > 0 ? '!' : ''}${percent(each.short_frac)}`,
        `${each.infeasible_frac > 0 ? '!' : ''}${percent(each.infeasible_frac)}`,
        k === 0 ? '–' : percent(each.win_frac),
      ]),
    )}${rolledTable(result, group)}`,
  }));
  return panel(
    'What samples made of the plans',
    `Every plan against the same ${fixed(result.replays[0]?.samples_count ?? 0)} fresh samples. What is short is paid for in the mean; the mean of good samples leaves it out and flatters plans that fail.`,
    html`${costKey}${choice('errors', 'Size of the errors', options)}`,
    'replay',
  );
}

/** Samples carried through step by step, where there are any. */
function rolledTable({ currency }: DispatchResult, { plans }: DispatchResult['replays'][number]): Html | string {
  const carried = plans.flatMap(({ plan, rolled }) => (rolled ? [{ plan, rolled }] : []));
  if (carried.length === 0) return '';
  return html`<p>The first ${fixed(carried[0]?.rolled.samples_count ?? 0)} of them carried through step by step: what reacts knows a step only when it comes.</p>${plainTable(
    [
      { title: 'plan' },
      { title: `mean, ${currency}`, number: true },
      { title: 'in hindsight', number: true },
      { title: 'worst', number: true },
      { title: 'short of power', number: true },
      { title: 'no reaction', number: true },
    ],
    carried.map(({ plan, rolled }) => [
      plan,
      money(rolled.mean_cur),
      money(rolled.hindsight_cur),
      money(rolled.worst_cur),
      `${rolled.short_frac > 0 ? '!' : ''}${percent(rolled.short_frac)}`,
      `${rolled.infeasible_frac > 0 ? '!' : ''}${percent(rolled.infeasible_frac)}`,
    ]),
  )}`;
}

/** Fans of the samples, limits of the set, and the path that the adopted plan fears most. */
export function fansPanel(result: DispatchResult): Html | undefined {
  const { uncertain, plans, time } = result;
  if (uncertain.length === 0) return undefined;
  const worst = plans[0]?.cases.find(({ name }) => name === 'worst');
  return panel(
    'What is uncertain, and the worst path',
    'The band holds nine of ten samples at each step. Dashed: forecast. Thin: limits of the set. Thick: the path that hurts the adopted plan most.',
    html`<div class="panels pairs">${uncertain.map((each, q) => {
      const path = worst?.outcome[q];
      const [low, high] = [each.fan[0] ?? each.forecast, each.fan[4] ?? each.forecast];
      return html`<figure><h3>${each.name}: ${each.parameter} of ${each.devices.join(', ')}</h3>${stepChartSvg({
        label: `${each.name}: forecast, nine tenths of samples, limits of the set${path ? ' and the worst path' : ''}`,
        unit: each.parameter.split('_').at(-1) ?? '',
        steps: time.steps,
        band: { lower: low, upper: high },
        lines: [
          { values: each.low, style: `dashed ${hueClass(0)}` },
          { values: each.high, style: `dashed ${hueClass(0)}` },
          ...(path ? [{ values: path, style: 'given' }] : []),
          { values: each.forecast, style: 'asked' },
        ],
        range: roomyRange([each.low, each.high, low, high, ...(path ? [path] : [])]),
        reading: (t) =>
          `${wallClock(time.steps[t] ?? '').time}: forecast ${short(each.forecast[t] ?? 0)}, samples ${short(low[t] ?? 0)} to ${short(high[t] ?? 0)}${path ? `, worst path ${short(path[t] ?? 0)}` : ''}`,
      })}</figure>`;
    })}</div>`,
    'fans',
  );
}

export function explanationPanel({ explanation, time, currency }: DispatchResult): Html {
  const { sentences, worst } = explanation;
  const shown = worst.slice(0, 12);
  return panel(
    'Why it costs what it costs',
    '',
    html`<ul class="words">${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>${
      shown.length > 0 &&
      plainTable(
        [
          { title: 'worst case of the adopted plan' },
          { title: 'when' },
          { title: 'forecast', number: true },
          { title: 'then', number: true },
          { title: `${currency} per unit`, number: true },
          { title: `harm, ${currency}`, number: true },
        ],
        shown.map((each) => [
          each.quantity,
          wallClock(time.steps[each.step] ?? '').time,
          short(each.expected),
          short(each.value),
          fixed(each.slope_cur, 3),
          fixed(each.harm_cur, 2),
        ]),
      )
    }${worst.length > shown.length && html`<p class="remark">and ${worst.length - shown.length} more</p>`}`,
    'explanation',
  );
}

/** What every device does, at the forecast and in the worst case, plan by plan. */
export function schedulesPanel(result: DispatchResult): Html | undefined {
  const options = result.plans
    .filter(({ cases }) => cases.length > 0)
    .map((plan) => ({ label: plan.name, content: scheduleCharts(result, plan.cases) }));
  if (options.length === 0) return undefined;
  return panel(
    'Who does what',
    'Power into the network; below zero is consumption. Dashed: if the forecast comes true. Thick: in the worst case that the plan counted with.',
    choice('plan', 'Plan', options),
    'schedules',
  );
}

function scheduleCharts({ time, devices }: DispatchResult, cases: readonly PlanCase[]): Html {
  const [expected, worst] = (['forecast', 'worst'] as const).map((name) => cases.find((each) => each.name === name));
  return html`<div class="panels thirds">${devices.map(({ id, kind, decided }, k) => {
    const of = (one: PlanCase | undefined): readonly number[] | undefined => one?.schedules.find(({ device }) => device === id)?.p_kW;
    const [usual, feared] = [of(expected) ?? [], of(worst)];
    return html`<figure><h3>${id} <small>${kind}, ${decided === 'ahead' ? 'decided ahead' : 'reacts'}</small></h3>${stepChartSvg({
      label: `Power of ${id} at the forecast and in the worst case`,
      unit: 'kW',
      steps: time.steps,
      size: 'small',
      lines: [...(feared ? [{ values: feared, style: hueClass(k) }] : []), { values: usual, style: 'asked' }],
      range: roomyRange([usual, feared ?? [], [0]]),
      reading: (t) =>
        `${wallClock(time.steps[t] ?? '').time}: ${fixed(usual[t] ?? 0, 1)} kW${feared ? `, worst case ${fixed(feared[t] ?? 0, 1)} kW` : ''}`,
    })}</figure>`;
  })}</div>`;
}
