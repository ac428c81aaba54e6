import { verify } from 'node:crypto';
import { InputError } from '@gridflock/core';
import { LineCounter, parseDocument, stringify } from 'yaml';
import type { PublicKey } from './public-key.ts';
import type { SecretKey } from './secret-key.ts';

export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [name: string]: Plain };
export type PlainMap = { readonly [name: string]: Plain };

/**
 * Reads YAML, or JSON, which is YAML, to plain data: no aliases, no dates, no numbers that are none.
 * @throws {InputError} IDENTITY_SYNTAX
 */
export function readPlainMap(text: string, fileName: string): PlainMap {
  const lines = new LineCounter();
  const refuse = (why: string, offset?: number): never => {
    throw new InputError({
      code: 'IDENTITY_SYNTAX',
      message: `The file is not YAML of the kind expected: ${why.split('\n')[0]!.replace(/[.:]$/, '').slice(0, 200)}`,
      where: offset === undefined ? fileName : `${fileName}:${Math.max(1, lines.linePos(offset).line)}`,
      hint: 'Compare it with docs/how-to/secure-agents.md.',
    });
  };
  let value: unknown;
  try {
    const parsed = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error', stringKeys: true, schema: 'core' });
    const fault = parsed.errors[0] ?? parsed.warnings[0];
    if (fault !== undefined) refuse(fault.message, fault.pos[0]);
    value = parsed.toJS({ maxAliasCount: 0 });
  } catch (error) {
    if (error instanceof InputError) throw error;
    refuse(error instanceof Error ? error.message : 'unreadable');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse('it is no map of keys');
  return value as PlainMap;
}

/**
 * What is signed of a document is its meaning, not its spelling: comments, order of keys and YAML or JSON make no difference.
 * The domain keeps one sort of document from standing for another.
 */
function signedText(domain: string, { signature: _, ...document }: PlainMap): Buffer {
  return Buffer.from(`gridflock ${domain} 1\n${canonical(document)}`);
}

/** JSON with sorted keys and without blanks. */
function canonical(value: Plain): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical((value as PlainMap)[name]!)}`).join(',')}}`;
}

/** @returns the document in YAML, with its signature at the end */
export function signDocument(domain: string, document: PlainMap, key: SecretKey): string {
  const { signature: _, ...unsigned } = document;
  const signature = Buffer.from(key.sign(signedText(domain, unsigned))).toString('base64url');
  return stringify({ ...unsigned, signature }, { lineWidth: 0 });
}

/**
 * The same for a text: its comments and its order stay, and its serial number grows by one, because every signing makes a new version.
 * @throws {InputError} IDENTITY_SYNTAX
 */
export function signText(domain: string, text: string, key: SecretKey, fileName: string): string {
  const plain = readPlainMap(text, fileName);
  const serial = typeof plain['serial'] === 'number' ? plain['serial'] + 1 : 1;
  const document = parseDocument(text);
  document.delete('signature');
  document.set('serial', serial);
  const { signature: _, ...unsigned } = readPlainMap(document.toString({ lineWidth: 0 }), fileName);
  document.set('signature', Buffer.from(key.sign(signedText(domain, unsigned))).toString('base64url'));
  return document.toString({ lineWidth: 0 });
}

/**
 * Reads a document that the operator has signed.
 * @throws {InputError} IDENTITY_SYNTAX, ENROLMENT_UNSIGNED, ENROLMENT_FORGED
 */
export function readSigned(domain: string, text: string, operator: PublicKey, fileName: string): PlainMap {
  const document = readPlainMap(text, fileName);
  checkSignature(domain, document, operator, fileName);
  return document;
}

/** @throws {InputError} ENROLMENT_UNSIGNED, ENROLMENT_FORGED */
export function checkSignature(domain: string, document: PlainMap, operator: PublicKey, fileName: string): void {
  const { signature } = document;
  if (typeof signature !== 'string') {
    throw new InputError({
      code: 'ENROLMENT_UNSIGNED',
      message: `The ${domain} is not signed`,
      where: fileName,
      hint: 'The operator signs it with `gridflock enrol sign`.',
    });
  }
  if (verify(null, signedText(domain, document), operator.object, Buffer.from(signature, 'base64url'))) return;
  throw new InputError({
    code: 'ENROLMENT_FORGED',
    message: `The signature of the ${domain} is not the operator's: the file was changed after it was signed, or another key signed it`,
    where: fileName,
    hint: `Fetch it from the operator again; his key should be ${operator.text}.`,
  });
}
