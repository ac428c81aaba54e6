import type { Crowd } from '../../agents/crowd.ts';
import type { Crypto } from '../crypto.ts';
import { numbersCountOf } from '../word-numbers.ts';
import type { Veils } from '../wrap-roles.ts';
import { type Degree, degreeFor, type Threats } from './degree.ts';
import { neighbourGraph, randomOrder } from './graph.ts';
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
export const degreeOf = (crowd: Crowd, options: MaskedSumsOptions): Degree =>
  degreeFor({ ...options, members_count: crowd.members.length });

/** Veils of masked sums: a net learns the sum of its crowd and nothing else, unless it works with corrupt members beyond the bound. */
export function maskedSums(options: MaskedSumsOptions, crypto: Crypto): Veils {
  const leastOf = ({ members }: Crowd) => ({ crowd_min_count: Math.min(options.crowd_min_count, members.length) });
  return {
    ofNet(crowd) {
      const degree = degreeOf(crowd, options);
      const order = randomOrder(crowd.members.length, (n) => randomIndex(n, crypto));
      return new MaskedCrowd({ ...options, ...leastOf(crowd), crowd, crypto, degree, graph: neighbourGraph(order, degree.degree_count) });
    },
    ofMember: (_member, crowd) =>
      new MaskedMember({ ...leastOf(crowd), net: crowd.net, crypto, numbers_count: numbersCountOf(crowd.word) }),
    agents: [],
  };
}

/** A whole number, uniform on 0 … n − 1. */
function randomIndex(n: number, crypto: Crypto): number {
  const whole = Math.floor(2 ** 32 / n) * n;
  for (;;) {
    const value = crypto.random(4).reduce((sum, byte) => 256 * sum + byte, 0);
    if (value < whole) return value % n;
  }
}
