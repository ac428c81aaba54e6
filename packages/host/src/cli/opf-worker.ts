/** The thread in which an optimal power flow is solved; started by opf-thread.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { catalog } from '@gridflock/core';
import { executeOpf } from './opf-execution.ts';
import type { OpfMessage, OpfWorkerData } from './opf-thread.ts';
import { carriedError } from './study-thread.ts';

const post = (message: OpfMessage): void => parentPort?.postMessage(message);

try {
  post({
    type: 'done',
    outcome: await executeOpf(workerData as OpfWorkerData, catalog, (progress) => post({ type: 'progress', progress })),
  });
} catch (error) {
  post({ type: 'failed', error: carriedError(error) });
}
