import { describe, expect, it } from 'vitest';
import { catalog } from '../../catalog.ts';
import { defineDevice } from '../../devices/contract.ts';
import { type Document, missingKinds, negotiate, roof, run, servicesWith, smallStudy, store, titled } from '../testing/studies.ts';

const lossy = { ...store, eta_charge_frac: 0.95, eta_discharge_frac: 0.95 };
const study = (change: (d: Document) => void): Document => {
  const document = structuredClone(smallStudy([lossy, roof]));
  change(document);
  return document;
};
const missing = missingKinds(study(() => {}));
const flat = (d: Document): void => {
  d.tariff = { buy_cur_per_kWh: 0.3, sell_cur_per_kWh: 0.1 };
  d.upstream.buy_cur_per_kWh = 0.3;
  d.devices[1].p_available_kW = 4;
};

describe.skipIf(missing.length > 0)(titled('negotiate where no plan exists:', missing), () => {
  const cases: readonly (readonly [string, (d: Document) => void, RegExp])[] = [
    [
      'wires that cannot carry the load',
      (d) => {
        d.loads = { scale_frac: 4 };
        d.upstream.p_import_max_kW = 5000;
      },
      /rating of branch/,
    ],
    ['a load beyond the collapse of voltage', (d) => void (d.loads = { scale_frac: 60 }), /./],
    ['a voltage band that nothing can keep', (d) => void (d.limits = { v_min_pu: 1.03, v_max_pu: 1.05 }), /voltage at bus/],
    ['an upstream that is too small', (d) => void (d.upstream.p_import_max_kW = 3), /grid\.p_kW/],
    [
      'a machine that cannot get rid of its least output',
      (d) =>
        void d.devices.push({
          id: 'engine',
          kind: 'generator',
          bus: 'farm',
          owner: 'x',
          p_max_kW: 500,
          p_min_kW: 400,
          cost_cur_per_kWh: 1,
        }),
      /engine|rating/,
    ],
  ];
  for (const scheme of ['proximal-message-passing', 'central']) {
    it.each(cases)(`%s: a result with who conflicts, not an exception (${scheme})`, async (_what, change, limit) => {
      const document = study((d) => {
        change(d);
        d.scheme = { kind: scheme };
      });
      if (missingKinds(document).length > 0) return;
      const result = await run(document);
      expect(result.status).toBe('infeasible');
      expect(result.negotiation.conflict?.length).toBeGreaterThan(0);
      expect(result.negotiation.conflict!.flatMap((c) => c.agents).length).toBeGreaterThan(0);
      expect(result.notes.find((note) => note.startsWith('No plan keeps'))).toMatch(limit);
      expect(result.checks.some((check) => !check.passed)).toBe(true);
      for (const [name, value] of Object.entries(result.kpis)) expect(Number.isFinite(value), name).toBe(true);
      for (const check of result.checks) expect(Number.isFinite(check.value), check.name).toBe(true);
    });
  }

  it('a device of a third party that cannot work and does not say so: its agent refuses, by name', async () => {
    const broken = defineDevice({
      kind: 'broken',
      title: 'Wants more than it can take',
      params: {},
      declare(m) {
        const p = m.input('p_kW', 0, 1);
        m.inject(p);
        m.keep('too much', p, 2, 3);
      },
      example: {},
    });
    const document = study((d) => d.devices.push({ id: 'boiler no. 3', kind: 'broken', bus: 'mill', owner: 'tinkerer' }));
    const result = await negotiate.run(document, { ...catalog, devices: [...catalog.devices, broken] }, servicesWith());
    expect(result.status).toBe('infeasible');
    expect(result.negotiation.conflict!.flatMap((c) => c.agents)).toEqual(['boiler no. 3']);
    expect(result.notes.join('\n')).toMatch(/No plan keeps all of these at once: .*boiler no\. 3\.too much/);
    expect(result.notes.join('\n')).toMatch(/No plan was found for tinkerer alone at bus mill/);
  });

  it('a negotiation cut short is called not converged, with the largest imbalances', async () => {
    const result = await run(study((d) => (d.scheme = { kind: 'proximal-message-passing', rounds_max_count: 5 })));
    expect(result.status).toBe('not-converged');
    expect(result.negotiation.converged).toBe(false);
    expect(result.negotiation.conflict?.length).toBeGreaterThan(0);
  });
});

describe.skipIf(missing.length > 0)(titled('negotiate at the edges:', missing), () => {
  const good = async (change: (d: Document) => void) => {
    const result = await run(study(change));
    expect(result.status).toBe('ok');
    expect(result.checks.filter((check) => !check.passed)).toEqual([]);
    return result;
  };

  it('a horizon of one step', async () => {
    const result = await good((d) => {
      flat(d);
      d.time.steps_count = 1;
    });
    expect(result.time.steps).toEqual(['2025-01-15T00:00+00:00']);
    expect(result.plans[1].schedules[0].p_kW).toHaveLength(1);
  });

  it.each([
    ['2025-03-30', 92],
    ['2025-10-26', 100],
  ])('quarter hours of %s, when clocks change: %d steps', async (start, steps_count) => {
    const result = await good((d) => {
      flat(d);
      d.time = { start, zone: 'Europe/Berlin', step_min: 15, days_count: 1 };
      d.profiles = { define: { sun: { shape: 'pv', scale: 8 } } };
      d.devices[1].p_available_kW = 'sun';
    });
    expect(result.time.steps).toHaveLength(steps_count);
    expect(new Set(result.time.steps).size).toBe(steps_count);
    expect(result.time.dt_h).toBe(0.25);
  });

  it('negative prices: losses are not sought, and a battery that burns power is reported', async () => {
    const result = await good((d) => {
      const buy = [0.2, -0.3, -0.3, 0.2];
      d.upstream.buy_cur_per_kWh = d.tariff.buy_cur_per_kWh = buy;
      d.upstream.sell_cur_per_kWh = d.tariff.sell_cur_per_kWh = -0.3;
      Object.assign(d.devices[0], { e_max_kWh: 10.5, eta_charge_frac: 0.8, eta_discharge_frac: 0.8 });
    });
    expect(result.notes.join('\n')).toMatch(
      /Relaxed and overlapping in the negotiated plan: store: p_charge_kW and p_discharge_kW overlap/,
    );
  });

  it('a central plan with whole variables burns nothing: binary intentions, solved by highs', async () => {
    const result = await run(
      study((d) => {
        d.upstream.buy_cur_per_kWh = d.tariff.buy_cur_per_kWh = [0.2, -0.3, -0.3, 0.2];
        d.upstream.sell_cur_per_kWh = d.tariff.sell_cur_per_kWh = -0.3;
        Object.assign(d.devices[0], { e_max_kWh: 10.5, eta_charge_frac: 0.8, eta_discharge_frac: 0.8 });
        Object.assign(d, { exclusive: 'binary', solver: 'highs', losses: 'ignored' });
      }),
    );
    expect(['ok', 'not-converged']).toContain(result.status);
    const [, negotiated, optimum] = result.plans;
    expect(optimum.objective_cur).toBeGreaterThanOrEqual(negotiated.objective_cur - 1e-3);
    expect(result.notes.join('\n')).toMatch(/overlap/);
  });

  it('whole variables without a solver that takes them are a wrong combination, with the cure', async () => {
    await expect(run(study((d) => (d.exclusive = 'binary')))).rejects.toMatchObject({
      code: 'SOLVER_CANNOT',
      hint: expect.stringContaining('highs'),
    });
  });

  it('everybody at the slack bus', async () => {
    await good((d) => {
      for (const device of d.devices) device.bus = 'grid';
    });
  });

  it('an owner whose name is that of the retailer', async () => {
    await good((d) => (d.devices[0].owner = 'upstream retailer'));
  });

  it('ids with blanks, quotes, brackets and other writing', async () => {
    const result = await good((d) => {
      d.devices[0].id = 'my "best" store[3].x';
      d.devices[1].id = '屋顶';
    });
    expect(result.plans[1].schedules.map((s) => s.device)).toEqual(['my "best" store[3].x', '屋顶']);
  });

  it('nine of ten messages lost', async () => {
    const calm = await good(() => {});
    const stormy = await good((d) => (d.transport = { kind: 'simulated', loss_frac: 0.9 }));
    expect(stormy.plans).toEqual(calm.plans);
  });

  it('the same plan in whatever order the devices are listed', async () => {
    const one = await good(() => {});
    const other = await good((d) => d.devices.reverse());
    const of = (result: typeof one, device: string) => result.plans[1].schedules.find((s) => s.device === device)!;
    for (const device of ['store', 'roof']) expect(of(other, device)).toEqual(of(one, device));
  });

  it('another seed changes nothing where nothing is random', async () => {
    const one = await good(() => {});
    const other = await good((d) => (d.seed = 77));
    expect(other.plans).toEqual(one.plans);
    expect(other.provenance.seed).toBe(77);
  });
});
