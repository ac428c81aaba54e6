import { ErrorWithReasonCode, type MqttClient } from 'mqtt';
import type { BrokerSecurity, Letter, Mailbox } from '../contract.ts';
import { checkLetter, closedMailbox, letterPrefix } from '../letter.ts';
import { Taker } from '../taker.ts';
import { mqttFault, openMqtt, topicOf } from './mqtt-client.ts';

const prefix = `${letterPrefix}/`;
const reconnect_min_ms = 250;
const atLeastOnce = { qos: 1 } as const;

/**
 * Letters as retained messages, each under a topic of its own that ends with its id, quality of service 1. Who takes a letter
 * clears its topic; who has posted it hears that, and until then posts it again whenever the broker is back. So a letter is lost only
 * when the broker forgets what it has retained while the one who posted it is gone as well.
 */
export async function openMqttMailbox(address: string, security: BrokerSecurity): Promise<Mailbox> {
  const { client } = await openMqtt(address, security, reconnect_min_ms * (1 + Math.random()));
  return new MqttMailbox(client);
}

/** Reason codes of MQTT 5 from 128 on: not authorised, quota exceeded, … */
const isRefusal = (error: unknown): boolean => error instanceof ErrorWithReasonCode && error.code >= 128;

class MqttMailbox implements Mailbox {
  private readonly client: MqttClient;
  private readonly takers = new Map<string, Taker>();
  /** What we have posted and nobody has taken yet, by topic. */
  private readonly untaken = new Map<string, Buffer>();
  private closed = false;

  constructor(client: MqttClient) {
    this.client = client;
    client.on('message', (topic, payload) => this.arrived(topic, payload));
    client.on('connect', () => void this.postAgain());
  }

  async post(subject: string, letter: Letter): Promise<void> {
    if (this.closed) throw closedMailbox(subject);
    checkLetter(subject, letter);
    const topic = `${prefix}${topicOf(subject)}/${letter.id}`;
    const payload = Buffer.from(letter.payload);
    this.untaken.set(topic, payload);
    for (;;) {
      try {
        await this.client.subscribeAsync(topic, atLeastOnce);
        await this.leave(topic, payload);
        return;
      } catch (error) {
        if (this.closed) throw closedMailbox(subject);
        if (isRefusal(error)) throw mqttFault(error, subject);
        await new Promise((resolve) => setTimeout(resolve, reconnect_min_ms));
      }
    }
  }

  async collect(place: string, take: (letter: Letter, subject: string) => Promise<void> | void): Promise<() => Promise<void>> {
    const taker = new Taker(take);
    const topics = `${prefix}${topicOf(place)}/+/+`;
    this.takers.set(place, taker);
    await this.client.subscribeAsync(topics, atLeastOnce);
    return async () => {
      this.takers.delete(place);
      if (this.client.connected) await this.client.unsubscribeAsync(topics);
      await taker.stop();
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.takers.values()].map((taker) => taker.stop()));
    await this.client.endAsync(!this.client.connected);
  }

  /** The first byte tells a letter without contents from a topic that was cleared. */
  private leave(topic: string, payload: Buffer): Promise<unknown> {
    return this.client.publishAsync(topic, Buffer.concat([Buffer.of(1), payload]), { ...atLeastOnce, retain: true });
  }

  private async postAgain(): Promise<void> {
    try {
      await Promise.all([...this.untaken].map(([topic, payload]) => this.leave(topic, payload)));
    } catch {
      // lost again; it will be tried when it is back
    }
  }

  private arrived(topic: string, message: Buffer): void {
    if (message.length === 0) return void this.wasTaken(topic);
    const tokens = topic.slice(prefix.length).split('/');
    const id = tokens.pop()!;
    const subject = tokens.join('.');
    const taker = this.takers.get(subject.slice(0, subject.lastIndexOf('.')));
    if (taker !== undefined) void this.hand(taker, topic, { id, payload: message.subarray(1) }, subject);
  }

  private async hand(taker: Taker, topic: string, letter: Letter, subject: string): Promise<void> {
    if (!(await taker.offer(letter, subject)) || this.closed) return;
    // where this does not arrive, the letter comes again and is known by its id
    await this.client.publishAsync(topic, '', { ...atLeastOnce, retain: true }).catch(() => {});
  }

  private wasTaken(topic: string): void {
    if (!this.untaken.delete(topic)) return;
    if (this.client.connected) this.client.unsubscribe(topic);
  }
}
