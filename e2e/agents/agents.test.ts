import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingKinds, titled } from '../../packages/core/src/studies/testing/studies.ts';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../packages/host/src/transports/embedded-broker/embedded-broker.ts';
import { documentOf, errorOf, folderWith, gridflock, removeFolder } from '../cli/gridflock.ts';
import { type Deployment, deploy, filesIn, kept_bytes, planOf, start, study, until } from './deployment.ts';

const missing = missingKinds(study);

describe.skipIf(missing.length > 0)(titled('a study as processes of its own', missing), () => {
  let broker: EmbeddedBroker;
  let deployment: Deployment;
  beforeAll(async () => {
    broker = await startEmbeddedBroker();
    deployment = await deploy(study, broker.address, '--gateways', '1');
  });
  afterAll(async () => {
    deployment.close();
    await broker.close();
  });

  it('gives the plan of one loop, bit for bit, though the convener is killed in the middle', async () => {
    const running = new Map(deployment.names.map((name) => [name, start(deployment, name)]));
    await until(() => kept_bytes(deployment, 'convener') > 5000, 'the convener has judged a few times');
    running.get('convener')!.signal('SIGKILL');
    expect(await running.get('convener')!.ended).toMatchObject({ signal: 'SIGKILL', stdout: '' });
    expect(filesIn(join(deployment.cwd, 'results'))).not.toContain('convener');
    running.set('convener', start(deployment, 'convener'));
    const ended = await Promise.all([...running.values()].map((process) => process.ended));
    expect(ended.map(({ status }) => status)).toEqual(deployment.names.map(() => 0));
    expect(planOf(deployment)).toEqual(deployment.inOne);
    const { snapshots }: { snapshots?: { resumed: string[]; kept_count: number } } = documentOf(await running.get('convener')!.ended);
    expect(snapshots).toMatchObject({ resumed: ['convener'], kept_count: expect.any(Number) });
  });
});

describe('gridflock agent and deploy refuse', () => {
  let cwd: string;
  const codeOf = async (...args: string[]): Promise<[number | null, string]> => {
    const ended = await gridflock([...args, '--json'], { cwd });
    return [ended.status, errorOf(ended).code];
  };
  beforeAll(() => {
    cwd = folderWith({
      'study.json': JSON.stringify(study),
      'central.json': JSON.stringify({ ...study, scheme: { kind: 'central' } }),
      'empty.yaml': 'gridflock: agents/1\nstudy: negotiate\nscheme: proximal-message-passing\n',
    });
  });
  afterAll(() => removeFolder(cwd));

  it.skipIf(missing.length > 0)('what is no file of agents, no broker, no study with agents', async () => {
    expect(
      await Promise.all([
        codeOf('agent', 'study.json'),
        codeOf('agent', 'empty.yaml'),
        codeOf('agent', 'nowhere.yaml'),
        codeOf('deploy', 'study.json'),
        codeOf('deploy', 'study.json', '--transport', 'workers'),
        codeOf('deploy', 'central.json', '--transport', 'nats://127.0.0.1:1'),
      ]),
    ).toEqual([
      [2, 'AGENTS_FILE_EXPECTED'],
      [2, 'STUDY_MISSING_KEY'],
      [2, 'FILE_NOT_FOUND'],
      [2, 'CLI_MISSING_ARGUMENT'],
      [2, 'CLI_INVALID_VALUE'],
      [3, 'DEPLOY_NO_AGENTS'],
    ]);
  });
});
