/** The thread in which the service runs a study, and writes its files; started by runner.ts. */
import { catalog, type StudyProgress } from '@gridflock/core';
import { jsonPieces } from '../cli/json-text.ts';
import { serveOrder } from '../cli/order-worker.ts';
import { executeStudy } from '../cli/study-execution.ts';
import type { StudyOrder } from '../cli/study-thread.ts';
import { viewOf } from '../cli/study-views.ts';
import type { RunOutcome } from './runner.ts';

await serveOrder<StudyOrder, RunOutcome, StudyProgress>(async (order, tell) => {
  const { result, inputs } = await executeStudy(order, catalog, tell);
  const whole = { ...result, provenance: { ...result.provenance, version: order.version, inputs } };
  const files = [{ name: 'result.json', content: jsonPieces(whole) as string | Iterable<string> }, ...viewOf(order.kind).files(whole)];
  return {
    status: result.status,
    files: files.map(({ name, content }) => ({ name, content: typeof content === 'string' ? content : [...content].join('') })),
  };
});
