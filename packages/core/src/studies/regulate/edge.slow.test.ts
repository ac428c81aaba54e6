import { describe, expect, it } from 'vitest';
import type { RegulateResult } from '../../wire/regulate-result.ts';
import { battery, missingFor, runRegulate, smallMarket, smallRegulation } from '../testing/regulate.ts';
import { type Document, titled } from '../testing/studies.ts';

const missing = missingFor(smallRegulation());
const failed = ({ checks }: RegulateResult) => checks.filter(({ passed }) => !passed);

async function ok(change: (d: Document) => unknown, files: Readonly<Record<string, string>> = {}): Promise<RegulateResult> {
  const result = await runRegulate(smallRegulation(change), files);
  expect(failed(result)).toEqual([]);
  expect(result.status).toBe('ok');
  for (const [name, value] of Object.entries(result.kpis)) expect(Number.isFinite(value), name).toBe(true);
  return result;
}

const withMarket = (change: (m: Document) => unknown, devices?: (d: Document) => unknown): Promise<RegulateResult> =>
  ok((d) => {
    d.market = smallMarket(change);
    devices?.(d);
  });

describe.skipIf(missing.length > 0)(titled('markets', missing), () => {
  it.each(['flat', 'time-of-use', 'real-time', 'two-sided'])('%s', async (structure) => {
    const { market, runs, kpis } = await withMarket((m) => Object.assign(m, { structure, power: 'continuous' }));
    expect(market.structure).toBe(structure);
    expect(market.portfolios.map(({ id }) => id)).toEqual(['suns: sun-14', 'suns: sun-21']);
    for (const { e_kWh } of market.portfolios) expect(e_kWh.at(-1)).toBeGreaterThanOrEqual(200 - 1e-6);
    expect(kpis['revenue_with_cur']).toBeGreaterThanOrEqual(kpis['revenue_without_cur'] - 1e-6);
    expect(runs.map((run) => run.withMarket)).toEqual([false, false, true, true]);
    if (structure === 'flat') expect(new Set(market.buy_cur_per_kWh).size).toBe(1);
  });

  it('two-sided with storages on or off: what no price supports is paid on the side, and said', async () => {
    const { certificate } = await withMarket((m) => Object.assign(m, { structure: 'two-sided' }));
    expect(certificate['sidePayment_cur']).toBeGreaterThanOrEqual(0);
  });

  it('real-time prices differ by seed and from what was expected', async () => {
    const at = (seed: number) =>
      ok((d) => {
        d.seed = seed;
        d.market = smallMarket((m) => Object.assign(m, { structure: 'real-time', deviation_frac: 0.2 }));
      }).then(({ market }) => market.sell_cur_per_kWh);
    const [one, two] = [await at(1), await at(2)];
    expect(one).not.toEqual(two);
    expect(one).not.toEqual([0.25, 0.15, 0.15, 0.7]);
  });

  it('a store may be emptied where nothing says that it must keep its energy', async () => {
    const emptied = await withMarket((m) => (m.keepsEnergy = false));
    const kept = await withMarket(() => {});
    expect(emptied.kpis['revenue_with_cur']).toBeGreaterThan(kept.kpis['revenue_with_cur']);
    expect(emptied.market.portfolios[0].e_kWh.at(-1)).toBeLessThan(200);
    expect(kept.market.portfolios[0].e_kWh.at(-1)).toBeGreaterThanOrEqual(200);
  });

  it('… but not below the end energy of its own parameters', async () => {
    const { market } = await withMarket((m) => {
      m.keepsEnergy = false;
      m.power = 'continuous';
      m.portfolios[0].storageEach.e_end_min_kWh = 220;
    });
    for (const { e_kWh } of market.portfolios) expect(e_kWh.at(-1)).toBeGreaterThanOrEqual(220 - 1e-6);
  });

  it('a store that leaks and must end as full as it began costs its upkeep, and that is no failed check', async () => {
    const { market } = await withMarket((m) => (m.portfolios[0].storageEach.leak_per_h = 0.05));
    for (const { e_kWh } of market.portfolios) expect(e_kWh.at(-1)).toBeGreaterThanOrEqual(200 - 1e-6);
    const costs = market.portfolios.map((plan) => plan.revenue_without_cur - plan.revenue_with_cur);
    expect(Math.max(...costs)).toBeGreaterThan(0);
  });

  it('one storage of the list for several sources', async () => {
    const { market, resources, runs } = await withMarket(
      (m) => (m.portfolios = [{ id: 'one', sources: ['sun-14', 'sun-21', 'sun-30'], storage: 'store-18' }]),
    );
    expect(market.portfolios).toHaveLength(1);
    expect(market.portfolios[0].members).toEqual(['sun-14', 'sun-21', 'sun-30']);
    expect(
      resources
        .filter(({ portfolio }) => portfolio === 'one')
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(['store-18', 'sun-14', 'sun-21', 'sun-30']);
    // Charging is firm: the storage takes at least what it has planned.
    const single = runs.find((run) => run.withMarket && run.kind === 'single-point')!;
    const store = single.resources.find(({ id }) => id === 'store-18')!;
    market.portfolios[0].p_charge_kW.forEach((p_kW, t) => {
      if (p_kW > 0) expect(store.p_kW[t]).toBeCloseTo(-p_kW, 3);
      else expect(store.p_kW[t]).toBeLessThanOrEqual(market.portfolios[0].p_discharge_kW[t] + 1e-6);
    });
  });

  it('charging from the grid where that is allowed', async () => {
    const dark = (d: Document) => d.devices.forEach((each: Document) => each.kind === 'pv' && (each.p_available_kW = [0, 0, 0, 0]));
    const own = await withMarket((m) => (m.power = 'continuous'), dark);
    const any = await withMarket((m) => Object.assign(m, { power: 'continuous', chargeFrom: 'any' }), dark);
    expect(Math.max(...own.market.portfolios[0].p_charge_kW)).toBeLessThan(1e-6);
    expect(Math.max(...any.market.portfolios[0].p_charge_kW)).toBeGreaterThan(1);
  });
});

describe.skipIf(missing.length > 0)(titled('commands', missing), () => {
  it('numbers, lists and columns of a CSV file are what they are in the study', async () => {
    const rows = [2900, 2950, 3000, 3050].map((p_kW, h) => `2025-06-15T${10 + h}:00Z,${p_kW},2100`).join('\n');
    const asked = await ok(
      (d) => {
        d.profiles = { files: ['agc.csv'] };
        d.commands = { p_pcc_kW: 'agc_kW', q_pcc_kvar: [2100, 2100, 2100, 2100] };
      },
      { 'agc.csv': `time,agc_kW,avc_kvar\n${rows}\n` },
    );
    expect(asked.commands.p_pcc_kW).toEqual([2900, 2950, 3000, 3050]);
    expect(asked.commands.q_pcc_kvar).toEqual([2100, 2100, 2100, 2100]);
    expect(asked.commands.made).toMatch(/as the study gives it/);
  });

  it.each([
    ['far above', 9000, 9000],
    ['far below', -9000, -9000],
    ['zero', 0, 0],
    ['P above, Q below', 9000, -5000],
  ])('%s: held at the edge, said to be saturated, clusters and single point alike', async (_, p_pcc_kW, q_pcc_kvar) => {
    const { runs } = await ok((d) => (d.commands = { p_pcc_kW, q_pcc_kvar }));
    for (const run of runs) expect(run.saturated).toEqual([0, 1, 2, 3]);
    const [single, clusters] = runs;
    clusters.p_pcc_kW.forEach((p_kW, t) => expect(Math.abs(p_kW - single.p_pcc_kW[t])).toBeLessThan(0.01 * 4000));
  });

  it('the rule follows its band, dips over midnight included', async () => {
    const { commands, runs } = await ok((d) => {
      d.time.start = '2025-06-15T22:00';
      d.commands = { p_pcc_kW: { at_frac: 0.75, dips: [{ from_h: 23, to_h: 1, depth_frac: 0.25 }] } };
    });
    commands.p_pcc_kW.forEach((p_kW, t) => {
      if (t > 0) return; // later bands depend on what was done before
      expect(p_kW).toBeCloseTo(runs[0].p_low_kW[t] + 0.75 * (runs[0].p_high_kW[t] - runs[0].p_low_kW[t]), 6);
    });
    expect(commands.made).toMatch(/less 0\.25 of its width from 23 h to 1 h/);
  });

  it('weights decide what is missed when both cannot be had', async () => {
    const missed = async (p_weight: number, q_weight: number) => {
      const { runs } = await ok((d) => (d.commands = { p_pcc_kW: 0, q_pcc_kvar: 0, p_weight, q_weight }));
      return { p: runs[0].p_pcc_kW[0], q: runs[0].q_pcc_kvar[0] };
    };
    const [forP, forQ] = [await missed(10, 0.1), await missed(0.1, 10)];
    expect(forP.p).toBeLessThan(forQ.p);
    expect(forP.q).toBeGreaterThan(forQ.q);
  });
});

describe.skipIf(missing.length > 0)(titled('clusters', missing), () => {
  it('say what they can do with the box of the paper, too', async () => {
    const { runs, characteristics } = await ok((d) => (d.characteristic = { kind: 'box' }));
    expect(runs[1].p_error_frac).toBeLessThan(0.001);
    expect(characteristics.map(({ name }) => name)).toEqual([
      'box of the paper',
      'largest box',
      'polygon, 8 corners',
      'polygon, 16 corners',
      'polygon, 64 corners',
    ]);
    const area = (name: string) => characteristics.find((each) => each.name === name)!.area_frac!;
    expect(area('box of the paper')).toBeLessThanOrEqual(area('largest box') + 1e-9);
    expect(area('polygon, 64 corners')).toBeGreaterThan(0.99);
    expect(area('polygon, 64 corners')).toBeGreaterThan(area('polygon, 8 corners'));
  });

  it('are found by drawing lots, which finds a part of them', async () => {
    const exact = await ok(() => {});
    const drawn = await ok((d) => (d.clusters = { method: 'sampled', draws_count: 2000, distanceMax: null, choose: 2 }));
    expect(drawn.partitions.method).toBe('sampled');
    expect(drawn.partitions.draws_count).toBe(2000);
    expect(drawn.partitions.valid_count).toBeGreaterThan(0);
    expect(drawn.partitions.valid_count).toBeLessThan(exact.partitions.valid_count);
    expect(drawn.partitions.chosen).toHaveLength(2);
  });

  it('are those that the study names', async () => {
    const { partitions, runs } = await ok((d) => (d.clusters.choose = [mine]));
    expect(partitions.chosen[0].name).toBe('by hand');
    expect(partitions.chosen[0].clusters.map(({ resources }) => resources)).toEqual([
      ['wind-22', 'sun-21'],
      ['store-18', 'sun-14'],
      ['store-33', 'sun-30'],
    ]);
    expect(runs.map(({ name }) => name)).toEqual(['single point, without a market', 'by hand, without a market']);
  });

  it('of one resource, and a feeder with a single one', async () => {
    const { partitions } = await ok((d) => {
      d.devices = [d.devices[0]];
      d.clusters.resources_min_count = 1;
    });
    expect(partitions.valid_count).toBe(1);
  });

  it('screened by random commands', async () => {
    const { screening } = await ok((d) => (d.screening = { commands_count: 6, partitions_max_count: 4 }));
    expect(screening!.partitions).toHaveLength(4);
    expect(screening!.kept_count).toBe(screening!.partitions.filter(({ kept }) => kept).length);
    expect(screening!.single.p_error_frac).toBeLessThan(1e-6); // commands that somebody can follow, the one who knows all follows
  });
});

describe.skipIf(missing.length > 0)(titled('time and weather', missing), () => {
  const steady = (d: Document) => d.devices.forEach((each: Document) => each.p_available_kW && (each.p_available_kW = 100));

  it('quarters of an hour move stores by a quarter', async () => {
    const { runs, time } = await ok((d) => {
      d.time = { start: '2025-06-15T10:00', step_min: 15, steps_count: 6 };
      steady(d);
    });
    expect(time.dt_h).toBe(0.25);
    const { values } = runs[0].states.find(({ id }) => id === 'store-18')!;
    const p_kW = runs[0].resources.find(({ id }) => id === 'store-18')!.p_kW;
    const gain = (p: number) => (p < 0 ? -0.9 * p : -p / 0.9) * 0.25;
    values.forEach((e_kWh, t) => expect(e_kWh).toBeCloseTo((t === 0 ? 200 : values[t - 1]) + gain(p_kW[t]), 6));
  });

  it('three days', async () => {
    const { runs } = await ok((d) => {
      d.time = { start: '2025-06-15T00:00', step_min: 240, days_count: 3 };
      steady(d);
    });
    expect(runs[0].p_pcc_kW).toHaveLength(18);
  });

  it('dark hours without wind, when nobody has anything to give', async () => {
    const { runs } = await ok((d) => {
      d.devices = d.devices.filter(({ kind }: Document) => kind !== 'battery');
      for (const each of d.devices) each.p_available_kW = [0, 100, 0, 100];
    });
    for (const run of runs) for (const { p_kW } of run.resources) expect(Math.abs(p_kW[0])).toBeLessThan(1e-6);
  });

  it('a store that must end nearly full has less to give, and ends so', async () => {
    const { runs } = await ok((d) => (d.devices[0].e_end_min_kWh = 380));
    for (const run of runs) expect(run.states.find(({ id }) => id === 'store-18')!.values.at(-1)).toBeGreaterThanOrEqual(380 - 1e-6);
  });

  it('a feeder without loads', async () => {
    await ok((d) => (d.loads = { scale_frac: 0 }));
  });
});

describe.skipIf(missing.length > 0)(titled('limits that cannot be kept', missing), () => {
  it('voltages: infeasible with the rows named, no exception', async () => {
    const result = await runRegulate(smallRegulation((d) => (d.limits = { v_min_pu: 0.995, v_max_pu: 1.005 })));
    expect(result.status).toBe('infeasible');
    expect(result.notes.join('\n')).toMatch(/step 0: lower voltage limit of bus 3\d, missed by 0\.0\d+ pu/);
    expect(failed(result).map(({ name }) => name)).toContain('voltages of single-point plans within limits (pu beyond)');
  });

  it('ratings: infeasible with the branch named', async () => {
    const result = await runRegulate(smallRegulation((d) => Object.assign(d.limits, { s_branch_max_kVA: 2000 })));
    expect(result.status).toBe('infeasible');
    expect(result.notes.join('\n')).toMatch(/rating of branch br1, exceeded by/);
    expect(failed(result).map(({ name }) => name)).toContain('flows of single-point plans within ratings (share beyond)');
  });

  it('loads beyond any power flow: infeasible, every number finite', async () => {
    const result = await runRegulate(
      smallRegulation((d) => {
        d.loads = { scale_frac: 6 };
        d.time.steps_count = 1;
        for (const each of d.devices) if (Array.isArray(each.p_available_kW)) each.p_available_kW = 100;
      }),
    );
    expect(result.status).toBe('infeasible');
    expect(result.checks[0]).toMatchObject({ passed: false, name: 'steps whose plan has no AC power flow' });
    expect(JSON.stringify(result.runs)).not.toMatch(/null/);
  });
});

describe.skipIf(missing.length > 0)(titled('the safe set', missing), () => {
  const safe = { samples_count: 100, safe_frac: 0.9, load_deviation_frac: 0.1 };

  it('is wide where no limit is near', async () => {
    const { constraintSet } = await ok((d) => (d.constraintSet = safe));
    expect(constraintSet!.low_kW).toEqual([-200, -200, -200, -200]);
    expect(constraintSet!.high_kW).toEqual([200, 200, 200, 200]);
  });

  it('is narrow where voltages are near their limit, and keeps them', async () => {
    const { constraintSet } = await runRegulate(
      smallRegulation((d) => {
        d.limits.v_min_pu = 0.917;
        d.constraintSet = safe;
        d.devices[1].p_available_kW = 0;
        d.devices.push({ ...battery('store-17', 17), p_max_kW: 300, s_max_kVA: 300, e_max_kWh: 1200, e_start_kWh: 600 });
      }),
    );
    expect(Math.max(...constraintSet!.low_kW)).toBeGreaterThan(-500);
  });
});

const mine = {
  name: 'by hand',
  clusters: [
    [2, 3, 4, 5, 19, 20, 21, 22, 23, 24, 25],
    [6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18],
    [26, 27, 28, 29, 30, 31, 32, 33],
  ],
};
