/** A thread that solves chunks of a run over time; started by feeder-series-threads.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { ChunkSolver, type SeriesOrder } from './feeder-series.ts';
import type { SeriesMessage } from './feeder-series-threads.ts';
import { carriedError } from './study-thread.ts';

const post = (message: SeriesMessage, moved: ArrayBuffer[] = []): void => parentPort?.postMessage(message, moved);

try {
  const solver = new ChunkSolver(workerData as SeriesOrder);
  parentPort?.on('message', (first: number) => {
    try {
      const answer = solver.solve(first);
      const voltages = answer.voltages === undefined ? [] : [answer.voltages.buffer];
      post({ type: 'done', answer }, voltages);
    } catch (error) {
      post({ type: 'failed', error: carriedError(error) });
    }
  });
  post({ type: 'ready' });
} catch (error) {
  post({ type: 'failed', error: carriedError(error) });
}
