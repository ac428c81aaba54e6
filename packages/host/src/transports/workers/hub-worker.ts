/** The thread that passes messages between threads by subject; started by hub.ts. */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { FrameBatch, type Frames, type FromHub, placeIn, type ToHub } from './frames.ts';

/** By place: a subject without its last token. */
const listeners = new Map<string, Set<MessagePort>>();

function listen(port: MessagePort, places: readonly string[]): void {
  for (const place of places) {
    const ports = listeners.get(place);
    if (ports === undefined) listeners.set(place, new Set([port]));
    else ports.add(port);
  }
}

function ignore(port: MessagePort, places: Iterable<string>): void {
  for (const place of places) {
    const ports = listeners.get(place);
    if (ports?.delete(port) && ports.size === 0) listeners.delete(place);
  }
}

/** Messages of one `say`, on their way to those who listen. */
interface Delivery {
  readonly sender: MessagePort;
  readonly length_bytes: number;
  left_count: number;
}

/** What each port has been sent and has not heard yet, by batch. */
const unheard = new Map<MessagePort, Map<number, Delivery>>();
let batches_count = 0;

function passOn(sender: MessagePort, { subjects, ends, bytes }: Frames): void {
  const batches = new Map<MessagePort, FrameBatch>();
  let begin = 0;
  for (let k = 0; k < subjects.length; k++) {
    const payload = bytes.subarray(begin, ends[k]!);
    begin = ends[k]!;
    const subject = subjects[k]!;
    for (const port of listeners.get(placeIn(subject)) ?? []) {
      let batch = batches.get(port);
      if (batch === undefined) batches.set(port, (batch = new FrameBatch()));
      batch.add(subject, payload);
    }
  }
  const delivery: Delivery = { sender, length_bytes: bytes.length, left_count: batches.size };
  if (batches.size === 0) taken(delivery);
  for (const [port, gathered] of batches) {
    const frames = gathered.take();
    const batch = batches_count++;
    unheard.get(port)!.set(batch, delivery);
    port.postMessage({ type: 'said', frames, batch } satisfies FromHub, [frames.bytes.buffer]);
  }
}

function heard(port: MessagePort, batch: number): void {
  const delivery = unheard.get(port)!.get(batch);
  if (delivery === undefined) return;
  unheard.get(port)!.delete(batch);
  if (--delivery.left_count === 0) taken(delivery);
}

function taken({ sender, length_bytes }: Delivery): void {
  sender.postMessage({ type: 'taken', length_bytes } satisfies FromHub);
}

function welcome(port: MessagePort): void {
  unheard.set(port, new Map());
  port.on('message', (message: ToHub) => {
    if (message.type === 'say') passOn(port, message.frames);
    else if (message.type === 'heard') heard(port, message.batch);
    else if (message.type === 'listen') {
      listen(port, message.places);
      port.postMessage({ type: 'listening', request: message.request } satisfies FromHub);
    } else ignore(port, message.places);
  });
  port.on('close', () => {
    ignore(port, [...listeners.keys()]);
    // who has gone hears nothing more, and must not be waited for
    for (const batch of [...unheard.get(port)!.keys()]) heard(port, batch);
    unheard.delete(port);
  });
}

parentPort?.on('message', welcome);
