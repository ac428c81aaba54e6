import { randomUUID } from 'node:crypto';
import { InputError, StoppedError, type StudyProgress } from '@gridflock/core';
import { runOrder, type StopFlag } from '../cli/order-thread.ts';
import type { Stop } from '../cli/stop.ts';
import { placed } from '../cli/study-source.ts';
import type { StudyOrder } from '../cli/study-thread.ts';
import { readStudyFile } from '../files/study-file.ts';
import type { ContentStore } from '../store/content-store.ts';
import type { Run, RunFile, RunQueue } from '../store/run-queue.ts';
import type { Live } from './live.ts';
import { problemOf } from './problem.ts';
import type { Records } from './records.ts';

/** What the thread of a run answers. */
export interface RunOutcome {
  readonly status: string;
  readonly files: readonly { readonly name: string; readonly content: string }[];
}

export interface RunnerOptions {
  readonly queue: RunQueue;
  readonly records: Records;
  readonly contents: ContentStore;
  readonly live: Live;
  readonly version: string;
  /** Runs at once. */
  readonly threads_count: number;
  /** A run that needs more ends with OUT_OF_MEMORY, and nothing else does. */
  readonly memory_MiB: number;
  readonly timeLimit_s: number;
  readonly script?: URL;
}

const beat_ms = 1_000;
/** A worker that is silent for so long has lost its run. */
const silence_ms = 15_000;
const look_ms = 500;

/** Takes runs from the queue, each into a thread of its own, until it is told to end. */
export class Runner {
  private readonly options: RunnerOptions;
  private readonly name = `${process.pid}-${randomUUID().slice(0, 8)}`;
  private readonly working = new Map<string, { end(): void; done: Promise<void> }>();
  private readonly timer: NodeJS.Timeout;
  private ending = false;
  private looking = false;

  constructor(options: RunnerOptions) {
    this.options = options;
    this.timer = setInterval(() => void this.look(), look_ms);
    void this.look();
  }

  /** Looks for work now: somebody has just asked for some. */
  async look(): Promise<void> {
    if (this.looking || this.ending) return;
    this.looking = true;
    try {
      if ((await this.options.queue.reclaim(silence_ms)) > 0) this.options.live.tell({ topic: 'runs' });
      while (!this.ending && this.working.size < this.options.threads_count) {
        const run = await this.options.queue.take(this.name);
        if (run === undefined) break;
        this.begin(run);
      }
    } catch {
      // the database is away for a moment; the next look tries again
    } finally {
      this.looking = false;
    }
  }

  /** Ends what is at work, so that it is queued again at once by whoever comes next. */
  async end(): Promise<void> {
    this.ending = true;
    clearInterval(this.timer);
    for (const { end } of this.working.values()) end();
    await Promise.all([...this.working.values()].map(({ done }) => done));
  }

  private begin(run: Run): void {
    const { live } = this.options;
    const stop = new RunStop();
    live.tell({ topic: 'runs', run: run.id, state: 'running' });
    const done = this.work(run, stop).finally(() => {
      this.working.delete(run.id);
      live.tell({ topic: 'runs', run: run.id, state: 'ended' });
      void this.look();
    });
    this.working.set(run.id, { end: () => stop.ask('end'), done });
  }

  private async work(run: Run, stop: RunStop): Promise<void> {
    const { queue, contents, live, timeLimit_s } = this.options;
    let progress: StudyProgress | undefined;
    const beat = setInterval(async () => {
      const asked = await queue.tell(run.id, this.name, progress).catch(() => 'on' as const);
      if (asked !== 'on') stop.ask(asked);
    }, beat_ms);
    const limit = setTimeout(() => stop.ask('late'), timeLimit_s * 1_000);
    try {
      const outcome = await this.execute(run, stop, (news) => {
        progress = news;
        live.tell({ topic: 'progress', run: run.id, progress: news });
      });
      const files: RunFile[] = outcome.files.map(({ name, content }) => ({
        name,
        file: contents.put(content),
        size_B: Buffer.byteLength(content),
        media_type: mediaTypeOf(name),
      }));
      await queue.finish(run.id, this.name, outcome.status, files);
    } catch (error) {
      if (stop.reason === 'late')
        await queue.fail(run.id, this.name, {
          code: 'RUN_TOO_LONG',
          title: `The run was stopped after ${timeLimit_s} s`,
          hint: 'Make the study smaller, or raise --time-limit of the service.',
        });
      else if (error instanceof StoppedError && stop.reason === 'stop') await queue.stopped(run.id, this.name);
      else if (error instanceof StoppedError && stop.reason === 'end') await queue.giveBack(run.id, this.name);
      else await queue.fail(run.id, this.name, problemOf(withLine(error, run.text)));
    } finally {
      clearInterval(beat);
      clearTimeout(limit);
    }
  }

  private async execute(run: Run, stop: Stop, onNews: (progress: StudyProgress) => void): Promise<RunOutcome> {
    const { records, contents, version, memory_MiB, script = new URL('./run-worker.js', import.meta.url) } = this.options;
    const { document } = readStudyFile(run.text, 'study');
    const used = (await records.networks(run.owner)).filter(({ name }) => run.text.includes(name));
    return runOrder<StudyOrder, RunOutcome, StudyProgress>(
      {
        script,
        name: 'The run',
        order: {
          document,
          kind: run.kind,
          folder: '',
          files: Object.fromEntries(used.map(({ name, file }) => [name, contents.get(file).toString('utf8')])),
          version,
          seed: run.seed ?? undefined,
          transport: undefined,
          identity: undefined,
        } satisfies Omit<StudyOrder, keyof StopFlag>,
        memory_MiB,
        grace_ms: 2_000,
        onNews,
      },
      stop,
    );
  }
}

/** Says in which line of the study the fault is, where the fault names a key: `study:31 devices[2].p_max_kW`. */
const withLine = (error: unknown, text: string): unknown =>
  error instanceof InputError ? placed(error, readStudyFile(text, 'study'), 'study') : error;

/** The wish to stop one run. */
class RunStop implements Stop {
  /** Why it is to stop: somebody asked for it, another worker has it, it took too long, or the service ends. */
  reason: 'stop' | 'lost' | 'late' | 'end' | undefined;
  private readonly listeners: (() => void)[] = [];

  ask(reason: 'stop' | 'lost' | 'late' | 'end'): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    for (const listener of this.listeners) listener();
  }

  readonly status = (): number | undefined => undefined;
  readonly requested = (): boolean => this.reason !== undefined;
  readonly isHeld = (): boolean => false;
  onRequest(listener: () => void): void {
    this.listeners.push(listener);
    if (this.reason !== undefined) listener();
  }
  hold(): void {}
  check(): void {
    if (this.reason !== undefined) throw new StoppedError({ code: 'STOPPED', message: 'Stopped by the user' });
  }
}

const mediaTypes: Readonly<Record<string, string>> = {
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
  html: 'text/html; charset=utf-8',
};
const mediaTypeOf = (name: string): string => mediaTypes[name.split('.').at(-1) ?? ''] ?? 'text/plain; charset=utf-8';
