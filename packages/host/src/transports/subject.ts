import type { AgentId } from '@gridflock/core';

/** Where an agent of a run is spoken to: `gridflock.<run>.<agent>`. */
export const placeOf = (run: string, agent: AgentId): string => `gridflock.${tokenOf(run)}.${tokenOf(agent)}`;

/**
 * What an agent says at a place goes under `<place>.<agent>`: a broker that knows its users can let each of them read at his
 * own place only, and speak in his own name only.
 */
export const subjectOf = (place: string, from: AgentId): string => `${place}.${tokenOf(from)}`;

/**
 * Ids may hold anything, subjects may not, so every byte but letters, digits, `-` and `_` is written as `=` and two hexadecimal
 * digits. Different ids have different tokens.
 */
export function tokenOf(id: string): string {
  if (/^[\w-]+$/.test(id)) return id;
  let token = '';
  for (const byte of Buffer.from(id)) {
    const character = String.fromCharCode(byte);
    token += /[\w-]/.test(character) ? character : `=${byte.toString(16).padStart(2, '0')}`;
  }
  return token === '' ? '=' : token;
}

/** Where a NATS server answers to a user, under one more token. */
export const inboxOf = (user: string): string => `_INBOX.${user}`;
