// Runs the whole gallery. `npx vitest run examples -u` writes 01, the body of 06 and the outputs in README.md anew.
import { readdirSync, readFileSync } from 'node:fs';
import {
  type Catalog,
  catalog,
  type DispatchResult,
  type NegotiateResult,
  type RegulateResult,
  type SimulateResult,
} from '@gridflock/core';
import { describe, expect, it, type TestContext, vi } from 'vitest';
import { parse } from 'yaml';
import { nodeCrypto } from '../packages/host/src/privacy/node-crypto.ts';

const here = new URL('.', import.meta.url);
const textOf = (name: string): string => readFileSync(new URL(name, here), 'utf8');
const names = readdirSync(here)
  .filter((name) => /^\d\d-/.test(name))
  .sort();
const fileOf = (name: string): string => (/\.(ts|yaml)$/.test(name) ? name : `${name}/study.yaml`);
const programs = names.filter((name) => name.endsWith('.ts'));
const studies = names.filter((name) => !name.endsWith('.ts'));

const templateOf = (name: string): string => catalog.studies.find(({ kind }) => kind === name)?.template ?? '';
const template = templateOf('negotiate');
/** Templates of studies explain every key; other examples one thing. */
const templates: readonly (readonly [example: string, study: string])[] = [
  ['01-first-walk.yaml', 'negotiate'],
  ['15-clusters.yaml', 'regulate'],
  ['20-microgrid.yaml', 'simulate'],
  ['21-robust-microgrid.yaml', 'dispatch'],
];
const known = new Set(Object.values(catalog as Catalog).flatMap((family) => family.map((one: any) => one.name ?? one.kind)));

/** Members that an example names: by `kind:`, `network:` … in a study, by `name === '…'` in a program. */
function membersIn(name: string): string[] {
  const text = textOf(fileOf(name));
  if (name.endsWith('.ts')) return [...text.matchAll(/name === '([^']+)'/g)].map(([, member]) => member);
  if (parse(text).study === 'simulate') {
    const { plant, control } = parse(text);
    return ['simulate', plant.kind, ...control.map(({ kind }: { kind: string }) => kind)];
  }
  const { study, devices, upstream, network, formulation = 'lindistflow', scheme, market, plans } = parse(text);
  const stores = (market?.portfolios ?? []).flatMap(({ storageEach }: { storageEach?: object }) => storageEach ?? []);
  const kinds = [upstream ?? [], devices, stores].flat().map((device: { kind: string }) => device.kind);
  const wires = network.endsWith('.m') ? 'matpower' : network;
  if (study === 'regulate') return [...new Set<string>([study, ...kinds, wires, 'highs'])];
  if (study === 'dispatch') {
    const strategies = plans.map(({ strategy }: { strategy: string }) => strategy);
    return [...new Set<string>([study, ...kinds, wires, formulation, ...strategies, 'highs'])];
  }
  return [
    ...new Set<string>([study, ...kinds, wires, formulation, scheme?.kind ?? 'proximal-message-passing', 'central', 'interior-point']),
  ];
}

const missingIn = (name: string): string[] => membersIn(name).filter((member) => !known.has(member));

/** A catalogue from which a member was deleted (tools/check-deletable.mjs) skips what names it, and says so. */
function skipWithout(context: TestContext, name: string): void {
  const missing = missingIn(name);
  context.skip(missing.length > 0, `${name} needs ${missing.join(', ')}, which the catalogue does not have`);
}

type AnyResult = DispatchResult | NegotiateResult | RegulateResult | SimulateResult;
const results = new Map<string, Promise<AnyResult>>();
function resultOf<Result extends AnyResult>(name: string): Promise<Result> {
  if (results.has(name)) return results.get(name) as Promise<Result>;
  const document = parse(textOf(fileOf(name)));
  const study = catalog.studies.find(({ kind }) => kind === document.study)!;
  const running = study.run(document, catalog, {
    readText: async (path) => textOf(`${name}/${path}`),
    onProgress() {},
    breathe: () => new Promise((next) => setImmediate(next)),
    clock_s: () => performance.now() / 1000,
    version: 'gallery',
    crypto: nodeCrypto,
  }) as Promise<Result>;
  results.set(name, running);
  return running;
}

const printed = new Map<string, string[]>();
async function outputOf(name: string): Promise<string[]> {
  if (printed.has(name)) return printed.get(name)!;
  const lines: string[] = [];
  const spy = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  try {
    await import(/* @vite-ignore */ new URL(name, here).href);
  } finally {
    spy.mockRestore();
  }
  printed.set(name, lines);
  return lines;
}

const plan = (result: NegotiateResult, name: string) => result.plans.find((each) => each.name === name)!;
const priceAt = (result: NegotiateResult, net: string) => result.negotiation.nets.find((each) => each.net === net)!.price_cur_per_kWh;
const loadingOf = (result: NegotiateResult, name: string, branch: string): number => {
  const row = result.feeder.branches.findIndex(({ id }) => id === branch);
  return Math.max(...plan(result, name).ac.loading_frac[row].map((value) => value ?? 0));
};

/** What each study is there to show. All but 08 must also end ok with every check passed. */
const shows: Readonly<Record<string, (result: NegotiateResult) => void | Promise<void>>> = {
  '01-first-walk.yaml'({ kpis }) {
    expect(kpis['uncoordinated_violations_count']).toBeGreaterThan(0);
    expect(kpis['negotiated_violations_count']).toBe(0);
    expect(kpis['saving_cur']).toBeGreaterThan(0);
  },
  '02-your-own-feeder'(result) {
    expect(result.owners.find(({ owner }) => owner === 'household')?.devices).toEqual(['home-use', 'home-sun', 'home-battery']);
    expect(result.time.steps).toHaveLength(96);
    expect(result.feeder.buses).toHaveLength(12);
    expect(-Math.min(...result.load_kW)).toBeLessThan(65); // kW in the file, kW here
  },
  async '06-bad-network.yaml'(result) {
    const calm = await resultOf<NegotiateResult>('01-first-walk.yaml');
    expect(result.plans).toEqual(calm.plans); // the same bits
    expect(result.negotiation.nets).toEqual(calm.negotiation.nets);
    expect(result.negotiation.lost_count).toBeGreaterThan(0.25 * result.negotiation.messages_count);
  },
  '07-congested-feeder.yaml'(result) {
    expect(loadingOf(result, 'uncoordinated', 'north')).toBeGreaterThan(1.5);
    expect(loadingOf(result, 'negotiated', 'north')).toBeGreaterThan(0.98);
    expect(loadingOf(result, 'negotiated', 'north')).toBeLessThan(1.001);
    expect(priceAt(result, 'farm')[12]).toBeLessThan(0.01);
    expect(priceAt(result, 'mill')[12]).toBeGreaterThan(0.08);
    expect(priceAt(result, 'farm')[3] / priceAt(result, 'mill')[3]).toBeCloseTo(1, 1); // at night they are one, but for losses
  },
  '08-infeasible.yaml'({ status, negotiation }) {
    expect(status).toBe('infeasible');
    expect(negotiation.converged).toBe(false);
    expect(new Set(negotiation.conflict?.map(({ step }) => step))).toEqual(new Set([6, 7])); // from 18 h, six hours after noon
    expect(new Set(negotiation.conflict?.flatMap(({ agents }) => agents))).toContain('ovens');
  },
  '09-dst-day.yaml'({ time, plans }) {
    expect(time.steps).toHaveLength(100);
    expect(time.steps.filter((text) => text.includes('T02:15'))).toEqual(['2025-10-26T02:15+02:00', '2025-10-26T02:15+01:00']);
    const car = plans[1].schedules.find(({ device }) => device === 'farm-car')!;
    const left = time.steps.findIndex((text) => text.includes('T07:00'));
    expect(left).toBe(32); // 07:00 on the wall is eight hours after midnight
    expect(Math.max(...car.p_kW.slice(left).map(Math.abs))).toBeLessThan(1e-6);
  },
  '10-each-device.yaml'() {},
  '18-private-street.yaml'({ kpis, negotiation }) {
    expect(negotiation.traffic.map(({ kind }) => kind)).toContain('masked');
    expect(negotiation.traffic.map(({ kind }) => kind)).not.toContain('schedule');
    expect(kpis['privacy_owners_min_count']).toBe(4);
  },
};

/** What each study of regulation is there to show. */
const regulates: Readonly<Record<string, (result: RegulateResult) => void>> = {
  '15-clusters.yaml'({ kpis, partitions, published }) {
    expect([partitions.valid_count, partitions.screened_count]).toEqual([1188, 590]);
    expect(kpis['market_single_p_error_frac'] / kpis['alone_single_p_error_frac']).toBeLessThan(0.5);
    expect(kpis['alone_clusters_p_error_frac'] / kpis['alone_single_p_error_frac']).toBeLessThan(1.03);
    expect(published.length).toBeGreaterThan(10);
  },
  '16-other-markets.yaml'({ market, kpis, partitions, certificate, characteristics }) {
    const price = market.sell_cur_per_kWh;
    expect(price[6]).toBeCloseTo(0.03, 3); // noon: what the grid pays, because the feeder exports
    expect(price[10]).toBeCloseTo(0.48, 3); // evening: what the grid asks
    expect(price[4]).toBeGreaterThan(0.1); // in between the feeder needs nobody
    expect(price[4]).toBeLessThan(0.29);
    expect(certificate['sidePayment_cur']).toBeLessThan(1e-3);
    expect(kpis['revenue_with_cur']).toBeGreaterThan(1.1 * kpis['revenue_without_cur']);
    expect(partitions.chosen[0].clusters).toHaveLength(3);
    expect(characteristics[0].area_frac).toBeLessThan(characteristics[4].area_frac!);
  },
  '17-safe-commands.yaml'({ constraintSet }) {
    const [unconstrained, published, worst] = constraintSet!.tracking;
    expect(unconstrained.violation_frac).toBeGreaterThan(0.1);
    expect(published.violation_frac).toBeLessThanOrEqual(constraintSet!.violation_max_frac);
    expect(worst.rmse_kW).toBeGreaterThan(1.1 * published.rmse_kW);
    expect(Math.max(...constraintSet!.low_kW)).toBeGreaterThan(-250); // at six in the evening hardly a fifth of what stores could take
  },
};

/** What each simulation is there to show. */
const simulates: Readonly<Record<string, (result: SimulateResult) => void>> = {
  '20-microgrid.yaml'({ windows, kpis, analysis }) {
    const of = (window: number, name: string) => windows[window].measures.find(({ quantity }) => quantity === name)!;
    expect(of(0, 'frequency').meanAtEnd).toBeCloseTo(49.658, 3); // droop
    expect(of(1, 'frequency').settling_s).toBeLessThan(4.5);
    expect(of(1, 'reactive-share').spread_end_frac).toBeLessThan(1e-3);
    expect(of(4, 'frequency').settling_s).toBe(0); // a lost link is not seen in the frequency …
    expect(of(6, 'frequency').settling_s).toBeLessThan(2); // … and an isolated agent neither,
    expect(of(6, 'active-share').spread_end_frac).toBeGreaterThan(0.1); // but in the sharing
    expect(analysis.advice!.margin_s).toBeCloseTo(0.05 / 0.6, 3);
    expect(kpis['messages_count']).toBeGreaterThan(20_000);
  },
};

/** What each study of dispatch is there to show. */
const dispatches: Readonly<Record<string, (result: DispatchResult) => void>> = {
  '21-robust-microgrid.yaml'({ plans, replays, explanation }) {
    expect(plans[0].cost_cur).toBeCloseTo(4209.32, 2); // the published case, six hours of less sun and twelve of more demand
    expect(plans[2].cost_cur).toBeCloseTo(2212.763, 3);
    expect(plans[0].exact).toBe(true);
    expect(explanation.worst).toHaveLength(18);
    for (const { worst_cur } of replays[0].plans) expect(worst_cur).toBeLessThan(plans[0].cost_cur!);
  },
  '22-price-levels.yaml'({ plans }) {
    const levels = plans[0].ahead.filter(({ device, name }) => device === 'village' && name.startsWith('level'));
    expect(levels).toHaveLength(5);
    for (let t = 0; t < 6; t++) expect(levels.reduce((sum, { values }) => sum + values[t], 0)).toBeCloseTo(1, 9);
    expect(plans[1].cost_cur!).toBeLessThan(plans[0].cost_cur!);
  },
};

describe('the gallery', () => {
  it('holds numbered examples, each with its question and what to look at, of at most 60 lines, listed in README.md', () => {
    expect(new Set(names.map((name) => name.slice(0, 2))).size).toBe(names.length);
    for (const name of names) {
      const text = textOf(fileOf(name));
      expect(textOf('README.md'), name).toContain(`\n## [${name}](${name})\n`);
      if (templates.some(([example]) => example === name)) continue;
      expect(text.trimEnd().split('\n').length, name).toBeLessThanOrEqual(60);
      expect(text, name).toMatch(/^(#|\/\/) Question: .*\?\n(?:.*\n)*?\1 Look at: /);
    }
  });

  it.for(templates)('%s is the template of %s, byte for byte', async ([example, study], context) => {
    context.skip(templateOf(study) === '', `the study ${study} is not in the catalogue`);
    await expect(templateOf(study)).toMatchFileSnapshot(example);
  });

  it('06 is 01 with another title and transport', async (context) => {
    context.skip(template === '', 'the study negotiate is not in the catalogue');
    const text = textOf('06-bad-network.yaml');
    const [title, transport] = ['title', 'transport'].map((key) => new RegExp(`^${key}:.*$`, 'm').exec(text)![0]);
    const body = template
      .slice(template.indexOf('study: '))
      .replace(/^(\s*#.*)?\n/gm, '')
      .replace(/^title:.*$/m, title)
      .replace(/^transport:.*$/m, transport);
    await expect(text.slice(0, text.indexOf('study: ')) + body).toMatchFileSnapshot('06-bad-network.yaml');
  });

  it('shows every kind of device of the catalogue', () => {
    const shown = new Set(studies.flatMap(membersIn));
    expect(catalog.devices.map(({ kind }) => kind).filter((kind) => !shown.has(kind))).toEqual([]);
  });
});

describe('programs', () => {
  it.for(programs)('%s ends without a failed assertion', async (name, context) => {
    skipWithout(context, name);
    expect((await outputOf(name)).length).toBeGreaterThan(0);
  });
});

describe('studies', () => {
  for (const name of studies) {
    it(`${name} shows what it says`, async (context) => {
      skipWithout(context, name);
      const result = await resultOf(name);
      if (name in regulates) regulates[name](result as RegulateResult);
      else if (name in simulates) simulates[name](result as SimulateResult);
      else if (name in dispatches) dispatches[name](result as DispatchResult);
      else await shows[name](result as NegotiateResult);
      if (name === '08-infeasible.yaml') return;
      expect(result.status).toBe('ok');
      expect(result.checks.filter(({ passed }) => !passed)).toEqual([]);
    });
  }
});

describe('README.md', () => {
  /** Rounded to what does not change when a scheme is tuned. */
  const money = (cost: number): string => (Math.abs(cost) < 1000 ? cost.toFixed(1) : String(Math.round(cost / 10) * 10));
  const fullest = (result: NegotiateResult, name: string): string =>
    (100 * Math.max(...result.feeder.branches.map(({ id }) => loadingOf(result, name, id)))).toFixed(0);
  const regulation = ({ status, kpis, constraintSet, currency }: RegulateResult): string[] => {
    const sides = ['alone', 'market'].filter((side) => `${side}_single_p_error_frac` in kpis);
    const row = (label: string, show: (side: string) => string): string =>
      label.padEnd(40) + sides.map((side) => show(side).padStart(14)).join('');
    const errors = (who: string) => (side: string) =>
      ['p', 'q'].map((which) => (100 * kpis[`${side}_${who}_${which}_error_frac`]).toFixed(1)).join(' / ');
    return [
      row(`status ${status}`, (side) => (side === 'alone' ? 'no market' : 'market')),
      row('P / Q missed by single point, %', errors('single')),
      row('P / Q missed by clusters, %', errors('clusters')),
      ...(sides.length > 1
        ? [
            row(`revenue without and with storage, ${currency}`, (side) =>
              money(kpis[`revenue_${side === 'alone' ? 'without' : 'with'}_cur`]),
            ),
          ]
        : []),
      ...(constraintSet?.tracking ?? []).map(
        ({ name, rmse_kW, violation_frac }) =>
          `${name.padEnd(16)}signal missed by ${rmse_kW.toFixed(0).padStart(4)} kW, limits broken in ${(100 * violation_frac).toFixed(1).padStart(4)} % of hours`,
      ),
    ];
  };
  const simulation = ({ status, windows, analysis }: SimulateResult): string[] => [
    `status ${status}`.padEnd(34) + ['f settles, s', 'P spread, %', 'Q spread, %'].map((title) => title.padStart(14)).join(''),
    ...windows.map(({ from_s, what, measures }) => {
      const of = (name: string) => measures.find(({ quantity }) => quantity === name)!;
      const { settling_s } = of('frequency');
      const percent = (name: string): string => (100 * of(name).spread_end_frac!).toFixed(1);
      return (
        `${String(from_s).padStart(2)} s  ${what}`.padEnd(34) +
        [settling_s?.toFixed(1) ?? 'not', percent('active-share'), percent('reactive-share')].map((cell) => cell.padStart(14)).join('')
      );
    }),
    `bears ${(1000 * analysis.margins[0].margin_s).toFixed(0)} ms of delay of measurements; with ${analysis.advice!.speed_frac!.toFixed(2)} times the gains ${(1000 * analysis.advice!.margin_s!).toFixed(0)} ms`,
  ];
  const decided = ({ status, plans, replays, currency }: DispatchResult): string[] => [
    `status ${status}`.padEnd(20) +
      [`promise, ${currency}`, 'bound', 'mean', 'worst of samples'].map((title) => title.padStart(18)).join(''),
    ...plans.map(
      ({ name, cost_cur, bound_cur }, k) =>
        name.padEnd(20) +
        [cost_cur ?? Number.NaN, bound_cur ?? Number.NaN, replays[0].plans[k].mean_cur, replays[0].plans[k].worst_cur]
          .map((value) => value.toFixed(1).padStart(18))
          .join(''),
    ),
  ];
  const summary = (result: NegotiateResult): string[] => {
    const { status, currency, feeder, kpis, negotiation } = result;
    if (status !== 'ok') {
      const nets = new Set(negotiation.conflict?.map(({ net }) => net));
      const steps = new Set(negotiation.conflict?.map(({ step }) => step));
      return [`status ${status}`, `conflict at ${[...nets].sort().join(', ')} in steps ${[...steps].sort((a, b) => a - b).join(', ')}`];
    }
    const row = (label: string, show: (plan: string) => string): string =>
      label.padEnd(26) + ['uncoordinated', 'negotiated', 'central'].map((name) => show(name).padStart(14)).join('');
    return [
      row(`status ${status}`, (name) => name),
      row(`cost, ${currency}`, (name) => money(kpis[`${name}_cost_cur`])),
      row('lowest voltage, pu', (name) => kpis[`${name}_v_min_pu`].toFixed(3)),
      ...(feeder.branches.some((branch) => branch.s_max_kVA !== null) ? [row('fullest branch, %', (name) => fullest(result, name))] : []),
      row('bus-steps outside limits', (name) => String(kpis[`${name}_violations_count`])),
    ];
  };

  it('shows the output of today (written by -u)', async () => {
    let page = textOf('README.md');
    for (const name of names.filter((each) => missingIn(each).length === 0)) {
      const lines = name.endsWith('.ts')
        ? await outputOf(name)
        : name in regulates
          ? regulation(await resultOf(name))
          : name in simulates
            ? simulation(await resultOf(name))
            : name in dispatches
              ? decided(await resultOf(name))
              : summary(await resultOf(name));
      const stable = lines.filter((line) => !/^sent/.test(line)).map((line) => line.replace(/\d+ ×/, 'n ×'));
      const block = new RegExp(`(\\n## \\[${name}\\][\\s\\S]*?\\n\`\`\`text\\n)[\\s\\S]*?(\`\`\`\\n)`);
      expect(page).toMatch(block);
      page = page.replace(block, (_, before: string, after: string) => `${before}${stable.join('\n')}\n${after}`);
    }
    await expect(page).toMatchFileSnapshot('README.md');
  });
});
