import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../transports/contract.ts';
import { type EmbeddedBroker, startEmbeddedBroker } from '../transports/embedded-broker/embedded-broker.ts';
import { mqtt } from '../transports/mqtt/mqtt.ts';
import { placeOf, subjectOf, tokenOf } from '../transports/subject.ts';
import { brokerUsers, userNameOf } from './broker-users.ts';
import { enrolmentOf } from './enrolment.ts';
import type { Register } from './register.ts';
import { RegisterAccess } from './register-access.ts';
import { Society } from './testing/society.ts';

describe('the embedded broker with a list', () => {
  let society: Society;
  let register: Register;
  let broker: EmbeddedBroker;
  let connections: Connection[];
  const as = async (id: string, name = userNameOf([register.enrolment.agents.get(id)!])): Promise<Connection> => {
    const connection = await mqtt.connect(broker.address, { login: { ...society.keyOf(id).brokerLogin(), user: name } });
    connections.push(connection);
    return connection;
  };

  beforeEach(async () => {
    connections = [];
    society = new Society();
    society.enrol('house a', { nets: ['net'] });
    society.enrol('house b', { nets: ['net'] });
    society.enrol('net', { role: 'net' });
    register = await society.register();
    broker = await startEmbeddedBroker(0, new RegisterAccess(register));
  });
  afterEach(async () => {
    await Promise.all(connections.map((connection) => connection.close()));
    await broker.close();
    society.remove();
  });

  it('lets participants speak to helpers, and helpers to everybody, but no participant to another', () => {
    society.enrol('trustee', { role: 'helper', nets: [] });
    const users = brokerUsers([...enrolmentOf(society.document(3), 'list').agents.values()]);
    const speaks = (id: string): readonly string[] => users.find(({ name }) => name === tokenOf(id))!.speaks;
    const from = tokenOf('house a');
    expect(speaks('house a')).toEqual([`gridflock.*.${tokenOf('net')}.${from}`, `gridflock.*.${tokenOf('trustee')}.${from}`]);
    expect(speaks('trustee')).toEqual([`gridflock.*.*.${tokenOf('trustee')}`]);
  });

  it('lets everybody hear and speak as the list says', async () => {
    const [a, b, net] = [await as('house a'), await as('house b'), await as('net')];
    const heard: string[] = [];
    const keep = (payload: Uint8Array, { subject }: { readonly subject: string }): void =>
      void heard.push(`${subject} ${Buffer.from(payload)}`);
    await net.listen([placeOf('r', 'net')], keep);
    await b.listen([placeOf('r', 'house b')], keep);
    await expect(a.listen([placeOf('r', 'house b')], keep)).rejects.toMatchObject({ code: 'BROKER_REFUSES' });
    net.publish(subjectOf(placeOf('r', 'house b'), 'net'), Buffer.from('price'));
    a.publish(subjectOf(placeOf('r', 'net'), 'house a'), Buffer.from('schedule'));
    await pause(50);
    expect(heard.sort()).toEqual(['gridflock.r.house=20b.net price', 'gridflock.r.net.house=20a schedule']);
  });

  it('cuts off who speaks for another', async () => {
    const [a, net] = [await as('house a'), await as('net')];
    const heard: string[] = [];
    await net.listen([placeOf('r', 'net')], (payload) => void heard.push(`${payload}`));
    let isCut = false;
    a.onChange((connected) => void (isCut ||= !connected));
    a.publish(subjectOf(placeOf('r', 'net'), 'house b'), Buffer.from('lies'));
    for (let tries = 0; tries < 50 && !isCut; tries++) await pause(10);
    expect([isCut, heard]).toEqual([true, []]);
  });

  it('lets nobody in with another key, without one, or after its revocation', async () => {
    await expect(as('house a', 'house=20b')).rejects.toMatchObject({ code: 'BROKER_REFUSES' });
    await expect(as('house a', 'nobody')).rejects.toMatchObject({ code: 'BROKER_REFUSES' });
    await expect(mqtt.connect(broker.address)).rejects.toMatchObject({ code: 'BROKER_REFUSES' });
    await expect(as('house a')).resolves.toBeDefined();
    society.revoke(2, { agent: 'house a' });
    await register.refresh();
    await expect(as('house a')).rejects.toMatchObject({ code: 'BROKER_REFUSES' });
  });
});

it('a password is not sent to another machine without TLS: BROKER_NEEDS_TLS', async () => {
  const login = { user: 'a', password: () => 'secret', nkey: 'U', signNonce: () => '' };
  for (const address of ['mqtt://broker.example', 'mqtt://127.0.0.1.example:1883', 'mqtt://10.0.0.1:1883']) {
    await expect(mqtt.connect(address, { login })).rejects.toMatchObject({ code: 'BROKER_NEEDS_TLS' });
  }
});
