import type { Crowd } from '../../agents/crowd.ts';
import { type Message, type Role, sizeOnWire_count } from '../../agents/role.ts';
import type { TrafficRow } from '../../agents/wiretap.ts';
import { CombinationError } from '../../base/errors.ts';
import type { Crypto } from '../../privacy/crypto.ts';
import { epsilonOf, rhoOf } from '../../privacy/differential-privacy/accountant.ts';
import { type Households, noiseFor, noisySums } from '../../privacy/differential-privacy/noisy-sums.ts';
import { encryptedSums } from '../../privacy/homomorphic/encrypted-sums.ts';
import { degreeOf, maskedSums } from '../../privacy/secure-aggregation/masked-sums.ts';
import { hiddenKinds, veilKinds } from '../../privacy/veil-kinds.ts';
import { type Veils, wrapRoles } from '../../privacy/wrap-roles.ts';
import type { Scheme } from '../../schemes/contract.ts';
import type { PrivacyFacts } from '../../wire/result.ts';
import type { StudyServices } from '../contract.ts';
import type { Prepared } from './prepare.ts';
import type { PrivacyDocument } from './privacy-document.ts';

/** A protection that is switched on: how it wraps the roles, and what is said of it. */
export interface Protection {
  /** Options of the scheme that it needs. */
  readonly schemeOptions: Readonly<Record<string, number>>;
  wrap(roles: readonly Role[], crowds: readonly Crowd[]): Role[];
  facts(traffic: readonly TrafficRow[]): PrivacyFacts;
}

/** What a kind of protection has to say for itself. */
interface Kind {
  readonly title: string;
  readonly trusted: string;
  readonly learns: string;
  readonly schemeOptions?: Readonly<Record<string, number>>;
  readonly veilsFor: (crowds: readonly Crowd[]) => Veils;
  readonly figures: (crowds: readonly Crowd[]) => Record<string, number>;
}

type Settings<K extends PrivacyDocument['kind']> = Extract<PrivacyDocument, { kind: K }>;
type Kinds = { readonly [K in PrivacyDocument['kind']]: (settings: Settings<K>, scene: Scene) => Kind };

interface Scene {
  readonly crypto: Crypto;
  readonly households: Households;
  /** Most devices of one owner. */
  readonly devicesOfOwner_max_count: number;
}

/** In a study everybody is waited for. */
const patience = { giveUp_count: 0 };

const kinds: Kinds = {
  'secure-aggregation': (settings, { crypto }) => {
    // A sum is opened over all of a net's members: owners' devices, and the wires or the grid.
    const options = { ...settings, ...patience };
    return {
      title: 'masked sums on a graph of neighbours, keys by X25519',
      trusted: 'the net to follow the protocol, and most neighbours not to work with it',
      learns: 'nets learn sums, bit for bit those of the open run; prices are as open as before',
      veilsFor: () => maskedSums(options, crypto),
      figures: (crowds) => {
        const degrees = crowds.map((crowd) => degreeOf(crowd, options));
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
    veilsFor: (crowds) => encryptedSums({ ...settings, ...patience }, crowds, crypto),
    figures: () => ({ privacy_key_bits: settings.key_bits }),
  }),
  'differential-privacy': (settings, { crypto, households, devicesOfOwner_max_count }) => {
    const masked = { ...settings, ...patience };
    const noisy = noisySums(settings, households, crypto);
    const { epsilon, delta, rounds_count } = settings;
    return {
      title: `masked sums with discrete Gaussian noise, ε = ${epsilon} per device at δ = ${delta}`,
      trusted: 'most neighbours to add their noise and not to work with the net',
      learns: 'whatever is observed, sums, prices and all, tells of a device no more than ε allows',
      schemeOptions: { rounds_max_count: 5 * Math.floor(rounds_count / 5) },
      veilsFor: () => noisy(maskedSums(masked, crypto)),
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

/**
 * Switches on what the document asks for.
 * @throws {CombinationError} PRIVACY_NEEDS_CRYPTO, PRIVACY_SCHEME, PRIVACY_CROWD_SMALL
 */
export function protectionOf(
  { document, devices }: Prepared,
  scheme: Scheme<Record<string, unknown>>,
  services: StudyServices,
): Protection | undefined {
  const { privacy } = document;
  if (!privacy) return undefined;
  const { crypto } = services;
  if (!scheme.crowds) throw silentScheme(scheme.name);
  if (!crypto) throw noCrypto();
  const ownersAt = new Map<string, Set<string>>();
  const devicesOf = new Map<string, number>();
  for (const { bus, owner } of devices) {
    ownersAt.set(bus, (ownersAt.get(bus) ?? new Set()).add(owner));
    devicesOf.set(owner, (devicesOf.get(owner) ?? 0) + 1);
  }
  checkCrowds(ownersAt, privacy.crowd_min_count);
  const ids = new Set(devices.map(({ id }) => id));
  const open = kinds[privacy.kind] as (settings: PrivacyDocument, scene: Scene) => Kind;
  let gathered: readonly Crowd[] = [];
  const isPrivate = (id: string): boolean => ids.has(id);
  const households: Households = {
    isPrivate,
    countAt: (net) => gathered.find((crowd) => crowd.net === net)?.members.filter(isPrivate).length ?? 0,
  };
  const kind = open(privacy, { crypto, households, devicesOfOwner_max_count: Math.max(...devicesOf.values()) });
  return {
    schemeOptions: kind.schemeOptions ?? {},
    wrap(roles, crowds) {
      gathered = crowds;
      return wrapRoles(roles, crowds, kind.veilsFor(crowds), 1);
    },
    facts: (traffic) => ({
      kind: privacy.kind,
      title: kind.title,
      trusted: kind.trusted,
      learns: kind.learns,
      figures: {
        privacy_owners_min_count: Math.min(...[...ownersAt.values()].map((owners) => owners.size)),
        ...kind.figures(gathered),
        privacy_extra_bytes_count: extraBytes_count(traffic, gathered),
        privacy_open_words_count: openWords_count(traffic, gathered),
      },
    }),
  };
}

/** Bytes that crossed beyond those of the same negotiation in the open, where every member's word would have been sent as it is. */
function extraBytes_count(traffic: readonly TrafficRow[], crowds: readonly Crowd[]): number {
  const [{ word }] = crowds;
  const body = Object.fromEntries(Object.entries(word.fields).map(([name, length]) => [name, length === 0 ? 0 : new Float64Array(length)]));
  const open: Message = { kind: word.kind, round: 0, body };
  const bytes = traffic.filter(({ kind }) => veilKinds.has(kind)).reduce((sum, row) => sum + row.bytes_count, 0);
  const words = traffic.filter(({ kind }) => hiddenKinds.has(kind)).reduce((sum, row) => sum + row.messages_count, 0);
  return bytes - words * sizeOnWire_count(open);
}

/** Words that went past the veils: there should be none. */
const openWords_count = (traffic: readonly TrafficRow[], [{ word }]: readonly Crowd[]): number =>
  traffic.filter(({ kind }) => kind === word.kind).reduce((sum, row) => sum + row.messages_count, 0);

function checkCrowds(ownersAt: ReadonlyMap<string, ReadonlySet<string>>, least_count: number): void {
  const [bus, owners] = [...ownersAt].sort(([, a], [, b]) => a.size - b.size)[0];
  if (owners.size >= least_count) return;
  throw new CombinationError({
    code: 'PRIVACY_CROWD_SMALL',
    message: `At bus ${bus} ${owners.size === 1 ? 'there is 1 owner' : `there are ${owners.size} owners`}, and privacy.crowd_min_count is ${least_count}: the sum there says what they do to whoever runs the wires`,
    where: 'privacy.crowd_min_count',
    hint: `Let more owners share that bus, or lower crowd_min_count to ${owners.size} if the wires' operator may know.`,
  });
}

const silentScheme = (name: string): CombinationError =>
  new CombinationError({
    code: 'PRIVACY_SCHEME',
    message: `The scheme ${name} sends nothing that could be hidden: it holds all data in one place`,
    where: 'privacy',
    hint: 'Choose the scheme proximal-message-passing, or leave privacy out.',
  });

const noCrypto = (): CombinationError =>
  new CombinationError({
    code: 'PRIVACY_NEEDS_CRYPTO',
    message: 'Privacy needs keys and random numbers, and none were handed in',
    where: 'privacy',
    hint: 'Run the study with `gridflock run`, or hand `crypto` to the study: `nodeCrypto` of the host, or your own.',
  });
