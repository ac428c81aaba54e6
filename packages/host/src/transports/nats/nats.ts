import type { NatsConnection, NatsConnectionImpl, Subscription } from '@nats-io/transport-node';
import { BackOff } from '../back-off.ts';
import { Bundler, sizeAlone_bytes, unbundle } from '../bundle.ts';
import { Changes } from '../changes.ts';
import type { Connection, Hear, Transport } from '../contract.ts';
import { checkSize, payloadSize_max_bytes } from '../payload-limit.ts';
import { natsFault, openNats } from './nats-client.ts';
import { NatsFrames } from './nats-frames.ts';

/** How much is said before the server is asked whether it has got everything. */
const askEvery_bytes = 1 << 18;

/** NATS core: at most once, in order per publisher. One connection a process. */
export const nats: Transport = {
  scheme: 'nats',
  encrypted: 'tls',
  async connect(address, security = {}) {
    const backOff = new BackOff();
    return new NatsTie(await openNats(address, security, backOff), backOff, address, security.login !== undefined);
  },
  openMailbox: async (address, security = {}) => (await import('./nats-mailbox.ts')).openNatsMailbox(address, security),
};

class NatsTie implements Connection {
  private readonly client: NatsConnection;
  private readonly changes = new Changes();
  readonly onChange = this.changes.onChange;
  readonly vouches: boolean;
  private readonly address: string;
  private readonly frames = new NatsFrames((piece) => {
    // the client's interface leaves out that it speaks a protocol; its class, which its package exports as well, does not
    if (!this.client.isClosed()) (this.client as unknown as NatsConnectionImpl).protocol.sendCommand(piece);
  });
  private readonly bundler = new Bundler((subject, message) => this.frames.add(subject, message));
  private readonly payload_max_bytes: number;
  private said_bytes = 0;
  private confirmed_bytes = 0;
  private asked_bytes = 0;

  constructor(client: NatsConnection, backOff: BackOff, address: string, vouches: boolean) {
    this.client = client;
    this.address = address;
    this.vouches = vouches;
    this.payload_max_bytes = Math.min(client.info?.max_payload ?? payloadSize_max_bytes, payloadSize_max_bytes);
    void this.watch(backOff);
  }

  get connected(): boolean {
    return this.changes.connected;
  }

  get backlog_bytes(): number {
    return this.said_bytes - this.confirmed_bytes;
  }

  /** @throws {TransportError} BROKER_REFUSES */
  async listen(places: readonly string[], hear: Hear): Promise<() => void> {
    let refusal: Error | undefined;
    const subscriptions: Subscription[] = places.map((place) =>
      this.client.subscribe(`${place}.*`, {
        callback: (error, message) => {
          if (error === null) unbundle(message.data, hear, message);
          else refusal ??= error;
        },
      }),
    );
    await this.client.flush();
    if (refusal !== undefined) throw natsFault(refusal, this.address);
    return () => {
      if (!this.client.isClosed()) for (const subscription of subscriptions) subscription.unsubscribe();
    };
  }

  publish(subject: string, payload: Uint8Array): void {
    checkSize(subject, sizeAlone_bytes(payload), this.payload_max_bytes);
    this.bundler.add(subject, payload);
    this.said_bytes += payload.length;
    if (this.said_bytes - this.asked_bytes > askEvery_bytes) void this.drained();
  }

  /** The server answers in order, so its answer means that it has taken all that was said before. */
  async drained(): Promise<void> {
    this.bundler.flush();
    this.frames.flush();
    const asked_bytes = this.said_bytes;
    this.asked_bytes = asked_bytes;
    await this.client.flush().catch(() => {});
    this.confirmed_bytes = Math.max(this.confirmed_bytes, asked_bytes);
  }

  async close(): Promise<void> {
    if (this.connected) await this.drained();
    await this.client.close();
  }

  private async watch(backOff: BackOff): Promise<void> {
    for await (const { type } of this.client.status()) {
      if (type === 'disconnect') {
        backOff.lost();
        this.confirmed_bytes = this.said_bytes;
        this.changes.tell(false);
      } else if (type === 'reconnect') {
        backOff.found();
        this.changes.tell(true);
      }
    }
    this.changes.tell(false);
  }
}
