import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { InputError } from '@gridflock/core';
import { lockFolder } from '../../files/folder-lock.ts';
import { makeFolders } from '../../files/make-folders.ts';
import { type Database, databaseFault, type Sql } from '../contract.ts';
import { Turns } from '../turns.ts';
import type { Answered, Asked } from './worker.ts';

/**
 * PGlite in `folder`, for one process: a second one would open the same files without a word and lose rows, so the folder is locked. Statements
 * outside of a transaction wait for its end. It survives a process that is killed; it does not wait for the disk (fsync is off), so a loss of
 * power may cost the last moments: take PostgreSQL where that matters.
 * @throws {InputError} STATE_IN_USE, OUT_NOT_WRITABLE, STORE_UNREADABLE
 */
export async function openEmbedded(folder: string, script = new URL('./worker.js', import.meta.url)): Promise<Database> {
  makeFolders(folder);
  const unlock = lockFolder(folder);
  try {
    const connection = await connect(join(folder, 'pg'), script);
    const turns = new Turns();
    const raw: Sql = { query: (text, values = []) => connection.ask(text, values) as never };
    return {
      engine: 'embedded',
      query: (text, values) => turns.take(() => raw.query(text, values)),
      transaction: (work) =>
        turns.take(async () => {
          await raw.query('BEGIN');
          try {
            const result = await work(raw);
            await raw.query('COMMIT');
            return result;
          } catch (error) {
            await raw.query('ROLLBACK');
            throw error;
          }
        }),
      async close() {
        await turns.take(() => connection.close());
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

interface Connection {
  ask(text: string, values: readonly unknown[]): Promise<unknown[]>;
  close(): Promise<void>;
}

function connect(folder: string, script: URL): Promise<Connection> {
  const worker = new Worker(script, { workerData: { folder } });
  const waiting = new Map<number, { resolve: (rows: unknown[]) => void; reject: (error: Error) => void }>();
  let asked_count = 0;
  const ask = (text: string, values: readonly unknown[]): Promise<unknown[]> =>
    new Promise((resolve, reject) => {
      const id = ++asked_count;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, text, values } satisfies Asked);
    });
  return new Promise((resolve, reject) => {
    const unreadable = (reason: string): Error =>
      new InputError({
        code: 'STORE_UNREADABLE',
        message: `The database in "${folder}" cannot be opened: ${reason}`,
        where: folder,
        hint: 'Is it a folder of another program, or of a newer gridflock? Give another --data, or restore a backup into a new one.',
      });
    worker.on('message', ({ id, rows, fault }: Answered) => {
      if (id === 0) {
        if (fault) reject(unreadable(fault.message));
        else resolve({ ask, close: () => ask('close', []).then(() => undefined) });
        return;
      }
      const waiter = waiting.get(id);
      waiting.delete(id);
      if (fault) waiter?.reject(databaseFault(Object.assign(new Error(fault.message), fault)));
      else waiter?.resolve(rows ?? []);
    });
    const gone = (reason: string): void => {
      reject(unreadable(reason));
      for (const waiter of waiting.values()) waiter.reject(new Error(`the embedded database has stopped: ${reason}`));
      waiting.clear();
    };
    worker.on('error', (error) => gone(error.message));
    worker.on('exit', (code) => gone(`its thread ended with ${code}`));
  });
}
