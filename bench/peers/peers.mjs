// The Python peers: one virtual environment, made on request, and asked one script at a time on one thread.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const venv = join(here, '.venv');
const python = join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

/** Makes bench/peers/.venv (git-ignored) with the packages of requirements.txt. Needs Python with venv, and PyPI. */
export function installPeers() {
  const options = { stdio: ['ignore', 2, 2] };
  execFileSync(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', venv], options);
  execFileSync(python, ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '-r', join(here, 'requirements.txt')], options);
}

/** What a script of this folder prints as JSON, or nothing when the peers are not installed or the script fails. */
export function askPeer(script, ...args) {
  if (!existsSync(python)) return undefined;
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', RAYON_NUM_THREADS: '1' };
  try {
    const text = execFileSync(python, [join(here, script), ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 2],
      env,
      maxBuffer: 1 << 27,
    });
    return JSON.parse(text);
  } catch (error) {
    process.stderr.write(`${script} failed: ${error.message}\n`);
    return undefined;
  }
}

/** One row of the table. `ratio` is ours / peer of this run: below 1 is faster. */
/** @param figures - numbers that a plot reads from the recorded row */
export function say(name, ours_ms, peer, peer_ms, note, figures) {
  console.log(
    JSON.stringify({
      name,
      ours_ms,
      peer: peer ?? 'peer not installed',
      peer_ms: peer_ms ?? null,
      ratio: peer_ms ? ours_ms / peer_ms : null,
      note,
      ...(figures ? { figures } : {}),
    }),
  );
}

/** Least milliseconds of `count` runs. */
export function best(run, count) {
  let least = Infinity;
  for (let k = 0; k < count; k++) {
    const begin = performance.now();
    run();
    least = Math.min(least, performance.now() - begin);
  }
  return least;
}

/** Least processor time of a few runs, in ms: what other work on the machine does not disturb. */
export function bestCpu(run, count) {
  let least = Infinity;
  for (let k = 0; k < count; k++) {
    const begin = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(begin);
    least = Math.min(least, (user + system) / 1e3);
  }
  return least;
}
