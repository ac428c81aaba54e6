/** The thread in which a programme is solved; started by solve-thread.ts. */
import { catalog } from '@gridflock/core';
import { serveOrder } from './order-worker.ts';
import { executeSolve } from './solve-execution.ts';
import type { SolveNews, SolveOrder, SolveOutcome } from './solve-thread.ts';

await serveOrder<SolveOrder, SolveOutcome, SolveNews>((order, tell) =>
  executeSolve(order, catalog, {
    onReport: (progress) => tell({ type: 'progress', progress }),
    onLog: (line) => tell({ type: 'log', line }),
  }),
);
