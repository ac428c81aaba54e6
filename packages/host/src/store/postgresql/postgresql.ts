import { InputError } from '@gridflock/core';
import pg from 'pg';
import { type Database, databaseFault, type Sql } from '../contract.ts';

const { Pool, types } = pg;
const int8 = 20;

/** Statements and transactions at once. */
const connections_max_count = 8;
const connect_ms = 10_000;

/**
 * PostgreSQL ≥ 15 by URL. A connection that broke is replaced when the next one is asked for.
 * @throws {InputError} STORE_UNREACHABLE, without the password of the URL
 */
export async function openPostgresql(url: string): Promise<Database> {
  const pool = new Pool({
    connectionString: url,
    max: connections_max_count,
    connectionTimeoutMillis: connect_ms,
    options: '-c timezone=UTC',
    types: {
      getTypeParser: ((id: number, format: 'text' | 'binary') =>
        id === int8 ? Number : types.getTypeParser(id, format as 'text')) as typeof types.getTypeParser,
    },
  });
  // a connection that breaks while it rests is no concern of anybody who asks later
  pool.on('error', () => undefined);
  try {
    await pool.query('SELECT 1');
  } catch (error) {
    await pool.end();
    throw new InputError({
      code: 'STORE_UNREACHABLE',
      message: `No database answers at ${withoutPassword(url)}: ${(error as Error).message || 'connection refused'}`,
      hint: 'Start PostgreSQL, or correct the URL: postgres://user:password@host:5432/name.',
    });
  }
  return {
    engine: 'postgresql',
    query: (text, values) => ask(pool, text, values),
    async transaction(work) {
      const client = await pool.connect();
      let broken = false;
      try {
        await ask(client, 'BEGIN');
        const result = await work({ query: (text, values) => ask(client, text, values) });
        await ask(client, 'COMMIT');
        return result;
      } catch (error) {
        await ask(client, 'ROLLBACK').catch(() => {
          broken = true;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}

type Asks = Pick<pg.ClientBase, 'query'>;

const ask: (client: Asks, ...statement: Parameters<Sql['query']>) => Promise<never[]> = async (client, text, values = []) => {
  try {
    return (await client.query(text, [...values])).rows as never[];
  } catch (error) {
    throw databaseFault(error);
  }
};

function withoutPassword(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname}`;
  } catch {
    return 'the URL given';
  }
}
