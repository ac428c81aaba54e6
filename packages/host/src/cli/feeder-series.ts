import {
  type Feeder,
  type FeederSchedule,
  fillSchedule,
  newScheduleChunk,
  type PreparedThreePhase,
  prepareThreePhase,
  type ScheduleChunk,
  type ThreePhaseBatch,
} from '@gridflock/core';
import { type FeederTally, newTally, Tallier } from './feeder-tally.ts';
import { VoltageRows } from './voltage-rows.ts';

/** A run over time in chunks that do not depend on each other, so that any thread may take any of them. Plain data. */
export interface SeriesOrder {
  readonly feeder: Feeder;
  readonly schedule: FeederSchedule;
  /** Time of each step, as the tables show it. */
  readonly names: readonly string[];
  readonly chunkSteps_count: number;
  /** Whether the rows of voltages.csv are wanted. */
  readonly wantsVoltages: boolean;
}

export interface ChunkAnswer {
  /** Step of the whole run that the chunk begins with. */
  readonly first: number;
  readonly count: number;
  readonly tally: FeederTally;
  readonly voltages: Uint8Array<ArrayBuffer> | undefined;
}

const numbersPerChunk_count = 131_072;
const chunks_count_least = 16;
const chunkSteps_min_count = 24;

/** Long enough to be worth handing over, short enough for the memory; the same whatever the number of threads. */
export function chunkStepsFor(steps_count: number, places_count: number): number {
  const byMemory = Math.max(1, Math.floor(numbersPerChunk_count / Math.max(1, places_count)));
  const byShare = Math.max(chunkSteps_min_count, Math.ceil(steps_count / chunks_count_least));
  return Math.max(1, Math.min(byMemory, byShare, steps_count));
}

/** Solves one chunk after the other on the same wires and memory, controls at rest. */
export class ChunkSolver {
  private readonly order: SeriesOrder;
  private readonly prepared: PreparedThreePhase;
  private readonly tallier: Tallier;
  private readonly input: ScheduleChunk;
  private readonly out: ThreePhaseBatch;
  private readonly rows = new VoltageRows();

  constructor(order: SeriesOrder) {
    this.order = order;
    this.prepared = prepareThreePhase(order.feeder, { controls: false });
    const { places } = this.prepared;
    const steps_count = order.chunkSteps_count;
    this.tallier = new Tallier(order.feeder, places);
    this.input = newScheduleChunk(order.feeder, steps_count);
    this.out = {
      v_re_V: new Float64Array(steps_count * places.count),
      v_im_V: new Float64Array(steps_count * places.count),
      loss_kW: new Float64Array(steps_count),
      converged: new Uint8Array(steps_count),
      iterations_count: new Int32Array(steps_count),
      mismatch_max_kVA: new Float64Array(steps_count),
    };
  }

  solve(first: number): ChunkAnswer {
    const { order, prepared, input, out } = this;
    const count = Math.min(order.chunkSteps_count, order.schedule.steps_count - first);
    fillSchedule(order.schedule, order.feeder, first, count, input);
    prepared.solveBatch({ steps_count: count, ...input }, out);
    const tally = newTally(count, prepared.places.count);
    for (let t = 0; t < count; t++) {
      this.tallier.add(tally, t, first + t, out.v_re_V, out.v_im_V, t * prepared.places.count, {
        converged: out.converged[t] === 1,
        iterations: out.iterations_count[t] ?? 0,
        mismatch_max_kVA: out.mismatch_max_kVA[t] ?? Number.NaN,
        loss_kW: out.loss_kW[t] ?? Number.NaN,
        source_kW: Number.NaN,
        source_kvar: Number.NaN,
      });
    }
    return { first, count, tally, voltages: order.wantsVoltages ? this.voltageRows(first, count) : undefined };
  }

  private voltageRows(first: number, count: number): Uint8Array<ArrayBuffer> {
    const { places } = this.prepared;
    const { v_re_V, v_im_V } = this.out;
    for (let t = 0; t < count; t++) {
      this.rows.begin(this.order.names[first + t] ?? '');
      for (let k = 0; k < places.count; k++) {
        const re = v_re_V[t * places.count + k] as number;
        const im = v_im_V[t * places.count + k] as number;
        this.rows.cell(Math.sqrt(re * re + im * im) / (places.v_base_V[k] as number));
      }
      this.rows.end();
    }
    return this.rows.take();
  }
}
