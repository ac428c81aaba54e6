import type { MessagePort } from 'node:worker_threads';
import { Changes } from '../changes.ts';
import type { Connection, Hear } from '../contract.ts';
import { checkSize } from '../payload-limit.ts';
import { FrameBatch, type Frames, type FromHub, placeIn, type ToHub } from './frames.ts';

/** A thread's connection to the hub. A port that is closed does not come back. */
export class PortConnection implements Connection {
  private readonly port: MessagePort;
  private readonly changes = new Changes();
  readonly onChange = this.changes.onChange;
  readonly vouches = false;
  private readonly ears = new Map<string, Hear>();
  private readonly answers = new Map<number, () => void>();
  private readonly batch = new FrameBatch();
  private waiters: (() => void)[] = [];
  private requests_count = 0;
  backlog_bytes = 0;

  constructor(port: MessagePort) {
    this.port = port;
    port.on('message', (message: FromHub) => this.arrived(message));
    port.on('close', () => this.lost());
  }

  get connected(): boolean {
    return this.changes.connected;
  }

  async listen(places: readonly string[], hear: Hear): Promise<() => void> {
    for (const place of places) this.ears.set(place, hear);
    const request = this.requests_count++;
    const heard = new Promise<void>((resolve) => this.answers.set(request, resolve));
    this.tell({ type: 'listen', places, request });
    await heard;
    return () => {
      for (const place of places) this.ears.delete(place);
      if (this.connected) this.tell({ type: 'ignore', places });
    };
  }

  publish(subject: string, payload: Uint8Array): void {
    checkSize(subject, payload.length);
    if (this.batch.isEmpty) queueMicrotask(() => this.post());
    this.batch.add(subject, payload);
    this.backlog_bytes += payload.length;
  }

  drained(): Promise<void> {
    if (!this.connected || this.backlog_bytes === 0) return Promise.resolve();
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  async close(): Promise<void> {
    await this.drained();
    this.port.close();
    this.lost();
  }

  private post(): void {
    const frames = this.batch.take();
    if (this.connected) this.port.postMessage({ type: 'say', frames } satisfies ToHub, [frames.bytes.buffer]);
  }

  private tell(message: ToHub): void {
    this.port.postMessage(message);
  }

  private arrived(message: FromHub): void {
    if (message.type === 'said') {
      this.hear(message.frames);
      if (this.connected) this.tell({ type: 'heard', batch: message.batch });
    } else if (message.type === 'taken') {
      this.backlog_bytes -= message.length_bytes;
      if (this.backlog_bytes === 0) this.release();
    } else {
      this.answers.get(message.request)?.();
      this.answers.delete(message.request);
    }
  }

  private hear({ subjects, ends, bytes }: Frames): void {
    let begin = 0;
    for (let k = 0; k < subjects.length; k++) {
      const end = ends[k]!;
      const subject = subjects[k]!;
      this.ears.get(placeIn(subject))?.(bytes.subarray(begin, end), { subject });
      begin = end;
    }
  }

  private release(): void {
    const { waiters } = this;
    this.waiters = [];
    for (const go of waiters) go();
  }

  private lost(): void {
    this.backlog_bytes = 0;
    this.changes.tell(false);
    this.release();
  }
}
