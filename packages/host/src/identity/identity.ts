import { dirname, resolve } from 'node:path';
import { CombinationError, type Seal } from '@gridflock/core';
import { readInputFile } from '../files/input-file.ts';
import type { BrokerSecurity } from '../transports/contract.ts';
import { userNameOf } from './broker-users.ts';
import { Ed25519Notary } from './ed25519-notary.ts';
import { Ed25519Seal } from './ed25519-seal.ts';
import { Fields } from './fields.ts';
import { readKeyFile, readPrivateFile } from './key-file.ts';
import { Register } from './register.ts';
import type { SecretKey } from './secret-key.ts';
import { readPlainMap } from './signed-document.ts';

/** Who a process is, whom it believes, and how it gets in at brokers. */
export interface Identity {
  readonly register: Register;
  readonly security: BrokerSecurity;
  /** Another one for every run: nothing that was said in one counts in another. */
  sealFor(run: string): Seal;
  /** Signs and checks what agents of a run say of themselves. */
  notaryFor(run: string): Ed25519Notary;
  close(): void;
}

const size_max_bytes = 1 << 20;

/**
 * Opens the identity of a process, as a file describes it; paths in it start from its folder.
 *
 * | key | what |
 * | --- | --- |
 * | `key` | file of our secret key; every agent that is held by this process is enrolled with it |
 * | `operator` | public key of the operator: `ed25519:…` |
 * | `enrolment`, `revocations` | files of his lists; the second may be left out |
 * | `clock_tolerance_s` | how far clocks may be apart; default 60 |
 * | `ca` | file of certificates of those who vouch for the broker; default: the system's |
 * | `certificate`, `certificate_key` | files of our own certificate and its key, where the broker asks for one |
 *
 * @param onNote - told in a sentence what came into force, and what did not and why
 * @throws {InputError} IDENTITY_SYNTAX, IDENTITY_VALUE_INVALID, IDENTITY_UNKNOWN_KEY; as `readKeyFile`, `Register.open` and
 * `readInputFile`; @throws {CombinationError} IDENTITY_NOT_ENROLLED
 */
export async function openIdentity(path: string, onNote?: (text: string) => void): Promise<Identity> {
  const fields = new Fields(readPlainMap((await readInputFile(path, { bytes_max_count: size_max_bytes })).text, path), '', path);
  const file = (name: string): string | undefined => {
    const value = fields.text(name);
    return value === undefined ? undefined : resolve(dirname(path), value);
  };
  const keyFile = fields.needed('key', file('key'));
  const operator = fields.needed('operator', fields.key('operator'));
  const enrolment = fields.needed('enrolment', file('enrolment'));
  const revocations = file('revocations');
  const clockTolerance_s = fields.number('clock_tolerance_s', 1, 86_400);
  const [ca, cert, certKey] = [file('ca'), file('certificate'), file('certificate_key')];
  if ((cert === undefined) !== (certKey === undefined))
    fields.refuse(cert === undefined ? 'certificate' : 'certificate_key', 'both or none');
  fields.end();

  const key = await readKeyFile(keyFile);
  const certificate =
    cert === undefined || certKey === undefined
      ? undefined
      : { cert: (await readInputFile(cert, { bytes_max_count: size_max_bytes })).text, key: await readPrivateFile(certKey) };
  const authority = ca === undefined ? undefined : (await readInputFile(ca, { bytes_max_count: size_max_bytes })).text;
  const register = await Register.open({ operator, enrolment, revocations }, { onNote });
  return {
    register,
    security: { ca: authority, certificate, login: { ...key.brokerLogin(), user: userOf(key, register, enrolment) } },
    sealFor: (run) => new Ed25519Seal({ run, register, key, clockTolerance_s }),
    notaryFor: (run) => new Ed25519Notary({ run, register, key }),
    close: () => register.close(),
  };
}

function userOf(key: SecretKey, register: Register, where: string): string {
  const held = [...register.enrolment.agents.values()].filter((agent) => agent.key.text === key.public.text);
  if (held.length > 0) return userNameOf(held);
  throw new CombinationError({
    code: 'IDENTITY_NOT_ENROLLED',
    message: `No agent is enrolled with our key ${key.public.text}`,
    where,
    hint: 'Send the operator what `gridflock keys show` prints, and fetch his list anew.',
  });
}
