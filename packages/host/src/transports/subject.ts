import type { AgentId } from '@gridflock/core';

/**
 * The subject of an agent in a run: `gridflock.<run>.<agent>`. Ids may hold anything, subjects may not, so every byte but
 * letters, digits, `-` and `_` is written as `=` and two hexadecimal digits. Different ids have different subjects.
 */
export const subjectOf = (run: string, agent: AgentId): string => `gridflock.${tokenOf(run)}.${tokenOf(agent)}`;

function tokenOf(id: string): string {
  if (/^[\w-]+$/.test(id)) return id;
  let token = '';
  for (const byte of Buffer.from(id)) {
    const character = String.fromCharCode(byte);
    token += /[\w-]/.test(character) ? character : `=${byte.toString(16).padStart(2, '0')}`;
  }
  return token === '' ? '=' : token;
}
