import type { Case, Feeder, Places, ThreePhaseResult } from '@gridflock/core';
import { phaseName } from '../feeder/branch-rows.ts';
import type { BranchWire } from '../feeder/branch-tally.ts';
import { type FeederTally, type StepField, valueAt, valuesOf } from '../feeder/tally.ts';
import { csvPieces } from '../files/csv-text.ts';
import type { OutputFile } from './command.ts';
import { jsonPieces, type Rows, rowsOf } from './json-text.ts';
import { SeriesDetail } from './three-phase-detail.ts';

/** A run over time, done. */
export interface FeederSeries {
  readonly value: Case;
  readonly feeder: Feeder;
  readonly places: Places;
  readonly wires: readonly BranchWire[];
  readonly step_s: number;
  readonly names: readonly string[];
  readonly tally: FeederTally;
  /** What the controls did: time and words. */
  readonly actions: readonly (readonly [time: string, action: string])[];
  readonly hunting_count: number;
  readonly diagnosis: string | undefined;
  /** Every number of every step, where they are few enough. */
  readonly detail: SeriesDetail | undefined;
}

/** More numbers than this in one document would not be read by anybody: they go to the tables. */
const detailMax_count = 2_000_000;

/** Whether every number of every step may stand in the answer. */
export const isShort = (feeder: Feeder, places: Places, steps_count: number): boolean =>
  SeriesDetail.numbersFor(feeder, places, steps_count) <= detailMax_count;

/** The JSON of a run over time. Long runs leave `buses` and `branches` to the tables of --out. */
export interface SeriesDocument {
  readonly status: ThreePhaseResult['status'];
  readonly diagnosis?: string;
  readonly method: 'three-phase';
  readonly kpis: Readonly<Record<string, number | null>>;
  readonly v_min_at: PlaceAndTime;
  readonly v_max_at: PlaceAndTime;
  readonly loading_max_at: WireAndTime | null;
  readonly steps: readonly string[];
  readonly steps_diverged: readonly number[];
  readonly steps_hunting_count: number;
  readonly time_ms?: number;
  readonly actions: readonly object[];
  readonly extremes: Rows<object>;
  /** Of every wire of the branches over the whole run; losses stand with the first wire of each branch. */
  readonly branch_extremes: Rows<BranchExtremeRow>;
  readonly buses?: Rows<object>;
  readonly branches?: Rows<object>;
  readonly [quantity: string]: unknown;
}

export interface WireAndTime {
  readonly branch: string;
  readonly phase: string;
  readonly time: string;
}

export interface BranchExtremeRow {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly phase: string;
  readonly i_from_max_A: number;
  readonly i_to_max_A: number;
  readonly loading_max_frac: number | null;
  readonly loading_max_time: string | null;
  readonly over_h: number;
  readonly energy_loss_kWh: number | null;
  readonly kind: BranchWire['kind'];
}

export interface PlaceAndTime {
  readonly bus: string;
  readonly phase: string;
  readonly time: string;
}

const known = (value: number | undefined): number | null => (value !== undefined && Number.isFinite(value) ? value : null);

export function seriesDocument(series: FeederSeries): SeriesDocument {
  const { value, tally, names, step_s, actions, hunting_count, diagnosis, detail } = series;
  const diverged = names.flatMap((_, t) => (valueAt(tally, t, 'converged') === 1 ? [] : [t]));
  const over = (field: StepField): (number | null)[] => [...valuesOf(tally, field)].map(known);
  const placesOver = (field: 'v_min_place' | 'v_max_place', part: 'bus' | 'phase'): string[] =>
    [...valuesOf(tally, field)].map((k) => placeOf(series, k)[part]);
  return {
    status: diverged.length > 0 ? 'diverged' : hunting_count > 0 ? 'hunting' : 'converged',
    ...(diagnosis === undefined ? {} : { diagnosis }),
    method: 'three-phase',
    kpis: kpisOf(series),
    v_min_at: extremeAt(series, 'v_min_pu', 'v_min_place', (a, b) => a < b),
    v_max_at: extremeAt(series, 'v_max_pu', 'v_max_place', (a, b) => a > b),
    loading_max_at: mostLoadedAt(series),
    step_s,
    steps: names,
    steps_diverged: diverged,
    steps_hunting_count: hunting_count,
    iterations: over('iterations'),
    mismatch_max_kVA: over('mismatch_max_kVA'),
    loss_kW: over('loss_kW'),
    source_kW: over('source_kW'),
    v_min_pu: over('v_min_pu'),
    v_min_bus: placesOver('v_min_place', 'bus'),
    v_min_phase: placesOver('v_min_place', 'phase'),
    v_max_pu: over('v_max_pu'),
    v_max_bus: placesOver('v_max_place', 'bus'),
    v_max_phase: placesOver('v_max_place', 'phase'),
    unbalance_max_frac: over('unbalance_frac'),
    loading_max_frac: over('loading_max_frac'),
    dead_count: over('dead_count'),
    actions: actions.map(([time, action]) => ({ time, action })),
    extremes: extremeRows(series),
    branch_extremes: branchExtremeRows(series),
    ...(detail === undefined ? {} : { buses: detail.buses(), branches: detail.branches() }),
    warnings: value.warnings,
    dropped: value.dropped,
  };
}

function placeOf({ feeder, places }: FeederSeries, k: number): { bus: string; phase: string } {
  const bus = feeder.buses[places.bus[k] ?? -1]?.id;
  return bus === undefined ? { bus: '', phase: '' } : { bus, phase: phaseName(places.conductor[k] ?? 0) };
}

function extremeAt(
  series: FeederSeries,
  field: 'v_min_pu' | 'v_max_pu',
  place: 'v_min_place' | 'v_max_place',
  better: (a: number, b: number) => boolean,
): PlaceAndTime {
  const t = bestStep(series.tally, field, better);
  return { ...placeOf(series, valueAt(series.tally, t, place)), time: series.names[t] ?? '' };
}

export function bestStep(tally: FeederTally, field: StepField, better: (a: number, b: number) => boolean): number {
  let best = -1;
  let found = Number.NaN;
  let t = 0;
  for (const value of valuesOf(tally, field)) {
    if (!Number.isNaN(value) && (best < 0 || better(value, found))) {
      best = t;
      found = value;
    }
    t++;
  }
  return best;
}

function mostLoadedAt({ tally, wires, names }: FeederSeries): WireAndTime | null {
  const t = bestStep(tally, 'loading_max_frac', (a, b) => a > b);
  const wire = wires[valueAt(tally, t, 'loading_wire')];
  return wire === undefined ? null : { branch: wire.id, phase: phaseName(wire.conductor), time: names[t] ?? '' };
}

function branchExtremeRows({ feeder, wires, tally, names, step_s }: FeederSeries): Rows<BranchExtremeRow> {
  const { i_from_max_A, i_to_max_A, loading_max_frac, loading_max_step, over_count, loss_sum_kW } = tally.branches;
  const step_h = step_s / 3600;
  return rowsOf(wires.length, (w) => {
    const { id, from, to, conductor, branch, isFirst, kind } = wires[w] as BranchWire;
    const step = loading_max_step[w] ?? -1;
    return {
      id,
      from: feeder.buses[from]?.id ?? '',
      to: feeder.buses[to]?.id ?? '',
      phase: phaseName(conductor),
      i_from_max_A: i_from_max_A[w] ?? 0,
      i_to_max_A: i_to_max_A[w] ?? 0,
      loading_max_frac: step < 0 ? null : (loading_max_frac[w] ?? null),
      loading_max_time: names[step] ?? null,
      over_h: (over_count[w] ?? 0) * step_h,
      energy_loss_kWh: isFirst ? (loss_sum_kW[branch] ?? 0) * step_h : null,
      kind,
    };
  });
}

/** Energies and hours of the whole run, over the steps that have a solution. */
function kpisOf({ tally, step_s, names, actions }: FeederSeries): Record<string, number | null> {
  const step_h = step_s / 3600;
  const total = (field: StepField): number =>
    [...valuesOf(tally, field)].reduce((sum, value) => (Number.isNaN(value) ? sum : sum + value), 0);
  const most = (field: StepField, better: (a: number, b: number) => boolean): number =>
    valueAt(tally, bestStep(tally, field, better), field);
  const { below_count, above_count } = tally.extremes;
  const { over_count } = tally.branches;
  const hours = (counts: Int32Array): number => counts.reduce((a, b) => Math.max(a, b), 0) * step_h;
  const outside = below_count.reduce((count, below, k) => count + (below + (above_count[k] ?? 0) > 0 ? 1 : 0), 0);
  return {
    steps_count: names.length,
    duration_h: names.length * step_h,
    energy_source_kWh: known(total('source_kW') * step_h),
    energy_loss_kWh: known(total('loss_kW') * step_h),
    loss_max_kW: known(most('loss_kW', (a, b) => a > b)),
    v_min_pu: known(most('v_min_pu', (a, b) => a < b)),
    v_max_pu: known(most('v_max_pu', (a, b) => a > b)),
    unbalance_max_frac: known(most('unbalance_frac', (a, b) => a > b)),
    below_limit_longest_h: hours(below_count),
    above_limit_longest_h: hours(above_count),
    places_outside_count: outside,
    loading_max_frac: known(most('loading_max_frac', (a, b) => a > b)),
    over_rating_longest_h: hours(over_count),
    wires_over_rating_count: over_count.reduce((count, over) => count + (over > 0 ? 1 : 0), 0),
    actions_count: actions.length,
  };
}

function extremeRows(series: FeederSeries): Rows<object> {
  const { places, tally, names, step_s } = series;
  const { v_min_pu, v_min_step, v_max_pu, v_max_step, below_count, above_count } = tally.extremes;
  const step_h = step_s / 3600;
  const shown = Array.from({ length: places.count }, (_, k) => k).filter((k) => (v_min_step[k] ?? -1) >= 0);
  return rowsOf(shown.length, (j) => {
    const k = shown[j] ?? -1;
    return {
      ...placeOf(series, k),
      v_min_pu: v_min_pu[k],
      v_min_time: names[v_min_step[k] ?? -1],
      v_max_pu: v_max_pu[k],
      v_max_time: names[v_max_step[k] ?? -1],
      below_h: (below_count[k] ?? 0) * step_h,
      above_h: (above_count[k] ?? 0) * step_h,
    };
  });
}

/** First row of voltages.csv: what its rows are, and a column per place. */
export function voltagesHead(row: string, { buses }: Feeder, { bus, conductor, count }: Places): string {
  const columns = Array.from({ length: count }, (_, k) => `${buses[bus[k] ?? -1]?.id}.${phaseName(conductor[k] ?? 0)}_v_pu`);
  return [...csvPieces([row, ...columns], [])].join('');
}

/** Rows of equal keys as a table. */
export function* csvOfRows(rows: Iterable<object>): Generator<string> {
  const cells = (row: object) => Object.values(row) as (string | number | null)[];
  let isFirst = true;
  for (const row of rows) {
    const [head = '', line = ''] = csvPieces(isFirst ? Object.keys(row) : [], [cells(row)]);
    if (isFirst) yield head;
    yield line;
    isFirst = false;
  }
}

/** powerflow.json, a row per step, a row per place; voltages.csv is written while the run goes on. */
export function seriesFiles(series: FeederSeries, document: SeriesDocument): OutputFile[] {
  const { tally, names, actions, wires } = series;
  const numbers = [
    'converged',
    'iterations',
    'mismatch_max_kVA',
    'loss_kW',
    'source_kW',
    'unbalance_frac',
    'v_min_pu',
    'v_max_pu',
    'loading_max_frac',
    'dead_count',
  ] as const;
  function* rows(): Generator<(string | number)[]> {
    for (const [t, time] of names.entries()) {
      const low = placeOf(series, valueAt(tally, t, 'v_min_place'));
      const high = placeOf(series, valueAt(tally, t, 'v_max_place'));
      const wire = wires[valueAt(tally, t, 'loading_wire')];
      const loaded = wire === undefined ? ['', ''] : [wire.id, phaseName(wire.conductor)];
      yield [time, ...numbers.map((field) => valueAt(tally, t, field)), low.bus, low.phase, high.bus, high.phase, ...loaded];
    }
  }
  const columns = ['time', ...numbers, 'v_min_bus', 'v_min_phase', 'v_max_bus', 'v_max_phase', 'loading_max_branch', 'loading_max_phase'];
  return [
    { name: 'powerflow.json', content: jsonPieces(document) },
    { name: 'steps.csv', content: csvPieces(columns, rows()) },
    { name: 'extremes.csv', content: csvOfRows(document.extremes) },
    { name: 'branches.csv', content: csvOfRows(document.branch_extremes) },
    ...(actions.length > 0 ? [{ name: 'actions.csv', content: csvPieces(['time', 'action'], actions) }] : []),
    ...(series.detail === undefined ? [] : [{ name: 'loadings.csv', content: series.detail.loadings() }]),
  ];
}
