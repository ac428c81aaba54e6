/** The thread in which an optimal power flow is solved; started by opf-thread.ts. */
import { catalog } from '@gridflock/core';
import { executeOpf } from './opf-execution.ts';
import type { OpfOutcome, OpfWorkerData } from './opf-thread.ts';
import { serveOrder } from './order-worker.ts';
import type { Progress } from './progress.ts';

await serveOrder<OpfWorkerData, OpfOutcome, Progress>((order, tell) => executeOpf(order, catalog, tell));
