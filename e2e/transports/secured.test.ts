import { setTimeout as pause } from 'node:timers/promises';
import { EnvelopeWriter, type Message, type Role } from '@gridflock/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Register } from '../../packages/host/src/identity/register.ts';
import { Society } from '../../packages/host/src/identity/testing/society.ts';
import type { Connection, Letter, Mailbox } from '../../packages/host/src/transports/contract.ts';
import { runLive } from '../../packages/host/src/transports/live.ts';
import { placeOf, subjectOf } from '../../packages/host/src/transports/subject.ts';
import type { BrokerProcess } from './broker-process.ts';
import { Authority } from './certificates.ts';
import { connectAs, mailboxAs, securedWays, startSecured } from './secured.ts';

const text = (payload: Uint8Array): string => Buffer.from(payload).toString();
const note = (round = 0): Message => ({ kind: 'note', round, body: {} });

for (const way of securedWays) {
  describe.runIf(way.present)(`a household on ${way.name}`, () => {
    let society: Society;
    let register: Register;
    let authority: Authority;
    let broker: BrokerProcess;
    const connections: Connection[] = [];
    const as = async (id: string): Promise<Connection> => {
      const connection = await connectAs(way, id, society, register, broker.address, authority.pem);
      connections.push(connection);
      return connection;
    };

    beforeAll(async () => {
      authority = new Authority();
      society = new Society();
      society.enrol('house a', { nets: ['net 1'] });
      society.enrol('house b', { nets: ['net 1'] });
      society.enrol('net 1', { role: 'net' });
      society.enrol('net 2', { role: 'net' });
      society.enrol('collector', { role: 'collector' });
      register = await society.register();
      broker = await startSecured(way, register, authority);
    });
    afterAll(async () => {
      await Promise.all(connections.map((connection) => connection.close()));
      await broker.close();
      society.remove();
      authority.remove();
    });

    it('hears what is said to it, and not what is said to another', async () => {
      const [a, b, net] = await Promise.all(['house a', 'house b', 'net 1'].map(as));
      const heard: string[] = [];
      await a!.listen([placeOf('r', 'house a')], (payload) => void heard.push(`a: ${text(payload)}`));
      await b!.listen([placeOf('r', 'house b')], (payload) => void heard.push(`b: ${text(payload)}`));
      // NATS refuses to listen there; mosquitto lets it, and delivers nothing
      const refusal = await a!
        .listen([placeOf('r', 'house b')], (payload) => void heard.push(`a hears: ${text(payload)}`))
        .catch((error) => error);
      if (way.kind === 'nats') expect(refusal).toMatchObject({ code: 'BROKER_REFUSES' });
      net!.publish(subjectOf(placeOf('r', 'house a'), 'net 1'), Buffer.from('for a'));
      net!.publish(subjectOf(placeOf('r', 'house b'), 'net 1'), Buffer.from('for b'));
      await pause(200);
      expect(heard.sort()).toEqual(['a: for a', 'b: for b']);
    });

    it('speaks to its net in its own name, and neither in another name nor to anybody else', async () => {
      const [a, net, other, b] = await Promise.all(['house a', 'net 1', 'net 2', 'house b'].map(as));
      const heard: string[] = [];
      for (const [connection, id] of [
        [net!, 'net 1'],
        [other!, 'net 2'],
        [b!, 'house b'],
      ] as const) {
        await connection.listen([placeOf('s', id)], (payload, { subject }) => void heard.push(`${subject} ${text(payload)}`));
      }
      a!.publish(subjectOf(placeOf('s', 'net 1'), 'house a'), Buffer.from('mine'));
      a!.publish(subjectOf(placeOf('s', 'net 1'), 'house b'), Buffer.from('as b'));
      a!.publish(subjectOf(placeOf('s', 'net 2'), 'house a'), Buffer.from('to a foreign net'));
      a!.publish(subjectOf(placeOf('s', 'house b'), 'house a'), Buffer.from('to b'));
      a!.publish(subjectOf(placeOf('s', 'house b'), 'net 1'), Buffer.from('to b as the net'));
      await pause(200);
      expect(heard).toEqual(['gridflock.s.net=201.house=20a mine']);
    });

    it('cannot claim in an envelope to be another: a broker that vouches gives it away', async () => {
      const [a, net] = await Promise.all(['house a', 'net 1'].map(as));
      const heard: string[] = [];
      const role: Role & { done: boolean } = {
        id: 'net 1',
        done: false,
        start: (out) => out.wakeAfter(60),
        receive: (from) => void heard.push(from),
        tick: () => {},
      };
      const run = runLive([role], net!, { run: 't', agents: ['net 1'], admits: () => true, beat_s: 0.05 });
      await pause(50);
      const writer = new EnvelopeWriter();
      const subject = subjectOf(placeOf('t', 'net 1'), 'house a');
      a!.publish(subject, writer.write('house b', 'net 1', note()));
      a!.publish(subject, writer.write('house a', 'net 1', note()));
      await pause(200);
      role.done = true;
      const { dropped } = await run;
      expect([heard, [...dropped]]).toEqual([['house a'], [['foreign subject', 1]]]);
    });

    it('leaves letters for a collector, in its own name, and takes none', async () => {
      const open = (id: string): Promise<Mailbox> => mailboxAs(way, id, society, register, broker.address, authority.pem);
      // a collector makes what letters are kept in
      const collector = await open('collector');
      const [a, b] = [await open('house a'), await open('house b')];
      const place = placeOf('u', 'collector');
      const heard: string[] = [];
      const take =
        (who: string) =>
        ({ payload }: Letter, subject: string): void =>
          void heard.push(`${who}: ${subject} ${text(payload)}`);
      // NATS refuses; mosquitto lets it, and delivers nothing
      const refusal = await b.collect(place, take('b')).catch((error) => error);
      if (way.kind === 'nats') expect(refusal).toMatchObject({ code: 'BROKER_REFUSES' });
      await a.post(subjectOf(place, 'house a'), { id: '1', payload: Buffer.from('mine') });
      await expect(a.post(subjectOf(place, 'house b'), { id: '2', payload: Buffer.from('as b') })).rejects.toMatchObject({
        code: 'BROKER_REFUSES',
      });
      await expect(
        a.post(subjectOf(placeOf('u', 'net 1'), 'house a'), { id: '3', payload: Buffer.from('to a net') }),
      ).rejects.toMatchObject({
        code: 'BROKER_REFUSES',
      });
      await collector.collect(place, take('collector'));
      await expect.poll(() => heard, { timeout: 3000 }).toHaveLength(1);
      await pause(200);
      expect(heard).toEqual(['collector: gridflock.u.collector.house=20a mine']);
      await Promise.all([a, b, collector].map((mailbox) => mailbox.close()));
    });

    it('is let in with its key only: BROKER_REFUSES', async () => {
      const stranger = new Society();
      stranger.enrol('house a');
      await expect(connectAs(way, 'house a', stranger, register, broker.address, authority.pem)).rejects.toMatchObject({
        code: 'BROKER_REFUSES',
      });
      await expect(way.transport.connect(broker.address, { ca: authority.pem })).rejects.toMatchObject({ code: 'BROKER_REFUSES' });
      stranger.remove();
    });

    it('does not talk to a broker that cannot prove who it is, or that speaks no TLS', async () => {
      const other = new Authority();
      await expect(connectAs(way, 'house a', society, register, broker.address, other.pem)).rejects.toMatchObject({
        code: 'BROKER_UNTRUSTED',
      });
      const elsewhere = broker.address.replace('127.0.0.1', 'localhost');
      await expect(connectAs(way, 'house a', society, register, elsewhere, authority.pem)).rejects.toMatchObject({
        code: 'BROKER_UNTRUSTED',
      });
      other.remove();
    });
  });
}
