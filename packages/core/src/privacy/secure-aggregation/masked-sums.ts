import type { Crypto, Notary } from '../crypto.ts';
import { numbersCountOf } from '../word-numbers.ts';
import type { Veils } from '../wrap-roles.ts';
import { type Degree, degreeFor, type Threats } from './degree.ts';
import { MaskedCrowd } from './masked-crowd.ts';
import { MaskedMember } from './masked-member.ts';

export interface MaskedSumsOptions extends Omit<Threats, 'members_count'> {
  /** Nobody opens a sum over fewer than these, or than all of a smaller crowd. */
  readonly crowd_min_count: number;
  /** Reminders without an answer after which a sum is taken without a member; 0: it is waited for. */
  readonly giveUp_count: number;
}

export const maskedSumsDefaults: MaskedSumsOptions = {
  corrupt_frac: 0.05,
  dropout_frac: 0.05,
  security_bits: 40,
  recovery_bits: 20,
  crowd_min_count: 2,
  giveUp_count: 0,
};

/** The number of neighbours that each crowd needs. @throws {InputError} PRIVACY_GROUP */
export const degreeOf = (members_count: number, options: MaskedSumsOptions): Degree => degreeFor({ ...options, members_count });

/**
 * Veils of masked sums: a net learns the sum of its crowd and nothing else, unless it works with corrupt members beyond the bound.
 * @param notary - vouches for the members' keys; left out, the net is trusted to hand them around unchanged
 */
export function maskedSums(options: MaskedSumsOptions, crypto: Crypto, notary?: Notary): Veils {
  const leastOf = (members_count: number) => ({ crowd_min_count: Math.min(options.crowd_min_count, members_count) });
  const degrees = new Map<number, Degree>();
  const degreeAmong = (members_count: number): Degree => {
    const degree = degrees.get(members_count) ?? degreeOf(members_count, options);
    degrees.set(members_count, degree);
    return degree;
  };
  return {
    ofNet: (crowd) =>
      new MaskedCrowd({ ...options, ...leastOf(crowd.members.length), crowd, crypto, degree: degreeAmong(crowd.members.length) }),
    ofMember: (id, { net, word, members_count }) =>
      new MaskedMember({
        ...leastOf(members_count),
        ...{ id, net, crypto, notary, numbers_count: numbersCountOf(word), degree: degreeAmong(members_count) },
      }),
    agents: [],
  };
}
