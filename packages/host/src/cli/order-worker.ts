import { parentPort, workerData } from 'node:worker_threads';
import { carriedError } from './carried-error.ts';
import type { OrderMessage } from './order-thread.ts';

/** The other end of `runOrder`. */
export async function serveOrder<Order, Outcome, News>(
  carryOut: (order: Order, tell: (news: News) => void) => Promise<Outcome>,
): Promise<void> {
  const post = (message: OrderMessage<Outcome, News>): void => parentPort?.postMessage(message);
  try {
    post({ type: 'done', outcome: await carryOut(workerData as Order, (news) => post({ type: 'news', news })) });
  } catch (error) {
    post({ type: 'failed', error: carriedError(error) });
  }
}
