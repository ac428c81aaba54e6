import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { connect, type NatsConnection, type NodeConnectionOptions } from '@nats-io/transport-node';
import type { BackOff } from '../back-off.ts';
import { brokerFault } from '../broker-fault.ts';
import type { BrokerSecurity } from '../contract.ts';
import { inboxOf } from '../subject.ts';

const connect_ms = 5000;
/** How much the client gathers before it writes: its own 32 KiB make a system call, and wake the server, for every few messages. */
const writeAt_bytes = 1 << 18;

/**
 * A client of a NATS server, which connects anew for ever.
 * @throws {TransportError} BROKER_UNREACHABLE, BROKER_UNTRUSTED, BROKER_REFUSES
 */
export async function openNats(address: string, { ca, certificate, login }: BrokerSecurity, backOff: BackOff): Promise<NatsConnection> {
  // `pendingLimit` is in the client's code and not in its types
  const options: NodeConnectionOptions & { readonly pendingLimit: number } = {
    pendingLimit: writeAt_bytes,
    servers: address.replace(/^(nats|tls):\/\//, ''),
    ...(address.startsWith('tls:') ? { tls: tlsTo(new URL(address).hostname, ca, certificate) } : {}),
    // answers to us come under our own name, so that permissions can keep others from hearing them
    ...(login === undefined ? {} : { inboxPrefix: inboxOf(login.user) }),
    ...(login === undefined ? {} : { authenticator: (nonce) => ({ nkey: login.nkey, sig: login.signNonce(nonce ?? '') }) }),
    timeout: connect_ms,
    maxReconnectAttempts: -1,
    reconnectDelayHandler: () => backOff.wait_ms(),
    ignoreClusterUpdates: true,
  };
  try {
    return await connect(options);
  } catch (error) {
    throw natsFault(error, address);
  }
}

export const natsFault = (error: unknown, address: string) =>
  brokerFault(error, address, 'NATS server', 'nats-server -a 127.0.0.1 -p 4222');

/** With options for TLS the client refuses a server that offers none. Its own check takes every IP address for "localhost". */
function tlsTo(host: string, ca: string | undefined, certificate: BrokerSecurity['certificate']) {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...certificate,
    checkServerIdentity: (_: string, cert: PeerCertificate) => checkServerIdentity(host, cert),
  };
}
