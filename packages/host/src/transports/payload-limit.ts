import { TransportError } from '@gridflock/core';

/** What every transport carries, and NATS servers take by default. */
export const payloadSize_max_bytes = 1 << 20;

/** What stands in a packet of MQTT beside its payload: a topic and its length, properties, five bytes of header. */
export const packetHead_max_bytes = 1 << 10;

/**
 * Refuses what would not arrive, before it is handed over: brokers cut the connection, or say nothing.
 * @throws {TransportError} PAYLOAD_TOO_LARGE
 */
export function checkSize(subject: string, size_bytes: number, most_bytes = payloadSize_max_bytes): void {
  if (size_bytes <= most_bytes) return;
  throw new TransportError({
    code: 'PAYLOAD_TOO_LARGE',
    message: `A payload of ${size_bytes} bytes is larger than the ${most_bytes} bytes that are carried`,
    where: subject,
    hint:
      most_bytes < payloadSize_max_bytes ? 'Raise the limit of the broker (max_payload, max_packet_size).' : 'Say it in several messages.',
  });
}
