import { TransportError } from '@gridflock/core';

/** What OpenSSL and Node call a certificate that is not believed. */
const untrusted = /CERT|SELF_SIGNED|VERIFY|ISSUER|ALTNAME|SSL|TLS|wrong version number|handshake/i;
const refused = /authori[sz]|authenti|permission|bad user/i;

/**
 * Why no connection came about, in the words of whoever can do something about it.
 * @param what - "NATS server", "MQTT broker"
 * @param start - how one would be started
 */
export function brokerFault(error: unknown, address: string, what: string, start: string): TransportError {
  const { code, message, cause } = error as { code?: unknown; message?: string; cause?: { message?: string; code?: unknown } };
  const said = [message ?? String(error), cause?.message].filter(Boolean).join(': ');
  const kind = `${String(code)} ${String(cause?.code)} ${said}`;
  if (refused.test(kind)) {
    return new TransportError({
      code: 'BROKER_REFUSES',
      message: `The ${what} does not let us in: ${said}`,
      where: address,
      hint: 'See that the agent is enrolled with this key, that the configuration of the broker was made from that list, and that it was read again.',
    });
  }
  if (untrusted.test(kind)) {
    return new TransportError({
      code: 'BROKER_UNTRUSTED',
      message: `The ${what} cannot prove who it is, or speaks no TLS: ${said}`,
      where: address,
      hint: 'Give the certificate of its authority as `ca`, and its host name as the certificate has it.',
    });
  }
  return new TransportError({
    code: 'BROKER_UNREACHABLE',
    message: `No ${what} answers: ${said}`,
    where: address,
    hint: `Start one (${start}), or correct the address.`,
  });
}
