import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf, folderWith, gridflock, namesIn, removeFolder } from './gridflock.ts';

let cwd: string;
beforeAll(() => {
  cwd = folderWith();
});
afterAll(() => removeFolder(cwd));

const answer = async (...args: string[]) => {
  const ended = await gridflock(['scale', ...args, '--json'], { cwd });
  return { ended, document: JSON.parse(ended.stdout) };
};
/** Without what differs from run to run. */
const lasting = ({
  build_ms,
  negotiate_ms,
  iteration_ms,
  certify_ms,
  resident_MiB,
  resumed_from,
  threads,
  ...rest
}: Record<string, unknown>) => rest;

describe('gridflock scale', () => {
  it('negotiates, certifies, and goes on from a checkpoint to the same answer with other threads', async () => {
    const whole = await answer('--nets', '300', '--threads', '2');
    expect(whole.ended.status).toBe(0);
    expect(whole.document.status).toBe('agreed');
    expect(whole.document.certificate.balanced).toBe(true);
    expect(whole.document.certificate.gap).toBeLessThan(0.01);
    expect(whole.document.certificate.imbalance_max_kW).toBeLessThan(1e-9);
    // two cycles of 16 iterations, so that the checkpoint stands between two
    const part = await answer('--nets', '300', '--iterations', '32', '--checkpoint', 'part.bin', '--threads', '1');
    expect([part.ended.status, part.document.status, part.document.iterations]).toEqual([1, 'iteration-limit', 32]);
    const rest = await answer('--resume', 'part.bin', '--threads', '1');
    expect(rest.document.resumed_from).toBe(32);
    expect(lasting(rest.document)).toEqual(lasting(whole.document));
  });

  it('on Ctrl-C leaves a whole checkpoint and nothing else', async () => {
    const ended = await gridflock(['scale', '--nets', '3000', '--costs', 'linear', '--tolerance', '1e-7', '--checkpoint', 'stopped.bin'], {
      cwd,
      interrupt: { at: /iteration/, times: 1 },
    });
    expect([ended.status, ended.stdout]).toEqual([130, '']);
    expect(ended.stderr).toMatch(/checkpoint of iteration \d+ in stopped\.bin/);
    expect(namesIn(cwd).filter((name) => name.startsWith('.'))).toEqual([]);
    const resumed = await answer('--resume', 'stopped.bin', '--tolerance', '0.05');
    expect(resumed.ended.status).toBe(0);
    expect(resumed.document.instance.costs).toBe('linear');
  });

  it('negotiates on joined feeders', async () => {
    const { document } = await answer('--instance', 'feeders', '--nets', '30', '--tolerance', '0.01');
    expect(document.status).toBe('agreed');
    expect(document.instance).toMatchObject({ kind: 'feeders', nets: 118 });
    expect(document.relaxed_kWh).toBeLessThan(1e-6);
  });

  it('refuses a checkpoint that is cut off, changed or none', async () => {
    await answer('--nets', '20', '--checkpoint', 'good.bin');
    copyFileSync(join(cwd, 'good.bin'), join(cwd, 'cut.bin'));
    truncateSync(join(cwd, 'cut.bin'), 1000);
    const bytes = readFileSync(join(cwd, 'good.bin'));
    bytes[2000] = (bytes[2000] as number) ^ 1;
    writeFileSync(join(cwd, 'changed.bin'), bytes);
    writeFileSync(join(cwd, 'text.bin'), 'hello');
    for (const name of ['cut.bin', 'changed.bin', 'text.bin', 'absent.bin']) {
      const ended = await gridflock(['scale', '--resume', name, '--json'], { cwd });
      expect([name, ended.status, errorOf(ended).code]).toEqual([name, 2, 'COHORT_CHECKPOINT_FILE']);
    }
    const mixed = await gridflock(['scale', '--resume', 'good.bin', '--nets', '7', '--json'], { cwd });
    expect(errorOf(mixed).code).toBe('CLI_INVALID_VALUE');
  });
});
