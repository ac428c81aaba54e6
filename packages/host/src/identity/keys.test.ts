import { generateKeyPairSync, pbkdf2Sync, verify } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { nkeys } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readKeyFile, writeKeyFile } from './key-file.ts';
import { isNkey, nkeyOf } from './nkey.ts';
import { readPublicKey } from './public-key.ts';
import { SecretKey } from './secret-key.ts';

// RFC 8032, section 7.1, test 2
const rfc = {
  secret: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
  public: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
  message: '72',
  signature:
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
};
const pemOf = (seed: string): string =>
  `-----BEGIN PRIVATE KEY-----\n${Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex').toString('base64')}\n-----END PRIVATE KEY-----\n`;

describe('a secret key', () => {
  const key = SecretKey.fromPem(pemOf(rfc.secret))!;

  it('signs as RFC 8032 does', () => {
    expect(key.public.text).toBe(`ed25519:${Buffer.from(rfc.public, 'hex').toString('base64url')}`);
    expect(Buffer.from(key.sign(Buffer.from(rfc.message, 'hex'))).toString('hex')).toBe(rfc.signature);
  });

  it('shows its secret to nobody who prints it', () => {
    const secrets = [rfc.secret, Buffer.from(rfc.secret, 'hex').toString('base64url'), Buffer.from(rfc.secret, 'hex').toString('base64')];
    const shown =
      inspect(key, { depth: 9, showHidden: true }) + JSON.stringify(key) + String(key) + inspect(key.brokerLogin(), { depth: 9 });
    for (const secret of [...secrets, key.brokerLogin().password()]) expect(shown).not.toContain(secret.slice(0, 20));
  });

  it('gives brokers logins that are the same each time, and that are not the key itself', () => {
    const [login, again, other] = [key.brokerLogin(), key.brokerLogin(), SecretKey.generate().brokerLogin()];
    expect([again.nkey, again.password(), again.passwordHash]).toEqual([login.nkey, login.password(), login.passwordHash]);
    expect(other.nkey).not.toBe(login.nkey);
    expect(other.password()).not.toBe(login.password());
    expect(nkeyOf(Buffer.from(rfc.secret, 'hex')).nkey).not.toBe(login.nkey);
    const [, , rounds, salt = '', hash] = login.passwordHash.split('$');
    expect(pbkdf2Sync(login.password(), Buffer.from(salt, 'base64'), Number(rounds), 64, 'sha512').toString('base64')).toBe(hash);
  });

  it('is not made of another kind of key, or of rubbish', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    for (const text of ['', 'x', rsa, pemOf(rfc.secret).slice(0, 60)]) expect(SecretKey.fromPem(text)).toBeUndefined();
  });
});

describe('a public key', () => {
  it('is read from its one spelling', () => {
    const { text } = SecretKey.generate().public;
    expect(readPublicKey(text)?.text).toBe(text);
    // 32 bytes leave two bits of the last letter unused: other letters spell the same bytes
    const last = text.at(-1)!;
    const next = String.fromCharCode(last.charCodeAt(0) + 1);
    for (const wrong of ['', text.slice(8), `${text}A`, `${text}=`, text.slice(0, -1), text.slice(0, -1) + next]) {
      expect(readPublicKey(wrong)).toBeUndefined();
    }
  });

  it('has a number of 48 bits: 0x39f713d0a644 for the key of RFC 8032, by sha256sum', () => {
    const { number } = SecretKey.fromPem(pemOf(rfc.secret))!.public;
    expect(number).toBeLessThan(2 ** 48);
    expect(number.toString(16)).toBe('39f713d0a644');
  });
});

describe('a user of NATS', () => {
  it('is written as the makers of NATS write it, and signs what they verify', () => {
    for (let k = 0; k < 20; k++) {
      const seed = Buffer.alloc(32, k + 1);
      const { nkey, signNonce } = nkeyOf(seed);
      expect(isNkey(nkey)).toBe(true);
      expect(nkeys.fromPublic(nkey).verify(Buffer.from('nonce'), Buffer.from(signNonce('nonce'), 'base64url'))).toBe(true);
    }
    const theirs = nkeys.createUser();
    expect(isNkey(theirs.getPublicKey())).toBe(true);
  });

  it('is not another text, and no account or mistyped user', () => {
    const user = nkeys.createUser().getPublicKey();
    const typo = user.slice(0, 20) + (user[20] === 'A' ? 'B' : 'A') + user.slice(21);
    for (const wrong of ['', 'U', typo, nkeys.createAccount().getPublicKey(), user.toLowerCase()]) expect(isNkey(wrong)).toBe(false);
  });
});

describe('a key file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'gridflock-keys-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps a key, for its owner only', async () => {
    const path = join(folder, 'mine.key');
    const key = SecretKey.generate();
    writeKeyFile(path, key);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = await readKeyFile(path);
    expect(again.public.text).toBe(key.public.text);
    expect(verify(null, Buffer.from('m'), key.public.object, again.sign(Buffer.from('m')))).toBe(true);
  });

  it('is never overwritten: KEY_FILE_EXISTS', () => {
    const path = join(folder, 'twice.key');
    writeKeyFile(path, SecretKey.generate());
    const before = readFileSync(path, 'utf8');
    expect(() => writeKeyFile(path, SecretKey.generate())).toThrow(expect.objectContaining({ code: 'KEY_FILE_EXISTS' }));
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('is refused when others may read or write it: KEY_FILE_OPEN_TO_OTHERS', async () => {
    const path = join(folder, 'open.key');
    writeKeyFile(path, SecretKey.generate());
    for (const mode of [0o640, 0o604, 0o620, 0o601, 0o644]) {
      chmodSync(path, mode);
      await expect(readKeyFile(path)).rejects.toMatchObject({
        code: 'KEY_FILE_OPEN_TO_OTHERS',
        message: expect.stringContaining('chmod 600'),
      });
    }
    chmodSync(path, 0o400);
    await expect(readKeyFile(path)).resolves.toBeInstanceOf(SecretKey);
  });

  it('is refused when it is missing, a folder or no key, and its content is not repeated', async () => {
    await expect(readKeyFile(join(folder, 'nobody.key'))).rejects.toMatchObject({ code: 'KEY_FILE_NOT_READABLE' });
    await expect(readKeyFile(folder)).rejects.toMatchObject({ code: 'KEY_FILE_INVALID' });
    const path = join(folder, 'odd.key');
    writeFileSync(path, 'a password of somebody', { mode: 0o600 });
    const fault = await readKeyFile(path).catch((error: Error) => error);
    expect(fault).toMatchObject({ code: 'KEY_FILE_INVALID' });
    expect(String(fault)).not.toContain('password');
  });
});
