/** Starts `gridflock serve` as a process of its own, on a free port, in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { binary } from '../cli/gridflock.ts';

export interface Running {
  readonly base: string;
  readonly child: ChildProcess;
  /** Sends a request below /api; a body becomes JSON. */
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Replied>;
  /** Waits until a run has ended. */
  ended(id: string): Promise<Replied['body']>;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface Replied {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the service says
  readonly body: any;
}

export async function serveIn(folder: string, ...args: string[]): Promise<Running> {
  const child = spawn(process.execPath, [binary, 'serve', '--port', '0', '--data', folder, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const base = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const address = /(http:\/\/127\.0\.0\.1:\d+)\/api/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.on('exit', (status) => reject(new Error(`gridflock serve ended with ${status}: ${said}`)));
  });
  const call: Running['call'] = async (method, path, body, headers = {}) => {
    const sent =
      body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } };
    const reply = await fetch(`${base}/api${path}`, { method, headers, ...sent });
    const text = await reply.text();
    const isJson = /json/.test(reply.headers.get('content-type') ?? '');
    return { status: reply.status, headers: reply.headers, body: isJson && text !== '' ? JSON.parse(text) : text };
  };
  return {
    base,
    child,
    call,
    async ended(id) {
      for (;;) {
        const { body } = await call('GET', `/runs/${id}`);
        if (!['queued', 'running'].includes(body.state)) return body;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    },
    stop: (signal = 'SIGTERM') =>
      new Promise((resolve) => {
        if (child.exitCode !== null) resolve(child.exitCode);
        child.on('exit', (status) => resolve(status));
        child.kill(signal);
      }),
  };
}
