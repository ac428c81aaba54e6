import { describe, expect, it } from 'vitest';
import { runInLoop } from '../../agents/loop.ts';
import { runInVirtualTime } from '../../agents/virtual-time.ts';
import { Wiretap } from '../../agents/wiretap.ts';
import { type RandomStream, randomStream } from '../../base/random.ts';
import { StoreFollower } from '../testing/store-follower.ts';
import { allowedViolations, binomialAtMost, clopperPearsonLower } from './clopper-pearson.ts';
import { followSignal, type SignalProblem } from './follow-signal.ts';
import { type SafeSetOptions, safeSet } from './safe-set.ts';

const options: SafeSetOptions = { violation_max_frac: 0.1, confidence_frac: 0.9, reach_kW: 200, resolution_kW: 0.01 };

describe('Clopper–Pearson', () => {
  it('agrees with sums by hand', () => {
    expect(binomialAtMost(1, 3, 0.5)).toBeCloseTo(0.5, 14);
    expect(binomialAtMost(2, 10, 0.2)).toBeCloseTo(0.6777995264, 10);
    // 10 of 10 at 95 %: p^10 = 0.05; 1 of 1: p = β; with 9 of 10, 10p⁹ − 9p¹⁰ = 0.05.
    expect(clopperPearsonLower(10, 10, 0.05)).toBeCloseTo(0.05 ** 0.1, 14);
    const p = clopperPearsonLower(9, 10, 0.05);
    expect(10 * p ** 9 - 9 * p ** 10).toBeCloseTo(0.05, 12);
  });

  it('does not lose its footing with many trials', () => {
    // The median of Binomial(10⁵, 0.3) is its mean.
    expect(binomialAtMost(30000, 100_000, 0.3)).toBeCloseTo(0.5, 2);
  });

  it('allows as many violations as the bound does', () => {
    for (const n of [30, 59, 200]) {
      const m = allowedViolations(n, 0.1, 0.05);
      if (m >= 0) expect(clopperPearsonLower(n - m, n, 0.05)).toBeGreaterThanOrEqual(0.9 - 1e-12);
      expect(clopperPearsonLower(n - m - 1, n, 0.05)).toBeLessThan(0.9);
    }
    expect(allowedViolations(28, 0.1, 0.05)).toBe(-1);
    expect(allowedViolations(29, 0.1, 0.05)).toBe(0); // 0.9²⁹ = 0.0471
  });
});

/** A line that holds 100 kW either way, and a flow that is normal with a deviation of 20 kW: π(s) and the truth are known. */
const drawn = (stream: RandomStream, n: number): number[] => Array.from({ length: n }, () => stream.normal(0, 20));
const tooMuch = (change_kW: number, flow_kW: number): boolean => Math.abs(flow_kW + change_kW) > 100;
/** P(|flow + s| ≤ 100) = 0.9: the far side does not matter, 100 − 1.2815515655 · 20. */
const truth_kW = 100 - 1.2815515655446004 * 20;

describe('safe sets', () => {
  it('are too large in at most a share β of 1000 draws, and not idle', () => {
    let wrong = 0;
    let total_kW = 0;
    for (let seed = 0; seed < 1000; seed++) {
      const { low_kW, high_kW, up } = safeSet(drawn(randomStream(seed), 200), tooMuch, options);
      expect(up.method).toBe('bisection');
      if (high_kW > truth_kW || -low_kW > truth_kW) wrong++;
      total_kW += high_kW;
    }
    // β = 0.1 and 1000 draws: three standard deviations are 28.
    expect(wrong).toBeLessThan(128);
    expect(wrong).toBeGreaterThan(0);
    expect(total_kW / 1000).toBeGreaterThan(0.85 * truth_kW);
  });

  it('grow with the violation that is tolerated, and contain the worst case', () => {
    const samples = drawn(randomStream(5), 400);
    let before = safeSet(samples, tooMuch, { ...options, violation_max_frac: 0.02 });
    for (const violation_max_frac of [0.05, 0.1, 0.2, 0.4]) {
      const set = safeSet(samples, tooMuch, { ...options, violation_max_frac });
      expect(set.high_kW).toBeGreaterThanOrEqual(before.high_kW);
      expect(set.low_kW).toBeLessThanOrEqual(before.low_kW);
      expect(set.up.worstCase_kW).toBeLessThanOrEqual(set.high_kW);
      expect(set.up.kept_min_frac).toBeGreaterThanOrEqual(1 - violation_max_frac - 1e-12);
      before = set;
    }
  });

  it('stop before a window that is unsafe, though what lies beyond is safe again', () => {
    const samples = drawn(randomStream(6), 400);
    const window = (change_kW: number, flow_kW: number): boolean => change_kW > 60 + flow_kW / 10 && change_kW < 120 + flow_kW / 10;
    const { up, high_kW } = safeSet(samples, window, options);
    expect(up.method).toBe('grid');
    expect(high_kW).toBe(50); // grid of 12.5 kW; P(60 + flow/10 < 62.5) = 0.89
    expect(safeSet(samples, window, options).low_kW).toBe(-200);
  });

  it('are zero when limits are broken without any change, and say so', () => {
    const { high_kW, low_kW, up } = safeSet(drawn(randomStream(7), 200), () => true, options);
    expect([low_kW, high_kW, up.baseIsSafe, up.kept_min_frac]).toEqual([0, 0, false, 0]);
  });

  it('refuse what cannot be shown: too few samples, and how many it takes', () => {
    expect(() => safeSet(drawn(randomStream(1), 20), tooMuch, options)).toThrow(
      expect.objectContaining({ code: 'CONSTRAINT_SET_SAMPLES', hint: expect.stringContaining('29') }),
    );
    expect(() => safeSet([1], tooMuch, { ...options, reach_kW: 0 })).toThrow(expect.objectContaining({ code: 'CONSTRAINT_SET_OPTIONS' }));
  });
});

describe('following a signal', () => {
  const steps_count = 48;
  const signal_kW = Float64Array.from({ length: steps_count }, (_, t) => 130 * Math.sin(t) * (t % 5 === 0 ? 1 : 0.7));
  const stream = randomStream(8);
  const flows = drawn(stream, steps_count);
  const set = safeSet(drawn(stream, 400), tooMuch, options);
  const problem: SignalProblem = {
    signal_kW,
    batteries: [30, 60, 90].map(
      (s, l) => new StoreFollower(`b${l}`, { s_max_kVA: s, p_min_kW: -s, p_max_kW: s, e_kWh: 3 * s, e_max_kWh: 6 * s, steps_count }),
    ),
    setOf: () => set,
    broke: (t, change_kW) => tooMuch(change_kW, flows[t]),
  };

  it('the published set lies between the two benchmarks, in tracking and in violations', async () => {
    const [free, published, worst] = await followSignal(problem, { carry: (roles) => runInLoop(roles) });
    expect(free.rmse_kW).toBeLessThan(published.rmse_kW);
    expect(published.rmse_kW).toBeLessThan(worst.rmse_kW);
    expect(free.violation_frac).toBeGreaterThan(published.violation_frac);
    expect(published.violation_frac).toBeGreaterThanOrEqual(worst.violation_frac);
    expect(Math.max(...published.delivered_kW)).toBeLessThanOrEqual(set.high_kW + 1e-9);
  });

  it('has the same bits over a network that loses and doubles messages, on which only two numbers per step cross', async () => {
    const perfect = await followSignal(problem, { carry: (roles) => runInLoop(roles) });
    const wiretap = new Wiretap((id) => id);
    const rough = await followSignal(problem, {
      carry: (roles) =>
        runInVirtualTime(roles, {
          faults: { delay_min_s: 0, delay_mean_s: 0.5, loss_frac: 0.3, duplicate_frac: 0.1 },
          stream: randomStream(2),
          observe: wiretap.observe,
        }),
    });
    expect(rough).toEqual(perfect);
    expect(
      wiretap
        .traffic()
        .map(({ from, kind, fields }) => `${from} ${kind}: ${fields.join(' ')}`)
        .sort(),
    ).toEqual(['aggregator noted: ', 'utility safe-set: low_kW high_kW']);
  });

  it('stops at an empty battery, and leaves the batteries that it was given alone', async () => {
    const [free] = await followSignal(
      { ...problem, signal_kW: new Float64Array(steps_count).fill(100) },
      { carry: (roles) => runInLoop(roles) },
    );
    expect(free.delivered_kW.reduce((sum, p) => sum + p, 0)).toBeCloseTo(3 * 180, 6);
    expect(problem.batteries[0].step).toBe(0);
  });
});
