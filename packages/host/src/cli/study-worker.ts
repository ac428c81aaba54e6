/** The thread in which a study runs; started by study-thread.ts. */
import { catalog, type StudyProgress } from '@gridflock/core';
import { serveOrder } from './order-worker.ts';
import { executeStudy } from './study-execution.ts';
import type { StudyOrder, StudyOutcome } from './study-thread.ts';

await serveOrder<StudyOrder, StudyOutcome, StudyProgress>((order, tell) => executeStudy(order, catalog, tell));
