import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { repositoryRoot as root } from './source.mjs';

const folder = mkdtempSync(join(tmpdir(), 'gridflock-chaos-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function chaos(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/chaos.mjs', ...args], { cwd: root, encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('npm run test:chaos', () => {
  it('tries seeds in threads, counts, and gives the same in one thread', () => {
    const [one, two] = ['1', '2'].map((threads) => chaos('--seeds', '120', '--threads', threads));
    expect([one.status, two.status]).toEqual([0, 0]);
    expect(one.stdout).toContain('no invariant broke');
    const counted = ({ stdout }) => stdout.slice(stdout.indexOf('outcomes')).trim();
    expect(counted(one)).toBe(counted(two));
  });

  it('finds a planted bug, writes it down, and runs it again', () => {
    const found = chaos('--seeds', '100', '--bug', 'counts-doubles');
    expect(found.status).toBe(1);
    const file = /--script (\S+)$/m.exec(found.stdout)[1];
    expect(readFileSync(file, 'utf8')).toMatch(/^# seed \d+, \d+ faults? shrunk to [0-3]\n# /);
    const again = chaos('--script', file);
    expect(again.status).toBe(1);
    expect(again.stdout).toContain('at ');
    const sound = join(folder, 'sound.yaml');
    writeFileSync(sound, readFileSync(file, 'utf8').replace(/^ +bug:.*\n/m, ''));
    expect(chaos('--script', sound)).toMatchObject({ status: 0, stdout: expect.stringContaining('faithful, agreed') });
  });

  it('ends cleanly with Ctrl-C, and goes on from there', async () => {
    const child = spawn(process.execPath, ['tools/chaos.mjs', '--seeds', '100000', '--from', '1'], { cwd: root });
    let text = '';
    child.stdout.on('data', (chunk) => {
      if (text === '') setTimeout(() => child.kill('SIGINT'), 4000);
      text += chunk;
    });
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect(status).toBe(130);
    const [, next] = /ended before seed (\d+)/.exec(text);
    const more = chaos('--seeds', '50', '--resume');
    expect(more.stdout).toContain(`seeds ${next} to ${Number(next) + 49}`);
    expect(more.stdout).toContain(`\n${Number(next) + 49} seeds,`);
  });

  it.each([
    [['--seeds', 'many'], /--seeds needs a whole number/],
    [['--trial', 'war'], /there is no trial "war"; known: negotiation/],
    [['--bug', 'none'], /there is no bug "none"; known: counts-doubles/],
    [['--script', 'nowhere.yaml'], /there is no file/],
    [['--sedes', '3'], /sedes/],
  ])('refuses %s', (args, message) => {
    const { status, stderr } = chaos(...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });
});
