import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Debian keeps each version's programs in a folder of its own. */
const debian = '/usr/lib/postgresql';
const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
const programs = versions.map((version) => join(debian, version, 'bin')).find((folder) => existsSync(join(folder, 'initdb')));

export const postgresqlIsInstalled = programs !== undefined;

/** A server of its own, empty, on a free port, gone with everything in it at `stop`. PostgreSQL refuses to run as root, so root lends it to `postgres`. */
export async function startPostgresql(): Promise<{ readonly url: string; stop(): void }> {
  if (programs === undefined) throw new Error('PostgreSQL is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'gridflock-postgresql-'));
  const isRoot = process.getuid?.() === 0;
  const who = isRoot ? { uid: Number(execFileSync('id', ['-u', 'postgres'])), gid: Number(execFileSync('id', ['-g', 'postgres'])) } : {};
  if (isRoot) chownSync(folder, who.uid ?? 0, who.gid ?? 0);
  const data = join(folder, 'data');
  execFileSync(join(programs, 'initdb'), ['-D', data, '-U', 'gridflock', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
    ...who,
    stdio: 'ignore',
    cwd: folder,
  });
  const port = await freePort();
  const options = ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${folder}`];
  const server = spawn(join(programs, 'postgres'), options, { ...who, stdio: 'ignore', cwd: folder });
  const url = `postgres://gridflock@127.0.0.1:${port}/postgres`;
  for (let attempt = 0; ; attempt++) {
    try {
      execFileSync(join(programs, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
      break;
    } catch (error) {
      if (attempt > 200 || server.exitCode !== null) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return {
    url,
    stop() {
      server.kill('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}
