import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, DatabaseFault } from './contract.ts';
import { Measurements, pointsOf } from './measurements.ts';
import { migrate, migrations } from './migrations.ts';
import { RunQueue } from './run-queue.ts';

/** What every database does, and what stands on it. `open` gives an empty one. */
export function storeConformance(engine: string, open: () => Promise<Database>): void {
  describe(`${engine} keeps the contract of databases:`, () => {
    let database: Database;
    beforeAll(async () => {
      database = await open();
      await migrate(database);
    }, 60_000);
    afterAll(() => database.close(), 60_000);

    it('gives back what was stored, each type as itself', async () => {
      const at = new Date('2026-03-29T01:30:00.123Z');
      const [row] = await database.query(
        `SELECT $1::bigint AS whole, $2::float8 AS number, $3::timestamptz AS at, $4::jsonb AS said, $5::bytea AS bytes, $6::numeric AS money, $7::text AS text, $8::boolean AS yes`,
        [
          2 ** 40,
          0.1 + 0.2,
          at,
          JSON.stringify({ a: [1, 'ü'] }),
          Buffer.from([0, 255]),
          '12345678901234567890.5',
          "O'Neill; DROP TABLE runs",
          true,
        ],
      );
      expect(row).toMatchObject({
        whole: 2 ** 40,
        number: 0.1 + 0.2,
        at,
        said: { a: [1, 'ü'] },
        money: '12345678901234567890.5',
        text: "O'Neill; DROP TABLE runs",
        yes: true,
      });
      expect(Buffer.from(row?.['bytes'] as Uint8Array)).toEqual(Buffer.from([0, 255]));
    });

    it('keeps all of a transaction or nothing, and lets others only see the whole', async () => {
      await database.query('CREATE TABLE kept (n integer PRIMARY KEY)');
      const failing = database.transaction(async (sql) => {
        await sql.query('INSERT INTO kept VALUES (1), (2)');
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      expect(await database.query('SELECT * FROM kept')).toEqual([]);
      const counts: number[] = [];
      await Promise.all([
        database.transaction(async (sql) => {
          await sql.query('INSERT INTO kept VALUES (1)');
          await new Promise((resolve) => setTimeout(resolve, 50));
          await sql.query('INSERT INTO kept VALUES (2)');
        }),
        ...Array.from({ length: 5 }, async () => {
          const [row] = await database.query<{ n: number }>('SELECT count(*) AS n FROM kept');
          counts.push(row?.n ?? -1);
        }),
      ]);
      expect(counts.every((n) => n === 0 || n === 2)).toBe(true);
      expect(await database.query('SELECT n FROM kept ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }]);
    });

    it('says by SQLSTATE what it refused, and goes on', async () => {
      await expect(database.query('SELECT * FROM nowhere')).rejects.toMatchObject({ sqlstate: '42P01' });
      await database.query('CREATE TABLE once (n integer CONSTRAINT only_once UNIQUE)');
      await database.query('INSERT INTO once VALUES (1)');
      const twice = await database.query('INSERT INTO once VALUES (1)').catch((error: unknown) => error);
      expect(twice).toBeInstanceOf(DatabaseFault);
      expect(twice).toMatchObject({ sqlstate: '23505', constraint: 'only_once' });
      expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    });

    it('takes each step of the schema once, also when two start together, and refuses a newer one', async () => {
      expect((await Promise.all([migrate(database), migrate(database)])).flat()).toEqual([]);
      const more = [...migrations, { name: '9998-more', statements: ['CREATE TABLE more (n integer)', 'SELECT no_such_function()'] }];
      await expect(migrate(database, more)).rejects.toMatchObject({ sqlstate: '42883' });
      await expect(database.query('SELECT * FROM more')).rejects.toMatchObject({ sqlstate: '42P01' });
      await database.query("INSERT INTO migrations VALUES ('9999-from-the-future', now())");
      await expect(migrate(database)).rejects.toThrow('STORE_NEWER');
      await database.query("DELETE FROM migrations WHERE name = '9999-from-the-future'");
    });

    describe('run queue', () => {
      let now_ms = Date.parse('2026-11-28T12:00:00Z');
      const queue = (): RunQueue => new RunQueue(database, () => new Date(now_ms), 2);
      const ask = (text: string, key?: string) => queue().ask({ owner: 'ada', kind: 'negotiate', text, key });
      beforeAll(() => database.query('DELETE FROM runs'));

      it('gives each run to one worker, in the order of asking, whatever the number of workers', async () => {
        const asked = [];
        for (let k = 0; k < 6; k++) asked.push(await ask(`study ${k}`));
        const taken = await Promise.all(Array.from({ length: 9 }, (_, k) => queue().take(`worker ${k}`)));
        const got = taken.filter((run) => run !== undefined);
        expect(got.map(({ id }) => id).sort()).toEqual(asked.map(({ id }) => id).sort());
        await Promise.all(taken.map((run, k) => run && queue().fail(run.id, `worker ${k}`, { code: 'X' })));
        const [first, second] = [await ask('a'), await ask('b')];
        expect((await queue().take('w'))?.id).toBe(first.id);
        expect((await queue().take('w'))?.id).toBe(second.id);
        expect(await queue().take('w')).toBeUndefined();
        for (const { id } of [first, second]) await queue().stopped(id, 'w');
      });

      it('asks once per key, and refuses the key for something else: KEY_REUSED', async () => {
        const [one, same] = await Promise.all([ask('day', 'k1'), ask('day', 'k1')]);
        expect(same.id).toBe(one.id);
        await expect(ask('night', 'k1')).rejects.toThrow('KEY_REUSED');
        expect((await queue().ask({ owner: 'bob', kind: 'negotiate', text: 'night', key: 'k1' })).id).not.toBe(one.id);
        await database.query('DELETE FROM runs');
      });

      it('ends a run with its files, all at once, and never changes it again', async () => {
        const { id } = await ask('day');
        await queue().take('w');
        const file = { name: 'result.json', file: 'a'.repeat(64), size_B: 5, media_type: 'application/json' };
        await expect(queue().finish(id, 'w', 'optimal', [file, file])).rejects.toMatchObject({ sqlstate: '23505' });
        expect(await queue().find(id)).toMatchObject({ state: 'running' });
        expect(await queue().finish(id, 'w', 'optimal', [file])).toBe(true);
        expect(await queue().find(id)).toMatchObject({ state: 'done', status: 'optimal' });
        expect(await queue().files(id)).toEqual([file]);
        expect(await queue().fail(id, 'w', { code: 'LATE' })).toBe(false);
        expect(await queue().cancel(id)).toMatchObject({ state: 'done', stop_asked: false });
      });

      it('takes a run from a silent worker, gives it to another, and hears the first no more', async () => {
        const { id } = await ask('day');
        await queue().take('dead');
        now_ms += 5_000;
        expect(await queue().tell(id, 'dead', { done: 0.4 })).toBe('on');
        now_ms += 9_000;
        expect(await queue().reclaim(10_000)).toBe(0);
        now_ms += 2_000;
        expect(await queue().reclaim(10_000)).toBe(1);
        expect(await queue().take('alive')).toMatchObject({ id, attempts: 2 });
        expect(await queue().tell(id, 'dead')).toBe('lost');
        expect(await queue().finish(id, 'dead', 'optimal', [])).toBe(false);
        now_ms += 20_000;
        await queue().reclaim(10_000);
        expect(await queue().find(id)).toMatchObject({ state: 'failed', fault: { code: 'RUN_LOST' } });
      });

      it('cancels at once what waits, through its worker what runs, and what lost its worker too', async () => {
        const waiting = await ask('a');
        expect(await queue().cancel(waiting.id)).toMatchObject({ state: 'cancelled' });
        const { id } = await ask('b');
        await queue().take('w');
        expect(await queue().cancel(id)).toMatchObject({ state: 'running', stop_asked: true });
        expect(await queue().tell(id, 'w')).toBe('stop');
        expect(await queue().stopped(id, 'w')).toBe(true);
        const lost = await ask('c');
        await queue().take('w');
        await queue().cancel(lost.id);
        now_ms += 60_000;
        await queue().reclaim(10_000);
        expect(await queue().find(lost.id)).toMatchObject({ state: 'cancelled' });
      });
    });

    describe('measurements', () => {
      const start_ms = Date.parse('2026-11-28T00:00:00Z');
      it('stores points once, the later value stays, and gathers them in buckets', async () => {
        const measured = new Measurements(database);
        const series = await measured.series('ada', 'meter 7', 'kW');
        expect(await measured.series('ada', 'meter 7', 'kW')).toEqual(series);
        const at_ms = Array.from({ length: 96 }, (_, k) => start_ms + k * 900_000);
        const values = at_ms.map((_, k) => k);
        expect(await measured.store(series, pointsOf('meter 7', at_ms, values))).toBe(96);
        expect(await measured.store(series, pointsOf('meter 7', [start_ms, start_ms], [7, 5]))).toBe(1);
        const day = [new Date(start_ms), new Date(start_ms + 86_400_000)] as const;
        const points = await measured.read(series, ...day);
        expect(points).toHaveLength(96);
        expect(points[0]).toEqual({ at: new Date(start_ms), value: 5 });
        const hours = await measured.gather(series, ...day, 3600);
        expect(hours).toHaveLength(24);
        expect(hours[1]).toEqual({ at: new Date(start_ms + 3_600_000), mean: 5.5, least: 4, most: 7, count: 4 });
      });

      it('refuses another unit, and stores nothing of what holds a value that is none', async () => {
        const measured = new Measurements(database);
        const series = await measured.series('ada', 'meter 8', 'kW');
        await expect(measured.series('ada', 'meter 8', 'MW')).rejects.toThrow('SERIES_OTHER_UNIT');
        expect(() => pointsOf('meter 8', [start_ms, start_ms + 1], [1, Number.NaN])).toThrow('POINTS_INVALID');
        expect(() => pointsOf('meter 8', [start_ms], [1, 2])).toThrow('POINTS_INVALID');
        expect(await measured.store(series, pointsOf('meter 8', [], []))).toBe(0);
        expect(await measured.read(series, new Date(0), new Date(9e12))).toEqual([]);
        expect(await measured.find('ada', 'meter 8')).toEqual(series);
        expect(await measured.find('bob', 'meter 8')).toBeUndefined();
      });
    });
  });
}
