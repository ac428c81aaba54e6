import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { missingKinds, titled } from '../../packages/core/src/studies/testing/studies.ts';
import { openIdentity } from '../../packages/host/src/identity/identity.ts';
import { SecretKey } from '../../packages/host/src/identity/secret-key.ts';
import { openMailbox } from '../../packages/host/src/transports/open-transport.ts';
import { placeOf } from '../../packages/host/src/transports/subject.ts';
import { documentOf, type Ended, errorOf, gridflock } from '../cli/gridflock.ts';
import { type BrokerProcess, freePort, natsIsInstalled, startBroker } from '../transports/broker-process.ts';
import { Authority } from '../transports/certificates.ts';
import { type Deployment, deploy, type Json, planOf, start, study } from './deployment.ts';

const missing = missingKinds(study);

describe.skipIf(missing.length > 0 || !natsIsInstalled)(
  titled('processes with keys, a list and a broker that holds them to it', missing),
  () => {
    let deployment: Deployment;
    let authority: Authority;
    let broker: BrokerProcess | undefined;
    let operator: string;
    let address: string;
    const said: Ended[] = [];
    const run = async (...args: string[]): Promise<Json> => {
      const ended = await gridflock([...args, '--json'], { cwd: deployment.cwd });
      said.push(ended);
      return documentOf(ended);
    };
    const write = (name: string, content: string): void => writeFileSync(join(deployment.cwd, name), content);

    beforeAll(async () => {
      const port = await freePort();
      address = `tls://127.0.0.1:${port}`;
      deployment = await deploy(study, address, '--gateways', '1', '--collect');
      authority = new Authority();
      const { certFile, keyFile } = authority.issue('broker', 'IP:127.0.0.1');

      ({ key: operator } = await run('keys', 'new', 'operator.key'));
      const requests = await Promise.all(
        deployment.names.map((name) => run('keys', 'new', `${name.replaceAll('/', '-')}.key`, '--for', `agents/${name}/agents.yaml`)),
      );
      requests.push(await run('keys', 'new', 'collector.key', '--for', 'agents/collector.yaml'));
      write(
        'enrolment.yaml',
        stringify({ enrolment: 1, agents: requests.flatMap(({ agents }) => agents) }, { aliasDuplicateObjects: false }),
      );
      await run('enrol', 'sign', 'enrolment.yaml', '--key', 'operator.key');
      for (const name of [...deployment.names, 'collector']) {
        const flat = name.replaceAll('/', '-');
        write(`${flat}.identity.yaml`, stringify({ key: `${flat}.key`, operator, enrolment: 'enrolment.yaml', ca: authority.certFile }));
      }
      await run(
        ...['enrol', 'broker', 'enrolment.yaml', '--kind', 'nats', '--operator', operator, '--host', '127.0.0.1', '--port', `${port}`],
        ...['--cert', certFile, '--cert-key', keyFile, '--out', 'broker'],
      );
      broker = await startBroker('tls', 'nats-server', () => ['-c', join(deployment.cwd, 'broker', 'nats-server.conf')], port);
    }, 120_000);
    afterAll(async () => {
      await broker?.close();
      authority.remove();
      deployment.close();
    });

    it('agree on the plan of one loop, bit for bit, over TLS, permissions and seals, and leave letters', async () => {
      const collect = (timeLimit_s: number): Promise<Json> =>
        run('collect', 'agents/collector.yaml', '--identity', 'collector.identity.yaml', '--time-limit', `${timeLimit_s}`);
      expect(await collect(0.1)).toMatchObject({ status: 'incomplete' });
      const running = deployment.names.map((name) => start(deployment, name, '--identity', `${name.replaceAll('/', '-')}.identity.yaml`));
      const ended = await Promise.all(running.map((process) => process.ended));
      said.push(...ended);
      expect(ended.map(({ status, stderr }) => (status === 0 ? 0 : stderr))).toEqual(deployment.names.map(() => 0));
      expect(planOf(deployment)).toEqual(deployment.inOne);
      expect(ended.map((each) => (documentOf(each) as Json).transport.dropped)).toEqual(deployment.names.map(() => ({})));
      expect(await collect(30)).toMatchObject({
        status: 'ok',
        missing: [],
        lettersDropped: {},
        rounds_count: deployment.inOne.rounds_count,
      });
    });

    it('take no letters of others, and leave none under another name', async () => {
      const identity = await openIdentity(join(deployment.cwd, 'feeder.identity.yaml'));
      const mailbox = await openMailbox(address, identity.security);
      const place = placeOf('another-run', 'collector');
      const letter = { id: 'x', payload: Buffer.from('{}') };
      await expect(mailbox.collect(place, () => {})).rejects.toMatchObject({ code: 'BROKER_REFUSES' });
      await expect(mailbox.post(`${place}.store`, letter)).rejects.toMatchObject({ code: 'BROKER_REFUSES' });
      await expect(mailbox.post(`${place}.wires`, letter)).resolves.toBeUndefined();
      await mailbox.close();
      identity.close();
    });

    it('never show a secret: neither in what they say, nor in results, lists or the configuration of the broker', () => {
      const folder = deployment.cwd;
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
      const secrets = files.filter(({ name }) => name.endsWith('.key')).map(({ name }) => readFileSync(join(folder, name), 'utf8'));
      expect(secrets.length).toBe(deployment.names.length + 2);
      const shown = [
        ...said.map(({ stdout, stderr }) => stdout + stderr),
        ...files.filter(({ name }) => !name.endsWith('.key')).map((each) => readFileSync(join(each.parentPath, each.name), 'latin1')),
      ].join('\n');
      for (const secret of secrets) {
        const der = Buffer.from(secret.split('\n')[1]!, 'base64');
        const seed = der.subarray(-32);
        const key = SecretKey.fromPem(secret)!;
        for (const form of [
          seed.toString('base64url'),
          seed.toString('base64').slice(0, 42),
          seed.toString('hex'),
          key.brokerLogin().password(),
        ]) {
          expect(shown.includes(form)).toBe(false);
        }
      }
    });

    it('are checked: a list says who takes part, and a changed one is refused', async () => {
      const { serial, agents } = await run('enrol', 'check', 'enrolment.yaml', '--operator', operator);
      expect(serial).toBe(1);
      expect(agents.find(({ id }: Json) => id === 'store')).toMatchObject({ role: 'participant', nets: ['net farm'] });
      const forged = parse(readFileSync(join(deployment.cwd, 'enrolment.yaml'), 'utf8'));
      forged.agents[0].nets = ['net mill'];
      write('forged.yaml', stringify(forged));
      const refused = await gridflock(['enrol', 'check', 'forged.yaml', '--operator', operator, '--json'], { cwd: deployment.cwd });
      expect([refused.status, errorOf(refused).code]).toEqual([2, 'ENROLMENT_FORGED']);
    });

    it('are revoked: the list is begun and grows, and a broker made anew lets them in no more', async () => {
      await run('enrol', 'revoke', 'revocations.yaml', '--agent', 'store', '--why', 'stolen', '--key', 'operator.key');
      const { serial, revoked } = await run('enrol', 'revoke', 'revocations.yaml', '--agent', 'sun', '--key', 'operator.key');
      expect([serial, revoked]).toEqual([2, [{ agent: 'store', why: 'stolen' }, { agent: 'sun' }]]);
      const args = [
        '--kind',
        'nats',
        '--operator',
        operator,
        '--cert',
        'c',
        '--cert-key',
        'k',
        '--revocations',
        'revocations.yaml',
        '--out',
        'anew',
      ];
      await run('enrol', 'broker', 'enrolment.yaml', ...args);
      const conf = (name: string): string => readFileSync(join(deployment.cwd, name, 'nats-server.conf'), 'utf8');
      expect([conf('broker').includes('.store"'), conf('anew').includes('.store"')]).toEqual([true, false]);
    });

    it('refuse to start with a key that others may read, with none that is enrolled, or under a name that is another one', async () => {
      const codeOf = async (...args: string[]): Promise<string> =>
        errorOf(await gridflock([...args, '--json'], { cwd: deployment.cwd })).code;
      const [feeder = ''] = deployment.names;
      write('open.key', readFileSync(join(deployment.cwd, 'operator.key'), 'utf8'));
      const identity = (key: string): string => stringify({ key, operator, enrolment: 'enrolment.yaml' });
      write('open.yaml', identity('open.key'));
      write('stranger.yaml', identity('operator.key'));
      write('odd.yaml', `${identity('operator.key')}password: x\n`);
      const agent = ['agent', `agents/${feeder}/agents.yaml`, '--identity'];
      expect([
        await codeOf(...agent, 'open.yaml'),
        await codeOf(...agent, 'stranger.yaml'),
        await codeOf(...agent, 'odd.yaml'),
        await codeOf(...agent, 'absent.yaml'),
        await codeOf('keys', 'new', 'operator.key', '--force'),
        await codeOf('enrol', 'sign', 'enrolment.yaml'),
        await codeOf('run', '--default', '--identity', 'stranger.yaml'),
      ]).toEqual([
        'KEY_FILE_OPEN_TO_OTHERS',
        'IDENTITY_NOT_ENROLLED',
        'IDENTITY_UNKNOWN_KEY',
        'FILE_NOT_FOUND',
        'KEY_FILE_EXISTS',
        'CLI_MISSING_ARGUMENT',
        'CLI_MISSING_ARGUMENT',
      ]);
    });
  },
);
