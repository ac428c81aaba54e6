import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { EnvelopeWriter, type Message, type Role, randomStream, runInLoop } from '@gridflock/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything, settings } from '../../packages/core/src/schemes/conformance.ts';
import type { Outcome, SchemeServices } from '../../packages/core/src/schemes/contract.ts';
import { proximalMessagePassing } from '../../packages/core/src/schemes/proximal-message-passing/scheme.ts';
import { exchangeProblem } from '../../packages/core/src/schemes/testing/exchange-problems.ts';
import { Ed25519Seal } from '../../packages/host/src/identity/ed25519-seal.ts';
import type { Register } from '../../packages/host/src/identity/register.ts';
import { Society } from '../../packages/host/src/identity/testing/society.ts';
import { type LiveReport, runLive } from '../../packages/host/src/transports/live.ts';
import { placeOf, subjectOf } from '../../packages/host/src/transports/subject.ts';
import type { BrokerProcess } from './broker-process.ts';
import { Authority } from './certificates.ts';
import { connectAs, securedWays, startSecured } from './secured.ts';

const problem = exchangeProblem(randomStream(7), settings);
const options = { ...proximalMessagePassing.defaults, rho: 0.03, tolerance_frac: 1e-4, retry_s: 0.2 };
const negotiate = (carry: SchemeServices['carry']): Promise<Outcome> =>
  proximalMessagePassing.run(problem, options, { ...everything, carry });
const loop = negotiate((roles) => runInLoop(roles));

const bitsOf = ({ ports, prices, rounds_count, status }: Outcome): unknown => ({
  status,
  rounds_count,
  ports: ports.map((values) => [...values]),
  prices: [...prices].map(([net, values]) => [net, [...values]]),
});

for (const way of securedWays) {
  describe.runIf(way.present)(`sealed messages over TLS on ${way.name}`, () => {
    let society: Society;
    let register: Register;
    let authority: Authority;
    let broker: BrokerProcess;
    const sealOf = (id: string, run: string): Ed25519Seal => new Ed25519Seal({ run, register, key: society.keyOf(id) });
    const as = (id: string) => connectAs(way, id, society, register, broker.address, authority.pem);

    /** Every agent in a process of its own, as far as connections, keys and clocks go. */
    async function carryEach(roles: readonly Role[]): Promise<LiveReport[]> {
      const run = randomUUID();
      const agents = roles.map(({ id }) => id);
      return Promise.all(
        roles.map(async (role) => {
          const connection = await as(role.id);
          const report = await runLive([role], connection, { run, agents, beat_s: 0.1, seal: sealOf(role.id, run) });
          await connection.close();
          return report;
        }),
      );
    }

    beforeAll(async () => {
      authority = new Authority();
      society = new Society();
      for (const { id, terminals } of problem.parts) society.enrol(id, { nets: terminals.map((net) => `net ${net}`) });
      for (const { id } of problem.nets) society.enrol(`net ${id}`, { role: 'net' });
      society.enrol('convener', { role: 'convener' });
      society.enrol('flooder', { nets: problem.nets.map(({ id }) => `net ${id}`), rate_max_per_s: 100 });
      society.enrol('mallory', { nets: problem.nets.map(({ id }) => `net ${id}`) });
      register = await society.register({ watch_s: 0.05 });
      broker = await startSecured(way, register, authority);
    });
    afterAll(async () => {
      await broker.close();
      register.close();
      society.remove();
      authority.remove();
    });

    it('lead to the same plan as a loop, bit for bit, and none is dropped', async () => {
      let reports: LiveReport[] = [];
      const outcome = await negotiate(async (roles) => {
        reports = await carryEach(roles);
      });
      expect(bitsOf(outcome)).toEqual(bitsOf(await loop));
      expect(reports.map(({ dropped }) => Object.fromEntries(dropped))).toEqual(reports.map(() => ({})));
      expect(reports.reduce((sum, { heard_count }) => sum + heard_count, 0)).toBeGreaterThan(100);
    });

    it('keep out what is wrongly signed, repeated, too old, too large, unsigned or of a revoked agent, and count each', async () => {
      const run = randomUUID();
      const net = `net ${problem.nets[0]!.id}`;
      const [honest, thief] = [problem.parts[0]!.id, 'mallory'];
      const heard: string[] = [];
      const role: Role & { done: boolean } = {
        id: net,
        done: false,
        start: (out) => out.wakeAfter(60),
        receive: (from, { round }) => void heard.push(`${from} ${round}`),
        tick: () => {},
      };
      const connection = await as(net);
      const listening = runLive([role], connection, { run, agents: [net], admits: () => true, beat_s: 0.05, seal: sealOf(net, run) });
      await pause(100);

      const writer = new EnvelopeWriter();
      const note = (round: number): Message => ({ kind: 'note', round, body: {} });
      const mallory = await as(thief);
      const say = (payload: Uint8Array): void => mallory.publish(subjectOf(placeOf(run, net), thief), payload);
      const seal = sealOf(thief, run);
      const own = (round: number): Uint8Array => seal.close(thief, writer.write(thief, net, note(round)));
      const once = own(1);
      say(once);
      say(once);
      const broken = Uint8Array.from(own(2));
      broken[broken.length - 70]! ^= 1;
      say(broken);
      say(
        new Ed25519Seal({ run, register, key: society.keyOf(thief), now_ms: () => Date.now() - 100_000 }).close(
          thief,
          writer.write(thief, net, note(3)),
        ),
      );
      say(
        new Ed25519Seal({ run, register, key: society.keyOf(thief), now_ms: () => Date.now() + 100_000 }).close(
          thief,
          writer.write(thief, net, note(4)),
        ),
      );
      // one key belongs to one process: in the same millisecond its counters would be the same
      await pause(5);
      say(sealOf(thief, 'another run').close(thief, writer.write(thief, net, note(5))));
      say(writer.write(thief, net, note(6)));
      // what was honestly signed and is repeated by somebody else, or said under a name that is not his own
      say(sealOf(honest, run).close(honest, writer.write(honest, net, note(7))));
      await pause(200);
      society.revoke(2, { agent: thief, why: 'lies' });
      await pause(300);
      say(own(8));
      const house = await as(honest);
      house.publish(subjectOf(placeOf(run, net), honest), sealOf(honest, run).close(honest, writer.write(honest, net, note(9))));
      await pause(200);
      role.done = true;
      const { dropped } = await listening;
      await Promise.all([connection, mallory, house].map((each) => each.close()));
      expect(heard).toEqual([`${thief} 1`, `${honest} 9`]);
      expect(Object.fromEntries([...dropped].sort())).toEqual({
        'foreign subject': 1,
        'from the future': 1,
        replayed: 1,
        revoked: 1,
        stale: 1,
        unsealed: 1,
        'wrong signature': 2,
      });
    });

    it('of a flood are dropped before they cost a signature, and the others are heard', async () => {
      const run = randomUUID();
      const net = `net ${problem.nets[0]!.id}`;
      const [honest, flooder] = [problem.parts[0]!.id, 'flooder'];
      let heardOfHonest_count = 0;
      const role: Role & { done: boolean } = {
        id: net,
        done: false,
        start: (out) => out.wakeAfter(60),
        receive: (from) => void (heardOfHonest_count += from === honest ? 1 : 0),
        tick: () => {},
      };
      const connection = await as(net);
      const listening = runLive([role], connection, { run, agents: [net], admits: () => true, beat_s: 0.05, seal: sealOf(net, run) });
      await pause(100);
      const [flooding, house] = await Promise.all([flooder, honest].map(as));
      const writer = new EnvelopeWriter();
      const seals = { flooder: sealOf(flooder, run), honest: sealOf(honest, run) };
      const note: Message = { kind: 'note', round: 0, body: {} };
      const flood = Array.from({ length: 2000 }, () => seals.flooder.close(flooder, writer.write(flooder, net, note)));
      for (let k = 0; k < flood.length; k++) {
        flooding!.publish(subjectOf(placeOf(run, net), flooder), flood[k]!);
        if (k % 100 === 0)
          house!.publish(subjectOf(placeOf(run, net), honest), seals.honest.close(honest, writer.write(honest, net, note)));
      }
      await flooding!.drained();
      for (let tries = 0; tries < 100 && heardOfHonest_count < 20; tries++) await pause(20);
      await pause(300);
      role.done = true;
      const { dropped, heard_count } = await listening;
      await Promise.all([connection, flooding!, house!].map((each) => each.close()));
      expect(heardOfHonest_count).toBe(20);
      // a second's worth at once, and what came back within ten seconds at most
      expect(dropped.get('too fast')).toBeGreaterThan(2000 - 100 - 10 * 100);
      expect((dropped.get('too fast') ?? 0) + heard_count).toBe(2020);
    });
  });
}
