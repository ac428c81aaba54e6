/** Runs the real command line in a process of its own, in a folder of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const binary = fileURLToPath(new URL('../../packages/host/bin/gridflock.mjs', import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Call {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Sends SIGINT so many times, as soon as standard error shows this text; 50 ms apart. */
  readonly interrupt?: { readonly at: RegExp; readonly times: number };
  /** Closes its standard output after the first bytes, as `head` does. */
  readonly closeOutput?: boolean;
}

export function gridflock(args: readonly string[], { cwd, env = {}, interrupt, closeOutput }: Call): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(GRIDFLOCK_|NO_COLOR|FORCE_COLOR)/.test(name)));
    const child = spawn(process.execPath, [binary, ...args], { cwd, env: { ...own, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    let sent = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (closeOutput) child.stdout.destroy();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (!interrupt || sent || !interrupt.at.test(stderr)) return;
      sent = true;
      for (let k = 0; k < interrupt.times; k++) setTimeout(() => child.kill('SIGINT'), 50 * k);
    });
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ status, signal, stdout, stderr }));
  });
}

/** A new folder with the given files. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'gridflock-e2e-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/** Everything in a folder, hidden names too, sorted. */
export const namesIn = (folder: string): string[] => readdirSync(folder).sort();

/** Standard output must be one JSON document: nothing before, nothing after. */
export function documentOf(ended: Ended): Record<string, unknown> {
  if (!/^\{[\s\S]*\}\n$/.test(ended.stdout))
    throw new Error(`not one JSON document: ${ended.stdout.slice(0, 300)} ${ended.stderr.slice(0, 300)}`);
  return JSON.parse(ended.stdout) as Record<string, unknown>;
}

/** The `error` of a document. */
export const errorOf = (ended: Ended): { code: string; message: string; where: string | null; hint: string | null } =>
  documentOf(ended)['error'] as { code: string; message: string; where: string | null; hint: string | null };
