import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '../contract.ts';
import { mqtt } from '../mqtt/mqtt.ts';
import { type EmbeddedBroker, startEmbeddedBroker } from './embedded-broker.ts';
import { PacketGauge } from './packet-gauge.ts';

/** A packet of MQTT 3.1.1: its first byte and the rest, with the length between them. */
function packet(first: number, ...rest: (number[] | string)[]): Buffer {
  const body = Buffer.concat(rest.map((part) => (typeof part === 'string' ? lengthAndText(part) : Buffer.from(part))));
  return Buffer.concat([Buffer.from([first, ...lengthOf(body.length)]), body]);
}

function lengthOf(length: number): number[] {
  const bytes: number[] = [];
  do {
    bytes.push((length & 0x7f) | (length >= 0x80 ? 0x80 : 0));
    length >>>= 7;
  } while (length > 0);
  return bytes;
}

function lengthAndText(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length >>> 8, bytes.length & 0xff]), bytes]);
}

const hello = (id: string): Buffer => packet(0x10, 'MQTT', [4, 2, 0, 60], id);
const publish = (topic: string, payload: number[]): Buffer => packet(0x30, topic, payload);

describe('the embedded broker, towards strangers:', () => {
  let broker: EmbeddedBroker;
  let member: Connection;
  const heard: string[] = [];

  const stranger = async (): Promise<Socket> => {
    const socket = connect(broker.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    await once(socket, 'connect');
    return socket;
  };
  /** Says something and waits for the broker to cut the connection. */
  const cutAfter = async (...said: Buffer[]): Promise<void> => {
    const socket = await stranger();
    const closed = once(socket, 'close');
    for (const bytes of said) socket.write(bytes);
    await closed;
  };
  const stillCarries = async (text: string): Promise<void> => {
    member.publish('gridflock.r.a.b', Buffer.from(text));
    await expect.poll(() => heard.at(-1)).toBe(text);
  };

  beforeAll(async () => {
    broker = await startEmbeddedBroker();
    member = await mqtt.connect(broker.address);
    await member.listen(['gridflock.r.a'], (payload) => void heard.push(Buffer.from(payload).toString()));
  });
  afterAll(async () => {
    await member.close();
    await broker.close();
  });

  it('cuts who announces a packet of more than 1 MiB, before it has come', async () => {
    const announced = Buffer.from([0x30, ...lengthOf((1 << 20) + 4000)]);
    await cutAfter(hello('large'), announced);
    await cutAfter(hello('endless'), Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0xff]));
    await stillCarries('after the large one');
  });

  it('cuts who publishes under a topic that is none: wildcards, nothing', async () => {
    for (const topic of ['gridflock/r/#', 'gridflock/+/a', '']) await cutAfter(hello('odd'), publish(topic, [1]));
    await stillCarries('after the odd topics');
  });

  it('lets topics of any other characters pass by, and hears none of them at a place of ours', async () => {
    const before = heard.length;
    const socket = await stranger();
    socket.write(hello('strange'));
    for (const topic of ['gridflock/r/a', 'gridflock/r/a/b/c', 'gridflock.r.a.b', '/', '//', '\0', 'é/🔋', ' ', 'x'.repeat(65_535)]) {
      socket.write(publish(topic, [1]));
    }
    await stillCarries('after the strange topics');
    socket.destroy();
    expect(heard).toHaveLength(before + 1);
  });

  it('survives whatever bytes', async () => {
    const noise = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 300 }), { numRuns: 150, seed: 5 });
    for (const [k, bytes] of noise.entries()) {
      const socket = await stranger();
      if (k % 2 === 0) socket.write(hello(`noise-${k}`));
      socket.end(bytes);
      socket.destroySoon();
    }
    await stillCarries('after the noise');
  });
});

describe('PacketGauge', () => {
  it('finds the same packets however they are cut into pieces', () => {
    const packets = fc.array(fc.tuple(fc.nat({ max: 255 }), fc.constantFrom(0, 1, 127, 128, 300, 16_384)), { maxLength: 8 });
    fc.assert(
      fc.property(packets, fc.array(fc.nat({ max: 400 })), fc.nat({ max: 20_000 }), (drawn, cuts, most_bytes) => {
        const stream = Buffer.concat(drawn.map(([first, length]) => packet(first, new Array<number>(length).fill(0x80))));
        const gauge = new PacketGauge(most_bytes);
        let passes = true;
        let at = 0;
        for (const cut of [...cuts, stream.length]) {
          passes &&= gauge.passes(stream.subarray(at, at + cut));
          at += cut;
        }
        expect(passes).toBe(drawn.every(([, length]) => length <= most_bytes));
      }),
    );
  });
});
