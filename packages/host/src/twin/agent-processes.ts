import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TransportError } from '@gridflock/core';

/** The command of this package. */
const binary = new URL('../../bin/gridflock.mjs', import.meta.url).pathname;
/** How long a process may take to end by itself once the run is over. */
const grace_ms = 10_000;

/** A process to be started: its name, whom it holds, and its file. */
export interface ProcessFile {
  readonly folder: string;
  readonly agents: readonly string[];
  readonly text: string;
}

/** How a process ended: what its agents know, or the signal that it died of. */
export interface ProcessEnd {
  readonly folder: string;
  readonly agents: readonly string[];
  readonly results: readonly Readonly<Record<string, unknown>>[];
  /** undefined where it ended by itself. */
  readonly signal: NodeJS.Signals | undefined;
}

interface Running extends ProcessFile {
  readonly child: ChildProcess;
  readonly ended: Promise<ProcessEnd>;
}

/** The processes of agents on this machine: each runs `gridflock agent` on a file of its own. Those that are left when this process ends are ended with it. */
export class AgentProcesses {
  /** Rejects when a process ends with an error; a process that is killed is none. */
  readonly failed: Promise<never>;
  private readonly folder = mkdtempSync(join(tmpdir(), 'gridflock-twin-'));
  private readonly running: readonly Running[];
  private readonly atExit = (): void => this.close();

  /** @param onStart - told which process holds whom */
  constructor(files: readonly ProcessFile[], onStart: (agents: readonly string[], pid: number) => void) {
    process.on('exit', this.atExit);
    let fail: (error: Error) => void = () => {};
    this.failed = new Promise<never>((_, reject) => {
      fail = reject;
    });
    this.failed.catch(() => {});
    this.running = files.map((file) => {
      const running = this.start(file, fail);
      if (running.child.pid !== undefined) onStart(file.agents, running.child.pid);
      return running;
    });
  }

  private start(file: ProcessFile, fail: (error: Error) => void): Running {
    const place = join(this.folder, file.folder);
    mkdirSync(place);
    writeFileSync(join(place, 'agents.yaml'), file.text);
    const child = spawn(process.execPath, [binary, 'agent', join(place, 'agents.yaml'), '--json', '--quiet'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let stdout = '';
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    const ended = new Promise<ProcessEnd>((resolve) => {
      child.on('close', (status, signal) => {
        const { folder, agents } = file;
        const { results, fault } = answerIn(stdout);
        if (signal === null && fault !== undefined) fail(broken(agents, status, fault));
        resolve({ folder, agents, results, signal: signal ?? undefined });
      });
    });
    return { ...file, child, ended };
  }

  /** Waits until all have ended; who takes too long is ended. */
  async end(): Promise<ProcessEnd[]> {
    const late = setTimeout(() => this.signal('SIGTERM'), grace_ms);
    const later = setTimeout(() => this.signal('SIGKILL'), 2 * grace_ms);
    const ends = await Promise.all(this.running.map(({ ended }) => ended));
    clearTimeout(late);
    clearTimeout(later);
    return ends;
  }

  private signal(name: NodeJS.Signals): void {
    for (const { child } of this.running) if (child.exitCode === null && child.signalCode === null) child.kill(name);
  }

  /** Ends what is left, and takes the files away. */
  close(): void {
    process.off('exit', this.atExit);
    this.signal('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What a process said at its end: results of its agents, or what went wrong. */
function answerIn(stdout: string): { readonly results: ProcessEnd['results']; readonly fault: string | undefined } {
  try {
    const { agents, error } = JSON.parse(stdout);
    if (Array.isArray(agents)) return { results: agents, fault: undefined };
    return { results: [], fault: `${error.message} [${error.code}]` };
  } catch {
    return { results: [], fault: 'it said nothing' };
  }
}

const broken = (agents: readonly string[], status: number | null, fault: string): TransportError =>
  new TransportError({
    code: 'TWIN_PROCESS_FAILED',
    message: `The process of ${agents.map((id) => `"${id}"`).join(', ')} ended with status ${status}: ${fault}`,
    hint: 'Run it by itself to see more: gridflock deploy STUDY.yaml --transport URL --out agents, then gridflock agent on its file.',
  });
