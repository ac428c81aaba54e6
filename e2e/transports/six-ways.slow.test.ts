import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingFor, smallRegulation } from '../../packages/core/src/studies/testing/regulate.ts';
import { type Document, missingKinds, smallStudy, titled } from '../../packages/core/src/studies/testing/studies.ts';
import { folderWith, gridflock, removeFolder } from '../cli/gridflock.ts';
import { type BrokerProcess, mosquittoIsInstalled, natsIsInstalled, startMosquitto, startNats } from './broker-process.ts';

const battery = {
  id: 'store',
  kind: 'battery',
  bus: 'farm',
  owner: 'farmer',
  p_max_kW: 20,
  e_max_kWh: 60,
  e_start_kWh: 20,
  e_end_min_kWh: 20,
};
const negotiation: Document = smallStudy([battery]);
const regulation: Document = smallRegulation((d) => {
  d.time.steps_count = 2;
  for (const each of d.devices) if (each.p_available_kW) each.p_available_kW = [90, 180];
});

/** What traffic costs depends on who repeats himself when; what was asked of which network stands in the document's copy. */
const ofTraffic = /^(traffic|messages_count|bytes_count|lost_count|transport|provenance|time_s|duration_s|.*_ms)$/;

/** The result's bytes without what is about its traffic. */
function bytesIn(folder: string): string {
  const result: unknown = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8'));
  return JSON.stringify(result, (key, value: unknown) => (ofTraffic.test(key) ? undefined : value), 1);
}

const studies = [
  { kind: 'negotiate', document: negotiation, missing: missingKinds(negotiation) },
  { kind: 'regulate', document: regulation, missing: missingFor(regulation) },
];

for (const { kind, document, missing } of studies) {
  describe.skipIf(missing.length > 0)(titled(`study ${kind}, run from the command line`, missing), () => {
    let cwd: string;
    const brokers: BrokerProcess[] = [];

    beforeAll(async () => {
      const simulated = { kind: 'simulated', delay_min_s: 0.01, delay_mean_s: 0.05, loss_frac: 0.05, duplicate_frac: 0.05 };
      cwd = folderWith({
        'study.json': JSON.stringify(document),
        'simulated.json': JSON.stringify({ ...document, transport: simulated }),
      });
      if (natsIsInstalled) brokers.push(await startNats());
      if (mosquittoIsInstalled) brokers.push(await startMosquitto());
    });
    afterAll(async () => {
      removeFolder(cwd);
      await Promise.all(brokers.map((broker) => broker.close()));
    });

    it('has the same bytes in a loop, in virtual time with loss, over threads, the embedded broker, NATS and mosquitto', async () => {
      const run = async (file: string, out: string, ...args: string[]): Promise<string> => {
        const ended = await gridflock(['run', file, '--json', '--out', out, ...args], { cwd });
        expect([ended.status, out]).toEqual([0, out]);
        return bytesIn(join(cwd, out));
      };
      const plain = await run('study.json', 'plain');
      expect(plain.length).toBeGreaterThan(1000);
      for (const transport of ['loop', 'workers', 'embedded', ...brokers.map(({ address }) => address)]) {
        expect(await run('study.json', transport.replace(/\W+/g, '-'), '--transport', transport)).toBe(plain);
      }
      expect(await run('simulated.json', 'simulated')).toBe(plain);
    }, 300_000);
  });
}
