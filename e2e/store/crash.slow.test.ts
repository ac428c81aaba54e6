import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openEmbedded } from '../../packages/host/src/store/embedded/embedded.ts';

const script = new URL('../../packages/host/dist/store/embedded/worker.js', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'gridflock-crash-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000);

describe('the embedded database under kill -9', () => {
  it('keeps every transaction that was confirmed, whole, and no half one', { timeout: 300_000 }, async () => {
    const path = join(folder, 'data');
    let confirmed = 0;
    for (let round = 1; round <= 5; round++) {
      const child = fork(new URL('./commit-forever.mjs', import.meta.url), [path, String(confirmed)], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      let heard = 0;
      await new Promise<void>((resolve, reject) => {
        child.on('message', (n: number) => {
          confirmed = n;
          if (++heard === 10 * round) child.kill('SIGKILL');
        });
        child.on('error', reject);
        child.on('exit', () => resolve());
      });
      const database = await openEmbedded(path, script);
      const rows = await database.query<{ batch: number; n: number }>(
        'SELECT batch, count(*) AS n FROM batches GROUP BY batch ORDER BY batch',
      );
      await database.close();
      expect(rows.length).toBeGreaterThanOrEqual(confirmed);
      expect(rows.length).toBeLessThanOrEqual(confirmed + 1);
      for (const { n } of rows) expect(n).toBe(3);
      confirmed = rows.length;
    }
    expect(confirmed).toBeGreaterThanOrEqual(150);
  });
});
