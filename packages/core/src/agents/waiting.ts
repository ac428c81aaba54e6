import type { AgentId } from './role.ts';

/** Something that was said and has not been answered. */
export interface Unanswered {
  readonly to: AgentId;
  readonly kind: string;
  readonly round: number;
  /** How often something was said to the other since it was last heard from. */
  readonly said_count: number;
}

/**
 * Whom an agent waits for, in words: `"a" waits for "b" (price of round 3, said 5 times)`. The oldest round comes first.
 * @param stands - what else is known of an agent, to be put behind; empty where there is nothing to say
 */
export function waitingOf(agent: AgentId, unanswered: readonly Unanswered[], stands: (other: AgentId) => string = () => ''): string {
  if (unanswered.length === 0) return `"${agent}" waits and has asked nobody`;
  const oldest = [...unanswered].sort((a, b) => a.round - b.round);
  const shown = oldest.slice(0, 3).map(({ to, kind, round, said_count }) => {
    const times = said_count === 1 ? '' : `, said ${said_count} times`;
    const more = stands(to);
    return `"${to}" (${kind} of round ${round}${times}${more === '' ? '' : `; ${more}`})`;
  });
  const more = oldest.length > 3 ? ` and ${oldest.length - 3} more` : '';
  return `"${agent}" waits for ${shown.join(', ')}${more}`;
}

/**
 * Who waits for whom, in words: up to three agents. Those come first who wait for somebody that waits for nobody, and then the most patient.
 */
export function allWaitingOf(waiting: ReadonlyMap<AgentId, readonly Unanswered[]>): string {
  const blaming = new Set(stalling(waiting).map(({ from }) => from));
  const most = (unanswered: readonly Unanswered[]): number => unanswered.reduce((count, { said_count }) => Math.max(count, said_count), 0);
  const all = [...waiting].sort(([a, x], [b, y]) => Number(blaming.has(b)) - Number(blaming.has(a)) || most(y) - most(x));
  const words = all.slice(0, 3).map(([agent, unanswered]) => waitingOf(agent, unanswered));
  if (all.length > 3) words.push(`and ${all.length - 3} more wait`);
  return words.join('; ');
}

/**
 * Who holds everybody up: agents that are waited for and do not wait for anyone themselves, each with the message that it owes an answer to
 * and who waits for it. Empty where all wait in a circle, or for nothing.
 */
export function stalling(waiting: ReadonlyMap<AgentId, readonly Unanswered[]>): readonly (Unanswered & { readonly from: AgentId })[] {
  const owed = new Map<AgentId, Unanswered & { from: AgentId }>();
  for (const [from, unanswered] of waiting) {
    for (const each of unanswered) {
      const waitsItself = (waiting.get(each.to)?.length ?? 0) > 0;
      const known = owed.get(each.to);
      if (!waitsItself && (known === undefined || known.round > each.round)) owed.set(each.to, { from, ...each });
    }
  }
  return [...owed.values()];
}
