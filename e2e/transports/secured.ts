import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type BrokerKind, brokerConfigs } from '../../packages/host/src/identity/broker-config.ts';
import { brokerUsers, userNameOf } from '../../packages/host/src/identity/broker-users.ts';
import type { Register } from '../../packages/host/src/identity/register.ts';
import type { Society } from '../../packages/host/src/identity/testing/society.ts';
import type { Connection, Mailbox } from '../../packages/host/src/transports/contract.ts';
import { mqtt } from '../../packages/host/src/transports/mqtt/mqtt.ts';
import { nats } from '../../packages/host/src/transports/nats/nats.ts';
import { type BrokerProcess, mosquittoIsInstalled, natsIsInstalled, startBroker } from './broker-process.ts';
import type { Authority } from './certificates.ts';

export const securedWays = [
  { name: 'NATS', kind: 'nats', present: natsIsInstalled, program: 'nats-server', transport: nats },
  { name: 'mosquitto', kind: 'mosquitto', present: mosquittoIsInstalled, program: 'mosquitto', transport: mqtt },
] as const;
export type SecuredWay = (typeof securedWays)[number];

/** Starts a broker with the configuration that `gridflock enrol broker` makes of a society's list. */
export function startSecured(
  { kind, program, transport }: SecuredWay,
  register: Register,
  authority: Authority,
  clientCa?: string,
): Promise<BrokerProcess> {
  const { certFile, keyFile } = authority.issue('broker', 'IP:127.0.0.1');
  return startBroker(transport.encrypted, program, (port, folder) => {
    const options = { host: '127.0.0.1', port, cert: certFile, certKey: keyFile, clientCa, folder };
    const files = brokerConfigs[kind as BrokerKind](brokerUsers(register.enrolment.agents.values()), options);
    mkdirSync(folder, { recursive: true });
    for (const { name, content } of files) writeFileSync(join(folder, name), content);
    const [main] = files;
    // where it is started by root it would become a user who may not read the folder of a test
    if (kind === 'mosquitto') appendFileSync(join(folder, main!.name), `user ${userInfo().username}\n`);
    return ['-c', join(folder, main!.name)];
  });
}

/** Opens a mailbox as an agent of the society. */
export function mailboxAs(
  { transport }: SecuredWay,
  id: string,
  society: Society,
  register: Register,
  address: string,
  ca: string,
): Promise<Mailbox> {
  const user = userNameOf([register.enrolment.agents.get(id)!]);
  return transport.openMailbox(address, { ca, login: { ...society.keyOf(id).brokerLogin(), user } });
}

/** Connects as an agent of the society. */
export function connectAs(
  { transport }: SecuredWay,
  id: string,
  society: Society,
  register: Register,
  address: string,
  ca: string,
): Promise<Connection> {
  const user = userNameOf([register.enrolment.agents.get(id)!]);
  return transport.connect(address, { ca, login: { ...society.keyOf(id).brokerLogin(), user } });
}
