import { describe, expect, it } from 'vitest';
import { runInLoop } from '../../../agents/loop.ts';
import { noFaults, runInVirtualTime } from '../../../agents/virtual-time.ts';
import { randomStream } from '../../../base/random.ts';
import { catalog } from '../../../catalog.ts';
import { type Document, run, servicesWith, templateDocument, titled } from '../../testing/studies.ts';
import { cast, deployed, expectSamePlan, fileOf, groupsOf, inOne, missing, split, study } from './testing/deployed.ts';

describe.skipIf(missing.length > 0)(titled('a negotiation split into agents', missing), () => {
  it('gives the plan, the prices and the rounds of the study, bit for bit, in every pass', async () => {
    for (const refinements_count of [0, 1, 2]) {
      const document = { ...study, refinements_count };
      const { groups, results } = await deployed(document);
      expect(groups.map(({ status }) => status)).toEqual(groups.map(() => 'ok'));
      expect(results.every(({ passes_count }) => passes_count === refinements_count + 1)).toBe(true);
      expectSamePlan(results, await inOne(document));
    }
  });

  it('tells each owner the plan inside, and terms of the dual bound that add up to it', async () => {
    const { results } = await deployed(study);
    const whole = await run(study);
    const bound_cur = results.reduce((sum, { bound_cur = 0 }) => sum + bound_cur, 0);
    expect(Math.abs(bound_cur - (whole.certificate['bound_cur'] as number))).toBeLessThan(1e-6);
    const { schedule } = results.find(({ agent }) => agent === 'store');
    const plan = whole.plans.find(({ name }) => name === 'negotiated')!;
    expect(schedule).toMatchObject(plan.schedules.find(({ device }) => device === 'store')!.states);
  });

  it("reports nothing that is an owner's: no schedule, no cost, and the term of the bound only where he says so", async () => {
    const parts = await split(study, catalog, servicesWith());
    const reportsOf = async (shares?: string[]) => {
      const file = fileOf(parts, parts.agents);
      if (shares !== undefined) for (const entry of file.agents) entry.shares = shares;
      const group = await cast(file, catalog);
      await runInLoop(group.roles);
      return { results: group.results() as Document[], reports: group.reports() };
    };
    const { results, reports } = await reportsOf();
    const net = results.find(({ as }) => as === 'net');
    expect(reports.find(({ agent }) => agent === net.agent)!.net).toEqual({
      id: net.nets[0].net,
      price_cur_per_kWh: net.nets[0].price_cur_per_kWh,
      price_q_cur_per_kvarh: net.nets[0].price_q_cur_per_kvarh,
    });
    const { rounds_count, tolerance } = results.find(({ as }) => as === 'convener');
    expect(reports.find(({ as }) => as === 'convener')).toMatchObject({ rounds_count, tolerance });
    for (const report of reports.filter(({ as }) => as === 'participant')) {
      expect(Object.keys(report).sort()).toEqual(['agent', 'as', 'dropped', 'passes_count', 'verdict']);
    }
    const shared = await reportsOf(['bound']);
    const bound_cur = shared.reports.reduce((sum, each) => sum + (each.bound_cur ?? 0), 0);
    expect(Math.abs(bound_cur - ((await run(study)).certificate['bound_cur'] as number))).toBeLessThan(1e-6);
    expect(shared.reports.filter((each) => each.bound_cur !== undefined).map(({ as }) => as)).toEqual(
      results.flatMap(({ as }) => (as === 'participant' ? [as] : [])),
    );
  });

  it('gives the same bits when messages are lost, late and doubled', async () => {
    const stream = randomStream(3);
    const faults = { ...noFaults, delay_min_s: 0.01, delay_mean_s: 0.2, loss_frac: 0.2, duplicate_frac: 0.1 };
    const { results } = await deployed(study, (roles) => runInVirtualTime(roles, { faults, stream }));
    expectSamePlan(results, await inOne(study));
  });

  it('tells an owner nothing but his own', async () => {
    const parts = await split(study, catalog, servicesWith());
    const text = (id: string): string =>
      JSON.stringify(
        fileOf(
          parts,
          parts.agents.filter((agent) => agent.id === id),
        ),
      );
    const secrets = { store: ['21.25', '61.5'], sun: ['17.49'], village: ['4.7', '7.3'] };
    for (const [owner, values] of Object.entries(secrets)) {
      for (const { id } of parts.agents) {
        for (const value of values) expect([id, value, text(id).includes(value)]).toEqual([id, value, id === owner]);
      }
    }
    // what an owner is enrolled with is known to his net, which holds him to it
    for (const { id } of parts.agents) expect([id, text(id).includes('20.5')]).toEqual([id, id === 'store' || id === 'net farm']);
    // the wires stay with their operator
    for (const { id } of parts.agents) expect([id, text(id).includes('r_pu')]).toEqual([id, id === 'wires']);
    // and who else takes part with those who must know
    for (const { id, entry } of parts.agents) {
      if (id === 'store') expect(JSON.stringify(entry)).not.toContain('village');
    }
  });

  it('splits the template, and every device of it comes back as it was', async () => {
    const document = { ...templateDocument(), time: { start: '2025-01-15T00:00', zone: 'Asia/Shanghai', step_min: 60, days_count: 1 } };
    const parts = await split(document, catalog, servicesWith());
    const groups = await groupsOf(parts);
    expect(groups.flatMap(({ roles }) => roles.map(({ id }) => id))).toEqual(parts.agents.map(({ id }) => id));
    for (const { id, peers } of parts.agents) {
      for (const peer of peers) expect(parts.agents.find((other) => other.id === peer)!.peers).toContain(id);
    }
  });
});

describe.skipIf(missing.length > 0)(titled('an agents file', missing), () => {
  const broken = async (change: (file: Document) => void): Promise<unknown> => {
    const parts = await split(study, catalog, servicesWith());
    const file = fileOf(parts, parts.agents);
    change(file);
    return cast(file, catalog);
  };
  const indexOf = (file: Document, id: string): number => file.agents.findIndex((entry: Document) => entry.id === id);

  it('with a fault is refused, with the place of it', async () => {
    const cases: [(file: Document) => void, object][] = [
      [(file) => delete file.run, { code: 'STUDY_MISSING_KEY', where: 'run' }],
      [(file) => (file.gridflock = 'agents/9'), { code: 'STUDY_VALUE_INVALID', where: 'gridflock' }],
      [(file) => (file.agents[0].shares = ['cost']), { code: 'STUDY_VALUE_INVALID' }],
      [(file) => (file.silence = 3), { code: 'STUDY_UNKNOWN_KEY', where: 'silence' }],
      [(file) => (file.scheme = 'gossip'), { code: 'STUDY_UNKNOWN_MEMBER', where: 'scheme' }],
      [(file) => (file.agents[1].id = file.agents[0].id), { code: 'STUDY_DUPLICATE_ID', where: 'agents[1].id' }],
      [(file) => (file.agents[indexOf(file, 'store')].device.params.p_max_kW = -1), { code: 'DEVICE_PARAM_RANGE' }],
      [(file) => (file.agents[indexOf(file, 'store')].device.params.p_max_MW = 1), { code: 'DEVICE_PARAM_UNIT' }],
      [
        (file) => (file.agents[indexOf(file, 'store')].terms.nets = []),
        { code: 'STUDY_VALUE_INVALID', where: expect.stringContaining('terms.nets') },
      ],
      [(file) => file.agents[indexOf(file, 'wires')].wires.fixed[0]?.p_kW.pop(), { code: 'PROFILE_LENGTH' }],
      [(file) => (file.agents[indexOf(file, 'wires')].wires.slack = 'nowhere'), { code: 'STUDY_UNKNOWN_BUS' }],
      [(file) => (file.terms.options.relaxation = 2.5), { code: 'STUDY_VALUE_INVALID', where: 'terms.options.relaxation' }],
    ];
    for (const [change, error] of cases) await expect(broken(change), change.toString()).rejects.toMatchObject(error);
  });

  it('is made only where agents negotiate: DEPLOY_NO_AGENTS', async () => {
    await expect(split({ ...study, scheme: { kind: 'central' } }, catalog, servicesWith())).rejects.toMatchObject({
      code: 'DEPLOY_NO_AGENTS',
    });
  });
});
