import type { Crowd } from '../../agents/crowd.ts';
import { type Message, type Role, sizeOnWire_count } from '../../agents/role.ts';
import type { TrafficRow } from '../../agents/wiretap.ts';
import { CombinationError } from '../../base/errors.ts';
import type { Device } from '../../devices/contract.ts';
import type { Households } from '../../privacy/differential-privacy/noisy-sums.ts';
import { hiddenKinds, veilKinds } from '../../privacy/veil-kinds.ts';
import { wrapRoles } from '../../privacy/wrap-roles.ts';
import type { Scheme } from '../../schemes/contract.ts';
import type { PrivacyFacts } from '../../wire/result.ts';
import type { StudyServices } from '../contract.ts';
import type { Prepared } from './prepare.ts';
import { protectionKind } from './privacy-kinds.ts';

/** In a study everybody is waited for. */
const patience = { giveUp_count: 0 };

/** A protection that is switched on: how it wraps the roles, and what is said of it. */
export interface Protection {
  /** Options of the scheme that it needs. */
  readonly schemeOptions: Readonly<Record<string, number>>;
  wrap(roles: readonly Role[], crowds: readonly Crowd[]): Role[];
  facts(traffic: readonly TrafficRow[]): PrivacyFacts;
}

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
  const { crypto, notary } = services;
  if (!scheme.crowds) throw silentScheme(scheme.name);
  if (!crypto) throw noCrypto();
  const { ownersAt, devicesOf } = ownersOf(devices);
  checkCrowds(ownersAt, privacy.crowd_min_count);
  const ids = new Set(devices.map(({ id }) => id));
  let gathered: readonly Crowd[] = [];
  const isPrivate = (id: string): boolean => ids.has(id);
  const households: Households = {
    isPrivate,
    countAt: (net) => gathered.find((crowd) => crowd.net === net)?.members.filter(isPrivate).length ?? 0,
  };
  const kind = protectionKind(
    { ...privacy, ...patience },
    {
      crypto,
      notary,
      households,
      devicesOfOwner_max_count: Math.max(...devicesOf.values()),
    },
  );
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

/** Who has devices where, and how many. */
function ownersOf(devices: readonly Device[]) {
  const ownersAt = new Map<string, Set<string>>();
  const devicesOf = new Map<string, number>();
  for (const { bus, owner } of devices) {
    ownersAt.set(bus, (ownersAt.get(bus) ?? new Set()).add(owner));
    devicesOf.set(owner, (devicesOf.get(owner) ?? 0) + 1);
  }
  return { ownersAt, devicesOf };
}

/**
 * What a study must be like so that its agents can negotiate behind veils, wherever they run.
 * @throws {CombinationError} PRIVACY_SCHEME, PRIVACY_CROWD_SMALL
 */
export function checkVeilable({ document, devices }: Prepared, scheme: Scheme<Record<string, unknown>>): void {
  if (!document.privacy) return;
  if (!scheme.crowds) throw silentScheme(scheme.name);
  checkCrowds(ownersOf(devices).ownersAt, document.privacy.crowd_min_count);
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

export const noCrypto = (): CombinationError =>
  new CombinationError({
    code: 'PRIVACY_NEEDS_CRYPTO',
    message: 'Privacy needs keys and random numbers, and none were handed in',
    where: 'privacy',
    hint: 'Run the study with `gridflock run`, or hand `crypto` to the study: `nodeCrypto` of the host, or your own.',
  });
