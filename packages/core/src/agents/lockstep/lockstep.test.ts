import { describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import { EnvelopeReader, EnvelopeWriter } from '../../wire/envelope.ts';
import type { Message, Observation, Role } from '../role.ts';
import { runInVirtualTime } from '../virtual-time.ts';
import { DistantRole } from './distant-role.ts';
import { SteppedRole } from './stepped-role.ts';
import { type Act, answerIn, bodyOfAct, type StepAnswer, stepKind } from './steps.ts';

/** Says numbers to its neighbours, repeats itself, and ends after so many ticks. */
class Chatter implements Role {
  readonly id: string;
  done = false;
  private sum = 0;
  private ticks_count = 0;
  private readonly others: readonly string[];

  constructor(id: string, others: readonly string[]) {
    this.id = id;
    this.others = others;
  }

  start(out: Parameters<Role['start']>[0]): void {
    out.wakeAfter(0.1);
  }

  receive(_from: string, { round, body }: Message, out: Parameters<Role['start']>[0]): void {
    this.sum = 0.7 * this.sum + (body['values'] as Float64Array)[0]! + round;
    if (this.sum > 40) out.wakeAfter(0.05);
  }

  tick(now_s: number, out: Parameters<Role['start']>[0]): void {
    out.wakeAfter(0.1);
    const message: Message = {
      kind: 'word',
      round: this.ticks_count++,
      body: { values: Float64Array.of(this.sum, now_s), note: `t${now_s}` },
    };
    for (const other of this.others) out.send(other, message);
    if (this.ticks_count === 50) this.done = true;
  }
}

const ids = ['a', 'b', 'c'];
const chatters = (): Role[] =>
  ids.map(
    (id) =>
      new Chatter(
        id,
        ids.filter((other) => other !== id),
      ),
  );

async function traceOf(roles: readonly Role[]): Promise<Observation[]> {
  const seen: Observation[] = [];
  const faults = { delay_min_s: 0.01, delay_mean_s: 0.05, loss_frac: 0.1, duplicate_frac: 0.1 };
  await runInVirtualTime(roles, { faults, stream: randomStream(3), observe: (one) => void seen.push(one) });
  return seen;
}

/** Roles that live behind a wire of envelopes. @param tellsTwice - every act is told twice, as after a lost answer */
function behindWire(roles: readonly Role[], tellsTwice: boolean): Role[] {
  const homes = new Map(roles.map((role) => [role.id, new SteppedRole(role, 'clock')]));
  const rounds = new Map<string, number>();
  const [writer, reader] = [new EnvelopeWriter(), new EnvelopeReader()];
  const carried = (from: string, to: string, message: Message): Message => {
    const envelope = reader.read(writer.write(from, to, message));
    if (typeof envelope === 'string') throw new Error(envelope);
    return envelope.message;
  };
  const ask = (agent: string, act: Act): StepAnswer => {
    const round = (rounds.get(agent) ?? 0) + 1;
    rounds.set(agent, round);
    const step = carried('clock', agent, { kind: stepKind, round, body: bodyOfAct(act) });
    const answers: Message[] = [];
    const out = { send: (_: string, message: Message) => void answers.push(message), wakeAfter() {} };
    for (let k = 0; k < (tellsTwice ? 2 : 1); k++) homes.get(agent)!.receive('clock', step, out);
    expect(answers.every(({ round: answered }) => answered === round)).toBe(true);
    return answerIn(carried(agent, 'clock', answers.at(-1)!).body)!;
  };
  return roles.map(({ id }) => new DistantRole(id, ask));
}

describe('roles that live elsewhere, in lockstep', () => {
  it('make the world that they would make here, bit for bit', async () => {
    const here = await traceOf(chatters());
    expect(here.length).toBeGreaterThan(250);
    expect(await traceOf(behindWire(chatters(), false))).toEqual(here);
  });

  it('do nothing twice that they are told twice', async () => {
    expect(await traceOf(behindWire(chatters(), true))).toEqual(await traceOf(chatters()));
  });

  it('mix with roles that are here', async () => {
    const roles = chatters();
    expect(await traceOf([roles[0]!, ...behindWire(roles.slice(1), false)])).toEqual(await traceOf(chatters()));
  });

  it('answer nobody but the clock, and nothing out of step', () => {
    const role = new SteppedRole(chatters()[0]!, 'clock');
    const answers: Message[] = [];
    const out = { send: (_: string, message: Message) => void answers.push(message), wakeAfter() {} };
    role.receive('b', { kind: stepKind, round: 1, body: { act: 'start' } }, out);
    role.receive('clock', { kind: stepKind, round: 2, body: { act: 'start' } }, out);
    role.receive('clock', { kind: stepKind, round: 1, body: { act: 'dance' } }, out);
    expect(answers).toEqual([]);
    role.receive('clock', { kind: stepKind, round: 1, body: { act: 'start' } }, out);
    expect(answers).toHaveLength(1);
    expect(Object.fromEntries(role.dropped)).toEqual({ 'not understood': 2, 'out of step': 2 });
    role.receive('clock', { kind: stepKind, round: 2, body: { act: 'rest' } }, out);
    expect(role.done).toBe(true);
  });
});
