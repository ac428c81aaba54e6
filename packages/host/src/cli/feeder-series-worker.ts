/** A thread that solves chunks of a run over time; started by feeder-series-threads.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { ChunkSolver, type SeriesOrder } from './feeder-series.ts';
import type { SeriesMessage } from './feeder-series-threads.ts';
import { carriedError } from './study-thread.ts';

let solver: ChunkSolver | undefined;

parentPort?.on('message', (first: number) => {
  let message: SeriesMessage;
  try {
    solver ??= new ChunkSolver(workerData as SeriesOrder);
    message = { type: 'done', answer: solver.solve(first) };
  } catch (error) {
    message = { type: 'failed', error: carriedError(error) };
  }
  const moved = message.type === 'done' ? [message.answer.tally.rows.buffer, message.answer.voltages?.buffer] : [];
  parentPort?.postMessage(message, moved.filter((each) => each !== undefined) as ArrayBuffer[]);
});
