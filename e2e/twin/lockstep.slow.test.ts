import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentOf, folderWith, gridflock, removeFolder } from '../cli/gridflock.ts';
import { type BrokerProcess, natsIsInstalled, startNats } from '../transports/broker-process.ts';
import { frequency, plantOf, spread, twinStudy } from './twin-study.ts';

const lossy = { linkDelay_s: 0.005, linkDelay_random_s: 0.02, loss_frac: 0.2 };
const links = [{ fault: 'duplicate', duplicate_frac: 0.1 }];
const study = (seed: number): string => JSON.stringify(twinStudy({ stop_s: 1.5, communication: lossy, live: { links }, seed }));

// the sheet on control, section 14, K17: same seed, same bytes, across process modes
describe('K17: a plant and four controllers in lockstep', () => {
  let cwd: string;
  beforeAll(() => {
    const late = (measureDelay_s: number): string => JSON.stringify(twinStudy({ stop_s: 20, communication: { measureDelay_s } }));
    cwd = folderWith({ 'one.json': study(1), 'two.json': study(2), 'late-60.json': late(0.06), 'late-120.json': late(0.12) });
  });
  afterAll(() => removeFolder(cwd));

  // the report beside them is made of the same result
  const bytesOf = async (file: string, out: string, ...args: string[]): Promise<string[]> => {
    const ended = await gridflock(['twin', file, '--out', out, '--quiet', ...args], { cwd });
    expect(ended.status, ended.stderr).toBe(0);
    return ['result.json', 'series.csv'].map((name) => readFileSync(join(cwd, out, name), 'utf8'));
  };

  it('have the bytes of one process in five, over our own broker', async () => {
    const one = await bytesOf('one.json', 'one', '--one-process');
    expect(await bytesOf('one.json', 'five', '--lockstep')).toEqual(one);
    expect(await bytesOf('one.json', 'again', '--one-process')).toEqual(one);
    const other = await bytesOf('two.json', 'other', '--one-process');
    expect(other[1]).not.toBe(one[1]);
  });

  it.skipIf(!natsIsInstalled)('have them over NATS as well', async () => {
    const broker: BrokerProcess = await startNats();
    try {
      const one = await bytesOf('one.json', 'one-for-nats', '--one-process');
      expect(await bytesOf('one.json', 'nats', '--lockstep', '--transport', broker.address)).toEqual(one);
    } finally {
      await broker.close();
    }
  });

  it('bear 60 ms of delay and not 120 ms', async () => {
    const swing = async (file: string): Promise<number> => {
      const ended = await gridflock(['twin', file, '--one-process', '--json', '--quiet'], { cwd });
      return spread(frequency(plantOf(documentOf(ended))).slice(-150));
    };
    expect(await swing('late-60.json')).toBeLessThan(0.005);
    expect(await swing('late-120.json')).toBeGreaterThan(0.05);
  });
});
