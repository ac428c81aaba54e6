import type { AgentId, Message } from '@gridflock/core';

/** What changed about an agent that is held elsewhere. */
export interface PresenceChange {
  readonly agent: AgentId;
  /**
   * `here`: heard for the first time. `silent`: nothing was heard for a while. `back`: heard again after that, or started anew.
   * `done`: it needs nothing any more. `left`: it said that it goes before it was done.
   */
  readonly state: 'here' | 'silent' | 'back' | 'done' | 'left';
}

/** How a beat is told from what roles say; no role's kind is spelled like this. */
export const beatKind = '=beat';

interface Acquaintance {
  heard_ms: number;
  /** The process that it lives in draws a number when it begins: another one means that it was started anew. */
  life: number | undefined;
  beat: number;
  done: boolean;
  left: boolean;
  silent: boolean;
}

/**
 * Who of those that our agents talk with is here, who is done and who has gone silent, as far as this process knows. Agents
 * tell each other by beats, from agent to agent like everything they say, so that nobody learns of anybody else; whatever
 * else arrives from an agent is a sign of life as well. Agents may come, go and return at any time.
 */
export class Attendance {
  /** Drawn anew by every process. */
  private readonly life: number;
  private readonly absence_ms: number;
  private readonly onChange: (change: PresenceChange) => void;
  private readonly known = new Map<AgentId, Acquaintance>();

  constructor(life: number, absence_ms: number, onChange: (change: PresenceChange) => void) {
    this.life = life;
    this.absence_ms = absence_ms;
    this.onChange = onChange;
  }

  isHere(agent: AgentId): boolean {
    return this.known.has(agent);
  }

  isDone(agent: AgentId): boolean {
    return this.known.get(agent)?.done === true;
  }

  /** Neither heard of for a while nor gone in peace. */
  isMissing(agent: AgentId): boolean {
    const one = this.known.get(agent);
    return one === undefined || (!one.done && (one.silent || one.left));
  }

  /** How it stands with an agent, for a sentence about who is waited for. */
  lastHeard(agent: AgentId, now_ms: number): string {
    const one = this.known.get(agent);
    if (one === undefined) return 'never heard';
    const ago = one.silent ? `, last heard ${Math.round((now_ms - one.heard_ms) / 1000)} s ago` : '';
    return one.left ? `has left${ago}` : ago.slice(2);
  }

  /** A sign of life. @returns true when it is new here, or was silent */
  heard(agent: AgentId, now_ms: number): boolean {
    let one = this.known.get(agent);
    const isNew = one === undefined;
    if (one === undefined) {
      one = { heard_ms: now_ms, life: undefined, beat: -1, done: false, left: false, silent: false };
      this.known.set(agent, one);
      this.onChange({ agent, state: 'here' });
    }
    one.heard_ms = now_ms;
    if (!one.silent) return isNew;
    one.silent = false;
    this.onChange({ agent, state: 'back' });
    return true;
  }

  /** What an agent of ours tells another. @param leaving - it goes, and does not answer any more */
  beatTo(agent: AgentId, beat: number, done: boolean, leaving = false): Message {
    const heard = this.known.has(agent) ? 1 : 0;
    return { kind: beatKind, round: beat, body: { life: this.life, done: done ? 1 : 0, leaving: leaving ? 1 : 0, heard } };
  }

  /**
   * Hears a beat.
   * @returns `answer` when the other does not know us yet or has been started anew, so that it should hear from us soon; `again`
   * when moreover what was said to it before its new life may be lost; undefined when the beat makes no sense
   */
  hearBeat(agent: AgentId, { round, body }: Message, now_ms: number): 'answer' | 'again' | 'fine' | undefined {
    const { life, done, leaving, heard } = body;
    if (typeof life !== 'number' || !isFlag(done) || !isFlag(leaving) || !isFlag(heard)) return undefined;
    const wasAway = this.heard(agent, now_ms);
    const one = this.known.get(agent)!;
    const reborn = one.life !== undefined && one.life !== life;
    // beats of one life may overtake each other
    if (one.life === life && round < one.beat) return 'fine';
    if (reborn && !wasAway) this.onChange({ agent, state: 'back' });
    one.life = life;
    one.beat = round;
    if (done === 1 && !one.done) this.onChange({ agent, state: 'done' });
    one.done = done === 1;
    const leaves = leaving === 1 && !one.done;
    if (leaves && !one.left) this.onChange({ agent, state: 'left' });
    one.left = leaves;
    if (reborn) return 'again';
    return heard === 1 || leaving === 1 ? 'fine' : 'answer';
  }

  /** Notes who has not been heard for too long. */
  look(now_ms: number): void {
    for (const [agent, one] of this.known) {
      if (one.silent || one.done || one.left || now_ms - one.heard_ms <= this.absence_ms) continue;
      one.silent = true;
      this.onChange({ agent, state: 'silent' });
    }
  }

  /** Nobody can be heard while the broker is away: silence counts from its return. */
  pardon(now_ms: number): void {
    for (const one of this.known.values()) if (!one.silent) one.heard_ms = now_ms;
  }
}

const isFlag = (value: unknown): value is 0 | 1 => value === 0 || value === 1;
