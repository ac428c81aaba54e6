import type { Crowd } from '../agents/crowd.ts';
import type { AgentId, Role } from '../agents/role.ts';
import { CrowdNet } from './crowd-net.ts';
import type { CrowdSeen, CrowdVeil, MemberVeil } from './veil.ts';
import { VeiledParticipant } from './veiled-participant.ts';

/** What a protection brings: a veil for each net, one for each member of its crowd, and roles of its own. */
export interface Veils {
  readonly ofNet: (crowd: Crowd) => CrowdVeil;
  readonly ofMember: (member: AgentId, crowd: CrowdSeen) => MemberVeil;
  readonly agents: readonly Role[];
}

const seenOf = ({ net, word, members }: Crowd): CrowdSeen => ({ net, word, members_count: members.length });

/** Puts veils over the roles of a negotiation: nets and their members are wrapped, all others stay as they are. */
export function wrapRoles(roles: readonly Role[], crowds: readonly Crowd[], veils: Veils, retry_s: number): Role[] {
  const crowdOf = new Map(crowds.map((crowd) => [crowd.net, crowd]));
  const netsOf = new Map<AgentId, Crowd[]>();
  for (const crowd of crowds) for (const member of crowd.members) netsOf.set(member, [...(netsOf.get(member) ?? []), crowd]);
  const wrapped = roles.map((role): Role => {
    const crowd = crowdOf.get(role.id);
    if (crowd) return veiledNet(role, crowd, veils, retry_s);
    const own = netsOf.get(role.id);
    return own ? veiledMember(role, own.map(seenOf), veils) : role;
  });
  return [...wrapped, ...veils.agents];
}

/** A net's role behind its veil. */
export function veiledNet(role: Role, crowd: Crowd, veils: Veils, retry_s: number): Role {
  return new CrowdNet({ role, crowd, veil: veils.ofNet(crowd), retry_s, helpers: veils.agents.map(({ id }) => id) });
}

/** A role behind a veil towards each of its nets. */
export function veiledMember(role: Role, crowds: readonly CrowdSeen[], veils: Veils): Role {
  return new VeiledParticipant({
    role,
    word: crowds[0].word,
    veils: new Map(crowds.map((crowd) => [crowd.net, veils.ofMember(role.id, crowd)])),
    helpers: veils.agents.map(({ id }) => id),
  });
}
