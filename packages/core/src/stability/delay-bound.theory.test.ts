import { beforeAll, describe, expect, it } from 'vitest';
import { consensusBounds } from '../controllers/consensus-bounds.ts';
import { laplacianSpectrum, ringOf } from '../controllers/graph.ts';
import type { ReadySolver } from '../solvers/contract.ts';
import { interiorPoint } from '../solvers/interior-point/interior-point.ts';
import { varyingDelayBound } from './delay-bound.ts';

let solver: ReadySolver;
beforeAll(async () => {
  solver = await interiorPoint().prepare();
});

/** The sheet on control, section 5.1 (K8): 1.3395 computed independently with cutting planes. */
describe('K8: delays that vary, by matrix inequalities', () => {
  it('ẋ = −x(t − τ): 1.3395, below 3/2 for one common delay, below π/2 for a constant one', () => {
    const { bound_s, refused_s } = varyingDelayBound(new Float64Array(1), Float64Array.of(-1), 1, 3, solver);
    expect(Math.abs(bound_s - 1.3395)).toBeLessThan(1e-3);
    expect(refused_s - bound_s).toBeLessThan(1e-5);
    expect(bound_s).toBeLessThan(1.5);
  });

  it('the microgrid of four inverters at c = 4: 77.1, 86.3 and 90.4 ms', () => {
    const ring = ringOf(['a', 'b', 'c', 'd']);
    const pins = [1, 0, 0, 0];
    const lambda = laplacianSpectrum(ring, pins)[3];
    const { bound_s } = varyingDelayBound(new Float64Array(1), Float64Array.of(-4 * lambda), 1, 0.2, solver);
    const { varyingDelay_s, constantDelay_s } = consensusBounds(ring, 4, pins);
    [bound_s, varyingDelay_s, constantDelay_s].forEach((each, k) => expect(1000 * each).toBeCloseTo([77.1, 86.3, 90.4][k], 1));
  });

  // as we remember it from Park, Ko, Jeong (2011), of which no copy was at hand: A = (−2 0; 0 −0.9), A_d = (−1 0; −1 −1); without knowledge of the rate of the delay 1.868
  it('the example of the literature', () => {
    const { bound_s } = varyingDelayBound(Float64Array.of(-2, 0, 0, -0.9), Float64Array.of(-1, 0, -1, -1), 2, 4, solver);
    expect(Math.abs(bound_s - 1.868)).toBeLessThan(2e-3);
  });

  it('a system that is unstable without delay is not certified', () => {
    expect(varyingDelayBound(Float64Array.of(1), Float64Array.of(0), 1, 1, solver).bound_s).toBe(0);
  });
});
