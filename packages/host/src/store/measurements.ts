import { InputError } from '@gridflock/core';
import type { Database } from './contract.ts';

export interface Series {
  readonly id: number;
  readonly name: string;
  readonly unit: string;
  readonly owner: string;
}

/** Values of one series over a span of time. */
export interface Bucket {
  readonly at: Date;
  readonly mean: number;
  readonly least: number;
  readonly most: number;
  readonly count: number;
}

/** Values by Unix time in milliseconds. */
export type Points = ReadonlyMap<number, number>;

/**
 * Points as they were sent, checked; of two at the same time the later one counts.
 * @param name - of the series, for messages
 * @throws {InputError} POINTS_INVALID for values or times that are no numbers
 */
export function pointsOf(name: string, at_ms: readonly number[], values: readonly number[]): Points {
  const refuse = (message: string): never => {
    throw new InputError({
      code: 'POINTS_INVALID',
      message,
      where: name,
      hint: 'Leave out points that were not measured. Nothing was stored.',
    });
  };
  if (at_ms.length !== values.length) refuse(`${at_ms.length} times and ${values.length} values were given for series "${name}"`);
  const points = new Map<number, number>();
  at_ms.forEach((time, k) => {
    const value = values[k] ?? Number.NaN;
    if (!Number.isFinite(value) || !(Math.abs(time) <= 8.64e15))
      refuse(`Point ${k} of series "${name}" has time ${time} and value ${value}`);
    points.set(time, value);
  });
  return points;
}

/** What was measured: series of an owner, each with a unit, and points of time. */
export class Measurements {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  /** The series of that name, made when it is not there. @throws {InputError} SERIES_OTHER_UNIT */
  async series(owner: string, name: string, unit: string): Promise<Series> {
    const [found] = await this.database.query<Series>(
      `INSERT INTO series (owner, name, unit) VALUES ($1, $2, $3) ON CONFLICT (owner, name) DO UPDATE SET name = excluded.name RETURNING id, name, unit, owner`,
      [owner, name, unit],
    );
    if (found === undefined) throw new Error(`series "${name}" was neither found nor made`);
    if (found.unit !== unit) {
      throw new InputError({
        code: 'SERIES_OTHER_UNIT',
        message: `Series "${name}" is in ${found.unit}, these values are in ${unit}`,
        where: name,
        hint: `Convert them to ${found.unit}, or give the series another name.`,
      });
    }
    return found;
  }

  /** The series of that name, where there is one. */
  async find(owner: string, name: string): Promise<Series | undefined> {
    const found = await this.database.query<Series>('SELECT id, name, unit, owner FROM series WHERE owner = $1 AND name = $2', [
      owner,
      name,
    ]);
    return found[0];
  }

  /** Stores points, all or none; one that is there already takes the new value. @returns how many were stored */
  async store(series: Series, points: Points): Promise<number> {
    if (points.size === 0) return 0;
    await this.database.query(
      `INSERT INTO points (series, at, value)
       SELECT $1, to_timestamp(t / 1000), v FROM unnest($2::float8[], $3::float8[]) AS given (t, v)
       ON CONFLICT (series, at) DO UPDATE SET value = excluded.value`,
      [series.id, [...points.keys()], [...points.values()]],
    );
    return points.size;
  }

  /** Points of a span, from ≤ t < to, in order of time. */
  async read(series: Series, from: Date, to: Date): Promise<{ readonly at: Date; readonly value: number }[]> {
    return this.database.query('SELECT at, value FROM points WHERE series = $1 AND at >= $2 AND at < $3 ORDER BY at', [
      series.id,
      from,
      to,
    ]);
  }

  /** The same, gathered in buckets of equal length that begin at `from`. */
  async gather(series: Series, from: Date, to: Date, bucket_s: number): Promise<Bucket[]> {
    return this.database.query<Bucket>(
      `SELECT date_bin(make_interval(secs => $4), at, $2::timestamptz) AS at, avg(value) AS mean, min(value) AS least, max(value) AS most, count(*) AS count
       FROM points WHERE series = $1 AND at >= $2 AND at < $3 GROUP BY 1 ORDER BY 1`,
      [series.id, from, to, bucket_s],
    );
  }
}
