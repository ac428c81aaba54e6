import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalog } from '../../packages/core/src/catalog.ts';
import type { FileSource } from '../../packages/core/src/formats/contract.ts';
import { sharedReference } from '../matpower/shared-cases.ts';

const opendss = catalog.formats.find(({ name }) => name === 'opendss');
const own = catalog.formats.find(({ name }) => name === 'gridflock');
const cases = `${sharedReference}/ieee_feeders/opendss/IEEETestCases`;
const connections = `${sharedReference}/cimhub/transformer_connections`;

/** Circuits with every kind of element: published feeders, and one of each transformer connection. */
const circuits: readonly string[] =
  sharedReference === undefined || opendss === undefined || !existsSync(cases)
    ? []
    : [
        ...['13Bus/IEEE13Nodeckt.dss', '34Bus/ieee34Mod1.dss', '123Bus/IEEE123Master.dss', 'LVTestCase/Master.dss'].map(
          (name) => `${cases}/${name}`,
        ),
        ...readdirSync(connections)
          .filter((name) => name.endsWith('.dss'))
          .map((name) => `${connections}/${name}`),
      ];

/** Files on disk, upper and lower case alike. */
const files: FileSource = {
  read(path, from) {
    let at = dirname(from);
    for (const step of path.replaceAll('\\', '/').split('/')) {
      const name = step === '..' || step === '.' ? step : readdirSync(at).find((each) => each.toLowerCase() === step.toLowerCase());
      if (name === undefined) return undefined;
      at = join(at, name);
    }
    return existsSync(at) ? { name: at, text: readFileSync(at, 'utf8') } : undefined;
  },
};

describe.runIf(circuits.length > 0)('OpenDSS circuits written in our own text', () => {
  it.each(circuits.map((path) => [path.slice(`${sharedReference}/`.length), path]))('%s comes back to the last digit', (_, path) => {
    const first = opendss?.read(readFileSync(path, 'utf8'), { fileName: path, files });
    if (first === undefined || own?.write === undefined) throw new Error('a format is missing');
    const { text, losses } = own.write(first);
    expect(losses).toEqual([]);
    const second = own.read(text, { fileName: 'own.yaml' });
    expect(second.feeder).toEqual(first.feeder);
    expect(second.network).toEqual(first.network);
  });
});
