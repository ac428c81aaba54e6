import type { Crowd } from '../../agents/crowd.ts';
import type { AgentId } from '../../agents/role.ts';
import type { Crypto } from '../crypto.ts';
import { numbersCountOf } from '../word-numbers.ts';
import type { Veils } from '../wrap-roles.ts';
import { EncryptedCrowd } from './encrypted-crowd.ts';
import { EncryptedMember } from './encrypted-member.ts';
import { Trustee } from './trustee.ts';

export interface EncryptedSumsOptions {
  /** Length of n: 2048 or more, but for tests. */
  readonly key_bits: number;
  /** The trustee decrypts no sum over fewer than these, or than all of a smaller crowd. */
  readonly crowd_min_count: number;
  /** Reminders without an answer after which a sum is taken without a member; 0: it is waited for. */
  readonly giveUp_count: number;
}

export const encryptedSumsDefaults: EncryptedSumsOptions = { key_bits: 2048, crowd_min_count: 2, giveUp_count: 0 };

export const trusteeId: AgentId = 'trustee';

/** Veils of homomorphic sums: a net sees ciphertexts and the sum, the trustee the sum. They must not work together. */
export function encryptedSums(options: EncryptedSumsOptions, crowds: readonly Crowd[], crypto: Crypto): Veils {
  const shared = { ...options, crypto, trustee: trusteeId };
  return {
    ofNet: (crowd) => new EncryptedCrowd({ ...shared, crowd }),
    ofMember: (_member, { net, word, members_count }) =>
      new EncryptedMember({ ...shared, net, numbers_count: numbersCountOf(word), members_count }),
    agents: [new Trustee({ ...options, id: trusteeId, crypto, crowds })],
  };
}
