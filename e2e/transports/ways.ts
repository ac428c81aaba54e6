import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Connection, Mailbox } from '../../packages/host/src/transports/contract.ts';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../packages/host/src/transports/embedded-broker/embedded-broker.ts';
import { MemoryPost } from '../../packages/host/src/transports/memory-post.ts';
import { mqtt } from '../../packages/host/src/transports/mqtt/mqtt.ts';
import { nats } from '../../packages/host/src/transports/nats/nats.ts';
import { startHub } from '../../packages/host/src/transports/workers/hub.ts';
import { mosquittoIsInstalled, natsIsInstalled, startMosquitto, startNats } from './broker-process.ts';

/** Something that carries messages, started for a test: as many connections as are asked for, and the end of it all. */
export interface Wire {
  connect(): Promise<Connection>;
  openMailbox(): Promise<Mailbox>;
  /** Whether letters outlive the broker. */
  readonly onDisk: boolean;
  close(): Promise<void>;
  /** A thread that runs a script with a connection of its own: `workerData` has an address or a port, beside what is given. */
  listenInThread(script: URL, data: object): Worker;
  /** The broker's process, where it has one. */
  readonly pid?: number | undefined;
  /** Whether a listener that is slow makes others wait, instead of missing something. */
  readonly losesNothing: boolean;
  /** kill −9 of the broker and its return at the same address, where there is a broker. */
  readonly interrupt?: ((gone_ms: number) => Promise<void>) | undefined;
}

export interface Way {
  readonly name: string;
  readonly present: boolean;
  open(): Promise<Wire>;
}

/** Ports that the system gives away may be somebody else's for a moment, even those of a client that calls in vain. */
async function returnOf(port: number): Promise<EmbeddedBroker> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await startEmbeddedBroker(port);
    } catch (error) {
      if (attempt === 20) throw error;
      await pause(100);
    }
  }
}

export const hubScript = new URL('../../packages/host/dist/transports/workers/hub-worker.js', import.meta.url);

export const ways: readonly Way[] = [
  {
    name: 'worker threads',
    present: true,
    async open() {
      const hub = startHub(hubScript);
      const post = new MemoryPost();
      return {
        connect: async () => hub.connect(),
        openMailbox: async () => post.openMailbox(),
        onDisk: false,
        close: () => hub.close(),
        losesNothing: true,
        listenInThread(script, data) {
          const port = hub.port();
          return new Worker(script, { workerData: { ...data, port }, transferList: [port] });
        },
      };
    },
  },
  {
    name: 'embedded MQTT broker',
    present: true,
    async open() {
      let broker = await startEmbeddedBroker();
      return {
        connect: () => mqtt.connect(broker.address),
        openMailbox: () => mqtt.openMailbox(broker.address),
        onDisk: false,
        close: () => broker.close(),
        losesNothing: true,
        listenInThread: (script, data) => new Worker(script, { workerData: { ...data, address: broker.address } }),
        async interrupt(gone_ms) {
          await broker.close();
          await pause(gone_ms);
          broker = await returnOf(broker.port);
        },
      };
    },
  },
  ...[
    { name: 'NATS', present: natsIsInstalled, start: startNats, transport: nats },
    { name: 'MQTT on mosquitto', present: mosquittoIsInstalled, start: startMosquitto, transport: mqtt },
  ].map(({ name, present, start, transport }) => ({
    name,
    present,
    async open() {
      const broker = await start();
      return {
        connect: () => transport.connect(broker.address),
        openMailbox: () => transport.openMailbox(broker.address),
        onDisk: true,
        close: () => broker.close(),
        losesNothing: false,
        get pid() {
          return broker.pid;
        },
        listenInThread: (script: URL, data: object) => new Worker(script, { workerData: { ...data, address: broker.address } }),
        async interrupt(gone_ms: number) {
          await broker.kill();
          await pause(gone_ms);
          await broker.restart();
        },
      };
    },
  })),
];
