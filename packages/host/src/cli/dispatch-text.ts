import type { DispatchResult } from '@gridflock/core';
import { counted, type Style, table } from './text.ts';

/** Plans side by side, what samples made of them, and why. */
export function dispatchText(result: DispatchResult, style: Style): string {
  const { plans, replays, currency, explanation, size } = result;
  const money = (value: number | null): string => (value === null ? '–' : value.toFixed(2));
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const lines = [
    table(
      [
        { title: 'plan' },
        { title: 'knows' },
        { title: 'strategy' },
        { title: `promise, ${currency}`, right: true },
        { title: 'bound', right: true },
        { title: 'rounds', right: true },
        { title: 'worst case' },
      ],
      plans.map((plan) => [
        plan.name,
        plan.knows,
        plan.strategy,
        plan.cost_cur === null ? plan.status : money(plan.cost_cur),
        money(plan.bound_cur),
        String(plan.rounds.length),
        plan.exact ? 'proven' : 'found, not proven',
      ]),
      style,
      (cell, row, column) => (column === 3 && plans[row]?.cost_cur === null ? style.red(cell) : cell),
    ),
    style.dim(
      `${counted(size.decisions_count, 'decision')} (${size.whole_count} whole), ${counted(size.reactions_count, 'reaction')}, ${counted(size.rows_count, 'row')}, ${counted(size.symbols_count, 'uncertain number')}`,
    ),
  ];
  for (const group of replays) {
    lines.push(
      '',
      `${counted(group.samples_count, 'sample')}, errors ${group.errors_frac === 1 ? 'as they are' : `× ${group.errors_frac}`}`,
      table(
        [
          { title: 'plan' },
          { title: `mean, ${currency}`, right: true },
          { title: 'of good ones', right: true },
          { title: 'worst', right: true },
          { title: 'short', right: true },
          { title: `beats ${plans[0]?.name ?? ''}`, right: true },
        ],
        group.plans.map((each, k) => [
          each.plan,
          money(each.mean_cur),
          money(each.meanOfGood_cur),
          money(each.worst_cur),
          percent(each.short_frac + each.infeasible_frac),
          k === 0 ? '–' : percent(each.win_frac),
        ]),
        style,
        (cell, row, column) => (column === 4 && (group.plans[row]?.short_frac ?? 0) > 0 ? style.red(cell) : cell),
      ),
    );
    const carried = group.plans.flatMap(({ plan, rolled }) => (rolled ? [{ plan, rolled }] : []));
    if (carried.length === 0) continue;
    lines.push(
      '',
      `${counted(carried[0]?.rolled.samples_count ?? 0, 'sample')} carried through step by step`,
      table(
        [
          { title: 'plan' },
          { title: `mean, ${currency}`, right: true },
          { title: 'in hindsight', right: true },
          { title: 'worst', right: true },
          { title: 'short', right: true },
        ],
        carried.map(({ plan, rolled }) => [
          plan,
          money(rolled.mean_cur),
          money(rolled.hindsight_cur),
          money(rolled.worst_cur),
          percent(rolled.short_frac + rolled.infeasible_frac),
        ]),
        style,
        (cell, row, column) => (column === 4 && (carried[row]?.rolled.short_frac ?? 0) > 0 ? style.red(cell) : cell),
      ),
    );
  }
  return [...lines, '', ...explanation.sentences].join('\n');
}
