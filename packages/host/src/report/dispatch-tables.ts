/** Tables of a dispatch study as CSV: plans, what samples made of them, who does what, the worst path. */
import type { DispatchResult } from '@gridflock/core';
import { type Table, table } from './tables.ts';

export function dispatchTables(result: DispatchResult): Table[] {
  const { plans, replays, time, uncertain } = result;
  const worst = plans[0]?.cases.find(({ name }) => name === 'worst');
  return [
    table(
      'plans.csv',
      ['plan', 'knows', 'strategy', 'status', 'promised_cur', 'bound_cur', 'exact', 'rounds_count'],
      plans.map((plan) => [
        plan.name,
        plan.knows,
        plan.strategy,
        plan.status,
        plan.cost_cur,
        plan.bound_cur,
        plan.exact,
        plan.rounds.length,
      ]),
    ),
    table(
      'replay.csv',
      ['errors_frac', 'plan', 'samples_count', 'mean_cur', 'meanOfGood_cur', 'worst_cur', 'short_frac', 'infeasible_frac', 'win_frac'],
      replays.flatMap(({ errors_frac, samples_count, plans: each }) =>
        each.map(({ plan, mean_cur, meanOfGood_cur, worst_cur, short_frac, infeasible_frac, win_frac }) => [
          errors_frac,
          plan,
          samples_count,
          mean_cur,
          meanOfGood_cur,
          worst_cur,
          short_frac,
          infeasible_frac,
          win_frac,
        ]),
      ),
    ),
    ...rolledTable(result),
    table(
      'schedules.csv',
      ['time', 'plan', 'case', 'device', 'p_kW'],
      plans.flatMap((plan) =>
        plan.cases.flatMap((each) =>
          each.schedules.flatMap(({ device, p_kW }) => p_kW.map((value, t) => [time.steps[t], plan.name, each.name, device, value])),
        ),
      ),
    ),
    table(
      'uncertain.csv',
      ['time', 'quantity', 'parameter', 'forecast', 'low', 'high', 'worst'],
      uncertain.flatMap((each, q) =>
        each.forecast.map((value, t) => [
          time.steps[t],
          each.name,
          each.parameter,
          value,
          each.low[t],
          each.high[t],
          worst?.outcome[q]?.[t],
        ]),
      ),
    ),
  ];
}

/** Samples carried through step by step, where there are any. */
function rolledTable({ replays }: DispatchResult): ReturnType<typeof table>[] {
  const rows = replays.flatMap(({ errors_frac, plans }) =>
    plans.flatMap(({ plan, rolled }) =>
      rolled
        ? [
            [
              errors_frac,
              plan,
              rolled.samples_count,
              rolled.mean_cur,
              rolled.hindsight_cur,
              rolled.worst_cur,
              rolled.short_frac,
              rolled.infeasible_frac,
            ],
          ]
        : [],
    ),
  );
  const columns = ['errors_frac', 'plan', 'samples_count', 'mean_cur', 'hindsight_cur', 'worst_cur', 'short_frac', 'infeasible_frac'];
  return rows.length > 0 ? [table('rolled.csv', columns, rows)] : [];
}
