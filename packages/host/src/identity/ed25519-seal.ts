import { verify } from 'node:crypto';
import { type AgentId, InputError, type Seal, SealCodec, type SealFault } from '@gridflock/core';
import type { Enrolled } from './enrolment.ts';
import type { Register } from './register.ts';
import { ReplayWindow } from './replay-window.ts';
import type { SecretKey } from './secret-key.ts';
import { TokenBucket } from './token-bucket.ts';

/** A message costs one token for its signature, and one more per so many bytes: they have to be hashed. */
const bytesPerToken = 16_384;

export interface SealOptions {
  readonly run: string;
  readonly register: Register;
  /** The key of this process; all agents that are held here are enrolled with it. A key is used by one process at a time. */
  readonly key: SecretKey;
  /** How far the clocks of two machines may be apart, and how long a message may be under way. Default 60. */
  readonly clockTolerance_s?: number | undefined;
  /** Milliseconds since 1970. */
  readonly now_ms?: (() => number) | undefined;
}

/** What is remembered of a sender. */
interface Sender {
  readonly agent: Enrolled;
  readonly window: ReplayWindow;
  readonly bucket: TokenBucket;
}

/**
 * Signs what leaves with the key of its sender, and believes what arrives when the operator has enrolled its sender, the signature is
 * his, and it has not been here before. What is cheap is asked first: size, sender, time, counter, rate; then the signature.
 *
 * A counter is the time in microseconds, and larger than the one before. So it survives restarts without being kept anywhere: a sender
 * that starts again goes on above all it has said, and a listener that starts again, and has forgotten what it has heard, takes
 * nothing that was said before it started.
 */
export class Ed25519Seal implements Seal {
  private readonly codec: SealCodec;
  private readonly register: Register;
  private readonly key: SecretKey;
  private readonly tolerance_us: number;
  private readonly now_ms: () => number;
  private readonly begun_us: number;
  private readonly senders = new Map<AgentId, Sender>();
  private lastCounter = 0;

  constructor({ run, register, key, clockTolerance_s = 60, now_ms = Date.now }: SealOptions) {
    this.codec = new SealCodec(run);
    this.register = register;
    this.key = key;
    this.tolerance_us = 1e6 * clockTolerance_s;
    this.now_ms = now_ms;
    this.begun_us = 1000 * now_ms();
  }

  /** @throws {InputError} SEAL_NO_KEY; @throws {TransportError} ENVELOPE_UNSENDABLE */
  close(from: AgentId, envelope: Uint8Array): Uint8Array {
    const enrolled = this.register.enrolment.agents.get(from);
    const { key } = this;
    if (enrolled?.key.text !== key.public.text) throw noKey(from, enrolled, key);
    this.lastCounter = Math.max(this.lastCounter + 1, Math.floor(1000 * this.now_ms()));
    const { signed, signature, sealed } = this.codec.lay(envelope, key.public.number, this.lastCounter);
    signature.set(key.sign(signed));
    return sealed;
  }

  open(sealed: Uint8Array): Uint8Array | SealFault {
    const parts = this.codec.read(sealed);
    if (typeof parts === 'string') return parts;
    const { from, key, counter, envelope, signature } = parts;
    const now_ms = this.now_ms();
    const agent = this.register.find(from, key, now_ms);
    if (typeof agent === 'string') return agent;
    const age_us = 1000 * now_ms - counter;
    if (age_us > this.tolerance_us) return 'stale';
    if (age_us < -this.tolerance_us) return 'from the future';
    const { window, bucket } = this.senderOf(agent, now_ms);
    if (window.isOld(counter)) return 'stale';
    if (window.hasTaken(counter)) return 'replayed';
    if (!bucket.draw(1 + sealed.length / bytesPerToken, now_ms)) return 'too fast';
    if (!verify(null, this.codec.signedOf(sealed), agent.key.object, signature)) return 'wrong signature';
    window.take(counter);
    return envelope;
  }

  private senderOf(agent: Enrolled, now_ms: number): Sender {
    const known = this.senders.get(agent.id);
    if (known?.agent === agent) return known;
    // enrolled anew: its rate may be another one, but what it has said was said
    const window = known?.window ?? new ReplayWindow(this.begun_us);
    const sender = { agent, window, bucket: new TokenBucket(agent.rate_max_per_s, now_ms) };
    this.senders.set(agent.id, sender);
    return sender;
  }
}

function noKey(from: AgentId, enrolled: Enrolled | undefined, key: SecretKey): InputError {
  return new InputError({
    code: 'SEAL_NO_KEY',
    message:
      enrolled === undefined
        ? `Agent "${from}" is to speak and is not enrolled`
        : `Agent "${from}" is enrolled with ${enrolled.key.text}, and this process has ${key.public.text}`,
    hint: 'Have the operator enrol it with its public key (`gridflock keys show`), or give the key file that belongs to it.',
  });
}
