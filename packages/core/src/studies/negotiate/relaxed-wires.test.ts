import { describe, expect, it } from 'vitest';
import { catalog } from '../../catalog.ts';
import { type Document, missingKinds, run, smallStudy, titled } from '../testing/studies.ts';

const roof = { id: 'roof', kind: 'pv', bus: 'mill', owner: 'miller', s_max_kVA: 10, p_available_kW: [0, 5, 8, 2] };
const store = {
  id: 'store',
  kind: 'battery',
  bus: 'farm',
  owner: 'farmer',
  p_max_kW: 10,
  e_max_kWh: 20,
  e_start_kWh: 10,
  e_end_min_kWh: 10,
  s_max_kVA: 10,
};
const study = (changes: Document = {}): Document => ({
  ...smallStudy([store, roof]),
  formulation: 'branch-flow-soc',
  scheme: { kind: 'central' },
  ...changes,
});
const missing = [
  ...missingKinds(study()),
  ...['branch-flow-soc', 'lindistflow'].filter((name) => !catalog.formulations.some((one) => one.name === name)),
  ...['ieee33', 'four-bus'].filter((name) => !catalog.networks.some((one) => one.name === name)),
];
const inventedOf = (checks: readonly { name: string; passed: boolean; value: number }[]) =>
  checks.find(({ name }) => name.includes('invented'))!;

describe.skipIf(missing.length > 0)(titled('negotiate on relaxed wires:', missing), () => {
  it('is exact where energy costs: the plan costs by the power flow what the programme says', async () => {
    const { status, checks, certificate, plans } = await run(study());
    expect(status).toBe('ok');
    expect(checks.filter(({ passed }) => !passed)).toEqual([]);
    expect(certificate['cone_gap_max_pu']).toBeLessThan(1e-7);
    expect(Math.abs(Number(certificate['invented_loss_kWh']))).toBeLessThan(1e-4);
    const { cost_cur, objective_cur } = plans[1];
    expect(objective_cur).toBeCloseTo(cost_cur, 6);
    // The bound is one of the true problem here, not of a linear model.
    expect(Number(certificate['bound_cur'])).toBeLessThan(cost_cur + 1e-6);
    expect(Number(certificate['bound_cur'])).toBeCloseTo(cost_cur, 4);
  });

  it('is negotiated to the same plan', async () => {
    const central = await run(study());
    const { status, checks, kpis } = await run(study({ scheme: { kind: 'proximal-message-passing' } }));
    expect(status).toBe('ok');
    expect(checks.filter(({ passed }) => !passed)).toEqual([]);
    expect(kpis['negotiated_cost_cur']).toBeCloseTo(central.kpis['negotiated_cost_cur'], 3);
  });

  it('says so where the relaxation cheats: energy that one is paid to take is burnt in wires', async () => {
    const prices = { buy_cur_per_kWh: -0.1, sell_cur_per_kWh: -0.2 };
    const document = study({ tariff: prices });
    const { checks, certificate } = await run({ ...document, upstream: { ...document.upstream, ...prices } });
    expect(inventedOf(checks).passed).toBe(false);
    expect(inventedOf(checks).value).toBeGreaterThan(1);
    expect(certificate['cone_gap_max_pu']).toBeGreaterThan(1e-3);
    expect(certificate['invented_loss_kWh']).toBeGreaterThan(10);
  });

  it('says nothing about cones where there is no plan, and names the limits', async () => {
    const { status, checks, certificate, notes } = await run(study({ limits: { v_min_pu: 1.03 } }));
    expect(status).toBe('infeasible');
    expect(inventedOf(checks)).toBeUndefined();
    expect(certificate['cone_gap_max_pu']).toBeUndefined();
    expect(notes.join(' ')).toMatch(/No plan keeps all of these at once: .*voltage at bus/);
  });

  it('bounds on the 33-bus feeder what the linear wires plan, and costs what it says, which these do not', async () => {
    const feeder = {
      ...study({ network: 'ieee33', limits: { v_min_pu: 0.92 } }),
      devices: [
        { ...roof, bus: '18', p_available_kW: [0, 200, 400, 100], s_max_kVA: 400 },
        { ...store, bus: '30', p_max_kW: 200, e_max_kWh: 400, e_start_kWh: 200, e_end_min_kWh: 200, s_max_kVA: 200 },
      ],
    };
    feeder.upstream = { ...feeder.upstream, p_import_max_kW: 6000, q_max_kvar: 5000 };
    const relaxed = await run(feeder);
    const linear = await run({ ...feeder, formulation: 'lindistflow', refinements_count: 0 });
    const bound_cur = Number(relaxed.certificate['bound_cur']);
    const [exactPlan, linearPlan] = [relaxed.plans[1], linear.plans[1]];
    expect(exactPlan.objective_cur).toBeCloseTo(exactPlan.cost_cur, 4);
    expect(bound_cur).toBeLessThan(exactPlan.cost_cur + 1e-4);
    expect(linearPlan.cost_cur).toBeGreaterThan(bound_cur);
    expect(linearPlan.cost_cur).toBeLessThan(bound_cur * 1.01);
    expect(Math.abs(linearPlan.objective_cur - linearPlan.cost_cur)).toBeGreaterThan(0.1);
    expect(exactPlan.ac.v_violation_max_pu).toBeLessThan(1e-6);
  });

  it('refuses a solver without cones before anything is negotiated', async () => {
    await expect(run(study({ solver: 'highs' }))).rejects.toMatchObject({ code: 'SOLVER_CANNOT', where: 'solver' });
    await expect(run(study({ solver: 'highs', formulation: 'lindistflow', capability: 'cone' }))).rejects.toMatchObject({
      code: 'SOLVER_CANNOT',
    });
  });

  it('uses the whole circle of an inverter where it is asked to', async () => {
    // An evening without sun: the inverter gives what reactive power the voltage band asks for.
    const change = { limits: { v_min_pu: 0.99 }, formulation: 'lindistflow' };
    const polygon = await run(study(change));
    const circle = await run(study({ ...change, capability: 'cone' }));
    expect(circle.status).toBe('ok');
    expect(circle.plans[2].objective_cur).toBeLessThanOrEqual(polygon.plans[2].objective_cur + 1e-6);
    circle.plans[1].schedules.forEach(({ p_kW, q_kvar }) => {
      p_kW.forEach((p, t) => expect(Math.hypot(p, q_kvar[t])).toBeLessThan(10 + 1e-4));
    });
  });

  it('asks wires that do not linearise only once', async () => {
    const once = await run(study({ refinements_count: 0, scheme: { kind: 'proximal-message-passing' } }));
    const refined = await run(study({ refinements_count: 3, scheme: { kind: 'proximal-message-passing' } }));
    expect(refined.negotiation.rounds_count).toBe(once.negotiation.rounds_count);
  });
});
