import { Socket } from 'node:net';
import { TransportError } from '@gridflock/core';
import type { IConnackPacket, MqttClient } from 'mqtt';
import { BackOff } from '../back-off.ts';
import { Bundler, sizeAlone_bytes, unbundle } from '../bundle.ts';
import { Changes } from '../changes.ts';
import type { Connection, Hear, Transport } from '../contract.ts';
import { checkSize, packetHead_max_bytes, payloadSize_max_bytes } from '../payload-limit.ts';
import { mqttFault, openMqtt, topicOf } from './mqtt-client.ts';

/** MQTT, quality of service 0: the roles repeat themselves, so a broker that does it too would only double the traffic. */
export const mqtt: Transport = {
  scheme: 'mqtt',
  encrypted: 'mqtts',
  async connect(address, security = {}) {
    const { client, greeting } = await openMqtt(address, security);
    return new MqttTie(client, greeting, address, security.login !== undefined);
  },
  openMailbox: async (address, security = {}) => (await import('./mqtt-mailbox.ts')).openMqttMailbox(address, security),
};

const refusal = (where: string, places: readonly string[]): TransportError =>
  new TransportError({
    code: 'BROKER_REFUSES',
    message: `The MQTT broker does not let us hear what is said at ${places.slice(0, 3).join(', ')}`,
    where,
    hint: 'See that the agent is enrolled with this key, and that the broker has the permissions that were made from that list.',
  });

const everyoneAt = (topic: string): string => `${topic}/+`;

class MqttTie implements Connection {
  private readonly client: MqttClient;
  private readonly changes = new Changes();
  readonly onChange = this.changes.onChange;
  private readonly backOff = new BackOff();
  readonly vouches: boolean;
  private readonly address: string;
  private readonly ears = new Map<string, Hear>();
  private readonly topics = new Map<string, string>();
  private readonly bundler = new Bundler((subject, message) => this.say(subject, message));
  private readonly payload_max_bytes: number;
  private again: NodeJS.Timeout | undefined;
  private closing = false;

  constructor(client: MqttClient, greeting: IConnackPacket, address: string, vouches: boolean) {
    this.client = client;
    this.address = address;
    this.vouches = vouches;
    const packet_max_bytes = greeting.properties?.maximumPacketSize ?? Number.POSITIVE_INFINITY;
    this.payload_max_bytes = Math.min(payloadSize_max_bytes, packet_max_bytes - packetHead_max_bytes);
    client.on('message', (topic, payload) => this.arrived(topic, payload));
    this.hasten();
    client.on('connect', () => void this.found());
    client.on('close', () => this.lost());
  }

  get connected(): boolean {
    return this.changes.connected;
  }

  get backlog_bytes(): number {
    return this.client.stream.writableLength + this.bundler.waiting_bytes;
  }

  async listen(places: readonly string[], hear: Hear): Promise<() => void> {
    const topics = places.map(topicOf);
    for (const topic of topics) this.ears.set(topic, hear);
    try {
      await this.subscribe(topics);
    } catch (error) {
      throw this.connected ? refusal(this.address, places) : mqttFault(error, this.address);
    }
    return () => {
      for (const topic of topics) this.ears.delete(topic);
      if (this.connected && topics.length > 0) this.client.unsubscribe(topics.map(everyoneAt));
    };
  }

  publish(subject: string, payload: Uint8Array): void {
    checkSize(subject, sizeAlone_bytes(payload), this.payload_max_bytes);
    this.bundler.add(subject, payload);
  }

  private say(subject: string, message: Uint8Array): void {
    let topic = this.topics.get(subject);
    if (topic === undefined) this.topics.set(subject, (topic = topicOf(subject)));
    this.client.publish(topic, Buffer.from(message.buffer, message.byteOffset, message.byteLength), { qos: 0 });
  }

  async drained(): Promise<void> {
    this.bundler.flush();
    while (this.connected && this.backlog_bytes > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  async close(): Promise<void> {
    this.closing = true;
    clearTimeout(this.again);
    await this.drained();
    await this.client.endAsync(!this.connected);
  }

  private arrived(topic: string, message: Uint8Array): void {
    const hear = this.ears.get(topic.slice(0, topic.lastIndexOf('/')));
    if (hear === undefined) return;
    unbundle(message, hear, {
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
