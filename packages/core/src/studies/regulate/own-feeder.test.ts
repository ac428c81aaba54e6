import { describe, expect, it } from 'vitest';
import type { RegulateResult } from '../../wire/regulate-result.ts';
import { missingFor, runRegulate, smallRegulation } from '../testing/regulate.ts';
import { type Document, titled } from '../testing/studies.ts';

interface FeederOptions {
  readonly tie?: 0 | 1;
  readonly generator?: string;
}

/** A made-up 12.66 kV feeder: a line against the tree, a tap, a capacitor, a rating, a tie, and a second line where nobody regulates. */
const feeder = ({ tie = 0, generator = '' }: FeederOptions = {}): string => `function mpc = feeder
mpc.version = '2';
mpc.baseMVA = 1;
mpc.bus = [
 1 3 0    0    0 0    1 1 0 12.66 1 1.1 0.9;
 2 1 0.40 0.13 0 0    1 1 0 12.66 1 1.1 0.9;
 3 1 0.50 0.28 0 0.02 1 1 0 12.66 1 1.1 0.9;
 4 1 0.45 0.15 0 0    1 1 0 12.66 1 1.1 0.9;
 5 1 0.45 0.15 0 0    1 1 0 12.66 1 1.1 0.9;
];
mpc.gen = [
 1 0 0 5 -5 1.01 1 1 5 -5;
 ${generator}
];
mpc.branch = [
 1 2 0.01 0.012 0.001 0 0 0 0    0 1 -360 360;
 3 2 0.02 0.02  0     2 0 0 0    0 1 -360 360;
 2 4 0.02 0.02  0     0 0 0 0.98 0 1 -360 360;
 3 4 0.02 0.02  0     0 0 0 0    0 ${tie} -360 360;
 1 5 0.02 0.02  0     0 0 0 0    0 1 -360 360;
];
`;

const dss = `Clear
New Circuit.village basekv=12.66 pu=1.01 bus1=station Mvasc3=10000 Mvasc1=10000
New Line.one bus1=station bus2=mill length=1 units=km r1=0.3 x1=0.3 r0=0.6 x0=0.9 c1=0 c0=0
New Line.two bus1=mill bus2=inn length=1 units=km r1=0.3 x1=0.3 r0=0.6 x0=0.9 c1=0 c0=0
New Line.three bus1=mill bus2=farm length=1 units=km r1=0.3 x1=0.3 r0=0.6 x0=0.9 c1=0 c0=0
New Load.mill bus1=mill kv=12.66 kw=400 kvar=130 vminpu=0.7
New Load.inn bus1=inn kv=12.66 kw=500 kvar=280 vminpu=0.7
New Load.farm bus1=farm kv=12.66 kw=450 kvar=150 vminpu=0.7
Set voltagebases=[12.66]
Calcvoltagebases
Solve
`;

const at = (network: string, buses: readonly (string | number)[]) => (d: Document) => {
  d.network = network;
  d.devices.forEach((each: Document, k: number) => (each.bus = buses[k]));
};

async function ok(document: Document, files: Readonly<Record<string, string>> = {}): Promise<RegulateResult> {
  const result = await runRegulate(document, files);
  expect(result.checks.filter(({ passed }) => !passed)).toEqual([]);
  expect(result.status).toBe('ok');
  return result;
}

const missing = missingFor(smallRegulation(at('feeder.m', [3])));
const twoByTwo = [3, 3, 4, 4, 3, 4];

describe.skipIf(missing.length > 0)(titled("regulation of the user's own feeder", missing), () => {
  it('from MATPOWER; a line where nobody regulates is in no cluster', async () => {
    const { partitions, runs } = await ok(smallRegulation(at('feeder.m', twoByTwo)), { 'feeder.m': feeder() });
    expect(partitions.valid_count).toBe(3); // {2 3 4}, {2 3 | 4}, {3 | 2 4}
    for (const { clusters } of partitions.chosen) expect(clusters.flatMap(({ buses }) => buses)).not.toContain('5');
    expect(runs[0].v_violation_max_pu).toBeLessThan(1e-6);
  });

  it('with loops, by drawing lots', async () => {
    const { partitions } = await ok(
      smallRegulation((d) => {
        at('feeder.m', twoByTwo)(d);
        d.clusters.method = 'sampled';
      }),
      { 'feeder.m': feeder({ tie: 1 }) },
    );
    expect(partitions.valid_count).toBe(3);
  });

  it('with a generator that is no resource: it gives what it is set to', async () => {
    const document = smallRegulation(at('feeder.m', twoByTwo));
    const [with_, without] = [
      await ok(document, { 'feeder.m': feeder({ generator: '4 0.05 0.01 1 -1 1.02 1 1 1 0;' }) }),
      await ok(document, { 'feeder.m': feeder() }),
    ];
    expect(with_.load_kW[0] - without.load_kW[0]).toBeCloseTo(50, 9);
    expect(with_.partitions.chosen[0].distance).not.toBe(without.partitions.chosen[0].distance);
  });

  it('from OpenDSS', async () => {
    const { feeder: drawn } = await ok(smallRegulation(at('village.dss', ['inn', 'inn', 'farm', 'farm', 'inn', 'farm'])), {
      'village.dss': dss,
    });
    expect(drawn.buses.map(({ id }) => id)).toContain('farm');
  });

  it('with the grid above at another bus', async () => {
    const { feeder: drawn } = await ok(
      smallRegulation((d) => {
        at('feeder.m', twoByTwo)(d);
        d.pcc = { bus: 2 };
        d.clusters.resources_min_count = 1;
      }),
      { 'feeder.m': feeder() },
    );
    expect(drawn.slack).toBe('2');
  });
});
