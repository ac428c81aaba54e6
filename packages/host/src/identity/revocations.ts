import type { AgentId } from '@gridflock/core';
import { Fields, serialOf } from './fields.ts';
import type { PublicKey } from './public-key.ts';
import { type PlainMap, readSigned } from './signed-document.ts';

export const revocationDomain = 'revocation list';

/** Whom not to believe any more, on the word of the operator. */
export interface Revocations {
  readonly serial: number;
  /** Texts of public keys. */
  readonly keys: ReadonlySet<string>;
  readonly agents: ReadonlySet<AgentId>;
}

/** Where there is no list. */
export const noRevocations: Revocations = { serial: -1, keys: new Set(), agents: new Set() };

/** @throws {InputError} IDENTITY_SYNTAX, ENROLMENT_UNSIGNED, ENROLMENT_FORGED; as `revocationsOf` */
export function readRevocations(text: string, operator: PublicKey, fileName: string): Revocations {
  return revocationsOf(readSigned(revocationDomain, text, operator, fileName), fileName);
}

/** @throws {InputError} IDENTITY_VALUE_INVALID, IDENTITY_UNKNOWN_KEY */
export function revocationsOf(document: PlainMap, fileName: string): Revocations {
  const fields = new Fields(document, '', fileName);
  const serial = serialOf(fields, 'revocation');
  const keys = new Set<string>();
  const agents = new Set<AgentId>();
  for (const each of fields.needed('revoked', fields.list('revoked'))) {
    const key = each.key('key');
    const agent = each.text('agent');
    if ((key === undefined) === (agent === undefined)) each.refuse('key', 'either a key or an agent');
    if (key !== undefined) keys.add(key.text);
    if (agent !== undefined) agents.add(agent);
    each.text('why');
    each.end();
  }
  fields.end();
  return { serial, keys, agents };
}
