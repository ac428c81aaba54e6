import type { Feeder, Places, ThreePhaseResult } from '@gridflock/core';
import { type BranchRow, branchRows, phaseName } from '../feeder/branch-rows.ts';
import { csvPieces } from '../files/csv-text.ts';
import { type Rows, rowsOf } from './json-text.ts';

const branchFields = ['p_from_kW', 'q_from_kvar', 'p_to_kW', 'q_to_kvar', 'i_from_A', 'i_to_A', 'loading_frac'] as const;
type BranchField = (typeof branchFields)[number];

const readField: Readonly<Record<BranchField, (row: BranchRow) => number | undefined>> = {
  p_from_kW: ({ head }) => head?.p_kW,
  q_from_kvar: ({ head }) => head?.q_kvar,
  p_to_kW: ({ tail }) => tail?.p_kW,
  q_to_kvar: ({ tail }) => tail?.q_kvar,
  i_from_A: ({ head }) => head?.i_A,
  i_to_A: ({ tail }) => tail?.i_A,
  loading_frac: ({ loading_frac }) => loading_frac,
};

const degrees = 180 / Math.PI;
const known = (value: number | undefined): number | null => (value !== undefined && Number.isFinite(value) ? value : null);

/** Voltages and branch flows of all steps of a short run, so that each quantity becomes an array over time. */
export class SeriesDetail {
  private readonly feeder: Feeder;
  private readonly places: Places;
  private readonly names: readonly string[];
  private readonly v_re_V: Float64Array[] = [];
  private readonly v_im_V: Float64Array[] = [];
  /** The wires, from the first step: id, ends, phase. */
  private wires: readonly BranchRow[] = [];
  private readonly flows: Float64Array[] = [];

  static numbersFor(feeder: Feeder, places: Places, steps_count: number): number {
    const wires_count = [...feeder.lines, ...feeder.switches].reduce((count, { from }) => count + from.conductors.length, 0);
    const ends_count = feeder.transformers.reduce((count, { windings }) => count + windings.length * 3, 0);
    return steps_count * (3 * places.count + branchFields.length * (wires_count + ends_count));
  }

  constructor(feeder: Feeder, places: Places, names: readonly string[]) {
    this.feeder = feeder;
    this.places = places;
    this.names = names;
  }

  add(t: number, result: ThreePhaseResult): void {
    this.v_re_V[t] = result.v_re_V;
    this.v_im_V[t] = result.v_im_V;
    const rows = [...branchRows(this.feeder, result)];
    if (this.wires.length === 0) this.wires = rows;
    this.flows[t] = Float64Array.from(rows.flatMap((row) => branchFields.map((field) => readField[field](row) ?? Number.NaN)));
  }

  buses(): Rows<object> {
    const { feeder, places, v_re_V, v_im_V } = this;
    return rowsOf(places.count, (k) => {
      const volts = this.names.map((_, t) => Math.hypot(v_re_V[t]?.[k] ?? Number.NaN, v_im_V[t]?.[k] ?? Number.NaN));
      return {
        id: feeder.buses[places.bus[k] ?? -1]?.id,
        phase: phaseName(places.conductor[k] ?? 0),
        v_pu: volts.map((v) => known(v / (places.v_base_V[k] ?? Number.NaN))),
        angle_deg: this.names.map((_, t) => known(Math.atan2(v_im_V[t]?.[k] ?? Number.NaN, v_re_V[t]?.[k] ?? Number.NaN) * degrees)),
        v_V: volts.map(known),
      };
    });
  }

  branches(): Rows<object> {
    return rowsOf(this.wires.length, (l) => {
      const { id, from, to, conductor, kind } = this.wires[l] as BranchRow;
      const { buses } = this.feeder;
      const over = (f: number): (number | null)[] => this.flows.map((flow) => known(flow[l * branchFields.length + f]));
      return {
        id,
        from: buses[from]?.id,
        to: buses[to]?.id,
        phase: phaseName(conductor),
        ...Object.fromEntries(branchFields.map((field, f) => [field, over(f)])),
        kind,
      };
    });
  }

  /** A row per step and a column per rated wire. */
  loadings(): Generator<string> {
    const rated = this.wires.flatMap((row, l) => (row.loading_frac === undefined ? [] : [{ row, l }]));
    const at = branchFields.indexOf('loading_frac');
    return csvPieces(
      ['time', ...rated.map(({ row }) => `${row.id}.${phaseName(row.conductor)}_loading_frac`)],
      this.names.map((time, t) => [time, ...rated.map(({ l }) => known(this.flows[t]?.[l * branchFields.length + at]))]),
    );
  }
}
