import { beforeAll, describe, expect, it } from 'vitest';
import type { Law } from '../controllers/contract.ts';
import { laplacianSpectrum, ringOf } from '../controllers/graph.ts';
import { runLockstep } from '../controllers/testing/lockstep.ts';
import { unified } from '../controllers/unified/unified.ts';
import type { ReadySolver } from '../solvers/contract.ts';
import { interiorPoint } from '../solvers/interior-point/interior-point.ts';
import { certifiedMargin, designTrigger, sampledRadius, type TriggerDesign, type TriggerSystem, unifiedGain } from './trigger-design.ts';

/** S9 of the sheet on control, section 7.3, which is ours: a ring of four generators and two stores. */
const agents = ['g1', 'g2', 'g3', 'g4', 'e1', 'e2'];
const ring = ringOf(agents);
const system: TriggerSystem = { lambdas: [1, 3, 4], period_frac: 0.1, delta_frac: 0.03, weights: [0.01, 0.1, 0.02] };
const symmetric = (a: number, b: number, c: number, d: number, e: number, f: number) => Float64Array.of(a, b, c, b, d, e, c, e, f);

let solver: ReadySolver;
let design: TriggerDesign;
beforeAll(async () => {
  solver = await interiorPoint().prepare();
  design = designTrigger(system, solver);
});

describe('K10: gain and certificate', () => {
  it('the graph has the eigenvalues 1, 1, 3, 3, 4', () => {
    [0, 1, 1, 3, 3, 4].forEach((each, k) => expect(laplacianSpectrum(ring)[k]).toBeCloseTo(each, 9));
  });

  it('the gain of the sheet', () => {
    [-0.075, -0.42, -0.8007].forEach((each, k) => expect(unifiedGain(system)[k]).toBeCloseTo(each, 4));
  });

  it('sampled it is stable up to 0.626 (the sheet says about 0.65)', () => {
    const radius = (period_frac: number): number => sampledRadius({ ...system, period_frac }, unifiedGain(system));
    expect(radius(0.1)).toBeLessThan(1);
    expect(radius(0.615)).toBeLessThan(1);
    expect(radius(0.63)).toBeGreaterThan(1);
  });

  it('the certificate of the sheet, found with cutting planes, holds by eigenvalues', () => {
    const published = {
      gain: Float64Array.of(-0.075, -0.42, -0.8007),
      p: symmetric(75.7559, 135.199, 77.7042, 437.396, 438.31, 828.675),
      s: symmetric(2.68608, 10.3682, 19.8443, 64.757, 122.028, 234.557),
      w: symmetric(0.00872824, 3.2789e-8, 2.72758e-8, 0.0087285, 1.91985e-7, 0.00872845),
    };
    const margins = system.lambdas.map((lambda) => certifiedMargin({ ...system, lambdas: [lambda] }, published));
    for (const margin of margins) expect(margin).toBeGreaterThan(0);
    expect(margins[0]).toBeCloseTo(6.6e-4, 4);
    // and not for a trigger that lets through ten times as much
    expect(certifiedMargin({ ...system, delta_frac: 0.3 }, published)).toBeLessThan(0);
  });

  it('our own solver finds one whose trigger watches little but K·x', () => {
    expect(design.status).toBe('certified');
    expect(design.margin).toBeGreaterThan(0.01);
    const { s_frac, s0_frac, w_frac } = design.trigger;
    const { trigger_s_frac, trigger_s0_frac, trigger_w_frac } = unified.example;
    // what the law has as defaults
    expect(s_frac).toBeCloseTo(trigger_s_frac, -1);
    expect(s0_frac).toBeCloseTo(trigger_s0_frac, 2);
    expect(w_frac).toBeCloseTo(trigger_w_frac, 4);
  });

  it('says when there is none: the period too long, the threshold too generous', () => {
    expect(designTrigger({ ...system, period_frac: 0.7 }, solver).status).toBe('not-certified');
    expect(designTrigger({ ...system, delta_frac: 0.9 }, solver).status).toBe('not-certified');
  });
});

describe('K10: S9 for 80 s', () => {
  const start = [
    [0.7, 0.5, 0],
    [0.62, 0.6, 0],
    [0.55, 0.4, 0],
    [0.5, 0.7, 0],
    [0.66, 0.3, 0],
    [0.45, 0.55, 0],
  ];
  const follow = (law: Law, rounds_count: number) => {
    let last = 0;
    const energies: number[] = [];
    const decay = -Math.expm1(-system.period_frac);
    const run = runLockstep(new Array<Law>(6).fill(law), ring, {
      period_s: 0.1,
      acts_count: 800,
      start: start.map((xi) => [...xi, 0]),
      rounds_count,
      look(act, states) {
        const mean = [0, 1, 2].map((c) => states.reduce((sum, x) => sum + x[c] / 6, 0));
        const spread = (c: number): number => Math.max(...states.map((x) => x[c])) - Math.min(...states.map((x) => x[c]));
        if (Math.max(spread(0), spread(1)) > 5e-3) last = act;
        let v = 0;
        for (const x of states) {
          for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) v += (x[i] - mean[i]) * design.p[3 * i + j] * (x[j] - mean[j]);
          v += x[3] / decay;
        }
        energies.push(v);
      },
    });
    return { events_count: run.events.reduce((sum, each) => sum + each, 0), settling_s: last / 10, energies };
  };
  const lawOf = (values: Partial<typeof unified.example> = {}): Law => unified.build({ ...unified.example, ...values });

  it('a tenth of the words of periodic control, the same settling', () => {
    const periodic = follow({ ...lawOf(), isDue: () => true }, 0);
    const fixed = follow(lawOf({ trigger_nu_frac: 0 }), 0);
    const dynamic = follow(lawOf(), 0);
    expect(periodic.events_count).toBe(4800);
    expect(periodic.settling_s).toBeCloseTo(18.9, 0);
    for (const { events_count, settling_s } of [fixed, dynamic]) {
      expect(events_count, `${fixed.events_count} ${dynamic.events_count}`).toBeGreaterThan(420);
      expect(events_count, `${fixed.events_count} ${dynamic.events_count}`).toBeLessThan(520);
      expect(Math.abs(settling_s / periodic.settling_s - 1)).toBeLessThan(0.08);
    }
    expect(dynamic.events_count).toBeLessThan(fixed.events_count);
  });

  it('the Lyapunov function decreases at every sample, where words are answered at once', () => {
    const { energies } = follow(lawOf(), 5);
    energies.slice(1).forEach((energy, k) => expect(energy, `sample ${k + 1}`).toBeLessThan(energies[k] * (1 + 1e-12) + 1e-9));
    expect(energies.at(-1)!).toBeLessThan(1e-5 * energies[0]);
  });

  it('holding what was said, instead of moving it on, leaves next to nothing saved', () => {
    const law = lawOf();
    const held: Law = {
      ...law,
      isDue: (x, y, heard) => law.isDue!(x, y, { ...heard, ages_s: new Float64Array(heard.ages_s.length) }),
      stepInto: (x, y, heard, dt_s, next) => law.stepInto!(x, y, { ...heard, ages_s: heard.ages_s.map(() => dt_s) }, dt_s, next),
    };
    expect(follow(held, 0).events_count).toBeGreaterThan(4000);
  });
});
