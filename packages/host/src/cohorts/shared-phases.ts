import {
  balanceChunk,
  type Chunks,
  type CohortProblem,
  type CohortState,
  chunksOf,
  cohortSums,
  planChunk,
  workspaceOf,
} from '@gridflock/core';

/** What all threads of one negotiation see: the problem, the state, and a few words of control. Arrays are shared, not copied. */
export interface SharedWork {
  readonly problem: CohortProblem;
  readonly state: CohortState;
  /** Sums of the net phase, by piece. */
  readonly partial: Float64Array;
  /** ρ and α of the phase that runs. */
  readonly parameters: Float64Array;
  readonly control: Int32Array;
}

/** Words of `control`. */
export const words = {
  /** Counts phases; a change starts everyone. */
  generation: 0,
  /** What to do: see `tasks`. */
  task: 1,
  /** First piece that nobody has taken. */
  next: 2,
  /** Threads, other than the first, that are done with the phase. */
  done: 3,
  /** 1 when one of them failed. */
  failed: 4,
  count: 5,
} as const;

export const tasks = { plan: 0, balance: 1, end: 2 } as const;

/** Pieces are taken a few at a time; who takes which changes no bit, as each writes to places of its own. */
const piecesAtOnce_count = 8;

/** One thread's share of the phases. */
export class PhaseHand {
  private readonly work: SharedWork;
  private readonly chunks: Chunks;
  private readonly scratch: Float64Array;

  constructor(work: SharedWork) {
    this.work = work;
    this.chunks = chunksOf(work.problem);
    this.scratch = workspaceOf(work.problem);
  }

  /** Takes pieces of the phase that runs until there are none. */
  help(): void {
    const { problem, state, partial, parameters, control } = this.work;
    const { chunks, scratch } = this;
    const [rho, relaxation] = parameters as unknown as readonly [number, number];
    const isPlan = Atomics.load(control, words.task) === tasks.plan;
    const count = isPlan ? chunks.devices_count : chunks.nets_count;
    for (;;) {
      const from = Atomics.add(control, words.next, piecesAtOnce_count);
      if (from >= count) return;
      const to = Math.min(count, from + piecesAtOnce_count);
      for (let piece = from; piece < to; piece++) {
        if (isPlan) planChunk(problem, state, chunks, piece, rho, scratch);
        else balanceChunk(problem, state, piece, rho, relaxation, partial, scratch);
      }
    }
  }
}

/** Numbers of `partial` for a problem. */
export const partialLength = (problem: CohortProblem): number => chunksOf(problem).nets_count * cohortSums.count;
