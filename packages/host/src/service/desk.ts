import type { ContentStore } from '../store/content-store.ts';
import type { Measurements } from '../store/measurements.ts';
import type { RunQueue } from '../store/run-queue.ts';
import type { Live } from './live.ts';
import type { Records } from './records.ts';
import type { Streams } from './streams.ts';

/** What the routes work with. */
export interface Desk {
  readonly records: Records;
  readonly queue: RunQueue;
  readonly contents: ContentStore;
  readonly measurements: Measurements;
  readonly live: Live;
  readonly streams: Streams;
  /** Told when there is something to run. */
  readonly wake: () => void;
}
