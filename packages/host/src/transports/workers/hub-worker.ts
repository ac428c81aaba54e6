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

function passOn({ subjects, ends, bytes }: Frames): void {
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
  for (const [port, batch] of batches) {
    const frames = batch.take();
    port.postMessage({ type: 'said', frames } satisfies FromHub, [frames.bytes.buffer]);
  }
}

function welcome(port: MessagePort): void {
  port.on('message', (message: ToHub) => {
    if (message.type === 'say') {
      passOn(message.frames);
      port.postMessage({ type: 'taken', length_bytes: message.frames.bytes.length } satisfies FromHub);
    } else if (message.type === 'listen') {
      listen(port, message.places);
      port.postMessage({ type: 'listening', request: message.request } satisfies FromHub);
    } else ignore(port, message.places);
  });
  port.on('close', () => ignore(port, [...listeners.keys()]));
}

parentPort?.on('message', welcome);
