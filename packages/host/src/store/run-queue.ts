import { randomUUID } from 'node:crypto';
import { InputError } from '@gridflock/core';
import type { Database, Sql } from './contract.ts';

export type RunState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

/** A study that is to be run, runs, or has run. */
export interface Run {
  readonly id: string;
  readonly study: string | null;
  readonly owner: string;
  readonly kind: string;
  readonly text: string;
  readonly seed: number | null;
  readonly state: RunState;
  /** How often it was begun. */
  readonly attempts: number;
  readonly stop_asked: boolean;
  readonly progress: unknown;
  /** What went wrong, as problem+json, where something did. */
  readonly fault: unknown;
  /** Status of the result, where there is one. */
  readonly status: string | null;
  readonly queued_at: Date;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
}

export interface Asked {
  readonly owner: string;
  readonly kind: string;
  readonly text: string;
  readonly seed?: number | undefined;
  readonly study?: string | undefined;
  /** Asking twice with the same key gives the same run. */
  readonly key?: string | undefined;
}

/** A file of a result; its content lies in the `ContentStore` under `file`. */
export interface RunFile {
  readonly name: string;
  readonly file: string;
  readonly size_B: number;
  readonly media_type: string;
}

const columns = 'id, study, owner, kind, text, seed, state, attempts, stop_asked, progress, fault, status, queued_at, started_at, ended_at';

/**
 * Runs in the order of asking, each by one worker at a time. A worker that is not heard of loses its run, which is queued again in its old
 * place; what it says later counts no more. A finished run never changes.
 *
 *   queued → running → done | failed | cancelled,      running → queued when its worker is silent
 */
export class RunQueue {
  private readonly database: Database;
  private readonly clock: () => Date;
  /** A run that took its worker with it so often is failed and not begun again. */
  readonly attempts_max_count: number;

  constructor(database: Database, clock: () => Date, attempts_max_count = 3) {
    this.database = database;
    this.clock = clock;
    this.attempts_max_count = attempts_max_count;
  }

  /** @throws {InputError} KEY_REUSED when the key stands for another question */
  async ask({ owner, kind, text, seed, study, key }: Asked): Promise<Run> {
    const made = await this.database.query<Run>(
      `INSERT INTO runs (id, study, owner, key, kind, text, seed, state, queued_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued', $8)
       ON CONFLICT (owner, key) DO NOTHING RETURNING ${columns}`,
      [randomUUID(), study ?? null, owner, key ?? null, kind, text, seed ?? null, this.clock()],
    );
    if (made[0]) return made[0];
    const [known] = await this.database.query<Run>(`SELECT ${columns} FROM runs WHERE owner = $1 AND key = $2`, [owner, key]);
    if (known && known.text === text && known.seed === (seed ?? null)) return known;
    throw new InputError({
      code: 'KEY_REUSED',
      message: `The key "${key}" was used for another question`,
      hint: 'Make a new key for every new question; repeat one only to ask the same again.',
    });
  }

  async find(id: string): Promise<Run | undefined> {
    return (await this.database.query<Run>(`SELECT ${columns} FROM runs WHERE id = $1`, [id]))[0];
  }

  /** The next run that nobody works at, begun in the name of `worker`. */
  async take(worker: string): Promise<Run | undefined> {
    const taken = await this.database.query<Run>(
      `UPDATE runs SET state = 'running', worker = $1, attempts = attempts + 1, heard_at = $2, started_at = $2, progress = NULL
       WHERE id = (SELECT id FROM runs WHERE state = 'queued' ORDER BY place LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING ${columns}`,
      [worker, this.clock()],
    );
    return taken[0];
  }

  /**
   * A sign of life, with how far the work is.
   * @returns what to do: go on, stop because somebody asked for it, or leave it, because the run is no longer this worker's
   */
  async tell(id: string, worker: string, progress?: unknown): Promise<'on' | 'stop' | 'lost'> {
    const heard = await this.database.query<{ stop_asked: boolean }>(
      `UPDATE runs SET heard_at = $3, progress = coalesce($4, progress) WHERE id = $1 AND worker = $2 AND state = 'running' RETURNING stop_asked`,
      [id, worker, this.clock(), progress === undefined ? null : JSON.stringify(progress)],
    );
    return heard[0] === undefined ? 'lost' : heard[0].stop_asked ? 'stop' : 'on';
  }

  /** Ends a run with its files, all or nothing. @returns false when it is no longer this worker's */
  async finish(id: string, worker: string, status: string, files: readonly RunFile[]): Promise<boolean> {
    return this.database.transaction(async (sql) => {
      const ended = await this.end(sql, id, worker, 'done', { status });
      if (!ended) return false;
      for (const { name, file, size_B, media_type } of files) {
        await sql.query('INSERT INTO run_files (run, name, file, size_B, media_type) VALUES ($1, $2, $3, $4, $5)', [
          id,
          name,
          file,
          size_B,
          media_type,
        ]);
      }
      return true;
    });
  }

  /** @returns false when it is no longer this worker's */
  async fail(id: string, worker: string, fault: unknown): Promise<boolean> {
    return this.end(this.database, id, worker, 'failed', { fault });
  }

  /** Tells that a worker stopped because it was asked to. @returns false when it is no longer this worker's */
  async stopped(id: string, worker: string): Promise<boolean> {
    return this.end(this.database, id, worker, 'cancelled', {});
  }

  /** A worker that must end puts its run back in its old place, as if it had not begun it. @returns false when it is no longer this worker's */
  async giveBack(id: string, worker: string): Promise<boolean> {
    const given = await this.database.query(
      `UPDATE runs SET state = 'queued', worker = NULL, attempts = attempts - 1, started_at = NULL, progress = NULL
       WHERE id = $1 AND worker = $2 AND state = 'running' RETURNING id`,
      [id, worker],
    );
    return given.length > 0;
  }

  /** Runs of an owner, latest first, those behind `before` of an earlier page. */
  async list(
    owner: string,
    { study, before, count }: { study?: string | undefined; before?: number | undefined; count: number },
  ): Promise<(Run & { readonly place: number })[]> {
    return this.database.query(
      `SELECT ${columns}, place FROM runs WHERE owner = $1 AND ($2::uuid IS NULL OR study = $2) AND ($3::bigint IS NULL OR place < $3) ORDER BY place DESC LIMIT $4`,
      [owner, study ?? null, before ?? null, count],
    );
  }

  /** Asks for an end: at once for a run that waits, by its worker for one that runs, nothing for one that has ended. */
  async cancel(id: string): Promise<Run | undefined> {
    const changed = await this.database.query<Run>(
      `UPDATE runs SET stop_asked = true, state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END,
         ended_at = CASE WHEN state = 'queued' THEN $2 ELSE ended_at END
       WHERE id = $1 AND state IN ('queued', 'running') RETURNING ${columns}`,
      [id, this.clock()],
    );
    return changed[0] ?? this.find(id);
  }

  /**
   * Queues again what runs without a sign of life since `silence_ms`; what was begun too often fails, what should stop is cancelled.
   * @returns how many runs were taken from their workers
   */
  async reclaim(silence_ms: number): Promise<number> {
    const now = this.clock();
    const reclaimed = await this.database.query(
      `UPDATE runs SET worker = NULL,
         state = CASE WHEN stop_asked THEN 'cancelled' WHEN attempts >= $3 THEN 'failed' ELSE 'queued' END,
         ended_at = CASE WHEN stop_asked OR attempts >= $3 THEN $1::timestamptz END,
         fault = CASE WHEN NOT stop_asked AND attempts >= $3 THEN $4::jsonb END
       WHERE state = 'running' AND heard_at < $2 RETURNING id`,
      [
        now,
        new Date(now.getTime() - silence_ms),
        this.attempts_max_count,
        JSON.stringify({
          code: 'RUN_LOST',
          title: `The run was begun ${this.attempts_max_count} times, and each time its worker ended without a word`,
        }),
      ],
    );
    return reclaimed.length;
  }

  async files(id: string): Promise<RunFile[]> {
    return this.database.query<RunFile>('SELECT name, file, size_B AS "size_B", media_type FROM run_files WHERE run = $1 ORDER BY name', [
      id,
    ]);
  }

  private async end(
    sql: Sql,
    id: string,
    worker: string,
    state: RunState,
    { status, fault }: { status?: string; fault?: unknown },
  ): Promise<boolean> {
    const ended = await sql.query(
      `UPDATE runs SET state = $3, status = $4, fault = $5, ended_at = $6 WHERE id = $1 AND worker = $2 AND state = 'running' RETURNING id`,
      [id, worker, state, status ?? null, fault === undefined ? null : JSON.stringify(fault), this.clock()],
    );
    return ended.length > 0;
  }
}
