/** The thread in which a study runs; started by study-thread.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { catalog } from '@gridflock/core';
import { executeStudy } from './study-execution.ts';
import { carriedError, type StudyMessage, type StudyOrder } from './study-thread.ts';

const post = (message: StudyMessage): void => parentPort?.postMessage(message);

try {
  const { result, inputs, carried } = await executeStudy(workerData as StudyOrder, catalog, (progress) =>
    post({ type: 'progress', progress }),
  );
  post({ type: 'done', result, inputs, carried });
} catch (error) {
  post({ type: 'failed', error: carriedError(error) });
}
