import type { AgentId } from '../agents/role.ts';

/**
 * What privacy needs from the world: chance and public-key arithmetic. The host hands it in, so that core stays pure and a test
 * may bring keys of its own. All keys and secrets are 32 bytes.
 */
export interface Crypto {
  /** Bytes that nobody can foresee. */
  random(bytes_count: number): Uint8Array;
  /** The key pair that belongs to 32 secret bytes (X25519, RFC 7748). */
  keyPair(secret: Uint8Array): KeyPair;
  /** 32 bytes for one purpose from a shared secret (HKDF with SHA-256, RFC 5869). */
  derive(secret: Uint8Array, purpose: string): Uint8Array;
  /** Encrypts and authenticates under a key that seals one text only, bound to a context. */
  seal(key: Uint8Array, plain: Uint8Array, context: string): Uint8Array;
  /** The inverse; undefined when key, context or bytes are not those of the seal. */
  open(key: Uint8Array, sealed: Uint8Array, context: string): Uint8Array | undefined;
  /** Whole numbers of thousands of bits, for homomorphic sums. */
  readonly big: BigArithmetic;
}

export interface KeyPair {
  readonly publicKey: Uint8Array;
  /** What both ends of a pair of keys can compute and nobody else; undefined for a public key of small order. */
  agree(theirs: Uint8Array): Uint8Array | undefined;
}

export interface BigArithmetic {
  /** A random prime of exactly that many bits, its two highest bits set. */
  prime(bits_count: number): bigint;
  /** base ↦ base^exponent mod modulus for one odd modulus, prepared once. */
  power(exponent: bigint, modulus: bigint): (base: bigint) => bigint;
}

/** Vouches for what agents say of themselves, where an operator has enrolled them: no net can then speak for its members. */
export interface Notary {
  /** The signature of an agent that is held here. */
  sign(from: AgentId, statement: string): Uint8Array;
  /** Whether an agent is enrolled to stand at that net, and has signed this statement. */
  confirms(from: AgentId, net: AgentId, statement: string, signature: Uint8Array): boolean;
}

/** Bytes of a signature. */
export const signature_count = 64;
