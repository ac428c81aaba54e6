import { randomUUID } from 'node:crypto';
import { type Role, type RunOptions, randomStream, runInLoop } from '@gridflock/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything, settings } from '../../packages/core/src/schemes/conformance.ts';
import type { Outcome, SchemeServices } from '../../packages/core/src/schemes/contract.ts';
import { proximalMessagePassing } from '../../packages/core/src/schemes/proximal-message-passing/scheme.ts';
import { exchangeProblem } from '../../packages/core/src/schemes/testing/exchange-problems.ts';
import { type LiveOptions, type LiveReport, runLive } from '../../packages/host/src/transports/live.ts';
import { type Wire, ways } from './ways.ts';

const options = { ...proximalMessagePassing.defaults, rho: 0.03, tolerance_frac: 1e-6, retry_s: 0.2 };
const negotiate = (carry: SchemeServices['carry']): Promise<Outcome> =>
  proximalMessagePassing.run(exchangeProblem(randomStream(7), settings), options, { ...everything, carry });

const bitsOf = ({ ports, prices, rounds_count, status }: Outcome): unknown => ({
  status,
  rounds_count,
  ports: ports.map((values) => [...values]),
  prices: [...prices].map(([net, values]) => [net, [...values]]),
});

/** Deals the agents out to as many connections as asked for, each of which knows only its own. */
async function carryOver(wire: Wire, roles: readonly Role[], processes_count: number, more: Partial<LiveOptions> & RunOptions = {}) {
  const connections = await Promise.all(Array.from({ length: processes_count }, () => wire.connect()));
  const run = randomUUID();
  const agents = roles.map(({ id }) => id);
  try {
    return await Promise.all(
      connections.map((connection, k) =>
        runLive(
          roles.filter((_, place) => place % processes_count === k),
          connection,
          { ...more, run, agents, beat_s: 0.1 },
        ),
      ),
    );
  } finally {
    await Promise.all(connections.map((connection) => connection.close()));
  }
}

const loop = negotiate((roles) => runInLoop(roles));

for (const { name, present, open } of ways) {
  describe.runIf(present)(`a negotiation over ${name}`, () => {
    let wire: Wire;
    beforeAll(async () => {
      wire = await open();
    });
    afterAll(() => wire.close());

    it('gives the same bits as in a loop, on one connection and on three', async () => {
      for (const processes_count of [1, 3]) {
        let reports: LiveReport[] = [];
        const outcome = await negotiate(async (roles) => {
          reports = await carryOver(wire, roles, processes_count);
        });
        expect(bitsOf(outcome)).toEqual(bitsOf(await loop));
        expect(reports.map(({ dropped }) => dropped.size)).toEqual(reports.map(() => 0));
        expect(reports.reduce((sum, report) => sum + report.heard_count, 0)).toBeGreaterThan(outcome.rounds_count);
      }
    });

    it('gives the same bits when the broker is killed in the middle, and comes back', async ({ skip }) => {
      const { interrupt } = wire;
      if (interrupt === undefined) return skip('there is no broker');
      let said_count = 0;
      let interruption: Promise<void> | undefined;
      let reports: LiveReport[] = [];
      const outcome = await negotiate(async (roles) => {
        reports = await carryOver(wire, roles, 2, {
          observe: () => {
            if (++said_count === 500) interruption = interrupt(300);
          },
        });
      });
      await interruption;
      expect(interruption).toBeDefined();
      expect(reports.map(({ losses_count }) => losses_count > 0)).toEqual([true, true]);
      expect(bitsOf(outcome)).toEqual(bitsOf(await loop));
    });
  });
}
