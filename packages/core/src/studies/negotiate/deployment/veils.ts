import { z } from 'zod';
import type { Crowd } from '../../../agents/crowd.ts';
import type { AgentId, Role } from '../../../agents/role.ts';
import { CombinationError } from '../../../base/errors.ts';
import { type Veils, veiledMember, veiledNet } from '../../../privacy/wrap-roles.ts';
import type { AgentTerms, CastAgent, Casting, Terms } from '../../../schemes/contract.ts';
import type { StudyServices } from '../../contract.ts';
import { noCrypto } from '../privacy.ts';
import { privacySchema } from '../privacy-document.ts';
import { type ProtectionTerms, protectionKind } from '../privacy-kinds.ts';

const id = z.string().min(1).max(200);
const count = z.int().min(0);

/** A crowd as an agent has to know it: a net and who helps it by its members, a member by their number. */
export const crowdSchema = z.strictObject({
  net: id,
  members_count: z.int().min(1),
  /** How many of them are households, whose words are to be protected. */
  households_count: count,
  members: z.array(id).optional(),
});

export type CrowdEntry = z.infer<typeof crowdSchema>;

/** Terms of the protection in a file of agents: those of the study, and after how many reminders in vain a member is left behind. */
export const protectionSchema = z.intersection(privacySchema.unwrap(), z.looseObject({ giveUp_count: count }));

/** What an agent has to know of the veils that it is behind. */
export interface VeiledEntry extends AgentTerms {
  readonly crowds: readonly CrowdEntry[];
  readonly household: boolean;
}

/** What plays no part in the negotiation and is there for the veils. */
export const helperKind = 'helper';

/** Veils of the agents of one process. */
export class VeilMaker {
  private readonly casting: Casting<unknown>;
  private readonly common: Terms;
  private readonly protection: ProtectionTerms;
  private readonly services: Pick<StudyServices, 'crypto' | 'notary'>;

  constructor(casting: Casting<unknown>, common: Terms, protection: ProtectionTerms, services: Pick<StudyServices, 'crypto' | 'notary'>) {
    this.casting = casting;
    this.common = common;
    this.protection = protection;
    this.services = services;
  }

  /** An agent behind its veils; new keys in every life and every pass, until a snapshot brings back the old ones. */
  veiled(entry: VeiledEntry, agent: CastAgent, retry_s: number): CastAgent {
    const [first] = entry.crowds;
    if (first === undefined) return agent;
    const veils = this.veilsOf(entry);
    const role =
      first.net === entry.id
        ? veiledNet(agent.role, this.crowdOf(first), veils, retry_s)
        : veiledMember(
            agent.role,
            entry.crowds.map((crowd) => ({ ...this.crowdOf(crowd), members_count: crowd.members_count })),
            veils,
          );
    return new VeiledAgent(agent, role);
  }

  /** @throws {CombinationError} DEPLOY_HELPER_UNKNOWN */
  helper(entry: VeiledEntry): Role {
    const role = this.veilsOf(entry).agents.find((each) => each.id === entry.id);
    if (role) return role;
    throw new CombinationError({
      code: 'DEPLOY_HELPER_UNKNOWN',
      message: `The protection ${this.protection.kind} has no helper called "${entry.id}"`,
      where: 'agents',
      hint: 'Let `gridflock deploy` write the files anew.',
    });
  }

  private veilsOf({ crowds, household }: VeiledEntry): Veils {
    const { crypto, notary } = this.services;
    if (!crypto) throw noCrypto();
    const countAt = (net: AgentId): number => crowds.find((crowd) => crowd.net === net)?.households_count ?? 0;
    const scene = { crypto, notary, households: { isPrivate: () => household, countAt }, devicesOfOwner_max_count: 1 };
    return protectionKind(this.protection, scene).veilsFor(crowds.map((crowd) => this.crowdOf(crowd)));
  }

  private crowdOf({ net, members = [] }: CrowdEntry): Crowd {
    return { ...this.casting.crowdAt!(this.common, net), members };
  }
}

/** An agent whose role is behind veils; what it knows is what it knew. */
class VeiledAgent implements CastAgent {
  readonly role: Role;
  private readonly inner: CastAgent;

  constructor(inner: CastAgent, role: Role) {
    this.inner = inner;
    this.role = role;
  }

  get verdict() {
    return this.inner.verdict;
  }

  get ports() {
    return this.inner.ports;
  }

  get prices() {
    return this.inner.prices;
  }

  get imbalance_kW() {
    return this.inner.imbalance_kW;
  }

  get history() {
    return this.inner.history;
  }

  get roundsBefore_count() {
    return this.inner.roundsBefore_count;
  }

  get tolerance() {
    return this.inner.tolerance;
  }

  get refusing() {
    return this.inner.refusing;
  }

  get dropped() {
    return this.role.dropped!;
  }

  carry() {
    return this.inner.carry();
  }
}

/** Whom an agent talks with, veils included. */
export function peersBehindVeils<O>(
  entry: VeiledEntry,
  casting: Casting<O>,
  common: Terms,
  helpers: readonly AgentId[],
): readonly AgentId[] {
  const { crowds } = entry;
  if (entry.as === helperKind) return crowds.flatMap(({ net, members = [] }) => [net, ...members]);
  const peers = casting.peersOf(entry);
  const [own] = crowds;
  if (own === undefined) return peers;
  if (own.net !== entry.id) return [...peers, ...helpers];
  const crowd = casting.crowdAt!(common, own.net).id;
  return [...peers.filter((peer) => peer !== crowd), ...(own.members ?? []), ...helpers];
}
