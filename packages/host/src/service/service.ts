import { join } from 'node:path';
import { ContentStore } from '../store/content-store.ts';
import type { Database } from '../store/contract.ts';
import { openEmbedded } from '../store/embedded/embedded.ts';
import { Measurements } from '../store/measurements.ts';
import { migrate } from '../store/migrations.ts';
import { openPostgresql } from '../store/postgresql/postgresql.ts';
import { RunQueue } from '../store/run-queue.ts';
import { buildApp } from './app.ts';
import { Live } from './live.ts';
import { Records } from './records.ts';
import { Runner } from './runner.ts';

export interface ServiceOptions {
  /** Where files and, without `database`, the embedded database lie. */
  readonly data: string;
  /** URL of a PostgreSQL. */
  readonly database?: string | undefined;
  readonly port: number;
  readonly version: string;
  readonly threads_count: number;
  readonly memory_MiB: number;
  readonly timeLimit_s: number;
}

export interface Service {
  readonly address: string;
  readonly engine: Database['engine'];
  /** Whether the page was built: then it is at the address itself. */
  readonly hasPage: boolean;
  close(): Promise<void>;
}

const loopback = '127.0.0.1';

/**
 * Opens the store, takes up the queue where it was left, and answers on this machine alone.
 * @throws {InputError} STATE_IN_USE, STORE_UNREADABLE, STORE_UNREACHABLE, STORE_NEWER
 */
export async function startService({ data, database: url, port, version, ...limits }: ServiceOptions): Promise<Service> {
  const database = url === undefined ? await openEmbedded(data) : await openPostgresql(url);
  try {
    await migrate(database);
    const clock = (): Date => new Date();
    const contents = new ContentStore(join(data, 'files'));
    const [records, queue, live] = [new Records(database, contents, clock), new RunQueue(database, clock), new Live()];
    // the embedded database has one user: whoever ran something is gone
    if (database.engine === 'embedded') await queue.reclaim(0);
    const runner = new Runner({ queue, records, contents, live, version, ...limits });
    const hosts: string[] = [];
    const app = await buildApp({
      records,
      queue,
      contents,
      live,
      measurements: new Measurements(database),
      wake: () => void runner.look(),
      version,
      hosts,
    });
    const address = await app.listen({ host: loopback, port });
    hosts.push(new URL(address).host, `localhost:${new URL(address).port}`);
    return {
      address,
      engine: database.engine,
      hasPage: app.hasRoute({ method: 'GET', url: '/' }),
      async close() {
        await runner.end();
        await app.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
