import { describe, expect, it } from 'vitest';
import { catalog } from '../../catalog.ts';
import { missingFor, runRegulate, smallRegulation } from '../testing/regulate.ts';
import { type Document, titled } from '../testing/studies.ts';

async function ok(document: Document) {
  const result = await runRegulate(document);
  expect(result.checks.filter(({ passed }) => !passed)).toEqual([]);
  expect(result.status).toBe('ok');
  return result;
}

const missing = missingFor(smallRegulation());

describe.skipIf(missing.length > 0)(titled('regulation of built-in networks', missing), () => {
  it.for([
    ['ieee69', [27, 20, 46, 40, 65, 60]],
    ['ieee123', ['300', '250', '450', '95', '83', '66']],
    ['feeder118', [27, 20, 46, 40, 100, 90]],
  ] as const)('%s', async ([network, buses], context) => {
    context.skip(!catalog.networks.some(({ name }) => name === network), `the catalogue has no ${network}`);
    const { partitions } = await ok(
      smallRegulation((d) => {
        d.network = network;
        d.limits.v_min_pu = 0.85; // feeder118 goes down to 0.869 by itself
        d.clusters.resources_min_count = 1;
        d.devices.forEach((each: Document, k: number) => (each.bus = buses[k]));
      }),
    );
    expect(partitions.valid_count).toBeGreaterThan(10);
  });

  it('two hundred resources', async () => {
    const document = smallRegulation((d) => {
      const [store, sun, wind] = d.devices;
      const source = { p_available_kW: [3, 5, 6, 4], s_max_kVA: 7 };
      const tank = { p_max_kW: 3, e_max_kWh: 12, e_start_kWh: 6, e_min_kWh: 1, s_max_kVA: 4 };
      d.devices = Array.from({ length: 200 }, (_, k) => ({
        ...[store, sun, wind][k % 3],
        ...(k % 3 === 0 ? tank : source),
        id: `resource ${k}`,
        bus: 2 + ((k * 7) % 32),
      }));
    });
    const { partitions, runs } = await ok(document);
    expect(partitions.valid_count).toBe(2 ** 31); // two at every bus: every set of cuts is a partition
    expect(partitions.screened_count).toBe(2 ** 31);
    expect(runs[1].resources).toHaveLength(200);
  });
});

const always = missingFor(smallRegulation());

describe.skipIf(always.length > 0)(titled('every kind of device regulates', always), () => {
  it.each(catalog.devices.map(({ kind, example }) => [kind, example] as const))('%s', async (kind, example) => {
    const document = smallRegulation((d) => {
      const sun = { ...d.devices[1], p_available_kW: 100 };
      d.devices = [{ id: 'it', kind, bus: 18, owner: 'somebody', ...example }, sun];
      d.profiles = { define: { price: Array.from({ length: 24 }, (_, t) => 0.2 + 0.01 * ((t * 7) % 24)) } };
      d.time = { start: '2025-01-15T00:00', step_min: 60, days_count: 1 };
    });
    const { runs } = await ok(document);
    expect(runs[1].resources.map(({ id }) => id)).toEqual(['it', 'sun-14']);
  });
});
