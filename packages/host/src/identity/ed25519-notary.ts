import { verify } from 'node:crypto';
import type { AgentId, Notary, SealFault } from '@gridflock/core';
import type { Register } from './register.ts';
import type { SecretKey } from './secret-key.ts';

export interface NotaryOptions {
  readonly run: string;
  readonly register: Register;
  readonly key: SecretKey;
  /** Milliseconds since 1970. */
  readonly now_ms?: (() => number) | undefined;
}

/**
 * Signs what the agents of this process say of themselves, and believes what others say of themselves where the operator has enrolled them to
 * stand at the net in question and has not revoked them. Signed is more than the statement: the run and the agent, so that it is worth nothing
 * in another run or another name, and a domain, so that no seal and no letter can stand for it.
 */
export class Ed25519Notary implements Notary {
  private readonly run: string;
  private readonly register: Register;
  private readonly key: SecretKey;
  private readonly now_ms: () => number;

  constructor({ run, register, key, now_ms = Date.now }: NotaryOptions) {
    this.run = run;
    this.register = register;
    this.key = key;
    this.now_ms = now_ms;
  }

  sign(from: AgentId, statement: string): Uint8Array {
    return this.key.sign(this.signedText(from, statement));
  }

  confirms(from: AgentId, net: AgentId, statement: string, signature: Uint8Array): boolean {
    const enrolled = this.register.enrolment.agents.get(from);
    if (enrolled?.role !== 'participant' || !enrolled.nets.includes(net)) return false;
    return this.faultOf(from, statement, signature) === undefined;
  }

  /** Why a statement is not believed to be that agent's, who is enrolled now; undefined where it is. */
  faultOf(from: AgentId, statement: string, signature: Uint8Array): SealFault | undefined {
    const enrolled = this.register.enrolment.agents.get(from);
    if (enrolled === undefined) return 'unknown sender';
    const found = this.register.find(from, enrolled.key.number, this.now_ms());
    if (typeof found === 'string') return found;
    return verify(null, this.signedText(from, statement), enrolled.key.object, signature) ? undefined : 'wrong signature';
  }

  private signedText(from: AgentId, statement: string): Buffer {
    return Buffer.from(`gridflock statement 1\n${JSON.stringify([this.run, from])}\n${statement}`);
  }
}
