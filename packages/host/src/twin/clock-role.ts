import {
  type Act,
  type AgentId,
  answerIn,
  BugError,
  bodyOfAct,
  type Message,
  type Outbox,
  type Role,
  restAct,
  type StepAnswer,
  stepKind,
  steppedKind,
} from '@gridflock/core';

/** How long an answer may take before the act is told again. */
const repeat_s = 1;

/**
 * The clock of a run in lockstep: tells roles in other processes what happens to them in a simulated world, one act at a time, and waits for their answer. Acts
 * and answers are numbered, so what is lost is told again and what comes twice is one.
 */
export class ClockRole implements Role {
  readonly id: AgentId;
  readonly peers: readonly AgentId[];
  done = false;
  acts_count = 0;
  private readonly onStart: () => void;
  private readonly rounds = new Map<AgentId, number>();
  private out: Outbox | undefined;
  /** What has been told and is not answered; by agent. */
  private readonly told = new Map<AgentId, { readonly step: Message; readonly resolve: (answer: StepAnswer) => void }>();

  /** @param onStart - called when all roles are here */
  constructor(id: AgentId, agents: readonly AgentId[], onStart: () => void) {
    this.id = id;
    this.peers = agents;
    this.onStart = onStart;
  }

  start(out: Outbox): void {
    this.out = out;
    this.onStart();
  }

  /** Tells a role what happens to it. @returns what it does about it */
  tell(agent: AgentId, act: Act): Promise<StepAnswer> {
    this.acts_count++;
    return this.say(agent, bodyOfAct(act));
  }

  /** Tells all roles that it is over. */
  async end(): Promise<void> {
    await Promise.all(this.peers.map((agent) => this.say(agent, { act: restAct })));
    this.done = true;
  }

  private say(agent: AgentId, body: Message['body']): Promise<StepAnswer> {
    const { out } = this;
    if (out === undefined) throw new BugError({ code: 'BUG_UNEXPECTED', message: 'The clock speaks before its run has begun' });
    const round = (this.rounds.get(agent) ?? 0) + 1;
    this.rounds.set(agent, round);
    const step: Message = { kind: stepKind, round, body };
    return new Promise((resolve) => {
      this.told.set(agent, { step, resolve });
      out.send(agent, step);
      out.wakeAfter(repeat_s);
    });
  }

  receive(from: AgentId, { kind, round, body }: Message): void {
    const told = this.told.get(from);
    if (kind !== steppedKind || told?.step.round !== round) return;
    const answer = answerIn(body);
    if (answer === undefined) return;
    this.told.delete(from);
    told.resolve(answer);
  }

  tick(_now_s: number, out: Outbox): void {
    for (const [agent, { step }] of this.told) out.send(agent, step);
    if (this.told.size > 0) out.wakeAfter(repeat_s);
  }
}
