// The embedded database has one connection and computes in the thread that asks, so it lives in a thread of its own.
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite, types } from '@electric-sql/pglite';

export interface Asked {
  readonly id: number;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Answer to a statement; id 0 tells that the database is open, or could not be opened. */
export interface Answered {
  readonly id: number;
  readonly rows?: unknown[];
  readonly fault?: { readonly message: string; readonly code?: string; readonly constraint?: string };
}

const port = parentPort;
if (port === null) throw new Error('the embedded database runs in a worker thread');
const say = (answer: Answered): void => port.postMessage(answer);
const told = (id: number, error: unknown): void => {
  const { message, code, constraint } = error as Error & { code?: string; constraint?: string };
  say({
    id,
    fault: {
      message: message ?? String(error),
      ...(code === undefined ? {} : { code }),
      ...(constraint === undefined ? {} : { constraint }),
    },
  });
};

try {
  const { folder } = workerData as { folder: string };
  const database = await PGlite.create(folder, { parsers: { [types.INT8]: Number } });
  await database.query("SET TIME ZONE 'UTC'");
  port.on('message', async ({ id, text, values }: Asked) => {
    try {
      if (text === 'close') {
        await database.query('CHECKPOINT');
        await database.close();
        say({ id, rows: [] });
        port.close();
        return;
      }
      say({ id, rows: (await database.query(text, [...values])).rows });
    } catch (error) {
      told(id, error);
    }
  });
  say({ id: 0 });
} catch (error) {
  told(0, error);
  port.close();
}
