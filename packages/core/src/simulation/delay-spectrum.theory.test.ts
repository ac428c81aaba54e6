import { describe, expect, it } from 'vitest';
import { laplacian, laplacianSpectrum, ringOf } from '../controllers/graph.ts';
import { closeLoop } from './control-loop.ts';
import { type DelaySystem, delayMargin, delaySystemOf, rightmostRoot } from './delay-spectrum.ts';
import { averagedMicrogrid } from './microgrid/averaged.ts';
import type { Microgrid } from './microgrid/microgrid.ts';
import { quasiStaticMicrogrid } from './microgrid/quasi-static.ts';
import { findOperatingPoint } from './operating-point.ts';
import type { Plant } from './plant.ts';
import { inverterChain } from './scenarios/inverter-chain.ts';
import { simulate } from './simulate.ts';
import { consensusAgents } from './testing/secondary.ts';

/** ẋ = −c·(L + G)·x(t − τ) as a system. */
function consensus(c: number, l: Float64Array, n: number): DelaySystem {
  const unit = Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : 0));
  return {
    n,
    a: new Float64Array(n * n),
    channels_count: n,
    b: unit,
    c: l.map((entry) => -c * entry),
    d: new Float64Array(n * n),
    delay_s: new Float64Array(n).fill(1),
  };
}

const agents = ['a', 'b', 'c', 'd'];
const chain = inverterChain(4);
const ring = ringOf(chain.inverters.map(({ id }) => id));

/** The loop with delays, at the point where the loop without them rests. */
function delayed(
  c: number,
  delays: { measureDelay_s?: number; linkDelay_s?: number },
  build: (m: Microgrid) => Plant = quasiStaticMicrogrid,
) {
  const laws = consensusAgents(chain, 'printed', { c });
  const { status, x } = findOperatingPoint(closeLoop(build(chain), laws, ring));
  expect(status).toBe('found');
  return { plant: closeLoop(build(chain), laws, ring, delays), x };
}

describe('K5: consensus with delayed data bears π/(2·c·λ_max)', () => {
  // Olfati-Saber, Murray, IEEE Trans. Automatic Control 49 (2004), theorem 10
  it('average consensus on a ring', () => {
    const l = laplacian(ringOf(agents));
    const { status, margin_s, im_rad_per_s } = delayMargin(consensus(3, l, 4));
    expect(status).toBe('limited');
    expect(Math.abs(margin_s / (Math.PI / 2 / (3 * 4)) - 1)).toBeLessThan(1e-5);
    expect(im_rad_per_s).toBeCloseTo(12, 3);
  });

  it('leader-follower consensus with one pin', () => {
    const pins = [1, 0, 0, 0];
    const spectrum = laplacianSpectrum(ringOf(agents), pins);
    const { margin_s } = delayMargin(consensus(4, laplacian(ringOf(agents), pins), 4));
    expect(Math.abs(margin_s / (Math.PI / 2 / (4 * spectrum[3])) - 1)).toBeLessThan(1e-5);
    expect(margin_s).toBeCloseTo(0.0904, 4);
  });

  it('the rightmost root of ẋ = −x(t − 1) is known to ten digits: W₀(−1)', () => {
    // Corless et al., On the Lambert W function, Adv. Comput. Math. 5 (1996)
    const root = rightmostRoot(consensus(1, Float64Array.of(1), 1), 1, 20);
    expect(root.re_per_s).toBeCloseTo(-0.3181315052047641, 9);
    expect(root.im_rad_per_s).toBeCloseTo(1.3372357014306895, 9);
  });

  it('feeding delayed values on: a chain of two delays acts as their sum', () => {
    // z₁ = x, z₂ = z₁(t − τ₁), ẋ = −z₂(t − τ₂): limit τ₁ + τ₂ = π/2
    const system: DelaySystem = {
      n: 1,
      a: new Float64Array(1),
      channels_count: 2,
      b: Float64Array.of(0, -1),
      c: Float64Array.of(1, 0),
      d: Float64Array.of(0, 0, 1, 0),
      delay_s: Float64Array.of(1, 2),
    };
    expect(delayMargin(system).margin_s).toBeCloseTo((Math.PI / 2) * (2 / 3), 5);
  });
});

describe('K5: the microgrid of four inverters, everything an agent knows delayed', () => {
  // the sheet on control, section 1.4: computed independently with scipy
  it.each([
    [1, 0.385],
    [2, 0.192],
    [4, 0.096],
    [8, 0.0479],
    [16, 0.0218],
    [32, 0.0112],
  ])('gain %d bears %d s: larger gain, less delay (claim of the talk, on our scenario)', (c, tau_s) => {
    const { plant, x } = delayed(c, { measureDelay_s: 0.05 });
    const { status, margin_s } = delayMargin(delaySystemOf(plant, x));
    expect(status).toBe('limited');
    expect(Math.abs(margin_s / tau_s - 1), `${margin_s}`).toBeLessThan(0.01);
  });

  it('decays in simulation at 0.95 of the margin and grows at 1.10', () => {
    const c = 8;
    const { plant, x } = delayed(c, { measureDelay_s: 0.05 });
    const { margin_s } = delayMargin(delaySystemOf(plant, x));
    const [below, above] = [0.95, 1.1].map((share) => {
      const late = delayed(c, { measureDelay_s: share * margin_s }).plant;
      const run = simulate(late, {
        method: 'rk4',
        step_s: 2e-3,
        stop_s: 20,
        x,
        events: [{ at_s: 0, name: 'load1.scale_frac', value: 1.05 }],
        record: ['dg1.w_rad_per_s'],
        record_s: 0.01,
      });
      if (run.status !== 'done') return Infinity;
      const swing = (from: number, to: number): number => {
        const part = run.values.slice(from, to);
        return Math.max(...part) - Math.min(...part);
      };
      return swing(1900, 2001) / swing(300, 401);
    });
    expect(below).toBeLessThan(0.5);
    expect(above).toBeGreaterThan(2);
  });
});

describe('K6: data of neighbours alone may be late', () => {
  it.each([
    [1e-6, -0.76],
    [0.5, -0.15],
    [2, -0.008],
  ])('%d s: still stable', (linkDelay_s, abscissa) => {
    const { plant, x } = delayed(4, { linkDelay_s });
    const { re_per_s } = rightmostRoot(delaySystemOf(plant, x), 1, 24);
    expect(re_per_s).toBeLessThan(0);
    expect(Math.abs(re_per_s - abscissa), `${re_per_s}`).toBeLessThan(0.012);
  });

  it('no limit up to two seconds', () => {
    const { plant, x } = delayed(4, { linkDelay_s: 0.1 });
    expect(delayMargin(delaySystemOf(plant, x), { limit_s: 2, nodes_count: 8 }).status).toBe('no-limit');
  });
});

describe('the averaged tier', () => {
  it('bears nearly the same delay', () => {
    const [a, c] = [quasiStaticMicrogrid, averagedMicrogrid].map((build) => {
      const { plant, x } = delayed(4, { measureDelay_s: 0.05 }, build as (m: Microgrid) => Plant);
      const system = delaySystemOf(plant, x);
      return [0.09, 0.1].map((tau_s) => rightmostRoot(system, tau_s / 0.05, 8).re_per_s);
    });
    for (const [below, above] of [a, c]) {
      expect(below).toBeLessThan(0);
      expect(above).toBeGreaterThan(0);
    }
  });
});
