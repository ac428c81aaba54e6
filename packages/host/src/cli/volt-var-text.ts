import type { VoltVarResult } from '@gridflock/core';
import { counted, type Style, table } from './text.ts';

/** Plans side by side, along a front in its order, what samples made of them, and why. */
export function voltVarText(result: VoltVarResult, style: Style): string {
  const { plans, adopted, size, sentences, front, published } = result;
  const number = (value: number | null | undefined, digits: number): string =>
    value === null || value === undefined ? '–' : value.toFixed(digits);
  const percent = (share: number | undefined): string => (share === undefined ? '–' : `${(100 * share).toFixed(1)} %`);
  const lines = [
    table(
      [
        { title: 'plan' },
        { title: 'knows' },
        { title: 'strategy' },
        { title: 'loss, kWh', right: true },
        { title: 'deviation, %', right: true },
        { title: 'gap', right: true },
        { title: 'moves', right: true },
        { title: 'sampled loss, kWh', right: true },
        { title: 'beyond limits', right: true },
      ],
      plans.map((plan, k) => [
        front && k === adopted ? `${plan.name} (knee)` : plan.name,
        plan.knows,
        plan.strategy,
        plan.loss_kWh === null ? plan.status : number(plan.loss_kWh, 2),
        plan.deviation_pu === null ? '–' : number(100 * plan.deviation_pu, 3),
        percent(plan.gap_frac ?? undefined),
        `${plan.tapMoves_count} + ${plan.bankMoves_count.reduce((a, b) => a + b, 0)}`,
        number(plan.replay?.loss_mean_kWh, 2),
        percent(plan.replay?.violating_frac),
      ]),
      style,
      (cell, row, column) => {
        const plan = plans[row];
        const bad = (column === 3 && plan?.loss_kWh === null) || (column === 8 && (plan?.replay?.violating_frac ?? 0) > 0);
        return bad ? style.red(cell) : cell;
      },
    ),
    style.dim(
      `${counted(size.decisions_count, 'decision')} (${size.whole_count} whole), ${counted(size.reactions_count, 'reaction')}, ${counted(size.rows_count, 'row')}, ${counted(size.symbols_count, 'uncertain number')}; moves of taps + banks`,
    ),
  ];
  if (front) {
    lines.push(
      `${front.method}: ${counted(plans.length, 'point')} of ${front.asked_count} asked for, ${counted(front.questions_count, 'question')}, ${front.time_s.toFixed(1)} s; dominates ${percent(front.hypervolume_frac)}, uneven ${front.unevenness_frac.toFixed(2)}`,
    );
    if (published.length > 0) {
      lines.push(
        `published, of other sizes: ${published.map(({ method, time_s, points_count }) => `${method} ${points_count} points in ${time_s} s`).join(', ')}`,
      );
    }
  }
  return [...lines, '', ...sentences].join('\n');
}
