import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { InputError } from '@gridflock/core';
import { nearbyFile } from '../files/input-file.ts';
import { writeFault } from '../files/write-fault.ts';
import { SecretKey } from './secret-key.ts';

const size_max_bytes = 1 << 14;

/**
 * Keeps a secret key in a file of its own that only its owner may read. What is there is never replaced: a key that is gone cannot be
 * had again.
 * @throws {InputError} KEY_FILE_EXISTS, OUT_NOT_WRITABLE, OUT_DISK_FULL
 */
export function writeKeyFile(path: string, key: SecretKey): void {
  try {
    const file = openSync(path, 'wx', 0o600);
    try {
      writeSync(file, key.toPem());
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw writeFault(error, path);
    throw new InputError({
      code: 'KEY_FILE_EXISTS',
      message: `"${path}" exists`,
      where: path,
      hint: 'Choose another name. A key is never overwritten, with --force neither: remove it yourself if it is not needed any more.',
    });
  }
}

/**
 * Reads a secret key, unless others could have read it before us.
 * @throws {InputError} KEY_FILE_INVALID; as `readPrivateFile`
 */
export async function readKeyFile(path: string): Promise<SecretKey> {
  const key = SecretKey.fromPem(await readPrivateFile(path));
  if (key !== undefined) return key;
  throw new InputError({
    code: 'KEY_FILE_INVALID',
    message: `"${path}" holds no Ed25519 key`,
    where: path,
    hint: 'Expected is a private key in PEM (PKCS #8), as `gridflock keys new` or `openssl genpkey -algorithm ed25519` writes it.',
  });
}

/**
 * Reads a small file that only its owner may read; nothing else is read as such.
 * @returns empty when it is no file or too large for a key
 * @throws {InputError} KEY_FILE_NOT_READABLE, KEY_FILE_OPEN_TO_OTHERS
 */
export async function readPrivateFile(path: string): Promise<string> {
  try {
    return readPrivately(path);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new InputError({
      code: 'KEY_FILE_NOT_READABLE',
      message: code === 'ENOENT' ? `Key file "${path}" does not exist` : `Key file "${path}" cannot be read: ${code}`,
      where: path,
      hint: (code === 'ENOENT' ? await nearbyFile(path, path) : undefined) ?? 'Make one with `gridflock keys new`.',
    });
  }
}

function readPrivately(path: string): string {
  const file = openSync(path, 'r');
  try {
    // asked of what was opened: a name could stand for another file by now
    const facts = fstatSync(file);
    if (!facts.isFile() || facts.size > size_max_bytes) return '';
    const open = facts.mode & 0o077;
    if (open !== 0) {
      throw new InputError({
        code: 'KEY_FILE_OPEN_TO_OTHERS',
        message: `Others than its owner may get at key file "${path}": its mode is ${(facts.mode & 0o777).toString(8).padStart(4, '0')}, expected 0600`,
        where: path,
        hint: `Run \`chmod 600 ${path}\`; if somebody may have read it already, have it revoked and make a new one.`,
      });
    }
    const bytes = Buffer.alloc(facts.size);
    return bytes.toString('latin1', 0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}
