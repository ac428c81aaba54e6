/** A simulation as tables for a spreadsheet or a script. One header line, units in the names. */
import type { SimulateResult } from '@gridflock/core';
import { type Cell, type Table, table } from './tables.ts';

export function simulateTables({ time_s, quantities, outputs, windows, agents, analysis }: SimulateResult): Table[] {
  const series = [
    ...quantities.flatMap(({ name, unit, lines }) =>
      lines.map(({ of, values }) => ({ name: `${of}.${name}_${unit.replaceAll('/', '_per_')}`, values })),
    ),
    ...outputs,
  ];
  return [
    table(
      'series.csv',
      ['time_s', ...series.map(({ name }) => name)],
      time_s.map((t_s, t): Cell[] => [t_s, ...series.map(({ values }) => values[t])]),
    ),
    table(
      'windows.csv',
      [
        'from_s',
        'to_s',
        'event',
        'quantity',
        'settling_s',
        'extreme',
        'extreme_of',
        'extreme_at_s',
        'rate_per_s',
        'spread_end_frac',
        'meanAtEnd',
      ],
      windows.flatMap(({ from_s, to_s, what, measures }) =>
        measures.map(({ quantity, settling_s, extreme, rate, spread_end_frac, meanAtEnd }): Cell[] => [
          from_s,
          to_s,
          what,
          quantity,
          settling_s,
          extreme?.value,
          extreme?.of,
          extreme?.at_s,
          rate,
          spread_end_frac,
          meanAtEnd,
        ]),
      ),
    ),
    table(
      'agents.csv',
      ['agent', 'group', 'device', 'acts_count', 'said_count', 'messages_count', 'lost_count', 'bytes_count'],
      agents.map((agent) => [
        agent.id,
        agent.group,
        agent.device,
        agent.acts_count,
        agent.said_count,
        agent.messages_count,
        agent.lost_count,
        agent.bytes_count,
      ]),
    ),
    table(
      'modes.csv',
      ['re_per_s', 'im_rad_per_s', 'damping_frac', 'leading_state', 'share_frac'],
      analysis.modes.map(({ re_per_s, im_rad_per_s, damping_frac, participation }) => [
        re_per_s,
        im_rad_per_s,
        damping_frac,
        participation[0]?.state,
        participation[0]?.share_frac,
      ]),
    ),
  ];
}
