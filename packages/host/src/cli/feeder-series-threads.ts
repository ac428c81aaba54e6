import type { ThreePhaseChunk } from '@gridflock/core';
import { solveChunks } from './chunk-threads.ts';
import { type ChunkAnswer, ChunkSolver, type SeriesOrder } from './feeder-series.ts';
import type { Stop } from './stop.ts';

/**
 * Solves all chunks of a run and hands over the answers in the order of time, whatever the number of threads: the same numbers, the same files. Only steps
 * that do not depend on each other are shared among threads.
 *
 * @param look - sees whole results; the run then stays on this thread
 * @throws {StoppedError} STOPPED when the user asked for it
 */
export async function solveSeries(
  order: SeriesOrder,
  threads_count: number,
  stop: Stop,
  take: (answer: ChunkAnswer) => void,
  look?: (chunk: ThreePhaseChunk) => void,
): Promise<void> {
  const { steps_count, chunk_count = 1 } = order.series;
  const solver = new ChunkSolver(order);
  const work = {
    chunks_count: Math.ceil(steps_count / chunk_count),
    task: (k: number) => k * chunk_count,
    solve: (first: number) => solver.solve(first, look),
    take,
    script: new URL('./feeder-series-worker.js', import.meta.url),
    order,
  };
  await solveChunks(work, solver.isFree && look === undefined ? threads_count : 1, stop);
}
