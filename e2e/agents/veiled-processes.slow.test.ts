import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { missingKinds, titled } from '../../packages/core/src/studies/testing/studies.ts';
import { openMailbox } from '../../packages/host/src/transports/open-transport.ts';
import { placeOf, subjectOf } from '../../packages/host/src/transports/subject.ts';
import { documentOf, type Ended, gridflock } from '../cli/gridflock.ts';
import { type BrokerProcess, mosquittoIsInstalled, natsIsInstalled, startMosquitto, startNats } from '../transports/broker-process.ts';
import { type Deployment, deploy, type Json, kept_bytes, planOf, type RunningProcess, start, study, until } from './deployment.ts';

const missing = missingKinds(study);
const masked = { kind: 'secure-aggregation', crowd_min_count: 1 };
const secret = { ...study, privacy: masked };

const brokers = [
  { name: 'NATS', present: natsIsInstalled, open: startNats },
  { name: 'mosquitto', present: mosquittoIsInstalled, open: startMosquitto },
];

for (const { name: brokerName, present, open } of brokers) {
  describe.runIf(present && missing.length === 0)(titled(`a private study as processes on ${brokerName}`, missing), () => {
    let broker: BrokerProcess;
    let deployment: Deployment;
    let running: Map<string, RunningProcess>;
    beforeAll(async () => {
      broker = await open();
    });
    afterAll(() => broker.close());

    async function runAll(interfere: () => Promise<void>): Promise<void> {
      deployment = await deploy(secret, broker.address);
      running = new Map(deployment.names.map((name) => [name, start(deployment, name)]));
      await interfere();
      for (const [name, { ended }] of running) {
        const { status, stdout, stderr } = await ended;
        expect([name, status, stdout.slice(0, 300), stderr.slice(-300)]).toEqual([name, 0, expect.anything(), expect.anything()]);
      }
    }

    /** kill −9 in the middle of the negotiation, a pause, and the same command again. */
    async function killAndRestart(name: string, more_bytes: number): Promise<void> {
      const before = kept_bytes(deployment, name);
      await until(() => kept_bytes(deployment, name) > before + more_bytes, `${name} has kept ${more_bytes} bytes more`);
      running.get(name)!.signal('SIGKILL');
      expect((await running.get(name)!.ended).signal).toBe('SIGKILL');
      await pause(200);
      const again = start(deployment, name);
      running.set(name, again);
      void again.ended.then(({ stderr }) => expect(stderr).toContain('going on from the snapshots'));
    }

    it('gives the bits of gridflock run, also when the nets are killed in the middle', async () => {
      await runAll(() => killAndRestart('nets', 60_000));
      expect(planOf(deployment)).toEqual(deployment.inOne);
      deployment.close();
    });

    it('comes to the same optimum when a household is killed, and again, and then the feeder agent', async () => {
      await runAll(async () => {
        await killAndRestart('farmer', 40_000);
        await killAndRestart('farmer', 20_000);
        await killAndRestart('feeder', 40_000);
      });
      const plan = planOf(deployment);
      for (const [device, values] of Object.entries(deployment.inOne.p_kW)) {
        values.forEach((value, t) => void expect(Math.abs(plan.p_kW[device]![t]! - value)).toBeLessThan(1e-5));
      }
      deployment.close();
    });
  });
}

describe.runIf(natsIsInstalled && missing.length === 0)(titled('a private study of agents with keys', missing), () => {
  let broker: BrokerProcess;
  let deployment: Deployment;
  const run = async (...args: string[]): Promise<Json> => documentOf(await gridflock([...args, '--json'], { cwd: deployment.cwd }));
  const write = (name: string, content: string): void => writeFileSync(join(deployment.cwd, name), content);
  const flat = (name: string): string => name.replaceAll('/', '-');
  let operator: string;

  beforeAll(async () => {
    broker = await startNats();
    deployment = await deploy(secret, broker.address, '--collect');
    ({ key: operator } = await run('keys', 'new', 'operator.key'));
    const requests: Json[] = [];
    for (const name of deployment.names)
      requests.push(await run('keys', 'new', `${flat(name)}.key`, '--for', `agents/${name}/agents.yaml`));
    requests.push(await run('keys', 'new', 'collector.key', '--for', 'agents/collector.yaml'));
    await run('keys', 'new', 'stranger.key');
    write(
      'enrolment.yaml',
      stringify({ enrolment: 1, agents: requests.flatMap(({ agents }) => agents) }, { aliasDuplicateObjects: false }),
    );
    await run('enrol', 'sign', 'enrolment.yaml', '--key', 'operator.key');
    for (const name of [...deployment.names, 'collector']) {
      write(`${flat(name)}.identity.yaml`, stringify({ key: `${flat(name)}.key`, operator, enrolment: 'enrolment.yaml' }));
    }
  }, 120_000);
  afterAll(async () => {
    deployment.close();
    await broker.close();
  });

  /** Leaves what somebody who may speak to the broker, and has no agent's key, says in the name of an agent. */
  async function forge(): Promise<void> {
    const { run: name }: Json = JSON.parse(readFileSync(join(deployment.cwd, 'agents', 'deployment.json'), 'utf8'));
    const report = { agent: 'store', as: 'participant', verdict: 'infeasible', passes_count: 1, dropped: {} };
    const text = JSON.stringify({ gridflock: 'agent-result/1', run: name, ended: new Date().toISOString(), status: 'infeasible', report });
    const mailbox = await openMailbox(broker.address);
    const payloads = [text, `${text}\n${Buffer.alloc(64, 7).toString('base64url')}`];
    for (const [k, payload] of payloads.entries()) {
      await mailbox.post(subjectOf(placeOf(name, 'collector'), 'store'), { id: `forged-${k}`, payload: Buffer.from(payload) });
    }
    await mailbox.close();
  }

  it('signs mask keys and letters: the same bits, and a common result of letters that are believed', async () => {
    await forge();
    const running = deployment.names.map((name) => start(deployment, name, '--identity', `${flat(name)}.identity.yaml`));
    const ended: Ended[] = await Promise.all(running.map((process) => process.ended));
    expect(ended.map(({ status, stderr }) => (status === 0 ? 0 : stderr))).toEqual(deployment.names.map(() => 0));
    expect(planOf(deployment)).toEqual(deployment.inOne);
    const farmer: Json = JSON.parse(readFileSync(join(deployment.cwd, 'results', 'farmer', 'result.json'), 'utf8'));
    expect(farmer.agents[0].dropped).toEqual({});
    const common = await run('collect', 'agents/collector.yaml', '--identity', 'collector.identity.yaml', '--time-limit', '30');
    expect(common).toMatchObject({ status: 'ok', missing: [], rounds_count: deployment.inOne.rounds_count });
    expect(common.lettersDropped).toEqual({ unsealed: 1, 'wrong signature': 1 });
  });
});
