import { describe, expect, it } from 'vitest';
import { CombinationError } from '../../base/errors.ts';
import { type Document, missingKinds, run, smallStudy, titled } from '../testing/studies.ts';

interface FeederOptions {
  readonly generator?: string;
  readonly tie?: 0 | 1;
}

/** A made-up 12.66 kV feeder as a MATPOWER file: a line against the tree, a tap, a capacitor, a rating, an open tie. */
const feeder = ({ generator = '', tie = 0 }: FeederOptions = {}): string => `function mpc = feeder
mpc.version = '2';
mpc.baseMVA = 1;
mpc.bus = [
 1 3 0    0    0 0    1 1 0 12.66 1 1.05 0.95;
 2 ${generator ? 2 : 1} 0.10 0.03 0 0    1 1 0 12.66 1 1.05 0.95;
 3 1 0.20 0.08 0 0.02 1 1 0 12.66 1 1.05 0.95;
 4 1 0.15 0.05 0 0    1 1 0 12.66 1 1.05 0.95;
];
mpc.gen = [
 1 0 0 5 -5 1.01 1 1 5 -5;
 ${generator}
];
mpc.branch = [
 1 2 0.01 0.012 0.001 1   0 0 0    0 1 -360 360;
 3 2 0.02 0.02  0     0.8 0 0 0    0 1 -360 360;
 2 4 0.02 0.02  0     0   0 0 0.98 0 1 -360 360;
 3 4 0.02 0.02  0     0   0 0 0    0 ${tie} -360 360;
];
`;
const sun = [0, 50, 80, 20];
const price = [0.2, 0.3, 0.4, 0.2];
const day = `time,sun_kW,price_cur_per_kWh\n${sun.map((p, h) => `2025-01-15T0${h}:00Z,${p},${price[h]}`).join('\n')}\n`;

const store = {
  id: 'store',
  kind: 'battery',
  bus: 4,
  owner: 'dairy',
  p_max_kW: 50,
  e_max_kWh: 200,
  e_start_kWh: 100,
  e_end_min_kWh: 100,
  s_max_kVA: 50,
};
const roof = { id: 'roof', kind: 'pv', bus: 3, owner: 'school', s_max_kVA: 100, p_available_kW: 'sun_kW' };

function own(change: (d: Document) => void = () => {}): Document {
  const document = structuredClone(smallStudy([store, roof]));
  document.network = 'feeder.m';
  document.profiles = { files: ['day.csv'] };
  document.tariff.buy_cur_per_kWh = 'price_cur_per_kWh';
  Object.assign(document.upstream, { buy_cur_per_kWh: 'price_cur_per_kWh', p_import_max_kW: 1000, p_export_max_kW: 500, q_max_kvar: 500 });
  change(document);
  return document;
}
const missing = missingKinds(own());

describe.skipIf(missing.length > 0)(titled("a study on the user's own files", missing), () => {
  it('runs a MATPOWER feeder with CSV profiles', async () => {
    const result = await run(own(), { 'feeder.m': feeder(), 'day.csv': day });
    expect(result.status).toBe('ok');
    expect(result.checks.filter((check) => !check.passed)).toEqual([]);
    expect(result.tariff.buy_cur_per_kWh).toEqual(price);
    for (const load of result.load_kW) expect(load).toBeCloseTo(-450, 9);
    expect(result.feeder.slack).toBe('1');
    expect(result.feeder.buses.map((bus) => bus.id)).toEqual(['1', '2', '3', '4']);
    const roofPlan = result.plans[1].schedules.find((s) => s.device === 'roof')!;
    roofPlan.p_kW.forEach((p, t) => expect(p).toBeLessThanOrEqual(sun[t] + 1e-6));
    expect(result.plans[1].ac.v_pu[0][0]).toBeCloseTo(1.01, 9);
  });

  it('takes generators of the file at their set points, and says so', async () => {
    const files = { 'feeder.m': feeder({ generator: ' 2 0.05 0.01 1 -1 1.02 1 1 1 0;' }), 'day.csv': day };
    const result = await run(own(), files);
    expect(result.status).toBe('ok');
    expect(result.load_kW[0]).toBeCloseTo(-400, 9);
    expect(result.load_kvar[0]).toBeCloseTo(-150, 9);
    expect(result.notes.join('\n')).toMatch(/Generators of the network file feed in at their set points/);
  });

  it('refuses a meshed feeder under lindistflow with the cure, and runs it on a copper plate', async () => {
    const files = { 'feeder.m': feeder({ tie: 1 }), 'day.csv': day };
    const error = await run(own(), files).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CombinationError);
    expect((error as CombinationError).hint).toMatch(/copper-plate/);
    const result = await run(
      own((d) => (d.formulation = 'copper-plate')),
      files,
    );
    expect(result.status).toBe('ok');
    const prices = result.negotiation.nets.map((net) => net.price_cur_per_kWh);
    for (const p of prices) p.forEach((value, t) => expect(value).toBeCloseTo(prices[0][t], 3));
  });

  it('takes the bus of the upstream as a number or a text', async () => {
    for (const bus of [1, '1']) {
      const result = await run(
        own((d) => (d.upstream.bus = bus)),
        { 'feeder.m': feeder(), 'day.csv': day },
      );
      expect(result.feeder.slack).toBe('1');
    }
  });
});
