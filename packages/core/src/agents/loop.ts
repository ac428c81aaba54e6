import type { AgentId, Envelope, Message, Outbox, Role } from './role.ts';
import { type RunOptions, rolesById, stuck } from './run.ts';
import { allWaitingOf, type Unanswered } from './waiting.ts';

/**
 * Runs roles in one thread with perfect, instant delivery, first in first out. Timers never fire: nothing is ever late.
 * @throws {TransportError} AGENTS_STUCK when nobody has anything to say and somebody is not done; it says who waits for whom
 */
export async function runInLoop(roles: readonly Role[], options: RunOptions = {}): Promise<void> {
  const byId = rolesById(roles);
  let queue: Envelope[] = [];
  const outboxOf = (from: AgentId): Outbox => ({
    send(to: AgentId, message: Message) {
      options.observe?.({ from, to, message, fate: 'delivered', at_s: 0 });
      queue.push({ from, to, message });
    },
    wakeAfter() {},
  });
  const outboxes = new Map(roles.map((role) => [role.id, outboxOf(role.id)]));
  for (const role of roles) role.start(outboxes.get(role.id)!);
  while (queue.length > 0) {
    const wave = queue;
    queue = [];
    for (const { from, to, message } of wave) byId(to).receive(from, message, outboxes.get(to)!);
    await options.breathe?.();
  }
  const undone = roles.filter((role) => !role.done);
  if (undone.length > 0) throw stuck(undone.length, allWaitingOf(new Map(undone.map((role) => [role.id, unansweredOf(role)]))));
}

/** What a role would say again if it were woken is what it has had no answer to. Asked when all is over: it may change the role. */
function unansweredOf(role: Role): Unanswered[] {
  const last = new Map<AgentId, Unanswered>();
  const out: Outbox = {
    send: (to, { kind, round }) => void last.set(to, { to, kind, round, said_count: 1 }),
    wakeAfter() {},
  };
  role.tick(0, out);
  return [...last.values()];
}
