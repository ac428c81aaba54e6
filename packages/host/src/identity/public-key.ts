import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

const scheme = 'ed25519:';

/** Who somebody is, as everybody may know it: an Ed25519 public key. */
export interface PublicKey {
  /** `ed25519:` and the 32 bytes in base64url. */
  readonly text: string;
  /** What seals call it: the first 48 bits of the SHA-256 of the 32 bytes, big-endian. */
  readonly number: number;
  readonly object: KeyObject;
}

/** @returns undefined when the text is no public key */
export function readPublicKey(text: string): PublicKey | undefined {
  if (!text.startsWith(scheme)) return undefined;
  const x = text.slice(scheme.length);
  const bytes = Buffer.from(x, 'base64url');
  // a second spelling of the same key would be another key to whoever compares texts
  if (bytes.length !== 32 || bytes.toString('base64url') !== x) return undefined;
  let object: KeyObject | undefined;
  return {
    text,
    number: createHash('sha256').update(bytes).digest().readUIntBE(0, 6),
    get object() {
      return (object ??= createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }));
    },
  };
}

export const publicKeyText = (bytes: Uint8Array): string => `${scheme}${Buffer.from(bytes).toString('base64url')}`;
