import { Socket } from 'node:net';
import { CombinationError, type TransportError } from '@gridflock/core';
import { connectAsync, ErrorWithReasonCode, type IClientOptions, type MqttClient } from 'mqtt';
import { BackOff } from '../back-off.ts';
import { brokerFault } from '../broker-fault.ts';
import { Changes } from '../changes.ts';
import type { Connection, Hear, Transport } from '../contract.ts';

const connect_ms = 5000;
/** "Unsupported protocol version" of MQTT 5 and of MQTT 3. */
const foreignVersion = new Set([1, 132]);

/**
 * MQTT 5, or 3.1.1 where the broker knows no better (aedes does not). Quality of service 0: the roles repeat themselves, so a
 * broker that does it too would only double the traffic. Subject `a.b` is topic `a/b`.
 */
export const mqtt: Transport = {
  scheme: 'mqtt',
  encrypted: 'mqtts',
  async connect(address, { ca, certificate, login } = {}) {
    if (login !== undefined && !address.startsWith('mqtts:') && !isHere(address)) throw needsTls(address);
    const options: IClientOptions = {
      ...(ca === undefined ? {} : { ca }),
      ...certificate,
      ...(login === undefined ? {} : { username: login.user, password: login.password() }),
      clean: true,
      connectTimeout: connect_ms,
      reconnectPeriod: 0,
      queueQoSZero: false,
      protocolVersion: 5,
    };
    try {
      return new MqttTie(await connectAsync(address, options), login !== undefined);
    } catch (error) {
      if (!(error instanceof ErrorWithReasonCode && foreignVersion.has(error.code))) throw unreachable(address, error);
    }
    try {
      return new MqttTie(await connectAsync(address, { ...options, protocolVersion: 4 }), login !== undefined);
    } catch (error) {
      throw unreachable(address, error);
    }
  },
};

const unreachable = (address: string, error: unknown): TransportError =>
  brokerFault(error, address, 'MQTT broker', 'mosquitto -p 1883; "embedded" brings its own');

/** Whether an address is one of this machine, where nobody listens on the way. */
const isHere = (address: string): boolean => /^mqtt:\/\/(127\.0\.0\.1|localhost|\[::1\])(:|\/|$)/.test(address);

const needsTls = (address: string): CombinationError =>
  new CombinationError({
    code: 'BROKER_NEEDS_TLS',
    message: 'A password was to be sent to another machine without TLS, where everybody on the way can read it',
    where: address,
    hint: "Write mqtts://, and give the certificate of the broker's authority as `ca`.",
  });

const topicOf = (subject: string): string => subject.replaceAll('.', '/');
const everyoneAt = (topic: string): string => `${topic}/+`;

class MqttTie implements Connection {
  private readonly client: MqttClient;
  private readonly changes = new Changes();
  readonly onChange = this.changes.onChange;
  private readonly backOff = new BackOff();
  readonly vouches: boolean;
  private readonly ears = new Map<string, Hear>();
  private readonly topics = new Map<string, string>();
  private again: NodeJS.Timeout | undefined;
  private closing = false;

  constructor(client: MqttClient, vouches: boolean) {
    this.client = client;
    this.vouches = vouches;
    client.on('message', (topic, payload) => this.hear(topic, payload));
    this.hasten();
    client.on('connect', () => void this.found());
    client.on('close', () => this.lost());
    // each is followed by `close`, which is where we try again
    client.on('error', () => {});
  }

  get connected(): boolean {
    return this.changes.connected;
  }

  get backlog_bytes(): number {
    return this.client.stream.writableLength;
  }

  async listen(places: readonly string[], hear: Hear): Promise<() => void> {
    const topics = places.map(topicOf);
    for (const topic of topics) this.ears.set(topic, hear);
    await this.subscribe(topics);
    return () => {
      for (const topic of topics) this.ears.delete(topic);
      if (this.connected && topics.length > 0) this.client.unsubscribe(topics.map(everyoneAt));
    };
  }

  publish(subject: string, payload: Uint8Array): void {
    let topic = this.topics.get(subject);
    if (topic === undefined) this.topics.set(subject, (topic = topicOf(subject)));
    this.client.publish(topic, Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength), { qos: 0 });
  }

  async drained(): Promise<void> {
    while (this.connected && this.backlog_bytes > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  async close(): Promise<void> {
    this.closing = true;
    clearTimeout(this.again);
    await this.drained();
    await this.client.endAsync(!this.connected);
  }

  private hear(topic: string, payload: Uint8Array): void {
    this.ears.get(topic.slice(0, topic.lastIndexOf('/')))?.(payload, {
      get subject() {
        return topic.replaceAll('/', '.');
      },
    });
  }

  private async subscribe(topics: readonly string[]): Promise<void> {
    // brokers limit the size of one request
    for (let first = 0; first < topics.length; first += 500) {
      await this.client.subscribeAsync(topics.slice(first, first + 500).map(everyoneAt), { qos: 0 });
    }
  }

  /** Small messages must not wait for company. */
  private hasten(): void {
    const { stream } = this.client;
    if (stream instanceof Socket) stream.setNoDelay(true);
  }

  private lost(): void {
    this.backOff.lost();
    this.changes.tell(false);
    if (!this.closing) this.again = setTimeout(() => this.client.reconnect(), this.backOff.wait_ms());
  }

  private async found(): Promise<void> {
    this.hasten();
    try {
      await this.subscribe([...this.ears.keys()]);
    } catch {
      // lost again; `close` has been told or will be
      return;
    }
    this.backOff.found();
    this.changes.tell(true);
  }
}
