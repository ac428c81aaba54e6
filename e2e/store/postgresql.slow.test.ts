import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeConformance } from '../../packages/host/src/store/conformance.ts';
import { openPostgresql } from '../../packages/host/src/store/postgresql/postgresql.ts';
import { postgresqlIsInstalled, startPostgresql } from './postgresql-server.ts';

describe.skipIf(!postgresqlIsInstalled)('PostgreSQL of Debian', () => {
  let server: Awaited<ReturnType<typeof startPostgresql>>;
  beforeAll(async () => {
    server = await startPostgresql();
  }, 120_000);
  afterAll(() => server.stop());

  storeConformance('postgresql', () => openPostgresql(server.url));
});

describe('a database that is not there', () => {
  it('is named without its password: STORE_UNREACHABLE', async () => {
    const opened = openPostgresql('postgres://ada:secret@127.0.0.1:1/grid');
    await expect(opened).rejects.toThrow('STORE_UNREACHABLE');
    await expect(opened).rejects.toThrow('postgres://127.0.0.1:1/grid');
    await expect(opened).rejects.not.toThrow('secret');
  });
});
