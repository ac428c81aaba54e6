import { connect } from '@nats-io/transport-node';
import { connectAsync } from 'mqtt';
import { expect } from 'vitest';
import { startEmbeddedBroker } from '../../packages/host/src/transports/embedded-broker/embedded-broker.ts';
import { startNats } from '../transports/broker-process.ts';
import { study } from './deployment.ts';

/** Hears everything on a broker: every byte that anybody publishes there. */
export interface Tap {
  readonly address: string;
  readonly payloads: Buffer[];
  close(): Promise<void>;
}

export async function tapNats(): Promise<Tap> {
  const broker = await startNats();
  const client = await connect({ servers: broker.address.replace('nats://', '') });
  const payloads: Buffer[] = [];
  client.subscribe('>', { callback: (_, { subject, data }) => void payloads.push(Buffer.from(subject), Buffer.from(data)) });
  await client.flush();
  return tapOf(broker, payloads, () => client.close());
}

export async function tapEmbedded(): Promise<Tap> {
  const broker = await startEmbeddedBroker();
  const client = await connectAsync(broker.address, { protocolVersion: 4 });
  const payloads: Buffer[] = [];
  client.on('message', (topic, payload) => void payloads.push(Buffer.from(topic), Buffer.from(payload)));
  await client.subscribeAsync('#');
  return tapOf(broker, payloads, () => client.endAsync());
}

const tapOf = (
  broker: { readonly address: string; close(): Promise<unknown> },
  payloads: Buffer[],
  leave: () => Promise<unknown>,
): Tap => ({
  address: broker.address,
  payloads,
  async close() {
    await leave();
    await broker.close();
  },
});

/** Every number that a device declares, and where: profiles value by value. */
export const secrets = study.devices.flatMap(({ id, kind: _kind, bus: _bus, owner: _owner, ...params }) =>
  Object.entries(params).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((number: number) => ({ where: `${id}.${name}`, number })),
  ),
);

/** A double and its negative, since what is taken is negative on the wire, in both byte orders; and the digits. */
function spellingsOf(number: number): Buffer[] {
  const spelled = [number, -number].flatMap((value) => {
    const [little, big] = [Buffer.alloc(8), Buffer.alloc(8)];
    little.writeDoubleLE(value);
    big.writeDoubleBE(value);
    return [little, big];
  });
  return [...spelled, Buffer.from(String(number))];
}

const occurs = (bytes: Buffer, number: number): boolean => spellingsOf(number).some((spelling) => bytes.includes(spelling));

/** No parameter is there, as a double or in digits; and the search would find it, since it finds what was said. */
export function expectNoSecret(payloads: readonly Buffer[], shown: readonly number[]): void {
  const bytes = Buffer.concat(payloads);
  expect(bytes.length).toBeGreaterThan(100_000);
  const found = secrets.filter(({ number }) => number !== 0 && occurs(bytes, number));
  expect(found).toEqual([]);
  for (const number of shown) expect([number, occurs(bytes, number)]).toEqual([number, true]);
}
