import { InputError } from '@gridflock/core';
import type { Database, Sql } from './contract.ts';

/** A step of the schema. Steps are only ever added; one that was released is never changed. */
export interface Migration {
  readonly name: string;
  readonly statements: readonly string[];
}

export const migrations: readonly Migration[] = [
  {
    name: '0001-studies-and-runs',
    statements: [
      `CREATE TABLE networks (
        id uuid PRIMARY KEY, name text NOT NULL, format text NOT NULL, owner text NOT NULL, file text NOT NULL,
        summary jsonb NOT NULL, created_at timestamptz NOT NULL, UNIQUE (owner, name))`,
      `CREATE TABLE studies (
        id uuid PRIMARY KEY, name text NOT NULL, kind text NOT NULL, owner text NOT NULL, text text NOT NULL,
        version integer NOT NULL, created_at timestamptz NOT NULL, changed_at timestamptz NOT NULL)`,
      `CREATE TABLE runs (
        id uuid PRIMARY KEY, place bigint GENERATED ALWAYS AS IDENTITY, study uuid REFERENCES studies ON DELETE SET NULL,
        owner text NOT NULL, key text, kind text NOT NULL, text text NOT NULL, seed integer,
        state text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
        attempts integer NOT NULL DEFAULT 0, worker text, heard_at timestamptz, stop_asked boolean NOT NULL DEFAULT false,
        progress jsonb, fault jsonb, status text,
        queued_at timestamptz NOT NULL, started_at timestamptz, ended_at timestamptz,
        UNIQUE (owner, key))`,
      `CREATE INDEX runs_waiting ON runs (place) WHERE state = 'queued'`,
      `CREATE INDEX runs_by_study ON runs (study, place)`,
      `CREATE TABLE run_files (
        run uuid NOT NULL REFERENCES runs ON DELETE CASCADE, name text NOT NULL, file text NOT NULL, size_B bigint NOT NULL,
        media_type text NOT NULL, PRIMARY KEY (run, name))`,
    ],
  },
  {
    name: '0002-measurements',
    statements: [
      `CREATE TABLE series (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, unit text NOT NULL, owner text NOT NULL,
        UNIQUE (owner, name))`,
      `CREATE TABLE points (
        series bigint NOT NULL REFERENCES series ON DELETE CASCADE, at timestamptz NOT NULL, value double precision NOT NULL,
        PRIMARY KEY (series, at))`,
    ],
  },
];

/** Any number will do, as long as nobody else locks by it. */
const lockNumber = 7_204_196;

/**
 * Brings the schema up to date, all steps or none; of several that start together one works and the others wait.
 * @returns the steps that were taken
 * @throws {InputError} STORE_NEWER when the database was made by a newer gridflock
 */
export async function migrate(database: Database, steps: readonly Migration[] = migrations): Promise<string[]> {
  return database.transaction(async (sql) => {
    await sql.query('SELECT pg_advisory_xact_lock($1)', [lockNumber]);
    await sql.query('CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, taken_at timestamptz NOT NULL)');
    const taken = await sql.query<{ name: string }>('SELECT name FROM migrations ORDER BY name');
    const unknown = taken.find(({ name }) => !steps.some((step) => step.name === name));
    if (unknown) {
      throw new InputError({
        code: 'STORE_NEWER',
        message: `The database has a step "${unknown.name}" that this gridflock does not know`,
        hint: 'Run the newer gridflock that made it, or restore a backup into a new database.',
      });
    }
    const missing = steps.filter(({ name }) => !taken.some((each) => each.name === name));
    for (const step of missing) await take(sql, step);
    return missing.map(({ name }) => name);
  });
}

async function take(sql: Sql, { name, statements }: Migration): Promise<void> {
  for (const statement of statements) await sql.query(statement);
  await sql.query('INSERT INTO migrations (name, taken_at) VALUES ($1, now())', [name]);
}
