import { useEffect, useState } from 'preact/hooks';
import { ask, isOver, type Page, type Progress, type Run } from './api.ts';

/** Whether news come in: the page says when what it shows may be old. */
export type Pulse = 'live' | 'away';

interface State {
  readonly runs: ReadonlyMap<string, Run>;
  /** Whether the runs have been read once. */
  readonly isRead: boolean;
  /** Older runs are there; what to ask for them by. */
  readonly next: number | null;
  readonly pulse: Pulse;
}

const runs_count = 50;
const patience_ms = 3_000;

/**
 * The runs as the service tells them: read once, then kept up to date by one stream for all views. News that come fast are shown once
 * a frame. After a break the browser connects again by itself, the service says `reload`, and what was missed is read.
 */
class LiveRuns {
  private state: State = { runs: new Map(), isRead: false, next: null, pulse: 'away' };
  private readonly watchers = new Set<(state: State) => void>();
  private drawing = false;

  start(): void {
    // shown at once; what happens until the stream is open is in what its first `reload` reads
    this.read().catch(() => this.set({ pulse: 'away' }));
    const source = new EventSource('/api/events');
    const heard = (event: Event): unknown => JSON.parse((event as MessageEvent<string>).data);
    source.addEventListener('open', () => this.set({ pulse: 'live' }));
    source.addEventListener('error', () => {
      this.set({ pulse: 'away' });
      // a stream that was refused stays closed; one that broke is opened again by the browser
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.start(), patience_ms);
    });
    source.addEventListener('run', (event) => this.put([heard(event) as Run]));
    source.addEventListener('progress', (event) => {
      const { run: id, progress } = heard(event) as { run: string; progress: Progress };
      const run = this.state.runs.get(id);
      if (run !== undefined && !isOver(run)) this.put([{ ...run, progress }]);
    });
    source.addEventListener('reload', () => {
      this.read().catch(() => this.set({ pulse: 'away' }));
    });
  }

  /** Puts in what a reply told, so that a view need not wait for the stream. */
  put(told: readonly Run[]): void {
    const runs = new Map(this.state.runs);
    for (const run of told) {
      const known = runs.get(run.id);
      // news and replies may cross; a run that has ended never changes
      if (known === undefined || !isOver(known)) runs.set(run.id, run);
    }
    this.set({ runs });
  }

  async read(before?: number): Promise<void> {
    const page = await ask<Page<Run>>('GET', `/runs?count=${runs_count}${before === undefined ? '' : `&before=${before}`}`);
    const next = before === undefined && this.state.isRead && this.state.next !== null ? this.state.next : page.next;
    this.put(page.items);
    this.set({ isRead: true, next });
  }

  watch(watcher: (state: State) => void): () => void {
    this.watchers.add(watcher);
    watcher(this.state);
    return () => this.watchers.delete(watcher);
  }

  get now(): State {
    return this.state;
  }

  private set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      for (const watcher of this.watchers) watcher(this.state);
    });
  }
}

export const liveRuns = new LiveRuns();

export function useRuns(): State {
  const [state, setState] = useState(liveRuns.now);
  useEffect(() => liveRuns.watch(setState), []);
  return state;
}

/** The time, now and each second as long as it is asked for. */
export function useNow_ms(ticks: boolean): number {
  const [now_ms, setNow] = useState(Date.now());
  useEffect(() => {
    if (!ticks) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [ticks]);
  return now_ms;
}
