import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Aedes, type AedesOptions, type Client } from 'aedes';
import { Inflow } from './inflow.ts';

export interface EmbeddedBroker {
  /** `mqtt://127.0.0.1:<port>` */
  readonly address: string;
  readonly port: number;
  /** Cuts every connection and ends. */
  close(): Promise<void>;
}

/** Who may do what at a broker; asked every time, so that what changes counts at once. */
export interface BrokerAccess {
  letsIn(user: string, password: string): boolean;
  /** Subjects as NATS writes them. */
  maySpeak(user: string, subject: string): boolean;
  /** A subject in which `*` stands for one token. */
  mayListen(user: string, subject: string): boolean;
}

/** How much is taken while earlier messages wait for a slow listener. */
const waiting_max_bytes = 8 << 20;

/**
 * An MQTT 3.1.1 broker in this process, for this machine only: what a service or a study uses where nobody has set up a broker.
 * Who announces a packet with more than 1 MiB of payload, or sends what is no MQTT, is cut off. Where somebody listens slowly, everybody
 * who speaks has to wait; who does not listen at all for a minute is cut off.
 * @param port - 0 takes any that is free
 * @param access - where left out, whoever is on this machine may do everything
 */
export async function startEmbeddedBroker(port = 0, access?: BrokerAccess): Promise<EmbeddedBroker> {
  const broker = await Aedes.createBroker(access === undefined ? {} : guards(access));
  // the queue is in the broker's code and not in its types
  const { mq } = broker as unknown as { readonly mq: { readonly length: number } };
  const inflow = new Inflow(() => mq.length, waiting_max_bytes);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.setNoDelay(true);
    inflow.govern(socket);
    broker.handle(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    address: `mqtt://127.0.0.1:${taken}`,
    port: taken,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      inflow.stop();
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      await closed;
    },
  };
}

/** What aedes asks. Users are kept by connection: the name in a packet of his could be any. */
function guards(access: BrokerAccess): AedesOptions {
  const users = new WeakMap<Client, string>();
  const subjectOf = (topic: string): string => topic.replaceAll('/', '.').replaceAll('+', '*');
  return {
    authenticate(client, user = '', password, answer) {
      const isIn = access.letsIn(user, password?.toString() ?? '');
      if (isIn) users.set(client, user);
      answer(null, isIn);
    },
    authorizePublish(client, { topic }, answer) {
      const user = client === null ? undefined : users.get(client);
      answer(user !== undefined && access.maySpeak(user, subjectOf(topic)) ? null : new Error(`not authorized to publish to ${topic}`));
    },
    authorizeSubscribe(client, subscription, answer) {
      const user = client === null ? undefined : users.get(client);
      answer(null, user !== undefined && access.mayListen(user, subjectOf(subscription.topic)) ? subscription : null);
    },
  };
}
