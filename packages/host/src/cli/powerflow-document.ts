import type { Case, PowerFlowResult } from '@gridflock/core';
import { csvPieces } from '../files/csv-text.ts';
import type { OutputFile } from './command.ts';
import { jsonPieces, type Rows, rowsOf } from './json-text.ts';

/** The JSON of `powerflow`, as ../design/cli.md promises it. Powers in kW and kvar, + into the network. */
export interface PowerFlowDocument {
  readonly status: 'converged' | 'diverged';
  /** What looks wrong, when diverged. */
  readonly diagnosis?: string | undefined;
  readonly method: string;
  readonly iterations: number | readonly number[];
  readonly mismatch_max_kVA: number | readonly number[];
  readonly time_ms?: number;
  readonly loss_kW: number | readonly number[];
  readonly loss_kvar: number | readonly number[];
  readonly v_min_pu: number | readonly number[];
  readonly v_min_bus: string | readonly string[];
  readonly v_max_pu: number | readonly number[];
  readonly v_max_bus: string | readonly string[];
  readonly at_reactive_limit?: readonly string[];
  /** Start of each step, with --profiles. */
  readonly steps?: readonly string[];
  /** Indices of the steps that diverged, with --profiles. */
  readonly steps_diverged?: readonly number[];
  readonly buses: Rows<object>;
  readonly branches: Rows<object>;
  readonly dropped: readonly object[];
}

const degrees = 180 / Math.PI;
/** JSON has no NaN: an unknown number is null. */
const known = (value: number | undefined): number | null => (value !== undefined && Number.isFinite(value) ? value : null);

/** Lowest and highest voltage of the buses that are in service. */
export function voltageRange(v_pu: Float64Array, isolated: ReadonlySet<number>): { low: number; high: number } {
  let low = -1;
  let high = -1;
  for (const [b, value] of v_pu.entries()) {
    if (isolated.has(b) || Number.isNaN(value)) continue;
    if (low < 0 || value < (v_pu[low] ?? 0)) low = b;
    if (high < 0 || value > (v_pu[high] ?? 0)) high = b;
  }
  return { low, high };
}

export function powerFlowDocument(value: Case, result: PowerFlowResult): PowerFlowDocument {
  const { network, operatingPoint, dropped } = value;
  const { buses, branches } = network;
  const { low, high } = voltageRange(result.v_pu, new Set(operatingPoint.isolated));
  return {
    status: result.status,
    ...(result.diagnosis === undefined ? {} : { diagnosis: result.diagnosis }),
    method: result.method,
    iterations: result.iterations_count,
    mismatch_max_kVA: result.mismatch_max_kVA,
    loss_kW: result.loss_kW,
    loss_kvar: result.loss_kvar,
    v_min_pu: result.v_pu[low] ?? Number.NaN,
    v_min_bus: buses[low]?.id ?? '',
    v_max_pu: result.v_pu[high] ?? Number.NaN,
    v_max_bus: buses[high]?.id ?? '',
    ...(result.atReactiveLimit.length > 0 ? { at_reactive_limit: result.atReactiveLimit } : {}),
    buses: rowsOf(buses.length, (b) => ({
      id: buses[b]?.id,
      v_pu: known(result.v_pu[b]),
      angle_deg: known((result.angle_rad[b] ?? Number.NaN) * degrees),
      // line to line, as v_base_kV is
      v_V: known((result.v_pu[b] ?? Number.NaN) * (buses[b]?.v_base_kV ?? 0) * 1000),
    })),
    branches: rowsOf(branches.length, (l) => ({
      id: branches[l]?.id,
      from: buses[branches[l]?.from ?? -1]?.id,
      to: buses[branches[l]?.to ?? -1]?.id,
      p_from_kW: known(result.p_from_kW[l]),
      q_from_kvar: known(result.q_from_kvar[l]),
      p_to_kW: known(result.p_to_kW[l]),
      q_to_kvar: known(result.q_to_kvar[l]),
      i_from_A: known(result.i_from_A[l]),
      loading_frac: known(result.loading_frac[l]),
    })),
    dropped,
  };
}

const busFields = ['v_pu', 'angle_deg', 'v_V'] as const;
const branchFields = ['p_from_kW', 'q_from_kvar', 'p_to_kW', 'q_to_kvar', 'i_from_A', 'loading_frac'] as const;
const resultFields = ['v_pu', 'angle_rad', ...branchFields] as const;

/** Gathers the results of a time series, field by field, so that each quantity becomes an array over time. */
export class PowerFlowSeries {
  private readonly value: Case;
  private readonly steps: readonly string[];
  private readonly isolated: ReadonlySet<number>;
  private readonly fields: Record<(typeof resultFields)[number], Float64Array>;
  private readonly methods = new Set<string>();
  private diagnosis: string | undefined;
  readonly diverged: number[] = [];
  readonly iterations: number[] = [];
  readonly mismatch_max_kVA: number[] = [];
  readonly loss_kW: number[] = [];
  readonly loss_kvar: number[] = [];
  readonly v_min_pu: number[] = [];
  readonly v_min_bus: string[] = [];
  readonly v_max_pu: number[] = [];
  readonly v_max_bus: string[] = [];

  constructor(value: Case, steps: readonly string[]) {
    this.value = value;
    this.steps = steps;
    this.isolated = new Set(value.operatingPoint.isolated);
    const { buses, branches } = value.network;
    const memory = (count: number): Float64Array => new Float64Array(steps.length * count);
    this.fields = {
      v_pu: memory(buses.length),
      angle_rad: memory(buses.length),
      p_from_kW: memory(branches.length),
      q_from_kvar: memory(branches.length),
      p_to_kW: memory(branches.length),
      q_to_kvar: memory(branches.length),
      i_from_A: memory(branches.length),
      loading_frac: memory(branches.length),
    };
  }

  add(result: PowerFlowResult): void {
    const t = this.iterations.length;
    for (const field of resultFields) this.fields[field].set(result[field], t * result[field].length);
    const { buses } = this.value.network;
    const { low, high } = voltageRange(result.v_pu, this.isolated);
    this.methods.add(result.method);
    this.iterations.push(result.iterations_count);
    this.mismatch_max_kVA.push(result.mismatch_max_kVA);
    this.loss_kW.push(result.loss_kW);
    this.loss_kvar.push(result.loss_kvar);
    this.v_min_pu.push(result.v_pu[low] ?? Number.NaN);
    this.v_min_bus.push(buses[low]?.id ?? '');
    this.v_max_pu.push(result.v_pu[high] ?? Number.NaN);
    this.v_max_bus.push(buses[high]?.id ?? '');
    if (result.status === 'diverged') {
      this.diverged.push(t);
      this.diagnosis ??= `Step ${t + 1} (${this.steps[t]}): ${result.diagnosis ?? 'not solved.'}`;
    }
  }

  /** One quantity of one bus or branch over time. */
  over(field: (typeof resultFields)[number], k: number, scale = 1): (number | null)[] {
    const values = this.fields[field];
    const size = values.length / this.steps.length;
    return this.steps.map((_, t) => known((values[t * size + k] ?? Number.NaN) * scale));
  }

  document(): PowerFlowDocument {
    const { network, dropped } = this.value;
    const { buses, branches } = network;
    return {
      status: this.diverged.length > 0 ? 'diverged' : 'converged',
      ...(this.diagnosis === undefined ? {} : { diagnosis: this.diagnosis }),
      method: [...this.methods].join(', '),
      iterations: this.iterations,
      mismatch_max_kVA: this.mismatch_max_kVA,
      loss_kW: this.loss_kW,
      loss_kvar: this.loss_kvar,
      v_min_pu: this.v_min_pu,
      v_min_bus: this.v_min_bus,
      v_max_pu: this.v_max_pu,
      v_max_bus: this.v_max_bus,
      steps: this.steps,
      steps_diverged: this.diverged,
      buses: rowsOf(buses.length, (b) => ({
        id: buses[b]?.id,
        v_pu: this.over('v_pu', b),
        angle_deg: this.over('angle_rad', b, degrees),
        v_V: this.over('v_pu', b, (buses[b]?.v_base_kV ?? 0) * 1000),
      })),
      branches: rowsOf(branches.length, (l) => ({
        id: branches[l]?.id,
        from: buses[branches[l]?.from ?? -1]?.id,
        to: buses[branches[l]?.to ?? -1]?.id,
        ...Object.fromEntries(branchFields.map((field) => [field, this.over(field, l)])),
      })),
      dropped,
    };
  }

  /** powerflow.json and the tables: a row per step. */
  files(): OutputFile[] {
    const { buses, branches } = this.value.network;
    const { v_pu, loading_frac } = this.fields;
    const wide = (ids: readonly string[], unit: string, values: Float64Array) =>
      csvPieces(
        ['time', ...ids.map((id) => `${id}_${unit}`)],
        this.steps.map((time, t) => [time, ...values.subarray(t * ids.length, (t + 1) * ids.length)]),
      );
    const summary = this.steps.map((time, t) => [
      time,
      this.iterations[t] ?? null,
      this.loss_kW[t] ?? null,
      this.loss_kvar[t] ?? null,
      this.v_min_pu[t] ?? null,
      this.v_min_bus[t] ?? null,
      this.v_max_pu[t] ?? null,
      this.v_max_bus[t] ?? null,
    ]);
    const columns = ['time', 'iterations', 'loss_kW', 'loss_kvar', 'v_min_pu', 'v_min_bus', 'v_max_pu', 'v_max_bus'];
    return [
      { name: 'powerflow.json', content: jsonPieces(this.document()) },
      { name: 'steps.csv', content: csvPieces(columns, summary) },
      {
        name: 'voltages.csv',
        content: wide(
          buses.map((bus) => bus.id),
          'v_pu',
          v_pu,
        ),
      },
      {
        name: 'loadings.csv',
        content: wide(
          branches.map((branch) => branch.id),
          'loading_frac',
          loading_frac,
        ),
      },
    ];
  }
}

/** powerflow.json and a row per bus and per branch. */
export function powerFlowFiles(document: PowerFlowDocument): OutputFile[] {
  const rows = (elements: Iterable<object>) => [...elements].map((each) => Object.values(each));
  return [
    { name: 'powerflow.json', content: jsonPieces(document) },
    { name: 'buses.csv', content: csvPieces(['id', ...busFields], rows(document.buses)) },
    { name: 'branches.csv', content: csvPieces(['id', 'from', 'to', ...branchFields], rows(document.branches)) },
  ];
}
