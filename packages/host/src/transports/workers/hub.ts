import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { Connection } from '../contract.ts';
import { PortConnection } from './port-connection.ts';

export interface Hub {
  /** A connection for this thread. */
  connect(): Connection;
  /** A port to hand to another thread, which makes a `PortConnection` of it. */
  port(): MessagePort;
  close(): Promise<void>;
}

/** Starts the thread that passes messages between threads of this process. */
export function startHub(script = new URL('./hub-worker.js', import.meta.url)): Hub {
  const worker = new Worker(script);
  worker.unref();
  const port = (): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    worker.postMessage(port2, [port2]);
    return port1;
  };
  return {
    port,
    connect: () => new PortConnection(port()),
    async close() {
      await worker.terminate();
    },
  };
}
