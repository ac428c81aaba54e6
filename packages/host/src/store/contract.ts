/**
 * A SQL database that the service keeps its records in. Members: embedded (PGlite in a thread, in a folder), postgresql (a server, by URL).
 * Both speak the SQL of PostgreSQL 15 and pass `conformance.ts`.
 *
 * What comes back: bigint as number, timestamps as `Date`, numeric as text, json as values, bytea as `Uint8Array`.
 */
export interface Database extends Sql {
  readonly engine: 'embedded' | 'postgresql';
  /**
   * All of the statements of `work`, or none. Statements of others wait or run beside it, never in it.
   * Use the `sql` that is handed in: the database itself would wait for the end of this very transaction.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Waits for what is at work, then lets go of the database. */
  close(): Promise<void>;
}

export interface Sql {
  /**
   * @param values - for $1, $2, …; arrays for unnest, `Date` for timestamps, objects for json
   * @throws {DatabaseFault}
   */
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** What the database refused, by its SQLSTATE: 23505 a key that is there already, 23503 a row that is missing, 40001 try again. */
export class DatabaseFault extends Error {
  override readonly name = 'DatabaseFault';
  readonly sqlstate: string;
  /** Of the constraint, where one was broken. */
  readonly constraint: string | undefined;

  constructor(message: string, sqlstate: string, constraint?: string) {
    super(message);
    this.sqlstate = sqlstate;
    this.constraint = constraint;
  }
}

/** The fault that a driver of PostgreSQL reports, with what it knows. */
export function databaseFault(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code)) return error;
  return new DatabaseFault(error.message, code, typeof constraint === 'string' ? constraint : undefined);
}
