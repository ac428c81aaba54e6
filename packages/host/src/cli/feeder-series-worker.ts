/** A thread that solves chunks of a run over time; started by feeder-series-threads.ts. */
import { serveChunks } from './chunk-worker.ts';
import { type ChunkAnswer, ChunkSolver, type SeriesOrder } from './feeder-series.ts';

serveChunks(
  (order: SeriesOrder) => {
    const solver = new ChunkSolver(order);
    return (first: number) => solver.solve(first);
  },
  ({ voltages }: ChunkAnswer) => (voltages === undefined ? [] : [voltages.buffer]),
);
