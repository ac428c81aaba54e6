import { type AgentId, type Message, type Outbox, type Role, randomStream } from '@gridflock/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { central } from '../../packages/core/src/schemes/central/scheme.ts';
import { everything } from '../../packages/core/src/schemes/conformance.ts';
import type { CoordinationProblem } from '../../packages/core/src/schemes/contract.ts';
import { agreementOf, castConvener, castNet, castParticipant } from '../../packages/core/src/schemes/proximal-message-passing/cast.ts';
import { defaults } from '../../packages/core/src/schemes/proximal-message-passing/options.ts';
import { closedFormProblem, quadraticPart } from '../../packages/core/src/schemes/testing/closed-forms.ts';
import { Ed25519Seal } from '../../packages/host/src/identity/ed25519-seal.ts';
import { withEnrolledLimits } from '../../packages/host/src/identity/enrolled-limits.ts';
import type { Register } from '../../packages/host/src/identity/register.ts';
import { Society } from '../../packages/host/src/identity/testing/society.ts';
import { runLive } from '../../packages/host/src/transports/live.ts';
import { MemoryBus } from '../../packages/host/src/transports/testing/memory-bus.ts';

const steps_count = 4;
/** What the operator has enrolled the compromised agent with. */
const enrolled = { p_min_kW: -3, p_max_kW: 3, q_max_kvar: 1 };
const options = { ...defaults, rho: 0.03, tolerance_frac: 1e-6, giveUp_count: 5, retry_s: 0.1 };
const problemWith = (low: number, high: number): CoordinationProblem => {
  const problem = closedFormProblem(randomStream(3), 2, steps_count);
  return { ...problem, parts: [...problem.parts, quadraticPart('mallory', 'n0', steps_count, { low, high, slope: 0, curve: 0 })] };
};
const costOfOthers = ({ parts }: CoordinationProblem): number =>
  parts.reduce((sum, { id, oracle }) => (id === 'mallory' ? sum : sum + oracle.cost()), 0);

/** What the others would pay if the compromised agent meant this power. */
async function costWhenMeant(p_kW: number): Promise<number> {
  const problem = problemWith(p_kW, p_kW);
  const { cost_cur } = await central.run(problem, central.defaults, everything);
  return problem.parts.reduce((sum, { id }, k) => (id === 'mallory' ? sum : sum + cost_cur[k]!), 0);
}

describe('an agent with a valid key that lies about its power', () => {
  let society: Society;
  let register: Register;
  beforeAll(async () => {
    society = new Society();
    for (const { id, terminals } of problemWith(1, 1).parts) {
      society.enrol(id, { nets: terminals.map((net) => `net ${net}`), ...(id === 'mallory' ? enrolled : {}) });
    }
    for (const net of ['net n0', 'net n1']) society.enrol(net, { role: 'net' });
    society.enrol('convener', { role: 'convener' });
    register = await society.register();
  });
  afterAll(() => society.remove());

  /** Everybody in a process of his own; what the liar says is changed before it is sealed. */
  async function costWhenTold(lie: (power_kW: Float64Array) => Float64Array): Promise<number> {
    const problem = problemWith(1, 1);
    const { common, participants, nets } = agreementOf(problem, options);
    const { agents: held } = withEnrolledLimits({ agents: nets.map((terms) => ({ terms })) }, register.enrolment) as {
      agents: { terms: (typeof nets)[number] }[];
    };
    const oracleOf = (id: AgentId) => problem.parts.find((part) => part.id === id)!.oracle;
    const honest: Role[] = [
      ...participants.filter(({ id }) => id !== 'mallory').map((own) => castParticipant(common, own, oracleOf(own.id))),
      ...held.map(({ terms }) => castNet(common, terms)),
      castConvener(
        common,
        nets.map(({ id }) => id),
      ),
    ];
    const own = castParticipant(common, participants.find(({ id }) => id === 'mallory')!, oracleOf('mallory'));
    const lying = (out: Outbox): Outbox => ({
      wakeAfter: (delay_s) => out.wakeAfter(delay_s),
      send: (to, message) => out.send(to, message.kind === 'schedule' ? changed(message, lie) : message),
    });
    const liar: Role = {
      id: 'mallory',
      peers: own.peers,
      start: (out) => own.start(lying(out)),
      receive: (from, message, out) => own.receive(from, message, lying(out)),
      tick: (now_s, out) => own.tick(now_s, lying(out)),
      get done() {
        return own.done || honest.every(({ done }) => done);
      },
    };
    const bus = new MemoryBus();
    await Promise.all(
      [...honest, liar].map((role) =>
        runLive([role], bus.connect(), {
          run: 'r',
          beat_s: 0.05,
          seal: new Ed25519Seal({ run: 'r', register, key: society.keyOf(role.id) }),
        }),
      ),
    );
    return costOfOthers(problem);
  }

  it('costs the others no more than its enrolled limits allow, whatever it claims', async () => {
    const bounds = await Promise.all([enrolled.p_min_kW, enrolled.p_max_kW].map(costWhenMeant));
    const honest = await costWhenMeant(1);
    const told = {
      much: await costWhenTold((power) => power.map((_, i) => (i < steps_count ? 1000 : 0))),
      little: await costWhenTold((power) => power.map((_, i) => (i < steps_count ? -1000 : 0))),
      truth: await costWhenTold((power) => power),
    };
    expect(Math.abs(told.truth - honest)).toBeLessThan(1e-3);
    // claims beyond the limits are held to them, to the digit of the tolerance
    expect(Math.abs(told.much - bounds[1]!)).toBeLessThan(1e-3);
    expect(Math.abs(told.little - bounds[0]!)).toBeLessThan(1e-3);
    // held to nothing, the same lie would have cost the others many times as much
    await expect(costWhenMeant(-30)).resolves.toBeGreaterThan(bounds[0]! + 1);
  });
});

function changed(message: Message, lie: (power_kW: Float64Array) => Float64Array): Message {
  return { ...message, body: { ...message.body, power_kW: lie(message.body['power_kW'] as Float64Array) } };
}
