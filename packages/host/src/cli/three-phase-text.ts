import { branchRows, phaseName } from '../feeder/branch-rows.ts';
import { distanceAxis, profileWires } from '../feeder/profile-wires.ts';
import { usualHigh_pu, usualLow_pu } from '../feeder/seen-voltages.ts';
import { phasePaint } from './phase-paint.ts';
import { counted, pairs, type Style, shownNumber, table } from './text.ts';
import { type Solved, type ThreePhaseDocument, worstUnbalance } from './three-phase-document.ts';
import { voltagePlot } from './voltage-plot.ts';

const worstShown = 8;
const actionsShown = 5;
const droppedShown = 6;

/** What a distribution engineer looks at first: solved or not, each phase, losses, taps, the fullest branches, what the controls did. */
export function threePhaseText(solved: Solved, document: ThreePhaseDocument, time_ms: number, style: Style, width: number): string {
  return [
    headText(solved, time_ms, style),
    phasesText(document, style),
    ...keyFigures(solved, document, style),
    ...tapsText(solved, document, style),
    ...invertersText(document, style),
    ...voltagesText(solved, style),
    ...loadingsText(solved, style),
    ...actionsText(document, style),
    ...droppedText(document, style),
    ...profileText(solved, style, width),
  ].join('\n');
}

function headText({ feeder, result }: Solved, time_ms: number, style: Style): string {
  const { status, method, iterations_count, controlRounds_count, diagnosis } = result;
  const paint = status === 'converged' ? style.green : style.red;
  const work = [
    `three-phase, ${method}`,
    counted(iterations_count, 'iteration'),
    ...(controlRounds_count > 0 ? [counted(controlRounds_count, 'round of controls', 'rounds of controls')] : []),
    `${shownNumber(time_ms, 3)} ms`,
  ];
  const head = `${style.bold(feeder.name)}: ${paint(status)} (${work.join(', ')})`;
  return diagnosis === undefined ? `${head}\n` : `${head}\n${diagnosis}\n`;
}

const shown = (value: number | null, digits = 1): string => (value === null ? '–' : value.toFixed(digits));
const atBus = (v_pu: number | null, bus: string): string => (v_pu === null ? '–' : `${v_pu.toFixed(4)} at ${bus}`);

function phasesText({ phases }: ThreePhaseDocument, style: Style): string {
  const present = phases.filter((each) => each.v_min_pu !== null);
  const total = (field: 'p_source_kW' | 'q_source_kvar' | 'p_load_kW' | 'q_load_kvar'): number =>
    present.reduce((sum, each) => sum + each[field], 0);
  const powers = [
    ['from the source, kW', 'p_source_kW'],
    ['from the source, kvar', 'q_source_kvar'],
    ['into loads, kW', 'p_load_kW'],
    ['into loads, kvar', 'q_load_kvar'],
  ] as const;
  return table(
    [{ title: 'phase' }, ...present.map((each) => ({ title: each.phase, right: true })), { title: 'all', right: true }],
    [
      ...powers.map(([title, field]) => [title, ...present.map((each) => shown(each[field])), shown(total(field))]),
      ['lowest voltage, pu', ...present.map((each) => atBus(each.v_min_pu, each.v_min_bus))],
      ['highest voltage, pu', ...present.map((each) => atBus(each.v_max_pu, each.v_max_bus))],
    ],
    style,
    (cell, _, column) => (column === 0 ? style.dim(cell) : cell),
  );
}

function keyFigures({ feeder, voltages, result }: Solved, document: ThreePhaseDocument, style: Style): string[] {
  const source_kW = document.phases.reduce((sum, each) => sum + each.p_source_kW, 0);
  const part =
    source_kW > 0 && document.loss_kW !== null ? ` (${shownNumber((100 * document.loss_kW) / source_kW, 3)} % of the supply)` : '';
  const worst = worstUnbalance(voltages);
  const closed = document.capacitors as readonly { readonly id: string; readonly q_kvar: number | null }[];
  return [
    '',
    pairs(
      [
        ['losses', `${shownNumber(document.loss_kW)} kW, ${shownNumber(document.loss_kvar)} kvar${part}`],
        ...(worst === undefined
          ? []
          : [
              [
                'largest unbalance',
                `${(100 * worst.negative_frac).toFixed(2)} % negative sequence at bus ${feeder.buses[worst.bus]?.id}`,
              ] as const,
            ]),
        ...(closed.length === 0
          ? []
          : [
              [
                'capacitors',
                closed
                  .map(({ id, q_kvar }) => `${id} ${shown(q_kvar)} kvar`)
                  .slice(0, worstShown)
                  .join(', '),
              ] as const,
            ]),
        ['largest mismatch', `${shownNumber(result.mismatch_max_kVA, 2)} kVA`],
        ...(voltages.dead_count > 0 ? [['not energised', counted(voltages.dead_count, 'phase of a bus', 'phases of buses')] as const] : []),
      ],
      style,
    ),
  ];
}

function tapsText({ feeder }: Solved, { taps }: ThreePhaseDocument, style: Style): string[] {
  const rows = taps as readonly {
    readonly transformer: string;
    readonly winding: number;
    readonly tap_pu: number;
    readonly position?: number;
  }[];
  if (rows.length === 0) return [];
  const before = new Map(feeder.transformers.map(({ id, windings }) => [id, windings]));
  const moved = ({ transformer, winding, tap_pu }: (typeof rows)[number]): string => {
    const start_pu = before.get(transformer)?.[winding - 1]?.tap_pu ?? tap_pu;
    return start_pu === tap_pu ? '' : `from ${start_pu.toFixed(5)}`;
  };
  return [
    '',
    style.bold('taps'),
    table(
      [
        { title: 'transformer' },
        { title: 'winding', right: true },
        { title: 'tap_pu', right: true },
        { title: 'position', right: true },
        { title: '' },
      ],
      rows.map((row) => [row.transformer, String(row.winding), row.tap_pu.toFixed(5), signed(row.position), moved(row)]),
      style,
      (cell, _, column) => (column === 4 ? style.dim(cell) : cell),
    ),
  ];
}

function signed(position: number | undefined): string {
  if (position === undefined) return '';
  return `${position > 0 ? '+' : position < 0 ? '−' : ''}${Math.abs(position)}`;
}

function invertersText({ inverters }: ThreePhaseDocument, style: Style): string[] {
  const rows = inverters as readonly { id: string; bus: string; p_kW: number | null; q_kvar: number | null; loading_frac: number | null }[];
  if (rows.length === 0) return [];
  return [
    '',
    style.bold(rows.length > worstShown ? `first ${worstShown} of ${rows.length} inverters` : 'inverters'),
    table(
      [
        { title: 'inverter' },
        { title: 'bus' },
        { title: 'p_kW', right: true },
        { title: 'q_kvar', right: true },
        { title: 'loading_%', right: true },
      ],
      rows
        .slice(0, worstShown)
        .map(({ id, bus, p_kW, q_kvar, loading_frac }) => [
          id,
          bus,
          shown(p_kW, 2),
          shown(q_kvar, 2),
          shown(loading_frac === null ? null : 100 * loading_frac),
        ]),
      style,
    ),
  ];
}

function voltagesText({ feeder, places, voltages }: Solved, style: Style): string[] {
  const margin = (k: number): number => {
    const bus = feeder.buses[places.bus[k] ?? -1];
    const v = voltages.seen_pu[k] ?? Number.NaN;
    return Math.min(v - (bus?.v_min_pu ?? usualLow_pu), (bus?.v_max_pu ?? usualHigh_pu) - v);
  };
  const order = Array.from({ length: places.count }, (_, k) => k)
    .filter((k) => !Number.isNaN(voltages.seen_pu[k]))
    .sort((a, b) => margin(a) - margin(b) || a - b);
  const outside_count = order.filter((k) => margin(k) < 0).length;
  const rows = order.slice(0, worstShown);
  return [
    '',
    `${style.bold('worst voltages')}${outside_count > 0 ? style.red(`  ${outside_count} of ${order.length} outside`) : ''}`,
    table(
      [{ title: 'bus' }, { title: 'phase' }, { title: 'v_pu', right: true }, { title: 'limits_pu', right: true }, { title: '' }],
      rows.map((k) => {
        const bus = feeder.buses[places.bus[k] ?? -1];
        const limits = `${shownNumber(bus?.v_min_pu ?? usualLow_pu, 4)} … ${shownNumber(bus?.v_max_pu ?? usualHigh_pu, 4)}`;
        return [
          bus?.id ?? '',
          phaseName(places.conductor[k] ?? 0),
          (voltages.seen_pu[k] ?? Number.NaN).toFixed(5),
          limits,
          margin(k) < 0 ? 'outside' : '',
        ];
      }),
      style,
      (cell, row, column) => (column === 4 || (column === 2 && margin(rows[row] ?? -1) < 0) ? style.red(cell) : cell),
    ),
  ];
}

function loadingsText({ feeder, result }: Solved, style: Style): string[] {
  const rows = [...branchRows(feeder, result)]
    .filter((row) => row.loading_frac !== undefined)
    .sort((a, b) => (b.loading_frac ?? 0) - (a.loading_frac ?? 0))
    .slice(0, worstShown);
  if (rows.length === 0) return ['', style.dim('No line of this feeder has a rating, so no loading is shown.')];
  return [
    '',
    style.bold('fullest branches'),
    table(
      [
        { title: 'branch' },
        { title: '' },
        { title: 'from' },
        { title: 'to' },
        { title: 'phase' },
        { title: 'i_A', right: true },
        { title: 'loading_%', right: true },
      ],
      rows.map(({ id, kind, from, to, conductor, head, tail, loading_frac }) => [
        id,
        kind,
        feeder.buses[from]?.id ?? '',
        feeder.buses[to]?.id ?? '',
        phaseName(conductor),
        shown(Math.max(head?.i_A ?? 0, tail?.i_A ?? 0)),
        shown(100 * (loading_frac ?? 0)),
      ]),
      style,
      (cell, row, column) => (column === 6 && (rows[row]?.loading_frac ?? 0) > 1 ? style.red(cell) : column === 1 ? style.dim(cell) : cell),
    ),
  ];
}

function actionsText({ actions }: ThreePhaseDocument, style: Style): string[] {
  if (actions.length === 0) return [];
  const more = actions.length - actionsShown;
  return [
    '',
    style.bold('what the controls did'),
    ...actions.slice(0, actionsShown).map((text) => `  ${text}`),
    ...(more > 0 ? [style.dim(`  and ${counted(more, 'more action')}, all in --json`)] : []),
  ];
}

function droppedText({ dropped }: ThreePhaseDocument, style: Style): string[] {
  if (dropped.length === 0) return [];
  const rows = dropped as readonly { readonly element: string; readonly where: string; readonly reason: string }[];
  const more = rows.length - droppedShown;
  return [
    '',
    style.yellow(`${counted(rows.length, 'element')} not carried over`),
    table(
      [{ title: 'element' }, { title: 'where' }, { title: 'reason' }],
      rows.slice(0, droppedShown).map((each) => [each.element, each.where, each.reason]),
      style,
    ),
    ...(more > 0 ? [style.dim(`and ${more} more: gridflock inspect`)] : []),
  ];
}

const plotRows_count = 14;

/** The voltage of each phase from the source outwards. */
function profileText({ feeder, places, voltages, result }: Solved, style: Style, width: number): string[] {
  const axis = distanceAxis(feeder);
  const wires = profileWires(feeder, places, voltages.seen_pu, axis.distance);
  const plot = voltagePlot(wires, axis.unit, Math.min(width, 100), plotRows_count, style);
  if (plot.length === 0 || result.status === 'diverged') return [];
  const names = [1, 2, 3].map((conductor) => phasePaint(style, conductor)(phaseName(conductor))).join(', ');
  return ['', `${style.bold('voltage from the source outwards')}, pu, phases ${names}`, ...plot];
}
