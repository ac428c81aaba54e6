import type { AgentId, Envelope, Message, Outbox, Role } from './role.ts';
import { type RunOptions, rolesById, stuck } from './run.ts';

/**
 * Runs roles in one thread with perfect, instant delivery, first in first out. Timers never fire: nothing is ever late.
 * @throws {TransportError} AGENTS_STUCK when nobody has anything to say and somebody is not done
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
  if (roles.some((role) => !role.done)) throw stuck(roles);
}
