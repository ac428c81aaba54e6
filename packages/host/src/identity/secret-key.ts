import { createPrivateKey, createPublicKey, generateKeyPairSync, hkdfSync, type KeyObject, pbkdf2Sync, sign } from 'node:crypto';
import type { BrokerLogin } from '../transports/contract.ts';
import { nkeyOf } from './nkey.ts';
import { type PublicKey, publicKeyText, readPublicKey } from './public-key.ts';

/** How often the hash of a password for MQTT is repeated. The password has 256 bits: nobody guesses it, however fast. */
const passwordRounds_count = 101;

/** What a key says to brokers, and what they keep of it. */
export interface KeyLogin extends Omit<BrokerLogin, 'user'> {
  /** What an MQTT broker keeps of the password, as mosquitto writes it. */
  readonly passwordHash: string;
}

/**
 * An Ed25519 key that is nobody else's business. The secret stays behind this object: it shows up in no text, JSON or log.
 *
 * What brokers ask for is derived from it, HKDF-SHA-256 with a label each, because a broker may choose what it asks to be signed: the key
 * that signs messages must never sign that.
 */
export class SecretKey {
  readonly public: PublicKey;
  readonly #key: KeyObject;

  private constructor(key: KeyObject) {
    this.#key = key;
    this.public = readPublicKey(publicKeyText(rawOf(createPublicKey(key), 'x')))!;
  }

  static generate(): SecretKey {
    return new SecretKey(generateKeyPairSync('ed25519').privateKey);
  }

  /** @returns undefined when the text is no Ed25519 key in PEM (PKCS #8) */
  static fromPem(text: string): SecretKey | undefined {
    try {
      const key = createPrivateKey({ key: text, format: 'pem' });
      return key.asymmetricKeyType === 'ed25519' ? new SecretKey(key) : undefined;
    } catch {
      return undefined;
    }
  }

  /** For its file, and nowhere else. */
  toPem(): string {
    return this.#key.export({ type: 'pkcs8', format: 'pem' }) as string;
  }

  sign(bytes: Uint8Array): Uint8Array {
    return sign(null, bytes, this.#key);
  }

  brokerLogin(): KeyLogin {
    const { nkey, signNonce } = nkeyOf(this.derived('gridflock nats user'));
    const password = (): string => this.derived('gridflock mqtt password').toString('base64url');
    const salt = this.derived('gridflock mqtt salt').subarray(0, 12);
    const hash = pbkdf2Sync(password(), salt, passwordRounds_count, 64, 'sha512');
    const passwordHash = `$7$${passwordRounds_count}$${salt.toString('base64')}$${hash.toString('base64')}`;
    return { nkey, signNonce, password, passwordHash };
  }

  private derived(label: string): Buffer {
    return Buffer.from(hkdfSync('sha256', rawOf(this.#key, 'd'), '', label, 32));
  }
}

const rawOf = (key: KeyObject, part: 'x' | 'd'): Buffer => Buffer.from(key.export({ format: 'jwk' })[part] ?? '', 'base64url');
