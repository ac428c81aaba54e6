/** The thread in which a programme is solved; started by solve-thread.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { catalog } from '@gridflock/core';
import { executeSolve } from './solve-execution.ts';
import type { SolveMessage, SolveOrder } from './solve-thread.ts';
import { carriedError } from './study-thread.ts';

const post = (message: SolveMessage): void => parentPort?.postMessage(message);

try {
  const outcome = await executeSolve(workerData as SolveOrder, catalog, {
    onReport: (progress) => post({ type: 'progress', progress }),
    onLog: (line) => post({ type: 'log', line }),
  });
  post({ type: 'done', outcome });
} catch (error) {
  post({ type: 'failed', error: carriedError(error) });
}
