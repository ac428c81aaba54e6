import { BugError, TransportError } from '../base/errors.ts';
import type { AgentId, Observation, Role } from './role.ts';

export interface RunOptions {
  readonly observe?: ((observation: Observation) => void) | undefined;
  /** Called between waves of messages: lets the host draw progress, look for Ctrl-C (by throwing StoppedError) and breathe. */
  readonly breathe?: (() => Promise<void>) | undefined;
}

/** Looks roles up by id. @throws {TransportError} AGENT_UNKNOWN; BugError where two share an id */
export function rolesById(roles: readonly Role[]): (id: AgentId) => Role {
  const map = new Map<AgentId, Role>();
  for (const role of roles) {
    if (map.has(role.id)) throw new BugError({ code: 'BUG_UNEXPECTED', message: `Two agents answer to "${role.id}"` });
    map.set(role.id, role);
  }
  return (id) => {
    const role = map.get(id);
    if (role) return role;
    throw new TransportError({ code: 'AGENT_UNKNOWN', message: `A message is addressed to "${id}", which no agent answers to` });
  };
}

/** What a transport throws when nothing is left to happen and some roles are not done. @param whoWaits - for whom, in words */
export function stuck(undone_count: number, whoWaits: string): TransportError {
  return new TransportError({
    code: 'AGENTS_STUCK',
    message: `No message is under way, nobody has asked to be woken, and ${undone_count} ${undone_count === 1 ? 'agent is' : 'agents are'} not done: ${whoWaits}`,
  });
}
