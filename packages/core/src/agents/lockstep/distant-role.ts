import type { AgentId, Message, Outbox, Role } from '../role.ts';
import type { Act, StepAnswer } from './steps.ts';

/**
 * Stands in a simulated world for a role that lives somewhere else: what happens to it is asked there, and what it does there is done here, in the same order.
 * The world is the one that it would be if the role were here, bit for bit.
 */
export class DistantRole implements Role {
  readonly id: AgentId;
  done = false;
  private readonly ask: (agent: AgentId, act: Act) => StepAnswer;

  /** @param ask - asks the role where it lives, and waits for the answer */
  constructor(id: AgentId, ask: (agent: AgentId, act: Act) => StepAnswer) {
    this.id = id;
    this.ask = ask;
  }

  start(out: Outbox): void {
    this.act({ act: 'start' }, out);
  }

  receive(from: AgentId, message: Message, out: Outbox): void {
    this.act({ act: 'receive', from, message }, out);
  }

  tick(now_s: number, out: Outbox): void {
    this.act({ act: 'tick', now_s }, out);
  }

  private act(act: Act, out: Outbox): void {
    const { deeds, done } = this.ask(this.id, act);
    this.done = done;
    for (const deed of deeds) {
      if ('to' in deed) out.send(deed.to, deed.message);
      else out.wakeAfter(deed.wakeAfter_s);
    }
  }
}
