import { randomUUID } from 'node:crypto';
import { InputError, type Role, type RunOptions, runInLoop } from '@gridflock/core';
import type { Identity } from '../identity/identity.ts';
import { RegisterAccess } from '../identity/register-access.ts';
import type { BrokerSecurity, Connection, Mailbox } from './contract.ts';
import { type LiveReport, runLive } from './live.ts';

/** Carries the roles of one run after another, each under a name of its own. */
export interface OpenTransport {
  carry(roles: readonly Role[], options: RunOptions): Promise<void>;
  /** What all runs so far have done to the wire; undefined where there is none. */
  readonly report: LiveReport | undefined;
  close(): Promise<void>;
}

const examples = 'loop, workers, embedded, nats://127.0.0.1:4222, mqtt://127.0.0.1:1883, tls://host:4222 (NATS), mqtts://host:8883';

/**
 * Looks whether an address names a transport, before anything is started.
 * @param name - the option that it was given to
 * @throws {InputError} CLI_INVALID_VALUE
 */
export function checkTransport(address: string, name: string): void {
  const refuse = (why: string, hint = `Known: ${examples}.`): never => {
    throw new InputError({ code: 'CLI_INVALID_VALUE', message: why, where: name, hint });
  };
  if (['loop', 'workers', 'embedded'].includes(address)) return;
  if (!/^(nats|tls|mqtts?):\/\//.test(address)) refuse(`${name} "${address.slice(0, 60)}" is not known`);
  if (!URL.canParse(address)) refuse(`${name} "${address.slice(0, 60)}" is no address`);
  const { username, password, hostname, pathname, search } = new URL(address);
  if (username !== '' || password !== '')
    refuse(
      `${name} holds a user or a password, which would be shown to everybody`,
      'Leave it out; who we are stands in a file, see `--identity`.',
    );
  if (hostname === '' || (pathname !== '' && pathname !== '/') || search !== '') {
    refuse(`${name} "${address.slice(0, 60)}" is no host and port`, 'Write for example nats://127.0.0.1:4222.');
  }
}

/**
 * Opens a transport by its address: `loop`, `workers`, `embedded`, `nats://host:port`, `mqtt://host:port`, and over TLS
 * `tls://host:port` (NATS) and `mqtts://host:port`. Clients are loaded when they are needed.
 * @param identity - who we are to brokers, and whose words are believed; what is said is sealed then
 * @throws {TransportError} BROKER_UNREACHABLE, BROKER_UNTRUSTED, BROKER_REFUSES; @throws {CombinationError} BROKER_NEEDS_TLS
 */
export async function openTransport(address: string, identity?: Identity): Promise<OpenTransport> {
  const live = (connection: Connection, after?: () => Promise<void>): OpenTransport => liveOn(connection, identity, after);
  if (address === 'loop') return { carry: runInLoop, report: undefined, close: async () => {} };
  if (address === 'workers') {
    const { startHub } = await import('./workers/hub.ts');
    const hub = startHub();
    return live(hub.connect(), () => hub.close());
  }
  if (address !== 'embedded') return live(await connectBroker(address, identity?.security));
  const { mqtt } = await import('./mqtt/mqtt.ts');
  const { startEmbeddedBroker } = await import('./embedded-broker/embedded-broker.ts');
  const broker = await startEmbeddedBroker(0, identity && new RegisterAccess(identity.register));
  return live(await mqtt.connect(broker.address, identity && { login: identity.security.login }), () => broker.close());
}

/** @throws {TransportError} BROKER_UNREACHABLE, BROKER_UNTRUSTED, BROKER_REFUSES; @throws {CombinationError} BROKER_NEEDS_TLS */
export async function connectBroker(address: string, security?: BrokerSecurity): Promise<Connection> {
  if (/^(nats|tls):/.test(address)) return (await import('./nats/nats.ts')).nats.connect(address, security);
  return (await import('./mqtt/mqtt.ts')).mqtt.connect(address, security);
}

/** @throws {TransportError} as `connectBroker`, MAILBOX_UNAVAILABLE */
export async function openMailbox(address: string, security?: BrokerSecurity): Promise<Mailbox> {
  if (/^(nats|tls):/.test(address)) return (await import('./nats/nats.ts')).nats.openMailbox(address, security);
  return (await import('./mqtt/mqtt.ts')).mqtt.openMailbox(address, security);
}

function liveOn(connection: Connection, identity: Identity | undefined, after: () => Promise<void> = async () => {}): OpenTransport {
  let total: LiveReport | undefined;
  return {
    async carry(roles, options) {
      const run = randomUUID();
      total = added(total, await runLive(roles, connection, { ...options, run, seal: identity?.sealFor(run) }));
    },
    get report() {
      return total;
    },
    async close() {
      await connection.close();
      await after();
    },
  };
}

function added(one: LiveReport | undefined, other: LiveReport): LiveReport {
  if (one === undefined) return other;
  const dropped = new Map(one.dropped);
  for (const [reason, count] of other.dropped) dropped.set(reason, (dropped.get(reason) ?? 0) + count);
  return {
    sent_count: one.sent_count + other.sent_count,
    heard_count: one.heard_count + other.heard_count,
    lost_count: one.lost_count + other.lost_count,
    losses_count: one.losses_count + other.losses_count,
    dropped,
    unconfirmed: [...one.unconfirmed, ...other.unconfirmed],
  };
}
