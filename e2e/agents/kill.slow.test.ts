import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingKinds, titled } from '../../packages/core/src/studies/testing/studies.ts';
import { documentOf } from '../cli/gridflock.ts';
import { type BrokerProcess, mosquittoIsInstalled, natsIsInstalled, startMosquitto, startNats } from '../transports/broker-process.ts';
import { changeFiles, type Deployment, deploy, kept_bytes, planOf, type RunningProcess, start, study, until } from './deployment.ts';

const missing = missingKinds(study);

/** Silence after which a run is given up, and longer than seven processes take to start side by side on a busy machine (6 s and more). */
const silence_s = 20;

const brokers = [
  { name: 'NATS', present: natsIsInstalled, open: startNats },
  { name: 'mosquitto', present: mosquittoIsInstalled, open: startMosquitto },
];

for (const { name: brokerName, present, open } of brokers) {
  describe.runIf(present && missing.length === 0)(titled(`a study as processes on ${brokerName}`, missing), () => {
    let broker: BrokerProcess;
    let deployment: Deployment;
    let running: Map<string, RunningProcess>;
    beforeAll(async () => {
      broker = await open();
    });
    afterAll(() => broker.close());

    async function startAll(keys: Readonly<Record<string, number>> = {}): Promise<void> {
      deployment = await deploy(study, broker.address);
      expect(deployment.names.length).toBeGreaterThanOrEqual(6);
      changeFiles(deployment, keys);
      running = new Map(deployment.names.map((name) => [name, start(deployment, name)]));
    }

    /** Starts everybody; `interfere` does its worst in the middle. */
    async function runAll(interfere: () => Promise<void>): Promise<void> {
      await startAll();
      await interfere();
      for (const [name, { ended }] of running) {
        const { status, stdout, stderr } = await ended;
        expect([name, status, stdout.slice(0, 300), stderr.slice(-300)]).toEqual([name, 0, expect.anything(), expect.anything()]);
      }
    }

    /** Waits until a process has come so far; one that has ended never will. How long that takes is the machine's affair: the test has a limit of its own. */
    async function untilKept(name: string, least_bytes: number): Promise<void> {
      const { hasEnded, said } = running.get(name)!;
      await until(() => kept_bytes(deployment, name) > least_bytes || hasEnded(), `${name} has kept ${least_bytes} bytes`, 300_000);
      expect([name, hasEnded(), said()]).toEqual([name, false, expect.anything()]);
    }

    /** kill −9 in the middle, a pause, and the same command again. */
    async function killAndRestart(name: string, whenKept_bytes: number): Promise<void> {
      await untilKept(name, whenKept_bytes);
      running.get(name)!.signal('SIGKILL');
      expect((await running.get(name)!.ended).signal).toBe('SIGKILL');
      await pause(200);
      const again = start(deployment, name);
      running.set(name, again);
      void again.ended.then(({ stderr }) => expect(stderr).toContain('going on from the snapshots'));
    }

    function expectSameOptimum(): void {
      const plan = planOf(deployment);
      const { inOne } = deployment;
      for (const [device, values] of Object.entries(inOne.p_kW)) {
        values.forEach((value, t) => expect(Math.abs(plan.p_kW[device]![t]! - value)).toBeLessThan(1e-5));
      }
      for (const [net, values] of Object.entries(inOne.price_cur_per_kWh)) {
        values.forEach((value, t) => expect(Math.abs(plan.price_cur_per_kWh[net]![t]! - value)).toBeLessThan(1e-7));
      }
    }

    it('gives the same bits as gridflock run in a loop', async () => {
      await runAll(async () => {});
      expect(planOf(deployment)).toEqual(deployment.inOne);
      deployment.close();
    });

    it('gives the same bits when the convener and the nets are killed, one after the other', async () => {
      await runAll(async () => {
        await killAndRestart('convener', 5000);
        await killAndRestart('nets', kept_bytes(deployment, 'nets') + 20_000);
      });
      expect(planOf(deployment)).toEqual(deployment.inOne);
      deployment.close();
    });

    it('comes to the same optimum when a household and the feeder agent are killed', async () => {
      await runAll(async () => {
        await killAndRestart('farmer', 20_000);
        await killAndRestart('feeder', kept_bytes(deployment, 'feeder') + 20_000);
      });
      expectSameOptimum();
      deployment.close();
    });

    it('gives the same bits when the broker is killed and comes back', async () => {
      await runAll(async () => {
        await untilKept('feeder', 50_000);
        await broker.kill();
        await pause(500);
        await broker.restart();
      });
      expect(planOf(deployment)).toEqual(deployment.inOne);
      const { transport } = documentOf(await running.get('feeder')!.ended) as { transport: { losses_count: number } };
      expect(transport.losses_count).toBeGreaterThan(0);
      deployment.close();
    });

    it('names the agent and the message when a household does not come back: not converged, status 1', async () => {
      await startAll({ silence_s });
      await untilKept('farmer', 20_000);
      running.get('farmer')!.signal('SIGKILL');
      const nets = await running.get('nets')!.ended;
      const { status, reason } = documentOf(nets) as { status: string; reason: string };
      expect([nets.status, status]).toEqual([1, 'not-converged']);
      expect(reason).toMatch(/"net farm" waits for "store" \(price of round \d+, said \d+ times/);
      for (const { ended } of running.values()) expect([1, null]).toContain((await ended).status);
      deployment.close();
    });

    it('leaves when it is told to, with 130, and others are told', async () => {
      await startAll({ silence_s });
      await untilKept('villagers', 5000);
      running.get('villagers')!.signal('SIGINT');
      expect((await running.get('villagers')!.ended).status).toBe(130);
      await until(() => /"village" has left before the end/.test(running.get('nets')!.said()), 'the nets know');
      await Promise.all([...running.values()].map(({ ended }) => ended));
      deployment.close();
    });
  });
}
