import { describe, expect, it } from 'vitest';
import type { AgentId, Message, Outbox, Role } from '../../agents/role.ts';
import { type Faults, noFaults, runInVirtualTime } from '../../agents/virtual-time.ts';
import { randomStream } from '../../base/random.ts';
import { central } from '../central/scheme.ts';
import { everything } from '../conformance.ts';
import type { CoordinationProblem } from '../contract.ts';
import { closedFormProblem, quadraticPart } from '../testing/closed-forms.ts';
import { agreementOf, castConvener, castNet, castParticipant } from './cast.ts';
import { type Body, heard, say } from './messages.ts';
import { defaults } from './options.ts';
import { castEveryone, oracleIn } from './testing/cast-everyone.ts';

const tight = { ...defaults, rho: 0.03, tolerance_frac: 1e-6, giveUp_count: 5 };
const steps_count = 4;
const honest = (): CoordinationProblem => closedFormProblem(randomStream(3), 2, steps_count);
/** The liar's terminal: enrolled with at most 3 kW. */
const enrolled = { p_min_kW: -3, p_max_kW: 3, q_max_kvar: 1 };
const withMallory = (low: number, high: number): CoordinationProblem => {
  const problem = honest();
  const mallory = { ...quadraticPart('mallory', 'n0', steps_count, { low, high, slope: 0, curve: 0 }), limits: [enrolled] };
  return { ...problem, parts: [...problem.parts, mallory] };
};

/** Plays by the rules but for what it says. */
class Liar implements Role {
  readonly id = 'mallory';
  /** Left behind without having meant to leave, it would wait for ever: it is done when the others are. */
  isOver = (): boolean => false;
  private readonly say: (honest: Message) => readonly Message[];
  private readonly inner: Role;

  constructor(inner: Role, say: (honest: Message) => readonly Message[]) {
    this.inner = inner;
    this.say = say;
  }

  get done(): boolean {
    return this.isOver();
  }
  start(out: Outbox): void {
    this.inner.start(this.lying(out));
  }
  tick(now_s: number, out: Outbox): void {
    this.inner.tick(now_s, this.lying(out));
  }
  receive(from: AgentId, message: Message, out: Outbox): void {
    this.inner.receive(from, message, this.lying(out));
  }

  private lying(out: Outbox): Outbox {
    return {
      send: (to, message) => {
        for (const each of message.kind === 'schedule' ? this.say(message) : [message]) out.send(to, each);
      },
      wakeAfter: (delay_s) => out.wakeAfter(delay_s),
    };
  }
}

async function negotiate(lie: (honest: Message) => readonly Message[], faults: Faults = noFaults) {
  const problem = withMallory(1, 1);
  const { owners, places, convener } = castEveryone(agreementOf(problem, tight), oracleIn(problem));
  const liar = new Liar(owners.find(({ id }) => id === 'mallory')!, lie);
  const roles: Role[] = [...owners.filter(({ id }) => id !== 'mallory'), ...places, convener];
  liar.isOver = () => roles.every(({ done }) => done);
  await runInVirtualTime([...roles, liar], { faults, stream: randomStream(1), timeLimit_s: 1e5 });
  return {
    verdict: convener.verdict,
    dropped: Object.fromEntries(places[0].dropped),
    clipped_count: places[0].clipped_count,
    plans: new Map(owners.filter(({ id }) => id !== 'mallory').map(({ id, power }) => [id, power])),
    others: places.slice(1).flatMap((net) => [...net.dropped]),
  };
}

/** The others' plan is the optimum of a problem. */
async function expectOptimum(plans: ReadonlyMap<string, Float64Array>, problem: CoordinationProblem): Promise<void> {
  const best = await central.run(problem, central.defaults, everything);
  problem.parts.forEach(({ id }, k) => {
    plans.get(id)?.forEach((value, i) => expect(Math.abs(value - best.ports[k][i]), `${id} ${i}`).toBeLessThan(2e-3));
  });
}

const changed = (message: Message, change: Partial<Body<'schedule'>>): Message =>
  say('schedule', message.round, { ...heard<'schedule'>(message), ...change });
const times = (message: Message, factor: number): Float64Array => heard<'schedule'>(message).power_kW.map((p) => factor * p);

describe('one that lies is to the others like one that means it, within its limits:', () => {
  it.each([
    ['watts for kilowatts', 1000, 3],
    ['the wrong sign, far beyond', -1e12, -3],
    ['too much, but allowed', 2.5, 2.5],
  ])('%s', async (_name, factor, meant_kW) => {
    const { verdict, dropped, clipped_count, plans, others } = await negotiate((message) => [
      changed(message, { power_kW: times(message, factor) }),
    ]);
    expect(verdict).toBe('agreed');
    expect(dropped).toEqual({});
    expect(others).toEqual([]);
    if (Math.abs(factor) > 3) expect(clipped_count).toBeGreaterThan(10);
    else expect(clipped_count).toBe(0);
    await expectOptimum(plans, withMallory(meant_kW, meant_kW));
  });

  it.each<[string, string, (message: Message) => Message]>([
    ['no number', 'not finite', (m) => changed(m, { power_kW: times(m, Number.NaN) })],
    ['a schedule too short', 'wrong length', (m) => changed(m, { power_kW: new Float64Array(3) })],
    ['a text for numbers', 'wrong sort of value', (m) => ({ ...m, body: { ...m.body, power_kW: '1' } })],
    ['a field too many', 'wrong fields', (m) => ({ ...m, body: { ...m.body, state_kWh: 4 } })],
    ['a field missing', 'wrong fields', (m) => ({ ...m, body: { power_kW: times(m, 1) } })],
    ['a kind that nobody knows', 'unknown kind', (m) => ({ ...m, kind: 'verdict' })],
    ['a round to come', 'future round', (m) => ({ ...m, round: m.round + 1 })],
    ['squares that are no digits', 'out of range', (m) => changed(m, { distance2_kW2: new Float64Array(8).fill(-1) })],
    ['squares beyond all limits', 'out of range', (m) => changed(m, { distance2_kW2: new Float64Array(8).fill(2 ** 51) })],
    ['many terminals', 'out of range', (m) => changed(m, { terminals_count: 1000 })],
  ])('%s is like saying nothing: dropped, counted, and the net goes on without it', async (_name, reason, lie) => {
    const { verdict, dropped, plans, others } = await negotiate((message) => [lie(message)]);
    expect(verdict).toBe('agreed');
    expect(dropped[reason]).toBeGreaterThan(tight.giveUp_count);
    expect(others).toEqual([]);
    await expectOptimum(plans, honest());
  });

  it('an old round, repeated without end, is no word', async () => {
    const { verdict, dropped, plans } = await negotiate((message) => [{ ...message, round: 0 }]);
    expect(verdict).toBe('agreed');
    expect(dropped).toEqual({});
    await expectOptimum(plans, honest());
  });

  it('the truth among lies is what counts', async () => {
    const { verdict, plans, dropped } = await negotiate((message) => [
      changed(message, { power_kW: times(message, Number.NaN) }),
      { ...message, round: message.round + 7 },
      message,
      changed(message, { power_kW: times(message, 2) }),
    ]);
    expect(verdict).toBe('agreed');
    expect(dropped['not finite']).toBe(dropped['future round']);
    await expectOptimum(plans, withMallory(1, 1));
  });
});

describe('strangers', () => {
  it('are heard by nobody', () => {
    const { common, participants, nets } = agreementOf(honest(), tight);
    const owner = castParticipant(common, participants[0], honest().parts[0].oracle);
    const convener = castConvener(
      common,
      nets.map(({ id }) => id),
    );
    const net = castNet(common, nets[0]);
    const said: Message[] = [];
    const out: Outbox = { send: (_, message) => void said.push(message), wakeAfter() {} };
    for (const role of [owner, convener, net]) {
      role.receive('eve', say('settled', 1, {}), out);
      expect([...role.dropped]).toEqual([['stranger', 1]]);
    }
    expect(said).toEqual([]);
  });
});
