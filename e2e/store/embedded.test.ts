import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { storeConformance } from '../../packages/host/src/store/conformance.ts';
import { openEmbedded } from '../../packages/host/src/store/embedded/embedded.ts';

// The compiled worker, because a thread starts from a compiled script.
const script = new URL('../../packages/host/dist/store/embedded/worker.js', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'gridflock-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000);

storeConformance('embedded', () => openEmbedded(join(folder, 'conformance'), script));

describe('the embedded database', () => {
  it('belongs to one process, is there again when opened again, and says when it is none', { timeout: 60_000 }, async () => {
    const path = join(folder, 'again');
    const first = await openEmbedded(path, script);
    await first.query('CREATE TABLE kept (n integer)');
    await first.query('INSERT INTO kept VALUES (7)');
    await expect(openEmbedded(path, script)).rejects.toThrow('STATE_IN_USE');
    await first.close();
    const second = await openEmbedded(path, script);
    expect(await second.query('SELECT n FROM kept')).toEqual([{ n: 7 }]);
    await second.close();

    // of another version: it says so, and lets go of the folder each time
    writeFileSync(join(path, 'pg', 'PG_VERSION'), '3\n');
    for (let k = 0; k < 2; k++) await expect(openEmbedded(path, script)).rejects.toThrow('STORE_UNREADABLE');
  });
});
