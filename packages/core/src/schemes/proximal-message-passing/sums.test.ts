import { describe, expect, it } from 'vitest';
import { runInLoop } from '../../agents/loop.ts';
import type { AgentId, Message, Outbox, Role } from '../../agents/role.ts';
import { addEncoded, decoded, encoded, subtract } from '../../base/fixed-point.ts';
import { randomStream } from '../../base/random.ts';
import { closedFormProblem } from '../testing/closed-forms.ts';
import { type Agreement, agreementOf, castNet } from './cast.ts';
import { heard, say } from './messages.ts';
import { defaults } from './options.ts';
import { castEveryone, oracleIn } from './testing/cast-everyone.ts';

const tight = { ...defaults, rho: 0.03, tolerance_frac: 1e-6 };
const problem = () => closedFormProblem(randomStream(9), 3);

/** Stands between a net and those who meet there: passes prices on, and hands the net nothing but sums, taken under masks. */
class Adder implements Role {
  readonly id: AgentId;
  done = false;
  private readonly net: AgentId;
  private readonly members: readonly AgentId[];
  private readonly said = new Map<AgentId, Message>();

  constructor(id: AgentId, net: AgentId, members: readonly AgentId[]) {
    this.id = id;
    this.net = net;
    this.members = members;
  }

  start(): void {}
  tick(): void {}

  receive(from: AgentId, message: Message, out: Outbox): void {
    if (from === this.net) for (const member of this.members) out.send(member, message);
    else if (message.kind === 'settled') {
      this.done = true;
      out.send(this.net, message);
    } else {
      this.said.set(from, message);
      if (this.said.size === this.members.length) this.add(message.round, out);
    }
  }

  private add(round: number, out: Outbox): void {
    // In the order of arrival, one kind of sum under a mask that is taken off at the end.
    const bodies = [...this.said.values()].map((message) => heard<'schedule'>(message));
    const mask = encoded(Float64Array.from(bodies[0].power_kW, (_, i) => 1e5 * Math.sin(i + round)));
    const masked = mask.slice();
    for (const { power_kW } of bodies) addEncoded(masked, power_kW);
    subtract(masked, mask);
    const places = (of: 'power2_kW2' | 'distance2_kW2'): Float64Array =>
      bodies[0][of].map((_, j) => bodies.reduce((sum, body) => sum + body[of][j], 0));
    this.said.clear();
    out.send(
      this.net,
      say('schedule', round, {
        power_kW: decoded(masked),
        power2_kW2: places('power2_kW2'),
        distance2_kW2: places('distance2_kW2'),
        terminals_count: bodies.length,
        refusing_count: bodies.reduce((sum, body) => sum + body.refusing_count, 0),
      }),
    );
  }
}

async function negotiate(agreement: Agreement, adders: readonly Adder[]) {
  const { owners, places, convener } = castEveryone(agreement, oracleIn(problem()));
  await runInLoop([...owners.reverse(), ...places, convener, ...adders]);
  return {
    plans: owners.map(({ id, power }) => [id, [...power]]),
    prices: places.map(({ price }) => [...price]),
    history: convener.history,
    verdict: convener.verdict,
    dropped: places.flatMap((net) => [...net.dropped]),
  };
}

describe('a net', () => {
  it('needs sums only: one who adds up for all, under masks, changes no bit', async () => {
    const open = agreementOf(problem(), tight);
    const summed: Agreement = {
      ...open,
      participants: open.participants.map((own) => ({ ...own, nets: own.nets.map((net) => ({ ...net, id: `sum of ${net.id}` })) })),
      nets: open.nets.map((net) => ({ ...net, terminals: [{ id: `sum of ${net.id}`, terminals_count: net.terminals.length }] })),
    };
    const adders = open.nets.map(
      (net) =>
        new Adder(
          `sum of ${net.id}`,
          net.id,
          net.terminals.map(({ id }) => id),
        ),
    );
    const inTheOpen = await negotiate(open, []);
    expect(inTheOpen.verdict).toBe('agreed');
    expect(await negotiate(summed, adders)).toEqual(inTheOpen);
  });

  it('refuses to stand for more terminals than are enrolled', async () => {
    const { common, nets } = agreementOf(problem(), tight);
    const net = castNet(common, nets[0]);
    const width = 2 * problem().steps_count;
    net.start({ send() {}, wakeAfter() {} });
    const body = {
      power_kW: new Float64Array(width),
      power2_kW2: new Float64Array(4),
      distance2_kW2: new Float64Array(8),
      terminals_count: 2,
      refusing_count: 0,
    };
    net.receive('generator 0', say('schedule', 1, body), { send() {}, wakeAfter() {} });
    expect([...net.dropped]).toEqual([['out of range', 1]]);
  });
});
