import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingKinds, smallStudy, titled } from '../../packages/core/src/studies/testing/studies.ts';
import { documentOf, errorOf, folderWith, gridflock, removeFolder } from '../cli/gridflock.ts';
import { type BrokerProcess, mosquittoIsInstalled, natsIsInstalled, startMosquitto, startNats } from './broker-process.ts';

const store = {
  id: 'store',
  kind: 'battery',
  bus: 'farm',
  owner: 'farmer',
  p_max_kW: 20,
  e_max_kWh: 60,
  e_start_kWh: 20,
  e_end_min_kWh: 20,
};
const study = smallStudy([store]);
const missing = missingKinds(study);

/** What was agreed, without how many messages it took: a slow network has roles repeat themselves. */
function planIn(folder: string): unknown {
  const { kpis, negotiation, ...rest } = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8'));
  const { messages_count: _count, ...figures } = kpis;
  const { traffic: _traffic, messages_count: _messages, bytes_count: _bytes, lost_count: _lost, ...agreed } = negotiation;
  return { figures, agreed, ...rest };
}

describe.skipIf(missing.length > 0)(titled('gridflock run --transport', missing), () => {
  let cwd: string;
  const brokers: BrokerProcess[] = [];
  const run = (...args: string[]) => gridflock(['run', 'study.json', '--json', ...args], { cwd });

  beforeAll(async () => {
    cwd = folderWith({
      'study.json': JSON.stringify(study),
      'central.json': JSON.stringify({ ...study, scheme: { kind: 'central' } }),
    });
    if (natsIsInstalled) brokers.push(await startNats());
    if (mosquittoIsInstalled) brokers.push(await startMosquitto());
    await run('--out', 'plain');
  });
  afterAll(async () => {
    removeFolder(cwd);
    await Promise.all(brokers.map((broker) => broker.close()));
  });

  it('agrees on the same plan, bit for bit, whatever carries the messages', async () => {
    const plain = planIn(join(cwd, 'plain'));
    for (const transport of ['loop', 'workers', 'embedded', ...brokers.map(({ address }) => address)]) {
      const out = transport.replace(/\W+/g, '-');
      const ended = await run('--transport', transport, '--out', out);
      expect([ended.status, transport]).toEqual([0, transport]);
      expect(planIn(join(cwd, out))).toEqual(plain);
      const { transport: carried } = documentOf(ended) as { transport?: { sent_count: number; lost_count: number } };
      if (transport === 'loop') expect(carried).toBeUndefined();
      else expect(carried).toMatchObject({ lost_count: 0, losses_count: 0, dropped: {}, sent_count: expect.any(Number) });
    }
  });

  it('says that nobody answers: BROKER_UNREACHABLE, status 5', async () => {
    for (const scheme of ['nats', 'mqtt']) {
      const ended = await run('--transport', `${scheme}://127.0.0.1:1`);
      expect(ended.status).toBe(5);
      expect(errorOf(ended)).toMatchObject({ code: 'BROKER_UNREACHABLE', where: `${scheme}://127.0.0.1:1` });
    }
  });

  it('refuses what is no address, and never repeats a password', async () => {
    const ended = await run('--transport', 'nats://me:secret@127.0.0.1');
    expect(errorOf(ended).code).toBe('CLI_INVALID_VALUE');
    expect(ended.stdout + ended.stderr).not.toContain('secret');
  });

  it('says that nothing would be sent: TRANSPORT_UNUSED, status 3', async () => {
    const ended = await gridflock(['run', 'central.json', '--json', '--transport', 'workers'], { cwd });
    expect(ended.status).toBe(3);
    expect(errorOf(ended).code).toBe('TRANSPORT_UNUSED');
  });
});
