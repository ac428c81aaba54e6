import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingKinds, titled } from '../../packages/core/src/studies/testing/studies.ts';
import { documentOf, errorOf, gridflock } from '../cli/gridflock.ts';
import { type BrokerProcess, mosquittoIsInstalled, natsIsInstalled, startMosquitto, startNats } from '../transports/broker-process.ts';
import { type Deployment, deploy, type Json, run, start, study, until } from './deployment.ts';

const missing = missingKinds(study);
const ways = [
  { name: 'NATS', present: natsIsInstalled, open: startNats },
  { name: 'mosquitto', present: mosquittoIsInstalled, open: startMosquitto },
];
/** What mosquitto has on its disk at the latest after so long. */
const written_ms = 1500;

for (const { name, present, open } of ways) {
  describe.skipIf(missing.length > 0 || !present)(titled(`the common result of processes on ${name}`, missing), () => {
    let broker: BrokerProcess;
    let deployment: Deployment;
    beforeAll(async () => {
      broker = await open();
      deployment = await deploy(study, broker.address, '--gateways', '1', '--collect');
    });
    afterAll(async () => {
      deployment.close();
      await broker.close();
    });

    it('arrives whole, though the agents are gone, the broker was killed, and the collector as well', async () => {
      const ended = await Promise.all(deployment.names.map((each) => start(deployment, each).ended));
      expect(ended.map(({ status, stderr }) => (status === 0 ? 0 : stderr))).toEqual(deployment.names.map(() => 0));
      await new Promise((resolve) => setTimeout(resolve, written_ms));
      await broker.kill();
      await broker.restart();

      const taken = join(deployment.cwd, 'agents', 'letters');
      const letters_count = (): number => (existsSync(taken) ? readdirSync(taken).filter((file) => file.endsWith('.json')).length : 0);
      const first = run(deployment, 'collect', 'agents/collector.yaml', '--json');
      await until(() => letters_count() > 0, 'the collector has taken a letter');
      first.signal('SIGKILL');
      expect(await first.ended).toMatchObject({ signal: 'SIGKILL', stdout: '' });

      const last = await run(deployment, 'collect', 'agents/collector.yaml', '--time-limit', '30', '--out', 'common', '--json').ended;
      expect([last.status, last.stderr.includes('had been taken before')]).toEqual([0, true]);
      const result: Json = documentOf(last);
      expect(result).toEqual(JSON.parse(readFileSync(join(deployment.cwd, 'common', 'result.json'), 'utf8')));
      expect(result).toMatchObject({ status: 'ok', missing: [], rounds_count: deployment.inOne.rounds_count, lettersDropped: {} });
      expect(Object.fromEntries(result.nets.map((net: Json) => [net.id, net.price_cur_per_kWh]))).toEqual(
        deployment.inOne.price_cur_per_kWh,
      );
      expect(result.agents.map(({ agent }: Json) => agent)).toContain('store');
      // nothing of an owner but that his agent has agreed
      expect(JSON.stringify(result)).not.toMatch(/"(p_kW|q_kvar|own_cur|received_cur|bound_cur|schedule)"/);
    });
  });
}

describe.skipIf(missing.length > 0 || !natsIsInstalled)(titled('gridflock collect', missing), () => {
  let broker: BrokerProcess;
  let deployment: Deployment;
  beforeAll(async () => {
    broker = await startNats();
    deployment = await deploy(study, broker.address, '--collect');
  });
  afterAll(async () => {
    deployment.close();
    await broker.close();
  });

  it('names who is missing, with status 1, and refuses what is not its file', async () => {
    const { cwd } = deployment;
    const late = await gridflock(['collect', 'agents/collector.yaml', '--time-limit', '0.3', '--out', 'common'], { cwd });
    expect(late.status).toBe(1);
    expect(late.stdout).toMatch(/0 of \d+ agents have written\nMissing: .*store/);
    const { missing: names, status }: Json = JSON.parse(readFileSync(join(cwd, 'common', 'result.json'), 'utf8'));
    expect([status, names.includes('convener')]).toEqual(['incomplete', true]);
    const wrong = await gridflock(['collect', 'study.json', '--json'], { cwd });
    expect([wrong.status, errorOf(wrong).code]).toEqual([2, 'COLLECTOR_FILE_EXPECTED']);
  });
});
