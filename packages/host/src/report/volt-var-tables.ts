/** Tables of a volt-var study as CSV: plans, positions by the hour, reactive power, voltages over samples. */
import type { VoltVarResult } from '@gridflock/core';
import { type Cell, type Table, table } from './tables.ts';

export function voltVarTables(result: VoltVarResult): Table[] {
  const { plans, time, adopted, devices, banks, taps_pu, periodsPerHour_count: each, uncertain } = result;
  const hourStart = (hour: number): Cell => time.steps[hour * each];
  const own = plans[adopted];
  return [
    table(
      'plans.csv',
      [
        'plan',
        'knows',
        'strategy',
        'status',
        'loss_kWh',
        'deviation_pu',
        'bound',
        'exact',
        'tapMoves_count',
        'bankMoves_count',
        'sampledLoss_mean_kWh',
        'sampledLoss_worst_kWh',
        'violating_frac',
        'short_frac',
      ],
      plans.map((plan) => [
        plan.name,
        plan.knows,
        plan.strategy,
        plan.status,
        plan.loss_kWh,
        plan.deviation_pu,
        plan.bound,
        plan.exact,
        plan.tapMoves_count,
        plan.bankMoves_count.reduce((a, b) => a + b, 0),
        plan.replay?.loss_mean_kWh,
        plan.replay?.loss_worst_kWh,
        plan.replay?.violating_frac,
        plan.replay?.short_frac,
      ]),
    ),
    table(
      'positions.csv',
      ['time', 'plan', 'tap', 'tap_pu', ...banks.map(({ id }) => `steps of ${id}`)],
      plans.flatMap((plan) =>
        plan.taps.map((tap, h) => [hourStart(h), plan.name, tap, taps_pu[tap], ...plan.steps.map((steps) => steps[h])]),
      ),
    ),
    table(
      'reactive.csv',
      ['time', 'plan', 'case', 'device', 'q_kvar'],
      plans.flatMap((plan) =>
        plan.cases.flatMap((one) =>
          devices.flatMap(({ id }, j) => (one.q_kvar[j] ?? []).map((q, t): Cell[] => [time.steps[t], plan.name, one.name, id, q])),
        ),
      ),
    ),
    table(
      'voltages.csv',
      ['time', 'plan', 'lowest_pu', 'lowest_median_pu', 'highest_median_pu', 'highest_pu'],
      plans.flatMap(({ name, replay }) =>
        replay && replay.lowest_pu.length > 0
          ? time.steps.map((step, t) => [
              step,
              name,
              replay.lowest_pu[0]?.[t],
              replay.lowest_pu[2]?.[t],
              replay.highest_pu[2]?.[t],
              replay.highest_pu[4]?.[t],
            ])
          : [],
      ),
    ),
    table(
      'uncertain.csv',
      ['time', 'quantity', 'forecast', 'low', 'high', 'worst'],
      uncertain.flatMap((quantity, q) =>
        quantity.forecast.map((value, t) => [
          time.steps[t],
          quantity.name,
          value,
          quantity.low[t],
          quantity.high[t],
          own?.cases.find(({ name }) => name === 'worst')?.outcome[q]?.[t],
        ]),
      ),
    ),
  ];
}
