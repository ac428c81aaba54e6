import { createHash } from 'node:crypto';
import { TransportError } from '@gridflock/core';
import {
  AckPolicy,
  type ConsumerMessages,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { BackOff } from '../back-off.ts';
import type { BrokerSecurity, Letter, Mailbox } from '../contract.ts';
import { checkLetter, closedMailbox, letterPrefix, letterStream } from '../letter.ts';
import { Taker } from '../taker.ts';
import { natsFault, openNats } from './nats-client.ts';

const prefix = `${letterPrefix}.`;
const week_ns = 7 * 24 * 3600 * 1e9;
const hour_ns = 3600 * 1e9;
const answer_ms = 2000;
/** A letter in hand is given to somebody else when nothing is heard of it for so long; that it is still being taken is told more often. */
const silence_ns = 5 * 1e9;
const working_ms = 2000;

/** Letters in a stream of JetStream, in files: kept until taken, a week at most; an id is known again for an hour. */
export async function openNatsMailbox(address: string, security: BrokerSecurity): Promise<Mailbox> {
  const client = await openNats(address, security, new BackOff());
  try {
    const manager = await jetstreamManager(client, { timeout: answer_ms, checkAPI: false });
    await makeStream(manager);
    return new NatsMailbox(client, manager, address);
  } catch (error) {
    await client.close();
    throw noJetStream(error, address);
  }
}

/** Where permissions are set, only who takes letters may make what they are kept in: then it is there already, or will be. */
async function makeStream(manager: JetStreamManager): Promise<void> {
  try {
    await manager.streams.add({
      name: letterStream,
      subjects: [`${prefix}>`],
      retention: RetentionPolicy.Workqueue,
      storage: StorageType.File,
      max_age: week_ns,
      duplicate_window: hour_ns,
    });
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

const isRefusal = (error: unknown): boolean => error instanceof Error && /permission|authori/i.test(error.message);

class NatsMailbox implements Mailbox {
  private readonly client: NatsConnection;
  private readonly manager: JetStreamManager;
  private readonly letters: JetStreamClient;
  private readonly address: string;
  private readonly stops = new Set<() => Promise<void>>();
  private closed = false;

  constructor(client: NatsConnection, manager: JetStreamManager, address: string) {
    this.client = client;
    this.manager = manager;
    this.letters = jetstream(client, { timeout: answer_ms });
    this.address = address;
  }

  async post(subject: string, letter: Letter): Promise<void> {
    checkLetter(subject, letter);
    const backOff = new BackOff();
    while (!this.closed) {
      try {
        await this.letters.publish(`${prefix}${subject}`, letter.payload, { msgID: `${subject}/${letter.id}` });
        return;
      } catch (error) {
        if (isRefusal(error)) throw natsFault(error, this.address);
        // not known whether it has arrived: the id makes it once
        backOff.lost();
        await new Promise((resolve) => setTimeout(resolve, backOff.wait_ms()));
      }
    }
    throw closedMailbox(subject);
  }

  async collect(place: string, take: (letter: Letter, subject: string) => Promise<void> | void): Promise<() => Promise<void>> {
    const name = createHash('sha256').update(place).digest('hex').slice(0, 32);
    const messages = await this.consume(name, place);
    const taker = new Taker(take);
    const ended = this.handOver(messages, taker);
    const stop = async (): Promise<void> => {
      this.stops.delete(stop);
      messages.stop();
      await taker.stop();
      await ended;
    };
    this.stops.add(stop);
    return stop;
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.stops].map((stop) => stop()));
    await this.client.close();
  }

  private async consume(name: string, place: string): Promise<ConsumerMessages> {
    try {
      await this.manager.consumers.add(letterStream, {
        durable_name: name,
        filter_subject: `${prefix}${place}.*`,
        ack_policy: AckPolicy.Explicit,
        ack_wait: silence_ns,
        inactive_threshold: week_ns,
      });
      return await (await this.letters.consumers.get(letterStream, name)).consume({ max_messages: 1 });
    } catch (error) {
      throw noJetStream(error, this.address);
    }
  }

  private async handOver(messages: ConsumerMessages, taker: Taker): Promise<void> {
    for await (const message of messages) {
      const subject = message.subject.slice(prefix.length);
      const id = message.headers?.get('Nats-Msg-Id').slice(subject.length + 1) ?? `${message.seq}`;
      // while it is being taken, the server must not give it to us again
      const working = setInterval(() => message.working(), working_ms);
      const isTaken = await taker.offer({ id, payload: message.data }, subject);
      clearInterval(working);
      if (isTaken) await confirm(message);
      else message.nak();
    }
  }
}

/** Where the confirmation gets lost, the letter comes again and is known by its id. */
async function confirm(message: JsMsg): Promise<void> {
  try {
    await message.ackAck({ timeout: answer_ms });
  } catch {
    message.ack();
  }
}

function noJetStream(error: unknown, address: string): TransportError {
  const said = error instanceof Error ? error.message : String(error);
  if (isRefusal(error)) return natsFault(error, address);
  return new TransportError({
    code: 'MAILBOX_UNAVAILABLE',
    message: `The NATS server keeps no letters: ${said}`,
    where: address,
    hint: 'Start it with JetStream and a folder of its own: nats-server -js -sd FOLDER.',
  });
}
