import type { Crowd } from '../../agents/crowd.ts';
import type { Crypto, Notary } from '../../privacy/crypto.ts';
import { epsilonOf, rhoOf } from '../../privacy/differential-privacy/accountant.ts';
import { type Households, noiseFor, noisySums } from '../../privacy/differential-privacy/noisy-sums.ts';
import { encryptedSums } from '../../privacy/homomorphic/encrypted-sums.ts';
import { degreeOf, maskedSums } from '../../privacy/secure-aggregation/masked-sums.ts';
import type { Veils } from '../../privacy/wrap-roles.ts';
import type { PrivacyDocument } from './privacy-document.ts';

/** What a kind of protection has to say for itself. */
export interface ProtectionKind {
  readonly title: string;
  readonly trusted: string;
  readonly learns: string;
  readonly schemeOptions?: Readonly<Record<string, number>>;
  readonly veilsFor: (crowds: readonly Crowd[]) => Veils;
  readonly figures: (crowds: readonly Crowd[]) => Record<string, number>;
}

/** A protection as a study asks for it, and how many reminders in vain a member is waited for; 0: for ever. */
export type ProtectionTerms = PrivacyDocument & { readonly giveUp_count: number };
type Settings<K extends PrivacyDocument['kind']> = Extract<ProtectionTerms, { kind: K }>;
type Kinds = { readonly [K in PrivacyDocument['kind']]: (settings: Settings<K>, scene: Scene) => ProtectionKind };

export interface Scene {
  readonly crypto: Crypto;
  readonly notary?: Notary | undefined;
  readonly households: Households;
  /** Most devices of one owner. */
  readonly devicesOfOwner_max_count: number;
}

const kinds: Kinds = {
  'secure-aggregation': (settings, { crypto, notary }) => {
    // A sum is opened over all of a net's members: owners' devices, and the wires or the grid.
    return {
      title: 'masked sums on a graph of neighbours, keys by X25519',
      trusted: notary
        ? 'most neighbours not to work with the net'
        : 'the net to hand keys on unchanged, and most neighbours not to work with it',
      learns: 'nets learn sums, bit for bit those of the open run; prices are as open as before',
      veilsFor: () => maskedSums(settings, crypto, notary),
      figures: (crowds) => {
        const degrees = crowds.map((crowd) => degreeOf(crowd.members.length, settings));
        return {
          privacy_neighbours_max_count: Math.max(...degrees.map(({ degree_count }) => degree_count)),
          // Certainty has no bits: only what may happen is told.
          ...finite('privacy_exposure_bits', Math.min(...degrees.map(({ exposure_bits }) => exposure_bits))),
        };
      },
    };
  },
  'homomorphic-sums': (settings, { crypto }) => ({
    title: `Paillier sums, ${settings.key_bits} bits, decrypted by a trustee`,
    trusted: 'the net and the trustee not to work together',
    learns: 'nets learn ciphertexts and sums, the trustee sums, bit for bit those of the open run; prices are as open as before',
    veilsFor: (crowds) => encryptedSums(settings, crowds, crypto),
    figures: () => ({ privacy_key_bits: settings.key_bits }),
  }),
  'differential-privacy': (settings, { crypto, notary, households, devicesOfOwner_max_count }) => {
    const noisy = noisySums(settings, households, crypto);
    const { epsilon, delta, rounds_count } = settings;
    return {
      title: `masked sums with discrete Gaussian noise, ε = ${epsilon} per device at δ = ${delta}`,
      trusted: 'most neighbours to add their noise and not to work with the net',
      learns: 'whatever is observed, sums, prices and all, tells of a device no more than ε allows',
      schemeOptions: { rounds_max_count: 5 * Math.floor(rounds_count / 5) },
      veilsFor: () => noisy(maskedSums(settings, crypto, notary)),
      figures: (crowds) => ({
        privacy_epsilon: epsilon,
        privacy_owner_epsilon: epsilonOf(devicesOfOwner_max_count ** 2 * rhoOf(epsilon, delta), delta),
        privacy_noise_max_kW: Math.max(
          ...crowds.flatMap((crowd) => {
            const private_count = households.countAt(crowd.net);
            return private_count > 0 ? [noiseFor(crowd, private_count, settings).deviation_kW] : [];
          }),
        ),
      }),
    };
  },
};

const finite = (name: string, value: number): Record<string, number> => (Number.isFinite(value) ? { [name]: value } : {});

/** The protection that a study asks for. */
export function protectionKind(terms: ProtectionTerms, scene: Scene): ProtectionKind {
  const open = kinds[terms.kind] as (settings: ProtectionTerms, scene: Scene) => ProtectionKind;
  return open(terms, scene);
}
