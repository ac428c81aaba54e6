import { BugError, TransportError } from '@gridflock/core';
import type { Letter } from './contract.ts';
import { checkSize, payloadSize_max_bytes } from './payload-limit.ts';

/** What NATS servers keep letters in, and under which subjects; MQTT brokers have topics of the same names. */
export const letterStream = 'gridflock-letters';
export const letterPrefix = 'letters';

/** Headers of the broker travel with it. */
export const letterSize_max_bytes = payloadSize_max_bytes - 1024;

/** @throws {TransportError} PAYLOAD_TOO_LARGE; BugError for an id that subjects and topics cannot hold */
export function checkLetter(subject: string, { id, payload }: Letter): void {
  if (!/^[\w-]{1,128}$/.test(id))
    throw new BugError({ code: 'BUG_UNEXPECTED', message: `A letter is called "${id.slice(0, 40)}"`, where: subject });
  checkSize(subject, payload.length, letterSize_max_bytes);
}

/** A mailbox that was closed while a letter had not been left. */
export const closedMailbox = (subject: string): TransportError =>
  new TransportError({
    code: 'MAILBOX_CLOSED',
    message: 'The mailbox was closed before the other side kept a letter',
    where: subject,
    hint: 'Wait for what was posted before closing.',
  });
