import type { Crowd } from '../../agents/crowd.ts';
import type { AgentId } from '../../agents/role.ts';
import { CombinationError } from '../../base/errors.ts';
import { encoded, reach_kW } from '../../base/fixed-point.ts';
import { unitOfName } from '../../base/units.ts';
import type { Crypto } from '../crypto.ts';
import type { Veils } from '../wrap-roles.ts';
import { rhoOf, rhoOfShares } from './accountant.ts';
import { Ledger } from './ledger.ts';
import { NoisyMember } from './noisy-member.ts';
import { RandomBits } from './random-bits.ts';

export interface NoisySumsOptions {
  /** What each member gives away in all, at most. */
  readonly epsilon: number;
  readonly delta: number;
  /** Sums that this budget is divided among. */
  readonly rounds_count: number;
  /** Largest 2-norm of a member's word: root of the sum of squares over its steps and channels. A longer one is shortened. */
  readonly clip_kW: number;
  /** Share of members who may tell the net their part of the noise, or be missing: the others' noise is enough without theirs. */
  readonly corrupt_frac: number;
  readonly dropout_frac: number;
}

/** Whose words are to be protected: the wires and the grid above are no household. */
export interface Households {
  readonly isPrivate: (member: AgentId) => boolean;
  /** How many they are at a net. */
  readonly countAt: (net: AgentId) => number;
}

/** Noise for one crowd. */
export interface Noise {
  /** Standard deviation of the noise in each number of the sum, if all add theirs. */
  readonly deviation_kW: number;
  readonly rho: number;
  /** Variance of one member's share, in squares of quanta. */
  readonly variance: readonly [bigint, bigint];
}

const quanta_per_kW = encoded(Float64Array.of(1))[0];

/**
 * How much noise each of a crowd adds so that those who are honest and there keep (ε, δ) over all rounds:
 * σ² = R·Δ²/(2ρ), Δ the clip, of which each adds σ²/h, h the least number of honest members who are there.
 * @param private_count - members whose words are to be protected and who add noise
 * @throws {CombinationError} PRIVACY_NOISE_TOO_LARGE
 */
export function noiseFor(crowd: Pick<Crowd, 'net' | 'word'>, private_count: number, options: NoisySumsOptions): Noise {
  const { epsilon, delta, rounds_count, clip_kW, corrupt_frac, dropout_frac } = options;
  const lost_count = Math.min(private_count - 1, Math.ceil(corrupt_frac * private_count) + Math.ceil(dropout_frac * private_count));
  const honest_count = private_count - lost_count;
  const clip = clip_kW * quanta_per_kW;
  const sigma2 = Math.ceil((rounds_count * clip * clip) / (2 * rhoOf(epsilon, delta)));
  const deviation_kW = Math.sqrt((sigma2 * private_count) / honest_count) / quanta_per_kW;
  if (deviation_kW * 20 > reach_kW) {
    throw new CombinationError({
      code: 'PRIVACY_NOISE_TOO_LARGE',
      message: `The noise at "${crowd.net}" would have a standard deviation of ${deviation_kW.toPrecision(3)} kW, more than sums can hold`,
      where: 'privacy',
      hint: 'Raise epsilon, or lower clip_kW or rounds_count.',
    });
  }
  const numbers_count = Object.entries(crowd.word.fields).reduce(
    (sum, [name, length]) => sum + (unitOfName(name) === 'kW' ? length : 0),
    0,
  );
  return {
    deviation_kW,
    rho: rhoOfShares(clip, sigma2 / honest_count, honest_count, numbers_count),
    variance: [BigInt(sigma2), BigInt(honest_count)],
  };
}

/**
 * Veils that add noise behind other veils. One ledger per member, for as long as these veils are used: several negotiations one
 * after another share the budget.
 */
export function noisySums(options: NoisySumsOptions, { isPrivate, countAt }: Households, crypto: Crypto): (behind: Veils) => Veils {
  const ledgers = new Map<AgentId, Ledger>();
  let bits: RandomBits | undefined;
  const budget = rhoOf(options.epsilon, options.delta);
  return (behind) => ({
    ofNet: behind.ofNet,
    agents: behind.agents,
    ofMember(member, crowd) {
      const veil = behind.ofMember(member, crowd);
      if (!isPrivate(member)) return veil;
      const ledger = ledgers.get(member) ?? new Ledger(member, budget, options.delta);
      ledgers.set(member, ledger);
      bits ??= new RandomBits(crypto);
      const { rho, variance } = noiseFor(crowd, countAt(crowd.net), options);
      return new NoisyMember({ veil, word: crowd.word, clip: options.clip_kW * quanta_per_kW, variance, rho, ledger, bits });
    },
  });
}
