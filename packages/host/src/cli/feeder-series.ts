import { type Feeder, type Places, SeriesRun, type ThreePhaseChunk, type ThreePhaseOptions, type ThreePhaseSeries } from '@gridflock/core';
import { type FeederTally, newTally, Tallier } from '../feeder/tally.ts';
import { VoltageRows } from './voltage-rows.ts';

/** A run over time in chunks. Plain data, so that a thread can be told. */
export interface SeriesOrder {
  readonly feeder: Feeder;
  readonly series: ThreePhaseSeries;
  readonly options: ThreePhaseOptions;
  /** Time of each step, as the tables show it. */
  readonly names: readonly string[];
  /** Places whose voltage to earth says nothing. */
  readonly floating: readonly number[];
  /** Whether the rows of voltages.csv are wanted. */
  readonly wantsVoltages: boolean;
}

export interface ChunkAnswer {
  /** Step of the whole run that the chunk begins with. */
  readonly first: number;
  readonly count: number;
  readonly tally: FeederTally;
  readonly voltages: Uint8Array<ArrayBuffer> | undefined;
  /** What the controls did, and when. */
  readonly actions: readonly { readonly step: number; readonly text: string }[];
  /** Of all chunks that this solver had so far. */
  readonly hunting_count: number;
  readonly firstTrouble?: { readonly step: number; readonly diagnosis: string } | undefined;
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

/** Solves chunk after chunk on the same wires and memory, and keeps of each what does not grow with time. */
export class ChunkSolver {
  readonly isFree: boolean;
  private readonly order: SeriesOrder;
  private readonly run: SeriesRun;
  private readonly tallier: Tallier;
  private readonly rows = new VoltageRows();

  constructor(order: SeriesOrder) {
    this.order = order;
    this.run = new SeriesRun(order.feeder, order.series, order.options);
    this.isFree = this.run.isFree;
    this.tallier = new Tallier(order.feeder, this.run.places, order.floating);
  }

  get places(): Places {
    return this.run.places;
  }

  /** @param look - sees the chunk before its memory is written again */
  solve(first: number, look?: (chunk: ThreePhaseChunk) => void): ChunkAnswer {
    const { order, run } = this;
    const count = Math.min(order.series.chunk_count ?? 1, order.series.steps_count - first);
    const chunk = run.next(first, count);
    look?.(chunk);
    const tally = newTally(count, this.tallier.size);
    for (let t = 0; t < count; t++) this.tallier.add(tally, t, first + t, chunk);
    const { hunting_count, firstTrouble } = run.summary();
    const voltages = order.wantsVoltages ? this.voltageRows(chunk, first, count) : undefined;
    return { first, count, tally, voltages, actions: chunk.actions, hunting_count, firstTrouble };
  }

  private voltageRows({ v_re_V, v_im_V }: ThreePhaseChunk, first: number, count: number): Uint8Array<ArrayBuffer> {
    const { places } = this.run;
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
