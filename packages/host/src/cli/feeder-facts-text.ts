import type { FeederFacts } from '../feeder/feeder-facts.ts';
import { counted, pairs, type Style, shownNumber, table } from './text.ts';

const rowsShown = 20;

/** What is in a feeder, for a person. */
export function feederFactsText(facts: FeederFacts, head: readonly (readonly [string, string])[], style: Style): string[] {
  const listed = (list: readonly { readonly name: string; readonly count: number }[]): string =>
    list.map(({ name, count }) => `${name} × ${count}`).join(list.some(({ name }) => name.includes(',')) ? '; ' : ', ');
  const more = (list: readonly unknown[], text: string): readonly (readonly [string, string])[] => (list.length === 0 ? [] : [[text, '']]);
  const lines = [
    pairs(
      [
        ...head,
        [
          'buses',
          `${counted(
            facts.buses_by_phases.reduce((n, { count }) => n + count, 0),
            'bus',
            'buses',
          )}, ${facts.conductors_count} conductors (${listed(facts.buses_by_phases)})`,
        ],
        [
          'lines',
          `${facts.lines} (${listed(facts.lines_by_phases)}), ${shownNumber(facts.length_km, 4)} km; farthest bus ${shownNumber(facts.farthest_km, 4)} km`,
        ],
        ['switches', `${facts.switches}${facts.switches_open > 0 ? ` (${facts.switches_open} open)` : ''}`],
        ['transformers', facts.transformers === 0 ? '0' : `${facts.transformers}: ${listed(facts.transformer_connections)}`],
        ['loads', facts.loads === 0 ? '0' : `${facts.loads}: ${listed(facts.loads_by_connection)}`],
        ...(facts.generators > 0 ? [['generators', String(facts.generators)] as const] : []),
        ...(facts.inverters > 0
          ? [
              [
                'inverters',
                `${facts.inverters}, ${shownNumber(facts.inverters_kVA, 5)} kVA${facts.inverter_functions.length > 0 ? `; ${listed(facts.inverter_functions)}` : ''}`,
              ] as const,
            ]
          : []),
        ...(facts.profiles > 0 ? [['profiles', `${facts.profiles} (gridflock powerflow … --mode daily or yearly)`] as const] : []),
        ...more(facts.buses_without_source, `without a source: ${facts.buses_without_source.slice(0, rowsShown).join(', ')}`),
      ],
      style,
    ),
    '',
    style.bold('load per phase'),
    table(
      [{ title: 'phase' }, { title: 'p_kW', right: true }, { title: 'q_kvar', right: true }],
      facts.load_per_phase.map(({ phase, p_load_kW, q_load_kvar }) => [phase, p_load_kW.toFixed(1), q_load_kvar.toFixed(1)]),
      style,
    ),
    style.dim(
      `the phase farthest from the mean is ${(100 * facts.load_unbalance_frac).toFixed(1)} % off; what lies between phases counts half for each`,
    ),
  ];
  if (facts.regulators.length > 0) {
    lines.push(
      '',
      style.bold('regulators'),
      table(
        [
          { title: 'id' },
          { title: 'transformer' },
          { title: 'v_set_V', right: true },
          { title: 'band_V', right: true },
          { title: 'pt', right: true },
          { title: '' },
        ],
        facts.regulators
          .slice(0, rowsShown)
          .map(({ id, transformer, v_set_V, band_V, ptRatio, line_drop_compensation, enabled }) => [
            id,
            transformer === id ? '' : transformer,
            shownNumber(v_set_V, 4),
            shownNumber(band_V, 3),
            shownNumber(ptRatio, 4),
            [line_drop_compensation ? 'compensates line drop' : '', enabled ? '' : 'disabled'].filter(Boolean).join(', '),
          ]),
        style,
      ),
    );
  }
  if (facts.capacitors.length > 0) {
    lines.push(
      '',
      style.bold('capacitors and other shunts'),
      table(
        [
          { title: 'id' },
          { title: 'bus' },
          { title: 'phases' },
          { title: 'q_kvar', right: true },
          { title: 'steps', right: true },
          { title: '' },
        ],
        facts.capacitors
          .slice(0, rowsShown)
          .map(({ id, bus, phases, q_rated_kvar, steps_count, controlled }) => [
            id,
            bus,
            phases,
            shownNumber(q_rated_kvar, 4),
            String(steps_count),
            controlled ? 'controlled' : '',
          ]),
        style,
      ),
    );
  }
  return lines;
}
