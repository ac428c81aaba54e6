import { createPrivateKey, createPublicKey, sign } from 'node:crypto';

/** Prefix byte of user keys; in base 32 it makes them begin with U. */
const userPrefix = 20 << 3;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** PKCS #8 of an Ed25519 key, up to its 32 bytes. */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * A user of NATS, made of 32 secret bytes: an Ed25519 key, whose public half is written as one prefix byte, 32 bytes and their
 * CRC-16 (XMODEM, low byte first), in base 32 without padding.
 * @source https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/nkey_auth
 */
export function nkeyOf(seed: Uint8Array): { readonly nkey: string; readonly signNonce: (nonce: string) => string } {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' });
  const x = Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url');
  const named = Buffer.concat([Buffer.of(userPrefix), x]);
  const check = crc16(named);
  return {
    nkey: base32(Buffer.concat([named, Buffer.of(check & 0xff, check >> 8)])),
    signNonce: (nonce) => sign(null, Buffer.from(nonce), key).toString('base64url'),
  };
}

/** Whether a text is the public key of a user of NATS. */
export function isNkey(text: string): boolean {
  if (!/^U[A-Z2-7]{55}$/.test(text)) return false;
  const bytes = fromBase32(text);
  return bytes[0] === userPrefix && crc16(bytes.subarray(0, 33)) === bytes[33]! + 256 * bytes[34]!;
}

function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return crc;
}

function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let waiting = 0;
  for (const byte of bytes) {
    waiting = (waiting << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(waiting >> (bits - 5)) & 31];
    waiting &= 0xff;
  }
  return bits > 0 ? text + alphabet[(waiting << (5 - bits)) & 31] : text;
}

function fromBase32(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let bits = 0;
  let waiting = 0;
  let at = 0;
  for (const letter of text) {
    waiting = ((waiting << 5) | alphabet.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits >= 8) bytes[at++] = (waiting >> (bits -= 8)) & 0xff;
  }
  return bytes;
}
