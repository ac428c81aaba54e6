/** The result of regulation as tables for a spreadsheet or a script. One header line, units in the names, time in ISO 8601 with offset. */
import type { RegulateResult } from '@gridflock/core';
import { type Cell, type Table, table } from './tables.ts';

export function regulateTables(result: RegulateResult): Table[] {
  const { steps } = result.time;
  const { runs, commands, partitions, screening, market, resources, currency } = result;
  const clusterOf = partitions.chosen.map(
    ({ clusters }) => new Map(clusters.flatMap((cluster, c) => cluster.resources.map((id) => [id, c + 1] as const))),
  );
  return [
    table(
      'runs.csv',
      [
        'time',
        'run',
        'kind',
        'partition',
        'with_market',
        'p_command_kW',
        'p_pcc_kW',
        'p_low_kW',
        'p_high_kW',
        'q_command_kvar',
        'q_pcc_kvar',
        'q_low_kvar',
        'q_high_kvar',
        'saturated',
        'v_min_pu',
        'v_max_pu',
        'loss_kW',
      ],
      runs.flatMap((run) => {
        const saturated = new Set(run.saturated);
        return steps.map((step, t) => [
          step,
          run.name,
          run.kind,
          run.partition,
          run.withMarket,
          commands.p_pcc_kW[t],
          run.p_pcc_kW[t],
          run.p_low_kW[t],
          run.p_high_kW[t],
          commands.q_pcc_kvar[t],
          run.q_pcc_kvar[t],
          run.q_low_kvar[t],
          run.q_high_kvar[t],
          saturated.has(t),
          run.v_min_pu[t],
          run.v_max_pu[t],
          run.loss_kW[t],
        ]);
      }),
    ),
    table('dispatch.csv', ['time', 'run', 'resource', 'p_kW', 'q_kvar'], dispatchRows(result)),
    table(
      'partitions.csv',
      ['lambda', 'partitions_count', 'published_count'],
      partitions.curve.map(({ lambda, count, published }) => [lambda, count, published]),
    ),
    table(
      'screening.csv',
      ['distance', 'clusters_count', 'p_error_frac', 'q_error_frac', 'kept'],
      (screening?.partitions ?? []).map((one) => [one.distance, one.clusters_count, one.p_error_frac, one.q_error_frac, one.kept]),
    ),
    table(
      'market.csv',
      [
        'time',
        'portfolio',
        `buy_${currency}_per_kWh`,
        `sell_${currency}_per_kWh`,
        'p_available_kW',
        'p_offered_kW',
        'p_charge_kW',
        'p_discharge_kW',
        'e_kWh',
      ],
      market.portfolios.flatMap((plan) =>
        steps.map((step, t) => [
          step,
          plan.id,
          market.buy_cur_per_kWh[t],
          market.sell_cur_per_kWh[t],
          plan.p_available_kW[t],
          plan.p_offered_kW[t],
          plan.p_charge_kW[t],
          plan.p_discharge_kW[t],
          plan.e_kWh[t],
        ]),
      ),
    ),
    table(
      'resources.csv',
      [
        'resource',
        'kind',
        'bus',
        'owner',
        'portfolio',
        `revenue_without_${currency}`,
        `revenue_with_${currency}`,
        ...partitions.chosen.map(({ name }) => `cluster_in_${name.replaceAll(' ', '_')}`),
      ],
      resources.map((one) => [
        one.id,
        one.kind,
        one.bus,
        one.owner,
        one.portfolio,
        one.revenue_without_cur,
        one.revenue_with_cur,
        ...clusterOf.map((clusters) => clusters.get(one.id)),
      ]),
    ),
  ];
}

const dispatchRows = ({ runs, time }: RegulateResult): Cell[][] =>
  runs.flatMap((run) =>
    run.resources.flatMap(({ id, p_kW, q_kvar }) => time.steps.map((step, t) => [step, run.name, id, p_kW[t], q_kvar[t]])),
  );
