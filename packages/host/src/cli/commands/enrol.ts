import { resolve } from 'node:path';
import { InputError } from '@gridflock/core';
import { writeAtomicFile } from '../../files/atomic-file.ts';
import { readInputFile } from '../../files/input-file.ts';
import { type BrokerKind, brokerConfigs, brokerKinds } from '../../identity/broker-config.ts';
import { brokerUsers } from '../../identity/broker-users.ts';
import { type Enrolled, enrolmentDomain, enrolmentOf, readEnrolment } from '../../identity/enrolment.ts';
import { readKeyFile } from '../../identity/key-file.ts';
import { type PublicKey, readPublicKey } from '../../identity/public-key.ts';
import { Register } from '../../identity/register.ts';
import { readRevocations, revocationDomain, revocationsOf } from '../../identity/revocations.ts';
import { readPlainMap, signDocument, signText } from '../../identity/signed-document.ts';
import type { Action } from '../command.ts';
import { choice, type Flags, wholeNumber } from '../settings.ts';
import { counted, table } from '../text.ts';

/** Signs a list of agents or a revocation list in its file, as a new version. */
export const enrolSign: Action = async ({ options }, [path = '']) => {
  const key = await readKeyFile(needed(options, 'key', 'the key file of the operator'));
  const { text } = await readInputFile(path);
  const isRevocation = Object.hasOwn(readPlainMap(text, path), 'revocation');
  const signed = signText(isRevocation ? revocationDomain : enrolmentDomain, text, key, path);
  const plain = readPlainMap(signed, path);
  const { serial } = isRevocation ? revocationsOf(plain, path) : enrolmentOf(plain, path);
  writeAtomicFile(path, signed, true);
  const document = { signed: path, serial, operator: key.public.text };
  return { document, text: `${path}: version ${serial}, signed by ${key.public.text}`, files: [] };
};

/** Looks whether a list is the operator's, and what it says. */
export const enrolCheck: Action = async ({ options, style }, [path = '']) => {
  const { serial, agents } = readEnrolment((await readInputFile(path)).text, operatorOf(options), path);
  const rows = [...agents.values()];
  const kW = ({ limits }: Enrolled): string => (limits === undefined ? '' : `${limits.p_min_kW} … ${limits.p_max_kW}`);
  const until = ({ validTo_ms }: Enrolled): string => (Number.isFinite(validTo_ms) ? new Date(validTo_ms).toISOString() : '');
  const document = {
    serial,
    agents: rows.map(({ id, role, nets, limits, rate_max_per_s, key }) => ({ id, role, nets, ...limits, rate_max_per_s, key: key.text })),
  };
  const shown = table(
    [{ title: 'agent' }, { title: 'role' }, { title: 'nets' }, { title: 'kW', right: true }, { title: 'valid to' }, { title: 'key' }],
    rows.map((each) => [each.id, each.role, each.nets.join(', '), kW(each), until(each), each.key.text]),
    style,
  );
  return { document, text: `${path}: version ${serial}, ${counted(rows.length, 'agent')}\n\n${shown}`, files: [] };
};

/** Adds an agent or a key to a revocation list, and signs it; the list is begun where there is none. */
export const enrolRevoke: Action = async ({ options }, [path = '']) => {
  const key = await readKeyFile(needed(options, 'key', 'the key file of the operator'));
  const { agent, publicKey, why } = options;
  if ((typeof agent === 'string') === (typeof publicKey === 'string')) {
    throw new InputError({
      code: 'CLI_MISSING_ARGUMENT',
      message: 'Give either --agent or --public-key: whom to revoke',
      where: 'gridflock enrol revoke',
    });
  }
  const before = await readInputFile(path).catch((error: unknown) => {
    if (error instanceof InputError && error.code === 'FILE_NOT_FOUND') return undefined;
    throw error;
  });
  if (before !== undefined) readRevocations(before.text, key.public, path);
  const { signature: _, ...old } = before === undefined ? { revocation: 1, serial: 0, revoked: [] } : readPlainMap(before.text, path);
  const entry = { ...(typeof agent === 'string' ? { agent } : { key: String(publicKey) }), ...(typeof why === 'string' ? { why } : {}) };
  const serial = Number(old['serial']) + 1;
  const list = { ...old, serial, revoked: [...(old['revoked'] as readonly (typeof entry)[]), entry] };
  revocationsOf(list, path);
  writeAtomicFile(path, signDocument(revocationDomain, list, key), true);
  const document = { signed: path, serial, revoked: list.revoked };
  return { document, text: `${path}: version ${serial}, ${counted(list.revoked.length, 'revocation')}`, files: [] };
};

/** Writes the configuration of a broker that holds everybody to the list. */
export const enrolBroker: Action = async ({ options, settings }, [path = '']) => {
  const kind = String(choice(needed(options, 'kind', brokerKinds.join(' or ')), '--kind', brokerKinds)) as BrokerKind;
  const revocations = typeof options['revocations'] === 'string' ? options['revocations'] : undefined;
  const register = await Register.open({ operator: operatorOf(options), enrolment: path, revocations }, { watch_s: 0 });
  const users = brokerUsers(register.standing());
  const port = typeof options['port'] === 'string' ? wholeNumber(options['port'], '--port', 1, 65_535) : kind === 'nats' ? 4222 : 8883;
  const clientCa = options['clientCa'];
  const files = brokerConfigs[kind](users, {
    host: typeof options['host'] === 'string' ? options['host'] : '0.0.0.0',
    port,
    cert: resolve(needed(options, 'cert', 'the certificate of the broker')),
    certKey: resolve(needed(options, 'certKey', 'the key of its certificate')),
    clientCa: typeof clientCa === 'string' ? resolve(clientCa) : undefined,
    folder: resolve(settings.out ?? '.'),
  });
  const without = users.filter(({ nkey, passwordHash }) => (kind === 'nats' ? nkey : passwordHash) === undefined).map(({ name }) => name);
  const document = { kind, users_count: users.length - without.length, withoutLogin: without, files: files.map(({ name }) => name) };
  const hint =
    settings.out === undefined ? 'Nothing was written. Add --out DIR.' : `Start it with: ${startOf(kind, resolve(settings.out))}`;
  const missing = without.length === 0 ? '' : `\nEnrolled without a login for it, and so not let in: ${without.join(', ')}`;
  return { document, text: `${kind}: ${counted(users.length - without.length, 'user')}${missing}\n${hint}`, files };
};

const startOf = (kind: BrokerKind, folder: string): string =>
  kind === 'nats' ? `nats-server -c ${folder}/nats-server.conf` : `mosquitto -c ${folder}/mosquitto.conf`;

function operatorOf(options: Flags): PublicKey {
  const text = needed(options, 'operator', 'the public key of the operator, ed25519:…');
  const key = readPublicKey(text);
  if (key !== undefined) return key;
  throw new InputError({
    code: 'CLI_INVALID_VALUE',
    message: `--operator "${text.slice(0, 80)}" is no public key: expected ed25519: and 43 letters`,
    where: '--operator',
    hint: 'Take it from the operator; `gridflock keys show` prints it.',
  });
}

function needed(options: Flags, name: string, what: string): string {
  const value = options[name];
  if (typeof value === 'string') return value;
  throw new InputError({
    code: 'CLI_MISSING_ARGUMENT',
    message: `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} is missing: ${what}`,
    where: 'gridflock enrol',
  });
}
