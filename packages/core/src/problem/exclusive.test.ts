import { describe, expect, it } from 'vitest';
import { InputError } from '../base/errors.ts';
import { InteriorPointWorkspace } from '../solvers/interior-point/workspace.ts';
import { mul, sum } from './affine.ts';
import { type Block, buildBlock, largestOverlap } from './block.ts';
import { declaration } from './declare.ts';

/** A full store that is paid one per kWh for drawing, efficiency 0.9 in and 0.8 out: only waste lets it draw. */
const full = (most_kW: number) =>
  declaration({ dt_h: 1, steps_count: 1 }, (m) => {
    const charge = m.input('charge_kW', 0, most_kW);
    const discharge = m.input('discharge_kW', 0, most_kW);
    const e = m.state('e_kWh', 0, 50, 50);
    m.rate(e, sum(mul(0.9, charge), mul(-1 / 0.8, discharge)));
    m.inject(sum(discharge, mul(-1, charge)));
    m.exclusive(charge, discharge);
    m.cost(sum(discharge, mul(-1, charge)));
  });

const solve = ({ program }: Block, fix: readonly (readonly [number, number])[] = []) => {
  const lower = Float64Array.from(program.lower);
  const upper = Float64Array.from(program.upper);
  for (const [j, value] of fix) lower[j] = upper[j] = value;
  return new InteriorPointWorkspace({ ...program, lower, upper, integer: undefined }).solve({}, { tolerance_frac: 1e-11 });
};

describe('what excludes each other', () => {
  it('relaxed: the convex hull, c/10 + d/10 ≤ 1, with its overlap reported', () => {
    const block = buildBlock('store', full(10));
    expect(block.program.integer).toBeUndefined();
    const { x, objective } = solve(block);
    const c = 10 / 1.72;
    expect(objective).toBeCloseTo(-0.28 * c, 6);
    expect(largestOverlap(block, x)!.names).toEqual(['charge_kW', 'discharge_kW']);
    expect(largestOverlap(block, x)!.amount).toBeCloseTo(0.72 * c, 5);
  });

  it('binary: one of the two, so that the full store stays; its relaxation is the hull, never above it', () => {
    const relaxed = buildBlock('store', full(10));
    const binary = buildBlock('store', full(10), { exclusive: 'binary' });
    const whole = [...binary.program.integer!].flatMap((is, j) => (is ? [j] : []));
    expect(whole.map((j) => binary.program.columnName(j))).toEqual(['store.charge_kW or discharge_kW[0] choice']);
    for (const z of [0, 1]) expect(largestOverlap(binary, solve(binary, [[whole[0], z]]).x)?.amount ?? 0).toBeCloseTo(0, 5);
    expect(largestOverlap(binary, solve(binary).x)!.amount).toBeGreaterThan(1);
    const best = Math.min(...[0, 1].map((z) => solve(binary, [[whole[0], z]]).objective));
    expect(best).toBeCloseTo(0, 6);
    expect(solve(binary).objective).toBeCloseTo(solve(relaxed).objective, 6);
    expect(solve(relaxed).objective).toBeLessThanOrEqual(best + 1e-9);
  });

  it('needs finite limits, and needs nothing where one of the two cannot be', () => {
    expect(() => buildBlock('store', full(Infinity))).toThrow(InputError);
    expect(() => buildBlock('store', full(Infinity))).toThrow('EXCLUSIVE_UNBOUNDED');
    const none = buildBlock('store', full(0));
    for (let i = 0; i < none.program.rowLower.length; i++) expect(none.program.rowName(i)).not.toContain(' or ');
  });
});
