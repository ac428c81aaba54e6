import { parentPort, workerData } from 'node:worker_threads';
import { carriedError } from './carried-error.ts';
import type { ChunkMessage, ChunkTask } from './chunk-threads.ts';

/**
 * The other end of `solveChunks`: solves the chunks that this thread is sent.
 *
 * @param prepare - makes the solver from what the thread was told
 * @param movable - memory of an answer that may be moved instead of copied
 */
export function serveChunks<Order, Task, Answer>(
  prepare: (order: Order) => (task: Task) => Answer,
  movable: (answer: Answer) => ArrayBuffer[],
): void {
  const post = (message: ChunkMessage<Answer>, moved: ArrayBuffer[] = []): void => parentPort?.postMessage(message, moved);
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      post({ type: 'failed', error: carriedError(error) });
    }
  };
  guarded(() => {
    const solve = prepare(workerData as Order);
    parentPort?.on('message', ({ k, task }: ChunkTask<Task>) => {
      guarded(() => {
        const answer = solve(task);
        post({ type: 'done', k, answer }, movable(answer));
      });
    });
    post({ type: 'ready' });
  });
}
