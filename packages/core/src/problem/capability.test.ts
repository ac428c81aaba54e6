import { describe, expect, it } from 'vitest';
import { interiorPoint } from '../solvers/interior-point/interior-point.ts';
import { blockOracle } from '../solvers/oracle.ts';
import { flexibilityRange } from '../solvers/range.ts';
import { reducedOracle } from '../solvers/reduced-oracle.ts';
import { mul, sum } from './affine.ts';
import { buildBlock } from './block.ts';
import { declaration } from './declare.ts';

const solver = await interiorPoint().prepare();
const s_max_kVA = 50;

/** An inverter of 50 kVA behind a constant own use of 3 kW, two steps. */
const inverter = declaration({ dt_h: 1, steps_count: 2 }, (m) => {
  const [p, q] = [m.input('p_kW', -100, 100), m.input('q_kvar', -100, 100)];
  m.inject(sum(p, -3));
  m.injectReactive(q);
  m.capability(sum(p, -3), mul(1, q), s_max_kVA);
});

describe('an inverter as a cone', () => {
  const exact = buildBlock('inverter', inverter, { capability: 'cone' });
  const polygon = buildBlock('inverter', inverter);

  it('is the circle: the nearest point to any wish is on the ray to it', () => {
    const oracle = blockOracle(exact, 1, solver, { tolerance_frac: 1e-12 });
    const out = new Float64Array(4);
    for (let k = 0; k < 16; k++) {
      const [c, s] = [Math.cos(0.4 * k), Math.sin(0.4 * k)];
      expect(oracle.prox(Float64Array.of(90 * c, 30 * c, 90 * s, 30 * s), new Float64Array(4).fill(1), out)).toBe(true);
      [s_max_kVA * c, 30 * c, s_max_kVA * s, 30 * s].forEach((value, i) => expect(out[i]).toBeCloseTo(value, 4));
    }
  });

  it('holds the polygon, which gives away at most 1.9 %', () => {
    const most = (block: typeof exact, angle: number): number => {
      const price = Float64Array.of(Math.cos(angle), 0, Math.sin(angle), 0);
      return -blockOracle(block, 1, solver).response(price, new Float64Array(4));
    };
    for (let k = 0; k < 9; k++) {
      const [circle, inside] = [most(exact, 0.37 * k), most(polygon, 0.37 * k)];
      expect(circle).toBeCloseTo(s_max_kVA, 4);
      expect(inside).toBeLessThanOrEqual(circle + 1e-6);
      expect(inside).toBeGreaterThan((1 - 0.0193) * circle);
    }
  });

  it('has its range at the circle: ±50 kW, and as much energy as the steps hold', () => {
    const range = flexibilityRange(exact, 0, 1, solver)!;
    expect([...range.low, ...range.high]).toEqual([-50, -50, 50, 50].map((v) => expect.closeTo(v, 4)));
    expect([...range.energyLow, ...range.energyHigh]).toEqual([-50, -100, 50, 100].map((v) => expect.closeTo(v, 4)));
  });

  it('is a cone of three rows per step, which the dense kernel leaves to the generic oracle', () => {
    expect(exact.program.cones).toHaveLength(2);
    expect(exact.program.rowName(0)).toBe('inverter.capability[0]');
    expect(reducedOracle(exact, 1, solver)).toBeUndefined();
    expect(polygon.program.cones).toBeUndefined();
  });
});
