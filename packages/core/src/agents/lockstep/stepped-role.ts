import { Drops } from '../drops.ts';
import type { AgentId, Message, Outbox, Role } from '../role.ts';
import { actIn, bodyOfAnswer, type Deed, restAct, stepKind, steppedKind } from './steps.ts';

/**
 * A role that lives by somebody else's clock: whatever happens to it is told by the clock, act by act, and what it does about it is answered, and goes nowhere by
 * itself. So it lives in a process of its own and nevertheless in one simulated world, where nothing depends on who is faster.
 *
 * An act that is told again, because an answer seems lost, is answered again and not done twice.
 */
export class SteppedRole implements Role {
  readonly id: AgentId;
  readonly peers: readonly AgentId[];
  done = false;
  private readonly inner: Role;
  private readonly clock: AgentId;
  private readonly drops = new Drops();
  readonly dropped = this.drops.counts;
  private acts_count = 0;
  private answer: Message | undefined;

  constructor(inner: Role, clock: AgentId) {
    this.id = inner.id;
    this.inner = inner;
    this.clock = clock;
    this.peers = [clock];
  }

  start(): void {}

  receive(from: AgentId, { kind, round, body }: Message, out: Outbox): void {
    if (from !== this.clock || kind !== stepKind) return void this.drops.count('not understood');
    if (round === this.acts_count + 1) this.answer = this.act(round, body);
    if (this.answer?.round === round) out.send(from, this.answer);
    else this.drops.count('out of step');
  }

  tick(): void {}

  private act(round: number, body: Message['body']): Message | undefined {
    const deeds: Deed[] = [];
    const out: Outbox = {
      send: (to, message) => void deeds.push({ to, message }),
      wakeAfter: (wakeAfter_s) => void deeds.push({ wakeAfter_s }),
    };
    const act = actIn(body);
    if (body['act'] === restAct) this.done = true;
    else if (act === undefined) {
      this.drops.count('not understood');
      return this.answer;
    } else if (act.act === 'start') this.inner.start(out);
    else if (act.act === 'tick') this.inner.tick(act.now_s, out);
    else this.inner.receive(act.from, act.message, out);
    this.acts_count = round;
    return { kind: steppedKind, round, body: bodyOfAnswer({ deeds, done: this.inner.done }) };
  }
}
