import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { catalog } from '../../catalog.ts';
import { last, presetDocument, runStudy, small, templateDocument } from './testing/small.ts';

describe('a study of kind simulate', () => {
  it('gives the same bytes for the same file, and others for another seed', async () => {
    const lossy = { ...small(), stop_s: 1 };
    lossy.control[0].communication = { loss_frac: 0.3, linkDelay_random_s: 0.02 };
    const [one, same, other] = [await runStudy(lossy), await runStudy(lossy), await runStudy({ ...lossy, seed: 2 })];
    expect(JSON.stringify(one)).toBe(JSON.stringify(same));
    expect(one.agents[0].lost_count).not.toBe(other.agents[0].lost_count);
    expect(one.agents[0].lost_count / one.agents[0].messages_count).toBeCloseTo(0.3, 0.8);
  });

  it('counts acts, messages and bytes: 8 messages per period on a ring of four', async () => {
    const { agents, kpis } = await runStudy({ ...small(), stop_s: 1 });
    expect(agents.map(({ acts_count }) => acts_count)).toEqual([101, 101, 101, 101]);
    expect(kpis['messages_count']).toBe(101 * 8);
    expect(agents.every(({ saidAt_s }) => saidAt_s.length === 0)).toBe(true);
  });

  it('has agents that act often end where continuous ones do, and finds the steps fine', async () => {
    const [sampled, continuous] = [0.002, 0].map((period_s) => {
      const document = small();
      document.control[0].period_s = period_s;
      return { ...document, stop_s: 6 };
    });
    const [a, b] = [await runStudy(sampled), await runStudy(continuous)];
    last(a, 'frequency').forEach((f, k) => expect(Math.abs(f - last(b, 'frequency')[k])).toBeLessThan(2e-3));
    expect(b.certificate['stepError_frac']).toBeLessThan(1e-3);
    expect(b.agents).toEqual([]);
  });

  it('changes gains, links and breakers while it runs, sampled and continuous alike', async () => {
    for (const period_s of [0, 0.01]) {
      const document = small();
      document.control[0].period_s = period_s;
      document.stop_s = 3;
      document.events = [
        { at_s: 0.5, set: 'secondary.gain_w_per_s', to: 0 },
        { at_s: 0.5, set: 'secondary.gain_p_per_s', to: 0 },
      ];
      const frozen = await runStudy(document);
      // with both gains zero the set frequencies stand still: what is left is droop
      const f = frozen.quantities[0].lines[0].values;
      const at = (t_s: number): number => f[frozen.time_s.findIndex((t) => t >= t_s)];
      expect(Math.abs(at(2.9) - at(2)), `${period_s}`).toBeLessThan(5e-3);
      expect(Math.abs(at(2.9) - 50)).toBeGreaterThan(0.05);
      document.events = [
        { at_s: 0, isolate: 'dg4' },
        { at_s: 0.5, open: 'dg4' },
      ];
      const { windows } = await runStudy({ ...document, stop_s: 8 });
      const spread = windows.at(-1)!.measures.find(({ quantity }) => quantity === 'active-share')!.spread_end_frac!;
      // the one that is open does not count, and the others share
      expect(spread).toBeLessThan(1e-2);
    }
  });

  it('starts a group when the plan says so: droop before, 50 Hz after', async () => {
    const document = { ...small(), stop_s: 8, events: [{ at_s: 1, start: 'secondary' }] };
    const result = await runStudy(document);
    expect(result.windows[0].measures[0].meanAtEnd).toBeCloseTo(49.6578, 3);
    expect(result.windows[1].measures[0].meanAtEnd).toBeCloseTo(50, 2);
    expect(result.groups[0].starts_s).toBe(1);
  });

  it('closes one group over another, each with its own clock and delays', async () => {
    const document = small();
    document.control = [
      { ...document.control[0], devices: ['dg1', 'dg2'], communication: { graph: 'line' } },
      {
        name: 'island',
        kind: 'leader-follower-consensus',
        devices: ['dg3', 'dg4'],
        each: { dg4: { pin_frac: 1 } },
        period_s: 0,
        communication: { graph: 'line', linkDelay_s: 0.02 },
      },
    ];
    document.events = [{ at_s: 1, cut: ['dg3', 'dg4'], group: 'island' }];
    const result = await runStudy({ ...document, stop_s: 8 });
    last(result, 'frequency').forEach((f) => expect(f).toBeCloseTo(50, 2));
    expect(result.agents.map(({ id }) => id)).toEqual(['dg1', 'dg2']);
    expect(result.analysis.modes.some(({ participation }) => participation[0].state.startsWith('island.dg'))).toBe(true);
  });
});

/** Parameters of the sheet on control, section 5; S1, c = 4. */
describe('what the analysis of a study says', () => {
  it('delay margin, sweep and advice belong together', async () => {
    const document = { ...small(), stop_s: 0.1, analysis: { delayMap: true, delay_s: 0.05, used_frac: 0.6 } };
    document.control[0].period_s = 0;
    const { analysis } = await runStudy(document);
    const { margins, sweep, delayMap, advice, modes } = analysis;
    expect(margins[0].margin_s).toBeCloseTo(0.096, 3);
    expect(margins[1]).toMatchObject({ place: 'messages', status: 'no-limit' });
    // larger gain: less delay; twice the speed, half the margin, as the table of K5 says: 385, 192, 96, 47.9, 21.8 ms
    const at = (speed: number): number => delayMap!.margin_s[delayMap!.speed_frac.indexOf(speed)]!;
    [
      [0.25, 0.385],
      [0.5, 0.192],
      [1, 0.096],
      [2, 0.0479],
      [4, 0.0218],
    ].forEach(([speed, margin]) => expect(Math.abs(at(speed) / margin - 1)).toBeLessThan(0.01));
    // within the limit everything decays, and at no delay it decays as the modes say
    const { field } = delayMap!;
    field.re_per_s.forEach((column) => column.forEach((re) => expect(re).toBeLessThan(0)));
    expect(field.re_per_s[field.speed_frac.indexOf(1)][0]).toBeCloseTo(modes[0].re_per_s, 6);
    expect(advice!.margin_s).toBeCloseTo(0.05 / 0.6, 3);
    expect(advice!.parameters['gain_w_per_s']).toBeCloseTo(4 * advice!.speed_frac!, 9);
    expect(advice!.binds).toBe('delay');
    expect(sweep!.points.find(({ value }) => value === 1)!.re_per_s[0]).toBeCloseTo(modes[0].re_per_s, 9);
  });

  it('a longer delay asks for less speed', async () => {
    const speeds = [];
    for (const delay_s of [0.02, 0.05, 0.1]) {
      const document = { ...small(), stop_s: 0.1, analysis: { delayMap: false, delay_s } };
      speeds.push((await runStudy(document)).analysis.advice!.speed_frac!);
    }
    expect(speeds[0]).toBeGreaterThan(speeds[1]);
    expect(speeds[1]).toBeGreaterThan(speeds[2]);
  });
});

describe('study files that come with the program', () => {
  it('the template runs, shortened', async () => {
    const document = templateDocument();
    document.events = document.events.slice(0, 1);
    const result = await runStudy({ ...document, stop_s: 7, analysis: { delays: false } });
    expect(result.status).toBe('ok');
    expect(result.checks.every(({ passed }) => passed)).toBe(true);
  });

  it.each(catalog.presets.filter(({ study }) => study === 'simulate').map(({ name }) => name))(
    'preset %s runs, shortened',
    async (name) => {
      const document = presetDocument(name);
      const stop_s = Math.min(document.stop_s, 1.5);
      const events = (document.events ?? []).filter(({ at_s }: { at_s: number }) => at_s <= stop_s);
      const result = await runStudy({ ...document, stop_s, events, analysis: { delays: false } });
      expect(result.status).toBe('ok');
      expect(result.title.length).toBeGreaterThan(10);
    },
  );

  it('every preset says how to run it, and has a name of its own', () => {
    const names = catalog.presets.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { document, title, study } of catalog.presets) {
      expect(document).toMatch(/^# .*\n/);
      expect(parse(document).study).toBe(study);
      expect(title.length).toBeLessThan(110);
    }
  });
});
